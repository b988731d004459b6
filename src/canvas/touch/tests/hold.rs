//! Holding with one hand and with two.

use glam::Vec3;

use super::play::{FPS, Play, a_box, apart, resting, shaken, way};
use crate::base::hand::{Handedness, Hands};
use crate::camera::demo::{Performance, Waypoint, poses};
use crate::command::Command;
use Handedness::{Left, Right};

const MID: [f32; 2] = [0.5, 0.5];

/// Points at `from`, pinches, goes to `to`, opens; the times in seconds of each are below.
fn carried(from: [f32; 2], to: [f32; 2]) -> Vec<Waypoint> {
    vec![
        way(0.0, poses::PINCH_OPEN, from),
        way(0.5, poses::PINCH_OPEN, from),
        way(0.65, poses::PINCH, from),
        way(1.2, poses::PINCH, from),
        way(2.2, poses::PINCH, to),
        way(2.7, poses::PINCH, to),
        way(2.85, poses::PINCH_OPEN, to),
        way(3.8, poses::PINCH_OPEN, to),
    ]
}

#[test]
fn a_pinch_takes_what_it_points_at_carries_it_and_puts_it_down_without_a_jump() {
    let mut play = Play::on(vec![a_box(1, MID), a_box(2, [0.2, 0.2])]);
    let (mut last, mut furthest) = (MID, 0.0_f32);
    let mut before_opening = MID;
    play.goes(&[(Right, &carried([0.52, 0.49], [0.72, 0.39]))], |t, play| {
        let now = play.seen_at(1);
        furthest = furthest.max(apart(now, last));
        last = now;
        if t < 2.7 {
            before_opening = now;
        }
    });
    assert_eq!(play.done(), ["grab", "select", "release"]);
    assert_eq!(play.diary[0].0, "right hand");
    assert!(apart(play.seen_at(1), [0.7, 0.4]) < 0.012, "it went along: {:?}", play.seen_at(1));
    // 0.2 widths in a second, as an arm moves: at most 0.4 a second, and what the filter catches up.
    assert!(furthest < 0.4 / FPS as f32 * 1.6, "one frame moved it by {furthest}");
    assert!(apart(play.seen_at(1), before_opening) < 0.002, "opening moved it");
    assert_eq!(play.place_of(1).unwrap().position[2], 0.0, "the depth stays");
    assert!(play.held.is_empty());
}

/// The palm at rest and only the fingers closing and opening: the tips move, the pointer hardly.
#[test]
fn closing_and_opening_fingers_do_not_move_the_pointer() {
    let place = Vec3::new(10.0, -20.0, -550.0);
    let mut play = Play::on(vec![a_box(1, MID)]);
    let phases: [(u64, f32, f32); 5] =
        [(20, 0.0, 0.0), (5, 0.0, 1.0), (25, 1.0, 1.0), (5, 1.0, 0.0), (25, 0.0, 0.0)];
    let (mut ats, mut tips) = (Vec::new(), Vec::new());
    for (frames, from, to) in phases {
        for i in 0..frames {
            let u = from + (to - from) * (i as f32 / frames as f32);
            let hand = resting(Right, 1, poses::PINCH_OPEN.lerp(&poses::PINCH, u), place);
            tips.push([1.0 - hand.landmarks[8][0], hand.landmarks[8][1]]);
            play.sees(&Hands::from_iter([hand]));
            ats.push(play.pointer().at);
        }
    }
    let spread = |p: &[[f32; 2]]| p.iter().map(|at| apart(*at, p[0])).fold(0.0, f32::max);
    let (moved, tip) = (spread(&ats[10..]), spread(&tips[10..]));
    assert!(tip > 0.03, "the fingertip itself moves by {tip}");
    assert!(moved < 0.35 * tip, "the pointer moves by {moved}, the tip by {tip}");
    // What little it moves must not move what it holds once it holds it.
    let steps = ats[25..50].windows(2).map(|w| apart(w[0], w[1])).fold(0.0, f32::max);
    assert!(steps < 0.004, "while it pinches it moves by {steps} a frame");
}

