use std::time::Duration;

use super::*;
use crate::base::hand::{Hand, Handedness};
use crate::canvas::calibration::pointing::TARGETS;
use crate::gesture::{Gesture, HandView};

/// Shows hands to a calibration, 25 frames a second.
struct Film {
    calibration: Calibration,
    at: Stamp,
    surface: Mapping,
    noise: u32,
}

impl Film {
    fn new(surface: [[f32; 2]; 4]) -> Self {
        let calibration = open(&Arc::default(), "demo");
        begin(&calibration, CalibrationMethod::Pointing);
        let surface = Mapping::surface(from_unit_square(&surface).unwrap().inverse().unwrap());
        Self { calibration, at: Stamp::from_ms(1_000), surface, noise: 1 }
    }

    fn jitter(&mut self) -> f32 {
        self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((self.noise >> 8) as f32 / (1 << 24) as f32 - 0.5) * 0.004
    }

    /// Hands at these image points for so long, each with its shape.
    fn show(&mut self, hands: &[(u32, [f32; 2], Gesture)], ms: u64) {
        for _ in 0..ms / 40 {
            let mut seen = Observation { width: 640, height: 480, ..Observation::default() };
            seen.captured_at = self.at;
            for (track, at, gesture) in hands {
                let at = [at[0] + self.jitter(), at[1] + self.jitter()];
                seen.hands.push(hand(*track, at, *gesture));
            }
            self.calibration.see(&seen);
            self.at = self.at.plus(Duration::from_millis(40));
        }
    }

    /// Where the camera sees a target.
    fn target(&self, i: usize) -> [f32; 2] {
        self.surface.to_image(TARGETS[i]).unwrap()
    }

    fn point(&mut self, i: usize, ms: u64) {
        let at = self.target(i);
        self.show(&[(1, at, Gesture::PointingUp)], ms);
    }

    fn away(&mut self) {
        self.show(&[(1, [0.5, 0.95], Gesture::None)], 240);
    }

    fn running(&self) -> Running {
        self.calibration.state().running.clone().expect("goes on")
    }
}

fn hand(track: u32, at: [f32; 2], gesture: Gesture) -> HandView {
    let mut landmarks = [[at[0], at[1], 0.0]; 21];
    landmarks[0] = [at[0], at[1] + 0.25, 0.0];
    landmarks[9] = [at[0], at[1] + 0.12, 0.0];
    let hand = Hand {
        track,
        handedness: Handedness::Right,
        score: 1.0,
        presence: 1.0,
        landmarks,
        world_landmarks: [[0.0; 3]; 21],
    };
    // What is smoothed lags behind and must not be used.
    HandView { hand, gesture, confidence: 1.0, pointer: [9.0, 9.0] }
}

#[test]
fn five_targets_held_give_the_map_and_its_error() {
    let mut film = Film::new(ASKEW);
    for (i, target) in TARGETS.into_iter().enumerate() {
        assert_eq!(
            (film.running().target, film.running().step.as_str()),
            (Some(i as u32), "point")
        );
        assert_eq!(film.running().at, Some(target));
        film.point(i, 600);
        assert!(film.running().progress > 0.5, "{:?}", film.running());
        film.point(i, 320);
        if i < 4 {
            assert_eq!(
                (film.running().target, film.running().step.as_str()),
                (Some(i as u32), "leave")
            );
            film.point(i, 2_000);
            assert_eq!(film.running().target, Some(i as u32), "the hand has not left");
            film.away();
        }
    }
    let result = film.running().result.unwrap();
    assert!(result.error_percent.unwrap() < 0.5, "{result:?}");
    run(&film.calibration, Command::Approve {}).unwrap();
    for (seen, corner) in ASKEW.into_iter().zip([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]) {
        let off = off(film.calibration.mapping().to_canvas(seen), corner);
        assert!(off < 0.005, "{off}");
    }
}

#[test]
fn leaving_early_starts_the_target_anew() {
    let mut film = Film::new(ASKEW);
    film.point(0, 600);
    film.show(&[(1, [0.5, 0.9], Gesture::PointingUp)], 120);
    assert_eq!(film.running().hint.as_deref(), Some("left_early"));
    assert!(film.running().progress < 0.2 && film.running().target == Some(0));
    film.point(0, 600);
    assert_eq!((film.running().target, film.running().step.as_str()), (Some(0), "point"));
    // The shape ends early, too.
    let at = film.target(0);
    film.show(&[(1, at, Gesture::None)], 80);
    assert_eq!(film.running().hint.as_deref(), Some("left_early"));
    film.point(0, 920);
    assert_eq!(film.running().step, "leave");
}

#[test]
fn only_one_pointing_hand_counts() {
    let mut film = Film::new(ASKEW);
    let (at, other) = (film.target(0), [0.6, 0.5]);
    film.show(&[(1, at, Gesture::Point), (2, other, Gesture::Point)], 3_000);
    assert_eq!(film.running().hint.as_deref(), Some("two_hands"));
    assert_eq!((film.running().step.as_str(), film.running().progress), ("point", 0.0));
    // A second hand that does not point is no hindrance.
    film.show(&[(1, at, Gesture::Point), (2, other, Gesture::OpenPalm)], 1_000);
    assert_eq!(film.running().step, "leave");
}

#[test]
fn hints_say_what_is_missing() {
    let mut film = Film::new(ASKEW);
    film.show(&[], 200);
    assert_eq!(film.running().hint.as_deref(), Some("no_hand"));
    film.show(&[(1, [0.5, 0.5], Gesture::OpenPalm)], 2_000);
    assert_eq!(film.running().hint.as_deref(), Some("not_pointing"));
    film.point(0, 1_000);
    film.away();
    film.point(0, 2_000);
    assert_eq!(
        (film.running().target, film.running().hint.as_deref()),
        (Some(1), Some("too_near"))
    );
    film.show(&[], 95_000);
    let failed = film.calibration.state().failed.clone().unwrap();
    assert!(failed.contains("no hand pointed"), "{failed}");
    assert_eq!(film.calibration.hands_are_for(), HandsFor::Canvas);
}

#[test]
fn places_in_the_wrong_order_and_a_missed_target_are_refused() {
    for (order, reason) in [([0, 2, 1, 3, 4], "crossed"), ([0, 1, 2, 3, 9], "missed")] {
        let mut film = Film::new(ASKEW);
        for i in order {
            match i {
                9 => film.show(&[(1, [0.35, 0.3], Gesture::Point)], 1_000),
                i => film.point(i, 1_000),
            }
            film.away();
        }
        let failed = film.calibration.state().failed.clone().unwrap();
        assert!(failed.contains(reason), "{failed}");
        assert!(!film.calibration.mapping().is_calibrated());
    }
}

#[test]
fn a_jump_of_one_frame_is_no_movement() {
    let mut film = Film::new(ASKEW);
    let at = film.target(0);
    film.point(0, 400);
    film.show(&[(1, [at[0] + 0.2, at[1]], Gesture::Point)], 40);
    film.point(0, 480);
    assert_eq!(film.running().step, "leave");
}
