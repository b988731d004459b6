//! Where the canvas leaves its newest for whoever watches: nobody who watches can hold it up.

use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use super::calibration::CalibrationState;
use super::scene::SceneChange;
use super::state::{CanvasState, Held};
use super::touch::TouchView;
use crate::base::object::SceneId;
use crate::command::Verdict;

/// Changes that may wait for one viewer; who is slower gets the scene whole.
const CHANGES: usize = 256;
/// Verdicts that may wait for one viewer; who is slower misses some.
const VERDICTS: usize = 128;
/// News that may wait for one viewer: rare and tiny.
const NEWS: usize = 32;

/// Something happened that is told but not described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The list of scenes changed.
    Scenes,
    /// The bindings changed.
    Bindings,
    /// Pages that show the canvas are asked for a picture of it.
    Photograph {
        /// Its number.
        photograph: u64,
        /// Of which scene.
        scene: SceneId,
    },
}

/// The newest of everything on the canvas.
#[derive(Debug)]
pub struct Feeds {
    /// The canvas beside its objects.
    pub state: watch::Sender<Arc<CanvasState>>,
    /// Every step of the scene that is shown, in order.
    pub changes: broadcast::Sender<Arc<SceneChange>>,
    /// The hands on it.
    pub touch: watch::Sender<Arc<TouchView>>,
    /// Everything that is held.
    pub held: watch::Sender<Arc<Vec<Held>>>,
    /// Verdicts on gestures.
    pub verdicts: broadcast::Sender<Arc<Verdict>>,
    /// The calibration.
    pub calibration: watch::Sender<Arc<CalibrationState>>,
    /// What happened besides.
    pub news: broadcast::Sender<News>,
}

impl Default for Feeds {
    fn default() -> Self {
        Self {
            state: watch::Sender::default(),
            changes: broadcast::Sender::new(CHANGES),
            touch: watch::Sender::default(),
            held: watch::Sender::default(),
            verdicts: broadcast::Sender::new(VERDICTS),
            calibration: watch::Sender::default(),
            news: broadcast::Sender::new(NEWS),
        }
    }
}
