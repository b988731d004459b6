//! `GET /api/v1/logs`: the last lines of the log, as far as somebody wants them.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};

use super::blocking;
use crate::base::Error;
use crate::operate::log::{Asked, LogLevel, LogsView};
use crate::server::App;

/// The last lines of the log.
#[utoipa::path(
    get, path = "/api/v1/logs", tag = "The box",
    params(
        ("after" = Option<i64>, Query, description = "Only lines after this one."),
        ("level" = Option<LogLevel>, Query, description = "Only lines that matter at least this much."),
        ("module" = Option<String>, Query, description = "Only of this module and those within it."),
        ("text" = Option<String>, Query, description = "Only with this in their text."),
        ("limit" = Option<u16>, Query, description = "At most so many, the newest: 500 if not said, 2,000 at most."),
    ),
    responses((status = 200, description = "The lines, the oldest first.", body = LogsView)),
)]
pub(in crate::server) async fn logs(
    State(site): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = match asked {
        Ok(Query(asked)) => asked,
        Err(e) => {
            return Error::invalid("that cannot be asked of the log")
                .why(e.body_text())
                .next("use `after`, `level`, `module`, `text` and `limit`")
                .into_response();
        }
    };
    // Ten thousand lines are searched.
    match blocking(move || Ok(site.parts.log.view(&asked))).await {
        Ok(view) => Json(view).into_response(),
        Err(e) => e.into_response(),
    }
}
