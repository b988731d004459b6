//! The address of a network camera, whose password is never shown.

use std::fmt;

use url::Url;

use crate::base::{Error, Result};

/// An `http` or `https` address. `Display` and `Debug` show it with its credentials as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

/// Parts of names of query parameters that carry secrets in what cameras call their addresses.
const SECRETS: [&str; 13] = [
    "user", "usr", "login", "account", "pass", "pwd", "pw", "token", "key", "auth", "secret",
    "sid", "sess",
];

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// `Invalid` if it is none, is of another scheme or names no host. The text is not repeated:
    /// it may hold a password.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: String| {
            Error::invalid("this camera address cannot be read")
                .why(why)
                .next("write it as `http://host:port/path`, with `user:password@` before the host if it asks for them")
        };
        let mut url = Url::parse(text).map_err(|e| wrong(e.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("it is neither `http://` nor `https://`".into()));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(wrong("it names no host".into()));
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// The parsed address, with its credentials.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// The whole text, with its credentials: for keeping the setting only.
    pub fn with_secrets(&self) -> &str {
        self.0.as_str()
    }

    /// The host, for a name.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = &self.0;
        write!(f, "{}://", url.scheme())?;
        if !url.username().is_empty() || url.password().is_some() {
            f.write_str("***@")?;
        }
        f.write_str(self.host())?;
        if let Some(port) = url.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(url.path())?;
        for (i, pair) in url.query().unwrap_or_default().split('&').enumerate() {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (i, pair.is_empty()) {
                (0, true) => continue,
                (0, false) => f.write_str("?")?,
                _ => f.write_str("&")?,
            }
            let lower = name.to_ascii_lowercase();
            let hidden = SECRETS.iter().any(|secret| lower.contains(secret));
            match (hidden, value.is_empty()) {
                (true, false) => write!(f, "{name}=***")?,
                _ => f.write_str(pair)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
