//! A whole session on the canvas by the demo hands: drawn, seen by the real networks, recognised,
//! bound by the default bindings, done and stored. Time is the frames' own, so that the machine's
//! speed does not matter; the built program plays the same session in the browser's tests.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it measured")]

use std::sync::Arc;
use std::time::Duration;

use dixi::base::object::Object;
use dixi::base::{Clock, Error, Stamp};
use dixi::camera::demo::{Performance, Renderer, plan};
use dixi::canvas::calibration::Mapping;
use dixi::canvas::touch::{Around, Doings, Touch};
use dixi::canvas::{Canvas, CanvasState};
use dixi::command::binding::{Moment, Reaction, Table, Triggers};
use dixi::command::{Command, Who};
use dixi::config::{Layers, SettingsHub};
use dixi::gesture::{Engine, FrameInfo, Observation, Phase};
use dixi::store::Store;
use dixi::store::settings::NotKept;
use dixi::vision::Hands;
use dixi::vision::hand::{HandLandmarker, HandOptions, Mode};
use dixi::vision::picture::View;
use serde_json::json;

/// As the demo camera does: 25 a second.
const FRAME_MS: u64 = 40;
/// What a busy machine makes of that: from frame to frame, over and over.
const UNEVEN_MS: [u64; 7] = [40, 70, 40, 120, 90, 40, 60];
/// The grid on which the test has things put down, scene units: half of it is what a hand may miss by.
const SNAP: f32 = 1.0;

fn at(t: Duration) -> Stamp {
    Stamp::from_ms(1000).plus(t)
}

/// The box from the gesture engine on, without its threads.
struct Stage {
    settings: Arc<SettingsHub>,
    canvas: Arc<Canvas>,
    engine: Engine,
    table: Table,
    triggers: Triggers,
    touch: Touch,
    /// What was done, in order.
    done: Vec<String>,
}

impl Stage {
    /// Two scenes, the second one shown and empty.
    fn new() -> Self {
        let keeper = Arc::new(NotKept::because(&Error::invalid("a test")));
        let settings = Arc::new(SettingsHub::new(Layers::default(), Vec::new(), keeper));
        settings.set("canvas.snap_units", &json!(SNAP)).unwrap();
        let store = Store::in_memory().unwrap();
        let canvas = Canvas::open(store, None, Arc::clone(&settings), Clock::new()).unwrap();
        let name = Some("Demo".into());
        canvas.handle(&Who::new("test"), &Command::NewScene { name }).unwrap();
        let now = settings.current();
        Self {
            canvas,
            engine: Engine::new(&now.gesture),
            table: Table::of_defaults(),
            triggers: Triggers::new(),
            touch: Touch::new(&now.canvas, &now.gesture),
            settings,
            done: Vec::new(),
        }
    }

    /// One frame's hands, from gestures to what is stored.
    fn frame(&mut self, hands: &Hands, t: Duration) {
        let (mut seen, mut reaction) = (Observation::default(), Reaction::default());
        let info = FrameInfo { at: at(t), width: 480, height: 360 };
        self.engine.update(hands, info, &mut seen);
        (seen.captured_at, seen.width, seen.height) = (at(t), 480, 360);
        let started = |p: Phase| p == Phase::Started;
        for e in seen.events.iter().filter(|e| started(e.phase)) {
            println!("{:6.2} {:?} {}", t.as_secs_f32(), e.hand, e.gesture);
        }
        let state = self.canvas.state();
        let (busy, near, aims) = (self.touch.busy(), self.touch.near(), self.touch.aims());
        let moment = Moment {
            table: &self.table,
            mode: state.mode,
            armed: state.armed,
            dry_run: false,
            busy: &busy,
            near: &near,
            aims: &aims,
        };
        self.triggers.update(&seen, &moment, &mut reaction);
        for j in &reaction.judged {
            println!("{:6.2}    {j:?}", t.as_secs_f32());
        }
        let scene = self.canvas.scene();
        let held = Arc::clone(&self.canvas.feeds().held.borrow());
        let around = Around {
            scene: &scene,
            state: &state,
            held: &held,
            mapping: &Mapping::mirror(),
            acts: state.armed,
        };
        let mut out = Doings::default();
        self.touch.frame(&seen, &reaction, &around, &mut out);
        self.have_done(out, t);
    }

    fn have_done(&mut self, out: Doings, t: Duration) {
        let t = t.as_secs_f32();
        for (who, transforms) in out.drags {
            self.canvas.handle(&who, &Command::Drag { transforms }).unwrap();
        }
        for (firing, answer) in out.answers {
            println!("{t:6.2}    {} itself: {answer:?}", firing.rule.id);
        }
        for order in out.orders {
            let outcome = self.canvas.handle(&order.who, &order.command);
            println!("{t:6.2}    {} {:?}: {outcome:?}", order.who, order.command);
            if outcome.is_ok() {
                self.done.push(order.command.name().into());
            }
            self.touch.settled(order.number, &outcome);
        }
    }
}

