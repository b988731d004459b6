//! The routes of people, their sessions, and tokens.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::blocking;
use super::entrance::json_body;
use crate::access::{Access, Allowance, By, Caller, Principal, TokenWish};
use crate::assistant::names::Patterns;
use crate::base::{Error, Kind, Result};
use crate::server::App;
use crate::server::wire::{
    Added, ChangePerson, NewPerson, NewTokenBody, PersonView, SessionView, TokenMade, TokenView,
};

type Id = Result<Path<i64>, PathRejection>;

/// The people who may come in.
#[utoipa::path(
    get, path = "/api/v1/accounts", tag = "People and tokens",
    responses(
        (status = 200, description = "The people.", body = Vec<PersonView>),
    ),
)]
pub(in crate::server) async fn accounts(State(site): State<App>) -> Response {
    let access = Arc::clone(&site.parts.access);
    let people = blocking(move || access.people()).await;
    let views = |rows: Vec<_>| Json(rows.into_iter().map(PersonView::from).collect::<Vec<_>>());
    people.map(views).into_response()
}

/// Lets one more person in.
#[utoipa::path(
    post, path = "/api/v1/accounts", tag = "People and tokens",
    request_body = NewPerson,
    responses(
        (status = 201, description = "They may come in.", body = Added),
        (status = 409, description = "Somebody is called that already."),
    ),
)]
pub(in crate::server) async fn add_account(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: NewPerson = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let access = &site.parts.access;
    let added = access.add_in_turn(&principal, asked.name, asked.role, asked.password).await;
    added.map(|id| (StatusCode::CREATED, Json(Added { id }))).into_response()
}

/// Gives somebody another role or password.
#[utoipa::path(
    put, path = "/api/v1/accounts/{id}", tag = "People and tokens",
    params(("id" = i64, Path, description = "The person's number.")),
    request_body = ChangePerson,
    responses(
        (status = 204, description = "It holds."),
        (status = 404, description = "There is nobody of this number."),
        (status = 409, description = "Nobody would be owner any more."),
    ),
)]
pub(in crate::server) async fn change_account(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: ChangePerson = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let access = Arc::clone(&site.parts.access);
    let changed = async {
        let id = number(id)?;
        // Also where nothing is to be changed: that is no answer about nobody.
        let known = Arc::clone(&access);
        blocking(move || known.person(id)).await?;
        if let Some(role) = asked.role {
            let (access, by) = (Arc::clone(&access), By::from(&principal));
            blocking(move || access.set_role(&by, id, role)).await?;
        }
        if let Some(password) = asked.password {
            access.set_password_in_turn(&principal, id, password).await?;
        }
        Ok(())
    };
    no_content(changed.await)
}

/// Lets somebody in no more.
///
/// Their sessions end, and the tokens that they made.
#[utoipa::path(
    delete, path = "/api/v1/accounts/{id}", tag = "People and tokens",
    params(("id" = i64, Path, description = "The person's number.")),
    responses(
        (status = 204, description = "They are out."),
        (status = 404, description = "There is nobody of this number."),
        (status = 409, description = "Nobody would be owner any more."),
    ),
)]
pub(in crate::server) async fn remove_account(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
) -> Response {
    with(&site, move |access| access.remove(&By::from(&principal), number(id)?)).await
}

/// The sessions.
///
/// An owner sees everybody's, others their own.
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "People and tokens",
    responses(
        (status = 200, description = "The sessions.", body = Vec<SessionView>),
    ),
)]
pub(in crate::server) async fn sessions(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
) -> Response {
    let access = Arc::clone(&site.parts.access);
    let own = match principal.caller {
        Caller::Session { id, .. } => Some(id),
        Caller::Open | Caller::Token { .. } => None,
    };
    let rows = blocking(move || access.sessions(&principal)).await;
    let view = |row| SessionView::new(row, own);
    rows.map(|rows| Json(rows.into_iter().map(view).collect::<Vec<_>>())).into_response()
}

/// Ends a session.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", tag = "People and tokens",
    params(("id" = i64, Path, description = "The session's number.")),
    responses(
        (status = 204, description = "It has ended."),
        (status = 404, description = "It is not there, or somebody else's."),
    ),
)]
pub(in crate::server) async fn end_session(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
) -> Response {
    with(&site, move |access| access.end_session(&principal, number(id)?)).await
}

/// The tokens of programs and screens.
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "People and tokens",
    responses(
        (status = 200, description = "The tokens, without their secrets.", body = Vec<TokenView>),
    ),
)]
pub(in crate::server) async fn tokens(State(site): State<App>) -> Response {
    let access = Arc::clone(&site.parts.access);
    let rows = blocking(move || access.tokens()).await;
    let views = |rows: Vec<_>| Json(rows.into_iter().map(TokenView::from).collect::<Vec<_>>());
    rows.map(views).into_response()
}

/// Makes a token for a program or a screen.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "People and tokens",
    request_body = NewTokenBody,
    responses(
        (status = 201, description = "The token, once and never again.", body = TokenMade),
    ),
)]
pub(in crate::server) async fn add_token(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: NewTokenBody = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let access = Arc::clone(&site.parts.access);
    let made = blocking(move || {
        let NewTokenBody { kind, name, role, days, .. } = asked;
        let scopes = asked.scopes.into_iter().collect();
        let patterns = asked.models.as_deref().map(Patterns::parse).transpose()?;
        let allowance = Allowance {
            models: patterns.map(Patterns::into_texts),
            requests_per_minute: asked.requests_per_minute,
            tokens_per_minute: asked.tokens_per_minute,
        };
        let wish = TokenWish { kind, name, role, scopes, days, allowance };
        access.make_token(&principal, wish)
    });
    let view = |made: crate::access::MadeToken| TokenMade { id: made.id, token: made.token };
    made.await.map(|made| (StatusCode::CREATED, Json(view(made)))).into_response()
}

/// Revokes a token.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", tag = "People and tokens",
    params(("id" = i64, Path, description = "The token's number.")),
    responses(
        (status = 204, description = "It is good for nothing any more."),
        (status = 404, description = "There is no token of this number."),
    ),
)]
pub(in crate::server) async fn revoke_token(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
) -> Response {
    with(&site, move |access| access.revoke_token(&principal, number(id)?)).await
}

async fn with(site: &App, job: impl FnOnce(&Access) -> Result<()> + Send + 'static) -> Response {
    let access = Arc::clone(&site.parts.access);
    no_content(blocking(move || job(&access)).await)
}

pub(super) fn no_content(outcome: Result<()>) -> Response {
    outcome.map(|()| StatusCode::NO_CONTENT).into_response()
}

fn number(id: Id) -> Result<i64> {
    id.map(|Path(id)| id).map_err(|_| Error::new(Kind::NotFound, "that is no number"))
}
