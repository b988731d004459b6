//! Sequences of events to firings and verdicts.

use super::stand::*;

#[test]
fn a_held_fist_deletes_once_and_one_that_lets_go_early_does_not() {
    let mut s = Stand::defaults();
    assert_eq!(s.shape(G::ClosedFist, 1_500).said(), ["delete 1"]);
    s.rest(1_500);
    assert_eq!(
        s.shape(G::ClosedFist, 400).said(),
        ["TooShort delete: held still for 396 of 900 ms"]
    );
    assert!(s.out.holdings.is_empty());
}

#[test]
fn the_ring_fills_while_it_is_held() {
    let mut s = Stand::defaults();
    s.frame(&[event(Phase::Started, G::ClosedFist, 1, Right, 0)], &[(1, G::ClosedFist)]);
    let mut before = -1.0;
    for i in 1..=27 {
        assert_eq!(s.out.holdings.len(), 1, "{i}");
        assert!(s.out.holdings[0].progress > before && s.out.holdings[0].progress < 1.0);
        before = s.out.holdings[0].progress;
        s.frame(&[event(Phase::Held, G::ClosedFist, 1, Right, i * FRAME)], &[(1, G::ClosedFist)]);
    }
    assert!(before > 0.95, "{before}");
    s.frame(&[event(Phase::Held, G::ClosedFist, 1, Right, 950)], &[(1, G::ClosedFist)]);
    assert!(s.out.holdings.is_empty());
    assert_eq!(s.said(), ["delete 1"]);
}

/// The recogniser tells of a shape for a while after the hand has given it up.
#[test]
fn a_fist_that_opens_just_before_its_time_does_not_delete() {
    let mut s = Stand::defaults();
    s.frame(&[event(Phase::Started, G::ClosedFist, 1, Right, 0)], &[(1, G::ClosedFist)]);
    for i in 1..=26 {
        s.frame(&[event(Phase::Held, G::ClosedFist, 1, Right, i * FRAME)], &[(1, G::ClosedFist)]);
    }
    for i in 27..=30 {
        s.frame(&[event(Phase::Held, G::ClosedFist, 1, Right, i * FRAME)], &[(1, G::OpenPalm)]);
    }
    s.frame(&[event(Phase::Ended, G::ClosedFist, 1, Right, 31 * FRAME)], &[(1, G::OpenPalm)]);
    assert_eq!(s.said(), ["TooShort delete: held still for 858 of 900 ms"]);
}

#[test]
fn a_pinch_grabs_as_long_as_it_lasts() {
    let mut s = Stand::defaults();
    assert_eq!(s.shape(G::Pinch, 500).said(), ["begin grab 1", "end grab 1"]);
    s.mode = Mode::Draw;
    assert_eq!(s.shape(G::Pinch, 500).said(), ["begin draw 1", "end draw 1"]);
    // The mode changes while it lasts: it goes on to its end.
    s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
    s.mode = Mode::Shapes;
    s.frame(&[event(Phase::Held, G::Pinch, 1, Right, 33)], &[(1, G::Pinch)]);
    s.frame(&[event(Phase::Ended, G::Pinch, 1, Right, 66)], &[(1, G::None)]);
    assert_eq!(s.said(), ["begin draw 1", "end draw 1"]);
}

#[test]
fn each_hand_has_its_own() {
    let mut s = Stand::defaults();
    let on =
        [event(Phase::Started, G::Pinch, 1, Right, 0), event(Phase::Started, G::Pinch, 2, Left, 0)];
    s.frame(&on, &[(1, G::Pinch), (2, G::Pinch)]);
    let off =
        [event(Phase::Ended, G::Pinch, 2, Left, 33), event(Phase::Held, G::Pinch, 1, Right, 33)];
    s.frame(&off, &[(1, G::Pinch), (2, G::None)]);
    assert_eq!(s.said(), ["begin grab 1", "begin grab 2", "end grab 2"]);
    assert_eq!(s.triggers.lasting().collect::<Vec<_>>(), [1]);
}

#[test]
fn a_flicker_within_the_release_time_does_not_let_go() {
    let grab = Binding { release_ms: 200, ..binding("g", G::Pinch, "grab") };
    let mut s = Stand::with(&[grab]);
    s.shape(G::Pinch, 300).rest(100).shape(G::Pinch, 300);
    assert_eq!(s.said(), ["begin g 1"]);
    s.rest(300);
    assert_eq!(s.said(), ["end g 1"]);
}

