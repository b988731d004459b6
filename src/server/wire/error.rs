//! Errors as the wire shows them, and the one table from kind to HTTP status.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::base::{Error, Kind, Refusal};

/// What went wrong.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ErrorBody {
    /// What sort of failure.
    #[ts(
        type = "\"invalid\" | \"not_found\" | \"login\" | \"confirm\" | \"denied\" | \"conflict\" | \"exhausted\" | \"disk_full\" | \"unavailable\" | \"timeout\" | \"unsupported\" | \"internal\""
    )]
    #[schema(value_type = Kind)]
    pub kind: &'static str,
    /// What could not be done.
    pub what: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why: Option<String>,
    /// What to do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<String>,
    /// The same by a code, for pages in other languages; where people meet it in daily use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub refusal: Option<Refusal>,
}

/// The body of every answer that is not a success.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ErrorAnswer {
    /// What went wrong.
    pub error: ErrorBody,
}

impl From<&Error> for ErrorBody {
    fn from(e: &Error) -> Self {
        Self {
            kind: e.kind().name(),
            what: e.what().to_owned(),
            why: e.reason(),
            next: e.next_step().map(str::to_owned),
            refusal: e.coded().cloned(),
        }
    }
}

/// The error that an answer tells of, for whoever tells it in other words.
#[derive(Clone)]
pub struct Refusing(pub Error);

/// The table: one kind, one status.
pub const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Login => StatusCode::UNAUTHORIZED,
        Kind::Denied | Kind::Confirm => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Exhausted => StatusCode::TOO_MANY_REQUESTS,
        Kind::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        Kind::Unsupported => StatusCode::NOT_IMPLEMENTED,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl ErrorAnswer {
    /// As an HTTP answer with a status of its own, where HTTP has a more exact one.
    pub fn with_status(e: &Error, status: StatusCode) -> Response {
        let mut response = (status, axum::Json(Self { error: e.into() })).into_response();
        response.extensions_mut().insert(Refusing(e.clone()));
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        ErrorAnswer::with_status(&self, status(self.kind()))
    }
}
