//! Safe mode's routes: the configuration file with its mistakes, and a better text for it. Outside
//! safe mode they show nothing, for the file may hold passwords of cameras.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::blocking;
use super::commands::not_json;
use super::entrance::object;
use crate::access::Principal;
use crate::base::{Error, Result};
use crate::config::{FileView, Mending, NewText};
use crate::operate::audit::{Entry, What};
use crate::server::App;

/// In safe mode: the configuration file with its mistakes.
#[utoipa::path(
    get, path = "/api/v1/configuration", tag = "Settings and commands",
    responses(
        (status = 200, description = "The file.", body = FileView),
        (status = 404, description = "Dixi is not in safe mode."),
    ),
)]
pub(in crate::server) async fn configuration(State(site): State<App>) -> Response {
    answer(site, |mending| mending.look()).await
}

/// In safe mode: keeps a better text of the configuration file.
///
/// The command `restart` makes it hold.
#[utoipa::path(
    put, path = "/api/v1/configuration", tag = "Settings and commands",
    request_body = NewText,
    responses(
        (status = 200, description = "The file as it is now.", body = FileView),
        (status = 404, description = "Dixi is not in safe mode."),
        (status = 409, description = "Somebody else changed the file meanwhile."),
    ),
)]
pub(in crate::server) async fn set_configuration(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refusal) = not_json(&headers) {
        return refusal;
    }
    let new: NewText = match object(&body) {
        Ok(new) => new,
        Err(e) => {
            return Error::invalid("that is no new text for the file")
                .source(e)
                .next(r#"send an object like {"text":"…","was":"…"}"#)
                .into_response();
        }
    };
    let kept = answer(Arc::clone(&site), move |mending| mending.keep(&new)).await;
    if kept.status().is_success() {
        site.note(&principal, Entry::new(What::Configuration));
    }
    kept
}

async fn answer(
    site: App,
    job: impl FnOnce(&Mending) -> Result<FileView> + Send + 'static,
) -> Response {
    let Some(mending) = site.parts.mending.as_ref().map(Arc::clone) else {
        return Error::new(crate::base::Kind::NotFound, "there is nothing to mend")
            .why("Dixi is not in safe mode: the configuration file was right when it started")
            .next("use the settings, or edit the file on the machine itself")
            .into_response();
    };
    match blocking(move || job(&mending)).await {
        Ok(view) => Json(view).into_response(),
        Err(e) => e.into_response(),
    }
}
