//! The web app's files, out of the binary itself.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::relay;
use super::wire::ErrorAnswer;
use crate::base::{Error, Kind};

#[derive(RustEmbed)]
#[folder = "assets/ui/dist"]
#[allow_missing = true]
struct Dist;

/// Vite puts a hash of the content into these files' names, so they never change.
const HASHED: &str = "assets/";
const INDEX: &str = "index.html";
/// The projector's page: an entry of its own, so that it loads nothing else.
const PROJECTOR: &str = "projector.html";

/// Whether the binary holds the web app.
pub fn built() -> bool {
    Dist::get(INDEX).is_some()
}

/// Any path that is no route: a file, or the app itself for the app's own addresses.
pub(super) async fn file(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") || relay::is_theirs(path) {
        return Error::new(Kind::NotFound, format!("there is no `{}`", short(path)))
            .next("docs/reference/api.md lists all that there is")
            .into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let e = Error::invalid("the web app's files can only be read");
        return ErrorAnswer::with_status(&e, StatusCode::METHOD_NOT_ALLOWED);
    }
    let name = path.trim_start_matches('/');
    let name = match name {
        "" => INDEX,
        "projector" => PROJECTOR,
        name => name,
    };
    match Dist::get(name) {
        Some(file) => answer(name, file, request.headers()),
        None if !name.rsplit('/').next().unwrap_or_default().contains('.') => {
            match Dist::get(INDEX) {
                Some(index) => answer(INDEX, index, request.headers()),
                None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
            }
        }
        None if !built() => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
        None => {
            Error::new(Kind::NotFound, format!("there is no `{}`", short(path))).into_response()
        }
    }
}

fn answer(name: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let hash: String =
        file.metadata.sha256_hash()[..16].iter().map(|b| format!("{b:02x}")).collect();
    // Weak: compression may change the bytes.
    let etag = format!("W/\"{hash}\"");
    let cache =
        if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    if known.is_some_and(|k| k.split(',').any(|e| e.trim() == etag)) {
        let headers = [(header::ETAG, etag.as_str()), (header::CACHE_CONTROL, cache)];
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let mime = file.metadata.mimetype();
    let headers =
        [(header::CONTENT_TYPE, mime), (header::ETAG, &etag), (header::CACHE_CONTROL, cache)];
    (headers, Body::from(file.data)).into_response()
}

fn short(path: &str) -> String {
    path.chars().take(80).collect()
}

const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Dixi</title>\
    <h1>Dixi runs, but this binary has no web app in it</h1>\
    <p>It was built without the UI. Build both with <code>make build</code>, or start with \
    <code>make run</code>.</p><p>The API works: <a href=/api/v1/status>/api/v1/status</a>.</p></html>";
