//! The route registry: every path with its method, what it needs and its body cap, declared once; a
//! route that does not say what it needs does not compile, nor does one whose handler does not describe
//! itself. From it come the router, the API's description and the tests that walk all routes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tracing::Instrument;
use tracing::field::Empty;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::rights::Needs;
use super::wire::ErrorAnswer;
use super::{App, api, browser, guard, headers, identify, live, relay, ui};
use crate::access::{Role, Scope};
use crate::base::{Error, Kind, SPANS};
use crate::canvas::file::FILE_BYTES;
use crate::canvas::pictures::{PICTURE_BYTES, THUMBNAIL_BYTES};

/// One route.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, in axum's notation.
    pub path: &'static str,
    /// What it asks of whoever uses it.
    pub needs: Needs,
    /// Largest body it takes, bytes.
    pub body_max: usize,
    /// How it is taken, and how long it may take.
    pub pace: Pace,
    /// What answers, and what it says of itself.
    pub(super) handler: fn() -> UtoipaMethodRouter<App>,
}

impl Route {
    /// Whether it leads to Ollama.
    pub fn is_relayed(&self) -> bool {
        self.pace == Pace::Relayed
    }
}

/// How long a route may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Its body at once, and an answer within [`super::Patience::answer`].
    Quick,
    /// Its body at once, and an answer when a gigabyte has been read and written.
    Slow,
    /// The same, and its handler takes the body as it comes, straight to the disk.
    Streamed,
    /// It leads to Ollama: bodies and answers pass as they are, and take the time that they take.
    Relayed,
}

/// The largest setting.
const JSON: usize = 64 << 10;
/// The largest command: a long stroke, or where 2,000 things are placed. As over the live socket.
const COMMAND: usize = 512 << 10;

/// The largest configuration file, twice: before and after.
const CONFIGURATION: usize = 512 << 10;

/// Bodies that may be larger than this take one of a few places, bytes: together they must not fill
/// the memory.
pub(super) const LARGE: usize = 1 << 20;
/// Those places.
const LARGE_AT_ONCE: usize = 4;

/// A question with four pictures of 8 MiB in base64.
const ASKING: usize = 48 << 20;
/// A file of conversations.
const CHATS: usize = 32 << 20;
/// A login: a name and a password.
const LOGIN: usize = 1 << 10;
/// A model's name.
const MODEL: usize = 16 << 10;
/// How to go back to a backup: its passphrase.
const GOING_BACK: usize = 4 << 10;
/// The largest backup that is brought over the network.
pub(super) const BACKUP: usize = 1 << 30;

/// Looks at a part of the box.
const fn sees(scope: Scope) -> Needs {
    Needs::May(Role::Viewer, scope)
}

/// Uses it.
const fn uses(scope: Scope) -> Needs {
    Needs::May(Role::User, scope)
}

/// Looks after it.
const OWNS_ACCESS: Needs = Needs::May(Role::Owner, Scope::Access);
/// Changes who may come in.
const CHANGES_ACCESS: Needs = Needs::Confirmed(Role::Owner, Scope::Access);

/// Reads who did what; a program may, to keep it elsewhere.
const OWNS_AUDIT: Needs = Needs::May(Role::Owner, Scope::System);

/// Keeps its backups, and says who is told when it is not well.
const OWNS_SYSTEM: Needs = Needs::May(Role::Owner, Scope::System);
/// Takes everything out of the box, or puts other people into it: a backup holds accounts and tokens.
const ALL_THERE_IS: Needs = Needs::Confirmed(Role::Owner, Scope::System);

const fn read(path: &'static str, needs: Needs, handler: fn() -> UtoipaMethodRouter<App>) -> Route {
    Route { method: Method::GET, path, needs, body_max: 0, pace: Pace::Quick, handler }
}

const fn write(
    method: Method,
    path: &'static str,
    needs: Needs,
    body_max: usize,
    handler: fn() -> UtoipaMethodRouter<App>,
) -> Route {
    Route { method, path, needs, body_max, pace: Pace::Quick, handler }
}

const fn at(pace: Pace, mut route: Route) -> Route {
    route.pace = pace;
    route
}

