//! The demo's promises: bones as in the reference, determinism, every gesture shown, hands in the
//! picture, and gestures that are what they are called.

use std::time::Duration;

use glam::Vec3;

use super::*;
use crate::base::Clock;
use crate::base::gesture::{Family, Gesture};
use crate::base::hand::{Handedness, Landmarks};
use crate::camera::{Frame, PixelFormat, Source};

const TICK: Duration = Duration::from_millis(40);

fn ticks(p: &Performance) -> impl Iterator<Item = Duration> {
    let length = p.length();
    (0_u32..).map(|i| TICK * i).take_while(move |t| *t < length)
}

/// Numbers from the reference implementation (`reference/synthetic_hand.py`, `landmarks_truth`).
#[test]
fn joints_are_the_references() {
    const AT: [usize; 8] = [0, 1, 4, 8, 12, 16, 20, 18];
    let cases: [(Pose, [[f32; 3]; 8]); 3] = [
        (
            poses::OPEN_PALM,
            [
                [-1.0, 5.0, 0.0],
                [29.0, 20.0, 9.0],
                [86.426, 83.494, 43.003],
                [40.755, 172.193, 13.252],
                [3.815, 186.237, 7.462],
                [-32.158, 174.285, 12.653],
                [-59.772, 139.325, 17.418],
                [-46.674, 104.673, 5.449],
            ],
        ),
        (
            poses::FIST,
            [
                [-1.0, 5.0, 0.0],
                [29.0, 20.0, 9.0],
                [8.546, 63.859, 72.052],
                [22.474, 59.901, 21.972],
                [2.751, 59.416, 17.908],
                [-14.989, 53.544, 14.894],
                [-31.963, 49.708, 14.918],
                [-30.185, 76.519, 34.549],
            ],
        ),
        (
            poses::OK,
            [
                [-1.0, 5.0, 0.0],
                [29.0, 20.0, 9.0],
                [27.082, 94.515, 59.495],
                [21.994, 88.737, 64.281],
                [3.648, 178.689, 32.821],
                [-32.974, 172.224, 19.875],
                [-61.539, 139.163, 14.971],
                [-47.441, 104.478, 4.302],
            ],
        ),
    ];
    for (pose, expected) in cases {
        let points = Skeleton::of(&pose).landmarks();
        for (i, want) in AT.into_iter().zip(expected) {
            let miss = points[i].distance(Vec3::from(want));
            assert!(miss < 0.01, "joint {i} is {} instead of {want:?}", points[i]);
        }
    }
}

/// The reference's camera: x and y in 0..1, then millimetres nearer than the wrist.
#[test]
fn projection_is_the_references() {
    let right = HandState {
        pose: poses::OK,
        place: Vec3::new(30.0, -20.0, -520.0),
        turn: [20.0, 10.0, -15.0],
        wrist: [0.0; 2],
    };
    // The reference does not mirror a left hand's turn, so it is asked for the mirrored one.
    let left = HandState { turn: [-20.0, 10.0, 15.0], ..right };
    let expected = [
        (
            Handedness::Right,
            right,
            [
                [0.59373, 0.68636, 0.0],
                [0.55165, 0.52071, 80.304],
                [0.5429, 0.54291, 81.226],
                [0.40945, 0.43553, 9.367],
            ],
        ),
        (
            Handedness::Left,
            left,
            [
                [0.59353, 0.68644, 0.0],
                [0.49344, 0.54423, 72.608],
                [0.5074, 0.55707, 76.573],
                [0.62426, 0.33957, 41.141],
            ],
        ),
    ];
    for (handedness, state, want) in expected {
        let truth = PosedHand { handedness, track: 1, state }.truth();
        for (i, [x, y, nearer]) in [0, 4, 8, 20].into_iter().zip(want) {
            let p = truth.landmarks[i];
            assert!((p[0] - x).abs() < 1e-4 && (p[1] - y).abs() < 1e-4, "joint {i}: {p:?}");
            let world = (truth.world_landmarks[0][2] - truth.world_landmarks[i][2]) * 1000.0;
            assert!((world - nearer).abs() < 0.02, "joint {i}: {world} mm");
        }
    }
}

