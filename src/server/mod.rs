//! HTTP and WebSocket: route registry, guards, UI assets, the live view, error to status.
//!
//! Knows neither SQL nor tensors, and of a frame only its bytes. What it shows comes from [`Live`]
//! and the settings; what it is told to do goes to the command bus.

mod api;
mod browser;
mod cookies;
mod door;
mod guard;
mod headers;
mod identify;
pub mod live;
pub mod openapi;
mod relay;
pub mod rights;
mod routes;
pub mod tls;
mod ui;
pub mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::{Access, By};
use crate::assistant::chat::Chats;
use crate::assistant::context::Senses;
use crate::assistant::models::Models;
use crate::assistant::proxy::Proxy;
use crate::assistant::watch::WatchState;
use crate::base::{Clock, Result, Stamp, Vital};
use crate::camera::CameraInfo;
use crate::canvas::Canvas;
use crate::command::binding::Bindings;
use crate::command::{Bus, VerdictLog};
use crate::config::{Mending, SettingsHub};
use crate::operate::alert::Alerts;
use crate::operate::audit::Entry;
use crate::operate::backup::Backups;
use crate::operate::log::Ring;
use crate::operate::{Audit, History};
#[cfg(fuzzing)]
pub use guard::lets_in;
pub use live::Live;
pub use rights::Needs;
pub use routes::{Pace, ROUTES, Route};
pub use tls::Tls;
pub use ui::built as ui_built;
use wire::HealthPart;

/// How often we look whether another process changed who may come in.
const LOOK: Duration = Duration::from_secs(2);

/// How often we look whether the certificate's files have changed.
const CERTIFICATE: Duration = Duration::from_secs(10);

/// Lists the cameras; may block.
pub type ListCameras = dyn Fn() -> Vec<CameraInfo> + Send + Sync;
/// Takes one JPEG of a page's webcam; blocks for no longer than a copy.
pub type TakeWebcam = dyn Fn(&[u8], Stamp) -> Result<()> + Send + Sync;

/// What the server needs of the rooms below; handed in, so that tests bring their own.
pub struct Parts {
    /// The process's clock.
    pub clock: Clock,
    /// Who may come in.
    pub access: Arc<Access>,
    /// The certificate, where others can reach us.
    pub tls: Option<Arc<Tls>>,
    /// The settings.
    pub settings: Arc<SettingsHub>,
    /// Where commands go.
    pub bus: Arc<Bus>,
    /// What is to be seen.
    pub live: Arc<Live>,
    /// The canvas.
    pub canvas: Arc<Canvas>,
    /// What gestures do.
    pub bindings: Arc<Bindings>,
    /// Why gestures did or did not do something.
    pub verdicts: Arc<VerdictLog>,
    /// How the database is.
    pub database: Arc<dyn Fn() -> HealthPart + Send + Sync>,
    /// Where the server says that it gets on.
    pub vital: Arc<Vital>,
    /// How the threads are that the box cannot do without.
    pub threads: Arc<dyn Fn() -> HealthPart + Send + Sync>,
    /// Who did what; none where nothing is kept.
    pub audit: Option<Arc<Audit>>,
    /// The backups; none where nothing is kept.
    pub backups: Option<Arc<Backups>>,
    /// How they are.
    pub backup_health: Arc<dyn Fn() -> HealthPart + Send + Sync>,
    /// What was measured over the last hour and day.
    pub history: Arc<History>,
    /// The box's own alerts.
    pub alerts: Arc<Alerts>,
    /// The way to Ollama.
    pub ollama: Arc<Proxy>,
    /// The conversations.
    pub chats: Arc<Chats>,
    /// The models that Ollama has.
    pub models: Arc<Models>,
    /// What a model may be told and shown.
    pub senses: Arc<dyn Senses>,
    /// Whether and how a model watches.
    pub model_watches: watch::Receiver<WatchState>,
    /// The last lines of the log.
    pub log: Arc<Ring>,
    /// The configuration file, if Dixi is in safe mode for its mistakes.
    pub mending: Option<Arc<Mending>>,
    /// The cameras to choose from.
    pub cameras: Arc<ListCameras>,
    /// Where a page's webcam pictures go.
    pub webcam: Arc<TakeWebcam>,
    /// Where the state is kept, for people.
    pub data_dir: String,
    /// How long clients may take.
    pub patience: Patience,
}

