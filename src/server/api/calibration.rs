//! The route that looks at the calibration.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::canvas::calibration::CalibrationState;
use crate::server::App;

/// The calibration.
#[utoipa::path(
    get, path = "/api/v1/calibration", tag = "Canvas",
    responses(
        (status = 200, description = "The calibration now.", body = CalibrationState),
    ),
)]
pub(in crate::server) async fn calibration(State(site): State<App>) -> Json<Arc<CalibrationState>> {
    Json(Arc::clone(&site.parts.canvas.feeds().calibration.borrow()))
}
