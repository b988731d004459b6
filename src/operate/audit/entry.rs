//! What is worth a row, in one closed list, and what a row says of it.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::base::{Clock, Via};
use crate::store::audit::{NewRow, stamp};

/// The longest name or subject, characters: a row is a line, not a text.
const WORDS: usize = 200;

/// What sort of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum What {
    /// The box started.
    Started,
    /// The box was stopped; without this row before the next start it was killed or lost its power.
    Stopped,
    /// Somebody logged in.
    Login,
    /// Wrong name or password.
    LoginRefused,
    /// Too many tries: not even looked at.
    LockedOut,
    /// Somebody logged out.
    Logout,
    /// Somebody ended a session.
    SessionEnded,
    /// A screen came in by its link.
    Screen,
    /// A screen's link was not good.
    ScreenRefused,
    /// A one-time link for the first owner was made.
    SetupLink,
    /// Somebody used it.
    OwnerClaimed,
    /// Somebody was added.
    AccountAdded,
    /// Somebody has another role.
    AccountChanged,
    /// Somebody has another password.
    PasswordChanged,
    /// Somebody was removed.
    AccountRemoved,
    /// A token was made.
    TokenMade,
    /// A token was revoked.
    TokenRevoked,
    /// A setting was changed.
    Setting,
    /// The configuration file was saved.
    Configuration,
    /// A command changed what is kept.
    Command,
    /// A backup was made.
    BackupMade,
    /// A backup was fetched: with all that is in it, it left the box.
    BackupFetched,
    /// A backup that was made elsewhere was brought.
    BackupBrought,
    /// A backup was chosen to go back to, at the next start.
    RestoreStaged,
    /// The box went back to a backup.
    Restored,
    /// A program had Ollama fetch a model.
    ModelPulled,
    /// A program had Ollama delete a model.
    ModelDeleted,
    /// What was deleted long ago was emptied.
    Emptied,
    /// The oldest rows were cut away.
    AuditCut,
    /// Entries were lost.
    AuditLost,
}

impl What {
    /// Its name, as it is kept.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Something that happened. Holds no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When; none: now.
    pub at: Option<Timestamp>,
    /// What sort of thing.
    pub what: What,
    /// Who; empty: nobody that is known.
    pub who: String,
    /// By which way.
    pub via: Via,
    /// From where, over the network.
    pub from: Option<IpAddr>,
    /// What it was about.
    pub subject: String,
    /// More.
    pub details: Map<String, Value>,
    /// One of a stream: while the same goes on, only its beginning and its end are rows.
    pub stream: bool,
}

impl Entry {
    /// The box did something by itself.
    pub fn new(what: What) -> Self {
        Self {
            at: None,
            what,
            who: String::new(),
            via: Via::Box,
            from: None,
            subject: String::new(),
            details: Map::new(),
            stream: false,
        }
    }

    /// Done by somebody.
    #[must_use]
    pub fn by(mut self, who: impl Into<String>, via: Via, from: Option<IpAddr>) -> Self {
        (self.who, self.via, self.from) = (who.into(), via, from);
        self
    }

    /// About something.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// With a detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// As one of a stream.
    #[must_use]
    pub fn in_a_stream(mut self) -> Self {
        self.stream = true;
        self
    }

    /// As it is kept.
    pub(super) fn into_row(self, clock: Clock) -> NewRow {
        let at = self.at.unwrap_or_else(|| clock.utc(clock.now()));
        NewRow {
            at: stamp(at),
            kind: self.what.name().to_owned(),
            who: short(&self.who),
            via: self.via.name().to_owned(),
            address: self.from.map(|a| a.to_canonical().to_string()).unwrap_or_default(),
            subject: short(&self.subject),
            details: Value::Object(self.details).to_string(),
        }
    }
}

/// One line, not too long.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(WORDS).collect()
}