#[test]
fn a_short_pinch_makes_no_step() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    let ways = [
        way(0.0, poses::PINCH_OPEN, MID),
        way(0.5, poses::PINCH_OPEN, MID),
        way(0.65, poses::PINCH, MID),
        way(1.2, poses::PINCH, MID),
        way(1.35, poses::PINCH_OPEN, MID),
        way(2.2, poses::PINCH_OPEN, MID),
    ];
    play.goes(&[(Right, &ways)], |_, _| {});
    assert_eq!(play.done(), ["grab", "select", "let_back"]);
    assert_eq!(play.place_of(1), Some(a_box(1, MID).transform()));
}

#[test]
fn nothing_within_reach_and_what_is_locked_are_not_taken() {
    let mut locked = a_box(1, MID);
    locked.locked = true;
    let mut play = Play::on(vec![locked, a_box(2, [0.9, 0.9])]);
    play.goes(&[(Right, &carried(MID, [0.7, 0.4]))], |_, _| {});
    assert_eq!(play.done(), [""; 0]);
    let said = play.answers.first().expect("a word");
    assert_eq!(
        (said.0.as_str(), said.1.clone().unwrap_err().as_str()),
        ("grab", "nothing is within reach")
    );
}

#[test]
fn what_somebody_else_holds_is_not_moved() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    play.stubborn = true;
    play.goes(&[(Right, &carried(MID, [0.7, 0.4]))], |_, play| {
        assert_eq!(play.seen_at(1), MID);
    });
    assert!(play.held.is_empty() && !play.done().contains(&"release"));
}

#[test]
fn a_group_goes_together_and_so_does_the_selection() {
    let mut boxes = vec![a_box(1, MID), a_box(2, [0.3, 0.3]), a_box(3, [0.8, 0.8])];
    (boxes[0].group, boxes[1].group) = (Some(5), Some(5));
    let mut play = Play::on(boxes.clone());
    play.goes(&[(Right, &carried(MID, [0.6, 0.5]))], |_, _| {});
    assert!(apart(play.seen_at(1), [0.6, 0.5]) < 0.012);
    assert!(apart(play.seen_at(2), [0.4, 0.3]) < 0.012, "{:?}", play.seen_at(2));
    assert_eq!(play.seen_at(3), [0.8, 0.8]);
    for b in &mut boxes {
        b.group = None;
    }
    let mut play = Play::on(boxes);
    play.state.selection = vec![1, 3];
    play.goes(&[(Right, &carried(MID, [0.6, 0.5]))], |_, _| {});
    assert!(apart(play.seen_at(3), [0.9, 0.8]) < 0.012);
    assert_eq!(play.seen_at(2), [0.3, 0.3]);
}

#[test]
fn depth_follows_the_hand_and_is_calm_at_rest() {
    let away = |mut w: Waypoint, mm: f32| {
        w.away_mm = mm;
        w
    };
    let ways = [
        way(0.0, poses::PINCH_OPEN, MID),
        way(0.5, poses::PINCH_OPEN, MID),
        way(0.65, poses::PINCH, MID),
        way(2.0, poses::PINCH, MID),
        away(way(3.0, poses::PINCH, MID), 400.0),
        away(way(4.5, poses::PINCH, MID), 400.0),
        away(way(4.65, poses::PINCH_OPEN, MID), 400.0),
        away(way(5.4, poses::PINCH_OPEN, MID), 400.0),
    ];
    let p = Performance::pointing(&[(Right, &ways)]);
    let mut play = Play::on(vec![a_box(1, MID)]);
    let mut deeps = Vec::new();
    for i in 0..(5.4 * FPS as f32) as u64 {
        let t = std::time::Duration::from_micros(i * 1_000_000 / FPS);
        // Half a pixel of 640 off, each joint by itself.
        play.sees(&shaken(&p.at(t).as_seen(), 0.5 / 640.0, i));
        deeps.push(play.place_of(1).unwrap().position[2]);
    }
    let at = |s: f32| &deeps[(s * FPS as f32) as usize..];
    assert_eq!(at(1.0)[..FPS as usize], vec![0.0; FPS as usize], "calm while it rests");
    // 6 units for twice the size, less the play of 0.08 doublings.
    let wanted = 6.0 * ((550.0_f32 / 400.0).log2() - 0.08);
    let come = at(4.3)[0];
    assert!((come - wanted).abs() < 0.35, "{come} instead of {wanted}");
    let late = &at(3.8)[..FPS as usize / 2];
    let spread =
        late.iter().fold(f32::MIN, |a, b| a.max(*b)) - late.iter().fold(f32::MAX, |a, b| a.min(*b));
    assert!(spread < 0.05, "it trembles by {spread}");
    let end = *deeps.last().unwrap();
    assert!((end - come).abs() < 0.05, "letting go moved it from {come} to {end}");
}

