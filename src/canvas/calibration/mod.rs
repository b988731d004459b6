//! Calibration: from a point in the camera's picture to the point of the canvas that is meant.
//!
//! [`Calibration`] is what the rest of the canvas meets: it does the commands, is shown hands and
//! grey pictures, tells its state, and holds the one [`Mapping`] that touch asks with every frame.
//! What is kept maps the picture to the *output* before its keystone, so that a keystone may change
//! without a new calibration. Must not know pages or the database.

mod commands;
pub mod drift;
mod grey;
mod homography;
mod mapping;
pub mod markers;
mod pointing;
mod quad;
mod room;
mod shelf;
mod state;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use super::{Feeds, Question};
use crate::base::{Clock, Stamp};
use crate::gesture::Observation;
pub use grey::Grey;
pub use homography::{Homography, Similarity, from_unit_square};
pub use mapping::Mapping;
pub use room::ABOUT;
use room::Room;
pub use shelf::{Shelf, Shelved, Stored};
pub use state::{CalibrationState, CalibrationView, Keystone, MarkerView, Running};

/// What hands are for at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum HandsFor {
    /// The canvas, as always.
    #[default]
    Canvas = 0,
    /// The calibration alone: they do nothing on the canvas and give no command.
    Calibration = 1,
    /// The question alone: of all commands they give only `approve` and `reject`.
    Answer = 2,
}

/// What the thread that sees pictures is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Markers are looked for: every picture, whole ([`Calibration::look`]).
    Markers,
    /// A calibration was just made: one small picture ([`Calibration::remember`]).
    Reference,
    /// One small picture every few seconds ([`Calibration::watch`]).
    Drift,
    /// None.
    Nothing,
}

/// The calibration of all cameras and outputs.
pub struct Calibration {
    mapping: ArcSwap<Mapping>,
    hands: AtomicU8,
    pointing: AtomicBool,
    feeds: Arc<Feeds>,
    clock: Clock,
    /// Without one nothing lasts beyond this run.
    shelf: Option<Arc<dyn Shelf>>,
    /// One command at a time: writing takes its time, and the room is not locked meanwhile.
    commands: Mutex<()>,
    /// Never locked while something blocks.
    room: Mutex<Room>,
}

impl Calibration {
    /// With what `shelf` keeps; without one nothing lasts beyond this run.
    pub fn new(shelf: Option<Arc<dyn Shelf>>, feeds: Arc<Feeds>, clock: Clock) -> Self {
        let shelved = shelf.as_ref().map(|s| s.load()).transpose().unwrap_or_else(|e| {
            tracing::error!("the kept calibrations are not used: {e}");
            None
        });
        let calibration = Self {
            mapping: ArcSwap::default(),
            hands: AtomicU8::new(0),
            pointing: AtomicBool::new(false),
            feeds,
            clock,
            shelf,
            commands: Mutex::new(()),
            room: Mutex::new(Room::new(shelved.unwrap_or_default())),
        };
        calibration.tell(&calibration.room());
        calibration
    }

    /// The mapping in use now. Costs an atomic load; ask once a frame.
    pub fn mapping(&self) -> Arc<Mapping> {
        self.mapping.load_full()
    }

    /// What hands are for now. Costs an atomic load; ask once a frame.
    pub fn hands_are_for(&self) -> HandsFor {
        match self.hands.load(Ordering::Relaxed) {
            1 => HandsFor::Calibration,
            2 => HandsFor::Answer,
            _ => HandsFor::Canvas,
        }
    }

    /// Shows a frame's hands. Costs an atomic load unless a hand is calibrating.
    pub fn see(&self, seen: &Observation) {
        if !self.pointing.load(Ordering::Relaxed) {
            return;
        }
        let mut room = self.room();
        if room.see(seen, self.clock.now()) {
            self.tell(&room);
        }
    }

    /// The calibration now.
    pub fn state(&self) -> Arc<CalibrationState> {
        Arc::clone(&self.feeds.calibration.borrow())
    }

    /// The question that is open, for `CanvasState.question`.
    pub fn question(&self) -> Option<Question> {
        self.room().question()
    }

    /// The camera in use, by its stable source.
    pub fn use_camera(&self, source: &str) {
        let mut room = self.room();
        if room.use_camera(source) {
            self.tell(&room);
        }
    }

    /// The outputs whose pages are open now, by name.
    pub fn show_outputs(&self, names: &[String]) {
        let mut room = self.room();
        if room.show_outputs(names) {
            self.tell(&room);
        }
    }

    /// What pictures are wanted for now.
    pub fn wanted(&self) -> Wanted {
        self.room().wanted()
    }

    /// What has taken too long is given up. Call it a few times a second.
    pub fn tick(&self) {
        let mut room = self.room();
        if room.tick(self.clock.now()) {
            self.tell(&room);
        }
    }

    /// Takes the markers that were found in `picture`, captured at `at`.
    pub fn look(&self, found: &[markers::Sighting], picture: &Grey, at: Stamp) {
        let mut room = self.room();
        if room.look(found, picture, at, self.clock.now()) {
            self.tell(&room);
        }
    }

    /// Keeps what the camera sees as the reference of the calibration in use. May block on the disk.
    pub fn remember(&self, picture: &Grey) {
        let kept = self.room().remember(picture);
        if kept.is_some() {
            tracing::info!("calibration: from now on a moved camera is noticed");
        }
        if let (Some((camera, output, bytes)), Some(shelf)) = (kept, &self.shelf)
            && let Err(e) = shelf.keep_reference(&camera, &output, &bytes)
        {
            tracing::warn!("whether the camera moves is not known after a restart: {e}");
        }
    }

    /// Looks whether the camera has moved.
    pub fn watch(&self, picture: &Grey) {
        // Compared outside the lock: it takes some milliseconds, and touch must not wait for it.
        let Some((key, mut watch)) = self.room().take_watch() else { return };
        watch.look(picture);
        let mut room = self.room();
        room.put_watch(key, watch);
        self.tell(&room);
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves the newest where everybody looks.
    fn tell(&self, room: &Room) {
        let mapping = room.mapping();
        if **self.mapping.load() != mapping {
            self.mapping.store(Arc::new(mapping));
        }
        self.hands.store(room.hands_are_for() as u8, Ordering::Relaxed);
        self.pointing.store(room.is_pointing(), Ordering::Relaxed);
        let state = room.state();
        self.feeds.calibration.send_if_modified(|told| {
            let news = **told != state;
            if news {
                *told = Arc::new(state);
            }
            news
        });
    }
}
