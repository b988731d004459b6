//! The one error type. A small closed list of kinds decides HTTP status and exit code (one table
//! each, in `server` and `cli`); the text says what happened, why, and what to do next.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::{Refusal, Trouble};

/// Shorthand used throughout.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of failure it is. Closed on purpose: every kind has one HTTP status and one exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, utoipa::ToSchema)]
#[schema(as = ErrorKind, rename_all = "snake_case")]
pub enum Kind {
    /// The input is wrong: a bad flag, setting, picture or message.
    Invalid,
    /// The thing asked for does not exist.
    NotFound,
    /// Nobody has come in who could be asked whether they may.
    Login,
    /// Whoever came in has to give the password once more.
    Confirm,
    /// The caller, or this process, may not do that.
    Denied,
    /// It clashes with what is going on now (port in use, camera held by another program).
    Conflict,
    /// A limit is reached: queue, rate, size.
    Exhausted,
    /// The disk is full.
    DiskFull,
    /// A part that is needed is not there now; trying again later may help.
    Unavailable,
    /// It took too long.
    Timeout,
    /// This build or machine cannot do that.
    Unsupported,
    /// A fault of ours.
    Internal,
}

impl Kind {
    /// Its name on the wire and in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::NotFound => "not_found",
            Kind::Login => "login",
            Kind::Confirm => "confirm",
            Kind::Denied => "denied",
            Kind::Conflict => "conflict",
            Kind::Exhausted => "exhausted",
            Kind::DiskFull => "disk_full",
            Kind::Unavailable => "unavailable",
            Kind::Timeout => "timeout",
            Kind::Unsupported => "unsupported",
            Kind::Internal => "internal",
        }
    }
}

/// What went wrong, why, and what to do next.
///
/// ```
/// use dixi::base::{Error, Kind};
/// let e = Error::new(Kind::Conflict, "cannot listen on 127.0.0.1:3001")
///     .why("another program uses that port")
///     .next("stop it, or choose another with `--listen`");
/// assert_eq!(e.to_string(), "cannot listen on 127.0.0.1:3001: another program uses that port");
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    what: String,
    why: Option<String>,
    next: Option<String>,
    refusal: Option<Refusal>,
    trouble: Option<Trouble>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A failure of `kind`; `what` says what could not be done.
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            what: what.into(),
            why: None,
            next: None,
            refusal: None,
            trouble: None,
            source: None,
        }))
    }

    /// The input is wrong.
    pub fn invalid(what: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, what)
    }

    /// A part that is needed is not there now.
    pub fn unavailable(what: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, what)
    }

    /// A fault of ours.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(Kind::Internal, what)
    }

    /// Says why, in words.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.0.why = Some(why.into());
        self
    }

    /// Says what the person can do now.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.0.next = Some(next.into());
        self
    }

    /// Says it by a code too, for pages in other languages.
    #[must_use]
    pub fn refusal(mut self, refusal: Refusal) -> Self {
        self.0.refusal = Some(refusal);
        self
    }

    /// Says by a code too what it means for the part of the box that it befell.
    #[must_use]
    pub fn trouble(mut self, trouble: Trouble) -> Self {
        self.0.trouble = Some(trouble);
        self
    }

    /// Keeps the underlying error; its text becomes the reason unless one is given.
    #[must_use]
    pub fn source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What could not be done.
    pub fn what(&self) -> &str {
        &self.0.what
    }

    /// The reason in words: the one given, or the text of the underlying error.
    pub fn reason(&self) -> Option<String> {
        self.0.why.clone().or_else(|| self.0.source.as_ref().map(|s| s.to_string()))
    }

    /// The same by a code, where people meet it.
    pub fn coded(&self) -> Option<&Refusal> {
        self.0.refusal.as_ref()
    }

    /// What it means for the part of the box that it befell, by a code.
    pub fn befell(&self) -> Option<&Trouble> {
        self.0.trouble.as_ref()
    }

    /// What to do next, if there is something.
    pub fn next_step(&self) -> Option<&str> {
        self.0.next.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)?;
        match self.reason() {
            Some(why) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|s| s.as_ref() as &(dyn StdError + 'static))
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        use std::io::ErrorKind as Io;
        let kind = match e.kind() {
            Io::NotFound => Kind::NotFound,
            Io::PermissionDenied => Kind::Denied,
            Io::AddrInUse | Io::ResourceBusy | Io::AlreadyExists => Kind::Conflict,
            Io::StorageFull | Io::QuotaExceeded => Kind::DiskFull,
            Io::OutOfMemory => Kind::Exhausted,
            Io::TimedOut => Kind::Timeout,
            Io::InvalidData | Io::InvalidInput | Io::UnexpectedEof => Kind::Invalid,
            _ => Kind::Unavailable,
        };
        Self::new(kind, "input or output failed").source(e)
    }
}