#[test]
fn what_is_held_stays_on_the_stage() {
    let mut wide = a_box(1, [0.85, 0.5]);
    wide.scale = [5.0; 3];
    let mut play = Play::on(vec![wide]);
    // Taken at its left side, its middle would leave the stage before the hand leaves the picture.
    play.goes(&[(Right, &carried([0.72, 0.5], [0.9, 0.5]))], |_, play| {
        assert!(play.seen_at(1)[0] <= 1.0 + 1e-5);
    });
    assert!(play.seen_at(1)[0] > 0.99);
}

#[test]
fn what_belongs_together_keeps_its_distances_at_the_edge() {
    let mut boxes = vec![a_box(1, [0.77, 0.5]), a_box(2, [0.97, 0.6])];
    boxes.iter_mut().for_each(|b| b.group = Some(1));
    let mut play = Play::on(boxes);
    play.goes(&[(Right, &carried([0.77, 0.5], [0.92, 0.5]))], |_, _| {});
    let (a, b) = (play.place_of(1).unwrap(), play.place_of(2).unwrap());
    let apart = Vec3::from(b.position) - Vec3::from(a.position);
    assert!((apart - Vec3::new(3.2, -0.9, 0.0)).length() < 1e-4, "{apart}");
    let middle = 0.5 * (a.position[0] + b.position[0]);
    assert!((middle - 8.0).abs() < 1e-3, "{middle}");
}

#[test]
fn a_lost_hand_lets_go_where_it_was() {
    let ways = [
        way(0.0, poses::PINCH_OPEN, MID),
        way(0.5, poses::PINCH_OPEN, MID),
        way(0.65, poses::PINCH, MID),
        way(1.2, poses::PINCH, MID),
        way(2.0, poses::PINCH, [0.7, 0.5]),
        way(2.2, poses::PINCH, [0.7, 0.5]),
    ];
    let mut play = Play::on(vec![a_box(1, MID)]);
    play.goes(&[(Right, &ways)], |_, _| {});
    assert!(!play.held.is_empty());
    let mut gone_after = None;
    for i in 0..30_u64 {
        play.sees(&Hands::new());
        assert!(apart(play.seen_at(1), [0.7, 0.5]) < 0.012);
        if play.held.is_empty() && gone_after.is_none() {
            gone_after = Some(i * 1_000 / FPS);
        }
    }
    let ms = gone_after.expect("let go");
    assert!((250..600).contains(&ms), "after {ms} ms");
    assert_eq!(play.done(), ["grab", "select", "release"]);
}

#[test]
fn a_hand_that_the_tracker_finds_again_by_another_number_still_holds() {
    let held = [
        way(0.0, poses::PINCH_OPEN, MID),
        way(0.5, poses::PINCH_OPEN, MID),
        way(0.65, poses::PINCH, MID),
        way(1.3, poses::PINCH, MID),
    ];
    let mut play = Play::on(vec![a_box(1, MID)]);
    play.goes(&[(Right, &held)], |_, _| {});
    play.sees(&Hands::new());
    play.sees(&Hands::new());
    let after = Performance::pointing(&[(
        Right,
        &[
            way(0.0, poses::PINCH, MID),
            way(0.8, poses::PINCH, [0.65, 0.5]),
            way(1.2, poses::PINCH, [0.65, 0.5]),
        ],
    )]);
    play.performs_as(&after, 77);
    assert!(!play.held.is_empty(), "{:?}", play.done());
    assert!(apart(play.seen_at(1), [0.65, 0.5]) < 0.02, "{:?}", play.seen_at(1));
    assert_eq!(play.pointer().track, 77);
}

#[test]
fn what_is_deleted_while_it_is_held_is_simply_gone() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    play.goes(&[(Right, &carried(MID, [0.7, 0.4]))], |t, play| {
        if (1.5..1.6).contains(&t) {
            play.held.clear();
            play.scene = std::sync::Arc::new(crate::canvas::Scene {
                objects: Vec::new(),
                ..crate::canvas::Scene::clone(&play.scene)
            });
        }
    });
    assert!(play.held.is_empty());
}

