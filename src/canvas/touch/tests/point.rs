//! Pointing, dwelling, drawing, the ring menu, arming.

use super::play::{FPS, Play, a_box, apart, way};
use crate::base::Stamp;
use crate::base::hand::{Hand, Handedness, Hands};
use crate::base::object::Form;
use crate::base::stage;
use crate::camera::demo::{Performance, Waypoint, poses};
use crate::canvas::touch::ring::{Choice, Chooser, Ring};
use crate::canvas::touch::{Doing, RING_RADIUS, ring_command, ring_items};
use crate::command::{Command, Mode};
use crate::config::CanvasSettings;
use Handedness::{Left, Right};

const MID: [f32; 2] = [0.5, 0.5];

fn held(pose: crate::camera::demo::Pose, at: [f32; 2], from_s: f32, to_s: f32) -> [Waypoint; 2] {
    [way(from_s, pose, at), way(to_s, pose, at)]
}

#[test]
fn pointing_long_enough_selects_once_and_asks_once_and_other_shapes_do_not() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    let mut progress = Vec::new();
    let mut asks = Vec::new();
    play.goes(&[(Right, &held(poses::POINTING, MID, 0.0, 9.0))], |_, play| {
        assert_eq!(play.pointer().target, Some(1));
        progress.push(play.pointer().dwell);
        asks.extend(play.out.view.holds.iter().map(|h| (h.command.clone(), h.ids.clone())));
    });
    let ask = Command::Ask { text: None, about: Some(1), frame: None };
    let select = Command::Select { ids: vec![1], add: false };
    assert_eq!(play.diary, [("right hand".into(), select), ("right hand".into(), ask)]);
    let shown = ("ask".to_owned(), vec![1]);
    assert!(asks.len() > 30 && asks.iter().all(|ask| *ask == shown), "{asks:?}");
    assert!(progress.windows(2).all(|w| w[0] <= w[1]) && progress.last() == Some(&1.0));
    let mut play = Play::on(vec![a_box(1, MID)]);
    play.goes(&[(Right, &held(poses::RELAXED, MID, 0.0, 3.0))], |_, play| {
        assert_eq!(play.pointer().dwell, 0.0);
    });
    assert_eq!(play.done(), [""; 0]);
    let mut play = Play::on(vec![a_box(1, [0.9, 0.9])]);
    play.goes(&[(Right, &held(poses::POINTING, MID, 0.0, 5.0))], |_, play| {
        assert_eq!(play.out.view.holds, [], "it points at nothing");
    });
    assert_eq!(play.done(), [""; 0]);
    let never = CanvasSettings { dwell_ms: 0, ..CanvasSettings::default() };
    let mut play = Play::with(vec![a_box(1, MID)], &never);
    play.goes(&[(Right, &held(poses::POINTING, MID, 0.0, 2.0))], |_, _| {});
    assert_eq!(play.done(), [""; 0]);
}

#[test]
fn hands_that_are_not_armed_point_and_do_nothing() {
    let arming = CanvasSettings { arming: true, ..CanvasSettings::default() };
    let mut play = Play::with(vec![a_box(1, MID)], &arming);
    play.state.armed = false;
    let ways = [
        way(0.0, poses::POINTING, MID),
        way(1.5, poses::POINTING, MID),
        way(1.7, poses::PINCH, MID),
        way(3.0, poses::PINCH, [0.7, 0.5]),
    ];
    play.goes(&[(Right, &ways)], |_, play| {
        assert_eq!(play.pointer().doing, Doing::Idle);
    });
    assert_eq!(play.done(), [""; 0]);
    assert!(apart(play.pointer().at, [0.7, 0.5]) < 0.02, "but they point");
}

#[test]
fn armed_hands_are_disarmed_when_nobody_is_there_and_only_then() {
    let arming = CanvasSettings { arming: true, disarm_after_s: 5, ..CanvasSettings::default() };
    let mut play = Play::with(Vec::new(), &arming);
    play.goes(&[(Right, &held(poses::RELAXED, MID, 0.0, 6.0))], |_, _| {});
    assert!(play.state.armed);
    for i in 0..6 * FPS {
        play.sees(&Hands::new());
        assert_eq!(play.state.armed, i < 5 * FPS - 1, "{i}");
    }
    assert_eq!(play.done(), ["disarm"]);
    let mut play = Play::on(Vec::new());
    (0..60 * FPS).for_each(|_| play.sees(&Hands::new()));
    assert!(play.state.armed, "without arming they always are");
}

