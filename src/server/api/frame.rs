//! The camera's clean picture of now, on demand: what a model is shown, never what was painted over it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::blocking;
use crate::server::App;
use crate::server::wire::Jpeg;

/// When the picture was captured, RFC 3339 UTC.
const CAPTURED_AT: HeaderName = HeaderName::from_static("dixi-captured-at");

/// The camera's picture of now, as a JPEG of at most 1280 pixels on its longer side.
///
/// The clean picture: no hand is painted over it. The header `dixi-captured-at` says when it was captured.
#[utoipa::path(
    get, path = "/api/v1/camera/frame", tag = "Camera",
    responses(
        (status = 200, description = "The picture.", content((Jpeg = "image/jpeg"))),
        (status = 503, description = "There is none: no camera, paused, outside its hours, or the last is older than 2 s."),
    ),
)]
pub(in crate::server) async fn camera_frame(State(site): State<App>) -> Response {
    let senses = Arc::clone(&site.parts.senses);
    match blocking(move || senses.frame()).await {
        Ok(frame) => {
            let at = HeaderValue::from_str(&frame.captured_at.to_string());
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (CAPTURED_AT, at.unwrap_or(HeaderValue::from_static(""))),
            ];
            (headers, frame.bytes).into_response()
        }
        Err(e) => e.into_response(),
    }
}
