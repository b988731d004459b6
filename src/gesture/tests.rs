//! What the room promises as a whole: shapes do not depend on where, how far, how turned or which
//! hand; lives are whole; noise does not flicker; frame rates do not matter; garbage does no harm.

use std::collections::BTreeSet;

use glam::Vec3;
use proptest::prelude::*;

use super::*;
use crate::base::Stamp;
use crate::camera::demo::{ASPECT, HandState, PosedHand, poses};
use crate::config::GestureSettings;
use crate::vision::{Hand, Handedness, Hands, Landmarks};

/// Every shape that has no direction in the picture.
const UNDIRECTED: [Gesture; 6] = [
    Gesture::ClosedFist,
    Gesture::OpenPalm,
    Gesture::Victory,
    Gesture::ILoveYou,
    Gesture::Pinch,
    Gesture::Ok,
];

fn posed(
    pose: crate::camera::demo::Pose,
    place: Vec3,
    turn: [f32; 3],
    handedness: Handedness,
) -> Hand {
    let state = HandState { pose, place, turn, wrist: [0.0; 2] };
    let truth = PosedHand { handedness, track: 1, state }.truth();
    Hand {
        track: 1,
        handedness,
        score: 1.0,
        presence: 1.0,
        landmarks: truth.landmarks,
        world_landmarks: truth.world_landmarks,
    }
}

fn shown(gesture: Gesture, turn: [f32; 3]) -> Hand {
    let pose = poses::of(gesture).unwrap();
    posed(pose, Vec3::new(0.0, 0.0, -500.0), turn, Handedness::Right)
}

fn named(hand: &Hand) -> Gesture {
    name_of(hand, &GestureSettings::default(), ASPECT).0
}

/// A frame at `ms` with these hands, taken by `engine`.
fn step(engine: &mut Engine, ms: u64, hands: &[Hand]) -> Observation {
    let mut out = Observation::default();
    let hands: Hands = hands.iter().cloned().collect();
    engine.update(
        &hands,
        FrameInfo { at: Stamp::from_ms(1000 + ms), width: 640, height: 480 },
        &mut out,
    );
    out
}

fn starts(out: &Observation) -> impl Iterator<Item = &Event> {
    out.events.iter().filter(|e| e.phase == Phase::Started)
}

/// A number from -1 to 1 that looks like chance.
fn chance(i: u64) -> f32 {
    let mut x = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^= x >> 31;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((x >> 40) as f32 / (1 << 23) as f32) - 1.0
}

