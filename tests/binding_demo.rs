//! The default bindings on the demo's known truth: every gesture that is shown does what it is
//! bound to, once, and what happens on the way to it does nothing else.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it measured")]

use std::collections::BTreeMap;
use std::time::Duration;

use dixi::base::Stamp;
use dixi::base::hand::Handedness;
use dixi::camera::demo::Performance;
use dixi::command::binding::{Moment, Reaction, Table, Triggers, When};
use dixi::command::{Mode, Why};
use dixi::config::GestureSettings;
use dixi::gesture::{Engine, FrameInfo, Gesture, Observation};
use dixi::vision::Hands;

/// What came of a performance: firings and verdicts with their times, seconds.
#[derive(Debug, Default)]
struct Told {
    fired: Vec<(f32, String, When, Handedness)>,
    judged: Vec<(f32, String, Why, String)>,
}

/// Shows `performance` to triggers, at `fps`, in `mode`; with a dry run, or not armed.
fn watch(performance: &Performance, fps: f32, mode: Mode, (armed, dry_run): (bool, bool)) -> Told {
    let (mut engine, mut triggers) = (Engine::new(&GestureSettings::default()), Triggers::new());
    let (mut seen, mut out, mut told) =
        (Observation::default(), Reaction::default(), Told::default());
    let table = Table::of_defaults();
    for i in 0..(performance.length().as_secs_f32() * fps) as u32 {
        let t = Duration::from_secs_f32(i as f32 / fps);
        let hands: Hands = performance.at(t).as_seen();
        let at = Stamp { us: t.as_micros() as u64 + 5_000_000 };
        engine.update(&hands, FrameInfo { at, width: 640, height: 480 }, &mut seen);
        (seen.captured_at, seen.width, seen.height) = (at, 640, 480);
        let moment =
            Moment { table: &table, mode, armed, dry_run, busy: &[], near: &[], aims: &[] };
        triggers.update(&seen, &moment, &mut out);
        let t = t.as_secs_f32();
        told.fired.extend(out.firings.iter().map(|f| (t, f.rule.id.to_string(), f.when, f.hand)));
        for j in &out.judged {
            let id = j.binding.as_ref().map_or_else(String::new, |(id, _)| id.to_string());
            told.judged.push((t, id, j.verdict, format!("{}: {}", j.gesture, j.said.text)));
        }
    }
    triggers.stop(&mut out);
    told.fired.extend(out.firings.iter().map(|f| (9e9, f.rule.id.to_string(), f.when, f.hand)));
    told
}

const LIVE: (bool, bool) = (true, false);

/// How often each binding fired; what lasts counts when it begins.
fn counts(told: &Told) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for (_, id, _, _) in told.fired.iter().filter(|f| f.2 != When::End) {
        *counts.entry(id.clone()).or_default() += 1;
    }
    counts
}

/// What each showing sets off, by binding; the other gestures set off nothing. Two pinching hands
/// both take hold. A double pinch is made of two pinches; where it does something itself, the second is
/// a part of it and takes nothing.
fn expected(gesture: Gesture, mode: Mode) -> &'static [(&'static str, u32)] {
    use Gesture as G;
    let shapes = mode == Mode::Shapes;
    match gesture {
        G::ClosedFist => &[("delete", 1)],
        G::OpenPalm => &[("menu", 1)],
        G::ThumbUp => &[("approve", 1)],
        G::ThumbDown => &[("reject", 1)],
        G::Victory => &[("picture", 1)],
        G::ILoveYou => &[("arm", 1)],
        G::SwipeLeft => &[("next", 1)],
        G::SwipeRight => &[("previous", 1)],
        G::SwipeUp => &[("undo", 1)],
        G::SwipeDown => &[("redo", 1)],
        G::Wave => &[("clear", 1)],
        G::Pinch if shapes => &[("grab", 1)],
        G::Pinch => &[("draw", 1)],
        G::Ok if shapes => &[("create", 1)],
        G::CircleClockwise if shapes => &[("turn-right", 1)],
        G::CircleCounterclockwise if shapes => &[("turn-left", 1)],
        G::DoublePinch if shapes => &[("grab", 1), ("duplicate", 1)],
        G::DoublePinch => &[("draw", 2)],
        G::ZoomIn | G::ZoomOut | G::RotateClockwise | G::RotateCounterclockwise if shapes => {
            &[("grab", 2)]
        }
        G::ZoomIn | G::ZoomOut | G::RotateClockwise | G::RotateCounterclockwise => &[("draw", 2)],
        G::Clap if shapes => &[("to-draw", 1)],
        G::Clap => &[("to-shapes", 1)],
        _ => &[],
    }
}

