//! Shapes against what people say they see: MediaPipe's landmarks of real hands, labelled by eye.
//! Needs the shared data (`DIXI_SHARED`, or `../shared`); says so and passes where it is absent.

use std::collections::BTreeMap;
use std::path::PathBuf;

use dixi::config::GestureSettings;
use dixi::gesture::{Gesture, name_of};
use dixi::vision::{Hand, Handedness, Landmarks};
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
        world_landmarks: landmarks(&v["world_landmarks"]),
    }
}

/// The named shapes of a picture's hands, from left to right.
fn named(picture: &Value) -> Vec<(Gesture, f32)> {
    let aspect = picture["width"].as_f64().unwrap() as f32 / picture["height"].as_f64().unwrap() as f32;
    let mut hands: Vec<Hand> = picture["mediapipe_hands"].as_array().unwrap().iter().map(hand).collect();
    hands.sort_by(|a, b| a.landmarks[9][0].total_cmp(&b.landmarks[9][0]));
    hands.iter().map(|h| name_of(h, &GestureSettings::default(), aspect)).collect()
}

#[test]
fn shapes_are_named_as_people_name_them() {
    let Some(path) = shared("data/hands/manifest.json") else { return };
    let manifest: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (mut right, mut found, mut falsely, mut others) = (0, 0, 0, 0);
    for picture in manifest["images"].as_array().unwrap() {
        let (file, label) = (picture["file"].as_str().unwrap(), picture["gesture"].as_str().unwrap());
        let names = named(picture);
        println!("{file} {label:12} {names:.2?}");
        if matches!(label, "other" | "none") {
            // Where a hand of several makes a shape on purpose, naming it is right.
            let labels: Vec<_> = picture["hand_gestures"].as_array().unwrap().iter().collect();
            let shape = |l: &Value| l.as_str().unwrap().parse::<Gesture>().is_ok();
            others += 1;
            falsely += usize::from(match labels.len() == names.len() {
                true => names.iter().zip(&labels).any(|((n, _), l)| *n != Gesture::None && !shape(l)),
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
        ("data/landmarks/kazuhito00_keypoint.csv", [0.93, 0.78, 0.72, 0.0]),
        ("data/landmarks/kinivi_keypoint.csv", [0.93, 0.78, 0.72, 0.90]),
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
            *counts.entry((class, name_of(&hand, &GestureSettings::default(), 1.0).0)).or_default() += 1;
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
            let right: usize = of_class.filter(|((_, g), _)| wanted.contains(g)).map(|(_, n)| n).sum();
            println!("{file}: {wanted:?} {right} of {all}");
            assert!(right as f32 >= floor * all as f32, "{file}: {wanted:?} {right} of {all}");
        }
    }
}
