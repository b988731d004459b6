//! One short question to one server, with bounds on how long the answer may take and be.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{HeaderMap, Method, Response};
use serde_json::Value;

use crate::assistant::pool::Lease;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// The server is not there, or broke off.
    Gone(String),
    /// It took too long.
    Late,
    /// It answered with this status and these words.
    Said(u16, String),
}

/// An answer of at most `most` bytes within `patience`.
pub(super) async fn ask(
    lease: &Lease,
    (method, path): (Method, &str),
    body: Option<Value>,
    (most, patience): (usize, Duration),
) -> Result<Bytes, Unanswered> {
    let whole = async {
        let answer = send(lease, (method, path), body).await?;
        let status = answer.status();
        let body = collect(answer.into_body(), most).await;
        let body = body.ok_or_else(|| Unanswered::Gone("the answer broke off".to_owned()))?;
        match status.is_success() {
            true => Ok(body),
            false => Err(Unanswered::Said(status.as_u16(), words(&body))),
        }
    };
    tokio::time::timeout(patience, whole).await.unwrap_or(Err(Unanswered::Late))
}

/// The beginning of an answer.
pub(super) async fn send(
    lease: &Lease,
    (method, path): (Method, &str),
    body: Option<Value>,
) -> Result<Response<Incoming>, Unanswered> {
    let mut headers = HeaderMap::new();
    let body = body.map_or_else(Bytes::new, |body| {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        body.to_string().into()
    });
    lease.send(method, path, headers, body).await.map_err(|e| Unanswered::Gone(e.why))
}

/// A whole body; none if it breaks off or is longer.
pub(super) async fn collect(mut body: Incoming, most: usize) -> Option<Bytes> {
    let mut all = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else { continue };
        if all.len() + data.len() > most {
            return None;
        }
        all.extend_from_slice(&data);
    }
    Some(all.into())
}

/// What an answer that is none says.
pub(super) fn words(body: &[u8]) -> String {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let said = json.as_ref().and_then(|j| j["error"].as_str().or(j["error"]["message"].as_str()));
    said.map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned)
}