#[test]
fn a_pen_draws_where_the_hand_goes_and_opening_fingers_draw_nothing() {
    let mut play = Play::on(Vec::new()).drawing();
    let ways = [
        way(0.0, poses::PINCH_OPEN, [0.3, 0.4]),
        way(0.5, poses::PINCH_OPEN, [0.3, 0.4]),
        way(0.65, poses::PINCH, [0.3, 0.4]),
        way(1.1, poses::PINCH, [0.3, 0.4]),
        way(2.1, poses::PINCH, [0.7, 0.4]).evenly(),
        way(2.6, poses::PINCH, [0.7, 0.4]),
        way(2.8, poses::PINCH_OPEN, [0.66, 0.45]),
        way(3.6, poses::PINCH_OPEN, [0.66, 0.45]),
    ];
    let mut live = 0;
    play.goes(&[(Right, &ways)], |t, play| {
        if (1.2..2.6).contains(&t) {
            assert_eq!(play.pointer().doing, Doing::Draw);
            live = live.max(play.pointer().stroke.len());
        }
    });
    assert!(live > 10, "{live}");
    let [(who, Command::Create { form: Some(form), position, colour, .. })] = &play.diary[..]
    else {
        panic!("{:?}", play.diary);
    };
    let Form::Stroke { points, width } = form else { panic!("{form:?}") };
    assert_eq!((who.as_str(), *width, colour.as_deref()), ("right hand", 0.12, Some("#4be3b4")));
    let middle = position.unwrap();
    let seen = |p: &[f32; 3]| stage::to_canvas([p[0] + middle[0], p[1] + middle[1], 0.0]).unwrap();
    assert!(apart(seen(&points[0]), [0.3, 0.4]) < 0.012, "{:?}", seen(&points[0]));
    assert!(apart(seen(points.last().unwrap()), [0.7, 0.4]) < 0.012);
    assert!(points.len() < 20, "a straight line has {} points", points.len());
    for p in points {
        assert!((seen(p)[1] - 0.4).abs() < 0.012, "{:?}", seen(p));
    }
    assert!(play.pointer().stroke.is_empty(), "once it is an object it is drawn no more");
}

#[test]
fn a_fist_deletes_what_was_pointed_at() {
    let mut play = Play::on(vec![a_box(1, MID), a_box(2, [0.3, 0.3])]);
    play.state.selection = vec![2];
    let ways = [
        way(0.0, poses::POINTING, MID),
        way(0.6, poses::POINTING, MID),
        way(0.8, poses::FIST, [0.5, 0.56]),
        way(2.6, poses::FIST, [0.5, 0.56]),
    ];
    let mut rings = 0;
    play.goes(&[(Right, &ways)], |_, play| {
        rings += u32::from(play.out.view.holds.iter().any(|h| h.binding == "delete"));
    });
    assert_eq!(play.diary, [("right hand".into(), Command::Delete { ids: vec![1] })]);
    assert!(rings > 15, "the hold is shown: {rings}");
}

#[test]
fn another_persons_hand_has_a_name_of_its_own() {
    let mut play = Play::on(vec![a_box(1, [0.3, 0.5]), a_box(2, [0.7, 0.5])]);
    let pointing =
        |x: f32| Performance::pointing(&[(Right, &held(poses::POINTING, [x, 0.5], 0.0, 2.0))]);
    let (one, other) = (pointing(0.3), pointing(0.7));
    for ms in (0..1_990).step_by(33) {
        let t = std::time::Duration::from_millis(ms);
        let mut hands = one.at(t).as_seen();
        hands.extend(other.at(t).as_seen().into_iter().map(|h| Hand { track: 2, ..h }));
        play.sees(&hands);
    }
    let mut whose: Vec<_> = play.diary.iter().map(|(who, _)| who.as_str()).collect();
    whose.sort_unstable();
    whose.dedup();
    assert_eq!(whose, ["right hand", "right hand 2"]);
}

#[test]
fn a_hand_taken_for_the_other_one_at_first_sight_has_its_right_name_when_it_acts() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    let p = Performance::pointing(&[(Left, &held(poses::POINTING, MID, 0.0, 2.0))]);
    for i in 0..60_u64 {
        let mut hands = p.at(std::time::Duration::from_millis(33 * i)).as_seen();
        if i < 3 {
            hands[0].handedness = Right;
        }
        play.sees(&hands);
    }
    assert_eq!(play.diary[0].0, "left hand");
}

