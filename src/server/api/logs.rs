//! `GET /api/v1/logs`: the last lines of the log, as far as somebody wants them.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};

use super::blocking;
use crate::base::Error;
use crate::operate::log::Asked;
use crate::server::App;

/// `GET /api/v1/logs`
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
