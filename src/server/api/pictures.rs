//! The routes of pictures: on cards, in the list of scenes, and those that people took.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::blocking;
use super::scenes::number;
use crate::access::{Caller, Principal, Role, Scope, TokenKind};
use crate::base::object::SceneId;
use crate::base::{Error, Result};
use crate::operate::audit::{Entry, What};
use crate::server::wire::{ErrorAnswer, PhotographView, PictureView};
use crate::server::{App, rights};
use crate::store::pictures::PictureFile;

/// A picture never changes: it is named by what it is.
const FOR_EVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
/// A thumbnail does: asked for again each time.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");

/// `POST /api/v1/pictures`
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

/// `GET /api/v1/pictures/{hash}`
pub(in crate::server) async fn picture(
    State(site): State<App>,
    Path(hash): Path<String>,
) -> Response {
    let canvas = Arc::clone(&site.parts.canvas);
    file(blocking(move || canvas.picture(&hash)).await, FOR_EVER)
}

/// `GET /api/v1/scenes/{id}/thumbnail`
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

/// `PUT /api/v1/scenes/{id}/thumbnail?revision=N`
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

/// `GET /api/v1/scenes/{id}/photographs`
pub(in crate::server) async fn photographs(
    State(site): State<App>,
    id: Result<Path<SceneId>, PathRejection>,
) -> Response {
    let canvas = Arc::clone(&site.parts.canvas);
    let found = blocking(move || canvas.photographs(number(id)?)).await;
    let views = |rows: Vec<_>| Json(rows.into_iter().map(PhotographView::from).collect::<Vec<_>>());
    found.map(views).into_response()
}

/// `POST /api/v1/photographs/{photograph}`
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