#[test]
fn the_loop_shows_every_gesture_once() {
    let demo = Performance::demo();
    let mut shown: Vec<_> = demo.segments().iter().map(|s| s.gesture).collect();
    shown.sort_unstable();
    let mut all: Vec<_> = Gesture::ALL.iter().copied().filter(|g| *g != Gesture::None).collect();
    all.sort_unstable();
    assert_eq!(shown, all);
    for pair in demo.segments().windows(2) {
        assert!(pair[0].to < pair[1].from);
    }
    let segment = demo.segments()[3];
    let middle = (segment.from + segment.to) / 2;
    assert_eq!(demo.segment_at(middle), Some(&segment));
    assert_eq!(demo.segment_at(middle + demo.length()), Some(&segment));
    assert_eq!(demo.segment_at(Duration::ZERO), None);
}

#[test]
fn the_same_seed_gives_the_same_performance() {
    for (a, b) in [
        (Performance::demo(), Performance::demo()),
        (Performance::of(Gesture::Wave, 5), Performance::of(Gesture::Wave, 5)),
        (
            Performance::ordinary(5, Duration::from_secs(20)),
            Performance::ordinary(5, Duration::from_secs(20)),
        ),
    ] {
        assert_eq!(a.length(), b.length());
        assert!(ticks(&a).all(|t| a.at(t) == b.at(t)));
    }
    let (a, b) = (Performance::of(Gesture::Wave, 5), Performance::of(Gesture::Wave, 6));
    assert!(ticks(&a).any(|t| a.at(t) != b.at(t)));
}

#[test]
fn hands_are_whole_while_they_show_something_and_all_numbers_are_numbers() {
    let check = |p: &Performance| {
        for t in ticks(p) {
            let shown = p.segment_at(t);
            let truth = p.at(t).truth();
            for hand in &truth {
                let all = hand.landmarks.iter().chain(&hand.world_landmarks).flatten();
                assert!(all.clone().all(|v| v.is_finite()));
                assert!(shown.is_none() || hand.whole, "{shown:?} at {t:?}: {:?}", hand.landmarks);
            }
            let family = shown.map(|s| s.gesture.family());
            let wanted =
                usize::from(family.is_some()) + usize::from(family == Some(Family::TwoHands));
            assert!(wanted == 0 || truth.len() == wanted, "{shown:?} with {} hands", truth.len());
        }
    };
    check(&Performance::demo());
    for gesture in Gesture::ALL {
        for seed in 0..40 {
            check(&Performance::of(*gesture, seed));
        }
    }
}

/// A hand moves, it does not jump: not even where spans meet.
#[test]
fn nothing_jumps() {
    let check = |p: &Performance| {
        let fine = Duration::from_millis(5);
        let mut last = Scene::default();
        for i in 0..p.length().as_millis() / 5 {
            let scene = p.at(fine * u32::try_from(i).unwrap());
            for hand in &scene.hands {
                let Some(before) = last.hands.iter().find(|h| h.track == hand.track) else {
                    continue;
                };
                let step = hand.state.place.distance(before.state.place);
                assert!(step < 16.0, "{step} mm in 5 ms at {i}");
                let bend = hand.state.pose.fingers[1][0] - before.state.pose.fingers[1][0];
                assert!(bend.abs() < 12.0, "{bend} degrees in 5 ms at {i}");
            }
            last = scene;
        }
    };
    check(&Performance::demo());
    check(&Performance::ordinary(1, Duration::from_secs(60)));
    for gesture in Gesture::ALL {
        check(&Performance::of(*gesture, 3));
    }
}

