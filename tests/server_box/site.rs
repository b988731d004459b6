//! The real server with rooms of the test's own behind it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dixi::access::{Access, Cost};
use dixi::assistant::chat::{self, Chats};
use dixi::assistant::context::{Jpeg, Sensed, Senses};
use dixi::assistant::engine::ollama::OllamaEngine;
use dixi::base::{Clock, Error, Kind, Result, Stamp, Vital};
use dixi::camera::{BrowserInbox, CameraState, Supervisor};
use dixi::canvas::Canvas;
use dixi::command::binding::Bindings;
use dixi::command::{Bus, Command, Handler, Outcome, VerdictLog, Who};
use dixi::config::{Flag, Keeper, Kept, Layers, ProcessEnvironment, SettingsHub, Sources};
use dixi::operate::alert::Alerts;
use dixi::operate::log::Ring;
use dixi::server::wire::HealthPart;
use dixi::server::{Live, Parts, Patience, Server};
use dixi::store::Store;
use serde_json::Value;
use tokio::sync::watch;

/// A running server, stopped when dropped.
pub struct Site {
    pub at: SocketAddr,
    pub clock: Clock,
    pub live: Arc<Live>,
    pub access: Arc<Access>,
    pub settings: Arc<SettingsHub>,
    pub camera: watch::Sender<CameraState>,
    /// Seconds by which the door's clock is ahead.
    pub later_s: Arc<AtomicI64>,
    /// What pages' webcams sent.
    pub webcam: Arc<Mutex<Vec<(usize, Stamp)>>>,
    server: Option<Server>,
    runtime: Option<tokio::runtime::Runtime>,
}

struct Keep;
impl Keeper for Keep {
    fn keep(&self, _: &'static str, _: Option<&Value>) -> Result<Kept> {
        Ok(Kept::Yes)
    }
}

struct Do(Arc<SettingsHub>);
impl Handler for Do {
    fn handle(&self, _: &Who, command: &Command) -> Result<Outcome> {
        match command {
            Command::SetSetting { key, value } => drop(self.0.set(key, value)?),
            Command::ResetSetting { key } => drop(self.0.reset(key)?),
            Command::PauseCamera {} => {}
            _ => return Err(Error::new(Kind::DiskFull, "the disk is full")),
        }
        Ok(Outcome { done: command.name().into(), kept: true, ..Outcome::default() })
    }
}

/// The state of a camera that runs, without a device.
fn camera_state() -> CameraState {
    let settings = dixi::config::CameraSettings {
        source: "browser".into(),
        ..dixi::config::CameraSettings::default()
    };
    let camera = Supervisor::start(settings, Clock::new()).unwrap();
    camera.state().borrow().clone()
}

/// Sees nothing but a made-up hand and a made-up scene.
struct Blind;

impl Senses for Blind {
    fn now(&self) -> Sensed {
        let mut sensed = Sensed::default();
        sensed.scene.name = "The bench".into();
        sensed
    }

    fn frame(&self) -> Result<Jpeg> {
        Err(Error::unavailable("there is no picture").why("this is a test"))
    }
}

impl Site {
    /// On loopback.
    pub fn start(flags: &[(&str, &str)]) -> Self {
        Self::bound("127.0.0.1:0", flags)
    }

    /// On loopback, where nobody comes in without a login.
    pub fn closed() -> Self {
        Self::start(&[("server.open_loopback", "false")])
    }

    /// On any address.
    pub fn bound(listen: &str, flags: &[(&str, &str)]) -> Self {
        Self::patient(listen, flags, Patience::default())
    }

