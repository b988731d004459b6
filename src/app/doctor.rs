//! What `dixi doctor` looks at. Changes nothing but what opening the database for use would.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use serde::Serialize;

use crate::assistant::models::{self, Model, Models, ModelsView};
use crate::assistant::pool::{OllamaServer, Pool};
use crate::base::{Clock, Error, Result, outgoing};
use crate::camera::{self, SourceSpec};
use crate::config::{DataDir, Layers, Settings};
use crate::operate::host;
use crate::store::Store;
use crate::vision::device::{Choice, choose};
use crate::vision::hand::{HandLandmarker, HandOptions, Mode};

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It works.
    Ok,
    /// It works, but not as well as it could.
    Warn,
    /// It does not work.
    Error,
}

/// What was found about one part.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Which part.
    pub part: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub what: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Finding {
    fn ok(part: &'static str, what: impl Into<String>) -> Self {
        Self { part, verdict: Verdict::Ok, what: what.into(), next: None }
    }

    fn warn(part: &'static str, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { part, verdict: Verdict::Warn, what: what.into(), next: Some(next.into()) }
    }

    fn error(part: &'static str, e: &Error) -> Self {
        let next = e.next_step().map(str::to_owned);
        Self { part, verdict: Verdict::Error, what: e.to_string(), next }
    }
}

/// Below this much free disk a warning, below [`DISK_LAST`] an error; bytes.
const DISK_LOW: u64 = 2 << 30;
const DISK_LAST: u64 = 500 << 20;

/// Looks at everything, one finding or more a part.
pub fn examine(layers: Result<Layers>, data_dir: Result<DataDir>) -> Vec<Finding> {
    let mut found = vec![Finding::ok(
        "version",
        format!("Dixi {} on {}", env!("DIXI_VERSION"), std::env::consts::ARCH),
    )];
    let mut settings = Settings::default();
    found.push(match layers {
        Ok(layers) => {
            for setting in Settings::declared() {
                if let Some(fixed) = layers.fixed(setting.key) {
                    // Checked when the layers were read.
                    let _ = settings.set(&setting, &fixed.value);
                }
            }
            Finding::ok("configuration", "is right")
        }
        Err(e) => Finding::error("configuration", &e),
    });
    match data_dir {
        Ok(dir) => found.extend(state(&dir)),
        Err(e) => found.push(Finding::error("data", &e)),
    }
    found.extend(cameras(&settings));
    found.push(vision(&settings));
    found.extend(ollama(&settings));
    found.push(port(&settings));
    found.push(ui());
    found
}

fn state(dir: &DataDir) -> Vec<Finding> {
    let database = match Store::open(&dir.path) {
        Ok(store) => Finding::ok("database", format!("{} ({})", store.path().display(), dir.from)),
        Err(e) => Finding::error("database", &e),
    };
    let disk = host::disk(&dir.path).map(|(free, total)| {
        let what = format!("{} MiB free of {} MiB", free >> 20, total >> 20);
        let next = "make room, or choose another disk with `--data-dir`";
        match free {
            _ if free < DISK_LAST => Finding::error("disk", &Error::unavailable(what).next(next)),
            _ if free < DISK_LOW => Finding::warn("disk", what, next),
            _ => Finding::ok("disk", what),
        }
    });
    std::iter::once(database).chain(disk).collect()
}

fn cameras(settings: &Settings) -> Vec<Finding> {
    let part = "cameras";
    let chosen = match SourceSpec::parse(&settings.camera.source) {
        Ok(spec) => Finding::ok(part, format!("`{spec}` is chosen")),
        Err(e) => Finding::error(part, &e),
    };
    let Some(found) = in_time(camera::list::v4l2) else {
        let next = "unplug the camera and plug it in again, or restart the machine";
        return vec![chosen, Finding::warn(part, "a camera's driver does not answer", next)];
    };
    if found.is_empty() {
        let what = "no camera is connected: the demo hand plays, and pages can send their webcam";
        let next = "connect a USB camera, or give an address: `--camera http://…`";
        return vec![chosen, Finding::warn(part, what, next)];
    }
    let each = found.into_iter().map(|c| match c.problem {
        None => {
            Finding::ok(part, format!("{} (`{}`), {} formats", c.name, c.source, c.formats.len()))
        }
        Some(problem) => {
            let what = format!("{} (`{}`) cannot be used", c.name, c.source);
            Finding::warn(part, what, problem)
        }
    });
    std::iter::once(chosen).chain(each).collect()
}

/// Asks on a thread of its own what may hang for ever; that thread is left behind then.
fn in_time<T: Send + 'static>(ask: fn() -> T) -> Option<T> {
    const PATIENCE: Duration = Duration::from_secs(5);
    let (tell, told) = std::sync::mpsc::sync_channel(1);
    let asking = std::thread::Builder::new().name("doctor".into());
    // Nobody may be listening any more, which is fine.
    let asking = asking.spawn(move || drop(tell.send(ask()))).ok()?;
    let answer = told.recv_timeout(PATIENCE).ok();
    drop(asking);
    answer
}

