//! The route registry: every path with its method, role and body cap, declared once. From it come
//! the router and the tests that walk all routes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;

use super::wire::ErrorAnswer;
use super::{App, api, browser, guard, headers, live, ui};
use crate::base::{Error, Kind};
use crate::canvas::file::FILE_BYTES;
use crate::canvas::pictures::{PICTURE_BYTES, THUMBNAIL_BYTES};

/// Who may use a route. There is no login yet, so nothing but loopback is let in and everybody is
/// the owner; the login will enforce what is declared here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Anybody who reaches the port.
    Public,
    /// Whoever may look.
    Viewer,
    /// Whoever may change things.
    Owner,
}

/// One route.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, in axum's notation.
    pub path: &'static str,
    /// Who may use it.
    pub role: Role,
    /// Largest body it takes, bytes.
    pub body_max: usize,
    handler: fn() -> MethodRouter<App>,
}

/// The largest setting.
const JSON: usize = 64 << 10;
/// The largest command: a long stroke, or where 2,000 things are placed. As over the live socket.
const COMMAND: usize = 512 << 10;

/// The largest configuration file, twice: before and after.
const CONFIGURATION: usize = 512 << 10;

/// Bodies that may be larger than this take one of a few places, bytes: together they must not fill
/// the memory.
const LARGE: usize = 1 << 20;
/// Those places.
const LARGE_AT_ONCE: usize = 4;

const fn read(path: &'static str, role: Role, handler: fn() -> MethodRouter<App>) -> Route {
    Route { method: Method::GET, path, role, body_max: 0, handler }
}

/// Every route but the UI's files.
pub static ROUTES: &[Route] = &[
    read("/api/health/live", Role::Public, || get(api::live)),
    read("/api/health/ready", Role::Public, || get(api::ready)),
    read("/metrics", Role::Viewer, || get(api::metrics)),
    read("/api/v1/status", Role::Viewer, || get(api::status)),
    read("/api/v1/vision", Role::Viewer, || get(api::vision)),
    read("/api/v1/gestures", Role::Viewer, || get(api::gestures)),
    read("/api/v1/cameras", Role::Viewer, || get(api::cameras)),
    read("/api/v1/settings", Role::Viewer, || get(api::settings)),
    read("/api/v1/configuration", Role::Owner, || get(api::configuration)),
    read("/api/v1/canvas", Role::Viewer, || get(api::canvas)),
    read("/api/v1/calibration", Role::Viewer, || get(api::calibration)),
    read("/api/v1/scenes", Role::Viewer, || get(api::scenes)),
    read("/api/v1/scenes/{id}", Role::Viewer, || get(api::scene)),
    read("/api/v1/ollama", Role::Viewer, || get(api::ollama)),
    read("/api/v1/scenes/{id}/file", Role::Viewer, || get(api::scene_file)),
    read("/api/v1/scenes/{id}/thumbnail", Role::Viewer, || get(api::thumbnail)),
    read("/api/v1/scenes/{id}/photographs", Role::Viewer, || get(api::photographs)),
    read("/api/v1/pictures/{hash}", Role::Viewer, || get(api::picture)),
    read("/api/v1/bindings", Role::Viewer, || get(api::bindings)),
    read("/api/v1/verdicts", Role::Viewer, || get(api::verdicts)),
    read("/api/v1/ws", Role::Viewer, || get(live::socket)),
    read("/api/v1/camera/browser", Role::Owner, || get(browser::socket)),
    Route {
        method: Method::POST,
        path: "/api/v1/command",
        role: Role::Owner,
        body_max: COMMAND,
        handler: || post(api::command),
    },
    Route {
        method: Method::POST,
        path: "/api/v1/scenes",
        role: Role::Owner,
        body_max: FILE_BYTES,
        handler: || post(api::add_scene),
    },
    Route {
        method: Method::PUT,
        path: "/api/v1/scenes/{id}/thumbnail",
        role: Role::Owner,
        body_max: THUMBNAIL_BYTES,
        handler: || put(api::set_thumbnail),
    },
    Route {
        method: Method::POST,
        path: "/api/v1/pictures",
        role: Role::Owner,
        body_max: PICTURE_BYTES,
        handler: || post(api::add_picture),
    },
    Route {
        method: Method::POST,
        path: "/api/v1/photographs/{photograph}",
        role: Role::Owner,
        body_max: PICTURE_BYTES,
        handler: || post(api::add_photograph),
    },
    Route {
        method: Method::PUT,
        path: "/api/v1/configuration",
        role: Role::Owner,
        body_max: CONFIGURATION,
        handler: || put(api::set_configuration),
    },
    Route {
        method: Method::PUT,
        path: "/api/v1/settings/{key}",
        role: Role::Owner,
        body_max: JSON,
        handler: || put(api::set_setting),
    },
    Route {
        method: Method::DELETE,
        path: "/api/v1/settings/{key}",
        role: Role::Owner,
        body_max: 0,
        handler: || delete(api::reset_setting),
    },
];

