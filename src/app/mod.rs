//! The ladder: config, store, rooms, server, "ready"; and the same ladder down again on a signal,
//! one log line a rung. Knows no room's details, only how they are joined.

mod alerting;
mod asking;
pub mod auditing;
mod calibrating;
mod demo;
pub mod doctor;
mod doer;
pub mod door;
mod down;
mod eyes;
mod follow;
mod hands;
pub mod keeping;
mod listen;
mod pictures;
mod questions;
mod remembering;
mod routine;
mod sensing;
mod state;
mod talking;
mod watching;

use std::sync::Arc;

use serde_json::Value;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::assistant;
use crate::assistant::context::Senses;
use crate::base::{Clock, Error, Kind, Result, Vital};
use crate::camera::{SourceSpec, Supervisor};
use crate::command::{Bus, VerdictLog};
use crate::config::{DataDir, Layers, Mending, SettingsHub};
use crate::operate::Traces;
use crate::operate::audit::{Entry, What};
use crate::operate::log::Ring;
use crate::server::{Live, Parts, Patience, Server};
use alerting::Alerting;
use calibrating::{Calibrating, Watched};
use doer::{Doer, Process, Stage};
use down::{Rooms, down};
use eyes::{Eyes, Told};
use hands::{Hands, HandsPost};
use listen::{listen, reachable};
use pictures::Pictures;
use questions::QuestionPost;
use remembering::Remembering;
use sensing::Sensing;
use state::State;
use watching::Watching;

/// Changes how much is logged; what is no filter is refused.
pub type SetLevel = Arc<dyn Fn(&str) -> Result<()> + Send + Sync>;

/// The log, as a run needs it.
pub struct Logging {
    /// Changes how much is logged.
    pub set_level: SetLevel,
    /// The last lines.
    pub ring: Arc<Ring>,
    /// Follows spans, once it is started.
    pub traces: Traces,
}

/// What a run begins with; handed in by the command line.
pub struct Start {
    /// The process's clock.
    pub clock: Clock,
    /// What flags, environment and file say.
    pub layers: Layers,
    /// The configuration file, if it has mistakes: then this run is in safe mode.
    pub mending: Option<Mending>,
    /// Where the state is kept.
    pub data_dir: DataDir,
    /// How much is logged, and the last of it.
    pub logging: Logging,
    /// Tells people the address, once it answers.
    pub announce: Box<dyn FnOnce(&str) + Send>,
    /// Tells the operator what is for nobody else: the first owner's one-time link, the
    /// certificate's fingerprint.
    pub say: Box<dyn Fn(&str) + Send>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// A signal asked for it.
    Stopped,
    /// Somebody asked for a restart.
    Restart,
}

/// Runs the box until a signal stops it. A second signal stops it at once.
///
/// # Errors
/// What keeps it from starting: the address, threads. A database that cannot be used does not, nor
/// does a configuration file with mistakes.
pub fn run(start: Start) -> Result<Ended> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Sockets only; the work is done on threads of its own.
        .worker_threads(2)
        .thread_name("dixi-io")
        .max_blocking_threads(16)
        .enable_all()
        .build()
        .map_err(|e| Error::new(Kind::Exhausted, "cannot start the runtime").source(e))?;
    let outcome = runtime.block_on(ladder(start));
    // Whatever still blocks (a device, a disk) must not keep the process alive.
    runtime.shutdown_background();
    outcome
}