/// Before and after a grab and a release the demo's hand rests open or as a fist, about as long as the
/// menu and deleting want: they may come then, by right.
fn is_rest(demo: &Performance, (t, id, ..): &(f32, String, When, Handedness)) -> bool {
    let resting = |s: &dixi::camera::demo::Segment| {
        let window = s.from.as_secs_f32() - 1.2..s.to.as_secs_f32() + 1.2;
        matches!(s.gesture, Gesture::Grab | Gesture::Release) && window.contains(t)
    };
    matches!(id.as_str(), "menu" | "delete") && demo.segments().iter().any(resting)
}

#[test]
fn the_loop_fires_every_default_binding_once_a_showing_and_nothing_else() {
    let demo = Performance::demo();
    let mut wrong = Vec::new();
    for fps in [30.0, 60.0, 20.0, 15.0] {
        for mode in [Mode::Shapes, Mode::Draw] {
            let mut told = watch(&demo, fps, mode, LIVE);
            told.fired.retain(|f| !is_rest(&demo, f));
            let mut all = BTreeMap::new();
            for (id, n) in demo.segments().iter().flat_map(|s| expected(s.gesture, mode)) {
                *all.entry((*id).to_owned()).or_default() += n;
            }
            if counts(&told) != all {
                wrong.push(format!("{mode:?} at {fps}: {:?} instead of {all:?}", counts(&told)));
                wrong.extend(told.fired.iter().map(|f| format!("    {f:?}")));
            }
            for s in demo.segments() {
                let window = s.from.as_secs_f32() - 0.5..s.to.as_secs_f32() + 0.7;
                for (id, n) in expected(s.gesture, mode) {
                    let hits = told
                        .fired
                        .iter()
                        .filter(|f| f.1 == *id && f.2 != When::End && window.contains(&f.0));
                    if hits.count() != *n as usize {
                        wrong.push(format!("{mode:?} at {fps}: {} did not {id}", s.gesture));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_begins_also_ends_and_a_gesture_that_does_nothing_says_why() {
    let told = watch(&Performance::demo(), 30.0, Mode::Shapes, LIVE);
    let of = |when: When| told.fired.iter().filter(|f| f.2 == when).count();
    assert_eq!(of(When::Begin), of(When::End));
    println!("{:#?}", told.judged);
    for (gesture, why) in [
        ("point: ", Why::TooShort),
        ("release: ", Why::NotBound),
        ("zoom_in: ", Why::NotBound),
        ("grab: ", Why::NotBound),
        ("open_palm: ", Why::TooShort),
    ] {
        let said = told.judged.iter().any(|j| j.2 == why && j.3.starts_with(gesture));
        assert!(said, "{gesture}{why:?} is missing in {:#?}", told.judged);
    }
}

#[test]
fn a_dry_run_tells_the_same_and_does_nothing_and_disarmed_hands_only_arm() {
    let demo = Performance::demo();
    let live = watch(&demo, 30.0, Mode::Shapes, LIVE);
    let dry = watch(&demo, 30.0, Mode::Shapes, (true, true));
    assert!(dry.fired.is_empty(), "{:?}", dry.fired);
    let mut would = BTreeMap::new();
    for (_, id, ..) in dry.judged.iter().filter(|j| j.2 == Why::DryRun) {
        *would.entry(id.clone()).or_default() += 1;
    }
    assert_eq!(would, counts(&live));
    let disarmed = watch(&demo, 30.0, Mode::Shapes, (false, false));
    assert_eq!(counts(&disarmed), BTreeMap::from([("arm".to_owned(), 1)]));
    assert!(disarmed.judged.iter().any(|j| j.2 == Why::NotArmed && j.1 == "delete"));
}

/// What people do before a camera without meaning anything by it.
#[test]
fn ordinary_movement_does_next_to_nothing() {
    let (mut minutes, mut all) = (0.0, BTreeMap::<String, u32>::new());
    for seed in 0..6 {
        let performance = Performance::ordinary(seed, Duration::from_secs(60));
        minutes += performance.length().as_secs_f32() / 60.0;
        for (id, n) in counts(&watch(&performance, 30.0, Mode::Shapes, LIVE)) {
            *all.entry(id).or_default() += n;
        }
    }
    println!("{minutes:.1} minutes of ordinary movement: {all:?}");
    // Taking hold of things is what a closed hand does; nothing comes of it unless it moves them.
    let harm: u32 = all.iter().filter(|(id, _)| *id != "grab").map(|(_, n)| n).sum();
    assert!(harm as f32 <= minutes, "{harm} in {minutes} minutes: {all:?}");
}
