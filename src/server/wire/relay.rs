//! What stands for Ollama's own bodies in the API's description, and errors in the words of Ollama and of
//! OpenAI.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::assistant::ledger::UsageRow;

/// A question as Ollama, or OpenAI, takes it; passed on as it is.
#[derive(utoipa::ToSchema)]
pub struct ModelQuestion {
    /// The model, as `[registry/][namespace/]model[:tag]`. The rest is Ollama's.
    #[schema(max_length = 200)]
    pub model: String,
}

/// An answer as Ollama gives it; passed on as it is.
#[derive(utoipa::ToSchema)]
#[schema(value_type = Object)]
pub struct ModelAnswer(pub serde_json::Value);

/// An error in Ollama's words.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OllamaFault {
    /// What went wrong, why, and what to do.
    pub error: String,
}

/// An error in OpenAI's words.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OpenAiFault {
    /// What went wrong.
    pub error: OpenAiError,
}

/// What went wrong, in OpenAI's words.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OpenAiError {
    /// What, why, and what to do.
    pub message: String,
    /// What sort of error.
    pub r#type: &'static str,
    /// Nothing.
    pub param: Option<String>,
    /// Nothing.
    pub code: Option<String>,
}

impl OpenAiFault {
    /// Of an answer with this status.
    pub fn new(status: StatusCode, message: String) -> Self {
        let r#type = match status {
            StatusCode::UNAUTHORIZED => "authentication_error",
            StatusCode::FORBIDDEN => "permission_error",
            StatusCode::NOT_FOUND => "not_found_error",
            StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
            s if s.is_client_error() => "invalid_request_error",
            _ => "api_error",
        };
        Self { error: OpenAiError { message, r#type, param: None, code: None } }
    }
}

/// The answer of `GET /api/v1/usage`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct UsagePage {
    /// The rows, the newest first.
    pub rows: Vec<UsageRow>,
    /// There are older ones: ask with the last number as `before`.
    pub more: bool,
    /// Rows that were lost since the start: the disk was too slow or full.
    pub lost: u64,
}

/// A model that something is to be done with.
#[derive(Clone, Debug, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelWish {
    /// Its name, as `[registry/][namespace/]model[:tag]`.
    #[schema(max_length = 200)]
    pub model: String,
}

/// A model that is to be loaded.
#[derive(Clone, Debug, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelLoad {
    /// Its name, as `[registry/][namespace/]model[:tag]`.
    #[schema(max_length = 200)]
    pub model: String,
    /// How long it stays in memory after its last answer: `5m`, `1h`, a number of seconds, or `-1`: always. Left
    /// out: as Ollama does.
    #[ts(optional)]
    #[schema(max_length = 8)]
    pub keep_alive: Option<String>,
}

/// Whether a model that is to be loaded is there.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ModelLoading {
    /// It is; else it is still being loaded, and the list of models tells how that ends.
    pub loaded: bool,
}
