//! The route of the API's own description.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::server::openapi::JSON;

/// This description.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "The box",
    responses((status = 200, description = "OpenAPI 3.1.", body = serde_json::Value)),
)]
pub(in crate::server) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], JSON.clone()).into_response()
}