async fn ladder(start: Start) -> Result<Ended> {
    let Start { clock, mut layers, mending, data_dir, logging, announce, say } = start;
    let mut signals = Signals::new()?;
    let restart = CancellationToken::new();
    if let Some(mending) = &mending {
        tracing::error!("safe mode, with the camera off: {}", mending.in_words());
        layers.force("camera.paused", Value::from(true), "safe mode");
    }

    let safe_mode = mending.is_some();
    let mut state = State::open(layers, &data_dir, clock);
    let settings = Arc::clone(&state.settings);
    if let Err(e) = (logging.set_level)(&settings.current().log.level) {
        tracing::warn!("{e}");
    }
    let listener = listen(&settings, settings.current().server.address()?)?;
    tracing::info!("server: listening on {}", listener.local_addr()?);
    let own_port = settings.current().ollama.own_address()?;
    let own_port = own_port.map(|address| listen(&settings, address)).transpose()?;

    let first = settings.current();
    check_source(&settings)?;
    let traces = logging.traces;
    if let Err(e) = traces.start(&first.trace) {
        tracing::warn!("{e}");
    }
    let camera = Arc::new(Supervisor::start(first.camera.clone(), clock)?);
    tracing::info!("camera: `{}`", camera.selected());
    let live = Arc::new(Live::new(clock, camera.state()));
    live.metrics().tell_of_spans(traces.counts());
    let post = HandsPost::new();
    let told = Told { live: Arc::clone(&live), hands: post.clone() };
    let eyes = Eyes::start(camera.frames(), told, Arc::clone(&settings), clock)?;
    let pictures = Pictures::start(camera.pictures(), Arc::clone(&live), Arc::clone(&settings))?;

    let audit = match &state.store {
        Ok(store) => Some(auditing::start(store, &settings, clock)?),
        Err(_) => None,
    };
    let access = state.access(clock, audit.clone())?;
    let tls = door::tls(&settings, &data_dir.path)?;
    let canvas = state.canvas(clock)?;
    tracing::info!("canvas: “{}”", canvas.scene().name);
    if let Some(audit) = &audit {
        canvas.listen(auditing::of_the_canvas(Arc::clone(audit), camera.state()));
    }
    let bindings = Arc::new(state.bindings(&canvas));
    let verdicts = Arc::new(VerdictLog::new(clock, canvas.feeds().verdicts.clone()));
    let calibration = state.calibration(&canvas, clock);
    let watched = Watched {
        camera: camera.state(),
        pictures: camera.pictures(),
        canvas: Arc::clone(&canvas),
    };
    let calibrating = Calibrating::start(Arc::clone(&calibration), watched, clock)?;
    let questions = QuestionPost::default();
    let doer = Doer::new(
        Arc::clone(&settings),
        Arc::clone(&camera),
        Stage {
            canvas: Arc::clone(&canvas),
            hands: post.clone(),
            bindings: Arc::clone(&bindings),
            calibration: Arc::clone(&calibration),
            questions: questions.clone(),
        },
        Process {
            set_log_level: logging.set_level,
            metrics: Arc::clone(live.metrics()),
            restart: restart.clone(),
            safe_mode,
        },
    );
    let mut bus = Bus::new(Arc::new(doer), clock);
    if let Some(audit) = &audit {
        let (audit, settings) = (Arc::clone(audit), Arc::clone(&settings));
        bus = bus.with_ear(auditing::of_the_bus(audit, settings, camera.state()));
    }
    let bus = Arc::new(bus);
    let manners = demo::Manners::new();
    let demo =
        demo::watch(camera.state(), manners.clone(), Arc::clone(&canvas), Arc::clone(&bus), clock);
    let hands = Hands::start(
        post,
        hands::Rooms {
            clock,
            settings: Arc::clone(&settings),
            canvas: Arc::clone(&canvas),
            bindings: Arc::clone(&bindings),
            verdicts: Arc::clone(&verdicts),
            calibration,
            manners,
        },
        Arc::clone(&bus),
    )?;
    let backups = state.store.as_ref().ok();
    let backups = backups.map(|s| keeping::backups(s, &settings, &data_dir.path, clock));
    let closing = CancellationToken::new();
    let again = routine::Rooms {
        clock,
        settings: Arc::clone(&settings),
        canvas: Arc::clone(&canvas),
        backups: backups.clone(),
        audit: audit.clone(),
    };
    routine::start(&again, &closing);
    let ollama = asking::ollama(state.store.as_ref().ok(), &settings, live.metrics(), clock)?;
    tokio::spawn(Arc::clone(ollama.pool()).keep(closing.clone()));
    let models = asking::models(state.store.as_ref().ok(), &settings, &ollama, clock);
    tokio::spawn(Arc::clone(&models).keep(closing.clone()));
    let ledger = ollama.ledger().cloned();
    let senses = Arc::new(Sensing::new(sensing::Rooms {
        clock,
        live: Arc::clone(&live),
        canvas: Arc::clone(&canvas),
        verdicts: Arc::clone(&verdicts),
        bus: Arc::clone(&bus),
        camera: camera.state(),
        pictures: camera.pictures(),
    }));
    let talks = Arc::clone(&senses);
    let chats = talking::chats(state.store.as_ref().ok(), &ollama, talks, (&settings, clock));
    questions.open(questions::Rooms {
        chats: Arc::clone(&chats),
        senses: Arc::clone(&senses) as Arc<dyn Senses>,
        canvas: Arc::clone(&canvas),
        bus: Arc::clone(&bus),
        settings: Arc::clone(&settings),
        pool: Arc::clone(ollama.pool()),
    });
    let watched = Arc::clone(&settings);
    let looks = assistant::watch::Rooms {
        clock,
        senses: Arc::clone(&senses) as Arc<dyn Senses>,
        chats: Arc::clone(&chats),
        settings: Box::new(move || watched.current().watch.clone()),
    };
    let model_watches = assistant::watch::start(looks, closing.clone());
    let alerting = Alerting::start(alerting::Rooms {
        clock,
        settings: Arc::clone(&settings),
        live: Arc::clone(&live),
        backups: backups.clone(),
        ollama: Arc::clone(ollama.pool()),
        data_dir: data_dir.path.clone(),
    })?;
    let remembering = Remembering::start(Arc::clone(&live), data_dir.path.clone(), clock)?;
    let (cameras, inbox) = (Arc::clone(&camera), camera.browser());
    let vital = Vital::new("the server");
    let own =
        [Arc::clone(&vital), camera.vital(), eyes.vital(), pictures.vital(), calibrating.vital()];
    let writer = state.store.as_ref().ok().map(|store| store.vital());
    let watching = Watching::of(own.into_iter().chain(hands.vitals()).chain(writer));
    let server = Server::start(
        listener,
        Parts {
            clock,
            access: Arc::clone(&access),
            tls: tls.clone(),
            settings: Arc::clone(&settings),
            bus,
            live: Arc::clone(&live),
            canvas: Arc::clone(&canvas),
            bindings,
            verdicts,
            vital,
            threads: {
                let watching = Arc::clone(&watching);
                Arc::new(move || watching.health())
            },
            database: state.health(audit.clone()),
            audit: audit.clone(),
            backup_health: {
                let backups = backups.clone();
                Arc::new(move || keeping::health(backups.as_deref()))
            },
            backups,
            alerts: alerting.alerts(),
            history: remembering.history(),
            ollama,
            chats: Arc::clone(&chats),
            models,
            senses,
            model_watches,
            log: logging.ring,
            mending: mending.map(Arc::new),
            cameras: Arc::new(move || cameras.cameras()),
            webcam: Arc::new(move |jpeg, at| inbox.put(jpeg, at)),
            data_dir: data_dir.path.display().to_string(),
            patience: Patience::default(),
        },
    )?;
    if let Some(listener) = own_port {
        let at = server.listen_as_ollama(listener)?;
        tracing::info!("ollama: programs find it at {at}");
    }
    let address = format!("http://{}", reachable(server.address()));
    let note = |entry: Entry| {
        if let Some(audit) = &audit {
            audit.note(entry);
        }
    };
    if let Some(restored) = state.restored.take() {
        note(restored);
    }
    note(Entry::new(What::Started).about(env!("DIXI_VERSION")).with("safe_mode", safe_mode));
    tokio::spawn(watching.feed(closing.clone()));
    // Before it says that it is ready: a link that is offered later would take the place of one that
    // `dixi setup-link` has made by then.
    let opened = door::Opened { access, tls: tls.clone(), at: server.address() };
    door::open(opened, &settings, say).await;
    tracing::info!("ready: {address}");
    announce(&address);
    let reloading = door::reload_on_hangup(tls)?;

    let ended = tokio::select! {
        () = signals.next() => Ended::Stopped,
        () = restart.cancelled() => Ended::Restart,
    };
    demo.abort();
    reloading.abort();
    closing.cancel();
    note(Entry::new(What::Stopped).with("restarts", ended == Ended::Restart));
    alerting.stop();
    drop(remembering);
    let rooms = Rooms {
        calibrating,
        pictures,
        eyes,
        hands,
        camera,
        canvas,
        chats,
        ledger,
        audit,
        state,
        traces,
    };
    let down = down(server, rooms);
    tokio::select! {
        () = down => {}
        () = signals.next() => tracing::warn!("stopped at once, as asked a second time"),
    }
    tracing::info!("stopped");
    Ok(ended)
}