fn middle(l: &Landmarks) -> [f32; 2] {
    let sum = |a: usize| (l[0][a] + l[5][a] + l[17][a]) / 3.0;
    [sum(0), sum(1) / ASPECT]
}

/// Where the showing hand is when a segment begins and when it ends.
fn ends(gesture: Gesture, seed: u64) -> ([f32; 2], [f32; 2]) {
    let p = Performance::of(gesture, seed);
    let s = p.segments()[0];
    let at = |t| middle(&p.at(t).truth()[0].landmarks);
    (at(s.from), at(s.to))
}

#[test]
fn swipes_go_where_the_person_sees_them_go() {
    for seed in 0..30 {
        // The picture is not mirrored: the person's left is its right.
        for (gesture, axis, sign) in [
            (Gesture::SwipeLeft, 0, 1.0),
            (Gesture::SwipeRight, 0, -1.0),
            (Gesture::SwipeUp, 1, -1.0),
            (Gesture::SwipeDown, 1, 1.0),
        ] {
            let (a, b) = ends(gesture, seed);
            let (along, across) = (sign * (b[axis] - a[axis]), b[1 - axis] - a[1 - axis]);
            assert!(along > 0.2 && across.abs() < 0.05, "{gesture} {seed}: {along} {across}");
        }
    }
}

/// The area that a point goes round, positive if clockwise as the person sees it in a mirror.
fn area_round(p: &Performance, of: impl Fn(&Scene) -> [f32; 2]) -> f32 {
    let s = p.segments()[0];
    let at: Vec<_> = (0..=40).map(|i| of(&p.at(s.from + (s.to - s.from) * i / 40))).collect();
    // Mirrored and with y down, a positive cross product is clockwise.
    at.windows(2).map(|w| -(w[0][0] * w[1][1] - w[1][0] * w[0][1])).sum()
}

#[test]
fn circles_and_rotations_turn_the_way_they_are_called() {
    for seed in 0..20 {
        for (gesture, sign) in
            [(Gesture::CircleClockwise, 1.0), (Gesture::CircleCounterclockwise, -1.0)]
        {
            let p = Performance::of(gesture, seed);
            let tip = |s: &Scene| {
                let tip = s.truth()[0].landmarks[8];
                [tip[0], tip[1] / ASPECT]
            };
            let area = sign * area_round(&p, tip);
            assert!(area > 0.02, "{gesture} {seed}: {area}");
        }
        for (gesture, sign) in
            [(Gesture::RotateClockwise, 1.0), (Gesture::RotateCounterclockwise, -1.0)]
        {
            let p = Performance::of(gesture, seed);
            let apart = |s: &Scene| {
                let truth = s.truth();
                let (a, b) = (middle(&truth[0].landmarks), middle(&truth[1].landmarks));
                [b[0] - a[0], b[1] - a[1]]
            };
            assert!(sign * area_round(&p, apart) > 0.03, "{gesture} {seed}");
        }
    }
}

#[test]
fn the_hands_of_the_person_are_told_apart() {
    // Palms to the camera: the thumb is on the image's right of a right hand.
    for (handedness, sign) in [(Handedness::Right, 1.0), (Handedness::Left, -1.0)] {
        let p = Choreography::plain().with(handedness).perform(Gesture::OpenPalm).finish();
        let truth = p.at(p.segments()[0].from).truth();
        assert_eq!(truth[0].handedness, handedness);
        let l = truth[0].landmarks;
        assert!(sign * (l[4][0] - l[20][0]) > 0.1);
        assert!(l[12][1] < l[0][1]);
    }
}

