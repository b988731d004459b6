//! What is to be seen now, and the sockets that show it.
//!
//! [`Live`] is where the pipeline leaves its newest: it never waits for a viewer, keeps no queue,
//! and does nothing (no JSON, no JPEG) that nobody looks at.

mod canvas;
mod orders;
mod pictures;
mod socket;
mod viewer;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::{broadcast, watch};

use super::App;
use super::wire::{GestureEvent, ObservationView, Percentiles, Rates, ServerMessage, VisionState};
use crate::base::{Clock, Pool, Stamp};
use crate::camera::CameraState;
use crate::gesture::{Observation, Phase};
use crate::operate::Meter;
use crate::operate::metrics::{Metrics, Stage};
pub use pictures::{Picture, PictureDemand, to_picture};
pub(super) use socket::{__path_socket, Gone, Guest, Line, configure, no_socket, socket};

/// Gesture events that may wait for one viewer; who is slower is told how many it missed.
const EVENTS: usize = 256;
/// Observations held at once: the newest, and one that each of a few viewers is sending.
const OBSERVATIONS: usize = 8;
/// Over this long, rates and percentiles are taken.
const WINDOW: Duration = Duration::from_secs(5);
/// The server ticks once a second; a runtime that does not get to that for so long hangs.
const A_TICK: Duration = Duration::from_secs(10);

/// An observation and, once somebody wanted it, its JSON: made once for all viewers.
#[derive(Debug, Default)]
pub struct Published {
    observation: Observation,
    message: OnceLock<Utf8Bytes>,
}

impl Published {
    /// When the frame was captured.
    pub fn captured_at(&self) -> Stamp {
        self.observation.captured_at
    }

    /// What that frame told.
    pub fn observation(&self) -> &Observation {
        &self.observation
    }

    /// As the live socket's message.
    fn message(&self, clock: &Clock) -> Utf8Bytes {
        let make = || {
            let view = ObservationView::new(&self.observation, clock);
            text(&ServerMessage::Observation(view))
        };
        self.message.get_or_init(make).clone()
    }

    /// As the body of `GET /api/v1/vision`.
    pub fn json(&self, clock: &Clock) -> String {
        serde_json::to_string(&ObservationView::new(&self.observation, clock)).unwrap_or_default()
    }
}

/// A gesture event on its way to the viewers.
#[derive(Clone, Debug)]
struct Note {
    captured_at: Stamp,
    message: Utf8Bytes,
}

/// The newest of everything that viewers see.
pub struct Live {
    clock: Clock,
    pool: Mutex<Pool<Published>>,
    newest: watch::Sender<Option<Arc<Published>>>,
    notes: broadcast::Sender<Note>,
    camera: watch::Receiver<CameraState>,
    vision: watch::Sender<VisionState>,
    rates: watch::Sender<Rates>,
    pictures: watch::Sender<Option<Arc<Picture>>>,
    demand: PictureDemand,
    viewers: AtomicU32,
    pipeline: Meter,
    to_event: Meter,
    to_screen: Meter,
    to_drawn: Meter,
    metrics: Arc<Metrics>,
}

impl Live {
    /// Nothing to be seen yet but the camera's state.
    pub fn new(clock: Clock, camera: watch::Receiver<CameraState>) -> Self {
        Self {
            clock,
            pool: Mutex::new(Pool::new(OBSERVATIONS, Published::default)),
            newest: watch::Sender::new(None),
            notes: broadcast::Sender::new(EVENTS),
            camera,
            vision: watch::Sender::new(VisionState::default()),
            rates: watch::Sender::new(Rates::default()),
            pictures: watch::Sender::new(None),
            demand: PictureDemand::default(),
            viewers: AtomicU32::new(0),
            pipeline: Meter::default(),
            to_event: Meter::default(),
            to_screen: Meter::default(),
            to_drawn: Meter::default(),
            metrics: Arc::new(Metrics::default()),
        }
    }

