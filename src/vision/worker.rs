//! The vision worker: one OS thread that takes the newest frame, turns it into pixels, finds the
//! hands and hands them on. It never ends before it is told to: a broken picture, a failing
//! network or a panic costs that frame, is counted, and is told once in words.
//!
//! Knows no gestures: what happens with the hands is the [`Sink`]'s affair, on this same thread.

mod pipeline;
mod status;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Hands, Timings};
use crate::base::{Error, Kind, Latest, Result, Vital};
use crate::camera::Frame;
use crate::config::VisionSettings;

use pipeline::{Pipeline, Trouble};
use status::{Burst, Shared};
pub use status::{State, Status};

/// How long the thread waits for a frame before it looks whether it should end.
const PATIENCE: Duration = Duration::from_millis(200);
/// The slowest that a frame may be before the thread counts as hung: a net on a starved machine.
const A_FRAME: Duration = Duration::from_secs(10);
/// And the models' loading: a GPU compiles its kernels at the first.
const LOADING: Duration = Duration::from_secs(180);
/// Models that cannot be loaded are tried again this much later.
const RETRY: Duration = Duration::from_secs(5);

/// Takes what the worker found. Runs on the worker's thread: quick, and allocates nothing.
pub trait Sink: Send {
    /// The hands of one frame. `timings.total` is the time up to this call; who does more adds to it.
    fn hands(&mut self, frame: &Arc<Frame>, hands: &Hands, timings: Timings);
}

impl<F: FnMut(&Arc<Frame>, &Hands, Timings) + Send> Sink for F {
    fn hands(&mut self, frame: &Arc<Frame>, hands: &Hands, timings: Timings) {
        self(frame, hands, timings);
    }
}

/// Where the worker's settings come from: asked before each frame, gives them if they have changed
/// since it was last asked. Must not block.
pub trait Settings: Send {
    /// The settings, if they have changed.
    fn changed(&mut self) -> Option<VisionSettings>;
}

impl<F: FnMut() -> Option<VisionSettings> + Send> Settings for F {
    fn changed(&mut self) -> Option<VisionSettings> {
        self()
    }
}

/// The running worker. Ends, after the frame in hand, when it is stopped or dropped.
#[derive(Debug)]
pub struct Worker {
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    vital: Arc<Vital>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread, which loads the models and then takes frames from `frames`.
    /// `first` are the settings to begin with; `settings` tells of changes to them.
    ///
    /// # Errors
    /// `Exhausted` if the system gives no thread.
    pub fn start(
        frames: Arc<Latest<Arc<Frame>>>,
        first: VisionSettings,
        settings: impl Settings + 'static,
        sink: impl Sink + 'static,
    ) -> Result<Self> {
        let (shared, stop) = (Arc::new(Shared::default()), Arc::new(AtomicBool::new(false)));
        let vital = Vital::new("the vision pipeline");
        let mut work = Work {
            frames,
            settings: Box::new(settings),
            sink: Box::new(sink),
            shared: Arc::clone(&shared),
            stop: Arc::clone(&stop),
            vital: Arc::clone(&vital),
            pipeline: Pipeline::new(first),
            retry_at: None,
            pictures: Burst::new("pictures could not be read"),
            faults: Burst::new("frames were lost to a fault"),
        };
        let thread = std::thread::Builder::new()
            .name("vision".into())
            .spawn(move || Arc::clone(&work.vital).keep(|_| work.run()))
            .map_err(|e| Error::new(Kind::Exhausted, "cannot start the vision thread").source(e))?;
        Ok(Self { shared, stop, vital, thread: Some(thread) })
    }

    /// How it is.
    pub fn status(&self) -> Status {
        self.shared.status()
    }

    /// Whether its thread lives.
    pub fn vital(&self) -> Arc<Vital> {
        Arc::clone(&self.vital)
    }

    /// Something to ask how it is, that outlives borrowing the worker.
    pub fn watch(&self) -> Watch {
        Watch(Arc::clone(&self.shared))
    }

    /// Ends the thread after the frame in hand and waits for that.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the vision thread ended in a panic");
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

/// Tells how the worker is.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Shared>);

impl Watch {
    /// How it is.
    pub fn status(&self) -> Status {
        self.0.status()
    }
}

/// What lives on the thread.
struct Work {
    frames: Arc<Latest<Arc<Frame>>>,
    settings: Box<dyn Settings>,
    sink: Box<dyn Sink>,
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    vital: Arc<Vital>,
    pipeline: Pipeline,
    retry_at: Option<Instant>,
    pictures: Burst,
    faults: Burst,
}

impl Work {
    fn run(&mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            self.vital.beat(A_FRAME);
            if let Some(settings) = self.settings.changed() {
                self.pipeline.set(settings);
                self.retry_at = None;
            }
            if !self.is_ready() {
                std::thread::sleep(PATIENCE);
                continue;
            }
            if let Some(frame) = self.frames.take(PATIENCE) {
                self.frame(&frame);
            }
            self.pictures.rest();
            self.faults.rest();
        }
    }

    /// Loads what is not loaded yet, or loads it again where settings ask for that.
    fn is_ready(&mut self) -> bool {
        if self.pipeline.is_current() {
            return true;
        }
        if self.retry_at.is_some_and(|at| Instant::now() < at) {
            return self.pipeline.is_loaded();
        }
        self.shared.state(State::Loading);
        self.vital.beat(LOADING);
        let loaded = catch_unwind(AssertUnwindSafe(|| self.pipeline.load()));
        match loaded.unwrap_or_else(|_| Err(Error::internal("loading the models panicked"))) {
            Ok(about) => {
                tracing::info!(
                    model = about.model,
                    device = about.device,
                    kernel = about.kernel,
                    reason = about.device_reason.as_deref(),
                    load_ms = about.load_ms,
                    "vision is ready"
                );
                self.shared.ready(about);
                self.retry_at = None;
            }
            Err(e) => {
                tracing::error!(error = %e, "vision cannot start");
                self.shared.failed(e);
                self.retry_at = Some(Instant::now() + RETRY);
            }
        }
        self.pipeline.is_loaded()
    }

    fn frame(&mut self, frame: &Arc<Frame>) {
        let found = catch_unwind(AssertUnwindSafe(|| self.pipeline.frame(frame)));
        match found {
            Ok(Ok((hands, timings))) => {
                self.shared.count_frame();
                let told =
                    catch_unwind(AssertUnwindSafe(|| self.sink.hands(frame, &hands, timings)));
                if told.is_err() {
                    self.fault(&Error::internal("what follows the hands panicked"));
                }
            }
            Ok(Err(Trouble::Picture(e))) => {
                self.shared.bad_picture(&e, self.pictures.begin(&e));
            }
            Ok(Err(Trouble::Network(e))) => {
                if self.pipeline.network_failed(&e) {
                    tracing::warn!(error = %e, "the GPU failed; vision goes on with the CPU");
                }
                self.fault(&e);
            }
            Err(_) => {
                self.pipeline.unload();
                self.fault(&Error::internal("finding hands panicked"));
            }
        }
    }

    fn fault(&mut self, e: &Error) {
        self.shared.fault(e, self.faults.begin(e));
    }
}

#[cfg(test)]
mod tests;
