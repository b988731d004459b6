//! The control thread: which source runs, and when it is opened, closed and opened again. Touches no
//! device itself, so that no device can hold it up. How a running source is looked after is in
//! `watching`.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use super::super::capture::{self, Feed, Outlet};
use super::super::limits::MAX_STUCK;
use super::super::open::{Claims, Opener, Opening};
use super::super::{BrowserInbox, CameraState, Phase, SourceSpec};
use crate::base::{Clock, Error, Kind, Result, SPANS, Stamp, Trouble, Vital};
use crate::config::CameraSettings;

mod backoff;
mod hours;
mod watching;

use backoff::Backoff;
use hours::{Closing, local};

/// How often the control thread looks at the capture thread.
const TICK: Duration = Duration::from_millis(100);
/// The slowest that a turn may be before the thread counts as hung: an orderly close and an opening.
const A_TURN: Duration = Duration::from_secs(10);
/// How long an orderly change waits for the old source to close before the new one is opened.
const CLOSE_PATIENCE: Duration = Duration::from_millis(400);
/// As long as that when the whole process stops.
const LAST_PATIENCE: Duration = Duration::from_millis(1_500);

/// What the control thread is told.
#[derive(Debug)]
pub(super) enum Order {
    Apply(Box<CameraSettings>),
    Select(SourceSpec),
    Pause(bool),
    /// A capture thread has ended, and its device is closed.
    Ended {
        run: u64,
        error: Option<Error>,
    },
    Stop,
}

/// What the control thread works with.
pub(super) struct Parts {
    pub(super) vital: Arc<Vital>,
    pub(super) settings: CameraSettings,
    pub(super) clock: Clock,
    pub(super) opener: Arc<dyn Opener>,
    pub(super) browser: BrowserInbox,
    pub(super) outlet: Arc<Outlet>,
    pub(super) orders: Sender<Order>,
    pub(super) state: watch::Sender<CameraState>,
}

/// One capture thread at work.
struct Run {
    feed: Arc<Feed>,
    thread: JoinHandle<()>,
    started: Stamp,
    /// What [`Opener::devices`] said when it was started.
    devices: u64,
    introduced: bool,
}

enum Now {
    /// Nothing to do until told: paused, or hopeless.
    Idle,
    Running(Run),
    /// To be opened again then, or when the devices change.
    Waiting {
        until: Stamp,
        devices: u64,
        held: bool,
    },
}

pub(super) struct Control {
    parts: Parts,
    spec: Result<SourceSpec>,
    now: Now,
    claims: Claims,
    backoff: Backoff,
    /// Threads that were told to stop and have not ended yet.
    stuck: Vec<JoinHandle<()>>,
    runs: u64,
    /// `auto` has had a real camera, and no longer comes to the demo hand.
    had_camera: bool,
    looked: Stamp,
    counted: u64,
    hours: Closing,
}

impl Control {
    pub(super) fn new(parts: Parts) -> Self {
        let spec = SourceSpec::parse(&parts.settings.source);
        let looked = parts.clock.now();
        let hours = Closing::new(&parts.settings.hours, local());
        Self {
            parts,
            spec,
            now: Now::Idle,
            claims: Claims::default(),
            backoff: Backoff::default(),
            stuck: Vec::new(),
            runs: 0,
            had_camera: false,
            looked,
            counted: 0,
            hours,
        }
    }

    /// Runs until told to stop.
    pub(super) fn run(&mut self, orders: &Receiver<Order>) {
        // Begun anew after a panic, it may have something open still.
        self.retire(CLOSE_PATIENCE);
        self.begin();
        loop {
            self.parts.vital.beat(A_TURN);
            match orders.recv_timeout(TICK) {
                Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(order) => self.obey(order),
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.tick();
        }
        self.retire(LAST_PATIENCE);
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Apply(new) => self.apply(*new),
            Order::Select(spec) => {
                self.parts.settings.source = spec.with_secrets();
                self.had_camera = false;
                self.spec = Ok(spec);
                self.restart();
            }
            Order::Pause(paused) => {
                let before = self.closed();
                self.parts.settings.paused = paused;
                self.hours.overrule(!paused);
                if self.closed() != before {
                    self.restart();
                }
            }
            Order::Ended { run, error } => self.ended(run, error),
            Order::Stop => {}
        }
    }

