//! The canvas for one viewer: the scene and its changes without a gap, and of all else the newest.

use std::sync::Arc;

use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;

use crate::base::object::SceneId;
use crate::canvas::calibration::CalibrationState;
use crate::canvas::touch::TouchView;
use crate::canvas::{Canvas, CanvasState, Held, News, SceneChange, Watching};
use crate::server::wire::{Have, ServerMessage};

/// What a viewer that shows the canvas listens to, and how far it has come.
pub(super) struct OnCanvas {
    canvas: Arc<Canvas>,
    /// The scene and revision that the viewer has.
    known: (SceneId, u64),
    changes: broadcast::Receiver<Arc<SceneChange>>,
    state: watch::Receiver<Arc<CanvasState>>,
    touch: watch::Receiver<Arc<TouchView>>,
    held: watch::Receiver<Arc<Vec<Held>>>,
    calibration: watch::Receiver<Arc<CalibrationState>>,
    news: broadcast::Receiver<News>,
    _watching: Watching,
}

/// What happened on the canvas.
pub(super) enum Happened {
    Change(Result<Arc<SceneChange>, RecvError>),
    State,
    News(Result<News, RecvError>),
    Held,
    Touch,
    Calibration,
}

impl OnCanvas {
    /// Listens from now on, and what the viewer has to be sent first.
    pub(super) fn new(canvas: &Arc<Canvas>, have: Option<Have>) -> (Self, Vec<ServerMessage>) {
        let feeds = canvas.feeds();
        let (mut state, mut held) = (feeds.state.subscribe(), feeds.held.subscribe());
        let (mut touch, mut calibration) = (feeds.touch.subscribe(), feeds.calibration.subscribe());
        // What is there already is news to a new viewer.
        state.mark_changed();
        held.mark_changed();
        touch.mark_changed();
        calibration.mark_changed();
        let news = feeds.news.subscribe();
        let now = canvas.catch_up(have.map(|h| (h.scene, h.revision)));
        let first = match now.missed {
            Some(missed) => missed.into_iter().map(ServerMessage::Change).collect(),
            None => vec![ServerMessage::Scene(Arc::clone(&now.scene))],
        };
        let on = Self {
            canvas: Arc::clone(canvas),
            known: (now.scene.id, now.scene.revision),
            changes: now.changes,
            state,
            touch,
            held,
            calibration,
            news,
            _watching: canvas.watch(),
        };
        (on, first)
    }

    /// Waits for what happens next; cancel safe. The order is what keeps a viewer's picture whole:
    /// an object is let go only after the step that put it down.
    pub(super) async fn next(&mut self) -> Happened {
        tokio::select! {
            biased;
            change = self.changes.recv() => Happened::Change(change),
            Ok(()) = self.state.changed() => Happened::State,
            news = self.news.recv() => Happened::News(news),
            Ok(()) = self.held.changed() => Happened::Held,
            Ok(()) = self.touch.changed() => Happened::Touch,
            Ok(()) = self.calibration.changed() => Happened::Calibration,
        }
    }

    /// What to send of it: the scene whole where the viewer cannot follow, and the thing itself.
    pub(super) fn tell(&mut self, happened: Happened) -> [Option<ServerMessage>; 2] {
        let one = |message| [Some(message), None];
        match happened {
            Happened::Change(Ok(change)) => [self.follow(change), None],
            Happened::Change(Err(_)) => [self.whole(), None],
            Happened::State => {
                let state = self.state.borrow_and_update().clone();
                let scene = if state.scene == self.known.0 { None } else { self.whole() };
                [scene, Some(ServerMessage::Canvas(state))]
            }
            Happened::News(Ok(News::Scenes)) => one(ServerMessage::Scenes {}),
            Happened::News(Ok(News::Bindings)) => one(ServerMessage::Bindings {}),
            Happened::News(Ok(News::Photograph { photograph, scene })) => {
                one(ServerMessage::Photograph { photograph, scene })
            }
            // Lists that are asked for anew anyway; a photograph is somebody else's to take.
            Happened::News(Err(_)) => {
                [Some(ServerMessage::Scenes {}), Some(ServerMessage::Bindings {})]
            }
            Happened::Held => {
                one(ServerMessage::Held { held: self.held.borrow_and_update().clone() })
            }
            Happened::Touch => one(ServerMessage::Touch(self.touch.borrow_and_update().clone())),
            Happened::Calibration => {
                one(ServerMessage::Calibration(self.calibration.borrow_and_update().clone()))
            }
        }
    }

    fn follow(&mut self, change: Arc<SceneChange>) -> Option<ServerMessage> {
        let (scene, revision) = self.known;
        if change.scene == scene && change.revision == revision + 1 {
            self.known.1 = change.revision;
            return Some(ServerMessage::Change(change));
        }
        if change.scene == scene && change.revision <= revision {
            return None;
        }
        self.whole()
    }

    /// The scene as it is now, if it is not what the viewer has.
    fn whole(&mut self) -> Option<ServerMessage> {
        let scene = self.canvas.scene();
        let now = (scene.id, scene.revision);
        (now != std::mem::replace(&mut self.known, now)).then_some(ServerMessage::Scene(scene))
    }
}
