//! The routes of backups: which there are, making one, fetching one, going back to one.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio_util::io::ReaderStream;

use super::{blocking, word};
use crate::access::Principal;
use crate::base::{Error, Result};
use crate::operate::audit::{Entry, What};
use crate::operate::backup::{Backups, Kept, Manifest, Why, stage};
use crate::server::App;
use crate::server::wire::Archive;

/// The backups, the newest first.
#[utoipa::path(
    get, path = "/api/v1/backups", tag = "Backups",
    responses(
        (status = 200, description = "The backups.", body = Vec<Kept>),
    ),
)]
pub(in crate::server) async fn backups(State(site): State<App>) -> Response {
    answer(run(site, |backups, _| backups.shelf().list()).await)
}

/// Makes a backup now.
#[utoipa::path(
    post, path = "/api/v1/backups", tag = "Backups",
    responses(
        (status = 200, description = "It is made.", body = Kept),
        (status = 409, description = "Another one is being made."),
    ),
)]
pub(in crate::server) async fn make_backup(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
) -> Response {
    let made = run(Arc::clone(&site), |backups, _| backups.make(Why::Asked)).await;
    if let Ok(kept) = &made {
        site.note(&principal, Entry::new(What::BackupMade).about(&*kept.name));
    }
    answer::<Kept>(made)
}

/// A backup, as a file.
#[utoipa::path(
    get, path = "/api/v1/backups/{name}", tag = "Backups",
    params(("name" = String, Path, description = "The backup's name, as listed.")),
    responses(
        (status = 200, description = "The file.", body = Archive, content_type = "application/gzip"),
        (status = 404, description = "There is none of this name."),
    ),
)]
pub(in crate::server) async fn backup(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    name: Result<Path<String>, PathRejection>,
) -> Response {
    let open = move |backups: &Backups, _: &str| {
        let name = word(name)?;
        let file = std::fs::File::open(backups.shelf().find(&name)?)?;
        let bytes = file.metadata()?.len();
        Ok((file, bytes, name))
    };
    match run(Arc::clone(&site), open).await {
        Ok((file, bytes, name)) => {
            site.note(&principal, Entry::new(What::BackupFetched).about(name));
            let head = [
                (header::CONTENT_TYPE, "application/gzip".to_owned()),
                (header::CONTENT_LENGTH, bytes.to_string()),
                (header::CONTENT_DISPOSITION, "attachment".to_owned()),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
            (head, body).into_response()
        }
        Err(e) => e.into_response(),
    }
}

/// Checks a backup and stages it for the next start.
///
/// The command `restart` then goes back to it.
#[utoipa::path(
    post, path = "/api/v1/backups/{name}/restore", tag = "Backups",
    params(("name" = String, Path, description = "The backup's name, as listed.")),
    responses(
        (status = 200, description = "It is staged; this is what is in it.", body = Manifest),
        (status = 400, description = "It is damaged, or none of Dixi's."),
        (status = 404, description = "There is none of this name."),
        (status = 409, description = "It is of a newer Dixi."),
    ),
)]
pub(in crate::server) async fn restore_backup(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    name: Result<Path<String>, PathRejection>,
) -> Response {
    let stage = move |backups: &Backups, data_dir: &str| {
        let name = word(name)?;
        let path = backups.shelf().find(&name)?;
        stage(&path, std::path::Path::new(data_dir)).map(|manifest| (manifest, name))
    };
    let staged = run(Arc::clone(&site), stage).await;
    if let Ok((_, name)) = &staged {
        site.note(&principal, Entry::new(What::RestoreStaged).about(&**name));
    }
    answer::<Manifest>(staged.map(|(manifest, _)| manifest))
}

async fn run<T: Send + 'static>(
    site: App,
    job: impl FnOnce(&Backups, &str) -> Result<T> + Send + 'static,
) -> Result<T> {
    let Some(backups) = site.parts.backups.as_ref().map(Arc::clone) else {
        return Err(Error::unavailable("there are no backups")
            .why("the database cannot be used, so nothing is kept")
            .next("see `/api/health/ready` for what is wrong with it"));
    };
    let data_dir = site.parts.data_dir.clone();
    blocking(move || job(&backups, &data_dir)).await
}

fn answer<T: serde::Serialize>(outcome: Result<T>) -> Response {
    match outcome {
        Ok(it) => Json(it).into_response(),
        Err(e) => e.into_response(),
    }
}
