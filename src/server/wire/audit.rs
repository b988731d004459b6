//! The audit log on the wire.

use serde::Serialize;
use serde_json::Value;

use crate::operate::audit::{Broken, hex};
use crate::store::audit::{Row, Verified};

/// One row: somebody did something.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct AuditRow {
    /// Its number; there are no gaps.
    pub number: i64,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// What sort of thing happened; docs/guide/audit.md lists them.
    pub kind: String,
    /// Who did it; empty: nobody that is known, or the box by itself.
    pub who: String,
    /// By which way: `browser`, `api`, `hand`, `console` or `box`.
    #[ts(type = "\"browser\" | \"api\" | \"hand\" | \"console\" | \"box\"")]
    #[schema(schema_with = ways)]
    pub via: String,
    /// From where over the network; else empty.
    pub address: String,
    /// What it was about: a setting, a command, somebody's name.
    pub subject: String,
    /// More, by name.
    #[ts(type = "Record<string, boolean | number | string | string[]>")]
    pub details: Value,
    /// Its hash, hexadecimal.
    pub hash: String,
}

fn ways() -> utoipa::openapi::Object {
    crate::base::schema::one_of(&["browser", "api", "hand", "console", "box"])
}

impl From<Row> for AuditRow {
    fn from(row: Row) -> Self {
        let Row { number, at, kind, who, via, address, subject, details, hash } = row;
        // What is no JSON any more is shown as it is.
        let details = serde_json::from_str(&details).unwrap_or(Value::String(details));
        Self { number, at, kind, who, via, address, subject, details, hash: hex(&hash) }
    }
}

/// The answer of `GET /api/v1/audit`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct AuditPage {
    /// The newest first.
    pub rows: Vec<AuditRow>,
    /// There are more: ask with `before` and the last row's number.
    pub more: bool,
    /// What could not be written since the start.
    pub lost: u64,
}

/// Where a chain does not hold.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct AuditBroken {
    /// The first bad row.
    pub number: i64,
    /// Its time, or that of the row before it where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub at: Option<String>,
    /// What is wrong with it, in words.
    pub what: String,
}

/// The answer of `GET /api/v1/audit/verify`, and of `dixi audit verify --json`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct AuditVerdict {
    /// The whole chain holds.
    pub whole: bool,
    /// How many rows were gone through, where it holds.
    pub rows: u64,
    /// When the first of them was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub since: Option<String>,
    /// The end of the chain, to be noted elsewhere: `number:hash`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub head: Option<String>,
    /// Where it does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub broken: Option<AuditBroken>,
}

impl From<Result<Verified, Broken>> for AuditVerdict {
    fn from(verdict: Result<Verified, Broken>) -> Self {
        match verdict {
            Ok(Verified { rows, since, head, .. }) => {
                Self { whole: true, rows, since, head: Some(head.to_string()), broken: None }
            }
            Err(Broken { number, at, what }) => Self {
                whole: false,
                rows: 0,
                since: None,
                head: None,
                broken: Some(AuditBroken { number, at, what }),
            },
        }
    }
}
