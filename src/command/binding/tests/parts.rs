//! Gestures that are parts of others, or look like them.

use super::stand::*;

/// Fingers that close pass through a pinch, long enough to take hold.
#[test]
fn a_fist_that_closes_through_a_pinch_still_deletes() {
    let mut s = Stand::defaults();
    s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
    let over = event(Phase::Ended, G::Pinch, 1, Right, 33);
    let fist = event(Phase::Started, G::ClosedFist, 1, Right, 0);
    s.frame(&[over, fist], &[(1, G::ClosedFist)]);
    let begun = s.now_ms;
    while s.now_ms - begun < 1_500 {
        let held = s.now_ms - begun + 33;
        s.frame(&[event(Phase::Held, G::ClosedFist, 1, Right, held)], &[(1, G::ClosedFist)]);
    }
    assert_eq!(s.said(), ["begin grab 1", "end grab 1", "delete 1"]);
}

/// Its second pinch must not carry off what is being duplicated.
#[test]
fn a_double_pinch_lets_go_of_what_its_pinches_grabbed() {
    let mut s = Stand::defaults();
    s.busy = vec![1];
    s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
    s.said();
    s.busy.clear();
    s.frame(&[event(Phase::Ended, G::Pinch, 1, Right, 33)], &[(1, G::None)]);
    s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
    s.busy = vec![1];
    let twice = [
        event(Phase::Held, G::Pinch, 1, Right, 33),
        event(Phase::Started, G::DoublePinch, 1, Right, 0),
    ];
    s.frame(&twice, &[(1, G::Pinch)]);
    s.frame(&[event(Phase::Held, G::Pinch, 1, Right, 66)], &[(1, G::Pinch)]);
    assert_eq!(s.said(), ["begin grab 1", "end grab 1", "duplicate 1"]);
}

/// The recogniser takes the second touch for a pinch of its own a little after the double pinch.
#[test]
fn the_second_touch_of_a_double_pinch_grabs_nothing() {
    let mut s = Stand::defaults();
    s.frame(&[event(Phase::Started, G::DoublePinch, 1, Right, 0)], &[(1, G::None)]);
    s.frame(&[event(Phase::Held, G::DoublePinch, 1, Right, 33)], &[(1, G::None)]);
    assert_eq!(s.said(), ["duplicate 1"]);
    s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
    assert_eq!(s.said(), ["Busy -: it was the second touch of a `double_pinch`"]);
    s.frame(&[event(Phase::Ended, G::Pinch, 1, Right, 33)], &[(1, G::None)]);
    s.rest(600);
    s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
    assert_eq!(s.said(), ["begin grab 1"], "the next pinch takes the copy");
}

/// Depending on the camera's rate the closing of a hand was told before or after the fist.
#[test]
fn a_fist_whose_closing_is_told_as_a_grab_still_deletes() {
    let mut s = Stand::defaults();
    let both = [
        event(Phase::Started, G::ClosedFist, 1, Right, 0),
        event(Phase::Started, G::Grab, 1, Right, 0),
    ];
    s.frame(&both, &[(1, G::ClosedFist)]);
    let begun = s.now_ms;
    while s.now_ms - begun < 1_200 {
        let held = s.now_ms - begun + 33;
        s.frame(&[event(Phase::Held, G::ClosedFist, 1, Right, held)], &[(1, G::ClosedFist)]);
    }
    assert_eq!(s.said(), ["NotBound -: nothing is bound to it", "delete 1"]);
    // Where the closing itself is bound to something, that is meant.
    let mut s = Stand::with(&[
        Binding { hold_ms: 900, ..binding("delete", G::ClosedFist, "delete") },
        binding("undo", G::Grab, "undo"),
    ]);
    s.frame(&both, &[(1, G::ClosedFist)]);
    let said = s.said();
    assert!(said.iter().any(|line| line.starts_with("TooShort delete")), "{said:?}");
}

#[test]
fn an_ok_where_something_is_within_reach_is_a_pinch_and_elsewhere_makes_something() {
    let ok = |near: &[u32]| {
        let mut s = Stand::defaults();
        s.near = near.to_vec();
        s.frame(&[event(Phase::Started, G::Ok, 1, Right, 0)], &[(1, G::Ok)]);
        let begun = s.now_ms;
        while s.now_ms - begun < 800 {
            let held = s.now_ms - begun + 33;
            s.frame(&[event(Phase::Held, G::Ok, 1, Right, held)], &[(1, G::Ok)]);
        }
        s.frame(&[event(Phase::Ended, G::Ok, 1, Right, 833)], &[(1, G::None)]);
        s.rest(33);
        s.said()
    };
    assert_eq!(ok(&[]), ["create 1"]);
    assert_eq!(ok(&[2]), ["create 1"], "near another hand");
    assert_eq!(ok(&[1]), ["begin grab 1", "end grab 1"]);
}

#[test]
fn an_ok_that_people_have_bound_to_something_else_stays_what_it_is() {
    let mut s = Stand::with(&[binding("grab", G::Pinch, "grab"), binding("undo", G::Ok, "undo")]);
    s.near = vec![1];
    s.frame(&[event(Phase::Started, G::Ok, 1, Right, 0)], &[(1, G::Ok)]);
    assert_eq!(s.said(), ["undo 1"]);
}

#[test]
fn a_pinch_that_becomes_an_ok_and_a_pinch_again_is_one_grab() {
    for told_late in [false, true] {
        let mut s = Stand::defaults();
        s.frame(&[event(Phase::Started, G::Pinch, 1, Right, 0)], &[(1, G::Pinch)]);
        s.near = vec![1];
        let mut change = |from: G, to: G| {
            let over = event(Phase::Ended, from, 1, Right, 99);
            let begun = event(Phase::Started, to, 1, Right, 0);
            let both = if told_late { [begun, over] } else { [over, begun] };
            s.frame(&both, &[(1, to)]);
            s.frame(&[event(Phase::Held, to, 1, Right, 33)], &[(1, to)]);
        };
        change(G::Pinch, G::Ok);
        change(G::Ok, G::Pinch);
        assert_eq!(s.said(), ["begin grab 1"], "{told_late}");
        s.frame(&[event(Phase::Ended, G::Pinch, 1, Right, 99)], &[(1, G::None)]);
        s.rest(33);
        assert_eq!(s.said(), ["end grab 1"]);
    }
}