/// Loads the chosen models and says where they run.
fn vision(settings: &Settings) -> Finding {
    let part = "vision";
    let wanted = &settings.vision;
    let chosen = match wanted.device.parse::<Choice>() {
        Ok(choice) => choose(choice),
        Err(e) => return Finding::error(part, &e),
    };
    let (model, device) = (&wanted.model, chosen.to_string());
    let options = HandOptions::from_settings(wanted, Mode::Video, chosen.device);
    match HandLandmarker::new(&options) {
        Ok(hands) => {
            Finding::ok(part, format!("{model} models, {device}, {} kernels", hands.kernel()))
        }
        Err(e) => Finding::error(part, &e),
    }
}

/// Asks each Ollama server, for two seconds at most.
fn ollama(settings: &Settings) -> Vec<Finding> {
    let part = "ollama";
    let asked = || {
        let addresses = settings.ollama.addresses()?;
        let clock = Clock::new();
        let pool = Pool::new(clock, Box::new(move || addresses.clone()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let registries: Vec<_> = settings.ollama.registry_names().map(str::to_owned).collect();
        Ok(runtime.block_on(async {
            let servers = pool.ask().await.servers;
            let models = Models::new(models::Rooms {
                clock,
                pool,
                store: None,
                registries: Box::new(move || registries.clone()),
                free: Box::new(|_| None),
                patience: models::Patience::default(),
            });
            let some = servers.iter().any(|s| s.answers);
            (servers, if some { Some(models.list().await) } else { None })
        }))
    };
    let finding = |server: OllamaServer| match (server.version, server.reason) {
        (Some(version), _) => Finding::ok(part, format!("{version} answers at {}", server.url)),
        (None, reason) => {
            let why = reason.unwrap_or_else(|| "there was no answer".into());
            Finding::warn(
                part,
                format!("does not answer at {}: {why}; everything but chat works", server.url),
                "start it (`ollama serve`; https://ollama.com/download), or set `ollama.url` to where it is",
            )
        }
    };
    match asked() {
        Ok((servers, found)) => {
            let models = found.and_then(|found| models_found(&found));
            servers.into_iter().map(finding).chain(models).collect()
        }
        Err(e) => vec![Finding::error(part, &e)],
    }
}

/// Whether there is a model to chat with; nothing where Ollama was too slow to tell.
fn models_found(found: &ModelsView) -> Option<Finding> {
    let part = "models";
    let next = "fetch one: Settings, Models, or `ollama pull llama3.2` where Ollama is";
    let all = &found.models;
    let answers = |m: &&Model| m.capabilities.iter().any(|c| c == "completion");
    let unknown = all.iter().any(|m| m.capabilities.is_empty());
    match (all.len(), all.iter().filter(answers).count()) {
        _ if found.asking => None,
        (0, _) => {
            Some(Finding::warn(part, "Ollama has no model yet: there is nobody to chat with", next))
        }
        (n, 0) if !unknown => {
            let what = format!("none of the {n} can chat");
            Some(Finding::warn(part, what, next))
        }
        (1, _) => Some(Finding::ok(part, "1 model")),
        (n, _) => Some(Finding::ok(part, format!("{n} models"))),
    }
}

fn port(settings: &Settings) -> Finding {
    let address = match settings.server.address() {
        Ok(address) => address,
        Err(e) => return Finding::error("port", &e),
    };
    match TcpListener::bind(address) {
        Ok(_) => Finding::ok("port", format!("{address} is free")),
        Err(e) if e.kind() == std::io::ErrorKind::AddrInUse && is_dixi(address) => {
            Finding::ok("port", format!("Dixi is running at http://{address}"))
        }
        Err(e) => Finding::error("port", &cannot_listen(address, e)),
    }
}

/// Why an address cannot be listened on, and what to do.
pub fn cannot_listen(address: SocketAddr, e: std::io::Error) -> Error {
    use std::io::ErrorKind as Io;
    let (why, next) = match e.kind() {
        Io::AddrInUse => (
            "another program uses that port, perhaps another Dixi".to_owned(),
            format!(
                "stop it, or choose another port: `--listen {}:{}`",
                bracketed(address),
                address.port().wrapping_add(1)
            ),
        ),
        Io::PermissionDenied => (
            "ports below 1024 are for privileged programs".to_owned(),
            "choose a port above 1023 with `--listen`".to_owned(),
        ),
        Io::AddrNotAvailable => (
            "this machine does not have that address".to_owned(),
            "choose one that it has with `--listen`, such as 127.0.0.1:3001".to_owned(),
        ),
        _ => (e.to_string(), "choose another address with `--listen`".to_owned()),
    };
    Error::new(Error::from(e).kind(), format!("cannot listen on {address}")).why(why).next(next)
}

fn bracketed(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(a) => a.ip().to_string(),
        SocketAddr::V6(a) => format!("[{}]", a.ip()),
    }
}

fn is_dixi(address: SocketAddr) -> bool {
    let patience = Some(Duration::from_secs(2));
    let client = outgoing::agent(outgoing::config().timeout_global(patience).build());
    let url = format!("http://{}/api/health/live", super::reachable(address));
    let answer = outgoing::silently(|| client.get(url).call());
    answer.is_ok_and(|a| a.headers().contains_key("permissions-policy"))
}

fn ui() -> Finding {
    if crate::server::ui_built() {
        Finding::ok("web app", "is in this binary")
    } else {
        Finding::warn("web app", "is not in this binary", "build it in with `make build`")
    }
}
