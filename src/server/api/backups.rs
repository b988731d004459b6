//! The routes of backups: which there are, making one, fetching one, bringing one, going back to one. The
//! last two also for whoever has the first owner's link: a new box becomes the one that the backup is of.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

use super::entrance::json_body;
use super::{blocking, word};
use crate::access::{By, Principal};
use crate::base::{Error, Kind, Result, Secret, Via};
use crate::command::{Command, Who};
use crate::operate::audit::{Entry, What};
use crate::operate::backup::{Backups, Kept, Manifest, Why, WithKeys, behind, stage};
use crate::server::App;
use crate::server::door::Peer;
use crate::server::routes::{BACKUP, too_large};
use crate::server::wire::{Archive, BroughtBackup, FirstGoBack, GoBack};

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

/// Takes a backup that was made elsewhere, and checks it to its last row.
///
/// It is then one of the list. At most 1 GiB; each piece of it has 30 s.
#[utoipa::path(
    post, path = "/api/v1/backups/brought", tag = "Backups",
    request_body(content = Archive, content_type = "application/gzip"),
    responses(
        (status = 200, description = "It is whole, and on the list.", body = BroughtBackup),
        (status = 400, description = "It is damaged, or none of Dixi's."),
        (status = 409, description = "It is of a newer Dixi, or another one is being looked at."),
    ),
)]
pub(in crate::server) async fn bring_backup(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    bring(site, By::from(&principal), &headers, body).await
}

/// The same, for a box that nobody looks after yet.
#[utoipa::path(
    post, path = "/api/v1/setup/backup", tag = "Coming in",
    request_body(content = Archive, content_type = "application/gzip"),
    responses(
        (status = 200, description = "It is whole, and on the list.", body = BroughtBackup),
        (status = 400, description = "It is damaged, or none of Dixi's."),
        (status = 409, description = "It is of a newer Dixi, another one is being looked at, or there is an owner already."),
        (status = 429, description = "Too many tries with links that are not good."),
    ),
)]
pub(in crate::server) async fn bring_first_backup(
    State(site): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    bring(site, whoever(peer), &headers, body).await
}

/// Checks a backup and stages it for the next start.
///
/// The command `restart` then goes back to it. Keys that are sealed in it are opened with the passphrase
/// that is given, else with the one that is set now; what the box has of keys that are not in it stays.
#[utoipa::path(
    post, path = "/api/v1/backups/{name}/restore", tag = "Backups",
    params(("name" = String, Path, description = "The backup's name, as listed.")),
    request_body(content = Option<GoBack>, description = "Nothing is the same as an empty object."),
    responses(
        (status = 200, description = "It is staged; this is what is in it.", body = Manifest),
        (status = 400, description = "It is damaged, or none of Dixi's."),
        (status = 403, description = "Its keys are sealed with another passphrase; or the caller may not."),
        (status = 404, description = "There is none of this name."),
        (status = 409, description = "It is of a newer Dixi."),
    ),
)]
pub(in crate::server) async fn restore_backup(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let how: GoBack = match body.is_empty() {
        true => GoBack::default(),
        false => match json_body(&headers, &body) {
            Ok(how) => how,
            Err(refusal) => return *refusal,
        },
    };
    let staged = match word(name) {
        Ok(name) => go_back(&site, By::from(&principal), name, how).await,
        Err(e) => Err(e),
    };
    answer::<Manifest>(staged)
}

/// Goes back to a backup that was brought with the first owner's link, and restarts.
///
/// The box then has the owner of the backup, and the link is no more.
#[utoipa::path(
    post, path = "/api/v1/setup/restore", tag = "Coming in",
    request_body = FirstGoBack,
    responses(
        (status = 200, description = "The box restarts with this.", body = Manifest),
        (status = 403, description = "Its keys are sealed with another passphrase."),
        (status = 404, description = "There is none of this name."),
        (status = 409, description = "There is an owner already."),
        (status = 429, description = "Too many tries with links that are not good."),
    ),
)]
pub(in crate::server) async fn restore_first_backup(
    State(site): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: FirstGoBack = match json_body(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let FirstGoBack { name, passphrase, without_keys } = asked;
    let by = whoever(peer);
    let who = Who::new("the first owner").came(by.via, by.from);
    let staged = go_back(&site, by, name, GoBack { passphrase, without_keys }).await;
    if staged.is_ok() {
        let bus = Arc::clone(&site.parts.bus);
        if let Err(e) = blocking(move || bus.run(&who, &Command::Restart {})).await {
            return e.into_response();
        }
    }
    answer::<Manifest>(staged)
}

/// Somebody whom we do not know yet.
fn whoever(peer: Peer) -> By {
    By { name: "".into(), via: Via::Browser, from: Some(peer.remote.ip().to_canonical()) }
}

async fn go_back(site: &App, by: By, name: String, how: GoBack) -> Result<Manifest> {
    let called = name.clone();
    let stage = move |backups: &Backups, data_dir: &str| {
        let path = backups.shelf().find(&name)?;
        let given = how.passphrase.as_deref().map(Secret::from);
        let keys = match how.without_keys {
            true => WithKeys::Not,
            false => WithKeys::By(vec![given.unwrap_or_else(|| backups.keys().passphrase)]),
        };
        behind(|| stage(&path, std::path::Path::new(data_dir), &keys))
    };
    let manifest = run(Arc::clone(site), stage).await?;
    site.note(by, Entry::new(What::RestoreStaged).about(called));
    Ok(manifest)
}

async fn bring(site: App, by: By, headers: &HeaderMap, body: Body) -> Response {
    let bytes = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    if bytes.is_some_and(|bytes: u64| bytes > BACKUP as u64) {
        return too_large(BACKUP);
    }
    let place = run(Arc::clone(&site), move |backups, _| backups.shelf().incoming(bytes)).await;
    let taken = match place {
        Ok(file) => take(body, file, site.parts.patience.answer).await,
        Err(e) => return e.into_response(),
    };
    let file = match taken {
        Ok(Some(file)) => file,
        Ok(None) => return too_large(BACKUP),
        Err(e) => return e.into_response(),
    };
    let brought = run(Arc::clone(&site), |backups, _| backups.bring(file)).await;
    if let Ok((kept, _)) = &brought {
        site.note(by, Entry::new(What::BackupBrought).about(&*kept.name));
    }
    answer(brought.map(|(backup, manifest)| BroughtBackup { backup, manifest }))
}

/// Writes a body to a file as it comes; none if it is larger than a backup may be. Each piece of it may
/// take `patience`.
async fn take(
    mut body: Body,
    file: tempfile::NamedTempFile,
    patience: Duration,
) -> Result<Option<tempfile::NamedTempFile>> {
    let mut to = tokio::fs::File::from_std(file.as_file().try_clone()?);
    let mut left = BACKUP;
    loop {
        let piece = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx));
        let piece = tokio::time::timeout(patience, piece).await.map_err(|_| {
            Error::new(Kind::Timeout, "that took too long")
                .why(format!("nothing came for {} s", patience.as_secs()))
        })?;
        let Some(piece) = piece else { break };
        let piece = piece.map_err(|_| Error::invalid("the backup broke off on its way"))?;
        let Ok(bytes) = piece.into_data() else { continue };
        let Some(rest) = left.checked_sub(bytes.len()) else { return Ok(None) };
        left = rest;
        to.write_all(&bytes).await?;
    }
    to.flush().await?;
    Ok(Some(file))
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
