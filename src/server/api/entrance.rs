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

/// `GET /api/v1/session`
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

/// `POST /api/v1/login`
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

/// `POST /api/v1/setup`
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

/// `POST /api/v1/kiosk`
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

/// `POST /api/v1/logout`
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

/// `POST /api/v1/session/confirm`
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

/// `PUT /api/v1/password`
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

/// A JSON body of that shape. What was sent stays out of the refusal: it may be a password.
pub(super) fn json_body<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: &[u8],
) -> Result<T, Box<Response>> {
    if let Some(refusal) = not_json(headers) {
        return Err(Box::new(refusal));
    }
    serde_json::from_slice(body).map_err(|e| {
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