    /// Where everything is counted, of the whole process.
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Takes the newest observation. Called by the vision thread for every frame: copies a few
    /// kilobytes into a value that nobody holds, and allocates only for gesture events.
    pub fn publish(&self, observation: &Observation) {
        self.pipeline.record(observation.finished_at, observation.timings_ms.total);
        self.count(observation);
        let published = {
            let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
            pool.fill(|p| {
                p.observation.clone_from(observation);
                p.message.take();
            })
        };
        // Events first: a viewer prefers them, so each comes before the observation of its frame.
        if self.notes.receiver_count() > 0 {
            self.note(observation);
        }
        self.newest.send_replace(Some(published));
    }

    fn count(&self, observation: &Observation) {
        let (metrics, ms) = (&self.metrics, &observation.timings_ms);
        metrics.frame(observation.hands.len());
        metrics.stage(Stage::decode, ms.decode);
        metrics.stage(Stage::palm, ms.palm);
        metrics.stage(Stage::landmarks, ms.landmarks);
        metrics.stage(Stage::gesture, ms.gesture);
        metrics.stage(Stage::total, ms.total);
        for event in observation.events.iter().filter(|e| e.phase == Phase::Started) {
            metrics.gesture(event.gesture.name());
        }
    }

    fn note(&self, observation: &Observation) {
        for event in observation.events.iter().filter(|e| e.phase != Phase::Held) {
            let message = ServerMessage::Gesture {
                seq: observation.seq,
                at: self.clock.utc(observation.captured_at),
                event: GestureEvent::from(event),
            };
            let note = Note { captured_at: observation.captured_at, message: text(&message) };
            // The last viewer may just have left.
            let _ = self.notes.send(note);
        }
    }

    /// Takes the newest picture; none while there is nothing to be shown.
    pub fn show(&self, picture: Option<Picture>) {
        self.pictures.send_replace(picture.map(Arc::new));
    }

    /// Whether, and since when, somebody looks at pictures.
    pub fn demand(&self) -> &PictureDemand {
        &self.demand
    }

    /// Where the networks run changed.
    pub fn set_vision(&self, state: VisionState) {
        self.vision.send_if_modified(|now| {
            let changed = *now != state;
            *now = state;
            changed
        });
    }

    /// The newest observation.
    pub fn latest(&self) -> Option<Arc<Published>> {
        self.newest.borrow().clone()
    }

    /// The camera, now.
    pub fn camera(&self) -> CameraState {
        self.camera.borrow().clone()
    }

    /// The networks, now.
    pub fn vision(&self) -> VisionState {
        self.vision.borrow().clone()
    }

    /// How fast everything goes, over the last seconds.
    pub fn rates(&self) -> Rates {
        let now = self.clock.now();
        let of = |m: &Meter| m.percentiles(now, WINDOW).map(|(p50, p95)| Percentiles { p50, p95 });
        Rates {
            fps: self.pipeline.rate(now, Duration::from_secs(2)),
            pipeline_ms: of(&self.pipeline).unwrap_or_default(),
            capture_to_event_ms: of(&self.to_event),
            capture_to_screen_ms: of(&self.to_screen),
            capture_to_drawn_ms: of(&self.to_drawn),
            viewers: self.viewers.load(Ordering::Relaxed),
            dropped: self.camera.borrow().dropped,
        }
    }
}

/// Once a second, the rates for whoever watches.
pub(super) async fn tick(site: App) {
    let live = &site.parts.live;
    let mut every = tokio::time::interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = site.stop.cancelled() => return,
            _ = every.tick() => {}
        }
        site.parts.vital.beat(A_TICK);
        if live.rates.receiver_count() > 0 {
            live.rates.send_replace(live.rates());
        }
    }
}

/// A message as text; ours always serialise.
fn text(message: &ServerMessage) -> Utf8Bytes {
    serde_json::to_string(message).unwrap_or_default().into()
}