/// How long clients may take; tests take less.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a request's head.
    pub head: Duration,
    /// For a request's body and its answer; sockets have left HTTP by then.
    pub answer: Duration,
    /// Between the pings of a live socket.
    pub ping: Duration,
    /// For any sign of life on a socket.
    pub silent: Duration,
    /// For taking something of what is sent on a socket.
    pub stall: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            ping: Duration::from_secs(20),
            silent: Duration::from_secs(40),
            stall: Duration::from_secs(10),
        }
    }
}

/// What every handler can reach.
struct Site {
    parts: Parts,
    hosts: guard::Hosts,
    listen: SocketAddr,
    /// Whoever is at this very machine needs no login.
    open: bool,
    /// Given in `hello` to pages that this box served; a page of another origin cannot read it.
    publish_token: String,
    /// Places for questions with pictures in them, which are large.
    large_questions: Arc<Semaphore>,
    /// Webcam sockets open now.
    webcams: AtomicUsize,
    /// Pages so far: each has a number of its own, by which people know who did what.
    pages: AtomicU64,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Site {
    /// Leaves an entry in the audit log, if there is one.
    fn note(&self, by: impl Into<By>, entry: Entry) {
        if let Some(audit) = &self.parts.audit {
            let By { name, via, from } = by.into();
            audit.note(entry.by(&*name, via, from));
        }
    }
}

type App = Arc<Site>;

/// The running server.
pub struct Server {
    site: App,
}

impl Server {
    /// Serves on `listener` until stopped. Call it inside the runtime.
    ///
    /// # Errors
    /// If the listener's own address cannot be told.
    pub fn start(listener: TcpListener, parts: Parts) -> Result<Self> {
        let listen = listener.local_addr()?;
        let settings = parts.settings.current();
        let own_port = settings.ollama.own_address().ok().flatten();
        let own_port_exposed = own_port.is_some_and(|address| exposed(&address));
        let site = Arc::new(Site {
            hosts: guard::Hosts::new(&settings.server, crate::operate::host::name().as_deref()),
            listen,
            open: settings.server.open_loopback && !exposed(&listen) && !own_port_exposed,
            large_questions: Arc::new(Semaphore::new(relay::LARGE_AT_ONCE)),
            publish_token: token(),
            webcams: AtomicUsize::new(0),
            pages: AtomicU64::new(0),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            parts,
        });
        let router = routes::router(Arc::clone(&site));
        let entrance = door::Entrance { listener, ollama: false };
        site.tasks.spawn(door::keep(entrance, router, Arc::clone(&site)));
        site.tasks.spawn(live::tick(Arc::clone(&site)));
        site.tasks.spawn(look_at_access(Arc::clone(&site)));
        if let Some(tls) = site.parts.tls.clone() {
            site.tasks.spawn(follow_files(tls, site.stop.clone()));
        }
        Ok(Self { site })
    }

    /// Lets programs in at a port where only Ollama is, at its own paths. Call it inside the runtime.
    ///
    /// # Errors
    /// If the listener's own address cannot be told.
    pub fn listen_as_ollama(&self, listener: TcpListener) -> Result<SocketAddr> {
        let address = listener.local_addr()?;
        let router = routes::router(Arc::clone(&self.site));
        let entrance = door::Entrance { listener, ollama: true };
        self.site.tasks.spawn(door::keep(entrance, router, Arc::clone(&self.site)));
        Ok(address)
    }

    /// The address listened on, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.site.listen
    }

    /// Takes no more connections, tells the open ones, and waits for them up to `grace`.
    /// Returns whether all went in time.
    pub async fn stop(self, grace: Duration) -> bool {
        self.site.stop.cancel();
        self.site.parts.ollama.stop();
        self.site.tasks.close();
        tokio::time::timeout(grace, self.site.tasks.wait()).await.is_ok()
    }
}

/// Takes up a changed certificate.
async fn follow_files(tls: Arc<Tls>, stop: CancellationToken) {
    let mut every = tokio::time::interval(CERTIFICATE);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {}
        }
        let tls = Arc::clone(&tls);
        // It says itself what went wrong.
        let _ = tokio::task::spawn_blocking(move || tls.follow()).await;
    }
}

/// Notices within seconds what another process changed about who may come in.
async fn look_at_access(site: App) {
    let mut every = tokio::time::interval(LOOK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = site.stop.cancelled() => return,
            _ = every.tick() => {}
        }
        let access = Arc::clone(&site.parts.access);
        // It says itself what went wrong.
        let _ = tokio::task::spawn_blocking(move || access.look()).await;
    }
}

/// 128 random bits as text.
fn token() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Whether other machines can reach `address`.
pub fn exposed(address: &SocketAddr) -> bool {
    !address.ip().to_canonical().is_loopback()
}