#[test]
fn ordinary_movement_goes_on_without_a_segment_and_keeps_its_pace() {
    for seed in 0..6 {
        let p = Performance::ordinary(seed, Duration::from_secs(60));
        assert!(p.length() >= Duration::from_secs(60) && p.segments().is_empty());
        let mut seen = 0;
        let mut frames = 0;
        for t in ticks(&p) {
            let (now, next) = (p.at(t), p.at(t + TICK));
            frames += 1;
            seen += usize::from(!now.as_seen().is_empty());
            for hand in now.truth().iter().filter(|h| h.visible) {
                let Some(later) = next.hands.iter().find(|h| h.track == hand.track) else {
                    continue;
                };
                let before = now.hands.iter().find(|h| h.track == hand.track).unwrap();
                let speed = later.state.place.distance(before.state.place) / TICK.as_secs_f32();
                assert!(speed < 900.0, "{speed} mm/s at {t:?} of {seed}");
            }
        }
        assert!(seen * 10 > frames * 6, "a hand is there most of the time: {seen} of {frames}");
    }
}

/// Every joint that is in the picture lies on something that was drawn there.
#[test]
fn the_picture_shows_the_hand_where_the_truth_says() {
    let mut renderer = Renderer::new(320);
    let (w, h) = (renderer.width() as usize, renderer.height() as usize);
    let (mut empty, mut picture) = (Vec::new(), Vec::new());
    renderer.render(&Scene::default(), &mut empty);
    assert_eq!(empty.len(), 3 * w * h);
    let demo = Performance::demo();
    let (mut joints, mut drawn) = (0, 0);
    for t in ticks(&demo).step_by(10) {
        let scene = demo.at(t);
        renderer.render(&scene, &mut picture);
        for hand in scene.truth() {
            for [x, y, _] in hand.landmarks {
                if (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y) {
                    let at = 3 * ((y * h as f32) as usize * w + (x * w as f32) as usize);
                    joints += 1;
                    drawn += usize::from(picture[at..at + 3] != empty[at..at + 3]);
                }
            }
        }
        let changed = picture.iter().zip(&empty).filter(|(a, b)| a != b).count();
        assert!(changed < 3 * w * h / 2, "only the hands are drawn");
        assert!(!scene.hands.is_empty() || changed == 0);
    }
    assert!(joints > 3000 && drawn == joints, "{drawn} of {joints} joints");
}

#[test]
fn the_same_scene_gives_the_same_picture_at_any_size() {
    let demo = Performance::demo();
    let scene = demo.at(demo.segments()[25].from);
    for width in [64, 320, 500] {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let mut renderer = Renderer::new(width);
        renderer.render(&scene, &mut a);
        renderer.render(&demo.at(Duration::from_secs(3)), &mut b);
        assert_ne!(a, b);
        renderer.render(&scene, &mut b);
        assert_eq!(a, b);
        assert_eq!(a.len() as u32, 3 * renderer.width() * renderer.height());
    }
}

#[test]
fn the_source_gives_frames_with_times_that_grow() {
    let clock = Clock::new();
    let mut source = DemoSource::new(clock);
    let mut frame = Frame::default();
    let mut last = None;
    for _ in 0..4 {
        source.next(&mut frame).unwrap();
        assert_eq!((frame.width, frame.height, frame.format), (480, 360, PixelFormat::Rgb));
        assert_eq!(frame.data.len(), 480 * 360 * 3);
        assert!(Some(frame.captured_at) > last && frame.captured_at <= clock.now());
        last = Some(frame.captured_at);
    }
    let showing = source.now_showing().unwrap().get();
    assert_eq!((showing.gesture, showing.round), (Gesture::None, 1));
    // Twenty-five a second: four frames take three beats at the least.
    assert!(last.unwrap().us >= 115_000);
}

fn within(a: [f32; 2], b: [f32; 2], most: f32) -> bool {
    (a[0] - b[0]).hypot(a[1] - b[1]) < most
}

