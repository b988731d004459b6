//! The routes of scenes.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::blocking;
use crate::base::object::SceneId;
use crate::base::{Error, Kind, Result};
use crate::server::App;
use crate::server::wire::SceneList;

/// `GET /api/v1/scenes`
pub(in crate::server) async fn scenes(State(site): State<App>) -> Response {
    let canvas = Arc::clone(&site.parts.canvas);
    match blocking(move || canvas.scenes()).await {
        Ok((scenes, deleted)) => Json(SceneList { scenes, deleted }).into_response(),
        Err(e) => e.into_response(),
    }
}

/// `GET /api/v1/scenes/{id}`
pub(in crate::server) async fn scene(
    State(site): State<App>,
    id: Result<Path<SceneId>, PathRejection>,
) -> Response {
    let canvas = Arc::clone(&site.parts.canvas);
    let read = blocking(move || canvas.read_scene(number(id)?));
    match read.await {
        Ok(scene) => Json(scene).into_response(),
        Err(e) => e.into_response(),
    }
}

/// A scene's number out of the path.
pub(super) fn number<T>(id: Result<Path<T>, PathRejection>) -> Result<T> {
    id.map(|Path(id)| id).map_err(|_| {
        Error::new(Kind::NotFound, "that is no number")
            .next("`GET /api/v1/scenes` lists the scenes")
    })
}
