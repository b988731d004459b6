//! What others count or measure themselves, read at the moment somebody asks for the metrics.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::{Registry, Unit};

/// One part of Dixi and how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct PartState {
    /// Which part, as in `/api/health/ready`.
    pub part: &'static str,
    /// `ok`, `degraded` or `down`.
    pub status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
    device: String,
}

/// All of it, at one moment.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Dixi's version.
    pub version: &'static str,
    /// Where the networks run.
    pub device: String,
    /// Seconds since the start.
    pub uptime_s: f64,
    /// Every part, with how it is.
    pub parts: Vec<PartState>,
    /// Pictures that the camera gave.
    pub camera_frames: u64,
    /// Pictures that came too fast or were replaced by newer ones.
    pub camera_dropped: u64,
    /// Pictures that were broken.
    pub camera_bad: u64,
    /// How often a camera was opened again.
    pub camera_reopened: u64,
    /// Pictures a second, now.
    pub camera_fps: f64,
    /// Pages and programs on the live socket.
    pub viewers: u32,
    /// The audit log's last row.
    pub audit_head: i64,
    /// Entries that the audit log lost.
    pub audit_lost: u64,
    /// Each Ollama server: its address, whether it answers, and how many requests it answers now.
    pub ollama: Vec<(String, bool, u32)>,
    /// Rows that the ledger of who used what lost.
    pub usage_lost: u64,
    /// Size of the database with its log, bytes.
    pub database_bytes: Option<u64>,
    /// Free space where the state is kept, bytes.
    pub disk_free_bytes: Option<u64>,
    /// The size of that disk, bytes.
    pub disk_bytes: Option<u64>,
    /// What this process holds of the memory, bytes.
    pub resident_bytes: Option<u64>,
    /// Processor time of this process, seconds.
    pub cpu_s: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfServer {
    server: String,
}

type Fraction = Gauge<f64, AtomicU64>;

impl Sample {
    pub(super) fn registry(self) -> Registry {
        let mut registry = Registry::with_prefix("dixi");
        let r = &mut registry;
        let build = Family::<Build, Gauge>::default();
        build.get_or_create(&Build { version: self.version, device: self.device }).set(1);
        r.register("build", "Dixi's version and where its networks run", build);
        let gauge = |v: f64| {
            let gauge = Fraction::default();
            gauge.set(v);
            gauge
        };
        r.register_with_unit("uptime", "Time since the start", Unit::Seconds, gauge(self.uptime_s));
        let parts = Family::<PartState, Gauge>::default();
        for state in self.parts {
            for status in ["ok", "degraded", "down"] {
                let is = i64::from(status == state.status);
                parts.get_or_create(&PartState { status, ..state }).set(is);
            }
        }
        r.register("part", "1 for the status that a part has, 0 for the others", parts);
        let count = ConstCounter::<u64>::new;
        r.register("camera_frames", "Pictures that the camera gave", count(self.camera_frames));
        let what = "Pictures that came too fast or were replaced by newer ones";
        r.register("camera_dropped", what, count(self.camera_dropped));
        r.register("camera_bad", "Pictures that were broken", count(self.camera_bad));
        r.register(
            "camera_reopened",
            "Times a camera was opened again",
            count(self.camera_reopened),
        );
        r.register("camera_fps", "Pictures a second", gauge(self.camera_fps));
        let viewers = ConstGauge::<i64>::new(self.viewers.into());
        r.register("viewers", "Pages and programs on the live socket", viewers);
        let what = "The audit log's last row; it never goes down";
        r.register("audit_head", what, ConstGauge::<i64>::new(self.audit_head));
        let what = "Entries that the audit log lost: the disk was too slow or full";
        r.register("audit_lost", what, count(self.audit_lost));
        let (up, open) =
            (Family::<OfServer, Gauge>::default(), Family::<OfServer, Gauge>::default());
        for (server, answers, requests) in self.ollama {
            let of = OfServer { server };
            up.get_or_create(&of).set(answers.into());
            open.get_or_create(&of).set(requests.into());
        }
        r.register("ollama_up", "1 for an Ollama server that answers, 0 for one that does not", up);
        r.register("ollama_open", "Requests that an Ollama server answers now", open);
        let what = "Rows that the ledger of who used what lost: the disk was too slow or full";
        r.register("usage_lost", what, count(self.usage_lost));
        let sizes = [
            ("database", "Size of the database with its log", self.database_bytes),
            ("disk_free", "Free space where the state is kept", self.disk_free_bytes),
            ("disk", "Size of the disk where the state is kept", self.disk_bytes),
            ("resident", "Memory that this process holds", self.resident_bytes),
        ];
        for (name, what, bytes) in sizes {
            if let Some(bytes) = bytes {
                r.register_with_unit(name, what, Unit::Bytes, gauge(bytes as f64));
            }
        }
        if let Some(cpu_s) = self.cpu_s {
            let cpu = ConstCounter::<f64>::new(cpu_s);
            r.register_with_unit("cpu", "Processor time of this process", Unit::Seconds, cpu);
        }
        registry
    }
}
