//! The routes of conversations: each finds out whose they are, and has the assistant do it where it may wait
//! for the disk. News of answers come over the live socket.

mod files;
mod presets;

pub(in crate::server) use files::*;
pub(in crate::server) use presets::*;

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::blocking;
use super::entrance::json_body;
use super::people::no_content;
use crate::access::Principal;
use crate::assistant::chat::{
    AskedView, Asker, Asking, Chat, ChatChange, ChatInfo, ChatList, ChatMessage, Chats, ChatsFound,
    NewChat, Preview, PreviewAsked,
};
use crate::base::{Error, Kind, Result};
use crate::server::App;

/// Which page of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct Page {
    after: Option<String>,
    limit: Option<u16>,
}

/// What is looked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct Sought {
    text: String,
    limit: Option<u16>,
}

/// Which model answers anew.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct Again {
    /// Another model than the conversation's, for this answer only.
    model: Option<String>,
}

type Id = std::result::Result<Path<i64>, PathRejection>;
type Ids = std::result::Result<Path<(i64, i64)>, PathRejection>;

/// A number out of the path.
fn number<T>(id: std::result::Result<Path<T>, PathRejection>) -> Result<T> {
    id.map(|Path(id)| id).map_err(|_| {
        Error::new(Kind::NotFound, "that is no number")
            .next("`GET /api/v1/chats` tells which conversations there are")
    })
}

fn asked<T>(query: std::result::Result<Query<T>, QueryRejection>) -> Result<T> {
    query.map(|Query(asked)| asked).map_err(|e| {
        Error::invalid("this question is not understood")
            .why(e.body_text())
            .next("docs/reference/api.md says what it takes")
    })
}

/// Has the conversations do something, where it may wait for the disk.
async fn with<T: Send + 'static>(
    site: &App,
    principal: &Principal,
    job: impl FnOnce(&Arc<Chats>, &Asker) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (chats, asker) = (Arc::clone(&site.parts.chats), Asker::of(principal));
    blocking(move || job(&chats, &asker)).await
}

fn made<T: serde::Serialize>(made: Result<T>) -> Response {
    made.map(|made| (StatusCode::CREATED, Json(made))).into_response()
}

/// The conversations: one's own and the box's, pinned ones first, then the latest.
#[utoipa::path(
    get, path = "/api/v1/chats", tag = "Chat",
    params(
        ("after" = Option<String>, Query, description = "The page after this one: its `more`."),
        ("limit" = Option<u16>, Query, description = "How many: 50 if not said, 200 at most."),
    ),
    responses((status = 200, description = "A page of them.", body = ChatList)),
)]
pub(in crate::server) async fn chats(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    page: std::result::Result<Query<Page>, QueryRejection>,
) -> Response {
    let read = async {
        let page = asked(page)?;
        with(&site, &principal, move |chats, asker| {
            chats.list(asker.whose, page.after.as_deref(), page.limit.map(u32::from))
        })
        .await
    };
    read.await.map(Json).into_response()
}

/// Begins a conversation.
#[utoipa::path(
    post, path = "/api/v1/chats", tag = "Chat",
    request_body = NewChat,
    responses((status = 201, description = "It is there.", body = ChatInfo)),
)]
pub(in crate::server) async fn begin_chat(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let new: NewChat = match json_body(&headers, &body) {
        Ok(new) => new,
        Err(refusal) => return *refusal,
    };
    made(with(&site, &principal, move |chats, asker| chats.begin(asker.whose, new)).await)
}

/// Finds conversations by titles and by every word that was said.
#[utoipa::path(
    get, path = "/api/v1/chats/search", tag = "Chat",
    params(
        ("text" = String, Query, description = "Words, all of which are to be there; the last may be unfinished."),
        ("limit" = Option<u16>, Query, description = "How many places: 50 if not said, and at most."),
    ),
    responses((status = 200, description = "Where they are.", body = ChatsFound)),
)]
pub(in crate::server) async fn search_chats(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    sought: std::result::Result<Query<Sought>, QueryRejection>,
) -> Response {
    let read = async {
        let sought = asked(sought)?;
        with(&site, &principal, move |chats, asker| {
            chats.search(asker.whose, &sought.text, sought.limit.map(u32::from))
        })
        .await
    };
    read.await.map(Json).into_response()
}

/// What a model would be told now: variables filled in, and what of the box it is told.
#[utoipa::path(
    post, path = "/api/v1/chats/preview", tag = "Chat",
    request_body = PreviewAsked,
    responses((status = 200, description = "That.", body = Preview)),
)]
pub(in crate::server) async fn preview_chat(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match json_body::<PreviewAsked>(&headers, &body) {
        Ok(asked) => Json(site.parts.chats.preview(&principal, &asked)).into_response(),
        Err(refusal) => *refusal,
    }
}