const fn relayed(
    method: Method,
    path: &'static str,
    needs: Needs,
    handler: fn() -> UtoipaMethodRouter<App>,
) -> Route {
    let looks = matches!(method, Method::GET);
    let body_max = if looks { 0 } else { relay::QUESTION };
    Route { method, path, needs, body_max, pace: Pace::Relayed, handler }
}

/// Changes which models there are.
const OWNS_MODELS: Needs = Needs::May(Role::Owner, Scope::Models);

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;

/// Every route but the UI's files.
#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    // For probes, and for coming in: the only ones that anybody may use who reaches the port.
    read("/api/health/live", Needs::Nothing, || routes!(api::live)),
    read("/api/health/ready", Needs::Nothing, || routes!(api::ready)),
    read("/.well-known/security.txt", Needs::Nothing, || routes!(api::security)),
    read("/api/v1/session", Needs::Nothing, || routes!(api::session)),
    write(POST, "/api/v1/login", Needs::Nothing, LOGIN, || routes!(api::login)),
    write(POST, "/api/v1/setup", Needs::Nothing, LOGIN, || routes!(api::setup)),
    write(POST, "/api/v1/kiosk", Needs::Nothing, LOGIN, || routes!(api::kiosk)),
    at(Pace::Streamed, write(POST, "/api/v1/setup/backup", Needs::SetupLink, BACKUP, || routes!(api::bring_first_backup))),
    at(Pace::Slow, write(POST, "/api/v1/setup/restore", Needs::SetupLink, GOING_BACK, || routes!(api::restore_first_backup))),
    // Whoever came in.
    write(POST, "/api/v1/logout", Needs::Anybody, LOGIN, || routes!(api::logout)),
    write(POST, "/api/v1/session/confirm", Needs::Anybody, LOGIN, || routes!(api::confirm)),
    write(PUT, "/api/v1/password", Needs::Anybody, LOGIN, || routes!(api::set_own_password)),
    read("/api/v1/sessions", sees(Scope::Access), || routes!(api::sessions)),
    write(DELETE, "/api/v1/sessions/{id}", sees(Scope::Access), 0, || routes!(api::end_session)),
    read("/api/v1/settings", Needs::Anybody, || routes!(api::settings)),
    // Of no use to whoever may not come in, and it says which Dixi this is.
    read("/api/v1/openapi.json", Needs::Anybody, || routes!(api::openapi)),
    read("/api/v1/ws", Needs::Anybody, || routes!(live::socket)),
    // People and tokens.
    read("/api/v1/accounts", OWNS_ACCESS, || routes!(api::accounts)),
    write(POST, "/api/v1/accounts", CHANGES_ACCESS, LOGIN, || routes!(api::add_account)),
    write(PUT, "/api/v1/accounts/{id}", CHANGES_ACCESS, LOGIN, || routes!(api::change_account)),
    write(DELETE, "/api/v1/accounts/{id}", CHANGES_ACCESS, 0, || routes!(api::remove_account)),
    read("/api/v1/tokens", OWNS_ACCESS, || routes!(api::tokens)),
    write(POST, "/api/v1/tokens", CHANGES_ACCESS, LOGIN, || routes!(api::add_token)),
    write(DELETE, "/api/v1/tokens/{id}", CHANGES_ACCESS, 0, || routes!(api::revoke_token)),
    // The box.
    read("/api/v1/status", sees(Scope::System), || routes!(api::status)),
    read("/api/v1/history", sees(Scope::System), || routes!(api::history)),
    read("/metrics", sees(Scope::System), || routes!(api::metrics)),
    read("/api/v1/ollama", sees(Scope::System), || routes!(api::ollama)),
    read("/api/v1/configuration", OWNS_ACCESS, || routes!(api::configuration)),
    write(PUT, "/api/v1/configuration", CHANGES_ACCESS, CONFIGURATION, || routes!(api::set_configuration)),
    read("/api/v1/audit", OWNS_AUDIT, || routes!(api::audit)),
    read("/api/v1/audit/verify", OWNS_AUDIT, || routes!(api::verify_audit)),
    read("/api/v1/backups", OWNS_SYSTEM, || routes!(api::backups)),
    at(Pace::Slow, write(POST, "/api/v1/backups", OWNS_SYSTEM, 0, || routes!(api::make_backup))),
    at(Pace::Streamed, write(POST, "/api/v1/backups/brought", ALL_THERE_IS, BACKUP, || routes!(api::bring_backup))),
    read("/api/v1/backups/{name}", ALL_THERE_IS, || routes!(api::backup)),
    at(Pace::Slow, write(POST, "/api/v1/backups/{name}/restore", ALL_THERE_IS, GOING_BACK, || routes!(api::restore_backup))),
    read("/api/v1/alerts", sees(Scope::System), || routes!(api::alerts)),
    read("/api/v1/alerts/deliveries", OWNS_SYSTEM, || routes!(api::deliveries)),
    write(POST, "/api/v1/alerts/test", OWNS_SYSTEM, 0, || routes!(api::test_alerts)),
    read("/api/v1/logs", uses(Scope::System), || routes!(api::logs)),
    read("/api/v1/vision", sees(Scope::Gestures), || routes!(api::vision)),
    read("/api/v1/gestures", sees(Scope::Gestures), || routes!(api::gestures)),
    read("/api/v1/bindings", sees(Scope::Gestures), || routes!(api::bindings)),
    read("/api/v1/verdicts", sees(Scope::Gestures), || routes!(api::verdicts)),
    read("/api/v1/cameras", Needs::May(Role::Owner, Scope::Camera), || routes!(api::cameras)),
    read("/api/v1/camera/frame", uses(Scope::Camera), || routes!(api::camera_frame)),
    read("/api/v1/camera/browser", Needs::May(Role::Owner, Scope::Camera), || routes!(browser::socket)),
    // What a command or a setting takes is asked once it is known which.
    write(POST, "/api/v1/command", Needs::Anybody, COMMAND, || routes!(api::command)),
    write(PUT, "/api/v1/settings/{key}", Needs::Anybody, JSON, || routes!(api::set_setting)),
    write(DELETE, "/api/v1/settings/{key}", Needs::Anybody, 0, || routes!(api::reset_setting)),
    // The canvas.
    read("/api/v1/canvas", sees(Scope::Canvas), || routes!(api::canvas)),
    read("/api/v1/calibration", sees(Scope::Canvas), || routes!(api::calibration)),
    read("/api/v1/scenes", sees(Scope::Canvas), || routes!(api::scenes)),
    write(POST, "/api/v1/scenes", uses(Scope::Canvas), FILE_BYTES, || routes!(api::add_scene)),
    read("/api/v1/scenes/{id}", sees(Scope::Canvas), || routes!(api::scene)),
    read("/api/v1/scenes/{id}/file", sees(Scope::Canvas), || routes!(api::scene_file)),
    read("/api/v1/scenes/{id}/thumbnail", sees(Scope::Canvas), || routes!(api::thumbnail)),
    write(PUT, "/api/v1/scenes/{id}/thumbnail", uses(Scope::Canvas), THUMBNAIL_BYTES, || routes!(api::set_thumbnail)),
    read("/api/v1/scenes/{id}/photographs", sees(Scope::Canvas), || routes!(api::photographs)),
    write(POST, "/api/v1/photographs/{photograph}", Needs::Anybody, PICTURE_BYTES, || routes!(api::add_photograph)),
    write(POST, "/api/v1/pictures", uses(Scope::Canvas), PICTURE_BYTES, || routes!(api::add_picture)),
    read("/api/v1/pictures/{hash}", sees(Scope::Canvas), || routes!(api::picture)),
    // Talking with a model.
    read("/api/v1/chats", uses(Scope::Models), || routes!(api::chats)),
    write(POST, "/api/v1/chats", uses(Scope::Models), JSON, || routes!(api::begin_chat)),
    read("/api/v1/chats/search", uses(Scope::Models), || routes!(api::search_chats)),
    read("/api/v1/chats/export", uses(Scope::Models), || routes!(api::export_chats)),
    at(Pace::Slow, write(POST, "/api/v1/chats/import", uses(Scope::Models), CHATS, || routes!(api::import_chats))),
    write(POST, "/api/v1/chats/preview", uses(Scope::Models), COMMAND, || routes!(api::preview_chat)),
    read("/api/v1/chats/{id}", uses(Scope::Models), || routes!(api::chat)),
    write(PUT, "/api/v1/chats/{id}", uses(Scope::Models), JSON, || routes!(api::change_chat)),
    write(DELETE, "/api/v1/chats/{id}", uses(Scope::Models), 0, || routes!(api::remove_chat)),
    read("/api/v1/chats/{id}/file", uses(Scope::Models), || routes!(api::chat_file)),
    write(POST, "/api/v1/chats/{id}/messages", uses(Scope::Models), ASKING, || routes!(api::ask_chat)),
    write(POST, "/api/v1/chats/{id}/messages/{message}/again", uses(Scope::Models), JSON, || routes!(api::answer_again)),
    write(POST, "/api/v1/chats/{id}/messages/{message}/stop", uses(Scope::Models), 0, || routes!(api::stop_answer)),
    read("/api/v1/chats/{id}/messages/{message}/pictures/{place}", uses(Scope::Models), || routes!(api::chat_picture)),
    read("/api/v1/presets", uses(Scope::Models), || routes!(api::presets)),
    write(POST, "/api/v1/presets", uses(Scope::Models), JSON, || routes!(api::add_preset)),
    write(PUT, "/api/v1/presets/{id}", uses(Scope::Models), JSON, || routes!(api::set_preset)),
    write(DELETE, "/api/v1/presets/{id}", uses(Scope::Models), 0, || routes!(api::remove_preset)),
    // Ollama, for everything else on the network.
    read("/api/v1/usage", OWNS_SYSTEM, || routes!(api::usage)),
    read("/api/v1/usage/sums", OWNS_SYSTEM, || routes!(api::usage_sums)),
    read("/api/v1/usage/export", OWNS_SYSTEM, || routes!(api::usage_export)),
    // Its models, for people.
    read("/api/v1/models", sees(Scope::Models), || routes!(api::models)),
    read("/api/v1/models/show", sees(Scope::Models), || routes!(api::model)),
    write(POST, "/api/v1/models/load", OWNS_MODELS, MODEL, || routes!(api::load_model)),
    write(POST, "/api/v1/models/unload", OWNS_MODELS, MODEL, || routes!(api::unload_model)),
    write(POST, "/api/v1/models/delete", OWNS_MODELS, MODEL, || routes!(api::delete_model)),
    read("/api/v1/models/pulls", sees(Scope::Models), || routes!(api::pulls)),
    write(POST, "/api/v1/models/pulls", OWNS_MODELS, MODEL, || routes!(api::pull_model)),
    write(POST, "/api/v1/models/pulls/{id}/cancel", OWNS_MODELS, 0, || routes!(api::cancel_pull)),
    write(POST, "/api/v1/models/pulls/{id}/resume", OWNS_MODELS, 0, || routes!(api::resume_pull)),
    relayed(GET, "/ollama/", sees(Scope::Models), || routes!(api::ollama_root)),
    relayed(GET, "/ollama/api/version", sees(Scope::Models), || routes!(api::ollama_version)),
    relayed(GET, "/ollama/api/tags", sees(Scope::Models), || routes!(api::ollama_tags)),
    relayed(GET, "/ollama/api/ps", sees(Scope::Models), || routes!(api::ollama_ps)),
    relayed(POST, "/ollama/api/show", sees(Scope::Models), || routes!(api::ollama_show)),
    relayed(POST, "/ollama/api/chat", uses(Scope::Models), || routes!(api::ollama_chat)),
    relayed(POST, "/ollama/api/generate", uses(Scope::Models), || routes!(api::ollama_generate)),
    relayed(POST, "/ollama/api/embed", uses(Scope::Models), || routes!(api::ollama_embed)),
    relayed(POST, "/ollama/api/embeddings", uses(Scope::Models), || routes!(api::ollama_embeddings)),
    relayed(POST, "/ollama/api/pull", OWNS_MODELS, || routes!(api::ollama_pull)),
    relayed(DELETE, "/ollama/api/delete", OWNS_MODELS, || routes!(api::ollama_delete)),
    relayed(GET, "/ollama/v1/models", sees(Scope::Models), || routes!(api::openai_models)),
    relayed(GET, "/ollama/v1/models/{model}", sees(Scope::Models), || routes!(api::openai_model)),
    relayed(POST, "/ollama/v1/chat/completions", uses(Scope::Models), || routes!(api::openai_chat)),
    relayed(POST, "/ollama/v1/completions", uses(Scope::Models), || routes!(api::openai_completions)),
    relayed(POST, "/ollama/v1/embeddings", uses(Scope::Models), || routes!(api::openai_embeddings)),
    relayed(POST, "/ollama/v1/responses", uses(Scope::Models), || routes!(api::openai_responses)),
];