/// A source that cannot be right is told before anything starts, if it was said at the start; what
/// was chosen in the UI, or is only not there now, shows in the camera's state.
fn check_source(settings: &SettingsHub) -> Result<()> {
    let Some(locked_by) = settings.get("camera.source")?.locked_by else { return Ok(()) };
    match SourceSpec::parse(&settings.current().camera.source) {
        Err(e) if matches!(e.kind(), Kind::Invalid | Kind::Unsupported) => {
            Err(Error::new(e.kind(), format!("{locked_by}: {}", e.what()))
                .next(e.next_step().unwrap_or_default()))
        }
        _ => Ok(()),
    }
}

/// What is shown of a setting in place of its value: a camera's address without its password.
pub(crate) fn mask(key: &str, value: &Value) -> Option<Value> {
    let source = value.as_str().filter(|_| key == "camera.source")?;
    Some(match SourceSpec::parse(source) {
        Ok(spec) => Value::from(spec.to_string()),
        // Not readable as an address, so there is no telling what of it is secret.
        Err(_) if source.contains(['@', '?']) => Value::from("***"),
        Err(_) => return None,
    })
}

/// What asks a process to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        let of =
            |kind| signal(kind).map_err(|e| Error::internal("cannot listen for signals").source(e));
        Ok(Self {
            terminate: of(SignalKind::terminate())?,
            interrupt: of(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