/// What a round of the session leaves, with hands that are seen by `eyes`; the times from frame to
/// frame are `frames_ms`, over and over.
fn play(
    frames_ms: &[u64],
    mut eyes: impl FnMut(&Performance, Duration) -> Hands,
) -> (Stage, Arc<CanvasState>, Vec<Arc<Object>>) {
    let session = Performance::canvas();
    let mut stage = Stage::new();
    let own = stage.canvas.scene().id;
    let mut last = (stage.canvas.state(), stage.canvas.scene());
    let mut t = Duration::ZERO;
    let mut frames = frames_ms.iter().cycle();
    while t < session.length() {
        stage.frame(&eyes(&session, t), t);
        if stage.canvas.scene().id == own {
            last = (stage.canvas.state(), stage.canvas.scene());
        }
        t += Duration::from_millis(*frames.next().unwrap());
    }
    println!("{:?}", stage.done);
    assert_ne!(stage.canvas.scene().id, own, "the next scene is shown");
    let objects = last.1.objects.clone();
    (stage, last.0, objects)
}

fn check(stage: &Stage, state: &CanvasState, objects: &[Arc<Object>]) {
    for o in objects {
        println!("{} {} {:?} {:?} {:?}", o.id, o.label, o.position, o.scale, o.rotation);
    }
    let kinds: Vec<&str> = objects.iter().map(|o| o.form.name()).collect();
    assert_eq!(kinds, ["box", "sphere", "cone", "box"]);
    let near = |o: &Object, [x, y]: [f32; 2]| {
        let p = o.position;
        assert!(
            (p[0] - x).abs() < 0.01 && (p[1] - y).abs() < 0.01 && p[2].abs() < 0.01,
            "{} at {p:?}, not {x} {y}",
            o.label
        );
    };
    near(&objects[0], plan::BOX_TO);
    near(&objects[1], plan::MADE[1]);
    near(&objects[2], plan::MADE[2]);
    near(&objects[3], [plan::BOX_TO[0] + 0.7, plan::BOX_TO[1] - 0.7]);
    // On a grid of 1, sizes are quarters: exactly what was meant.
    assert_eq!(objects[1].scale, [1.5 * plan::LARGER; 3]);
    assert!(objects.iter().all(|o| o.rotation == [0.0, 0.0, 0.0, 1.0]), "nothing was turned");
    assert_eq!(objects[0].scale, [1.5; 3]);
    let labels: Vec<&str> = objects.iter().map(|o| o.label.as_str()).collect();
    assert_eq!(labels, ["Box 1", "Sphere 1", "Cone 1", "Box 2"]);
    assert_eq!(state.saved, Some(state.revision), "saved as it is");
    let undo = state.undo.as_ref().map(|s| s.command.as_str());
    let redo = state.redo.as_ref().map(|s| s.command.as_str());
    assert_eq!((undo, redo), (Some("duplicate"), Some("delete")));
    assert_eq!(state.revision, 8, "three made, two changed, one copied, one deleted, one undone");
    drop(stage.settings.current());
}

#[test]
fn a_session_by_perfect_eyes_leaves_what_was_meant_at_any_rate() {
    for frames_ms in [&[FRAME_MS][..], &[33], &[60], &[80], &[100], &[120], &UNEVEN_MS] {
        println!("\nframes of {frames_ms:?} ms");
        let (stage, state, objects) = play(frames_ms, |session, t| session.at(t).as_seen());
        check(&stage, &state, &objects);
    }
}

fn seen_by_the_networks(frames_ms: &[u64]) {
    let mut renderer = Renderer::new(480);
    let options = HandOptions { mode: Mode::Video, ..HandOptions::default() };
    let mut landmarker = HandLandmarker::new(&options).unwrap();
    let mut picture = Vec::new();
    let (stage, state, objects) = play(frames_ms, |session, t| {
        renderer.render(&session.at(t), &mut picture);
        let view = View::new(renderer.width(), renderer.height(), &picture).unwrap();
        landmarker.detect(view, at(t)).unwrap().hands
    });
    check(&stage, &state, &objects);
}

#[test]
fn a_session_seen_by_the_real_networks_leaves_what_was_meant() {
    seen_by_the_networks(&[FRAME_MS]);
}

#[test]
fn a_session_seen_by_a_busy_machine_leaves_what_was_meant() {
    for frames_ms in [&[60][..], &[90], &UNEVEN_MS] {
        println!("\nframes of {frames_ms:?} ms");
        seen_by_the_networks(frames_ms);
    }
}
