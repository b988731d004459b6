//! Measures every few seconds what the history keeps: rates and delays, processor, memory, disk,
//! temperature. On a thread of its own, since a disk may hang; no frame and no viewer waits for it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use crate::base::{Clock, Error, Kind, Result, Stamp};
use crate::camera::Phase;
use crate::operate::history::{HOUR_STEP_S, History, Moment, Series};
use crate::operate::{host, used};
use crate::server::Live;
use crate::server::wire::Percentiles;

/// The first moment comes soon, so that a page that opens with the box has something to show.
const FIRST: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_secs(HOUR_STEP_S as u64);
/// Every so many moments the disk is asked: it fills over minutes.
const DISK_EVERY: u32 = 12;

/// The running thread; ends when this is dropped.
pub(super) struct Remembering {
    history: Arc<History>,
    _stop: SyncSender<()>,
}

impl Remembering {
    /// Begins to measure.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(live: Arc<Live>, data_dir: PathBuf, clock: Clock) -> Result<Self> {
        let history = Arc::new(History::default());
        let kept = Arc::clone(&history);
        let (stop, stopped) = sync_channel(0);
        std::thread::Builder::new()
            .name("dixi-history".into())
            .spawn(move || {
                let mut gauge = Gauge::new(live, data_dir, clock);
                let mut wait = FIRST;
                while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                    kept.note(gauge.read());
                    wait = STEP;
                }
            })
            .map_err(|e| {
                Error::new(Kind::Exhausted, "cannot start the history's thread").source(e)
            })?;
        Ok(Self { history, _stop: stop })
    }

    /// What was measured.
    pub fn history(&self) -> Arc<History> {
        Arc::clone(&self.history)
    }
}

/// What only grows, as it was at a moment.
struct Counted {
    at: Stamp,
    frames: u64,
    hands: u64,
    dropped: u64,
    cpu_s: Option<f64>,
}

struct Gauge {
    live: Arc<Live>,
    data_dir: PathBuf,
    clock: Clock,
    cores: f64,
    before: Counted,
    disk_free: Option<u64>,
    reads: u32,
}

impl Gauge {
    fn new(live: Arc<Live>, data_dir: PathBuf, clock: Clock) -> Self {
        let before = counted(&live, clock);
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
        Self { live, data_dir, clock, cores, before, disk_free: None, reads: 0 }
    }

    fn read(&mut self) -> Moment {
        let now = counted(&self.live, self.clock);
        let (rates, camera) = (self.live.rates(), self.live.camera());
        let before = std::mem::replace(&mut self.before, now);
        let now = &self.before;
        if self.reads.is_multiple_of(DISK_EVERY) {
            self.disk_free = host::disk(&self.data_dir).map(|(free, _)| free);
        }
        self.reads = self.reads.wrapping_add(1);

        let mut moment = Moment::at(self.clock.utc(now.at).as_millisecond());
        let seconds = now.at.since(before.at).as_secs_f64().max(0.001);
        let frames = now.frames.saturating_sub(before.frames) as f64;
        let hands = now.hands.saturating_sub(before.hands) as f64;
        let sees = frames > 0.0;
        let on = camera.phase == Phase::Running;
        moment.set(Series::CameraPerS, Some(if on { camera.fps.into() } else { 0.0 }));
        moment.set(Series::FramesPerS, Some(frames / seconds));
        moment.set(Series::Hands, sees.then(|| hands / frames));
        let dropped = now.dropped.saturating_sub(before.dropped) as f64;
        moment.set(Series::DroppedPerS, Some(dropped / seconds));
        let pipeline = sees.then_some(rates.pipeline_ms);
        for (p50, p95, of) in [
            (Series::PipelineP50Ms, Series::PipelineP95Ms, pipeline),
            (Series::EventP50Ms, Series::EventP95Ms, rates.capture_to_event_ms),
            (Series::DrawnP50Ms, Series::DrawnP95Ms, rates.capture_to_drawn_ms),
            (Series::ScreenP50Ms, Series::ScreenP95Ms, rates.capture_to_screen_ms),
        ] {
            moment.set(p50, of.map(|p: Percentiles| p.p50.into()));
            moment.set(p95, of.map(|p| p.p95.into()));
        }
        moment.set(Series::Viewers, Some(rates.viewers.into()));
        let cpu = now.cpu_s.zip(before.cpu_s).map(|(now, before)| now - before);
        moment.set(Series::CpuPercent, cpu.map(|s| s * 100.0 / seconds / self.cores));
        moment.set(Series::MemoryBytes, host::resident_bytes().map(|b| b as f64));
        moment.set(Series::DiskFreeBytes, self.disk_free.map(|b| b as f64));
        moment.set(Series::TemperatureC, host::temperature_c().map(Into::into));
        moment
    }
}

fn counted(live: &Live, clock: Clock) -> Counted {
    let (frames, hands) = live.metrics().seen();
    let dropped = live.camera().dropped;
    Counted { at: clock.now(), frames, hands, dropped, cpu_s: used::cpu_s() }
}
