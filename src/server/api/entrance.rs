//! The routes by which somebody comes in and goes: session, login, setup, screens.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use super::blocking;
use super::commands::not_json;
use crate::access::{Attempt, By, Caller, Credential, LoggedIn, Principal, Refused, TokenKind};
use crate::base::{Error, Kind, Result, Via};
use crate::operate::audit::{Entry, What};
use crate::server::App;
use crate::server::cookies::Cookie;
use crate::server::door::Peer;
use crate::server::guard::Reached;
use crate::server::wire::{
    Confirm, ErrorAnswer, KioskLink, Login, NewPassword, SessionState, Setup,
};

/// A screen's cookie lasts this long; the screen's link gives it another.
const KIOSK_COOKIE_S: i64 = 400 * 24 * 3600;

/// Who the caller is.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "Coming in",
    responses(
        (status = 200, description = "Whoever it is, nobody included.", body = SessionState),
    ),
)]
pub(in crate::server) async fn session(
    State(site): State<App>,
    principal: Option<Extension<Principal>>,
) -> Response {
    state(&site, principal.map(|Extension(p)| p)).await.map(Json).into_response()
}

async fn state(site: &App, principal: Option<Principal>) -> Result<SessionState> {
    let access = Arc::clone(&site.parts.access);
    let needs_owner = blocking(move || access.needs_owner()).await?;
    let fingerprint = site.parts.tls.as_ref().map(|tls| tls.fingerprint());
    let Some(p) = principal else {
        return Ok(SessionState {
            via: "none",
            name: None,
            role: None,
            scopes: Vec::new(),
            account: None,
            needs_owner,
            fingerprint,
        });
    };
    let via = match p.caller {
        Caller::Open => "open",
        Caller::Session { .. } => "session",
        Caller::Token { kind: TokenKind::Api, .. } => "token",
        Caller::Token { kind: TokenKind::Kiosk, .. } => "kiosk",
    };
    Ok(SessionState {
        via,
        name: Some(p.name.to_string()),
        role: Some(p.role),
        scopes: p.scopes.list(),
        account: p.account(),
        needs_owner,
        fingerprint,
    })
}

/// Logs somebody in.
///
/// The same answer for a wrong name and a wrong password. Ten tries by address and by account, then
/// one a minute.
#[utoipa::path(
    post, path = "/api/v1/login", tag = "Coming in",
    request_body = Login,
    responses(
        (status = 200, description = "They are in; the cookie is their session.", body = SessionState, headers(("Set-Cookie" = String, description = "The session."))),
        (status = 401, description = "The name or the password is wrong."),
        (status = 429, description = "Too many tries.", body = ErrorAnswer, headers(("Retry-After" = u64, description = "Seconds until the next try."))),
    ),
)]
pub(in crate::server) async fn login(
    State(site): State<App>,
    Extension(peer): Extension<Peer>,
    Extension(reached): Extension<Reached>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: Login = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let attempt = Attempt { name: &asked.name, from: peer.remote.ip(), agent: agent(&headers) };
    match site.parts.access.login(attempt, &asked.password).await {
        Ok(logged_in) => let_in(&site, logged_in, reached).await,
        Err(e) => refused(e),
    }
}

/// Makes the first owner and logs them in, by a one-time link.
#[utoipa::path(
    post, path = "/api/v1/setup", tag = "Coming in",
    request_body = Setup,
    responses(
        (status = 200, description = "They are in; the cookie is their session.", body = SessionState, headers(("Set-Cookie" = String, description = "The session."))),
        (status = 403, description = "The link is not good any more."),
        (status = 409, description = "There is an owner already."),
        (status = 429, description = "Too many tries.", body = ErrorAnswer, headers(("Retry-After" = u64, description = "Seconds until the next try."))),
    ),
)]
pub(in crate::server) async fn setup(
    State(site): State<App>,
    Extension(peer): Extension<Peer>,
    Extension(reached): Extension<Reached>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: Setup = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let attempt = Attempt { name: &asked.name, from: peer.remote.ip(), agent: agent(&headers) };
    match site.parts.access.claim(&asked.token, attempt, &asked.password).await {
        Ok(logged_in) => let_in(&site, logged_in, reached).await,
        Err(e) => refused(e),
    }
}

/// Lets a screen in by its link.
#[utoipa::path(
    post, path = "/api/v1/kiosk", tag = "Coming in",
    request_body = KioskLink,
    responses(
        (status = 200, description = "It is in; the cookie is its token.", body = SessionState, headers(("Set-Cookie" = String, description = "The token."))),
        (status = 401, description = "The link is unknown, revoked or too old."),
    ),
)]
pub(in crate::server) async fn kiosk(
    State(site): State<App>,
    Extension(peer): Extension<Peer>,
    Extension(reached): Extension<Reached>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: KioskLink = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let access = Arc::clone(&site.parts.access);
    let credential = Credential::Token(asked.token.clone());
    let found = match blocking(move || access.identify(&credential)).await {
        Ok(found) => found,
        Err(e) => return e.into_response(),
    };
    let screen = |p: &Principal| matches!(p.caller, Caller::Token { kind: TokenKind::Kiosk, .. });
    let from = Some(peer.remote.ip().to_canonical());
    let Some(mut principal) = found.filter(screen) else {
        let nobody = By { name: "".into(), via: Via::Browser, from };
        site.note(nobody, Entry::new(What::ScreenRefused).in_a_stream());
        return Error::new(Kind::Login, "this screen's link is not good")
            .why("it is unknown, revoked or too old")
            .next("make another one in the settings, under “Access”")
            .into_response();
    };
    principal.from = from;
    site.note(&principal, Entry::new(What::Screen).in_a_stream());
    let cookie = Cookie::Kiosk.write(&asked.token, reached.secure, KIOSK_COOKIE_S);
    answer_with(&site, principal, cookie).await
}

