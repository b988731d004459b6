//! Ollama's own routes, under `/ollama/` and at a port of their own: each is passed on as it is, once it is
//! known that it may. What each takes and answers is Ollama's to say.

use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, Request, State};
use axum::response::{IntoResponse, Response};

use super::word;
use crate::access::Principal;
use crate::assistant::proxy::Op;
use crate::base::Result;
use crate::server::App;
use crate::server::relay::relay;
use crate::server::wire::{ModelAnswer, ModelQuestion};

macro_rules! looks {
    ($($(#[$doc:meta])+ $name:ident, $path:tt, $op:ident, $mime:tt;)+) => { $(
        $(#[$doc])+
        #[utoipa::path(
            get, path = $path, tag = "Ollama",
            responses((status = 200, description = "As Ollama answers.", body = ModelAnswer, content_type = $mime)),
        )]
        pub(in crate::server) async fn $name(
            State(site): State<App>,
            Extension(principal): Extension<Principal>,
            request: Request,
        ) -> Response {
            relay(site, principal, (Op::$op, None), request).await
        }
    )+ };
}

macro_rules! asks {
    ($($(#[$doc:meta])+ $method:ident $name:ident, $path:tt, $op:ident, $mime:tt;)+) => { $(
        $(#[$doc])+
        #[utoipa::path(
            $method, path = $path, tag = "Ollama",
            request_body = ModelQuestion,
            responses(
                (status = 200, description = "As Ollama answers: one object, or one a line.", content(
                    (ModelAnswer = "application/json"), (ModelAnswer = $mime),
                )),
                (status = 404, description = "Ollama does not have this model."),
            ),
        )]
        pub(in crate::server) async fn $name(
            State(site): State<App>,
            Extension(principal): Extension<Principal>,
            request: Request,
        ) -> Response {
            relay(site, principal, (Op::$op, None), request).await
        }
    )+ };
}

looks! {
    /// Whether Ollama is there, in its own words.
    ollama_root, "/ollama/", Root, "text/plain";
    /// Ollama's version.
    ollama_version, "/ollama/api/version", Version, "application/json";
    /// The models that Ollama has.
    ollama_tags, "/ollama/api/tags", Tags, "application/json";
    /// The models that are loaded.
    ollama_ps, "/ollama/api/ps", Ps, "application/json";
    /// The models that Ollama has, as OpenAI lists them.
    openai_models, "/ollama/v1/models", Models, "application/json";
}

asks! {
    /// What Ollama knows of a model.
    post ollama_show, "/ollama/api/show", Show, "application/x-ndjson";
    /// The next message of a conversation.
    post ollama_chat, "/ollama/api/chat", Chat, "application/x-ndjson";
    /// What follows a text.
    post ollama_generate, "/ollama/api/generate", Generate, "application/x-ndjson";
    /// Texts as vectors.
    post ollama_embed, "/ollama/api/embed", Embed, "application/x-ndjson";
    /// A text as a vector, as older clients ask.
    post ollama_embeddings, "/ollama/api/embeddings", Embeddings, "application/x-ndjson";
    /// Has Ollama fetch a model: for owners.
    ///
    /// Only `model` and `stream` go along.
    post ollama_pull, "/ollama/api/pull", Pull, "application/x-ndjson";
    /// Has Ollama delete a model: for owners.
    delete ollama_delete, "/ollama/api/delete", Delete, "application/x-ndjson";
    /// The next message of a conversation, as OpenAI has it.
    post openai_chat, "/ollama/v1/chat/completions", ChatCompletions, "text/event-stream";
    /// What follows a text, as OpenAI has it.
    post openai_completions, "/ollama/v1/completions", Completions, "text/event-stream";
    /// Texts as vectors, as OpenAI has it.
    post openai_embeddings, "/ollama/v1/embeddings", V1Embeddings, "text/event-stream";
    /// An answer, as OpenAI's newer way has it.
    post openai_responses, "/ollama/v1/responses", Responses, "text/event-stream";
}

/// One model, as OpenAI tells of it.
#[utoipa::path(
    get, path = "/ollama/v1/models/{model}", tag = "Ollama",
    params(("model" = String, Path, description = "The model's name; a `/` in it as `%2F`.")),
    responses(
        (status = 200, description = "As Ollama answers.", body = ModelAnswer),
        (status = 404, description = "Ollama does not have this model."),
    ),
)]
pub(in crate::server) async fn openai_model(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    model: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    match word(model) {
        Ok(model) => relay(site, principal, (Op::Model, Some(model)), request).await,
        Err(e) => e.into_response(),
    }
}
