//! What viewers were told: the scene as it was told last, and the last changes for whoever was away.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::broadcast;

use super::Canvas;
use crate::base::object::SceneId;
use crate::base::{Error, Result};
use crate::canvas::{Feeds, Scene, SceneChange};

/// Changes kept for viewers that were away: who missed more gets the scene whole.
const RECENT: usize = 256;

pub(super) struct Told {
    scene: ArcSwap<Scene>,
    recent: Mutex<VecDeque<Arc<SceneChange>>>,
    watching: AtomicU32,
    outputs: Mutex<Vec<String>>,
}

/// What a viewer needs to be up to date, and to stay so.
#[derive(Debug)]
pub struct CatchUp {
    /// The scene as it is now.
    pub scene: Arc<Scene>,
    /// What the viewer missed since the revision that it has; none where that is too long ago, or of
    /// another scene: then it needs the scene whole.
    pub missed: Option<Vec<Arc<SceneChange>>>,
    /// What comes after `scene`.
    pub changes: broadcast::Receiver<Arc<SceneChange>>,
}

impl Told {
    pub(super) fn new(scene: Arc<Scene>) -> Self {
        Self {
            scene: ArcSwap::new(scene),
            recent: Mutex::default(),
            watching: AtomicU32::new(0),
            outputs: Mutex::default(),
        }
    }

    pub(super) fn scene(&self) -> Arc<Scene> {
        self.scene.load_full()
    }

    pub(super) fn step(&self, scene: Arc<Scene>, change: SceneChange, feeds: &Feeds) {
        let change = Arc::new(change);
        let mut recent = self.recent();
        if recent.len() == RECENT {
            recent.pop_front();
        }
        recent.push_back(Arc::clone(&change));
        self.scene.store(scene);
        // Nobody may be watching.
        let _ = feeds.changes.send(change);
    }

    /// Another scene is shown, or it has another name.
    pub(super) fn show(&self, scene: Arc<Scene>) {
        let mut recent = self.recent();
        if scene.id != self.scene.load().id {
            recent.clear();
        }
        self.scene.store(scene);
    }

    fn outputs(&self) -> MutexGuard<'_, Vec<String>> {
        self.outputs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recent(&self) -> MutexGuard<'_, VecDeque<Arc<SceneChange>>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody shows the canvas, until this is dropped.
pub struct Watching(Arc<Canvas>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.told.watching.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An output shows the canvas, until this is dropped.
pub struct OutputShown(Arc<Canvas>, String);

impl Drop for OutputShown {
    fn drop(&mut self) {
        let mut outputs = self.0.told.outputs();
        if let Some(at) = outputs.iter().position(|o| *o == self.1) {
            outputs.remove(at);
        }
    }
}

impl Canvas {
    /// The output of this name shows the canvas.
    ///
    /// # Errors
    /// `Invalid` for what is no name: 1 to 40 of `a-z`, `0-9`, `_` and `-`.
    pub fn show_on(self: &Arc<Self>, output: &str) -> Result<OutputShown> {
        let known = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        if !(1..=40).contains(&output.len()) || !output.bytes().all(known) {
            return Err(Error::invalid("that is no name of an output")
                .next("take 1 to 40 of a-z, 0-9, _ and -, such as `main`"));
        }
        self.told.outputs().push(output.to_owned());
        Ok(OutputShown(Arc::clone(self), output.to_owned()))
    }

    /// The outputs that show the canvas now, each once.
    pub fn outputs(&self) -> Vec<String> {
        let mut outputs = self.told.outputs().clone();
        outputs.sort_unstable();
        outputs.dedup();
        outputs
    }

    /// Somebody shows the canvas.
    pub fn watch(self: &Arc<Self>) -> Watching {
        self.told.watching.fetch_add(1, Ordering::Relaxed);
        Watching(Arc::clone(self))
    }

    /// How many show the canvas.
    pub fn watchers(&self) -> u32 {
        self.told.watching.load(Ordering::Relaxed)
    }

    /// What a viewer needs that has revision `have` of a scene. Waits for nobody.
    pub fn catch_up(&self, have: Option<(SceneId, u64)>) -> CatchUp {
        let recent = self.told.recent();
        let scene = self.told.scene();
        let missed = have.filter(|(id, revision)| *id == scene.id && *revision <= scene.revision);
        let missed = missed.and_then(|(_, revision)| {
            let missed: Vec<_> = recent.iter().filter(|c| c.revision > revision).cloned().collect();
            let whole = missed.len() as u64 == scene.revision - revision;
            whole.then_some(missed)
        });
        CatchUp { scene, missed, changes: self.feeds.changes.subscribe() }
    }
}
