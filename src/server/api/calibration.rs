//! The route that looks at the calibration.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::canvas::calibration::CalibrationState;
use crate::server::App;

/// `GET /api/v1/calibration`
pub(in crate::server) async fn calibration(State(site): State<App>) -> Json<Arc<CalibrationState>> {
    Json(Arc::clone(&site.parts.canvas.feeds().calibration.borrow()))
}
