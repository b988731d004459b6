//! The routes that change something.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::entrance::object;
use super::{blocking, word};
use crate::access::{By, Caller, Principal};
use crate::base::{Error, Result, Via};
use crate::command::{Command, Outcome, Who};
use crate::server::App;
use crate::server::wire::{ErrorAnswer, SettingValue};
use crate::server::{identify, rights};

/// Does one command.
///
/// What it takes is asked once it is known which. Answered when the change is on the disk. `grab`,
/// `drag`, `release` and `let_back` are for the live socket only.
#[utoipa::path(
    post, path = "/api/v1/command", tag = "Settings and commands",
    request_body = Command,
    responses(
        (status = 200, description = "It was done.", body = Outcome),
        (status = 404, description = "What it is about is not there."),
        (status = 409, description = "Something is locked, held or decided elsewhere."),
        (status = 501, description = "This build or machine cannot do that."),
    ),
)]
pub(in crate::server) async fn command(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refusal) = not_json(&headers) {
        return refusal;
    }
    let command = Command::from_json(&body);
    answer(run(site, &principal, &headers, command).await)
}

/// Changes a setting.
#[utoipa::path(
    put, path = "/api/v1/settings/{key}", tag = "Settings and commands",
    params(("key" = String, Path, description = "The setting, as `group.name`.")),
    request_body = SettingValue,
    responses(
        (status = 200, description = "It holds.", body = Outcome),
        (status = 404, description = "There is no such setting."),
        (status = 409, description = "A flag, the environment or the file decides."),
    ),
)]
pub(in crate::server) async fn set_setting(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    key: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refusal) = not_json(&headers) {
        return refusal;
    }
    let change = || Ok(Command::SetSetting { key: word(key)?, value: value_of(&body)? });
    let command = change();
    answer(run(site, &principal, &headers, command).await)
}

/// Puts a setting back to its default.
#[utoipa::path(
    delete, path = "/api/v1/settings/{key}", tag = "Settings and commands",
    params(("key" = String, Path, description = "The setting, as `group.name`.")),
    responses(
        (status = 200, description = "It holds.", body = Outcome),
        (status = 404, description = "There is no such setting."),
        (status = 409, description = "A flag, the environment or the file decides."),
    ),
)]
pub(in crate::server) async fn reset_setting(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    key: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    answer(
        run(site, &principal, &headers, word(key).map(|key| Command::ResetSetting { key })).await,
    )
}

async fn run(
    site: App,
    principal: &Principal,
    headers: &HeaderMap,
    command: Result<Command>,
) -> Result<Outcome> {
    let command = held(command?)?;
    rights::check(principal, &command)?;
    if rights::takes_the_password(&command) {
        identify::confirmed(&site, principal).await?;
    }
    let By { name, via, from } = By::from(principal);
    let who = match principal.caller {
        // Nobody in particular: said by where it came from.
        Caller::Open if !headers.contains_key(header::ORIGIN) => {
            Who::new(name.replacen("browser", "api", 1)).came(Via::Api, from)
        }
        _ => Who::new(name).came(via, from),
    };
    let bus = Arc::clone(&site.parts.bus);
    blocking(move || bus.run(&who, &command)).await
}

/// A request is over when it is answered: it cannot hold on to anything.
fn held(command: Command) -> Result<Command> {
    use Command::{Drag, Grab, LetBack, Release};
    match command {
        Grab { .. } | Drag { .. } | Release {} | LetBack {} => {
            Err(Error::invalid(format!("`{}` takes a hold that lasts", command.name()))
                .next("send it over the live socket, or use `move` or `place`"))
        }
        other => Ok(other),
    }
}

fn answer(outcome: Result<Outcome>) -> Response {
    match outcome {
        Ok(outcome) => Json(outcome).into_response(),
        Err(e) => e.into_response(),
    }
}

/// A form of another site cannot send this content type, which is one more wall.
pub(super) fn not_json(headers: &HeaderMap) -> Option<Response> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case("application/json")) {
        return None;
    }
    let e = Error::invalid("the body must be JSON")
        .why("`Content-Type` is not `application/json`")
        .next("send `Content-Type: application/json`");
    Some(ErrorAnswer::with_status(&e, StatusCode::UNSUPPORTED_MEDIA_TYPE))
}

fn value_of(body: &[u8]) -> Result<Value> {
    let how = r#"send an object like {"value":true}"#;
    let body: SettingValue = object(body)
        .map_err(|e| Error::invalid("that is no value for a setting").source(e).next(how))?;
    Ok(body.value)
}