#[test]
fn a_gesture_must_be_gone_before_it_counts_again() {
    let save = Binding { release_ms: 300, ..binding("s", G::Victory, "save") };
    let mut s = Stand::with(&[save]);
    s.shape(G::Victory, 200).rest(150).shape(G::Victory, 200).rest(400).shape(G::Victory, 200);
    assert_eq!(s.said(), ["s 1", "NotReleased s: it had been gone for 198 of 300 ms", "s 1"]);
}

#[test]
fn cooling_down_is_told_with_its_numbers() {
    let mut s = Stand::defaults();
    s.motion(G::SwipeLeft).rest(100).motion(G::SwipeLeft).rest(500).motion(G::SwipeLeft);
    let said = s.said();
    assert_eq!((said.len(), &*said[0], &*said[2]), (3, "next 1", "next 1"), "{said:?}");
    assert!(
        said[1].starts_with("CoolingDown next: 4")
            && said[1].ends_with("of 800 ms after the last time"),
        "{said:?}"
    );
    // The other hand is not cooling down.
    s.by(2, Left, G::SwipeLeft, 300);
    assert_eq!(s.said(), ["next 2"]);
}

#[test]
fn what_is_not_meant_is_told_once() {
    let left = Binding { hand: BoundHand::Left, ..binding("l", G::Victory, "save") };
    let off = Binding { enabled: false, ..binding("o", G::ThumbUp, "save") };
    let draw = Binding { mode: Some(Mode::Draw), ..binding("d", G::OpenPalm, "save") };
    let mut s = Stand::with(&[left, off, draw]);
    s.shape(G::Victory, 500).shape(G::ThumbUp, 500).shape(G::OpenPalm, 500).shape(G::Ok, 500);
    assert_eq!(
        s.said(),
        [
            "OtherHand l: the left hand is meant",
            "SwitchedOff o: the binding `o` is switched off",
            "OtherMode d: it counts in the mode `draw`",
            "NotBound -: nothing is bound to it",
        ]
    );
}

#[test]
fn disarmed_hands_only_arm() {
    let mut s = Stand::defaults();
    s.armed = false;
    s.shape(G::Pinch, 300).motion(G::SwipeLeft).shape(G::ClosedFist, 1_200).shape(G::ILoveYou, 900);
    assert_eq!(
        s.said(),
        [
            "NotArmed grab: hands are not armed",
            "NotArmed next: hands are not armed",
            "NotArmed delete: hands are not armed",
            "arm 1",
        ]
    );
}

#[test]
fn what_lasts_ends_when_hands_are_disarmed_or_run_dry() {
    for dry in [false, true] {
        let mut s = Stand::defaults();
        s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
        (s.armed, s.dry_run) = (dry, dry);
        s.frame(&[event(Phase::Held, G::Pinch, 1, Right, 33)], &[(1, G::Pinch)]);
        (s.armed, s.dry_run) = (true, false);
        s.frame(&[event(Phase::Held, G::Pinch, 1, Right, 66)], &[(1, G::Pinch)]);
        assert_eq!(s.said(), ["begin grab 1", "end grab 1"]);
    }
}

#[test]
fn a_dry_run_only_says_what_it_would_do() {
    let mut s = Stand::defaults();
    s.dry_run = true;
    s.shape(G::Pinch, 300).shape(G::ClosedFist, 1_200).motion(G::SwipeLeft).motion(G::SwipeLeft);
    let said = s.said();
    assert_eq!(said[0], "DryRun grab: `grab` would have been given, but this is a dry run");
    assert_eq!(
        said[1],
        "DryRun delete: `delete` would have been given after 924 of 900 ms, but this is a dry run"
    );
    assert!(
        said[2].starts_with("DryRun next") && said[3].starts_with("CoolingDown next"),
        "{said:?}"
    );
}

#[test]
fn a_busy_hand_does_nothing_else() {
    let mut s = Stand::defaults();
    s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
    s.frame(
        &[
            event(Phase::Held, G::Pinch, 1, Right, 33),
            event(Phase::Started, G::SwipeLeft, 1, Right, 0),
        ],
        &[(1, G::Pinch)],
    );
    assert_eq!(s.said(), ["begin grab 1", "Busy next: the hand was busy with something else"]);
    let mut s = Stand::defaults();
    s.busy = vec![1];
    s.motion(G::SwipeLeft);
    assert_eq!(s.said(), ["Busy next: the hand was busy with something else"]);
}

