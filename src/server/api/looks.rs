//! The routes that only look.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::blocking;
use crate::access::{Principal, Scope};
use crate::assistant::pool::OllamaState;
use crate::base::{Error, Trouble};
use crate::camera::{CameraInfo, CameraState, Phase as Is};
use crate::config::{Layer, Mending};
use crate::operate::alert::{Alert, AlertName};
use crate::operate::host;
use crate::server::wire::{
    Alive, GestureInfo, Health, HealthPart, HealthParts, ObservationView, SettingView, Status,
    VisionState, settings_view,
};
use crate::server::{App, exposed, rights};

/// Whether the process lives.
#[utoipa::path(
    get, path = "/api/health/live", tag = "Health",
    responses(
        (status = 200, description = "It does.", body = Alive),
    ),
)]
pub(in crate::server) async fn live() -> Json<Alive> {
    Json(Alive { status: Health::Ok })
}

/// Whether each part does its job.
///
/// Whoever has not come in learns no reasons.
#[utoipa::path(
    get, path = "/api/health/ready", tag = "Health",
    responses(
        (status = 200, description = "It works, fully or in part.", body = HealthParts),
        (status = 503, description = "It cannot see hands.", body = HealthParts),
    ),
)]
pub(in crate::server) async fn ready(
    State(site): State<App>,
    principal: Option<Extension<Principal>>,
) -> Response {
    let mut parts = parts(&site);
    // A probe learns how we are; why is for whoever may look after us.
    if !principal.is_some_and(|Extension(p)| p.sees(Scope::System)) {
        for part in parts.values_mut() {
            (part.reason, part.next, part.trouble) = (None, None, None);
        }
    }
    // Hands cannot be seen without the models; all else can be mended while we run.
    let vision = parts.get("vision").map_or(Health::Down, |part| part.status);
    let status = match vision {
        Health::Down => Health::Down,
        _ if parts.values().all(|part| part.status == Health::Ok) => Health::Ok,
        _ => Health::Degraded,
    };
    let code = match status {
        Health::Down => StatusCode::SERVICE_UNAVAILABLE,
        Health::Ok | Health::Degraded => StatusCode::OK,
    };
    (code, Json(HealthParts { status, parts })).into_response()
}

/// Every part of Dixi and how it is.
pub(super) fn parts(site: &App) -> BTreeMap<&'static str, HealthPart> {
    BTreeMap::from([
        ("vision", vision_health(&site.parts.live.vision())),
        ("camera", camera_health(&site.parts.live.camera())),
        ("database", (site.parts.database)()),
        ("backup", (site.parts.backup_health)()),
        ("threads", (site.parts.threads)()),
        ("disk", watched(site.parts.alerts.active(AlertName::DiskLow))),
        ("ollama", ollama_health(site)),
        ("configuration", configuration_health(site.parts.mending.as_deref())),
    ])
}

/// A part that the alerts look at: well unless they tell of it.
fn watched(alert: Option<Alert>) -> HealthPart {
    match alert {
        None => HealthPart::of(None),
        Some(Alert { why, next, trouble, .. }) => {
            let status = Health::Degraded;
            HealthPart { status, reason: Some(why), next: Some(next), trouble }
        }
    }
}

fn vision_health(state: &VisionState) -> HealthPart {
    let part = |status, reason: Option<String>, trouble| HealthPart {
        status,
        reason,
        next: None,
        trouble,
    };
    if state.device.is_empty() {
        return match state.reason.clone() {
            None => {
                let reason = Some("the models are being loaded".into());
                part(Health::Down, reason, Some(Trouble::ModelsLoading {}))
            }
            Some(detail) => {
                let trouble = Trouble::ModelsFailed { detail: detail.clone() };
                part(Health::Down, Some(detail), Some(trouble))
            }
        };
    }
    // A reason beside a device says why it is not the GPU, which is no illness.
    match state.problem.clone() {
        None => part(Health::Ok, state.reason.clone(), state.trouble.clone()),
        Some(detail) => {
            let trouble = Trouble::VisionFails { detail: detail.clone() };
            part(Health::Degraded, Some(detail), Some(trouble))
        }
    }
}

fn camera_health(state: &CameraState) -> HealthPart {
    let (status, fallback) = match state.phase {
        Is::Running => (Health::Ok, None),
        Is::Paused => (Health::Ok, Some("paused")),
        Is::Starting => (Health::Degraded, Some("the camera is being opened")),
        Is::Stalled => (Health::Degraded, Some("the camera gives no pictures")),
        Is::Waiting => (Health::Degraded, Some("waiting for the camera")),
        Is::Failed => (Health::Degraded, Some("the camera does not work")),
    };
    let reason = state.reason.clone().or(fallback.map(str::to_owned));
    // While it is opened again, why that has to be is worth more than that it is.
    let opening = state.phase == Is::Starting && state.reason.is_none();
    let trouble = match opening {
        true => Some(Trouble::CameraOpening {}),
        false => state.trouble.clone(),
    };
    HealthPart { status, reason, next: state.next.clone(), trouble }
}

