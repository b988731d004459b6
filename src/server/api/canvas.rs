//! The route that looks at the canvas.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::canvas::CanvasState;
use crate::server::App;

/// `GET /api/v1/canvas`
pub(in crate::server) async fn canvas(State(site): State<App>) -> Json<Arc<CanvasState>> {
    Json(site.parts.canvas.state())
}
