//! The routes of the box's own alerts: which there are, what was sent of them, trying whether it arrives.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::blocking;
use crate::server::App;

/// `GET /api/v1/alerts`
pub(in crate::server) async fn alerts(State(site): State<App>) -> Response {
    // The book may be on its way to the disk.
    match blocking(move || Ok(site.parts.alerts.view())).await {
        Ok(view) => Json(view).into_response(),
        Err(e) => e.into_response(),
    }
}

/// `GET /api/v1/alerts/deliveries`
pub(in crate::server) async fn deliveries(State(site): State<App>) -> Response {
    Json(site.parts.alerts.deliveries()).into_response()
}

/// `POST /api/v1/alerts/test`
pub(in crate::server) async fn test_alerts(State(site): State<App>) -> Response {
    match site.parts.alerts.test() {
        Ok(to) => (StatusCode::ACCEPTED, Json(json!({ "to": to }))).into_response(),
        Err(e) => e.into_response(),
    }
}
