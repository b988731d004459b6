//! How long touch takes for a frame: two hands before 2,000 objects, while one is dragged.
//! `cargo bench --bench touch`

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::Criterion;
use dixi::base::Stamp;
use dixi::base::hand::Handedness;
use dixi::base::object::{Form, Object};
use dixi::base::stage;
use dixi::camera::demo::{Performance, Waypoint, poses};
use dixi::canvas::calibration::Mapping;
use dixi::canvas::touch::{Around, Doings, Touch};
use dixi::canvas::{CanvasState, Held, MAX_OBJECTS, Scene};
use dixi::command::binding::Reaction;
use dixi::config::{CanvasSettings, GestureSettings};
use dixi::gesture::{Engine, FrameInfo, Observation};

fn object(i: usize) -> Object {
    let t = i as f32;
    let form = match i % 7 {
        0 => Form::Sphere {},
        1 => Form::Cone {},
        2 => Form::Torus {},
        3 => Form::Text { text: "words".into() },
        4 => Form::Stroke {
            points: (0..200).map(|k| [k as f32 * 0.01, (k as f32 * 0.1).sin(), 0.0]).collect(),
            width: 0.1,
        },
        _ => Form::Box {},
    };
    Object {
        id: i as u32 + 1,
        form,
        position: stage::to_scene([(0.37 * t).fract(), (0.71 * t).fract()], (0.13 * t).fract()),
        rotation: [0.0, 0.0, 0.0, 1.0],
        scale: [1.5; 3],
        colour: "#ffffff".into(),
        label: String::new(),
        locked: false,
        group: None,
    }
}

fn scene(objects: usize) -> Arc<Scene> {
    let objects = (0..objects).map(|i| Arc::new(object(i))).collect();
    Arc::new(Scene { id: 1, name: String::new(), revision: 1, objects })
}

/// A second of two pointing hands that move, over and over.
fn frames() -> Vec<Observation> {
    let ways = |x: f32| {
        [0.0, 0.5, 1.0].map(|t: f32| Waypoint::new(t, poses::POINTING, [x + 0.2 * t, 0.4], 550.0))
    };
    let (left, right) = (ways(0.6), ways(0.2));
    let p = Performance::pointing(&[(Handedness::Right, &right), (Handedness::Left, &left)]);
    let mut engine = Engine::new(&GestureSettings::default());
    (0..30_u64)
        .map(|i| {
            let t = Duration::from_millis(33 * i);
            let mut seen =
                Observation { seq: i, width: 640, height: 480, ..Observation::default() };
            let at = Stamp::from_ms(1_000).plus(t);
            engine.update(&p.at(t).as_seen(), FrameInfo { at, width: 640, height: 480 }, &mut seen);
            seen
        })
        .collect()
}

fn main() {
    let mut c = Criterion::default().configure_from_args();
    let (frames, mapping) = (frames(), Mapping::mirror());
    let state = CanvasState { armed: true, ..CanvasState::default() };
    for objects in [100, 500, MAX_OBJECTS] {
        let scene = scene(objects);
        let mut touch = Touch::new(&CanvasSettings::default(), &GestureSettings::default());
        let (mut out, mut i) = (Doings::default(), 0_u64);
        let mut held = vec![Held { who: "page 1".into(), objects: vec![object(3).transform()] }];
        c.bench_function(&format!("frame, {objects} objects"), |b| {
            b.iter(|| {
                i += 1;
                let mut seen = frames[(i % 30) as usize].clone();
                seen.captured_at = Stamp::from_ms(1_000 + 33 * i);
                held[0].objects[0].position[0] = (i % 30) as f32 * 0.1;
                let around = Around {
                    scene: &scene,
                    state: &state,
                    held: &held,
                    mapping: &mapping,
                    acts: true,
                };
                touch.frame(&seen, &Reaction::default(), &around, &mut out);
                black_box(&out.view);
            });
        });
        // A step makes a new scene: all bounds and outlines are made anew.
        let scenes = [scene, self::scene(objects)];
        c.bench_function(&format!("frame after a step, {objects} objects"), |b| {
            b.iter(|| {
                i += 1;
                let mut seen = frames[(i % 30) as usize].clone();
                seen.captured_at = Stamp::from_ms(1_000 + 33 * i);
                let around = Around {
                    scene: &scenes[(i % 2) as usize],
                    state: &state,
                    held: &[],
                    mapping: &mapping,
                    acts: true,
                };
                touch.frame(&seen, &Reaction::default(), &around, &mut out);
                black_box(&out.view);
            });
        });
    }
    c.final_summary();
}
