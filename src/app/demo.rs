//! The demo hands' manners. They are drawn by ourselves and gesture all day long, so they must never
//! touch what people have made.
//!
//! The plain demo hand (`demo`, and what `auto` comes to without a camera) shows every gesture and
//! does nothing. The playing ones (`demo:canvas`) act on one scene of their own only, which is
//! shown and cleared at the beginning of each round; when people have had a hand in anything since
//! the round before, they are left alone, and the hands only go through the motions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::base::object::SceneId;
use crate::base::{Clock, Result};
use crate::camera::{CameraState, SourceSpec};
use crate::canvas::Canvas;
use crate::command::{Bus, Command, Mode, Record, Who, Why};

/// The scene of the playing hands; found again by its name.
pub(super) const SCENE: &str = "Demo hands";
pub(super) const WHO: &str = "demo";

/// Who may act: [`ANYBODY`], [`NOBODY`], or hands on the scene of this number.
const ANYBODY: u64 = u64::MAX;
const NOBODY: u64 = u64::MAX - 1;

/// Whether the hands that are seen may act; cheap to ask with every frame.
#[derive(Clone)]
pub(super) struct Manners(Arc<AtomicU64>);

impl Manners {
    /// Hands may do things.
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(ANYBODY)))
    }

    /// Whether hands may act while `scene` is shown.
    pub(super) fn allow(&self, scene: SceneId) -> bool {
        match self.0.load(Relaxed) {
            ANYBODY => true,
            own => own == u64::from(scene),
        }
    }

    /// Why they may not, by name and in words.
    pub(super) fn why_not(&self) -> (Why, &'static str) {
        match self.0.load(Relaxed) {
            NOBODY => (
                Why::DemoShows,
                "the demo hand only shows its gestures; `demo:canvas` plays on the canvas",
            ),
            _ => (Why::DemoElsewhere, "the demo hands act on their own scene only"),
        }
    }

    fn set(&self, who: u64) {
        self.0.store(who, Relaxed);
    }
}

/// Starts to watch the camera; ends when its state does.
pub(super) fn watch(
    mut camera: watch::Receiver<CameraState>,
    manners: Manners,
    canvas: Arc<Canvas>,
    bus: Arc<Bus>,
    clock: Clock,
) -> JoinHandle<()> {
    let stage = Arc::new(Stage { canvas, bus, clock, begun_us: AtomicU64::new(0) });
    tokio::spawn(async move {
        let mut known = Known::default();
        loop {
            let now = Known::of(&camera.borrow_and_update());
            if now != known {
                if let Some(own) = stage.follow(known, now).await {
                    manners.set(own);
                }
                known = now;
            }
            if camera.changed().await.is_err() {
                return;
            }
        }
    })
}

/// What is of interest of the camera's state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Known {
    /// A camera, or a demo hand that is not open yet.
    #[default]
    Camera,
    /// The plain demo hand.
    Shows,
    /// The playing ones, in this round; 0 until they are open.
    Plays(u32),
}

impl Known {
    fn of(state: &CameraState) -> Self {
        let is = |spec: &SourceSpec| state.source == spec.to_string();
        if is(&SourceSpec::DemoCanvas) {
            Self::Plays(state.showing.map_or(0, |s| s.round))
        } else if is(&SourceSpec::Demo) {
            Self::Shows
        } else {
            Self::Camera
        }
    }
}

/// Where the playing hands play.
struct Stage {
    canvas: Arc<Canvas>,
    bus: Arc<Bus>,
    clock: Clock,
    /// When the last round began.
    begun_us: AtomicU64,
}

impl Stage {
    /// Who may act from now on; none leaves it as it is.
    async fn follow(self: &Arc<Self>, before: Known, now: Known) -> Option<u64> {
        let round = match now {
            Known::Camera => return Some(ANYBODY),
            Known::Shows | Known::Plays(0) => return Some(NOBODY),
            Known::Plays(round) => round,
        };
        let stage = Arc::clone(self);
        // To choose the demo is to want it; later rounds are polite.
        let first = before != Known::Plays(round.wrapping_sub(1)) || round == 1;
        let set = tokio::task::spawn_blocking(move || stage.set(first)).await;
        Some(match set {
            Ok(Ok(own)) => own,
            Ok(Err(e)) => {
                tracing::warn!("the demo hands have no scene to play in: {e}");
                NOBODY
            }
            Err(_) => NOBODY,
        })
    }

    /// Shows the own scene, empty.
    fn set(&self, first: bool) -> Result<u64> {
        if self.people_came() && !first {
            tracing::info!("demo: people are at the canvas, this round is not played");
            return Ok(NOBODY);
        }
        let (scenes, _) = self.canvas.scenes()?;
        let own = scenes.iter().find(|s| s.name == SCENE).map(|s| s.id);
        let who = Who::new(WHO);
        match own {
            Some(scene) if scene == self.canvas.scene().id => {}
            Some(scene) => drop(self.bus.run(&who, &Command::OpenScene { scene })?),
            None => {
                drop(self.bus.run(&who, &Command::NewScene { name: Some(SCENE.into()) })?);
            }
        }
        if self.canvas.scene().objects.iter().any(|o| !o.locked) {
            self.bus.run(&who, &Command::Clear {})?;
        }
        if self.canvas.state().mode != Mode::Shapes {
            self.bus.run(&who, &Command::SetMode { mode: Mode::Shapes })?;
        }
        Ok(u64::from(self.canvas.scene().id))
    }

