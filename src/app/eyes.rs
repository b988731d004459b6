//! Joins camera, vision and gestures: on the vision thread the hands of each frame become
//! gestures, and the finished observation is published once.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::follow::Follow;
use super::hands::HandsPost;
use crate::base::{Clock, Latest, Result, Trouble, Vital};
use crate::camera::Frame;
use crate::config::{GestureSettings, SettingsHub};
use crate::gesture::{Engine, FrameInfo, Observation};
use crate::server::Live;
use crate::server::wire::VisionState;
use crate::vision::device::NO_KERNELS;
use crate::vision::worker::{State, Status, Watch, Worker};
use crate::vision::{Hands, Timings};

/// How often the worker is asked how it is.
const ASK: Duration = Duration::from_millis(200);

/// The running pipeline.
pub(super) struct Eyes {
    worker: Worker,
    teller: JoinHandle<()>,
}

impl Eyes {
    /// Starts the vision thread, which loads the models while the rest of Dixi starts. Call it
    /// inside the runtime.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(super) fn start(
        frames: Arc<Latest<Arc<Frame>>>,
        told: Told,
        settings: Arc<SettingsHub>,
        clock: Clock,
    ) -> Result<Self> {
        let live = Arc::clone(&told.live);
        let mut vision = Follow::new(Arc::clone(&settings), |s| s.vision.clone());
        let mut look = Look::new(settings, told, clock);
        let worker = Worker::start(
            frames,
            vision.now(),
            move || vision.changed(),
            move |frame: &Arc<Frame>, hands: &Hands, timings| look.at(frame, hands, timings),
        )?;
        let teller = tokio::spawn(tell(worker.watch(), live));
        Ok(Self { worker, teller })
    }

    /// Whether its thread lives.
    pub(super) fn vital(&self) -> Arc<Vital> {
        self.worker.vital()
    }

    /// Ends the thread after the frame in hand. Blocks for that.
    pub(super) fn stop(self) {
        self.teller.abort();
        self.worker.stop();
    }
}

/// Who is told of each frame's hands.
pub(super) struct Told {
    /// Those who watch.
    pub live: Arc<Live>,
    /// The hands on the canvas.
    pub hands: HandsPost,
}

/// What happens with the hands of each frame.
struct Look {
    clock: Clock,
    told: Told,
    settings: Follow<GestureSettings>,
    engine: Engine,
    observation: Observation,
}

impl Look {
    fn new(settings: Arc<SettingsHub>, told: Told, clock: Clock) -> Self {
        let settings = Follow::new(settings, |s| s.gesture.clone());
        let engine = Engine::new(&settings.now());
        Self { clock, told, settings, engine, observation: Observation::default() }
    }

    fn at(&mut self, frame: &Frame, hands: &Hands, timings: Timings) {
        let begun = self.clock.now();
        if let Some(settings) = self.settings.changed() {
            self.engine.set(&settings);
        }
        let out = &mut self.observation;
        let info = FrameInfo { at: frame.captured_at, width: frame.width, height: frame.height };
        self.engine.update(hands, info, out);
        out.seq = frame.seq;
        out.captured_at = frame.captured_at;
        (out.width, out.height) = (frame.width, frame.height);
        out.finished_at = self.clock.now();
        let gesture = out.finished_at.ms_since(begun);
        out.timings_ms = Timings { gesture, total: timings.total + gesture, ..timings };
        // First what acts, then what is only looked at.
        self.told.hands.see(out);
        self.told.live.publish(out);
    }
}

/// Tells the viewers how the worker is.
async fn tell(worker: Watch, live: Arc<Live>) {
    let mut every = tokio::time::interval(ASK);
    loop {
        every.tick().await;
        live.set_vision(state(worker.status()));
    }
}

fn why_not_the_gpu(reason: &str) -> Trouble {
    match reason {
        NO_KERNELS => Trouble::NoGpuKernels {},
        detail => Trouble::GpuUnusable { detail: detail.to_owned() },
    }
}

fn state(status: Status) -> VisionState {
    let problem = status.problem.map(|e| e.to_string());
    match status.state {
        State::Loading => VisionState::default(),
        State::Failed => VisionState { reason: problem, ..VisionState::default() },
        State::Ready => VisionState {
            device: status.about.device.into(),
            model: status.about.model.into(),
            kernel: status.about.kernel.into(),
            trouble: status.about.device_reason.as_deref().map(why_not_the_gpu),
            reason: status.about.device_reason,
            problem,
        },
    }
}
