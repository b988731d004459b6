//! Whoever has come in, and how a credential becomes one. There is one way for all forms of
//! credentials: what a principal may do never depends on how it was sent.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{Access, Allowance, Role, Scope, Scopes};
use crate::base::Result;
use crate::store::accounts;
use crate::store::sessions::{self, SessionRow};
use crate::store::tokens::{self, TokenRow};

/// A session that is not used for this long has ended.
pub(super) const IDLE: SignedDuration = SignedDuration::from_hours(24);
/// For this long after the password was given an owner may change who may do what.
const CONFIRMED: SignedDuration = SignedDuration::from_mins(20);
/// Use is noted this often: each note is a write that waits for the disk.
const NOTED: SignedDuration = SignedDuration::from_mins(5);

/// What somebody shows at the door. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A browser's session.
    Session(String),
    /// A token of a program or a screen.
    Token(String),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session(_) => "Session(***)",
            Self::Token(_) => "Token(***)",
        })
    }
}

/// What a token is for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    ts_rs::TS,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A program.
    Api,
    /// A screen that shows the canvas.
    Kiosk,
}

impl TokenKind {
    /// As it is kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Kiosk => "kiosk",
        }
    }
}

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// From this very machine, where the operator allows that without a login.
    Open,
    /// By logging in.
    Session {
        /// The session's number.
        id: i64,
        /// The account's number.
        account: i64,
        /// When the password was given last.
        confirmed_at: Timestamp,
    },
    /// With a token.
    Token {
        /// Its number.
        id: i64,
        /// What it is for.
        kind: TokenKind,
    },
}

/// Whoever has come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// How.
    pub caller: Caller,
    /// What people call them: the account's or the token's name.
    pub name: Arc<str>,
    /// How much they may do.
    pub role: Role,
    /// Of what.
    pub scopes: Scopes,
    /// Of which models, and how much.
    pub allowance: Allowance,
    /// From where they came, if that is known: for the record only.
    pub from: Option<IpAddr>,
}

impl Principal {
    /// Somebody at this very machine, who may do everything.
    pub fn open(from: IpAddr) -> Self {
        let name = format!("browser {from}").into();
        Self {
            caller: Caller::Open,
            name,
            role: Role::Owner,
            scopes: Scopes::ALL,
            allowance: Allowance::default(),
            from: Some(from),
        }
    }

    /// Whether they may do what asks for at least `role` in `scope`.
    pub fn may(&self, role: Role, scope: Scope) -> bool {
        self.role >= role && self.scopes.has(scope)
    }

    /// Whether they may see `scope`.
    pub fn sees(&self, scope: Scope) -> bool {
        self.may(Role::Viewer, scope)
    }

    /// The account's number, if they logged in.
    pub fn account(&self) -> Option<i64> {
        match self.caller {
            Caller::Session { account, .. } => Some(account),
            Caller::Open | Caller::Token { .. } => None,
        }
    }
}

