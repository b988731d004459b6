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
use crate::access::{Access, By, Caller, Principal, TokenWish};
use crate::base::{Error, Kind, Result};
use crate::server::App;
use crate::server::wire::{
    ChangePerson, NewPerson, NewTokenBody, PersonView, SessionView, TokenMade, TokenView,
};

type Id = Result<Path<i64>, PathRejection>;

/// `GET /api/v1/accounts`
pub(in crate::server) async fn accounts(State(site): State<App>) -> Response {
    let access = Arc::clone(&site.parts.access);
    let people = blocking(move || access.people()).await;
    let views = |rows: Vec<_>| Json(rows.into_iter().map(PersonView::from).collect::<Vec<_>>());
    people.map(views).into_response()
}

/// `POST /api/v1/accounts`
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
    added.map(|id| (StatusCode::CREATED, Json(serde_json::json!({ "id": id })))).into_response()
}

/// `PUT /api/v1/accounts/{id}`
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

/// `DELETE /api/v1/accounts/{id}`
pub(in crate::server) async fn remove_account(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
) -> Response {
    with(&site, move |access| access.remove(&By::from(&principal), number(id)?)).await
}

/// `GET /api/v1/sessions`
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

/// `DELETE /api/v1/sessions/{id}`
pub(in crate::server) async fn end_session(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    id: Id,
) -> Response {
    with(&site, move |access| access.end_session(&principal, number(id)?)).await
}

/// `GET /api/v1/tokens`
pub(in crate::server) async fn tokens(State(site): State<App>) -> Response {
    let access = Arc::clone(&site.parts.access);
    let rows = blocking(move || access.tokens()).await;
    let views = |rows: Vec<_>| Json(rows.into_iter().map(TokenView::from).collect::<Vec<_>>());
    rows.map(views).into_response()
}

/// `POST /api/v1/tokens`
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
        let NewTokenBody { kind, name, role, scopes, days } = asked;
        let scopes = scopes.into_iter().collect();
        access.make_token(&principal, TokenWish { kind, name, role, scopes, days })
    });
    let view = |made: crate::access::MadeToken| TokenMade { id: made.id, token: made.token };
    made.await.map(|made| (StatusCode::CREATED, Json(view(made)))).into_response()
}

/// `DELETE /api/v1/tokens/{id}`
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

fn no_content(outcome: Result<()>) -> Response {
    outcome.map(|()| StatusCode::NO_CONTENT).into_response()
}

fn number(id: Id) -> Result<i64> {
    id.map(|Path(id)| id).map_err(|_| Error::new(Kind::NotFound, "that is no number"))
}
