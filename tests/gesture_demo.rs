//! Motions and two-hand gestures on the demo's known truth, with what a real tracker adds: jitter,
//! frames without a hand, new track numbers; and ordinary movement, in which nothing may start.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it measured")]

use std::collections::BTreeMap;
use std::time::Duration;

use dixi::base::Stamp;
use dixi::camera::demo::{ASPECT, Performance};
use dixi::config::GestureSettings;
use dixi::gesture::{Engine, Event, Family, FrameInfo, Gesture, Observation, Phase};
use dixi::vision::{Hands, Landmarks};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A tracker that is not perfect.
#[derive(Clone, Copy, Debug)]
struct Tracker {
    fps: f32,
    /// Standard deviation of each coordinate, in palms.
    jitter: f32,
    /// How often a hand is lost, a frame; it stays lost for one to three frames.
    loss: f32,
    /// How much faster than the demo people are.
    haste: f32,
}

const TRACKERS: [Tracker; 8] = [
    Tracker { fps: 30.0, jitter: 0.0, loss: 0.0, haste: 1.0 },
    Tracker { fps: 30.0, jitter: 0.02, loss: 0.02, haste: 1.0 },
    Tracker { fps: 20.0, jitter: 0.02, loss: 0.02, haste: 1.0 },
    Tracker { fps: 15.0, jitter: 0.02, loss: 0.02, haste: 1.0 },
    Tracker { fps: 60.0, jitter: 0.02, loss: 0.01, haste: 1.0 },
    Tracker { fps: 10.0, jitter: 0.02, loss: 0.0, haste: 1.0 },
    Tracker { fps: 30.0, jitter: 0.02, loss: 0.01, haste: 0.8 },
    Tracker { fps: 30.0, jitter: 0.02, loss: 0.01, haste: 1.3 },
];

fn noise(rng: &mut StdRng, sigma: f32) -> f32 {
    // The sum of twelve uniform numbers is near enough to a normal one.
    sigma * ((0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0)
}

fn jitter(points: &mut Landmarks, rng: &mut StdRng, sigma: f32, aspect: f32) {
    for [x, y, z] in points {
        *x += noise(rng, sigma) / aspect;
        *y += noise(rng, sigma);
        *z += noise(rng, sigma) / aspect;
    }
}

fn palm(points: &Landmarks, aspect: f32) -> f32 {
    let d: Vec<f32> =
        (0..3).map(|i| (points[9][i] - points[0][i]) * if i == 1 { 1.0 } else { aspect }).collect();
    d.iter().map(|v| v * v).sum::<f32>().sqrt()
}

/// What an engine says of a performance: its events with their times, seconds.
fn run(performance: &Performance, tracker: Tracker, seed: u64) -> Vec<(f32, Event)> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut engine = Engine::new(&GestureSettings::default());
    let (mut out, mut events) = (Observation::default(), Vec::new());
    let (mut lost, mut renamed) = ([0; 2], BTreeMap::<u32, u32>::new());
    let mut next = 1000;
    let frames = (performance.length().as_secs_f32() * tracker.fps / tracker.haste) as u32;
    for i in 0..frames {
        let t = Duration::from_secs_f32(i as f32 / tracker.fps);
        let mut hands = Hands::new();
        let shown = t.mul_f32(tracker.haste);
        for (slot, mut hand) in performance.at(shown).as_seen().into_iter().enumerate() {
            if lost[slot] == 0 && rng.random::<f32>() < tracker.loss {
                lost[slot] = rng.random_range(1..4);
                if rng.random::<f32>() < 0.3 {
                    next += 1;
                    renamed.insert(hand.track, next);
                }
            }
            if lost[slot] > 0 {
                lost[slot] -= 1;
                continue;
            }
            hand.track = renamed.get(&hand.track).copied().unwrap_or(hand.track);
            let in_picture = tracker.jitter * palm(&hand.landmarks, ASPECT);
            jitter(&mut hand.landmarks, &mut rng, in_picture, ASPECT);
            jitter(&mut hand.world_landmarks, &mut rng, tracker.jitter * 0.09, 1.0);
            hands.push(hand);
        }
        hands.sort_by_key(|h| h.track);
        let at = Stamp { us: t.as_micros() as u64 + 5_000_000 };
        engine.update(&hands, FrameInfo { at, width: 640, height: 480 }, &mut out);
        events.extend(out.events.iter().map(|e| (shown.as_secs_f32(), e.clone())));
    }
    events
}

fn started(events: &[(f32, Event)]) -> impl Iterator<Item = (f32, Gesture)> + '_ {
    events.iter().filter(|(_, e)| e.phase == Phase::Started).map(|(t, e)| (*t, e.gesture))
}

/// Shows every gesture with many seeds; returns how often each was recognised, of how many.
fn recognised(tracker: Tracker, seeds: u64) -> BTreeMap<Gesture, (u32, u32)> {
    let mut counts = BTreeMap::new();
    let mut confused = BTreeMap::<(Gesture, Gesture), u32>::new();
    for gesture in Gesture::ALL.iter().copied().filter(|g| *g != Gesture::None) {
        for seed in 0..seeds {
            let performance = Performance::of(gesture, seed);
            let events = run(&performance, tracker, seed);
            let segment = performance.segments()[0];
            let (from, to) = (
                segment.from.as_secs_f32() - 0.15,
                segment.to.as_secs_f32() + 0.6 * tracker.haste.max(1.0),
            );
            // A shape may have been complete a moment before the segment says so.
            let goes_on = |e: &Event| gesture.family() == Family::Shape && e.phase == Phase::Held;
            let hit = events.iter().any(|(t, e)| {
                let on = e.phase == Phase::Started || goes_on(e);
                on && e.gesture == gesture && (from..to).contains(t)
            });
            let entry: &mut (u32, u32) = counts.entry(gesture).or_default();
            (entry.0, entry.1) = (entry.0 + u32::from(hit), entry.1 + 1);
            for (_, other) in
                started(&events).filter(|(_, g)| *g != gesture && g.family() != Family::Shape)
            {
                *confused.entry((gesture, other)).or_default() += 1;
            }
        }
    }
    println!("{tracker:?}");
    for (gesture, (hit, all)) in &counts {
        let others: Vec<_> =
            confused.iter().filter(|((g, _), _)| g == gesture).map(|((_, o), n)| (o, n)).collect();
        println!("  {gesture:24} {hit} of {all}   {others:?}");
    }
    counts
}

#[test]
fn every_gesture_is_recognised() {
    let mut failed = Vec::new();
    for tracker in TRACKERS {
        for (gesture, (hit, all)) in recognised(tracker, 24) {
            if hit * 100 < all * 95 {
                failed.push(format!("{gesture}: {hit} of {all} with {tracker:?}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn ordinary_movement_starts_no_motion() {
    for tracker in TRACKERS {
        let mut starts = BTreeMap::<Gesture, u32>::new();
        let mut minutes = 0.0;
        for seed in 0..6 {
            let performance = Performance::ordinary(seed, Duration::from_secs(60));
            minutes += performance.length().as_secs_f32() / 60.0;
            for (_, gesture) in started(&run(&performance, tracker, seed)) {
                *starts.entry(gesture).or_default() += 1;
            }
        }
        println!("{minutes:.1} minutes of ordinary movement, {tracker:?}: {starts:?}");
        let false_starts: u32 =
            starts.iter().filter(|(g, _)| g.family() != Family::Shape).map(|(_, n)| n).sum();
        assert!(false_starts as f32 <= minutes, "{false_starts} in {minutes} minutes: {starts:?}");
    }
}