/// The router of all routes and the UI, behind the guards.
pub(super) fn router(site: App) -> Router {
    let answer = site.parts.patience.answer;
    let large = Arc::new(Semaphore::new(LARGE_AT_ONCE));
    let mut router = Router::new();
    for route in ROUTES {
        let (cap, pace) = (route.body_max, route.pace);
        let large = Arc::clone(&large);
        let capped = middleware::from_fn(move |request, next: Next| {
            let large = Arc::clone(&large);
            async move {
                match pace {
                    Pace::Streamed => next.run(request).await,
                    // Read where it is known whether it may go on.
                    Pace::Relayed if cap > 0 => next.run(request).await,
                    _ => cap_body((cap, answer), large, request, next).await,
                }
            }
        });
        let (needs, of) = (route.needs, Arc::clone(&site));
        // Asked first: who may not send something does not get to send it.
        let asked = middleware::from_fn(move |request: Request, next: Next| {
            identify::authorize(Arc::clone(&of), needs, request, next)
        });
        let (_, _, handler) = (route.handler)();
        router = router.route(route.path, handler.layer(capped).layer(asked));
    }
    router
        .fallback(ui::file)
        // Each route has its own cap, above.
        .layer(DefaultBodyLimit::disable())
        .method_not_allowed_fallback(wrong_method)
        .layer(CompressionLayer::new().compress_when(worth_packing()))
        .layer(middleware::from_fn(move |request, next| in_time(answer, request, next)))
        .layer(middleware::from_fn_with_state(site.clone(), guard::guard))
        .layer(middleware::from_fn(relay::in_their_words))
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn_with_state(site.clone(), count))
        .with_state(site)
}

