//! The server's side of the way to Ollama: takes questions in, within bounds, and says refusals in the words
//! of whoever's route it is. What may pass, and how, is `assistant::proxy`'s to say.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Uri, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::App;
use super::routes::LARGE;
use super::wire::{ErrorAnswer, OllamaFault, OpenAiFault, Refusing};
use crate::access::Principal;
use crate::assistant::proxy::{Op, Question, Refused, Sort};
use crate::base::{Error, Kind, Result};
use crate::operate::audit::{Entry, What};

/// Where Ollama is found.
pub(super) const PREFIX: &str = "/ollama";
/// The largest question, bytes: some pictures as base64.
pub(super) const QUESTION: usize = 48 << 20;
/// Questions above a megabyte at once: together they must not fill the memory.
pub(super) const LARGE_AT_ONCE: usize = 4;

/// Whether a path is Ollama's.
pub(super) fn is_theirs(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('/'))
}

/// At the port that is Ollama's alone its paths have no prefix.
pub(super) fn as_ours(request: &mut axum::http::Request<Body>) {
    let old = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let slash = if old.starts_with('/') { "" } else { "/" };
    let mut parts = request.uri().clone().into_parts();
    // What cannot be a path with the prefix was none without it.
    parts.path_and_query = format!("{PREFIX}{slash}{old}").parse().ok();
    *request.uri_mut() = Uri::from_parts(parts).unwrap_or_else(|_| Uri::from_static(PREFIX));
}

/// Marks an answer that is passed on as it is.
#[derive(Clone, Copy)]
struct AsItIs;

/// Whether an answer may be packed on its way: not what is passed on.
pub(super) fn may_be_packed(
    _: StatusCode,
    _: Version,
    _: &HeaderMap,
    extensions: &Extensions,
) -> bool {
    extensions.get::<AsItIs>().is_none()
}

/// Says our own refusals on Ollama's routes as Ollama, or OpenAI, would.
pub(super) async fn in_their_words(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !is_theirs(path) {
        return next.run(request).await;
    }
    let openai = path.strip_prefix(PREFIX).is_some_and(|p| p.starts_with("/v1/"));
    let response = next.run(request).await;
    let Some(Refusing(error)) = response.extensions().get::<Refusing>() else { return response };
    let (status, said) = (response.status(), sentence(error));
    let mut in_theirs = if openai {
        axum::Json(OpenAiFault::new(status, said)).into_response()
    } else {
        axum::Json(OllamaFault { error: said }).into_response()
    };
    let (mut head, _) = response.into_parts();
    // What the other body was, packed perhaps.
    for of_the_body in [header::CONTENT_LENGTH, header::CONTENT_TYPE, header::CONTENT_ENCODING] {
        head.headers.remove(of_the_body);
    }
    *in_theirs.status_mut() = status;
    in_theirs.headers_mut().extend(head.headers);
    in_theirs
}

/// What, why and what to do, in one line.
fn sentence(e: &Error) -> String {
    match e.next_step() {
        Some(next) => format!("{e}; {next}"),
        None => e.to_string(),
    }
}

/// Answers a request on one of Ollama's routes.
pub(super) async fn relay(
    site: App,
    principal: Principal,
    (op, model): (Op, Option<String>),
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let (body, place) = match take_in(&site, op, &head.headers, body).await {
        Ok(taken) => taken,
        Err((status, e)) => return ErrorAnswer::with_status(&e, status),
    };
    let headers = head.headers;
    let question = Question { op, model, headers, body, together: None };
    let passed = site.parts.ollama.pass(&principal, question).await;
    // What was held of the question is gone by now.
    drop(place);
    match passed {
        Ok((answer, model)) => {
            note_change(&site, &principal, op, (&model, answer.status()));
            let mut response = answer.map(Body::new);
            response.extensions_mut().insert(AsItIs);
            response
        }
        Err(Refused { error, wait }) => {
            let mut response = error.into_response();
            if let Some(wait) = wait {
                let wait = HeaderValue::from(wait.as_secs() + 1);
                response.headers_mut().insert(header::RETRY_AFTER, wait);
            }
            response
        }
    }
}

/// Who changes which models there are is written down, also where Ollama refused.
fn note_change(site: &App, principal: &Principal, op: Op, (model, status): (&str, StatusCode)) {
    let what = match op {
        Op::Pull => What::ModelPulled,
        Op::Delete => What::ModelDeleted,
        _ => return,
    };
    site.parts.models.forget();
    debug_assert_eq!(op.sort(), Sort::Change);
    site.note(principal, Entry::new(what).about(model).with("status", status.as_u16()));
}

type Place = Option<OwnedSemaphorePermit>;

/// The question's body, whole: its model must be known before it goes on.
async fn take_in(
    site: &App,
    op: Op,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Bytes, Place), (StatusCode, Error)> {
    if !op.has_body() {
        return Ok((Bytes::new(), None));
    }
    let said = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    let said = said.and_then(|v| v.parse::<usize>().ok()).unwrap_or_default();
    if said > QUESTION {
        return Err(too_large());
    }
    let patience = site.parts.patience.answer;
    match tokio::time::timeout(patience, read(body, said, &site.large_questions)).await {
        Ok(read) => read,
        Err(_) => Err((
            StatusCode::REQUEST_TIMEOUT,
            Error::new(Kind::Timeout, "the question took too long")
                .why(format!("it was not here within {} s", patience.as_secs())),
        )),
    }
}

async fn read(
    mut body: Body,
    said: usize,
    large: &Arc<Semaphore>,
) -> Result<(Bytes, Place), (StatusCode, Error)> {
    let (mut all, mut place): (Vec<u8>, Place) = (Vec::new(), None);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Err(too_large()) };
        let Ok(data) = frame.into_data() else { continue };
        let length = all.len() + data.len();
        if length > QUESTION {
            return Err(too_large());
        }
        if length > LARGE && place.is_none() {
            place = Arc::clone(large).try_acquire_owned().ok();
            if place.is_none() {
                let e = Error::new(Kind::Exhausted, "too many large questions at once")
                    .why(format!("{LARGE_AT_ONCE} are on their way already"))
                    .next("try again in a moment");
                return Err((StatusCode::TOO_MANY_REQUESTS, e));
            }
            all.reserve_exact(said.saturating_sub(all.len()));
        }
        all.extend_from_slice(&data);
    }
    Ok((all.into(), place))
}

fn too_large() -> (StatusCode, Error) {
    let e = Error::new(Kind::Exhausted, "the question is too large or broke off")
        .why(format!("at most {} MiB are taken", QUESTION >> 20));
    (StatusCode::PAYLOAD_TOO_LARGE, e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_at_ollamas_own_port_get_the_prefix_and_no_other_place_is_reached() {
        let of = |uri: &str| {
            let mut request = axum::http::Request::new(Body::empty());
            *request.uri_mut() = uri.parse().unwrap();
            as_ours(&mut request);
            request.uri().to_string()
        };
        assert_eq!(of("/"), "/ollama/");
        assert_eq!(of("/api/chat?x=1"), "/ollama/api/chat?x=1");
        assert_eq!(of("http://box/api/tags"), "http://box/ollama/api/tags");
        assert_eq!(of("*"), "/ollama/*");
        for path in ["/api/v1/status", "/../api/v1/status", "//api/v1/status", "/x"] {
            assert!(of(path).starts_with("/ollama/"), "{path}");
        }
        assert!(is_theirs("/ollama/api/chat") && !is_theirs("/ollama") && !is_theirs("/ollamas/"));
    }
}
