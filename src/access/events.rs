//! What happens at the door, in one list: what is logged now and audited later.

use std::net::IpAddr;

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
    SetupOffered,
    /// Somebody changed who may do what.
    Changed {
        /// Who.
        by: String,
        /// What was done, in words.
        what: String,
        /// Somebody may do less than before.
        takes_away: bool,
    },
}

impl Event {
    pub(super) fn takes_away(&self) -> bool {
        matches!(self, Self::Changed { takes_away: true, .. })
    }
}

pub(super) fn log(event: &Event) {
    match event {
        Event::LoggedIn { name, from } => tracing::info!(%from, "access: “{name}” logged in"),
        Event::LoginRefused { from, throttled: true } => {
            tracing::warn!(%from, "access: a login was refused: too many tries");
        }
        Event::LoginRefused { from, throttled: false } => {
            tracing::warn!(%from, "access: a login was refused: wrong name or password");
        }
        Event::OwnerClaimed { name, from } => {
            tracing::info!(%from, "access: “{name}” is the first owner");
        }
        Event::SetupOffered => tracing::info!("access: a link for the first owner was made"),
        Event::Changed { by, what, .. } => tracing::info!(by, "access: {what}"),
    }
}