/// What is packed on its way: not what is packed already, and not what is passed on as it is.
fn worth_packing() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new("application/gzip"))
        .and(relay::may_be_packed)
}

/// Reads the body up to `cap` bytes within `patience`, so that no handler ever holds more, or waits longer.
async fn cap_body(
    (cap, patience): (usize, Duration),
    large: Arc<Semaphore>,
    request: Request,
    next: Next,
) -> Response {
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
    match tokio::time::timeout(patience, axum::body::to_bytes(body, cap)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(_)) => too_large(cap),
        Err(_) => too_slow(patience),
    }
}

/// The answer to a body that is larger than its route takes.
pub(super) fn too_large(cap: usize) -> Response {
    let e = Error::new(Kind::Exhausted, "the body is too large or broke off")
        .why(format!("this route takes at most {cap} bytes"));
    let mut response = ErrorAnswer::with_status(&e, StatusCode::PAYLOAD_TOO_LARGE);
    // What else is on its way is not read.
    let close = axum::http::HeaderValue::from_static("close");
    response.headers_mut().insert(axum::http::header::CONNECTION, close);
    response
}

fn too_slow(patience: Duration) -> Response {
    Error::new(Kind::Timeout, "that took too long")
        .why(format!("there was no answer within {} s", patience.as_secs()))
        .into_response()
}

fn registered(request: &Request) -> Option<&'static Route> {
    let matched = request.extensions().get::<MatchedPath>()?;
    let same = |route: &&Route| route.path == matched.as_str() && route.method == *request.method();
    ROUTES.iter().find(same)
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
    let span = tracing::info_span!(
        target: SPANS,
        "request",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
    );
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
    site.parts.live.metrics().request(route, method, status, begun.elapsed());
    response
}

async fn in_time(patience: Duration, request: Request, next: Next) -> Response {
    let slow = registered(&request).is_some_and(|route| route.pace != Pace::Quick);
    // A model may have to be loaded first: what leads to Ollama has a patience of its own.
    if slow || relay::is_theirs(request.uri().path()) {
        return next.run(request).await;
    }
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => too_slow(patience),
    }
}

async fn wrong_method(request: Request) -> Response {
    let path = request.uri().path();
    let e = Error::new(Kind::Invalid, format!("`{path}` does not take {}", request.method()))
        .next("docs/reference/api.md lists what it takes");
    ErrorAnswer::with_status(&e, StatusCode::METHOD_NOT_ALLOWED)
}
