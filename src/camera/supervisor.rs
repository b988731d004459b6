//! Keeps pictures coming: the door to the camera for everybody else. A control thread of its own
//! opens the chosen source on a capture thread, watches it, and opens it again when it breaks.
//!
//! Never waits for a device: a capture thread that hangs is abandoned, not joined. Never queues
//! pictures: the newest wins, for vision as for viewers.

use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::capture::Outlet;
use super::list::{CameraInfo, Lister};
use super::open::{Opener, StandardOpener};
use super::{BrowserInbox, CameraState, Frame, SourceSpec};
use crate::base::{Clock, Latest, Result, Vital};
use crate::config::CameraSettings;

mod control;

use control::{Control, Order};

/// How long [`Supervisor::stop`] waits for the camera to close.
const STOP_PATIENCE: Duration = Duration::from_millis(1_800);

/// The running camera. Stops when dropped.
pub struct Supervisor {
    orders: Sender<Order>,
    outlet: Arc<Outlet>,
    state: watch::Receiver<CameraState>,
    selected: Mutex<SourceSpec>,
    browser: BrowserInbox,
    lister: Lister,
    done: Mutex<mpsc::Receiver<()>>,
    vital: Arc<Vital>,
}

impl Supervisor {
    /// Starts with the real sources. A source that cannot be read or opened shows in the state;
    /// this never fails because of it.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(settings: CameraSettings, clock: Clock) -> Result<Self> {
        Self::start_with(settings, clock, Arc::new(StandardOpener))
    }

    /// As [`Supervisor::start`], with sources made by `opener`.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start_with(
        settings: CameraSettings,
        clock: Clock,
        opener: Arc<dyn Opener>,
    ) -> Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let (done_tx, done) = mpsc::channel();
        let outlet = Arc::new(Outlet::new());
        let browser = BrowserInbox::default();
        outlet.pause(settings.paused);
        let selected = SourceSpec::parse(&settings.source).unwrap_or(SourceSpec::Auto);
        let state = watch::Sender::new(CameraState::new(clock.utc(clock.now())));
        let receiver = state.subscribe();
        let vital = Vital::new("the camera's control");
        let mut control = Control::new(control::Parts {
            settings,
            clock,
            opener,
            browser: browser.clone(),
            outlet: Arc::clone(&outlet),
            orders: orders.clone(),
            state,
            vital: Arc::clone(&vital),
        });
        let kept = Arc::clone(&vital);
        std::thread::Builder::new().name("camera".into()).spawn(move || {
            kept.keep(|_| control.run(&inbox));
            let _ = done_tx.send(());
        })?;
        Ok(Self {
            orders,
            outlet,
            state: receiver,
            selected: Mutex::new(selected),
            browser,
            lister: Lister::default(),
            done: Mutex::new(done),
            vital,
        })
    }

    /// Whether its control thread lives.
    pub fn vital(&self) -> Arc<Vital> {
        Arc::clone(&self.vital)
    }

    /// The slot with the newest picture, for vision: taking empties it.
    pub fn frames(&self) -> Arc<Latest<Arc<Frame>>> {
        Arc::clone(&self.outlet.latest)
    }

    /// The newest picture, for any number of viewers; none while paused or before the first.
    pub fn pictures(&self) -> watch::Receiver<Option<Arc<Frame>>> {
        self.outlet.pictures.subscribe()
    }

    /// The state, published on every change and, for its numbers, once a second.
    pub fn state(&self) -> watch::Receiver<CameraState> {
        self.state.clone()
    }

    /// Where the webcam of a page arrives. Shows only while the source is `browser`.
    pub fn browser(&self) -> BrowserInbox {
        self.browser.clone()
    }

    /// Reads a source as a person or a page writes it; the chosen one as it is shown, with `***`
    /// for its password, is the chosen one.
    ///
    /// # Errors
    /// As [`SourceSpec::parse`].
    pub fn parse(&self, text: &str) -> Result<SourceSpec> {
        Ok(SourceSpec::parse(text)?.or_known(&self.selected()))
    }

    /// The chosen source.
    pub fn selected(&self) -> SourceSpec {
        self.selected.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes to `spec` and opens it at once; the one already chosen is opened again.
    pub fn select(&self, spec: SourceSpec) {
        *self.selected.lock().unwrap_or_else(PoisonError::into_inner) = spec.clone();
        self.order(Order::Select(spec));
    }

    /// Takes changed settings. Source, size, rate, pace and pause take effect at once.
    pub fn apply(&self, settings: CameraSettings) {
        if let Ok(spec) = SourceSpec::parse(&settings.source) {
            *self.selected.lock().unwrap_or_else(PoisonError::into_inner) = spec;
        }
        self.outlet.pause(settings.paused);
        self.order(Order::Apply(Box::new(settings)));
    }

    /// Closes the camera until [`Supervisor::resume`]. Once this returns no further picture comes
    /// and the last one is gone; the device itself closes moments later.
    pub fn pause(&self) {
        self.outlet.pause(true);
        self.order(Order::Pause(true));
    }

    /// Opens the camera again.
    pub fn resume(&self) {
        self.outlet.pause(false);
        self.order(Order::Pause(false));
    }

    /// The cameras to choose from. Asks the devices, for two seconds at most: not for an async
    /// thread.
    pub fn cameras(&self) -> Vec<CameraInfo> {
        self.lister.list(&self.selected())
    }

    /// Closes the camera and ends the threads; a thread that hangs in a device is left behind.
    /// Takes two seconds at most; returns whether all ended.
    pub fn stop(&self) -> bool {
        self.outlet.open_for(0);
        let deadline = Instant::now() + STOP_PATIENCE;
        if self.orders.send(Order::Stop).is_err() {
            return true;
        }
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.recv_timeout(deadline.saturating_duration_since(Instant::now())).is_ok()
    }

    fn order(&self, order: Order) {
        // The control thread lives until `Stop`; after that there is nobody to tell.
        let _ = self.orders.send(order);
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.stop();
    }
}

impl std::fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Supervisor").field("selected", &self.selected()).finish_non_exhaustive()
    }
}
