//! The routes that look at what gestures do, and did.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::command::Verdict;
use crate::server::App;
use crate::server::wire::BindingList;

/// What gestures do.
#[utoipa::path(
    get, path = "/api/v1/bindings", tag = "Gestures",
    responses(
        (status = 200, description = "The bindings, in order.", body = BindingList),
    ),
)]
pub(in crate::server) async fn bindings(State(site): State<App>) -> Json<BindingList> {
    let now = site.parts.bindings.now();
    Json(BindingList { bindings: now.table.bindings(), default: now.default })
}

/// Why gestures did or did not do something: the last 200, oldest first.
#[utoipa::path(
    get, path = "/api/v1/verdicts", tag = "Gestures",
    responses(
        (status = 200, description = "The verdicts.", body = Vec<Verdict>),
    ),
)]
pub(in crate::server) async fn verdicts(State(site): State<App>) -> Json<Vec<Arc<Verdict>>> {
    Json(site.parts.verdicts.lines())
}
