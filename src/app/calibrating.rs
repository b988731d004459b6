//! The thread that shows the calibration what the camera sees: every picture while markers are
//! looked for, a small one every few seconds to notice that the camera moved, none otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use crate::base::{Clock, Error, Kind, Result, Stamp, Vital};
use crate::camera::{CameraState, Frame};
use crate::canvas::calibration::markers::Finder;
use crate::canvas::calibration::{self, Calibration, Grey, Wanted, drift};
use crate::canvas::{Canvas, Question};
use crate::command::{Command, Outcome, Who};
use crate::vision::picture::GreyReader;

/// How often the thread looks what is to be done.
const TICK: Duration = Duration::from_millis(100);
/// The slowest that a look may be before the thread counts as hung.
const A_TURN: Duration = Duration::from_secs(10);
/// A moved camera is looked for this often.
const DRIFT: Duration = Duration::from_secs(3);
/// After a calibration was made, the page shows the canvas again and hands go: then the reference is
/// taken.
const SETTLE: Duration = Duration::from_millis(1_500);

/// What the thread looks at.
pub(super) struct Watched {
    pub(super) camera: watch::Receiver<CameraState>,
    pub(super) pictures: watch::Receiver<Option<Arc<Frame>>>,
    pub(super) canvas: Arc<Canvas>,
}

/// The running thread; ends when dropped.
pub(super) struct Calibrating {
    stop: Arc<AtomicBool>,
    vital: Arc<Vital>,
    thread: Option<JoinHandle<()>>,
}

impl Calibrating {
    /// Starts it.
    ///
    /// # Errors
    /// If the system gives no thread, or the JPEG library cannot start.
    pub(super) fn start(
        calibration: Arc<Calibration>,
        mut watched: Watched,
        clock: Clock,
    ) -> Result<Self> {
        // What is there already is news to it.
        watched.camera.mark_changed();
        let stop = Arc::new(AtomicBool::new(false));
        let mut watcher = Watcher {
            reader: GreyReader::new()?,
            finder: Finder::default(),
            seen: 0,
            settled_from: None,
            drift_at: Stamp::default(),
            asked: None,
            calibration,
            watched,
            clock,
        };
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("dixi-calib".into());
        let vital = Vital::new("the calibration");
        let kept = Arc::clone(&vital);
        let work = move || {
            kept.keep(|_| {
                while !stopped.load(Ordering::Relaxed) {
                    kept.beat(A_TURN);
                    watcher.turn();
                    std::thread::sleep(TICK);
                }
            });
        };
        let thread = thread.spawn(work).map_err(|e| {
            Error::new(Kind::Exhausted, "cannot start the calibration's thread").source(e)
        })?;
        Ok(Self { stop, vital, thread: Some(thread) })
    }

    /// Whether its thread lives.
    pub(super) fn vital(&self) -> Arc<Vital> {
        Arc::clone(&self.vital)
    }
}

impl Drop for Calibrating {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of that thread has been reported where it happened.
            let _ = thread.join();
        }
    }
}

struct Watcher {
    calibration: Arc<Calibration>,
    watched: Watched,
    clock: Clock,
    reader: GreyReader,
    finder: Finder,
    /// The last frame that was looked at.
    seen: u64,
    /// Since when a reference is wanted.
    settled_from: Option<Stamp>,
    drift_at: Stamp,
    asked: Option<Question>,
}

impl Watcher {
    fn turn(&mut self) {
        self.follow_camera();
        let calibration = Arc::clone(&self.calibration);
        calibration.show_outputs(&self.watched.canvas.outputs());
        calibration.tick();
        let now = self.clock.now();
        let wanted = calibration.wanted();
        if wanted != Wanted::Reference {
            self.settled_from = None;
        }
        match wanted {
            Wanted::Markers => self.look(&calibration),
            Wanted::Reference => {
                let from = *self.settled_from.get_or_insert(now);
                if now.since(from) >= SETTLE
                    && let Some(small) = self.picture(drift::WIDTH as u32)
                {
                    calibration.remember(&small.1);
                    self.drift_at = now;
                }
            }
            Wanted::Drift if now.since(self.drift_at) >= DRIFT => {
                if let Some(small) = self.picture(drift::WIDTH as u32) {
                    calibration.watch(&small.1);
                }
                self.drift_at = now;
            }
            Wanted::Drift | Wanted::Nothing => {}
        }
        self.ask();
    }

    /// Has the canvas show the question that is open. Here, as it may block.
    fn ask(&mut self) {
        let question = self.calibration.question();
        if question == self.asked {
            return;
        }
        let canvas = &self.watched.canvas;
        match &question {
            Some(question) => {
                let calibration = Arc::clone(&self.calibration);
                let answer = move |who: &Who, yes: bool| {
                    let command = if yes { Command::Approve {} } else { Command::Reject {} };
                    // None: it was answered a moment ago.
                    calibration.handle(who, &command).unwrap_or_else(|| Ok(Outcome::default()))
                };
                canvas.ask(question.clone(), Arc::new(answer));
            }
            None => canvas.ask_no_more(calibration::ABOUT),
        }
        self.asked = question;
    }

    fn follow_camera(&mut self) {
        if self.watched.camera.has_changed().unwrap_or(false) {
            let source = self.watched.camera.borrow_and_update().source.clone();
            if !source.is_empty() {
                self.calibration.use_camera(&source);
            }
        }
    }

    fn look(&mut self, calibration: &Calibration) {
        let Some((at, picture)) = self.picture(u32::MAX) else { return };
        match self.finder.find(&picture) {
            Ok(found) => calibration.look(&found, &picture, at),
            Err(e) => tracing::debug!("no markers in this picture: {e}"),
        }
    }

    /// The newest picture, if it is one that was not looked at yet.
    fn picture(&mut self, least_width: u32) -> Option<(Stamp, Grey)> {
        let frame = self.watched.pictures.borrow().clone()?;
        if frame.seq == self.seen {
            return None;
        }
        self.seen = frame.seq;
        match self.reader.read(&frame, least_width) {
            Ok(g) => {
                let grey = Grey { width: g.width, height: g.height, pixels: g.pixels };
                Some((frame.captured_at, grey))
            }
            Err(e) => {
                tracing::debug!("a picture cannot be read for the calibration: {e}");
                None
            }
        }
    }
}