    /// With other limits of time.
    pub fn patient(listen: &str, flags: &[(&str, &str)], patience: Patience) -> Self {
        let said = flags.iter().any(|(key, _)| *key == "server.open_loopback");
        let open = (!said).then_some(&("server.open_loopback", "true"));
        let flags = flags.iter().chain(open).map(|(key, value)| Flag {
            key: (*key).into(),
            value: (*value).into(),
            label: "--set".into(),
        });
        let sources =
            Sources { flags: flags.collect(), environment: &ProcessEnvironment, file: None };
        let layers = Layers::read(&sources).unwrap();
        let settings = Arc::new(SettingsHub::new(layers, Vec::new(), Arc::new(Keep)));
        let clock = Clock::new();
        let camera = watch::Sender::new(camera_state());
        let live = Arc::new(Live::new(clock, camera.subscribe()));
        let webcam = Arc::new(Mutex::new(Vec::new()));
        let (taken, inbox) = (Arc::clone(&webcam), BrowserInbox::default());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let later_s = Arc::new(AtomicI64::new(0));
        let store = Store::in_memory().unwrap();
        let access = {
            let later = Arc::clone(&later_s);
            let now = Arc::new(move || {
                let ahead = jiff::SignedDuration::from_secs(later.load(Ordering::Relaxed));
                clock.utc(clock.now()) + ahead
            });
            Arc::new(Access::new(Arc::clone(&store), Cost::LEAST, now).unwrap())
        };
        let ollama = {
            use dixi::assistant::ledger::{Keep, Ledger};
            use dixi::assistant::{pool::Pool, proxy};
            let (of, metrics) = (Arc::clone(&settings), Arc::clone(live.metrics()));
            let addresses = move || of.current().ollama.addresses().unwrap();
            let keep = || Keep { days: 90, rows: 10_000 };
            proxy::Proxy::new(proxy::Rooms {
                clock,
                pool: Pool::new(clock, Box::new(addresses)).unwrap(),
                ledger: Some(Ledger::start(Store::in_memory().unwrap(), clock, keep).unwrap()),
                ear: Box::new(move |told| {
                    let which = (told.route, told.outcome.name());
                    metrics.relayed(which, told.tokens, told.first_token_s);
                }),
                registries: Box::new(Vec::new),
                patience: proxy::Patience {
                    head: Duration::from_secs(4),
                    silence: Duration::from_secs(2),
                },
            })
        };
        let models = {
            use dixi::assistant::models::{self, Models};
            Models::new(models::Rooms {
                clock,
                pool: Arc::clone(ollama.pool()),
                store: None,
                registries: Box::new(Vec::new),
                free: Box::new(|_| None),
                patience: models::Patience::default(),
            })
        };
        let parts = Parts {
            clock,
            models: Arc::clone(&models),
            access: Arc::clone(&access),
            tls: None,
            settings: Arc::clone(&settings),
            bus: Arc::new(Bus::new(Arc::new(Do(Arc::clone(&settings))), clock)),
            live: Arc::clone(&live),
            bindings: Arc::new(Bindings::open(Store::in_memory(), Box::new(|| {}))),
            verdicts: {
                let tell = tokio::sync::broadcast::Sender::new(1);
                Arc::new(VerdictLog::new(clock, tell))
            },
            canvas: {
                let store = Store::in_memory().unwrap();
                Canvas::open(store, None, Arc::clone(&settings), clock).unwrap()
            },
            audit: None,
            backups: None,
            history: Arc::default(),
            alerts: Arc::new(Alerts::new(clock, Arc::default(), Vec::new())),
            log: Arc::new(Ring::new(clock)),
            senses: Arc::new(Blind),
            model_watches: watch::channel(Default::default()).1,
            chats: {
                let _inside = runtime.enter();
                Chats::new(chat::Rooms {
                    clock,
                    store: Some(store),
                    engine: Arc::new(OllamaEngine::new(Arc::clone(&ollama), clock)),
                    senses: Arc::new(Blind),
                    model: Box::new(|| None),
                })
            },
            ollama: Arc::clone(&ollama),
            backup_health: Arc::new(|| HealthPart::of(None)),
            mending: None,
            vital: Vital::new("the server"),
            threads: Arc::new(|| HealthPart::of(None)),
            database: Arc::new(|| HealthPart::of(None)),
            cameras: Arc::new(Vec::new),
            webcam: Arc::new(move |jpeg, at| {
                inbox.put(jpeg, at)?;
                taken.lock().unwrap().push((jpeg.len(), at));
                Ok(())
            }),
            data_dir: "/nowhere".into(),
            patience,
        };
        let stop = tokio_util::sync::CancellationToken::new();
        runtime.spawn(Arc::clone(ollama.pool()).keep(stop.clone()));
        runtime.spawn(models.keep(stop));
        let server = runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(listen).await.unwrap();
            Server::start(listener, parts).unwrap()
        });
        let at = server.address();
        Self {
            at,
            clock,
            live,
            access,
            settings,
            camera,
            later_s,
            webcam,
            server: Some(server),
            runtime: Some(runtime),
        }
    }

    /// A token with every right that a token can have.
    pub fn token(&self) -> String {
        use dixi::access::{Principal, Role, Scope, TokenKind, TokenWish};
        let scopes = Scope::ALL.into_iter().filter(|s| *s != Scope::Access).collect();
        let (kind, name, role) = (TokenKind::Api, "test".into(), Role::Owner);
        let by = Principal::open(self.at.ip());
        let wish = TokenWish {
            kind,
            name,
            role,
            scopes,
            days: None,
            allowance: dixi::access::Allowance::default(),
        };
        self.access.make_token(&by, wish).unwrap().token
    }

    /// Runs a client on the server's own runtime.
    pub fn run<T>(&self, client: impl Future<Output = T>) -> T {
        let runtime = self.runtime.as_ref().unwrap();
        runtime.block_on(async {
            let patience = tokio::time::timeout(Duration::from_secs(40), client);
            patience.await.expect("the client waits for ever")
        })
    }

    /// Stops the server; whether everybody went in time.
    pub fn stop(&mut self) -> bool {
        let (server, runtime) = (self.server.take().unwrap(), self.runtime.as_ref().unwrap());
        runtime.block_on(server.stop(Duration::from_secs(5)))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