/// A conversation, with the branch that is shown.
#[utoipa::path(
    get, path = "/api/v1/chats/{id}", tag = "Chat",
    params(("id" = i64, Path, description = "The conversation's number.")),
    responses(
        (status = 200, description = "The conversation.", body = Chat),
        (status = 404, description = "There is none of this number."),
    ),
)]
pub(in crate::server) async fn chat(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
) -> Response {
    let read = async {
        let id = number(id)?;
        with(&site, &principal, move |chats, asker| chats.get(asker.whose, id)).await
    };
    read.await.map(Json).into_response()
}

/// Changes a conversation: its title, whether it is pinned, how it is held, which version is shown.
#[utoipa::path(
    put, path = "/api/v1/chats/{id}", tag = "Chat",
    params(("id" = i64, Path, description = "The conversation's number.")),
    request_body = ChatChange,
    responses(
        (status = 200, description = "As it is now.", body = ChatInfo),
        (status = 404, description = "There is none of this number."),
    ),
)]
pub(in crate::server) async fn change_chat(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let change: ChatChange = match json_body(&headers, &body) {
        Ok(change) => change,
        Err(refusal) => return *refusal,
    };
    let changed = async {
        let id = number(id)?;
        with(&site, &principal, move |chats, asker| chats.change(asker.whose, id, change)).await
    };
    changed.await.map(Json).into_response()
}

/// Deletes a conversation with all that was said.
#[utoipa::path(
    delete, path = "/api/v1/chats/{id}", tag = "Chat",
    params(("id" = i64, Path, description = "The conversation's number.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is none of this number."),
    ),
)]
pub(in crate::server) async fn remove_chat(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
) -> Response {
    let gone = async {
        let id = number(id)?;
        with(&site, &principal, move |chats, asker| chats.remove(asker.whose, id)).await
    };
    no_content(gone.await)
}

/// Asks in a conversation; the answer comes by itself, over the live socket.
#[utoipa::path(
    post, path = "/api/v1/chats/{id}/messages", tag = "Chat",
    params(("id" = i64, Path, description = "The conversation's number.")),
    request_body = Asking,
    responses(
        (status = 201, description = "The question, and the answer that is coming.", body = AskedView),
        (status = 404, description = "There is no such conversation, or no such message in it."),
        (status = 409, description = "An answer is coming already."),
    ),
)]
pub(in crate::server) async fn ask_chat(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asking: Asking = match json_body(&headers, &body) {
        Ok(asking) => asking,
        Err(refusal) => return *refusal,
    };
    drop(body);
    let done = async {
        let id = number(id)?;
        with(&site, &principal, move |chats, asker| chats.ask(asker, id, asking)).await
    };
    made(done.await)
}

/// Has a question answered again: another version of its answer.
#[utoipa::path(
    post, path = "/api/v1/chats/{id}/messages/{message}/again", tag = "Chat",
    params(
        ("id" = i64, Path, description = "The conversation's number."),
        ("message" = i64, Path, description = "The question's number, or that of an answer to it."),
    ),
    request_body = Again,
    responses(
        (status = 201, description = "The answer that is coming.", body = ChatMessage),
        (status = 404, description = "There is no such conversation, or no such message in it."),
        (status = 409, description = "An answer is coming already."),
    ),
)]
pub(in crate::server) async fn answer_again(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    ids: Ids,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let again: Again = match json_body(&headers, &body) {
        Ok(again) => again,
        Err(refusal) => return *refusal,
    };
    let done = async {
        let ids = number(ids)?;
        with(&site, &principal, move |chats, asker| chats.again(asker, ids, again.model)).await
    };
    made(done.await)
}

/// Stops an answer; what is there stays. One that has ended stays as it is.
#[utoipa::path(
    post, path = "/api/v1/chats/{id}/messages/{message}/stop", tag = "Chat",
    params(
        ("id" = i64, Path, description = "The conversation's number."),
        ("message" = i64, Path, description = "The answer's number."),
    ),
    responses(
        (status = 204, description = "It comes no further."),
        (status = 404, description = "There is no such conversation, or no such message in it."),
    ),
)]
pub(in crate::server) async fn stop_answer(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    ids: Ids,
) -> Response {
    let stopped = async {
        let (id, message) = number(ids)?;
        with(&site, &principal, move |chats, asker| chats.stop(asker.whose, id, message)).await
    };
    no_content(stopped.await)
}