/// Of what the pool knows, where the owner said where Ollama is: nobody else misses it.
fn ollama_health(site: &App) -> HealthPart {
    let set = site.parts.settings.get("ollama.url").is_ok_and(|v| v.layer != Layer::Default);
    let servers = if set { site.parts.ollama.pool().state().servers } else { Vec::new() };
    let gone: Vec<_> = servers
        .iter()
        .filter(|s| !s.answers)
        .map(|s| format!("{}: {}", s.url, s.reason.as_deref().unwrap_or("there was no answer")))
        .collect();
    let Some(first) = servers.iter().find(|s| !s.answers) else { return HealthPart::of(None) };
    HealthPart {
        status: Health::Degraded,
        reason: Some(gone.join("; ")),
        next: Some("start Ollama, or set `ollama.url` to where it is".into()),
        trouble: Some(Trouble::OllamaAway { url: first.url.clone() }),
    }
}

fn configuration_health(mending: Option<&Mending>) -> HealthPart {
    match mending {
        None => HealthPart::of(None),
        Some(mending) => {
            let detail = mending.in_words();
            HealthPart {
                status: Health::Degraded,
                reason: Some(format!("safe mode, with the camera off: {detail}")),
                next: Some("mend the file on the settings page, and start Dixi again".into()),
                trouble: Some(Trouble::SafeMode { detail }),
            }
        }
    }
}

/// How the box is: version, camera, networks, database, machine, rates.
#[utoipa::path(
    get, path = "/api/v1/status", tag = "The box",
    responses(
        (status = 200, description = "How it is.", body = Status),
    ),
)]
pub(in crate::server) async fn status(State(site): State<App>) -> Response {
    let data_dir = site.parts.data_dir.clone();
    let host = match blocking(move || Ok(host::state(Path::new(&data_dir)))).await {
        Ok(host) => host,
        Err(e) => return e.into_response(),
    };
    let live = &site.parts.live;
    Json(Status {
        version: env!("DIXI_VERSION"),
        uptime_s: site.parts.clock.now().us / 1_000_000,
        listen: site.listen.to_string(),
        exposed: exposed(&site.listen),
        data_dir: site.parts.data_dir.clone(),
        camera: live.camera(),
        vision: live.vision(),
        watching: site.parts.model_watches.borrow().clone(),
        database: (site.parts.database)(),
        host,
        rates: live.rates(),
    })
    .into_response()
}

/// Asks Ollama at `ollama.url` whether it is there, for at most 2 s.
///
/// The answer holds for 2 s.
#[utoipa::path(
    get, path = "/api/v1/ollama", tag = "The box",
    responses(
        (status = 200, description = "Whether it answers.", body = OllamaState),
    ),
)]
pub(in crate::server) async fn ollama(State(site): State<App>) -> Json<OllamaState> {
    Json(site.parts.ollama.pool().ask().await)
}

/// The latest observation: hands and gestures of one frame.
#[utoipa::path(
    get, path = "/api/v1/vision", tag = "Gestures",
    responses(
        (status = 200, description = "What the latest frame told.", body = ObservationView),
        (status = 503, description = "No frame has come since the start."),
    ),
)]
pub(in crate::server) async fn vision(State(site): State<App>) -> Response {
    match site.parts.live.latest() {
        Some(published) => {
            let json = published.json(&site.parts.clock);
            ([(header::CONTENT_TYPE, "application/json")], json).into_response()
        }
        None => Error::unavailable("there is no observation yet")
            .why("no frame has come from the camera since the start")
            .next("see `/api/health/ready` for what the camera does")
            .into_response(),
    }
}

/// Every gesture that Dixi knows.
#[utoipa::path(
    get, path = "/api/v1/gestures", tag = "Gestures",
    responses(
        (status = 200, description = "The gestures.", body = Vec<GestureInfo>),
    ),
)]
pub(in crate::server) async fn gestures() -> Json<Vec<GestureInfo>> {
    Json(GestureInfo::all())
}

/// The cameras to choose from.
#[utoipa::path(
    get, path = "/api/v1/cameras", tag = "Camera",
    responses(
        (status = 200, description = "The cameras.", body = Vec<CameraInfo>),
    ),
)]
pub(in crate::server) async fn cameras(State(site): State<App>) -> Response {
    let list = Arc::clone(&site.parts.cameras);
    match blocking(move || Ok(list())).await {
        Ok(cameras) => Json(cameras).into_response(),
        Err(e) => e.into_response(),
    }
}

/// The settings that the caller may see, in the order of their declaration.
#[utoipa::path(
    get, path = "/api/v1/settings", tag = "Settings and commands",
    responses(
        (status = 200, description = "The settings.", body = Vec<SettingView>),
    ),
)]
pub(in crate::server) async fn settings(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
) -> Json<Vec<SettingView>> {
    let mut settings = settings_view(&site.parts.settings);
    settings.retain(|s| rights::sees_setting(&principal, s.key));
    for setting in &mut settings {
        setting.may = rights::changes_setting(&principal, setting.key);
    }
    Json(settings)
}