/// The SHA-256 of a token: 256 random bits need no slow hash.
pub(super) fn fingerprint(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// 256 random bits as text that fits into cookies and links.
pub(super) fn secret() -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

impl Access {
    /// Whoever shows this credential; none if it is not good, or not any more. Reads the database,
    /// and now and then writes that it was used.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn identify(&self, credential: &Credential) -> Result<Option<Principal>> {
        Ok(match credential {
            Credential::Session(token) => {
                let fingerprint = fingerprint(token);
                let row = match self.makeshift.by_token(&fingerprint) {
                    Some(id) => self.session(id)?,
                    None => sessions::by_token(&self.store, &fingerprint)?,
                };
                row.and_then(|row| self.of_session(&row))
            }
            Credential::Token(token) => {
                let row = tokens::by_token(&self.store, &fingerprint(token))?;
                row.and_then(|row| self.of_token(&row))
            }
        })
    }

    /// Whether somebody who is inside may stay, with the same rights. What cannot be read says
    /// nothing against it: the disk's trouble must not throw everybody out.
    pub fn still(&self, principal: &Principal) -> bool {
        let now = match principal.caller {
            Caller::Open => return true,
            Caller::Session { id, .. } => {
                self.session(id).map(|row| row.and_then(|row| self.of_session(&row)))
            }
            Caller::Token { id, .. } => {
                tokens::get(&self.store, id).map(|row| row.and_then(|row| self.of_token(&row)))
            }
        };
        match now {
            Ok(now) => {
                now.is_some_and(|p| p.role == principal.role && p.scopes == principal.scopes)
            }
            Err(_) => true,
        }
    }

    /// Whether the password was given lately, as changing who may do what asks for. A token cannot
    /// do that at all; whoever is let in without a login only while there is nobody to log in.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn confirmed(&self, principal: &Principal) -> Result<bool> {
        match principal.caller {
            Caller::Open => self.needs_owner(),
            Caller::Token { .. } => Ok(false),
            Caller::Session { confirmed_at, .. } => {
                Ok(self.now().duration_since(confirmed_at) < CONFIRMED)
            }
        }
    }

    /// A session by its number, wherever it is kept.
    pub(super) fn session(&self, id: i64) -> Result<Option<SessionRow>> {
        match id {
            0.. => sessions::get(&self.store, id),
            _ => self.makeshift.get(id, |account| accounts::get(&self.store, account)),
        }
    }

    /// Notes that a session is used, or that its password was given again.
    pub(super) fn touch_session(&self, id: i64, confirmed: bool) -> Result<()> {
        match id {
            0.. => sessions::touch(&self.store, id, self.now(), confirmed),
            _ => {
                self.makeshift.touch(id, self.now(), confirmed);
                Ok(())
            }
        }
    }

    /// Ends a session, of anybody or of one account only. Tells whether there was one.
    pub(super) fn remove_session(&self, id: i64, account: Option<i64>) -> Result<bool> {
        match id {
            0.. => match sessions::remove(&self.store, id, account) {
                Ok(was) => Ok(was),
                // A full disk keeps nobody in either.
                Err(e) => {
                    let row = sessions::get(&self.store, id).map_err(|_| e)?;
                    let theirs = row.is_some_and(|row| account.is_none_or(|a| a == row.account));
                    if theirs {
                        self.makeshift.end(id);
                        self.changed.send_modify(|_| ());
                    }
                    Ok(theirs)
                }
            },
            _ => {
                let was = self.makeshift.remove(id, account);
                // The database's number knows nothing of it.
                self.changed.send_modify(|_| ());
                Ok(was)
            }
        }
    }

    fn of_session(&self, row: &SessionRow) -> Option<Principal> {
        if self.makeshift.has_ended(row.id) {
            return None;
        }
        let now = self.now();
        let role = Role::named(&row.role)?;
        if now >= row.expires_at || now.duration_since(row.used_at) >= IDLE {
            return None;
        }
        if now.duration_since(row.used_at) >= NOTED {
            let noted = self.touch_session(row.id, false);
            drop(noted.inspect_err(|e| tracing::debug!("{e}")));
        }
        Some(Principal {
            caller: Caller::Session {
                id: row.id,
                account: row.account,
                confirmed_at: row.confirmed_at,
            },
            name: row.name.as_str().into(),
            role,
            scopes: Scopes::ALL,
            allowance: Allowance::default(),
            from: None,
        })
    }

    fn of_token(&self, row: &TokenRow) -> Option<Principal> {
        let now = self.now();
        let role = Role::named(&row.role)?;
        let kind = if row.kind == "kiosk" { TokenKind::Kiosk } else { TokenKind::Api };
        if row.expires_at.is_some_and(|end| now >= end) {
            return None;
        }
        if row.used_at.is_none_or(|used| now.duration_since(used) >= NOTED) {
            let noted = tokens::touch(&self.store, row.id, now);
            drop(noted.inspect_err(|e| tracing::debug!("{e}")));
        }
        Some(Principal {
            caller: Caller::Token { id: row.id, kind },
            name: row.name.as_str().into(),
            role,
            scopes: Scopes::from_json(&row.scopes),
            allowance: row.allowance(),
            from: None,
        })
    }
}
