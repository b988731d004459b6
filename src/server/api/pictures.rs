//! The routes of pictures: on cards, in the list of scenes, and those that people took.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::scenes::number;
use super::{blocking, word};
use crate::access::{Caller, Principal, Role, Scope, TokenKind};
use crate::base::object::SceneId;
use crate::base::{Error, Result};
use crate::command::Outcome;
use crate::operate::audit::{Entry, What};
use crate::server::wire::{ErrorAnswer, Jpeg, PhotographView, PictureView, Png};
use crate::server::{App, rights};
use crate::store::pictures::PictureFile;

/// A picture never changes: it is named by what it is.
const FOR_EVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
/// A thumbnail does: asked for again each time.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Keeps a picture for cards.
///
/// At most 40 megapixels, progressive JPEGs 16.
#[utoipa::path(
    post, path = "/api/v1/pictures", tag = "Canvas",
    request_body(content((Png = "image/png"), (Jpeg = "image/jpeg"))),
    responses(
        (status = 200, description = "It is kept, under this name.", body = PictureView),
    ),
)]
pub(in crate::server) async fn add_picture(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(mime) = picture_type(&headers) else { return no_picture() };
    let canvas = Arc::clone(&site.parts.canvas);
    match blocking(move || canvas.add_picture(mime, body.into())).await {
        Ok((picture, width, height)) => {
            site.note(&principal, Entry::new(What::Command).about("add_picture"));
            let aspect = width as f32 / height.max(1) as f32;
            Json(PictureView { picture, width, height, aspect }).into_response()
        }
        Err(e) => e.into_response(),
    }
}

/// A picture that is kept.
#[utoipa::path(
    get, path = "/api/v1/pictures/{hash}", tag = "Canvas",
    params(("hash" = String, Path, description = "Its name: the SHA-256 of its file, 64 hexadecimal digits.")),
    responses(
        (status = 200, description = "The picture.", content((Png = "image/png"), (Jpeg = "image/jpeg"))),
        (status = 400, description = "That is no picture's name."),
        (status = 404, description = "There is none of this name."),
    ),
)]
pub(in crate::server) async fn picture(
    State(site): State<App>,
    hash: Result<Path<String>, PathRejection>,
) -> Response {
    let canvas = Arc::clone(&site.parts.canvas);
    file(blocking(move || canvas.picture(&word(hash)?)).await, FOR_EVER)
}

/// The small picture of a scene.
#[utoipa::path(
    get, path = "/api/v1/scenes/{id}/thumbnail", tag = "Canvas",
    params(("id" = u32, Path, description = "The scene's number.")),
    responses(
        (status = 200, description = "The picture.", content((Png = "image/png"), (Jpeg = "image/jpeg"))),
        (status = 404, description = "There is none."),
    ),
)]
pub(in crate::server) async fn thumbnail(
    State(site): State<App>,
    id: Result<Path<SceneId>, PathRejection>,
) -> Response {
    let canvas = Arc::clone(&site.parts.canvas);
    file(blocking(move || canvas.thumbnail(number(id)?)).await, ASK_AGAIN)
}

/// What a thumbnail shows.
#[derive(Deserialize)]
pub(in crate::server) struct Shows {
    revision: u64,
}

/// Keeps a small picture of a scene; a newer one that is there stays.
#[utoipa::path(
    put, path = "/api/v1/scenes/{id}/thumbnail", tag = "Canvas",
    params(("id" = u32, Path, description = "The scene's number."), ("revision" = u64, Query, description = "The revision that it shows.")),
    request_body(content((Png = "image/png"), (Jpeg = "image/jpeg"))),
    responses(
        (status = 200, description = "Whether it is kept.", body = Outcome),
        (status = 404, description = "There is no scene of this number."),
    ),
)]
pub(in crate::server) async fn set_thumbnail(
    State(site): State<App>,
    id: Result<Path<SceneId>, PathRejection>,
    shows: Result<Query<Shows>, QueryRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(mime) = picture_type(&headers) else { return no_picture() };
    let canvas = Arc::clone(&site.parts.canvas);
    let kept = blocking(move || {
        let Query(Shows { revision }) = shows.map_err(|_| {
            Error::invalid("it is not said what the thumbnail shows").next("add `?revision=`")
        })?;
        canvas.set_thumbnail(number(id)?, revision, mime, body.into())
    });
    kept.await.map(Json).into_response()
}

/// The pictures that people took of a scene, the newest first.
#[utoipa::path(
    get, path = "/api/v1/scenes/{id}/photographs", tag = "Canvas",
    params(("id" = u32, Path, description = "The scene's number.")),
    responses(
        (status = 200, description = "The photographs.", body = Vec<PhotographView>),
        (status = 404, description = "There is no scene of this number."),
    ),
)]
pub(in crate::server) async fn photographs(
    State(site): State<App>,
    id: Result<Path<SceneId>, PathRejection>,
) -> Response {
    let canvas = Arc::clone(&site.parts.canvas);
    let found = blocking(move || canvas.photographs(number(id)?)).await;
    let views = |rows: Vec<_>| Json(rows.into_iter().map(PhotographView::from).collect::<Vec<_>>());
    found.map(views).into_response()
}

/// Takes the picture that the message `photograph` asked for.
#[utoipa::path(
    post, path = "/api/v1/photographs/{photograph}", tag = "Canvas",
    params(("photograph" = u64, Path, description = "Its number, as the message said.")),
    request_body(content = Png, content_type = "image/png"),
    responses(
        (status = 200, description = "It is kept.", body = Outcome),
        (status = 404, description = "It is not wanted any more."),
    ),
)]
pub(in crate::server) async fn add_photograph(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    photograph: Result<Path<u64>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // A screen changes nothing, but the picture that somebody asked for may be of it alone.
    let screen = matches!(principal.caller, Caller::Token { kind: TokenKind::Kiosk, .. });
    if !screen && !principal.may(Role::User, Scope::Canvas) {
        return rights::refusal(Role::User, Scope::Canvas).into_response();
    }
    match picture_type(&headers) {
        Some("image/png") => {}
        Some(_) => return wrong_type("a photograph is a PNG", "send `Content-Type: image/png`"),
        None => return no_picture(),
    }
    let canvas = Arc::clone(&site.parts.canvas);
    let kept = blocking(move || canvas.add_photograph(number(photograph)?, body.into())).await;
    kept.map(Json).into_response()
}

fn file(found: Result<PictureFile>, keep: HeaderValue) -> Response {
    match found {
        Ok(PictureFile { mime, bytes }) => {
            // The database takes no other type.
            let mime = if mime == "image/png" { "image/png" } else { "image/jpeg" };
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(mime)),
                (header::CACHE_CONTROL, keep),
            ];
            (headers, bytes).into_response()
        }
        Err(e) => e.into_response(),
    }
}

/// What the client says it sends, if that is a picture. No form of another site can send these types.
fn picture_type(headers: &HeaderMap) -> Option<&'static str> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "image/png" => Some("image/png"),
        "image/jpeg" => Some("image/jpeg"),
        _ => None,
    }
}

fn no_picture() -> Response {
    wrong_type(
        "the body must be a picture",
        "send a PNG or JPEG with `Content-Type: image/png` or `image/jpeg`",
    )
}

fn wrong_type(what: &str, next: &str) -> Response {
    ErrorAnswer::with_status(&Error::invalid(what).next(next), StatusCode::UNSUPPORTED_MEDIA_TYPE)
}
