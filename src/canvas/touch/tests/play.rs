//! A canvas on which made hands play: exact hands of the demo go through the real recogniser, the
//! real default bindings and touch; a small canvas of its own does the orders and keeps a diary.

use std::sync::Arc;

use glam::Vec3;

use crate::base::Stamp;
use crate::base::hand::{Hand, Handedness, Hands};
use crate::base::object::{Form, Object, ObjectId, Transform};
use crate::base::stage;
use crate::camera::demo::{ASPECT, HandState, Performance, Pose, PosedHand, Waypoint};
use crate::canvas::calibration::Mapping;
use crate::canvas::touch::{Around, Doings, PointerView, Touch};
use crate::canvas::{CanvasState, Held, Scene};
use crate::command::binding::{Moment, Reaction, Table, Triggers};
use crate::command::{Command, Mode, Outcome, Who};
use crate::config::{CanvasSettings, GestureSettings};
use crate::gesture::{Engine, FrameInfo, Observation};

pub const FPS: u64 = 30;

pub fn object(id: ObjectId, form: Form, position: [f32; 3]) -> Object {
    let (rotation, scale) = ([0.0, 0.0, 0.0, 1.0], [1.5; 3]);
    let (colour, label) = ("#ffffff".into(), String::new());
    Object { id, form, position, rotation, scale, colour, label, locked: false, group: None }
}

pub fn a_box(id: ObjectId, at: [f32; 2]) -> Object {
    object(id, Form::Box {}, stage::to_scene(at, 0.0))
}

/// A hand whose pointer is at `at` of the canvas: the mirror of the picture.
pub fn way(at_s: f32, pose: Pose, at: [f32; 2]) -> Waypoint {
    Waypoint::new(at_s, pose, [1.0 - at[0], at[1]], 550.0)
}

/// The stage, and all who play on it.
pub struct Play {
    engine: Engine,
    triggers: Triggers,
    pub table: Table,
    pub touch: Touch,
    reaction: Reaction,
    pub out: Doings,
    pub scene: Arc<Scene>,
    pub state: CanvasState,
    pub held: Vec<Held>,
    /// All commands that were done, but for drags.
    pub diary: Vec<(String, Command)>,
    /// What gestures came to that needed no command, by binding.
    pub answers: Vec<(String, Result<String, String>)>,
    frame: u64,
    /// Refuses to have things grabbed.
    pub stubborn: bool,
}

impl Play {
    pub fn on(objects: Vec<Object>) -> Self {
        Self::with(objects, &CanvasSettings::default())
    }

    pub fn with(objects: Vec<Object>, settings: &CanvasSettings) -> Self {
        let gesture = GestureSettings::default();
        Self {
            engine: Engine::new(&gesture),
            triggers: Triggers::new(),
            table: Table::of_defaults(),
            touch: Touch::new(settings, &gesture),
            reaction: Reaction::default(),
            out: Doings::default(),
            scene: Arc::new(Scene {
                id: 1,
                name: "test".into(),
                revision: 1,
                objects: objects.into_iter().map(Into::into).collect(),
            }),
            state: CanvasState { scene: 1, armed: true, ..CanvasState::default() },
            held: Vec::new(),
            diary: Vec::new(),
            answers: Vec::new(),
            frame: 0,
            stubborn: false,
        }
    }

    pub fn drawing(mut self) -> Self {
        self.state.mode = Mode::Draw;
        self
    }

    /// Plays a whole performance; `each` looks on after every frame, at seconds.
    pub fn performs(&mut self, p: &Performance, mut each: impl FnMut(f32, &mut Play)) {
        let frames = (p.length().as_secs_f32() * FPS as f32) as u64;
        for i in 0..frames {
            let t = std::time::Duration::from_micros(i * 1_000_000 / FPS);
            self.sees(&p.at(t).as_seen());
            each(t.as_secs_f32(), self);
        }
    }

    /// The same, by another track number.
    pub fn performs_as(&mut self, p: &Performance, track: u32) {
        let frames = (p.length().as_secs_f32() * FPS as f32) as u64;
        for i in 0..frames {
            let t = std::time::Duration::from_micros(i * 1_000_000 / FPS);
            let mut hands = p.at(t).as_seen();
            hands.iter_mut().for_each(|h| h.track = track);
            self.sees(&hands);
        }
    }

    /// Hands go through their ways.
    pub fn goes(&mut self, hands: &[(Handedness, &[Waypoint])], each: impl FnMut(f32, &mut Play)) {
        self.performs(&Performance::pointing(hands), each);
    }

    /// Takes one frame with these hands.
    pub fn sees(&mut self, hands: &Hands) {
        self.frame += 1;
        let at = Stamp::from_us(1_000_000 + self.frame * 1_000_000 / FPS);
        let mut seen = Observation { seq: self.frame, captured_at: at, ..Observation::default() };
        (seen.width, seen.height) = (640, 480);
        self.engine.update(hands, FrameInfo { at, width: 640, height: 480 }, &mut seen);
        let (busy, near, aims) = (self.touch.busy(), self.touch.near(), self.touch.aims());
        let moment = Moment {
            table: &self.table,
            mode: self.state.mode,
            armed: self.state.armed,
            dry_run: self.state.dry_run,
            busy: &busy,
            near: &near,
            aims: &aims,
        };
        self.triggers.update(&seen, &moment, &mut self.reaction);
        let mapping = Mapping::mirror();
        let around = Around {
            scene: &self.scene,
            state: &self.state,
            held: &self.held,
            mapping: &mapping,
            acts: self.state.armed && !self.state.dry_run,
        };
        self.touch.frame(&seen, &self.reaction, &around, &mut self.out);
        self.does();
    }

