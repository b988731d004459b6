//! What a pointer reaches.

use std::sync::Arc;

use super::play::{a_box, object};
use crate::base::object::{Form, Object, Transform};
use crate::base::stage;
use crate::canvas::touch::reach::{Quest, Reach};
use crate::canvas::{Held, Scene};

fn reach_of(objects: Vec<Object>) -> Reach {
    let objects = objects.into_iter().map(Into::into).collect();
    let mut reach = Reach::default();
    reach.look_at(&Arc::new(Scene { id: 1, name: String::new(), revision: 1, objects }), &[]);
    reach
}

fn at(reach: &mut Reach, at: [f32; 2]) -> Option<u32> {
    let quest = Quest { at, reach: 0.04, before: None, pass_locked: false };
    reach.find(&quest).map(|f| f.id)
}

#[test]
fn the_front_most_of_those_that_are_hit_else_the_nearest() {
    let mut reach = reach_of(vec![
        object(1, Form::Sphere {}, stage::to_scene([0.5, 0.5], 2.0)),
        a_box(2, [0.5, 0.5]),
        a_box(3, [0.7, 0.5]),
        a_box(4, [0.85, 0.5]),
    ]);
    assert_eq!(at(&mut reach, [0.5, 0.5]), Some(1));
    // Between 3 and 4, nearer to 3; a box of 1.5 is 0.047 to each side.
    assert_eq!(at(&mut reach, [0.76, 0.5]), Some(3));
    assert_eq!(at(&mut reach, [0.79, 0.5]), Some(4));
    assert_eq!(at(&mut reach, [0.6, 0.8]), None);
    assert_eq!(at(&mut reach, [f32::NAN, 0.5]), None);
}

#[test]
fn every_form_is_hit_where_it_is_seen_and_not_beside() {
    let words = || "words".to_owned();
    let (picture, aspect) = (String::new(), 2.0);
    let forms: [(Form, f32, f32); 9] = [
        (Form::Box {}, 0.5, 0.5),
        (Form::Sphere {}, 0.5, 0.5),
        (Form::Cone {}, 0.5, 0.5),
        (Form::Cylinder {}, 0.5, 0.5),
        (Form::Torus {}, 0.5, 0.5),
        (Form::Plane {}, 0.5, 0.5),
        (Form::Text { text: words() }, 1.0, 0.24),
        (Form::Picture { picture, aspect }, 1.0, 0.5),
        (Form::Answer { text: words(), question: words() }, 1.0, 0.48),
    ];
    for (form, half_width, half_height) in forms {
        for z in [-4.0, 0.0, 4.0] {
            let mut reach = reach_of(vec![object(7, form.clone(), stage::to_scene([0.4, 0.6], z))]);
            let near = stage::magnification(z) * 1.5;
            let out = [half_width * near / stage::WIDTH, half_height * near / stage::HEIGHT];
            let mut found = |x: f32, y: f32| {
                let quest = Quest {
                    at: [0.4 + x * out[0], 0.6 + y * out[1]],
                    reach: 0.0,
                    before: None,
                    pass_locked: false,
                };
                reach.find(&quest).is_some()
            };
            // A torus is hit in its hole too.
            assert!(found(0.0, 0.0) && found(0.0, 0.8) && found(0.4, 0.7), "{form:?} at {z}");
            assert!(!found(1.6, 0.0) && !found(0.0, -1.6) && !found(1.4, 1.4), "{form:?} at {z}");
        }
    }
}

#[test]
fn a_stroke_is_hit_along_its_line_and_a_turned_plate_where_it_is_thin() {
    let points = (0..200).map(|i| [i as f32 * 0.02 - 2.0, (i as f32 * 0.05).sin(), 0.0]).collect();
    let stroke = object(1, Form::Stroke { points, width: 0.2 }, [0.0; 3]);
    let mut reach = reach_of(vec![Object { scale: [1.0; 3], ..stroke }]);
    let mut hit = |x: f32, y: f32| {
        let at = stage::to_canvas([x, y, 0.0]).unwrap();
        let quest = Quest { at, reach: 0.0, before: None, pass_locked: false };
        reach.find(&quest).is_some()
    };
    for x in [-1.9_f32, -0.5, 0.0, 1.0, 1.9] {
        let y = ((x + 2.0) / 0.02 * 0.05).sin();
        assert!(hit(x, y), "{x}");
        assert!(!hit(x, y + 0.5), "{x}");
    }
    let edge_on = glam::Quat::from_rotation_y(std::f32::consts::FRAC_PI_2).to_array();
    let plate = Object { rotation: edge_on, ..object(1, Form::Plane {}, [0.0; 3]) };
    let mut reach = reach_of(vec![plate]);
    assert_eq!(at(&mut reach, [0.5, 0.5]), Some(1));
    assert_eq!(at(&mut reach, [0.56, 0.5]), None, "it is seen from its side");
}

#[test]
fn what_is_held_is_where_it_is_held_and_back_when_it_is_let_go() {
    let objects = vec![a_box(1, [0.2, 0.2]).into(), a_box(2, [0.8, 0.8]).into()];
    let scene = Arc::new(Scene { id: 1, name: String::new(), revision: 1, objects });
    let mut reach = Reach::default();
    let moved =
        Transform { position: stage::to_scene([0.6, 0.3], 0.0), ..a_box(1, [0.0; 2]).transform() };
    reach.look_at(&scene, &[Held { who: "page 1".into(), objects: vec![moved] }]);
    assert_eq!(at(&mut reach, [0.6, 0.3]), Some(1));
    assert_eq!(at(&mut reach, [0.2, 0.2]), None);
    reach.look_at(&scene, &[]);
    assert_eq!(at(&mut reach, [0.6, 0.3]), None);
    assert_eq!(at(&mut reach, [0.2, 0.2]), Some(1));
}

#[test]
fn a_target_is_not_given_up_for_a_trembling() {
    let mut reach = reach_of(vec![a_box(1, [0.4, 0.5]), a_box(2, [0.55, 0.5])]);
    let mut quest = Quest { at: [0.474, 0.5], reach: 0.04, before: None, pass_locked: false };
    let first = reach.find(&quest).unwrap().id;
    assert_eq!(first, 1);
    // A little nearer to the other one: kept; clearly nearer, or on it: left.
    (quest.at, quest.before) = ([0.477, 0.5], Some(1));
    assert_eq!(reach.find(&quest).unwrap().id, 1);
    quest.at = [0.488, 0.5];
    assert_eq!(reach.find(&quest).unwrap().id, 2);
}

#[test]
fn odd_objects_do_no_harm() {
    let mut odd = a_box(1, [0.5, 0.5]);
    odd.rotation = [0.0; 4];
    let mut nan = a_box(2, [0.5, 0.5]);
    nan.rotation = [f32::NAN; 4];
    let empty = object(3, Form::Stroke { points: Vec::new(), width: 0.1 }, [0.0; 3]);
    let flat = Object { scale: [0.0, -1.0, 1.0], ..a_box(4, [0.1, 0.1]) };
    let behind = object(5, Form::Box {}, [0.0, 0.0, 40.0]);
    let mut reach = reach_of(vec![odd, nan, empty, flat, behind]);
    for at in [[0.5, 0.5], [0.1, 0.1], [-9.0, 9.0]] {
        let _ = reach.find(&Quest { at, reach: 0.3, before: Some(3), pass_locked: true });
    }
}