fn item_place(ring_at: [f32; 2], item: &str, mode: Mode) -> [f32; 2] {
    let i = ring_items(mode).iter().position(|x| *x == item).unwrap() as f32;
    let (s, c) = (std::f32::consts::TAU * i / 10.0).sin_cos();
    [ring_at[0] + RING_RADIUS * s, ring_at[1] - RING_RADIUS * c * 16.0 / 9.0]
}

#[test]
fn the_ring_opens_at_an_open_palm_and_an_item_that_is_dwelt_on_is_made_there() {
    let mut play = Play::on(Vec::new());
    let there = item_place(MID, "sphere", Mode::Shapes);
    let ways = [
        way(0.0, poses::OPEN_PALM, MID),
        way(1.2, poses::OPEN_PALM, MID),
        way(1.6, poses::OPEN_PALM, there),
        way(3.2, poses::OPEN_PALM, there),
    ];
    let (mut open, mut dwell) = (false, 0.0_f32);
    play.goes(&[(Right, &ways)], |_, play| {
        if let Some(ring) = &play.out.view.ring {
            open = true;
            dwell = dwell.max(ring.dwell);
            assert!(apart(ring.at, MID) < 0.01, "{:?}", ring.at);
        }
    });
    assert!(open && dwell > 0.5);
    let [(_, Command::Create { form, position, .. })] = &play.diary[..] else {
        panic!("{:?}", play.diary)
    };
    assert_eq!(form, &Some(Form::Sphere {}));
    assert!(apart(stage::to_canvas(position.unwrap()).unwrap(), MID) < 0.01);
    assert!(play.out.view.ring.is_none(), "it closes on a choice");
}

#[test]
fn the_ring_is_chosen_from_by_pinching_too_and_that_grabs_nothing() {
    let there = item_place(MID, "undo", Mode::Shapes);
    let mut play = Play::on(vec![a_box(1, there)]);
    let ways = [
        way(0.0, poses::OPEN_PALM, MID),
        way(1.2, poses::OPEN_PALM, MID),
        way(1.6, poses::PINCH_OPEN, there),
        way(1.7, poses::PINCH_OPEN, there),
        way(1.85, poses::PINCH, there),
        way(2.8, poses::PINCH, [0.8, 0.5]),
    ];
    play.goes(&[(Right, &ways)], |_, _| {});
    assert_eq!(play.done(), ["undo"]);
}

fn ring() -> Ring {
    Ring::new(Stamp::from_ms(1_000), MID, Mode::Shapes)
}

#[test]
fn every_item_is_where_it_is_shown_and_means_a_command() {
    let ring = ring();
    for mode in [Mode::Shapes, Mode::Draw] {
        for item in ring_items(mode) {
            assert!(ring_command(item, MID).is_some(), "{item}");
        }
    }
    for (i, item) in ring_items(Mode::Shapes).iter().enumerate() {
        assert_eq!(ring.item_at(item_place(MID, item, Mode::Shapes)), Some(i as u32), "{item}");
    }
    assert_eq!(ring.item_at(MID), None);
    assert_eq!(ring_command("fire", MID), None);
    let clear = ring_command("clear", MID);
    assert_eq!(clear, Some(Command::Clear {}));
}

#[test]
fn the_ring_closes_when_hands_go_far_away_and_when_nothing_happens() {
    let after = |at: [f32; 2]| {
        let mut ring = ring();
        (0..10_000_u64)
            .step_by(33)
            .find(|ms| {
                let hand = Chooser { at, pinched: false };
                ring.update(Stamp::from_ms(1_000 + ms), &[hand], 900) == Choice::Closed
            })
            .unwrap()
    };
    assert!((600..700).contains(&after([0.95, 0.5])), "{}", after([0.95, 0.5]));
    assert!((6_000..6_100).contains(&after(MID)), "{}", after(MID));
}

#[test]
fn the_ring_is_always_whole_on_the_canvas() {
    for at in [[0.0, 0.0], [1.0, 1.0], [-3.0, 0.5], [f32::NAN, 0.99]] {
        let ring = Ring::new(Stamp::default(), at, Mode::Draw).view();
        for item in ring_items(Mode::Draw) {
            let p = item_place(ring.at, item, Mode::Draw);
            assert!(p.iter().all(|v| (0.03..=0.97).contains(v)), "{at:?} {item} {p:?}");
        }
    }
}

#[test]
fn left_hands_do_all_this_too() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    play.goes(&[(Left, &held(poses::POINTING, MID, 0.0, 1.5))], |_, _| {});
    assert_eq!(play.diary[0].0, "left hand");
}
