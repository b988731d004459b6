//! What a gesture is meant for: the thing under the hand, and nothing by accident.

use super::play::{Play, a_box, way};
use crate::base::hand::{Hand, Handedness};
use crate::base::object::ObjectId;
use crate::camera::demo::{Performance, Pose, Waypoint, poses};
use crate::command::Command;
use Handedness::{Left, Right};

const MID: [f32; 2] = [0.5, 0.5];
const AWAY: [f32; 2] = [0.2, 0.25];

/// A hand that comes pointing and then makes `pose` for so long, all at one place.
fn made_at(at: [f32; 2], pose: Pose, seconds: f32) -> Vec<Waypoint> {
    vec![
        way(0.0, poses::POINTING, at),
        way(2.0, poses::POINTING, at),
        way(2.2, pose, at),
        way(2.2 + seconds, pose, at),
    ]
}

/// Each pinch of a double pinch used to take hold of the original, the second one after it was copied.
#[test]
fn after_a_double_pinch_the_copy_stays_selected() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    let mut ways = vec![way(0.0, poses::PINCH_OPEN, MID), way(0.8, poses::PINCH_OPEN, MID)];
    for (i, pose) in
        [poses::PINCH, poses::PINCH_OPEN, poses::PINCH, poses::PINCH_OPEN].into_iter().enumerate()
    {
        ways.push(way(1.0 + 0.24 * i as f32, pose, MID));
        ways.push(way(1.06 + 0.24 * i as f32, pose, MID));
    }
    ways.push(way(3.0, poses::PINCH_OPEN, MID));
    play.goes(&[(Right, &ways)], |_, _| {});
    let done = play.done();
    assert_eq!(done.iter().filter(|c| **c == "duplicate").count(), 1, "{done:?}");
    let after = done.iter().skip_while(|c| **c != "duplicate").skip(1).collect::<Vec<_>>();
    assert!(!after.iter().any(|c| matches!(**c, "grab" | "select")), "{done:?}");
    assert!(play.held.is_empty());
}

#[test]
fn a_fist_over_nothing_deletes_nothing_though_something_is_selected() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    play.state.selection = vec![1];
    let mut named: Vec<Vec<ObjectId>> = Vec::new();
    play.goes(&[(Right, &made_at(AWAY, poses::FIST, 2.0))], |_, play| {
        named.extend(play.out.view.holds.iter().map(|h| h.ids.clone()));
    });
    assert_eq!(play.done(), [""; 0]);
    let said = play.answers.iter().find(|(id, _)| id == "delete").expect("a word");
    assert_eq!(said.1, Err("the hand is over nothing".into()));
    assert!(!named.is_empty() && named.iter().all(Vec::is_empty), "{named:?}");
}

#[test]
fn the_ring_of_a_fist_names_all_that_it_will_delete() {
    let boxes = || vec![a_box(1, MID), a_box(2, [0.8, 0.8]), a_box(3, AWAY)];
    let mut grouped = boxes();
    (grouped[0].group, grouped[2].group) = (Some(1), Some(1));
    for (objects, selected, meant) in [
        (boxes(), vec![], vec![1]),
        (boxes(), vec![2], vec![1]),
        (boxes(), vec![1, 2], vec![1, 2]),
        (grouped, vec![2], vec![1, 3]),
    ] {
        let mut play = Play::on(objects);
        // Pointing longer would select.
        let mut ways = made_at(MID, poses::FIST, 0.9);
        ways.iter_mut().skip(1).for_each(|w| w.at_s -= 1.5);
        play.state.selection.clone_from(&selected);
        let mut named = Vec::new();
        play.goes(&[(Right, &ways)], |_, play| {
            let fists = play.out.view.holds.iter().filter(|h| h.command == "delete");
            named.extend(fists.map(|h| h.ids.clone()));
        });
        assert!(named.len() > 8 && named.iter().all(|ids| *ids == meant), "{selected:?} {named:?}");
    }
}