#[test]
fn lost_frames_neither_hold_on_for_ever_nor_fire_twice() {
    let mut s = Stand::defaults();
    // The end of a pinch was lost; the hand is there and does not pinch.
    s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
    s.frame(&[], &[(1, G::None)]);
    assert_eq!(s.said(), ["begin grab 1", "end grab 1"]);
    // It was not lost after all: the same pinch is told of again.
    s.frame(&[event(Phase::Held, G::Pinch, 1, Right, 66)], &[(1, G::Pinch)]);
    assert!(s.said()[0].starts_with("NotReleased grab"));
    // A hand that is away for a moment keeps what it holds, but not for long.
    s.rest(500);
    s.said();
    s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
    for _ in 0..25 {
        s.frame(&[], &[]);
    }
    assert_eq!(s.said(), ["begin grab 1"]);
    for _ in 0..10 {
        s.frame(&[], &[]);
    }
    assert_eq!(s.said(), ["end grab 1"]);
    // A beginning that was lost.
    s.frame(&[event(Phase::Held, G::ClosedFist, 1, Right, 700)], &[(1, G::ClosedFist)]);
    assert_eq!(s.out.holdings.len(), 1);
    s.now_ms += 200;
    s.frame(&[event(Phase::Held, G::ClosedFist, 1, Right, 933)], &[(1, G::ClosedFist)]);
    assert_eq!(s.said(), ["delete 1"]);
}

#[test]
fn stopping_ends_everything() {
    let mut s = Stand::defaults();
    let on = [
        event(Phase::Started, G::Pinch, 1, Right, 0),
        event(Phase::Started, G::ClosedFist, 2, Left, 0),
    ];
    s.frame(&on, &[(1, G::Pinch), (2, G::ClosedFist)]);
    s.triggers.stop(&mut s.out);
    s.note();
    assert_eq!(
        s.said(),
        ["begin grab 1", "end grab 1", "TooShort delete: held still for 0 of 900 ms"]
    );
}

/// Pointing is how people get anywhere: only resting on a thing asks about it, once, and from then on.
#[test]
fn a_hand_asks_about_what_it_rests_on_and_not_because_it_points() {
    let mut s = Stand::defaults();
    s.shape(G::Point, 4_000);
    let said = s.said();
    assert_eq!(said, ["TooShort ask: held still for 0 of 2500 ms"], "it rested on nothing");

    // From 1 s on the pointer rests on a thing.
    s.rest(400);
    let begun = s.now_ms;
    let on = |s: &mut Stand, phase, gesture, from: u64, until: u64| {
        while s.now_ms - begun < until {
            if s.now_ms - begun >= from {
                s.aims = vec![(1, Stamp::from_ms(begun + from))];
            }
            let held = s.now_ms - begun;
            s.frame(&[event(phase, gesture, 1, Right, held)], &[(1, gesture)]);
        }
    };
    s.frame(&[event(Phase::Started, G::Point, 1, Right, 0)], &[(1, G::Point)]);
    on(&mut s, Phase::Held, G::Point, 1_000, 3_400);
    assert_eq!(s.said(), Vec::<String>::new(), "2.4 s are too short");
    assert!(s.out.holdings.first().is_some_and(|h| h.progress > 0.9));
    on(&mut s, Phase::Held, G::Point, 1_000, 3_700);
    assert_eq!(s.said(), ["ask 1"]);
    // The finger goes up and down again while it stays on the same thing, for longer than the cool-down.
    for gesture in [G::PointingUp, G::Point, G::PointingUp] {
        let held = s.now_ms - begun;
        s.frame(&[event(Phase::Ended, G::Point, 1, Right, held)], &[(1, gesture)]);
        s.frame(&[event(Phase::Started, gesture, 1, Right, 0)], &[(1, gesture)]);
        let until = s.now_ms - begun + 6_000;
        on(&mut s, Phase::Held, gesture, 1_000, until);
        let held = s.now_ms - begun;
        s.frame(&[event(Phase::Ended, gesture, 1, Right, held)], &[(1, G::None)]);
    }
    assert!(!s.said().iter().any(|line| line == "ask 1"), "the same rest asks once");
}
