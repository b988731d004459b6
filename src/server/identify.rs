//! Who asks, and whether they may: the one place where credentials of every form become a principal,
//! and where each route's needs are enforced, before a byte of its body is read.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::api::blocking;
use super::cookies::Cookie;
use super::door::Peer;
use super::guard::Reached;
use super::rights::{self, Needs};
use crate::access::{Caller, Credential, Principal, TokenKind};
use crate::base::{Error, Kind, Result};

/// The header with the first owner's one-time link.
pub(super) const SETUP: &str = "dixi-setup";
/// What proxies add. Whoever is let in without a login must really be at this machine.
const FORWARDED: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

/// How a principal came in.
struct Came {
    principal: Principal,
    /// By a cookie, which a browser sends along whoever asks it to.
    by_cookie: bool,
}

/// The middleware of one route.
pub(super) async fn authorize(site: App, needs: Needs, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    let came = match who(&site, &head).await {
        Ok(came) => came,
        // Whoever needs not come in is not kept out by a credential that is none.
        Err(_) if matches!(needs, Needs::Nothing | Needs::SetupLink) => None,
        Err(e) => return refused(&e),
    };
    if let Err(e) = allowed(&site, needs, came.as_ref(), &head).await {
        return refused(&e);
    }
    if let Some(Came { mut principal, .. }) = came {
        principal.from = peer(&head);
        head.extensions.insert(principal);
    }
    next.run(Request::from_parts(head, body)).await
}

/// A refusal; it says how programs come in where nobody did.
fn refused(e: &Error) -> Response {
    let mut response = e.clone().into_response();
    if e.kind() == Kind::Login {
        let how = HeaderValue::from_static("Bearer realm=\"Dixi\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, how);
    }
    response
}

async fn allowed(site: &App, needs: Needs, came: Option<&Came>, head: &Parts) -> Result<()> {
    let (role, scope) = match needs {
        Needs::Nothing => return Ok(()),
        Needs::SetupLink => return has_link(site, head).await,
        Needs::Anybody => (None, None),
        Needs::May(role, scope) | Needs::Confirmed(role, scope) => (Some(role), Some(scope)),
    };
    let Some(Came { principal, by_cookie }) = came else { return Err(no_login()) };
    let upgrade = head.headers.contains_key(header::UPGRADE);
    let own_page = head.extensions.get::<Reached>().is_some_and(|r| r.own_page);
    if *by_cookie && (upgrade || !head.method.is_safe()) && !own_page {
        return Err(Error::new(
            Kind::Denied,
            "only this box's own pages may do that with a cookie",
        )
        .why("there is no `Origin`")
        .next("programs come in with a token: `Authorization: Bearer …`"));
    }
    if let (Some(role), Some(scope)) = (role, scope)
        && !principal.may(role, scope)
    {
        return Err(rights::refusal(role, scope));
    }
    match needs {
        Needs::Confirmed(..) => confirmed(site, principal).await,
        _ => Ok(()),
    }
}

/// Refuses whoever has not given the password lately.
pub(super) async fn confirmed(site: &App, principal: &Principal) -> Result<()> {
    let (access, caller) = (Arc::clone(&site.parts.access), principal.caller);
    let principal = principal.clone();
    match blocking(move || access.confirmed(&principal)).await? {
        true => Ok(()),
        false => Err(not_confirmed(caller)),
    }
}

/// Whether whoever asks has the first owner's one-time link, which stays good.
async fn has_link(site: &App, head: &Parts) -> Result<()> {
    let mut values = head.headers.get_all(SETUP).iter();
    let (Some(token), None) = (values.next().and_then(|v| v.to_str().ok()), values.next()) else {
        return Err(no_login());
    };
    let (access, token) = (Arc::clone(&site.parts.access), token.to_owned());
    let from = peer(head).ok_or_else(|| Error::internal("a request without a peer"))?;
    blocking(move || access.check_link(&token, from)).await
}

fn no_login() -> Error {
    Error::new(Kind::Login, "you are not logged in").next("log in, or send a token")
}

fn not_confirmed(caller: Caller) -> Error {
    match caller {
        Caller::Session { .. } => Error::new(Kind::Confirm, "your password is needed again")
            .why("this changes who comes in or what leaves the box, and you gave it more than 20 minutes ago")
            .next("give it, then try again"),
        _ => Error::new(Kind::Confirm, "this takes a login")
            .why("it changes who comes in or what leaves the box, and somebody can log in")
            .next("log in as an owner"),
    }
}

/// Whoever asks; none if nobody shows anything.
async fn who(site: &App, head: &Parts) -> Result<Option<Came>> {
    let headers = &head.headers;
    let reached = head.extensions.get::<Reached>().copied().unwrap_or_default();
    // A program that says who it is means it: nothing else counts then, right or wrong.
    if let Some(token) = bearer(headers)? {
        let principal = identify(site, Credential::Token(token)).await?.ok_or_else(|| {
            Error::new(Kind::Login, "this token is not good")
                .why("it is unknown, revoked or too old")
                .next("make another one in the settings, under “Access”")
        })?;
        return Ok(Some(Came { principal, by_cookie: false }));
    }
    if let Some(value) = Cookie::Session.read(headers, reached.secure)
        && let Some(principal) = identify(site, Credential::Session(value.to_owned())).await?
    {
        return Ok(Some(Came { principal, by_cookie: true }));
    }
    if let Some(value) = Cookie::Kiosk.read(headers, reached.secure)
        && let Some(principal) = identify(site, Credential::Token(value.to_owned())).await?
        && matches!(principal.caller, Caller::Token { kind: TokenKind::Kiosk, .. })
    {
        return Ok(Some(Came { principal, by_cookie: true }));
    }
    if site.open && reached.local {
        if let Some(name) = FORWARDED.iter().find(|name| headers.contains_key(**name)) {
            return Err(Error::new(Kind::Denied, "a proxy may not come in without a login")
                .why(format!(
                    "the request carries `{name}`, and this box is open to its own machine"
                ))
                .next("start it without `--open-loopback`"));
        }
        let principal = peer(head).map(Principal::open);
        return Ok(principal.map(|principal| Came { principal, by_cookie: false }));
    }
    Ok(None)
}

/// The address at the other end.
fn peer(head: &Parts) -> Option<std::net::IpAddr> {
    head.extensions.get::<Peer>().map(|p| p.remote.ip().to_canonical())
}

/// The token of `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Result<Option<String>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let token = value
        .to_str()
        .ok()
        .and_then(|v| v.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned());
    match (token, values.next()) {
        (Some(token), None) => Ok(Some(token)),
        _ => Err(Error::new(Kind::Login, "this `Authorization` is not understood")
            .next("send `Authorization: Bearer` and a token")),
    }
}

async fn identify(site: &App, credential: Credential) -> Result<Option<Principal>> {
    let access = Arc::clone(&site.parts.access);
    blocking(move || access.identify(&credential)).await
}