#[test]
fn an_ok_over_something_takes_it_instead_of_making_something_new() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    play.goes(&[(Right, &made_at(MID, poses::OK, 2.0))], |_, _| {});
    let done = play.done();
    assert!(done.contains(&"grab") && !done.contains(&"create"), "{done:?}");
    // Beside it, it makes something.
    let mut play = Play::on(vec![a_box(1, MID)]);
    play.goes(&[(Right, &made_at(AWAY, poses::OK, 2.0))], |_, _| {});
    assert_eq!(play.done(), ["create"]);
    // What is locked cannot be taken.
    let mut locked = a_box(1, MID);
    locked.locked = true;
    let mut play = Play::on(vec![locked]);
    play.goes(&[(Right, &made_at(MID, poses::OK, 2.0))], |_, _| {});
    assert!(!play.done().contains(&"grab"), "{:?}", play.done());
}

#[test]
fn fingers_that_stretch_while_they_hold_do_not_let_go() {
    let mut play = Play::on(vec![a_box(1, MID)]);
    let ways = [
        way(0.0, poses::PINCH_OPEN, MID),
        way(0.5, poses::PINCH_OPEN, MID),
        way(0.65, poses::PINCH, MID),
        way(1.5, poses::PINCH, MID),
        way(1.9, poses::OK, MID),
        way(3.2, poses::OK, MID),
        way(3.6, poses::PINCH, MID),
        way(4.4, poses::PINCH, MID),
    ];
    play.goes(&[(Right, &ways)], |t, play| {
        if t > 1.2 {
            assert_eq!(play.held.len(), 1, "let go at {t}: {:?}", play.done());
        }
    });
    assert_eq!(play.done(), ["grab", "select"]);
}

/// The first of two right hands was `right hand 2` when the second one did something before it.
#[test]
fn the_first_right_hand_keeps_its_name_when_another_one_comes() {
    let mut play = Play::on(vec![a_box(1, [0.3, 0.5]), a_box(2, [0.7, 0.5])]);
    let first = [
        way(0.0, poses::RELAXED, [0.3, 0.5]),
        way(3.0, poses::RELAXED, [0.3, 0.5]),
        way(3.2, poses::POINTING, [0.3, 0.5]),
        way(6.0, poses::POINTING, [0.3, 0.5]),
    ];
    let second = [
        way(0.0, poses::RELAXED, [0.7, 0.5]),
        way(0.6, poses::POINTING, [0.7, 0.5]),
        way(6.0, poses::POINTING, [0.7, 0.5]),
    ];
    let one = Performance::pointing(&[(Right, &first)]);
    let other = Performance::pointing(&[(Right, &second)]);
    for ms in (0..5_990).step_by(33) {
        let t = std::time::Duration::from_millis(ms);
        let mut hands = one.at(t).as_seen();
        if ms > 500 {
            let late = other.at(t).as_seen().into_iter();
            hands.extend(late.map(|h| Hand { track: 2, ..h }));
        }
        play.sees(&hands);
    }
    let select = |id| Command::Select { ids: vec![id], add: false };
    let wanted = [("right hand 2".into(), select(2)), ("right hand".into(), select(1))];
    play.diary.retain(|(_, command)| command.name() == "select");
    assert_eq!(play.diary, wanted);
}

/// A second hand that is taken for the first one's kind at first sight must not take its name.
#[test]
fn a_left_hand_taken_for_a_right_one_at_first_sight_leaves_the_right_one_its_name() {
    let mut play = Play::on(vec![a_box(1, [0.3, 0.5]), a_box(2, [0.7, 0.5])]);
    let hand = |hand, x: f32| {
        let ways = [way(0.0, poses::POINTING, [x, 0.5]), way(3.0, poses::POINTING, [x, 0.5])];
        Performance::pointing(&[(hand, &ways[..])])
    };
    let (right, left) = (hand(Right, 0.7), hand(Left, 0.3));
    for ms in (0..2_990).step_by(33) {
        let t = std::time::Duration::from_millis(ms);
        let mut hands = right.at(t).as_seen();
        let seen_as = if ms < 300 { Right } else { Left };
        let second = left.at(t).as_seen().into_iter();
        hands.extend(second.map(|h| Hand { track: 2, handedness: seen_as, ..h }));
        play.sees(&hands);
    }
    let mut whose: Vec<_> = play.diary.iter().map(|(who, _)| who.as_str()).collect();
    whose.sort_unstable();
    whose.dedup();
    assert_eq!(whose, ["left hand", "right hand"]);
}