    /// Whether anybody but the hands has done anything since the round before began.
    fn people_came(&self) -> bool {
        let since = self.begun_us.swap(self.clock.now().us, Relaxed);
        let later = |r: &Record| r.at.us >= since;
        self.bus.trail().iter().any(|r| later(r) && !is_demo(&r.who.to_string()))
    }
}

/// The labels of hands are touch's.
fn is_demo(who: &str) -> bool {
    who == WHO || who == "hand" || ["right hand", "left hand"].iter().any(|h| who.starts_with(h))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Error;
    use crate::base::gesture::Gesture;
    use crate::camera::{Showing, Supervisor};
    use crate::command::{Handler, Outcome};
    use crate::config::{CameraSettings, Layers, SettingsHub};
    use crate::store::Store;
    use crate::store::settings::NotKept;

    struct OnCanvas(Arc<Canvas>);
    impl Handler for OnCanvas {
        fn handle(&self, who: &Who, command: &Command) -> Result<Outcome> {
            self.0.handle(who, command)
        }
    }

    fn stage() -> Arc<Stage> {
        let keeper = Arc::new(NotKept::because(&Error::invalid("a test")));
        let settings = Arc::new(SettingsHub::new(Layers::default(), Vec::new(), keeper));
        let clock = Clock::new();
        let store = Store::in_memory().unwrap();
        let canvas = Canvas::open(store, None, settings, clock).unwrap();
        let bus = Arc::new(Bus::new(Arc::new(OnCanvas(Arc::clone(&canvas))), clock));
        Arc::new(Stage { canvas, bus, clock, begun_us: AtomicU64::new(0) })
    }

    fn run(stage: &Stage, who: &str, json: &str) {
        let command = Command::from_json(json.as_bytes()).unwrap();
        stage.bus.run(&Who::new(who), &command).unwrap();
    }

    /// A state of the camera in which `source` is open.
    fn state(source: &str, round: Option<u32>) -> CameraState {
        let settings = CameraSettings { source: "browser".into(), ..CameraSettings::default() };
        let camera = Supervisor::start(settings, Clock::new()).unwrap();
        let mut state = camera.state().borrow().clone();
        state.source = source.into();
        state.showing = round.map(|round| Showing { gesture: Gesture::None, round });
        state
    }

    #[test]
    fn the_plain_demo_hand_never_acts_and_cameras_always_may() {
        let manners = Manners::new();
        assert!(manners.allow(1) && manners.allow(7));
        manners.set(NOBODY);
        assert!(!manners.allow(1) && manners.why_not().1.contains("demo:canvas"));
        manners.set(7);
        assert!(manners.allow(7) && !manners.allow(1));
        for (source, round, known) in [
            ("v4l2:x", None, Known::Camera),
            ("auto", None, Known::Camera),
            ("demo", Some(3), Known::Shows),
            ("demo:canvas", None, Known::Plays(0)),
            ("demo:canvas", Some(2), Known::Plays(2)),
        ] {
            assert_eq!(Known::of(&state(source, round)), known, "{source}");
        }
    }

    #[tokio::test]
    async fn the_playing_hands_have_a_scene_of_their_own_and_leave_people_alone() {
        let stage = stage();
        let mine = stage.canvas.scene();
        let follow = |before, now| {
            let stage = Arc::clone(&stage);
            async move { stage.follow(before, now).await }
        };
        assert_eq!(follow(Known::Camera, Known::Shows).await, Some(NOBODY));
        assert_eq!(follow(Known::Shows, Known::Plays(0)).await, Some(NOBODY));
        let own = follow(Known::Plays(0), Known::Plays(1)).await.unwrap();
        assert_eq!(u64::from(stage.canvas.scene().id), own);
        assert!(stage.canvas.scene().objects.is_empty() && stage.canvas.scene().name == SCENE);
        // A round: something is made, and the next scene shown.
        run(&stage, "right hand", r#"{"command":"create"}"#);
        run(&stage, "left hand 2", r#"{"command":"next"}"#);
        assert_eq!(follow(Known::Plays(1), Known::Plays(2)).await, Some(own));
        assert!(stage.canvas.scene().objects.is_empty(), "its own scene again, cleared");
        // Somebody goes elsewhere: this round is not played, the one after the next is.
        let elsewhere = format!(r#"{{"command":"open_scene","scene":{}}}"#, mine.id);
        run(&stage, "page 3", &elsewhere);
        assert_eq!(follow(Known::Plays(2), Known::Plays(3)).await, Some(NOBODY));
        assert_eq!(*stage.canvas.scene(), *mine, "nobody has touched it");
        assert_eq!(follow(Known::Plays(3), Known::Plays(4)).await, Some(own));
        // Chosen anew: at once.
        run(&stage, "page 3", &elsewhere);
        assert_eq!(follow(Known::Plays(0), Known::Plays(1)).await, Some(own));
        assert_eq!(follow(Known::Plays(1), Known::Camera).await, Some(ANYBODY));
    }
}