#[test]
fn a_pointer_is_where_it_is_told_to_be() {
    let from = Waypoint::new(0.5, poses::POINTING, [0.2, 0.7], 700.0);
    for hand in [Handedness::Right, Handedness::Left] {
        let pinch = Waypoint::new(1.5, poses::PINCH, [0.6, 0.3], 520.0).turned([20.0, -10.0, 5.0]);
        let last = Waypoint::new(2.5, poses::PINCH, [0.8, 0.5], 520.0).evenly();
        let p = Performance::pointing(&[(hand, &[from, pinch, last])]);
        assert_eq!(
            (p.length(), p.pointer_at(hand, Duration::ZERO)),
            (Duration::from_secs_f32(2.5), None)
        );
        let at = |t: f32| p.pointer_at(hand, Duration::from_secs_f32(t)).unwrap();
        assert!(within(at(0.5), [0.2, 0.7], 1e-4) && within(at(1.5), [0.6, 0.3], 1e-4));
        // Straight although the pose changes on the way, and even where that is wanted.
        assert!(within(at(1.0), [0.4, 0.5], 1e-4), "{:?}", at(1.0));
        assert!(within(at(1.75), [0.65, 0.35], 1e-4), "{:?}", at(1.75));
        let (index, both) = (p.at(Duration::from_secs_f32(0.5)), p.at(Duration::from_secs(2)));
        let (index, both) = (index.truth()[0], both.truth()[0]);
        let tip = |l: &Landmarks, i: usize| [l[i][0], l[i][1]];
        assert!(within(index.pointer, tip(&index.landmarks, 8), 1e-5));
        let [a, b] = [tip(&both.landmarks, 4), tip(&both.landmarks, 8)];
        // The middle in space is seen a hair beside the middle in the picture.
        assert!(within(both.pointer, [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0], 2e-3));
    }
}

#[test]
fn a_surface_goes_through_its_corners_and_back() {
    let corners = [[0.2, 0.15], [0.85, 0.2], [0.8, 0.9], [0.1, 0.75]];
    let surface = Surface::from_corners(corners).unwrap();
    let canvas = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    for (at, corner) in canvas.into_iter().zip(corners) {
        assert!(within(surface.to_image(at), corner, 1e-5));
    }
    for at in [[0.3, 0.4], [0.5, 0.5], [1.2, -0.1]] {
        assert!(within(surface.to_canvas(surface.to_image(at)), at, 1e-5));
    }
    assert!(Surface::from_corners([[0.0, 0.0], [0.5, 0.5], [1.0, 1.0], [0.0, 1.0]]).is_none());
    assert_eq!(Surface::mirror().to_image([0.2, 0.3]), [0.8, 0.3]);
}

#[test]
fn what_is_on_a_surface_is_seen_where_the_surface_is_with_the_noise_that_was_asked_for() {
    let surface =
        Surface::from_corners([[0.25, 0.2], [0.8, 0.3], [0.75, 0.85], [0.2, 0.7]]).unwrap();
    let mut renderer = Renderer::new(640);
    // Black with a white lower right quarter.
    renderer.before(&surface, |[x, y]| [if x > 0.5 && y > 0.5 { 1.0 } else { 0.0 }; 3]);
    let (mut plain, mut noisy) = (Vec::new(), Vec::new());
    renderer.render(&Scene::default(), &mut plain);
    let pixel = |at: [f32; 2]| {
        let [x, y] = surface.to_image(at);
        plain[3 * ((y * 480.0) as usize * 640 + (x * 640.0) as usize)]
    };
    assert!(pixel([0.51, 0.52]) > 240 && pixel([0.97, 0.97]) > 240);
    assert!(pixel([0.49, 0.48]) < 5 && pixel([0.49, 0.52]) < 5 && pixel([0.03, 0.5]) < 5);
    renderer.with_noise(3.0, 1);
    renderer.render(&Scene::default(), &mut noisy);
    let off = plain.iter().zip(&noisy).filter(|(p, _)| (20..235).contains(*p));
    let squares: Vec<f32> = off.map(|(p, n)| (f32::from(*n) - f32::from(*p)).powi(2)).collect();
    let rms = (squares.iter().sum::<f32>() / squares.len() as f32).sqrt();
    assert!((rms - 3.0).abs() < 0.2, "{rms}");
}