/// Ends the session of whoever asks.
#[utoipa::path(
    post, path = "/api/v1/logout", tag = "Coming in",
    responses(
        (status = 204, description = "It has ended."),
        (status = 400, description = "Whoever asks did not log in."),
    ),
)]
pub(in crate::server) async fn logout(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(reached): Extension<Reached>,
) -> Response {
    let access = Arc::clone(&site.parts.access);
    match blocking(move || access.logout(&principal)).await {
        Ok(()) => {
            let gone = Cookie::Session.write("", reached.secure, 0);
            (StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response()
        }
        Err(e) => e.into_response(),
    }
}

/// Takes the password once more: for 20 minutes who may come in can be changed.
#[utoipa::path(
    post, path = "/api/v1/session/confirm", tag = "Coming in",
    request_body = Confirm,
    responses(
        (status = 204, description = "Confirmed."),
        (status = 401, description = "The password is wrong."),
        (status = 429, description = "Too many tries.", body = ErrorAnswer, headers(("Retry-After" = u64, description = "Seconds until the next try."))),
    ),
)]
pub(in crate::server) async fn confirm(
    State(site): State<App>,
    Extension(peer): Extension<Peer>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: Confirm = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let from = peer.remote.ip();
    done(site.parts.access.confirm(&principal, from, &asked.password).await)
}

/// Gives whoever asks another password.
///
/// All other sessions of the account end.
#[utoipa::path(
    put, path = "/api/v1/password", tag = "Coming in",
    request_body = NewPassword,
    responses(
        (status = 204, description = "It holds."),
        (status = 401, description = "The password until now is wrong."),
        (status = 429, description = "Too many tries.", body = ErrorAnswer, headers(("Retry-After" = u64, description = "Seconds until the next try."))),
    ),
)]
pub(in crate::server) async fn set_own_password(
    State(site): State<App>,
    Extension(peer): Extension<Peer>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: NewPassword = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let from = peer.remote.ip();
    let access = &site.parts.access;
    done(access.change_own_password(&principal, from, &asked.before, asked.password).await)
}

async fn let_in(site: &App, logged_in: LoggedIn, reached: Reached) -> Response {
    let now = site.parts.clock.utc(site.parts.clock.now());
    let lasts = logged_in.expires_at.duration_since(now).as_secs();
    let cookie = Cookie::Session.write(&logged_in.token, reached.secure, lasts);
    answer_with(site, logged_in.principal, cookie).await
}

async fn answer_with(site: &App, principal: Principal, cookie: HeaderValue) -> Response {
    match state(site, Some(principal)).await {
        Ok(state) => ([(header::SET_COOKIE, cookie)], Json(state)).into_response(),
        Err(e) => e.into_response(),
    }
}

fn done(outcome: Result<(), Refused>) -> Response {
    match outcome {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(e) => refused(e),
    }
}

fn refused(why: Refused) -> Response {
    match why {
        Refused::Wrong => {
            let e = Error::new(Kind::Login, "name or password is wrong");
            // Not `Bearer`: a person is meant, and a browser must not ask by itself.
            e.into_response()
        }
        Refused::TooOften(wait) => {
            let seconds = wait.as_secs() + 1;
            let mut response = Error::new(Kind::Exhausted, "too many tries")
                .next(format!("wait {seconds} s, then try again"))
                .into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Refused::Because(e) => e.into_response(),
    }
}

/// What a browser calls itself.
fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// An object of that shape. Serde would take a list of its fields' values too, which nobody means.
pub(super) fn object<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(serde::de::Error::custom("a list stands where an object belongs"));
    }
    serde_json::from_slice(body)
}

/// A JSON body of that shape. What was sent stays out of the refusal: it may be a password.
pub(super) fn json_body<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: &[u8],
) -> Result<T, Box<Response>> {
    if let Some(refusal) = not_json(headers) {
        return Err(Box::new(refusal));
    }
    object(body).map_err(|e| {
        let why = match e.classify() {
            serde_json::error::Category::Data => "a field is missing, unknown or of a wrong type",
            _ => "that is not JSON",
        };
        let e = Error::invalid("this request is not understood")
            .why(why)
            .next("docs/reference/api.md says what it takes");
        Box::new(ErrorAnswer::with_status(&e, StatusCode::BAD_REQUEST))
    })
}
