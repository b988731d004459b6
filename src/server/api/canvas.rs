//! The route that looks at the canvas.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::canvas::CanvasState;
use crate::server::App;

/// The canvas beside its objects: scene, selection, tools, steps.
#[utoipa::path(
    get, path = "/api/v1/canvas", tag = "Canvas",
    responses(
        (status = 200, description = "The canvas now.", body = CanvasState),
    ),
)]
pub(in crate::server) async fn canvas(State(site): State<App>) -> Json<Arc<CanvasState>> {
    Json(site.parts.canvas.state())
}
