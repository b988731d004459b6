//! What happens at the door, in one list: what is logged, and what the audit log keeps.

use std::net::IpAddr;
use std::sync::Arc;

use super::{Caller, Principal, Role, Scope, TokenKind};
use crate::base::Via;

/// Hears of everything that happens at the door. Must not block.
pub type Ear = Box<dyn Fn(&Event) + Send + Sync>;

/// Who does something, and by which way: for the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// What people call them.
    pub name: Arc<str>,
    /// By which way they came.
    pub via: Via,
    /// From where, if over the network.
    pub from: Option<IpAddr>,
}

impl By {
    /// Whoever has the machine itself, at its command line.
    pub fn operator() -> Self {
        Self { name: "the operator".into(), via: Via::Console, from: None }
    }

    /// The box by itself.
    pub fn the_box() -> Self {
        Self { name: "".into(), via: Via::Box, from: None }
    }
}

impl From<&Principal> for By {
    fn from(principal: &Principal) -> Self {
        let via = match principal.caller {
            Caller::Token { kind: TokenKind::Api, .. } => Via::Api,
            Caller::Open | Caller::Session { .. } | Caller::Token { .. } => Via::Browser,
        };
        Self { name: Arc::clone(&principal.name), via, from: principal.from }
    }
}

/// Something happened at the door. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody logged in.
    LoggedIn {
        /// As whom.
        name: String,
        /// From where.
        from: IpAddr,
    },
    /// Somebody tried to log in and was refused.
    LoginRefused {
        /// Whose password it was not. None for a name that nobody has: people type passwords there.
        name: Option<String>,
        /// From where.
        from: IpAddr,
        /// Because of too many tries, not of a wrong name or password.
        throttled: bool,
    },
    /// Somebody made themselves the first owner.
    OwnerClaimed {
        /// Under which name.
        name: String,
        /// From where.
        from: IpAddr,
    },
    /// A one-time link for the first owner was made.
    SetupOffered {
        /// Who had it made.
        by: By,
    },
    /// Somebody changed who may do what.
    Changed {
        /// Who.
        by: By,
        /// What they did.
        change: Change,
    },
}

/// A change of who may do what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are what people call the person or the token")]
pub enum Change {
    /// Logged out.
    LoggedOut,
    /// Ended a session of this person.
    SessionEnded { name: String },
    /// Added somebody.
    Added { name: String, role: Role },
    /// Gave somebody another role.
    RoleSet { name: String, role: Role },
    /// Gave somebody another password.
    PasswordSet { name: String },
    /// Removed somebody.
    Removed { name: String },
    /// Made a token.
    TokenMade { name: String, kind: TokenKind, role: Role, scopes: Vec<Scope> },
    /// Revoked a token.
    TokenRevoked { name: String },
}

impl Change {
    /// Somebody may do less than before.
    fn takes_away(&self) -> bool {
        !matches!(self, Self::Added { .. } | Self::TokenMade { .. })
    }

    fn words(&self) -> String {
        match self {
            Self::LoggedOut => "logged out".into(),
            Self::SessionEnded { name } => format!("ended a session of “{name}”"),
            Self::Added { name, role } => format!("added “{name}” as {}", role.name()),
            Self::RoleSet { name, role } => format!("made “{name}” {}", role.name()),
            Self::PasswordSet { name } => format!("changed the password of “{name}”"),
            Self::Removed { name } => format!("removed “{name}”"),
            Self::TokenMade { name, .. } => format!("made the token “{name}”"),
            Self::TokenRevoked { name } => format!("revoked the token “{name}”"),
        }
    }
}

impl Event {
    pub(super) fn takes_away(&self) -> bool {
        matches!(self, Self::Changed { change, .. } if change.takes_away())
    }
}

pub(super) fn log(event: &Event) {
    match event {
        Event::LoggedIn { name, from } => tracing::info!(%from, "access: “{name}” logged in"),
        Event::LoginRefused { from, throttled: true, .. } => {
            tracing::warn!(%from, "access: a login was refused: too many tries");
        }
        Event::LoginRefused { from, throttled: false, .. } => {
            tracing::warn!(%from, "access: a login was refused: wrong name or password");
        }
        Event::OwnerClaimed { name, from } => {
            tracing::info!(%from, "access: “{name}” is the first owner");
        }
        Event::SetupOffered { .. } => {
            tracing::info!("access: a link for the first owner was made");
        }
        Event::Changed { by, change } => {
            tracing::info!(by = &*by.name, "access: {}", change.words());
        }
    }
}
