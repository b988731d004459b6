//! Tokens of programs and screens: made, listed, revoked. A token is told once and never again.

use super::principal::{fingerprint, secret};
use super::{Access, By, Change, Principal, Role, Scope, Scopes, TokenKind, days_after, not_there};
use crate::base::{Error, Result};
use crate::store::tokens::{self, NewToken, TokenRow};

/// The longest name, characters.
const NAME: usize = 60;
/// The longest life, days; a screen on the wall is not forgotten for longer than ten years.
const DAYS_MAX: u32 = 3_650;

/// A token that somebody wants.
#[derive(Clone, Debug)]
pub struct TokenWish {
    /// For a program or a screen.
    pub kind: TokenKind,
    /// What people call it.
    pub name: String,
    /// How much it may do; a screen only looks.
    pub role: Role,
    /// Of what; a screen sees the canvas at least.
    pub scopes: Scopes,
    /// When it ends, in days; none: never.
    pub days: Option<u32>,
    /// Of which models, and how much.
    pub allowance: Allowance,
}

/// How much somebody may ask of language models. Which names fit which patterns is not known here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Only these models, as patterns; none: all.
    pub models: Option<Vec<String>>,
    /// Requests a minute; none: no limit.
    pub requests_per_minute: Option<u32>,
    /// Tokens of prompts and answers a minute; none: no limit.
    pub tokens_per_minute: Option<u32>,
}

/// A token that was made.
pub struct MadeToken {
    /// Its number.
    pub id: i64,
    /// The token itself.
    pub token: String,
}

impl Access {
    /// All tokens. Reads the database.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn tokens(&self) -> Result<Vec<TokenRow>> {
        tokens::all(&self.store)
    }

    /// Makes a token. Writes to the database.
    ///
    /// # Errors
    /// `Invalid` if something about it will not do.
    pub fn make_token(&self, by: &Principal, wish: TokenWish) -> Result<MadeToken> {
        let name = wish.name.trim().to_owned();
        if !(1..=NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Err(Error::invalid(format!("a token's name has 1 to {NAME} characters")));
        }
        if wish.days.is_some_and(|d| !(1..=DAYS_MAX).contains(&d)) {
            return Err(Error::invalid(format!("a token lasts 1 to {DAYS_MAX} days, or for ever")));
        }
        let Allowance { models, requests_per_minute, tokens_per_minute } = wish.allowance;
        if [requests_per_minute, tokens_per_minute].iter().flatten().any(|n| *n == 0) {
            return Err(Error::invalid("a limit of nothing is no use")
                .next("give a number from 1 on, or leave the limit out"));
        }
        let (role, scopes) = match wish.kind {
            TokenKind::Api => (wish.role, wish.scopes),
            TokenKind::Kiosk => {
                let seen = [Scope::Canvas, Scope::Camera, Scope::Gestures].into_iter();
                let seen = seen.filter(|s| *s == Scope::Canvas || wish.scopes.has(*s));
                (Role::Viewer, seen.collect())
            }
        };
        if scopes.is_empty() {
            return Err(Error::invalid("a token without a scope is good for nothing")
                .next("name one of `canvas`, `gestures`, `camera`, `system`, `models`"));
        }
        if scopes.has(Scope::Access) {
            return Err(Error::invalid("no token may change who may come in")
                .next("leave the scope `access` out, and log in for that"));
        }
        let prefix = match wish.kind {
            TokenKind::Api => "dixi_",
            TokenKind::Kiosk => "dixik_",
        };
        let token = format!("{prefix}{}", secret());
        let now = self.now();
        let new = NewToken {
            account: by.account(),
            kind: wish.kind.name(),
            name: name.clone(),
            role: role.name(),
            scopes: scopes.to_json(),
            token: fingerprint(&token),
            at: now,
            expires_at: wish.days.map(|days| days_after(now, days)),
            models: models.and_then(|m| serde_json::to_string(&m).ok()),
            requests_per_minute,
            tokens_per_minute,
        };
        let id = tokens::add(&self.store, new)?;
        let scopes = scopes.list();
        self.changed(&By::from(by), Change::TokenMade { name, kind: wish.kind, role, scopes });
        Ok(MadeToken { id, token })
    }

    /// Revokes a token. Writes to the database.
    ///
    /// # Errors
    /// `NotFound` if there is none.
    pub fn revoke_token(&self, by: &Principal, id: i64) -> Result<()> {
        let which = tokens::get(&self.store, id)?.map(|token| token.name);
        if !tokens::remove(&self.store, id)? {
            return Err(not_there("token"));
        }
        let name = which.unwrap_or_default();
        self.changed(&By::from(by), Change::TokenRevoked { name });
        Ok(())
    }
}

/// What a kept token is good for.
impl TokenRow {
    /// Its scopes.
    pub fn scope_list(&self) -> Vec<Scope> {
        Scopes::from_json(&self.scopes).list()
    }

    /// How much it may ask of models. Patterns that cannot be read allow nothing.
    pub fn allowance(&self) -> Allowance {
        let read = |json: &String| serde_json::from_str(json).unwrap_or_default();
        Allowance {
            models: self.models.as_ref().map(read),
            requests_per_minute: self.requests_per_minute,
            tokens_per_minute: self.tokens_per_minute,
        }
    }
}
