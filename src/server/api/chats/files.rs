//! Conversations as files, and the pictures in them.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Id, asked, number, with};
use crate::access::Principal;
use crate::assistant::chat::Imported;
use crate::assistant::chat::exchange::{ChatFile, FileFormat};
use crate::server::App;
use crate::server::api::scenes::attached;

/// As what a conversation is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct AsWhat {
    #[serde(rename = "as")]
    format: Option<FileFormat>,
}

fn file(file: ChatFile) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.mime)),
        (header::CONTENT_DISPOSITION, attached(&file.name)),
    ];
    (headers, file.bytes).into_response()
}

/// A conversation as a file.
#[utoipa::path(
    get, path = "/api/v1/chats/{id}/file", tag = "Chat",
    params(
        ("id" = i64, Path, description = "The conversation's number."),
        ("as" = inline(Option<FileFormat>), Query, description = "`json`, with everything, if not said; `markdown` for people."),
    ),
    responses(
        (status = 200, description = "The file.", content(
            (serde_json::Value = "application/json"), (String = "text/markdown"),
        )),
        (status = 404, description = "There is no conversation of this number."),
    ),
)]
pub(in crate::server) async fn chat_file(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
    what: Result<Query<AsWhat>, QueryRejection>,
) -> Response {
    let read = async {
        let (id, what) = (number(id)?, asked(what)?);
        let format = what.format.unwrap_or(FileFormat::Json);
        with(&site, &principal, move |chats, asker| chats.file(asker.whose, id, format)).await
    };
    read.await.map(file).into_response()
}

/// All of one's own conversations as one file.
#[utoipa::path(
    get, path = "/api/v1/chats/export", tag = "Chat",
    responses((status = 200, description = "The file.", body = serde_json::Value)),
)]
pub(in crate::server) async fn export_chats(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
) -> Response {
    let read = with(&site, &principal, |chats, asker| chats.export(asker.whose));
    read.await.map(file).into_response()
}

/// Takes conversations in: Dixi's JSON or Markdown, or Open WebUI's JSON.
#[utoipa::path(
    post, path = "/api/v1/chats/import", tag = "Chat",
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, description = "They are there.", body = Imported)),
)]
pub(in crate::server) async fn import_chats(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    body: Bytes,
) -> Response {
    let taken = with(&site, &principal, move |chats, asker| chats.import(asker.whose, &body));
    taken.await.map(|taken| (StatusCode::CREATED, Json(taken))).into_response()
}

/// A picture that went with a question.
#[utoipa::path(
    get, path = "/api/v1/chats/{id}/messages/{message}/pictures/{place}", tag = "Chat",
    params(
        ("id" = i64, Path, description = "The conversation's number."),
        ("message" = i64, Path, description = "The message's number."),
        ("place" = usize, Path, description = "Which of its pictures, from 0."),
    ),
    responses(
        (status = 200, description = "The picture.", content(
            (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"),
        )),
        (status = 404, description = "There is no such picture."),
    ),
)]
pub(in crate::server) async fn chat_picture(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    ids: Result<Path<(i64, i64, usize)>, PathRejection>,
) -> Response {
    let read = async {
        let ids = number(ids)?;
        with(&site, &principal, move |chats, asker| chats.picture(asker, ids)).await
    };
    match read.await {
        Ok(picture) => {
            let jpeg = picture.mime == "image/jpeg";
            let mime = HeaderValue::from_static(if jpeg { "image/jpeg" } else { "image/png" });
            ([(header::CONTENT_TYPE, mime)], picture.bytes).into_response()
        }
        Err(e) => e.into_response(),
    }
}
