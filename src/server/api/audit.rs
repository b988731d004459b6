//! The routes of the audit log: reading it in pages, and going through its chain. For owners.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;

use super::blocking;
use crate::base::{Error, Result};
use crate::operate::audit::{Audit, Head, stamp};
use crate::server::App;
use crate::server::wire::{AuditPage, AuditRow, AuditVerdict};
use crate::store::audit::Wanted;

/// Rows of a page, if nobody says otherwise, and at most.
const PAGE: u32 = 100;
const PAGE_MAX: u32 = 500;

/// Which rows are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct Asked {
    kind: Option<String>,
    who: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    before: Option<i64>,
    limit: Option<u16>,
}

/// Who did what, the newest first, a page at a time.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "Audit log",
    params(
        ("kind" = Option<String>, Query, description = "Only these kinds, separated by commas."),
        ("who" = Option<String>, Query, description = "Only what this person or program did."),
        ("since" = Option<Timestamp>, Query, description = "Only from then on."),
        ("until" = Option<Timestamp>, Query, description = "Only until then."),
        ("before" = Option<i64>, Query, description = "Only rows with a smaller number."),
        ("limit" = Option<u16>, Query, description = "How many: 100 if not said, 500 at most."),
    ),
    responses(
        (status = 200, description = "The rows.", body = AuditPage),
    ),
)]
pub(in crate::server) async fn audit(
    State(site): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Query(asked) = match asked {
        Ok(asked) => asked,
        Err(e) => return not_understood(&e).into_response(),
    };
    let most = asked.limit.map_or(PAGE, u32::from).clamp(1, PAGE_MAX);
    let wanted = Wanted {
        kinds: asked.kind.iter().flat_map(|k| k.split(',')).map(|k| k.trim().to_owned()).collect(),
        who: asked.who.filter(|who| !who.is_empty()),
        since: asked.since.map(stamp),
        until: asked.until.map(stamp),
        before: asked.before,
        // One more tells whether there are more.
        most: most + 1,
    };
    let read = with_log(site, move |audit| {
        let mut rows = audit.page(&wanted)?;
        let more = rows.len() > most as usize;
        rows.truncate(most as usize);
        let told = audit.told();
        let rows = rows.into_iter().map(AuditRow::from).collect();
        Ok(AuditPage { rows, more, lost: told.lost })
    });
    read.await.map(Json).into_response()
}

/// An end of the chain that somebody noted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct Noted {
    head: Option<String>,
}

/// Goes through the whole chain, and names the first row where it does not hold.
#[utoipa::path(
    get, path = "/api/v1/audit/verify", tag = "Audit log",
    params(
        ("head" = Option<String>, Query, description = "An end of the chain noted earlier, `number:hash`: it must be in it."),
    ),
    responses(
        (status = 200, description = "Whether it holds.", body = AuditVerdict),
    ),
)]
pub(in crate::server) async fn verify_audit(
    State(site): State<App>,
    asked: Result<Query<Noted>, QueryRejection>,
) -> Response {
    let noted = match asked {
        Ok(Query(Noted { head })) => head.map(|h| h.parse::<Head>()).transpose(),
        Err(e) => Err(not_understood(&e)),
    };
    let verdict = async {
        let noted = noted?;
        with_log(site, move |audit| audit.verify(noted.as_ref())).await.map(AuditVerdict::from)
    };
    verdict.await.map(Json).into_response()
}

fn not_understood(e: &QueryRejection) -> Error {
    Error::invalid("this question is not understood")
        .why(e.body_text())
        .next("docs/reference/api.md says what it takes")
}

async fn with_log<T: Send + 'static>(
    site: App,
    job: impl FnOnce(&Audit) -> Result<T> + Send + 'static,
) -> Result<T> {
    let Some(audit) = site.parts.audit.as_ref().map(Arc::clone) else {
        return Err(Error::unavailable("there is no audit log")
            .why("the database cannot be used, so nothing is kept")
            .next("see `/api/health/ready` for what is wrong with it"));
    };
    blocking(move || job(&audit)).await
}
