//! Shapes against what people say they see: MediaPipe's landmarks of real hands, labelled by eye.
//! Needs the shared data (`DIXI_SHARED`, or `../shared`); says so and passes where it is absent.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it measured")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use dixi::base::Stamp;
use dixi::config::GestureSettings;
use dixi::gesture::{Engine, Family, FrameInfo, Gesture, Observation, Phase, name_of};
use dixi::vision::{Hand, Handedness, Hands, Landmarks};
use serde_json::Value;

fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DIXI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {} is not there; set DIXI_SHARED to the shared data", path.display());
    None
}

fn landmarks(v: &Value) -> Landmarks {
    std::array::from_fn(|i| std::array::from_fn(|k| v[i][k].as_f64().unwrap() as f32))
}

fn hand(v: &Value) -> Hand {
    Hand {
        track: 1,
        // The reference assumes a mirrored picture; these are not.
        handedness: if v["handedness"] == "Left" { Handedness::Right } else { Handedness::Left },
        score: v["score"].as_f64().unwrap() as f32,
        presence: 1.0,
        landmarks: landmarks(&v["landmarks"]),
        // The clips have none: the engine makes do with the picture's.
        world_landmarks: v.get("world_landmarks").map_or([[0.0; 3]; 21], landmarks),
    }
}

/// The named shapes of a picture's hands, from left to right.
fn named(picture: &Value) -> Vec<(Gesture, f32)> {
    let aspect =
        picture["width"].as_f64().unwrap() as f32 / picture["height"].as_f64().unwrap() as f32;
    let mut hands: Vec<Hand> =
        picture["mediapipe_hands"].as_array().unwrap().iter().map(hand).collect();
    hands.sort_by(|a, b| a.landmarks[9][0].total_cmp(&b.landmarks[9][0]));
    hands.iter().map(|h| name_of(h, &GestureSettings::default(), aspect)).collect()
}

#[test]
fn shapes_are_named_as_people_name_them() {
    let Some(path) = shared("data/hands/manifest.json") else { return };
    let manifest: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (mut right, mut found, mut falsely, mut others) = (0, 0, 0, 0);
    for picture in manifest["images"].as_array().unwrap() {
        let (file, label) =
            (picture["file"].as_str().unwrap(), picture["gesture"].as_str().unwrap());
        let names = named(picture);
        println!("{file} {label:12} {names:.2?}");
        if matches!(label, "other" | "none") {
            // Where a hand of several makes a shape on purpose, naming it is right.
            let labels: Vec<_> = picture["hand_gestures"].as_array().unwrap().iter().collect();
            let shape = |l: &Value| l.as_str().unwrap().parse::<Gesture>().is_ok();
            others += 1;
            falsely += usize::from(match labels.len() == names.len() {
                true => {
                    names.iter().zip(&labels).any(|((n, _), l)| *n != Gesture::None && !shape(l))
                }
                false => names.iter().any(|(n, _)| *n != Gesture::None),
            });
        } else if !names.is_empty() {
            found += 1;
            let wanted: Gesture = label.parse().unwrap();
            right += usize::from(names.iter().any(|(n, _)| *n == wanted));
        }
    }
    println!("{right} of {found} shapes right; {falsely} of {others} others named");
    assert!(right * 100 >= found * 95, "{right} of {found}");
    assert!(falsely * 10 <= others, "{falsely} of {others}");
}

/// Recorded by many, from a webcam, in the plane only, with many half-made hands among them.
#[test]
fn shapes_hold_on_noisy_plane_landmarks() {
    for (file, floors) in [
        ("data/landmarks/kazuhito00_keypoint.csv", [0.88, 0.75, 0.70, 0.0]),
        ("data/landmarks/kinivi_keypoint.csv", [0.88, 0.75, 0.70, 0.90]),
    ] {
        let Some(path) = shared(file) else { return };
        let mut counts: BTreeMap<(usize, Gesture), usize> = BTreeMap::new();
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let mut numbers = line.split(',').map(|n| n.trim().parse::<f32>().unwrap());
            let class = numbers.next().unwrap() as usize;
            let flat: Vec<f32> = numbers.collect();
            let landmarks = std::array::from_fn(|i| [flat[2 * i], flat[2 * i + 1], 0.0]);
            let hand = Hand {
                track: 1,
                handedness: Handedness::Right,
                score: 1.0,
                presence: 1.0,
                landmarks,
                world_landmarks: [[0.0; 3]; 21],
            };
            *counts
                .entry((class, name_of(&hand, &GestureSettings::default(), 1.0).0))
                .or_default() += 1;
        }
        let wanted: [&[Gesture]; 4] = [
            &[Gesture::OpenPalm],
            &[Gesture::ClosedFist],
            &[Gesture::PointingUp, Gesture::Point],
            &[Gesture::Ok],
        ];
        for (class, (wanted, floor)) in wanted.iter().zip(floors).enumerate() {
            let of_class = counts.iter().filter(|((c, _), _)| *c == class);
            let all: usize = of_class.clone().map(|(_, n)| n).sum();
            let right: usize =
                of_class.filter(|((_, g), _)| wanted.contains(g)).map(|(_, n)| n).sum();
            println!("{file}: {wanted:?} {right} of {all}");
            assert!(right as f32 >= floor * all as f32, "{file}: {wanted:?} {right} of {all}");
        }
    }
}

/// People who sign, gesticulate and come and go: hardly a motion is meant for Dixi there.
#[test]
fn people_who_do_other_things_start_hardly_a_motion() {
    let Some(dir) = shared("data/hands/clips") else { return };
    let (mut seconds, mut starts) = (0.0, Vec::new());
    for clip in
        ["c01_book", "c02_walk", "c03_want", "c04_thumbup_dark", "c05_fingerspell", "c06_push"]
    {
        let file = std::fs::read(dir.join(format!("{clip}.landmarks.json"))).unwrap();
        let clip_: Value = serde_json::from_slice(&file).unwrap();
        let fps = clip_["fps"].as_f64().unwrap();
        let mut engine = Engine::new(&GestureSettings::default());
        let mut out = Observation::default();
        for (i, frame) in clip_["frames"].as_array().unwrap().iter().enumerate() {
            let mut hands = Hands::new();
            for seen in frame["video_mode"].as_array().unwrap() {
                let mut hand = hand(seen);
                hand.track = 1 + u32::from(hand.handedness == Handedness::Right);
                if hands.iter().any(|h| h.track == hand.track) {
                    hand.track += 2;
                }
                hands.push(hand);
            }
            let at = Stamp::from_us((1e6 * (1.0 + i as f64 / fps)) as u64);
            engine.update(&hands, FrameInfo { at, width: 640, height: 480 }, &mut out);
            let begun = out.events.iter().filter(|e| e.phase == Phase::Started);
            starts.extend(begun.map(|e| (clip, i, e.gesture)));
            seconds += 1.0 / fps;
        }
    }
    println!("{seconds:.0} seconds: {starts:?}");
    let motions = starts.iter().filter(|(.., g)| g.family() != Family::Shape).count();
    // Less than half a minute, of the liveliest sort: what a minute may bring is allowed here.
    assert!(motions <= 1, "{motions} motions: {starts:?}");
    assert!(starts.len() > motions, "not one shape was named: {starts:?}");
}
