//! The routes of the box's own alerts: which there are, what was sent of them, trying whether it arrives.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::blocking;
use crate::operate::alert::{AlertsView, Delivery, Via};
use crate::server::App;

/// Who is being told.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct Told {
    /// By what.
    to: Vec<Via>,
}

/// The box's own alerts: those that go on, those that are over, and who is told.
#[utoipa::path(
    get, path = "/api/v1/alerts", tag = "The box",
    responses((status = 200, description = "The alerts.", body = AlertsView)),
)]
pub(in crate::server) async fn alerts(State(site): State<App>) -> Response {
    // The book may be on its way to the disk.
    match blocking(move || Ok(site.parts.alerts.view())).await {
        Ok(view) => Json(view).into_response(),
        Err(e) => e.into_response(),
    }
}

/// The attempts to tell somebody of an alert.
#[utoipa::path(
    get, path = "/api/v1/alerts/deliveries", tag = "The box",
    responses((status = 200, description = "The attempts.", body = Vec<Delivery>)),
)]
pub(in crate::server) async fn deliveries(State(site): State<App>) -> Response {
    Json(site.parts.alerts.deliveries()).into_response()
}

/// Tries whether alerts arrive: tells everybody who is told.
#[utoipa::path(
    post, path = "/api/v1/alerts/test", tag = "The box",
    responses(
        (status = 202, description = "They are being told.", body = Told),
        (status = 400, description = "Nobody is told of alerts."),
    ),
)]
pub(in crate::server) async fn test_alerts(State(site): State<App>) -> Response {
    match site.parts.alerts.test() {
        Ok(to) => (StatusCode::ACCEPTED, Json(Told { to })).into_response(),
        Err(e) => e.into_response(),
    }
}
