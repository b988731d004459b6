//! The routes of models: which there are, what is known of one, and having one loaded, let go of, deleted or
//! fetched. Looking is for whoever may use models; the rest is for owners, and what changes which models there
//! are is written down.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::entrance::json_body;
use crate::access::Principal;
use crate::assistant::models::{KeepAlive, ModelDetails, ModelsView, Pull};
use crate::assistant::names::ModelName;
use crate::assistant::proxy::may_use;
use crate::base::{Error, Result};
use crate::operate::audit::{Entry, What};
use crate::server::App;
use crate::server::wire::{ModelLoad, ModelLoading, ModelWish};

/// The models that the Ollama servers have, and which are loaded.
///
/// What is older than five seconds is asked anew, and waited for, two seconds at most.
#[utoipa::path(
    get, path = "/api/v1/models", tag = "Models",
    responses((status = 200, description = "The models of all servers that answer.", body = ModelsView)),
)]
pub(in crate::server) async fn models(State(site): State<App>) -> Response {
    Json(site.parts.models.list().await).into_response()
}

/// Which model is meant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct Meant {
    model: String,
}

/// What Ollama knows of a model.
#[utoipa::path(
    get, path = "/api/v1/models/show", tag = "Models",
    params(("model" = String, Query, description = "Its name.")),
    responses(
        (status = 200, description = "This.", body = ModelDetails),
        (status = 404, description = "No server has it."),
    ),
)]
pub(in crate::server) async fn model(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    meant: Result<Query<Meant>, QueryRejection>,
) -> Response {
    let shown = async {
        let Query(Meant { model }) = meant
            .map_err(|e| Error::invalid("this question is not understood").why(e.body_text()))?;
        let name = allowed(&site, &principal, &model)?;
        site.parts.models.details(&model, &name).await
    };
    answer(shown.await)
}

/// Has a model loaded.
///
/// Answers when it is there, or after 20 seconds; loading goes on then, and the list of models tells how it ends.
#[utoipa::path(
    post, path = "/api/v1/models/load", tag = "Models",
    request_body = ModelLoad,
    responses(
        (status = 200, description = "It is loaded, or being loaded.", body = ModelLoading),
        (status = 404, description = "No server has it."),
        (status = 429, description = "It does not fit into memory, or Ollama has too much to do."),
    ),
)]
pub(in crate::server) async fn load_model(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let ModelLoad { model, keep_alive } = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let loaded = async {
        let name = allowed(&site, &principal, &model)?;
        let keep = keep_alive.as_deref().map(KeepAlive::parse).transpose()?;
        let loaded = site.parts.models.load(&model, &name, keep).await?;
        Ok(ModelLoading { loaded })
    };
    answer(loaded.await)
}

/// Has a model let go of the memory.
#[utoipa::path(
    post, path = "/api/v1/models/unload", tag = "Models",
    request_body = ModelWish,
    responses(
        (status = 204, description = "It is out of memory, or will be in a moment."),
        (status = 404, description = "No server has it."),
    ),
)]
pub(in crate::server) async fn unload_model(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let ModelWish { model } = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let done = async {
        let name = allowed(&site, &principal, &model)?;
        site.parts.models.unload(&model, &name).await
    };
    nothing(done.await)
}

/// Deletes a model, on every server that has it.
#[utoipa::path(
    post, path = "/api/v1/models/delete", tag = "Models",
    request_body = ModelWish,
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "No server has it."),
    ),
)]
pub(in crate::server) async fn delete_model(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let ModelWish { model } = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let done = async {
        let name = allowed(&site, &principal, &model)?;
        site.parts.models.delete(&model, &name).await?;
        site.note(&principal, Entry::new(What::ModelDeleted).about(name.key()));
        Ok(())
    };
    nothing(done.await)
}

/// The models that are being fetched, the newest first, and how the last ones ended.
#[utoipa::path(
    get, path = "/api/v1/models/pulls", tag = "Models",
    responses((status = 200, description = "The pulls.", body = Vec<Pull>)),
)]
pub(in crate::server) async fn pulls(State(site): State<App>) -> Response {
    Json(site.parts.models.pulls().list()).into_response()
}

/// Has Ollama fetch a model, as a job of the box's own.
///
/// Two run at once, the others wait. A model that is being fetched already is not begun twice: its pull is told.
/// Waits up to three seconds for Ollama to tell whether it fits on the disk; a pull that turns out too large
/// later fails then.
#[utoipa::path(
    post, path = "/api/v1/models/pulls", tag = "Models",
    request_body = ModelWish,
    responses(
        (status = 201, description = "It is on its way.", body = Pull),
        (status = 507, description = "`disk_full`: it does not fit where Ollama keeps its models."),
    ),
)]
pub(in crate::server) async fn pull_model(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let ModelWish { model } = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let begun = async {
        let name = allowed(&site, &principal, &model)?;
        site.note(&principal, Entry::new(What::ModelPulled).about(name.key()));
        site.parts.models.pulls().begin(&model).await
    };
    begun.await.map(|pull| (StatusCode::CREATED, Json(pull))).into_response()
}

/// Ends a pull; one at its end is no longer told of.
///
/// What was fetched stays with Ollama, so that it can go on.
#[utoipa::path(
    post, path = "/api/v1/models/pulls/{id}/cancel", tag = "Models",
    params(("id" = i64, Path, description = "The pull's number.")),
    responses(
        (status = 204, description = "It has ended, or is forgotten."),
        (status = 404, description = "There is none of this number."),
    ),
)]
pub(in crate::server) async fn cancel_pull(State(site): State<App>, id: Id) -> Response {
    let done = async { site.parts.models.pulls().cancel(number(id)?).await };
    nothing(done.await)
}

/// Has a pull go on that failed, was ended or has stalled.
#[utoipa::path(
    post, path = "/api/v1/models/pulls/{id}/resume", tag = "Models",
    params(("id" = i64, Path, description = "The pull's number.")),
    responses(
        (status = 200, description = "It is on its way.", body = Pull),
        (status = 404, description = "There is none of this number."),
    ),
)]
pub(in crate::server) async fn resume_pull(State(site): State<App>, id: Id) -> Response {
    let begun = async { site.parts.models.pulls().resume(number(id)?).await };
    answer(begun.await)
}

type Id = Result<Path<i64>, PathRejection>;

fn number(id: Id) -> Result<i64> {
    id.map(|Path(id)| id).map_err(|_| Error::invalid("the path names no pull"))
}

/// A name that may be used, by whoever asks.
fn allowed(site: &App, principal: &Principal, model: &str) -> Result<ModelName> {
    let name = site.parts.models.name(model)?;
    may_use(principal, &name).map(|()| name)
}

fn answer<T: serde::Serialize>(outcome: Result<T>) -> Response {
    outcome.map(Json).into_response()
}

fn nothing(outcome: Result<()>) -> Response {
    outcome.map(|()| StatusCode::NO_CONTENT).into_response()
}
