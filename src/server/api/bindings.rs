//! The routes that look at what gestures do, and did.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::command::Verdict;
use crate::server::App;
use crate::server::wire::BindingList;

/// `GET /api/v1/bindings`
pub(in crate::server) async fn bindings(State(site): State<App>) -> Json<BindingList> {
    let now = site.parts.bindings.now();
    Json(BindingList { bindings: now.table.bindings(), default: now.default })
}

/// `GET /api/v1/verdicts`
pub(in crate::server) async fn verdicts(State(site): State<App>) -> Json<Vec<Arc<Verdict>>> {
    Json(site.parts.verdicts.lines())
}