    /// Whether it is not to look: somebody paused it, or it is outside its hours.
    fn closed(&self) -> bool {
        self.parts.settings.paused || self.hours.closed()
    }

    /// Looks at the clock on the wall.
    pub(super) fn look_at_hours(&mut self) {
        let before = self.closed();
        self.hours.look(local());
        if self.closed() != before {
            self.restart();
        }
    }

    fn apply(&mut self, new: CameraSettings) {
        let old = std::mem::replace(&mut self.parts.settings, new);
        let new = &self.parts.settings;
        if new.hours != old.hours {
            self.hours = Closing::new(&new.hours, local());
        }
        let mut changed = CameraSettings {
            source: old.source.clone(),
            stall_ms: old.stall_ms,
            backoff_min_ms: old.backoff_min_ms,
            backoff_max_ms: old.backoff_max_ms,
            ..new.clone()
        } != old;
        let spec = SourceSpec::parse(&new.source);
        if spec.as_ref().ok() != self.spec.as_ref().ok() || spec.is_err() {
            self.spec = spec;
            self.had_camera = false;
            changed = true;
        }
        if changed {
            self.restart();
        }
    }

    /// Closes what runs and opens what is chosen, at once and without reproach.
    fn restart(&mut self) {
        self.retire(CLOSE_PATIENCE);
        self.backoff.forget();
        self.publish(|s| (s.reason, s.next, s.trouble) = (None, None, None));
        self.begin();
    }

    /// Opens the chosen source on a new capture thread, unless there is a reason not to.
    fn begin(&mut self) {
        self.now = Now::Idle;
        let spec = match &self.spec {
            Ok(spec) => spec.clone(),
            Err(e) => {
                let e = e.clone();
                return self.publish(|s| {
                    s.phase = Phase::Failed;
                    s.explain(&e);
                });
            }
        };
        let shown = spec.to_string();
        let selected = |s: &mut CameraState| {
            (s.source, s.selected, s.retry_in_ms) = (shown.clone(), shown.clone(), None);
            (s.name, s.width, s.height, s.fps) = (shown, 0, 0, 0.0);
            s.showing = None;
        };
        self.parts.outlet.close(self.hours.closed());
        if self.closed() {
            let outside = !self.parts.settings.paused;
            return self.publish(|s| {
                selected(s);
                s.phase = Phase::Paused;
                s.reason = outside.then(|| "it is outside the hours of `camera.hours`".into());
                s.next = Some("resume to open the camera again".into());
                s.trouble = Some(match outside {
                    true => Trouble::CameraHours {},
                    false => Trouble::CameraPaused {},
                });
            });
        }
        self.stuck.retain(|thread| !thread.is_finished());
        if self.stuck.len() >= MAX_STUCK {
            return self.wait(
                Phase::Waiting,
                Error::new(Kind::Exhausted, "the camera cannot be opened")
                    .why(format!("{MAX_STUCK} reads hang in cameras that do not answer"))
                    .next("unplug those cameras, or restart Dixi")
                    .trouble(Trouble::CameraHangs { name: spec.to_string() }),
            );
        }
        self.publish(|s| {
            selected(s);
            s.phase = Phase::Starting;
        });
        match self.spawn(spec) {
            Ok(run) => self.now = Now::Running(run),
            Err(e) => self.wait(Phase::Waiting, e),
        }
    }

