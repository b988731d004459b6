//! `GET /metrics`: what Prometheus asks for.

use std::path::Path;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::blocking;
use super::looks::parts;
use crate::operate::metrics::{CONTENT_TYPE, PartState, Sample};
use crate::operate::{host, used};
use crate::server::App;

/// Everything counted, for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "The box",
    responses(
        (status = 200, description = "OpenMetrics text.", body = String, content_type = CONTENT_TYPE),
    ),
)]
pub(in crate::server) async fn metrics(State(site): State<App>) -> Response {
    match blocking(move || Ok(site.parts.live.metrics().text(sample(&site)))).await {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(e) => e.into_response(),
    }
}

/// Blocks: asks the disk.
fn sample(site: &App) -> Sample {
    let (live, data_dir) = (&site.parts.live, Path::new(&site.parts.data_dir));
    let (camera, disk) = (live.camera(), host::disk(data_dir));
    let audit = site.parts.audit.as_ref().map(|audit| audit.told()).unwrap_or_default();
    let state = |(part, health): (_, crate::server::wire::HealthPart)| PartState {
        part,
        status: health.status.name(),
    };
    Sample {
        version: env!("DIXI_VERSION"),
        device: live.vision().device,
        uptime_s: site.parts.clock.now().us as f64 / 1e6,
        parts: parts(site).into_iter().map(state).collect(),
        camera_frames: camera.frames,
        camera_dropped: camera.dropped,
        camera_bad: camera.bad,
        camera_reopened: camera.reopened,
        camera_fps: camera.fps.into(),
        viewers: live.rates().viewers,
        audit_head: audit.head,
        audit_lost: audit.lost,
        ollama: {
            let servers = site.parts.ollama.pool().state().servers.into_iter();
            servers.map(|s| (s.url, s.answers, s.open)).collect()
        },
        usage_lost: site.parts.ollama.ledger().map(|l| l.lost()).unwrap_or_default(),
        database_bytes: used::database_bytes(data_dir),
        disk_free_bytes: disk.map(|(free, _)| free),
        disk_bytes: disk.map(|(_, all)| all),
        resident_bytes: host::resident_bytes(),
        cpu_s: used::cpu_s(),
    }
}