fn shaken(hand: &Hand, by: f32, seed: u64) -> Hand {
    let shake = |points: &Landmarks, by: f32, salt: u64| -> Landmarks {
        let mut n = seed.wrapping_mul(1000) + salt;
        points.map(|p| {
            p.map(|v| {
                n += 1;
                v + by * chance(n)
            })
        })
    };
    let mut hand = hand.clone();
    hand.landmarks = shake(&hand.landmarks, by * 0.2, 0);
    hand.world_landmarks = shake(&hand.world_landmarks, by * 0.09, 500);
    hand
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn shapes_do_not_depend_on_place_size_rotation_or_side(
        which in 0..UNDIRECTED.len(),
        roll in -180.0_f32..180.0, pitch in -20.0_f32..20.0, yaw in -30.0_f32..30.0,
        x in -120.0_f32..120.0, y in -80.0_f32..80.0, away in 450.0_f32..1800.0,
        left: bool,
    ) {
        let side = if left { Handedness::Left } else { Handedness::Right };
        let pose = poses::of(UNDIRECTED[which]).unwrap();
        let hand = posed(pose, Vec3::new(x, y, -away), [roll, pitch, yaw], side);
        prop_assert_eq!(named(&hand), UNDIRECTED[which]);
    }

    #[test]
    fn directions_are_the_pictures(turn in -180.0_f32..180.0, yaw in -20.0_f32..20.0) {
        let off = turn.abs();
        let point = named(&shown(Gesture::PointingUp, [turn, 0.0, yaw]));
        if off < 30.0 { prop_assert_eq!(point, Gesture::PointingUp) }
        if off > 60.0 { prop_assert_eq!(point, Gesture::Point) }
        // The pose lies on its side; the thumb is up at about 0 of turn.
        let thumb = named(&shown(Gesture::ThumbUp, [turn, 0.0, yaw]));
        if off < 15.0 { prop_assert_eq!(thumb, Gesture::ThumbUp) }
        if off > 165.0 { prop_assert_eq!(thumb, Gesture::ThumbDown) }
        prop_assert!(!matches!(thumb, Gesture::ClosedFist | Gesture::Pinch));
    }

    #[test]
    fn a_mirrored_hand_has_the_same_scores(which in 0..shape::SHAPES.len(), roll in -90.0_f32..90.0) {
        let hand = shown(shape::SHAPES[which], [roll, 5.0, 12.0]);
        let mut mirrored = hand.clone();
        mirrored.landmarks = hand.landmarks.map(|[x, y, z]| [1.0 - x, y, z]);
        mirrored.world_landmarks = hand.world_landmarks.map(|[x, y, z]| [-x, y, z]);
        let settings = GestureSettings::default();
        let (a, b) = (shape::classify(&hand, &settings, ASPECT), shape::classify(&mirrored, &settings, ASPECT));
        for shape in shape::SHAPES {
            prop_assert!((a.get(shape) - b.get(shape)).abs() < 1e-3, "{shape}: {a:?} {b:?}");
        }
    }

    #[test]
    fn the_pictures_format_does_not_matter(which in 0..UNDIRECTED.len(), roll in -180.0_f32..180.0) {
        let hand = shown(UNDIRECTED[which], [roll, 0.0, 0.0]);
        let mut wide = hand.clone();
        // The same picture with borders: half as much width for the same hand.
        wide.landmarks = hand.landmarks.map(|[x, y, z]| [0.25 + 0.5 * x, y, 0.5 * z]);
        let gesture = name_of(&wide, &GestureSettings::default(), 2.0 * ASPECT).0;
        prop_assert_eq!(gesture, UNDIRECTED[which]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Whatever comes, nothing fails, and lives are whole: started, then held, then ended.
    #[test]
    fn garbage_does_no_harm(
        frames in prop::collection::vec(
            (0_u64..400, prop::collection::vec((0_u32..5, any::<bool>(), 0_usize..24, any::<f32>(), any::<u16>()), 0..5)),
            1..60,
        ),
    ) {
        let mut engine = Engine::new(&GestureSettings::default());
        let (mut ms, mut live) = (0, BTreeSet::new());
        for (n, (dt, given)) in frames.into_iter().enumerate() {
            ms += dt;
            let hands: Vec<Hand> = given.into_iter().take(4).map(|(track, left, joint, bad, seed)| {
                let gesture = shape::SHAPES[usize::from(seed) % shape::SHAPES.len()];
                let mut hand = shaken(&shown(gesture, [chance(u64::from(seed)) * 180.0, 0.0, 0.0]), 0.1, n as u64);
                hand.track = track;
                hand.handedness = if left { Handedness::Left } else { Handedness::Right };
                let move_by = chance(u64::from(seed) + 7);
                hand.landmarks = hand.landmarks.map(|[x, y, z]| [x + move_by, y, z]);
                if joint < 21 {
                    hand.landmarks[joint][usize::from(seed) % 3] = bad;
                    hand.world_landmarks[20 - joint][usize::from(seed) % 3] = bad;
                }
                hand
            }).collect();
            let out = step(&mut engine, ms, &hands);
            prop_assert_eq!(out.hands.len(), hands.len());
            for (view, hand) in out.hands.iter().zip(&hands) {
                prop_assert_eq!(view.hand.track, hand.track);
                prop_assert!((0.0..=1.0).contains(&view.confidence), "{}", view.confidence);
                prop_assert!(view.pointer.iter().all(|v| v.is_finite()));
            }
            for e in &out.events {
                prop_assert!((0.0..=1.0).contains(&e.confidence) && (0.0..=1.0).contains(&e.progress), "{e:?}");
                prop_assert!(e.pointer.iter().all(|v| v.is_finite()));
                let key = (e.gesture, e.track, e.other_track);
                match e.phase {
                    // Two hands of one track number are garbage, and may have two of the same life.
                    Phase::Started => { live.insert(key); }
                    Phase::Held => prop_assert!(live.contains(&key), "{e:?} was not started"),
                    Phase::Ended => { live.remove(&key); }
                }
            }
            if n % 17 == 0 { live.clear(); engine = Engine::new(&GestureSettings::default()); }
        }
    }
}

#[test]
fn a_shape_starts_after_its_hold_time_and_ends_after_its_release_time() {
    for fps in [10, 15, 24, 30, 60, 120] {
        let mut engine = Engine::new(&GestureSettings::default());
        let (palm, relaxed) = (
            shown(Gesture::OpenPalm, [0.0; 3]),
            posed(poses::RELAXED, Vec3::new(0.0, 0.0, -500.0), [0.0; 3], Handedness::Right),
        );
        let (mut from, mut to) = (None, None);
        for i in 0..3 * fps {
            let ms = i * 1000 / fps;
            let on = (1000..2000).contains(&ms);
            let out = step(&mut engine, ms, &[if on { palm.clone() } else { relaxed.clone() }]);
            for e in out.events.iter().filter(|e| e.gesture == Gesture::OpenPalm) {
                match e.phase {
                    Phase::Started => from = Some(ms),
                    Phase::Ended => to = Some(ms),
                    Phase::Held => assert!(e.confidence > 0.3, "{e:?}"),
                }
            }
        }
        let (from, to, frame) = (from.unwrap() - 1000, to.unwrap() - 2000, 1000 / fps);
        // 120 and 150 milliseconds by default; smoothing and the frame grid add to it.
        assert!((115..=175 + frame).contains(&from), "{fps} a second: started after {from} ms");
        // It may have been gone since just after the last frame that showed it.
        assert!((145 - frame..=215 + frame).contains(&to), "{fps} a second: ended after {to} ms");
    }
}

#[test]
fn a_hand_between_two_shapes_does_not_flicker() {
    for (a, b) in [
        (poses::OPEN_PALM, poses::FIST),
        (poses::POINTING, poses::VICTORY),
        (poses::FIST, poses::THUMB_UP.turned([0.0; 3])),
        (poses::OPEN_PALM, poses::OK),
        (poses::PINCH_OPEN, poses::PINCH),
    ] {
        for tenth in 0..=10 {
            let pose = a.lerp(&b, tenth as f32 / 10.0);
            let hand = posed(pose, Vec3::new(0.0, 0.0, -500.0), [0.0; 3], Handedness::Right);
            let mut engine = Engine::new(&GestureSettings::default());
            let mut begun = Vec::new();
            for i in 0..300 {
                let out = step(&mut engine, i * 33, &[shaken(&hand, 0.03, i)]);
                let shapes = starts(&out).filter(|e| e.gesture.family() == Family::Shape);
                begun.extend(shapes.map(|e| (i, e.gesture)));
            }
            assert!(begun.len() <= 3, "in 10 s, {tenth} tenths from {a:?} to {b:?}: {begun:?}");
        }
    }
}

#[test]
fn a_hand_may_vanish_for_a_moment_and_come_back_under_another_number() {
    let mut engine = Engine::new(&GestureSettings::default());
    let palm = shown(Gesture::OpenPalm, [0.0; 3]);
    let (mut started, mut ended) = (Vec::new(), Vec::new());
    for i in 0..60 {
        let ms = i * 33;
        let mut hand = palm.clone();
        // Away for 200 ms, then found as number 9.
        hand.track = if ms < 1000 { 1 } else { 9 };
        let there = !(1000..1200).contains(&ms);
        let out = step(&mut engine, ms, if there { std::slice::from_ref(&hand) } else { &[] });
        started.extend(starts(&out).map(|e| (e.gesture, e.track)));
        ended.extend(out.events.iter().filter(|e| e.phase == Phase::Ended).map(|e| (ms, e.track)));
    }
    // It keeps the number under which it started, so that one can tell what ends.
    assert_eq!(started, [(Gesture::OpenPalm, 1)]);
    assert!(ended.is_empty(), "{ended:?}");
    // Gone for good: it ends, soon after the grace period.
    let after = (0..20).find(|i| {
        step(&mut engine, 1980 + i * 33, &[]).events.iter().any(|e| e.phase == Phase::Ended)
    });
    let after_ms = after.unwrap() * 33;
    assert!((250..400).contains(&after_ms), "{after_ms} ms");
}

#[test]
fn swapped_track_numbers_do_not_swap_the_gestures() {
    let mut engine = Engine::new(&GestureSettings::default());
    let at = |x: f32, gesture, side| {
        let pose = poses::of(gesture).unwrap();
        posed(pose, Vec3::new(x, 0.0, -600.0), [0.0; 3], side)
    };
    let mut left = at(120.0, Gesture::Victory, Handedness::Left);
    let mut right = at(-120.0, Gesture::OpenPalm, Handedness::Right);
    let mut begun = Vec::new();
    for i in 0..40 {
        (right.track, left.track) = if i < 20 { (1, 2) } else { (2, 1) };
        let mut hands = [right.clone(), left.clone()];
        hands.sort_by_key(|h| h.track);
        let out = step(&mut engine, i * 33, &hands);
        begun.extend(starts(&out).map(|e| e.gesture));
        assert!(out.events.iter().all(|e| e.phase != Phase::Ended), "{:?}", out.events);
    }
    begun.sort();
    assert_eq!(begun, [Gesture::OpenPalm, Gesture::Victory]);
}

#[test]
fn the_pointer_is_the_index_tip_and_in_a_pinch_between_the_tips() {
    let middle = |a: [f32; 3], b: [f32; 3]| [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
    let near = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) < 0.01;
    for (gesture, pinching) in
        [(Gesture::PointingUp, false), (Gesture::OpenPalm, false), (Gesture::Pinch, true)]
    {
        let hand = shown(gesture, [0.0; 3]);
        let mut engine = Engine::new(&GestureSettings::default());
        let out = step(&mut engine, 0, std::slice::from_ref(&hand));
        let (tip, thumb) = (hand.landmarks[8], hand.landmarks[4]);
        let wanted = if pinching { middle(tip, thumb) } else { [tip[0], tip[1]] };
        assert!(
            near(out.hands[0].pointer, wanted),
            "{gesture}: {:?} {wanted:?}",
            out.hands[0].pointer
        );
        let mut still = Observation::default();
        let hands: Hands = std::iter::once(hand).collect();
        let frame = FrameInfo { at: Stamp::default(), width: 640, height: 480 };
        Engine::still(&GestureSettings::default(), &hands, frame, &mut still);
        assert_eq!(still.hands[0].gesture, gesture);
        assert!(near(still.hands[0].pointer, wanted) && still.events.is_empty());
    }
}

#[test]
fn settings_take_effect_at_once() {
    let mut settings =
        GestureSettings { hold_ms: 0, shape_smooth_ms: 0, ..GestureSettings::default() };
    let mut engine = Engine::new(&settings);
    let palm = shown(Gesture::OpenPalm, [0.0; 3]);
    assert_eq!(starts(&step(&mut engine, 0, std::slice::from_ref(&palm))).count(), 1);
    settings.enter_confidence = 0.99;
    settings.thumb_out = 2.0;
    settings.hold_ms = 5000;
    engine.set(&settings);
    let out = step(&mut engine, 33, std::slice::from_ref(&palm));
    assert!(starts(&out).count() == 0);
    // Hysteresis keeps what goes on; what begins has to satisfy the new ones.
    let mut fresh = Engine::new(&settings);
    let none = (0..60)
        .all(|i| starts(&step(&mut fresh, i * 33, std::slice::from_ref(&palm))).count() == 0);
    assert!(none);
}
