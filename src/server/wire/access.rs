//! People, sessions and tokens on the wire. No hash and no token ever leaves but the one that was just
//! made.

use serde::{Deserialize, Serialize};

use crate::access::{Allowance, Role, Scope, TokenKind};
use crate::store::accounts::AccountRow;
use crate::store::sessions::SessionRow;
use crate::store::tokens::TokenRow;

/// The answer of `GET /api/v1/session`: who the page is talking as.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct SessionState {
    /// How they came in; none: they have not.
    #[ts(type = "\"none\" | \"open\" | \"session\" | \"token\" | \"kiosk\"")]
    #[schema(schema_with = ways_in)]
    pub via: &'static str,
    /// What people call them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// How much they may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub role: Option<Role>,
    /// Of what.
    pub scopes: Vec<Scope>,
    /// The account's number, if they logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub account: Option<i64>,
    /// There is no owner yet.
    pub needs_owner: bool,
    /// The SHA-256 of this box's certificate, where it answers over TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub fingerprint: Option<String>,
}

fn ways_in() -> utoipa::openapi::Object {
    crate::base::schema::one_of(&["none", "open", "session", "token", "kiosk"])
}

/// The body of `POST /api/v1/login`.
#[derive(Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Who.
    pub name: String,
    /// The password.
    pub password: String,
}

/// The body of `POST /api/v1/setup`.
#[derive(Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// Out of the one-time link.
    pub token: String,
    /// What the first owner is called.
    pub name: String,
    /// Their password.
    pub password: String,
}

/// The body of `POST /api/v1/session/confirm`.
#[derive(Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The password of whoever is logged in.
    pub password: String,
}

/// The body of `PUT /api/v1/password`.
#[derive(Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The one until now.
    pub before: String,
    /// The one from now on.
    pub password: String,
}

/// The body of `POST /api/v1/kiosk`.
#[derive(Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KioskLink {
    /// Out of the link.
    pub token: String,
}

/// The body of `POST /api/v1/accounts`.
#[derive(Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// What they are called.
    pub name: String,
    /// How much they may do.
    pub role: Role,
    /// Their first password.
    pub password: String,
}

/// What `POST /api/v1/accounts` answers.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Added {
    /// Their number.
    pub id: i64,
}

/// The body of `PUT /api/v1/accounts/{id}`; what is left out stays.
#[derive(Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePerson {
    /// How much they may do.
    #[ts(optional)]
    pub role: Option<Role>,
    /// Another password; their sessions end.
    #[ts(optional)]
    pub password: Option<String>,
}

/// Somebody who may come in.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct PersonView {
    /// Their number.
    pub id: i64,
    /// What they are called.
    pub name: String,
    /// `owner`, `user` or `viewer`.
    #[ts(type = "Role")]
    #[schema(value_type = Role)]
    pub role: String,
    /// When they were added, RFC 3339 UTC.
    #[ts(type = "string")]
    pub created_at: jiff::Timestamp,
    /// When they logged in last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub login_at: Option<jiff::Timestamp>,
}

impl From<AccountRow> for PersonView {
    fn from(row: AccountRow) -> Self {
        let AccountRow { id, name, role, created_at, login_at, password: _ } = row;
        Self { id, name, role, created_at, login_at }
    }
}

/// A browser that somebody has logged in with.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct SessionView {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub account: i64,
    /// What they are called.
    pub name: String,
    /// It is the one that asks.
    pub own: bool,
    /// What the browser calls itself.
    pub agent: String,
    /// Where the login came from.
    pub address: String,
    /// When it began.
    #[ts(type = "string")]
    pub created_at: jiff::Timestamp,
    /// When it was used last, to within a few minutes.
    #[ts(type = "string")]
    pub used_at: jiff::Timestamp,
    /// When it ends, however much it is used.
    #[ts(type = "string")]
    pub expires_at: jiff::Timestamp,
}

impl SessionView {
    /// As whoever has the session `own` sees it.
    pub fn new(row: SessionRow, own: Option<i64>) -> Self {
        Self {
            id: row.id,
            account: row.account,
            name: row.name,
            own: own == Some(row.id),
            agent: row.agent,
            address: row.address,
            created_at: row.created_at,
            used_at: row.used_at,
            expires_at: row.expires_at,
        }
    }
}

/// The body of `POST /api/v1/tokens`.
#[derive(Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTokenBody {
    /// For a program or a screen.
    pub kind: TokenKind,
    /// What people call it.
    pub name: String,
    /// How much it may do; a screen only looks.
    #[serde(default = "viewer")]
    #[ts(optional, as = "Option<Role>")]
    pub role: Role,
    /// Of what.
    pub scopes: Vec<Scope>,
    /// When it ends, in days; left out: never.
    #[ts(optional)]
    pub days: Option<u32>,
    /// Only these models, `*` for anything; left out: all.
    #[ts(optional)]
    pub models: Option<Vec<String>>,
    /// Requests to models a minute, from 1; left out: no limit.
    #[ts(optional)]
    pub requests_per_minute: Option<u32>,
    /// Tokens of prompts and answers a minute, from 1; left out: no limit.
    #[ts(optional)]
    pub tokens_per_minute: Option<u32>,
}

const fn viewer() -> Role {
    Role::Viewer
}

/// What `POST /api/v1/tokens` answers.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct TokenMade {
    /// Its number.
    pub id: i64,
    /// The token itself; never shown again.
    pub token: String,
}

/// A token of a program or a screen.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct TokenView {
    /// Its number.
    pub id: i64,
    /// `api` or `kiosk`.
    #[ts(type = "TokenKind")]
    #[schema(value_type = TokenKind)]
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// `owner`, `user` or `viewer`.
    #[ts(type = "Role")]
    #[schema(value_type = Role)]
    pub role: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub made_by: Option<String>,
    /// When it was made.
    #[ts(type = "string")]
    pub created_at: jiff::Timestamp,
    /// When it was used last, to within a few minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub used_at: Option<jiff::Timestamp>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub expires_at: Option<jiff::Timestamp>,
    /// Only these models.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub models: Option<Vec<String>>,
    /// Requests to models a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub requests_per_minute: Option<u32>,
    /// Tokens of prompts and answers a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tokens_per_minute: Option<u32>,
}

impl From<TokenRow> for TokenView {
    fn from(row: TokenRow) -> Self {
        let (scopes, allowance) = (row.scope_list(), row.allowance());
        let Allowance { models, requests_per_minute, tokens_per_minute } = allowance;
        let TokenRow { id, kind, name, role, made_by, created_at, used_at, expires_at, .. } = row;
        Self {
            id,
            kind,
            name,
            role,
            scopes,
            made_by,
            created_at,
            used_at,
            expires_at,
            models,
            requests_per_minute,
            tokens_per_minute,
        }
    }
}