/// The router of all routes and the UI, behind the guards.
pub(super) fn router(site: App) -> Router {
    let answer = site.parts.patience.answer;
    let large = Arc::new(Semaphore::new(LARGE_AT_ONCE));
    let mut router = Router::new();
    for route in ROUTES {
        let cap = route.body_max;
        let large = Arc::clone(&large);
        let capped = middleware::from_fn(move |request, next| {
            cap_body(cap, Arc::clone(&large), request, next)
        });
        router = router.route(route.path, (route.handler)().layer(capped));
    }
    router
        .fallback(ui::file)
        // Each route has its own cap, above.
        .layer(DefaultBodyLimit::disable())
        .method_not_allowed_fallback(wrong_method)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(move |request, next| in_time(answer, request, next)))
        .layer(middleware::from_fn_with_state(site.clone(), guard::guard))
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn_with_state(site.clone(), count))
        .with_state(site)
}

/// Reads the body up to `cap` bytes, so that no handler ever holds more.
async fn cap_body(cap: usize, large: Arc<Semaphore>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let _place = match (cap > LARGE).then(|| large.try_acquire_owned()).transpose() {
        Ok(place) => place,
        Err(_) => {
            return Error::new(Kind::Exhausted, "too many files are being sent at once")
                .why(format!("{LARGE_AT_ONCE} are on their way already"))
                .next("try again in a moment")
                .into_response();
        }
    };
    let (parts, body) = request.into_parts();
    match axum::body::to_bytes(body, cap).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => {
            let e = Error::new(Kind::Exhausted, "the body is too large or broke off")
                .why(format!("this route takes at most {cap} bytes"));
            let mut response = ErrorAnswer::with_status(&e, StatusCode::PAYLOAD_TOO_LARGE);
            // What else is on its way is not read.
            let close = axum::http::HeaderValue::from_static("close");
            response.headers_mut().insert(axum::http::header::CONNECTION, close);
            response
        }
    }
}

/// Counts what was asked and how it was answered; the pages' files are one route.
async fn count(State(site): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let matched = request.extensions().get::<MatchedPath>();
    let of = matched.and_then(|m| ROUTES.iter().find(|r| r.path == m.as_str()));
    let route = of.map_or("pages", |route| route.path);
    let method = match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    };
    let response = next.run(request).await;
    let status = response.status().as_u16();
    site.parts.live.metrics().request(route, method, status, begun.elapsed());
    response
}

async fn in_time(patience: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::new(Kind::Timeout, "that took too long")
            .why(format!("there was no answer within {} s", patience.as_secs()))
            .into_response(),
    }
}

async fn wrong_method(request: Request) -> Response {
    let path = request.uri().path();
    let e = Error::new(Kind::Invalid, format!("`{path}` does not take {}", request.method()))
        .next("docs/reference/api.md lists what it takes");
    ErrorAnswer::with_status(&e, StatusCode::METHOD_NOT_ALLOWED)
}
