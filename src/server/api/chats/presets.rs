//! The routes of presets: system prompts and questions that somebody keeps.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::{Id, json_body, made, no_content, number, with};
use crate::access::Principal;
use crate::assistant::chat::{NewPreset, Preset};
use crate::server::App;

/// One's presets and the box's own, by name.
#[utoipa::path(
    get, path = "/api/v1/presets", tag = "Chat",
    responses((status = 200, description = "All of them.", body = Vec<Preset>)),
)]
pub(in crate::server) async fn presets(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
) -> Response {
    let read = with(&site, &principal, |chats, asker| chats.presets(asker.whose));
    read.await.map(Json).into_response()
}

/// Keeps a system prompt, or a question.
#[utoipa::path(
    post, path = "/api/v1/presets", tag = "Chat",
    request_body = NewPreset,
    responses((status = 201, description = "It is kept.", body = Preset)),
)]
pub(in crate::server) async fn add_preset(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match json_body::<NewPreset>(&headers, &body) {
        Ok(new) => {
            let add =
                with(&site, &principal, move |chats, asker| chats.add_preset(asker.whose, new));
            made(add.await)
        }
        Err(refusal) => *refusal,
    }
}

/// Puts another in the place of a preset.
#[utoipa::path(
    put, path = "/api/v1/presets/{id}", tag = "Chat",
    params(("id" = i64, Path, description = "The preset's number.")),
    request_body = NewPreset,
    responses(
        (status = 200, description = "As it is now.", body = Preset),
        (status = 404, description = "There is none of this number."),
    ),
)]
pub(in crate::server) async fn set_preset(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let new: NewPreset = match json_body(&headers, &body) {
        Ok(new) => new,
        Err(refusal) => return *refusal,
    };
    let set = async {
        let id = number(id)?;
        with(&site, &principal, move |chats, asker| chats.set_preset(asker.whose, id, new)).await
    };
    set.await.map(Json).into_response()
}

/// Deletes a preset.
#[utoipa::path(
    delete, path = "/api/v1/presets/{id}", tag = "Chat",
    params(("id" = i64, Path, description = "The preset's number.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is none of this number."),
    ),
)]
pub(in crate::server) async fn remove_preset(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
) -> Response {
    let gone = async {
        let id = number(id)?;
        with(&site, &principal, move |chats, asker| chats.remove_preset(asker.whose, id)).await
    };
    no_content(gone.await)
}