    fn spawn(&mut self, spec: SourceSpec) -> Result<Run> {
        self.runs += 1;
        let run = self.runs;
        let feed = Arc::new(Feed::new(run));
        let devices = self.parts.opener.devices();
        let (shared, outlet) = (Arc::clone(&feed), Arc::clone(&self.parts.outlet));
        let (opener, orders) = (Arc::clone(&self.parts.opener), self.parts.orders.clone());
        let (settings, browser) = (self.parts.settings.clone(), self.parts.browser.clone());
        let (claims, clock) = (self.claims.clone(), self.parts.clock);
        let demo_allowed = !self.had_camera;
        outlet.open_for(run);
        let thread =
            std::thread::Builder::new().name(format!("capture-{run}")).spawn(move || {
                let opening = Opening {
                    settings: &settings,
                    clock,
                    browser: &browser,
                    demo_allowed,
                    claims: &claims,
                };
                let open = || {
                    let kind = spec.kind();
                    let span = tracing::info_span!(
                        target: SPANS,
                        "open camera",
                        camera.kind = kind,
                        otel.status_code = tracing::field::Empty,
                    );
                    let opened = span.in_scope(|| opener.open(&spec, &opening));
                    if opened.is_err() {
                        span.record("otel.status_code", "ERROR");
                    }
                    opened
                };
                let outcome = capture::run(&shared, &outlet, clock, open);
                let _ = orders.send(Order::Ended { run, error: outcome.err() });
            })?;
        Ok(Run { feed, thread, started: self.parts.clock.now(), devices, introduced: false })
    }

    /// Tells the running source to stop and waits a little for it; leaves it behind if it hangs.
    fn retire(&mut self, patience: Duration) {
        self.parts.outlet.open_for(0);
        let Now::Running(run) = std::mem::replace(&mut self.now, Now::Idle) else { return };
        run.feed.stop.store(true, Relaxed);
        let deadline = self.parts.clock.now().plus(patience);
        while !run.thread.is_finished() && self.parts.clock.now() < deadline {
            std::thread::sleep(Duration::from_millis(2));
        }
        if run.thread.is_finished() {
            let _ = run.thread.join();
        } else {
            self.stuck.push(run.thread);
        }
    }

    fn ended(&mut self, ended: u64, error: Option<Error>) {
        match &self.now {
            Now::Running(run) if run.feed.run == ended => {
                let healthy = run.feed.about.get().is_some_and(|about| {
                    Backoff::is_healthy(
                        about.at,
                        Stamp::from_us(run.feed.last_good_us.load(Relaxed)),
                    )
                });
                self.introduce();
                self.retire(CLOSE_PATIENCE);
                if healthy {
                    self.backoff.forget();
                }
                let error = error.unwrap_or_else(|| Error::unavailable("the source ended"));
                self.fail(error);
            }
            // A thread that hung has come back: the device that it held is free again.
            Now::Waiting { held: true, .. } => {
                self.stuck.retain(|thread| !thread.is_finished());
                self.backoff.forget();
                self.begin();
            }
            _ => self.stuck.retain(|thread| !thread.is_finished()),
        }
    }

    fn fail(&mut self, error: Error) {
        if error.kind() == Kind::Unsupported {
            self.now = Now::Idle;
            tracing::warn!(reason = %error, "the camera cannot be used");
            return self.publish(|s| {
                s.phase = Phase::Failed;
                s.explain(&error);
            });
        }
        self.wait(Phase::Waiting, error);
    }

    /// Waits out the back-off, saying why.
    fn wait(&mut self, phase: Phase, error: Error) {
        let wait = self.backoff.next(&self.parts.settings);
        let until = self.parts.clock.now().plus(wait);
        let held = error.kind() == Kind::Conflict;
        self.now = Now::Waiting { until, devices: self.parts.opener.devices(), held };
        tracing::warn!(reason = %error, retry_in_ms = wait.as_millis() as u64, "the camera gives no pictures");
        self.publish(|s| {
            s.phase = phase;
            s.fps = 0.0;
            s.explain(&error);
            s.retry_in_ms = Some(wait.as_millis() as u64);
        });
    }
}
