//! The routes of scenes.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::blocking;
use super::commands::not_json;
use crate::access::Principal;
use crate::base::object::SceneId;
use crate::base::{Error, Kind, Result};
use crate::canvas::Scene;
use crate::canvas::file::SceneFile;
use crate::canvas::sweep::KEPT_DAYS;
use crate::command::Outcome;
use crate::operate::audit::{Entry, What};
use crate::server::App;
use crate::server::wire::SceneList;

/// The scenes, in the order of `next`, and the deleted ones.
#[utoipa::path(
    get, path = "/api/v1/scenes", tag = "Canvas",
    responses(
        (status = 200, description = "The scenes.", body = SceneList),
    ),
)]
pub(in crate::server) async fn scenes(State(site): State<App>) -> Response {
    let canvas = Arc::clone(&site.parts.canvas);
    match blocking(move || canvas.scenes()).await {
        Ok((scenes, deleted)) => {
            Json(SceneList { scenes, deleted, kept_days: KEPT_DAYS }).into_response()
        }
        Err(e) => e.into_response(),
    }
}

/// A scene, whole.
#[utoipa::path(
    get, path = "/api/v1/scenes/{id}", tag = "Canvas",
    params(("id" = u32, Path, description = "The scene's number.")),
    responses(
        (status = 200, description = "The scene.", body = Scene),
        (status = 404, description = "There is none of this number."),
    ),
)]
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

/// A scene as a file to keep.
#[utoipa::path(
    get, path = "/api/v1/scenes/{id}/file", tag = "Canvas",
    params(("id" = u32, Path, description = "The scene's number.")),
    responses(
        (status = 200, description = "The file.", body = SceneFile),
        (status = 404, description = "There is none of this number."),
        (status = 429, description = "Its pictures make it larger than any Dixi would take back."),
    ),
)]
pub(in crate::server) async fn scene_file(
    State(site): State<App>,
    id: Result<Path<SceneId>, PathRejection>,
) -> Response {
    let canvas = Arc::clone(&site.parts.canvas);
    match blocking(move || canvas.export(number(id)?)).await {
        Ok((name, json)) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
                (header::CONTENT_DISPOSITION, attachment(&name)),
            ];
            (headers, json).into_response()
        }
        Err(e) => e.into_response(),
    }
}

/// Makes a new scene of a scene's file.
///
/// The file is taken whole or not at all.
#[utoipa::path(
    post, path = "/api/v1/scenes", tag = "Canvas",
    request_body = SceneFile,
    responses(
        (status = 200, description = "It is there.", body = Outcome),
        (status = 501, description = "The file is of a newer Dixi."),
    ),
)]
pub(in crate::server) async fn add_scene(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refusal) = not_json(&headers) {
        return refusal;
    }
    let canvas = Arc::clone(&site.parts.canvas);
    let added = blocking(move || canvas.import(&body)).await;
    if added.is_ok() {
        site.note(&principal, Entry::new(What::Command).about("import_scene"));
    }
    added.map(Json).into_response()
}

/// The header that has a browser keep the answer as a file named after the scene (RFC 6266).
fn attachment(name: &str) -> HeaderValue {
    let keep = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let name: String = name.chars().map(|c| if keep(c) { c } else { '-' }).collect();
    attached(&format!("{name}.json"))
}

/// A file to keep, by a name of letters, digits, `-`, `_`, `.` and spaces.
pub(super) fn attached(name: &str) -> HeaderValue {
    let utf8: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let utf8 = utf8.replace('+', "%20");
    let ascii: String = name.chars().map(|c| if c.is_ascii() { c } else { '-' }).collect();
    let value = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{utf8}");
    value.try_into().unwrap_or(HeaderValue::from_static("attachment"))
}

/// A scene's number out of the path.
pub(super) fn number<T>(id: Result<Path<T>, PathRejection>) -> Result<T> {
    id.map(|Path(id)| id).map_err(|_| {
        Error::new(Kind::NotFound, "that is no number")
            .next("`GET /api/v1/scenes` lists the scenes")
    })
}