/// Both hands beside the box; the right takes it and the left joins.
fn two(to_left: [f32; 2], to_right: [f32; 2]) -> (Vec<Waypoint>, Vec<Waypoint>) {
    let (left, right) = ([0.4, 0.5], [0.6, 0.5]);
    let of = |begin: [f32; 2], end: [f32; 2], close_s: f32, open_s: f32| {
        vec![
            way(0.0, poses::PINCH_OPEN, begin),
            way(close_s, poses::PINCH_OPEN, begin),
            way(close_s + 0.15, poses::PINCH, begin),
            way(1.6, poses::PINCH, begin),
            way(2.8, poses::PINCH, end),
            way(open_s, poses::PINCH, end),
            way(open_s + 0.15, poses::PINCH_OPEN, end),
            way(5.0, poses::PINCH_OPEN, end),
        ]
    };
    (of(left, to_left, 0.9, 3.2), of(right, to_right, 0.5, 4.2))
}

#[test]
fn two_hands_scale_and_turn_and_nothing_jumps_when_one_joins_or_leaves() {
    let mut big = a_box(1, MID);
    big.scale = [4.0; 3];
    let mut play = Play::on(vec![big]);
    // Half as far again apart, and turned by a quarter counterclockwise as seen: left goes down.
    let tall = 0.15 * 16.0 / 9.0;
    let (left, right) = two([0.5, 0.5 + tall], [0.5, 0.5 - tall]);
    let mut last = play.place_of(1).unwrap();
    let mut worst = (0.0_f32, 0.0_f32);
    let mut stretched = false;
    play.goes(&[(Right, &right), (Left, &left)], |t, play| {
        let now = play.place_of(1).unwrap();
        stretched |=
            play.out.view.pointers.iter().all(|p| p.doing == crate::canvas::touch::Doing::Stretch);
        let moved = (Vec3::from(now.position) - Vec3::from(last.position)).length();
        let grown = (now.scale[0] / last.scale[0]).ln().abs();
        if !(1.6..2.95).contains(&t) {
            worst = (worst.0.max(moved), worst.1.max(grown));
        }
        last = now;
    });
    assert!(stretched);
    // While the hands rest, close, join, leave and open, it stays: a hundredth of a unit is a pixel.
    assert!(worst.0 < 0.04 && worst.1 < 0.02, "{worst:?}");
    let end = play.place_of(1).unwrap();
    assert!((end.scale[0] / 6.0 - 1.0).abs() < 0.1, "{:?}", end.scale);
    let turned = glam::Quat::from_array(end.rotation);
    let x = turned * Vec3::X;
    // A quarter turn: left went down, so that x points up.
    assert!(x.y.abs() > 0.98, "{x:?}");
    assert!(x.y > 0.0, "counterclockwise: {x:?}");
    assert_eq!(play.done().iter().filter(|c| **c == "release").count(), 1, "one step");
    assert!(
        play.answers.iter().any(|(_, a)| a == &Ok("scales and turns with the other hand".into()))
    );
}

#[test]
fn both_hands_closing_beside_something_take_what_is_between_them() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    let (left, right) = two([0.3, 0.5], [0.7, 0.5]);
    play.goes(&[(Right, &right), (Left, &left)], |_, _| {});
    let end = play.place_of(1).unwrap();
    assert!(end.scale[0] > 2.5, "{:?} {:?}", end.scale, play.done());
    assert!(apart(play.seen_at(1), MID) < 0.03);
}

#[test]
fn each_hand_may_hold_its_own() {
    let mut play = Play::on(vec![a_box(1, [0.4, 0.5]), a_box(2, [0.6, 0.5])]);
    let (left, right) = two([0.3, 0.5], [0.7, 0.5]);
    play.goes(&[(Right, &right), (Left, &left)], |_, _| {});
    assert!(apart(play.seen_at(1), [0.3, 0.5]) < 0.02 && apart(play.seen_at(2), [0.7, 0.5]) < 0.02);
    let whose: Vec<_> = play
        .diary
        .iter()
        .filter(|(_, c)| matches!(c, Command::Release {}))
        .map(|(who, _)| who.as_str())
        .collect();
    assert_eq!(whose, ["left hand", "right hand"]);
}
