//! `GET /api/v1/history`: what was measured over the last hour or day.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};

use crate::base::Error;
use crate::operate::history::{Asked, HistoryView, Span};
use crate::server::App;

/// What was measured over the last hour (every 5 seconds) or the last day (every minute).
///
/// Kept in memory: it begins anew with Dixi. A minute of the day keeps the worst of the p95s, and the
/// mean of everything else.
#[utoipa::path(
    get, path = "/api/v1/history", tag = "The box",
    params(
        ("span" = Option<Span>, Query, description = "How far back: the hour if not said."),
        ("after_ms" = Option<i64>, Query, description = "Only what came after this Unix time, milliseconds."),
    ),
    responses((status = 200, description = "The measurements, the oldest first.", body = HistoryView)),
)]
pub(in crate::server) async fn history(
    State(site): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    match asked {
        Ok(Query(Asked { span, after_ms })) => {
            Json(site.parts.history.view(span, after_ms)).into_response()
        }
        Err(e) => Error::invalid("that cannot be asked of the history")
            .why(e.body_text())
            .next("use `span` (`hour` or `day`) and `after_ms`")
            .into_response(),
    }
}
