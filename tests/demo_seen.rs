//! The whole way, from drawn pixels to named gestures: the demo's pictures go through the real
//! networks and the gesture engine, and what comes out is held against what is true.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it measured")]

use std::time::Duration;

use dixi::base::Stamp;
use dixi::camera::demo::{ASPECT, HandTruth, Performance, Renderer, Segment};
use dixi::config::GestureSettings;
use dixi::gesture::{Engine, FrameInfo, Gesture, Observation, Phase};
use dixi::vision::hand::{HandLandmarker, HandOptions, Mode};
use dixi::vision::picture::View;
use dixi::vision::{Hand, Hands};

const WIDTH_PX: u32 = 480;
/// As the demo camera does: 25 a second.
const FRAME_TIME: Duration = Duration::from_millis(40);

/// The demo's eyes.
struct Eyes {
    renderer: Renderer,
    landmarker: HandLandmarker,
    picture: Vec<u8>,
}

impl Eyes {
    fn new(mode: Mode) -> Self {
        let options = HandOptions { mode, ..HandOptions::default() };
        Self {
            renderer: Renderer::new(WIDTH_PX),
            landmarker: HandLandmarker::new(&options).unwrap(),
            picture: Vec::new(),
        }
    }

    fn see(&mut self, performance: &Performance, t: Duration) -> Hands {
        self.renderer.render(&performance.at(t), &mut self.picture);
        let (width, height) = (self.renderer.width(), self.renderer.height());
        let view = View::new(width, height, &self.picture).unwrap();
        self.landmarker.detect(view, at(t)).unwrap().hands
    }
}

fn at(t: Duration) -> Stamp {
    Stamp::from_ms(1000).plus(t)
}

/// What was found of what was there.
#[derive(Debug, Default)]
struct Score {
    whole: u32,
    found: u32,
    handedness_right: u32,
    invented: u32,
    /// Mean distance of the joints, palms, over the hands found.
    errors: Vec<f32>,
}

fn span(truth: &HandTruth, a: usize, b: usize) -> f32 {
    let (p, q) = (truth.landmarks[a], truth.landmarks[b]);
    (p[0] - q[0]).hypot((p[1] - q[1]) / ASPECT)
}

/// Mean distance of the joints from the truth, in palm lengths (or breadths, if that is more: a palm
/// seen from its end is short).
fn error(truth: &HandTruth, hand: &Hand) -> f32 {
    let palm = span(truth, 0, 9).max(span(truth, 5, 17));
    let apart = |(p, q): (&[f32; 3], &[f32; 3])| (p[0] - q[0]).hypot((p[1] - q[1]) / ASPECT);
    truth.landmarks.iter().zip(&hand.landmarks).map(apart).sum::<f32>() / 21.0 / palm
}

impl Score {
    fn add(&mut self, truth: &[HandTruth], hands: &Hands) {
        for hand in truth.iter().filter(|h| h.whole) {
            self.whole += 1;
            let nearest =
                hands.iter().map(|h| (error(hand, h), h)).min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((error, seen)) = nearest.filter(|(error, _)| *error < 0.5) {
                self.found += 1;
                self.handedness_right += u32::from(seen.handedness == hand.handedness);
                self.errors.push(error);
            }
        }
        self.invented += hands.len().saturating_sub(truth.len()) as u32;
    }

    fn check(&self, what: &str) {
        let mean = self.errors.iter().sum::<f32>() / self.errors.len() as f32;
        println!(
            "{what}: {} of {} hands found, {} with the right name, {} invented, mean error {mean:.3} palm",
            self.found, self.whole, self.handedness_right, self.invented
        );
        assert!(self.whole > 20, "there was something to see");
        assert!(self.found * 100 >= self.whole * 95, "{what}: {self:?}");
        assert!(self.handedness_right * 100 >= self.whole * 95, "{what}: {self:?}");
        assert!(self.invented == 0, "{what}: {self:?}");
        assert!(mean < 0.10, "{what}: {mean} palm");
    }
}

#[test]
fn every_gesture_is_seen_in_a_single_picture() {
    let demo = Performance::demo();
    let mut eyes = Eyes::new(Mode::Image);
    let mut score = Score::default();
    for segment in demo.segments() {
        let middle = (segment.from + segment.to) / 2;
        let hands = eyes.see(&demo, middle);
        score.add(&demo.at(middle).truth(), &hands);
    }
    score.check("single pictures");
}

/// The page's promise without a camera: the hands of the whole loop are followed, the fastest
/// motions included, and every gesture lights up, from pixels alone.
#[test]
fn the_loop_is_followed_and_recognised() {
    let demo = Performance::demo();
    let mut eyes = Eyes::new(Mode::Video);
    let mut score = Score::default();
    let mut engine = Engine::new(&GestureSettings::default());
    let mut out = Observation::default();
    let mut started = Vec::new();
    let (width, height) = (eyes.renderer.width(), eyes.renderer.height());
    let mut t = Duration::ZERO;
    while t < demo.length() {
        let hands = eyes.see(&demo, t);
        score.add(&demo.at(t).truth(), &hands);
        engine.update(&hands, FrameInfo { at: at(t), width, height }, &mut out);
        let new = out.events.iter().filter(|e| e.phase == Phase::Started);
        started.extend(new.map(|e| (t, e.gesture)));
        t += FRAME_TIME;
    }
    score.check("video");
    let all = demo.segments();
    let missed: Vec<_> = all.iter().filter(|s| !is_among(s, &started)).map(|s| s.gesture).collect();
    println!(
        "{} of {} gestures recognised; missed: {missed:?}",
        all.len() - missed.len(),
        all.len()
    );
    // One in twenty may be missed, as with people.
    assert!(missed.len() * 20 <= all.len(), "{missed:?} of {started:?}");
}

/// A shape may be clear before it is complete, and its hold time passes before it starts.
fn is_among(segment: &Segment, started: &[(Duration, Gesture)]) -> bool {
    let from = segment.from.saturating_sub(Duration::from_millis(350));
    let to = segment.to + Duration::from_millis(600);
    started.iter().any(|(t, g)| *g == segment.gesture && (from..to).contains(t))
}