    /// What the hands' thread and the canvas do.
    fn does(&mut self) {
        for (who, transforms) in std::mem::take(&mut self.out.drags) {
            match self.held.iter_mut().find(|h| h.who == who.to_string()) {
                Some(held) => held.objects = transforms,
                None => self.out.orders.extend(self.touch.dropped(&who)),
            }
        }
        for (firing, outcome) in self.out.answers.drain(..) {
            let said = outcome.map(|o| o.done).map_err(|e| e.what().to_owned());
            self.answers.push((firing.rule.id.to_string(), said));
        }
        for order in std::mem::take(&mut self.out.orders) {
            let outcome = if self.stubborn && matches!(order.command, Command::Grab { .. }) {
                Err(crate::base::Error::invalid("somebody else holds it"))
            } else {
                Ok(self.obeys(&order.who, &order.command))
            };
            if outcome.is_ok() {
                self.diary.push((order.who.to_string(), order.command.clone()));
            }
            self.touch.settled(order.number, &outcome);
        }
    }

    fn obeys(&mut self, who: &Who, command: &Command) -> Outcome {
        let mut ids = Vec::new();
        match command {
            Command::Select { ids: chosen, .. } => self.state.selection.clone_from(chosen),
            Command::Grab { ids: wanted } => {
                ids.clone_from(wanted);
                let objects = wanted.iter().filter_map(|id| self.place_of(*id)).collect();
                self.held.push(Held { who: who.to_string(), objects });
            }
            Command::LetBack {} => self.held.retain(|h| h.who != who.to_string()),
            Command::Release {} => {
                let mine = self.held.iter().position(|h| h.who == who.to_string());
                let held = mine.map(|i| self.held.remove(i));
                self.puts(held.map(|h| h.objects).unwrap_or_default());
            }
            Command::Disarm {} => self.state.armed = false,
            Command::SetMode { mode } => self.state.mode = *mode,
            _ => {}
        }
        Outcome { ids, ..Outcome::default() }
    }

    fn puts(&mut self, places: Vec<Transform>) {
        let mut scene = Scene::clone(&self.scene);
        scene.revision += 1;
        for object in &mut scene.objects {
            let Some(t) = places.iter().find(|t| t.id == object.id) else { continue };
            let mut moved: Object = object.as_ref_object().clone();
            (moved.position, moved.rotation, moved.scale) = (t.position, t.rotation, t.scale);
            *object = moved.into();
        }
        self.scene = Arc::new(scene);
    }

    pub fn place_of(&self, id: ObjectId) -> Option<Transform> {
        let held = self.held.iter().flat_map(|h| &h.objects).find(|t| t.id == id).copied();
        held.or_else(|| self.scene.objects.iter().find(|o| o.id == id).map(|o| o.transform()))
    }

    /// Where an object is seen, canvas space.
    pub fn seen_at(&self, id: ObjectId) -> [f32; 2] {
        stage::to_canvas(self.place_of(id).unwrap().position).unwrap()
    }

    pub fn pointer(&self) -> &PointerView {
        &self.out.view.pointers[0]
    }

    /// The names of the commands that were done.
    pub fn done(&self) -> Vec<&'static str> {
        self.diary.iter().map(|(_, command)| command.name()).collect()
    }
}

/// The scene's objects may be shared; a test does not care.
trait AsObject {
    fn as_ref_object(&self) -> &Object;
}

impl AsObject for Object {
    fn as_ref_object(&self) -> &Object {
        self
    }
}

impl AsObject for Arc<Object> {
    fn as_ref_object(&self) -> &Object {
        self
    }
}

/// A hand whose palm stays at a place of the picture (millimetres before the camera), in a pose.
pub fn resting(handedness: Handedness, track: u32, pose: Pose, place: Vec3) -> Hand {
    let state = HandState { pose, place, turn: [0.0; 3], wrist: [0.0; 2] };
    let truth = PosedHand { handedness, track, state }.truth();
    Hand {
        track,
        handedness,
        score: 1.0,
        presence: 1.0,
        landmarks: truth.landmarks,
        world_landmarks: truth.world_landmarks,
    }
}

/// How far apart two places of the canvas are, in its widths.
pub fn apart(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot((a[1] - b[1]) * 9.0 / 16.0)
}

/// Noise, the same every time: about a normal deviation of 1.
pub fn noise(i: u64) -> f32 {
    let uniform = |i: u64| {
        let mut x = i.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        x ^= x >> 31;
        x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (x >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    (0..12).map(|k| uniform(i * 12 + k)).sum()
}

/// The same hands, each landmark a little off: `by` picture widths.
pub fn shaken(hands: &Hands, by: f32, seed: u64) -> Hands {
    let mut shaken = hands.clone();
    for (h, hand) in shaken.iter_mut().enumerate() {
        for (l, point) in hand.landmarks.iter_mut().enumerate() {
            let n = |k: u64| noise(seed * 1_000 + h as u64 * 100 + l as u64 * 3 + k);
            point[0] += by * n(0);
            point[1] += by * ASPECT * n(1);
            point[2] += by * n(2);
        }
    }
    shaken
}
