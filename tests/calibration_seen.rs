//! Calibration held against surfaces whose homography is known, from pixels to the map: the marker
//! page through blur, noise, uneven light and JPEG; the demo hand through the real networks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it measured"
)]

use std::sync::Arc;
use std::time::Duration;

use dixi::base::hand::Handedness;
use dixi::base::{Clock, Stamp};
use dixi::camera::demo::{Performance, Renderer, Surface, Waypoint, poses};
use dixi::camera::{Frame, PixelFormat};
use dixi::canvas::calibration::markers::Finder;
use dixi::canvas::calibration::{Calibration, Grey, MarkerView, Running};
use dixi::command::{CalibrationMethod, Command, Who};
use dixi::config::GestureSettings;
use dixi::gesture::{Engine, FrameInfo, Measure, Observation};
use dixi::vision::hand::{HandLandmarker, HandOptions, Mode};
use dixi::vision::picture::{GreyReader, View};

const ASPECT: f32 = 16.0 / 9.0;
type Corners = [[f32; 2]; 4];

/// A dozen views of a surface: from the front, from all sides, rolled, near and far.
const VIEWS: [Corners; 12] = [
    [[0.10, 0.12], [0.90, 0.12], [0.90, 0.72], [0.10, 0.72]],
    [[0.22, 0.18], [0.81, 0.25], [0.77, 0.72], [0.20, 0.66]],
    [[0.15, 0.15], [0.80, 0.28], [0.80, 0.60], [0.15, 0.70]],
    [[0.20, 0.30], [0.88, 0.14], [0.88, 0.70], [0.20, 0.60]],
    [[0.28, 0.16], [0.72, 0.16], [0.88, 0.66], [0.12, 0.66]],
    [[0.12, 0.18], [0.88, 0.18], [0.72, 0.64], [0.28, 0.64]],
    [[0.27, 0.12], [0.86, 0.26], [0.74, 0.70], [0.16, 0.54]],
    [[0.16, 0.26], [0.74, 0.12], [0.84, 0.52], [0.26, 0.70]],
    [[0.30, 0.25], [0.72, 0.25], [0.72, 0.57], [0.30, 0.57]],
    [[0.12, 0.10], [0.86, 0.22], [0.70, 0.58], [0.18, 0.68]],
    [[0.34, 0.20], [0.78, 0.14], [0.70, 0.60], [0.24, 0.52]],
    [[0.18, 0.22], [0.90, 0.12], [0.82, 0.66], [0.30, 0.60]],
];

fn calibrate(method: CalibrationMethod) -> Calibration {
    let calibration = Calibration::new(None, Arc::default(), Clock::new());
    calibration.use_camera("a test");
    let begin = Command::Calibrate { method, output: None };
    calibration.handle(&Who::new("a test"), &begin).unwrap().unwrap();
    calibration
}

fn running(calibration: &Calibration) -> Running {
    let state = calibration.state();
    state.running.clone().unwrap_or_else(|| panic!("it failed: {:?}", state.failed))
}

/// How far the map is off over the whole canvas, percent of its width, sorted.
fn errors(calibration: &Calibration, truth: &Surface) -> Vec<f32> {
    let mapping = calibration.mapping();
    assert!(mapping.is_calibrated());
    let at = |i: u32| i as f32 / 12.0;
    let grid = (0..13 * 13).map(|i| [at(i % 13), at(i / 13)]);
    let mut off: Vec<f32> = grid
        .map(|p| {
            let q = mapping.to_canvas(truth.to_image(p));
            (q[0] - p[0]).hypot((q[1] - p[1]) / ASPECT) * 100.0
        })
        .collect();
    off.sort_by(f32::total_cmp);
    off
}

/// The value that `share` of them lie below.
fn below(sorted: &[f32], share: f32) -> f32 {
    sorted[((sorted.len() - 1) as f32 * share) as usize]
}

fn report(what: &str, mut all: Vec<f32>, median: f32, p95: f32) {
    all.sort_by(f32::total_cmp);
    let (m, p, worst) = (below(&all, 0.5), below(&all, 0.95), below(&all, 1.0));
    println!("{what}: median {m:.3} %, p95 {p:.3} %, worst {worst:.3} % of the canvas's width");
    assert!(m <= median, "{what}: median {m} %");
    assert!(p <= p95, "{what}: p95 {p} %");
}

/// A camera before the page of markers.
struct Photographer {
    width: usize,
    height: usize,
    /// Without noise.
    clean: Vec<f32>,
    seed: u32,
    jpeg: turbojpeg::Compressor,
    reader: GreyReader,
}

impl Photographer {
    fn new(size: (usize, usize), surface: &Surface, page: &[MarkerView], blur: f32) -> Self {
        let (width, height) = size;
        let mut clean = vec![0.0; width * height];
        for (i, pixel) in clean.iter_mut().enumerate() {
            let mut sum = 0.0;
            for s in 0..9_u32 {
                let sub = |n: u32| (n as f32 + 0.5) / 3.0;
                let x = ((i % width) as f32 + sub(s % 3)) / width as f32;
                let y = ((i / width) as f32 + sub(s / 3)) / height as f32;
                // A projector's light falls off to a corner; the room is dim, but not dark.
                let light = 1.0 - 0.45 * x - 0.2 * y;
                sum += match shown(page, surface.to_canvas([x, y])) {
                    Some(v) => 30.0 + light * 200.0 * v,
                    None => 45.0 + 15.0 * (x * 40.0).sin() * (y * 31.0).cos(),
                };
            }
            *pixel = sum / 9.0;
        }
        let clean = blurred(&blurred(&clean, width, 1, blur), width, width, blur);
        let mut jpeg = turbojpeg::Compressor::new().unwrap();
        jpeg.set_quality(80).unwrap();
        jpeg.set_subsamp(turbojpeg::Subsamp::Gray).unwrap();
        Self { width, height, clean, seed: 1, jpeg, reader: GreyReader::new().unwrap() }
    }

    fn photograph(&mut self) -> Grey {
        let mut pixels = Vec::with_capacity(self.clean.len());
        for v in &self.clean {
            let mut sum = 0.0;
            for _ in 0..4 {
                self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sum += (self.seed >> 8) as f32 / (1 << 24) as f32 - 0.5;
            }
            // Four of these have a spread of 0.577: 5 grey levels in all.
            pixels.push((v + sum / 0.577 * 5.0).clamp(0.0, 255.0) as u8);
        }
        let image = turbojpeg::Image {
            pixels: &pixels[..],
            width: self.width,
            pitch: self.width,
            height: self.height,
            format: turbojpeg::PixelFormat::GRAY,
        };
        let data = self.jpeg.compress_to_vec(image).unwrap();
        let frame = Frame { format: PixelFormat::Jpeg, data, ..Frame::default() };
        let g = self.reader.read(&frame, u32::MAX).unwrap();
        Grey { width: g.width, height: g.height, pixels: g.pixels }
    }
}

/// What the page shows at a point of the canvas, 0 black and 1 white; none beside it.
fn shown(page: &[MarkerView], at: [f32; 2]) -> Option<f32> {
    if !at.iter().all(|v| (0.0..=1.0).contains(v)) {
        return None;
    }
    for m in page {
        let x = (at[0] - m.at[0]) / m.side + 0.5;
        let y = (at[1] - m.at[1]) / (m.side * ASPECT) + 0.5;
        if (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y) {
            let cell = m.cells[(y * 8.0) as usize].as_bytes()[(x * 8.0) as usize];
            return Some(if cell == b'#' { 0.0 } else { 1.0 });
        }
    }
    Some(1.0)
}

fn blurred(from: &[f32], width: usize, step: usize, sigma: f32) -> Vec<f32> {
    let reach = (sigma * 3.0).ceil() as isize;
    let weight = |k: isize| (-0.5 * (k as f32 / sigma).powi(2)).exp();
    let total: f32 = (-reach..=reach).map(weight).sum();
    let line = if step == 1 { width } else { from.len() / width };
    (0..from.len())
        .map(|i| {
            let along = (if step == 1 { i % width } else { i / width }) as isize;
            let sum = (-reach..=reach).map(|k| {
                let to = (along + k).clamp(0, line as isize - 1);
                weight(k) * from[(i as isize + (to - along) * step as isize) as usize]
            });
            sum.sum::<f32>() / total
        })
        .collect()
}

#[test]
fn markers_are_found_and_the_map_is_right() {
    for (size, blur) in [((640, 480), 0.9), ((1280, 720), 1.4)] {
        let mut all = Vec::new();
        let mut claimed = Vec::new();
        for view in VIEWS {
            let truth = Surface::from_corners(view).unwrap();
            let calibration = calibrate(CalibrationMethod::Markers);
            let page = running(&calibration).markers;
            let mut camera = Photographer::new(size, &truth, &page, blur);
            let mut finder = Finder::default();
            let mut at = Stamp::from_ms(1_000);
            let (mut pictures, mut took) = (0, Duration::ZERO);
            while running(&calibration).step == "look" {
                let picture = camera.photograph();
                let begun = std::time::Instant::now();
                let found = finder.find(&picture).unwrap();
                took += begun.elapsed();
                calibration.look(&found, &picture, at);
                at = at.plus(Duration::from_millis(100));
                pictures += 1;
            }
            let result = running(&calibration).result.unwrap();
            let off = errors(&calibration, &truth);
            println!(
                "{size:?} {view:?}: {pictures} pictures of {:.0} ms, median {:.3} %, worst {:.3} %, says {:.3} %",
                took.as_secs_f32() * 1e3 / pictures as f32,
                below(&off, 0.5),
                below(&off, 1.0),
                result.error_percent.unwrap()
            );
            claimed.push(result.error_percent.unwrap());
            all.extend(off);
        }
        report(&format!("markers at {}×{}", size.0, size.1), all, 0.3, 0.6);
        claimed.sort_by(f32::total_cmp);
        assert!(below(&claimed, 1.0) < 1.0, "{claimed:?}");
    }
}

#[test]
fn half_of_the_markers_covered_is_still_enough_and_a_few_are_not() {
    let truth = Surface::from_corners(VIEWS[1]).unwrap();
    for (shown_ids, enough) in [(vec![0, 3, 5, 6, 8, 9, 11], true), (vec![0, 1, 4, 5], false)] {
        let calibration = calibrate(CalibrationMethod::Markers);
        let mut page = running(&calibration).markers;
        page.retain(|m| shown_ids.contains(&m.id));
        let mut camera = Photographer::new((640, 480), &truth, &page, 0.9);
        let mut finder = Finder::default();
        let picture = camera.photograph();
        let found = finder.find(&picture).unwrap();
        assert_eq!(found.len(), shown_ids.len());
        for k in 0..205 {
            calibration.look(&found, &picture, Stamp::from_ms(1_000 + 100 * k));
        }
        if enough {
            let off = errors(&calibration, &truth);
            assert!(below(&off, 0.5) < 0.4, "{}", below(&off, 0.5));
        } else {
            let failed = calibration.state().failed.clone().unwrap();
            assert!(failed.contains("only 4 of 12 markers"), "{failed}");
        }
    }
}

#[test]
fn what_keeps_markers_from_being_found_is_said() {
    let flat = |v: u8| Grey { width: 640, height: 480, pixels: vec![v; 640 * 480] };
    let truth = Surface::from_corners([[0.4, 0.4], [0.6, 0.4], [0.6, 0.55], [0.4, 0.55]]).unwrap();
    let calibration = calibrate(CalibrationMethod::Markers);
    let page = running(&calibration).markers;
    let tiny = Photographer::new((1280, 960), &truth, &page, 0.6).photograph();
    for (picture, words) in [(flat(9), "too dark"), (flat(180), "none of the markers"), (tiny, "")]
    {
        let calibration = calibrate(CalibrationMethod::Markers);
        let mut finder = Finder::default();
        let found = finder.find(&picture).unwrap();
        for k in 0..205 {
            calibration.look(&found, &picture, Stamp::from_ms(1_000 + 100 * k));
        }
        let failed = calibration.state().failed.clone();
        println!("{} found: {failed:?}", found.len());
        if !words.is_empty() {
            assert!(failed.unwrap().contains(words));
        }
    }
    let broken = Grey { width: 640, height: 480, pixels: vec![0; 5] };
    assert!(Finder::default().find(&broken).is_err());
    for (w, h) in [(1, 1), (7, 3), (3, 200)] {
        let small = Grey { width: w, height: h, pixels: vec![77; w * h] };
        drop(Finder::default().find(&small));
    }
}

/// A person whose hand points at one target after the other, before a camera with noise.
struct Pointing {
    renderer: Renderer,
    landmarker: HandLandmarker,
    engine: Engine,
    picture: Vec<u8>,
}

/// Fifteen a second.
const FRAME: Duration = Duration::from_millis(66);
const TARGETS: [[f32; 2]; 5] = [[0.12, 0.12], [0.88, 0.12], [0.88, 0.88], [0.12, 0.88], [0.5, 0.5]];

impl Pointing {
    fn new(seed: u64) -> Self {
        let mut renderer = Renderer::new(640);
        renderer.with_noise(3.0, seed);
        let options = HandOptions { mode: Mode::Video, ..HandOptions::default() };
        Self {
            renderer,
            landmarker: HandLandmarker::new(&options).unwrap(),
            engine: Engine::new(&GestureSettings::default()),
            picture: Vec::new(),
        }
    }

    /// The hand at `t` of a performance that began at `begun`.
    fn see(&mut self, person: &Performance, t: Duration, begun: Stamp, seen: &mut Observation) {
        self.renderer.render(&person.at(t), &mut self.picture);
        let (width, height) = (self.renderer.width(), self.renderer.height());
        let at = begun.plus(t);
        let view = View::new(width, height, &self.picture).unwrap();
        let hands = self.landmarker.detect(view, at).unwrap().hands;
        self.engine.update(&hands, FrameInfo { at, width, height }, seen);
        (seen.captured_at, seen.width, seen.height) = (at, width, height);
    }

    fn calibrate(&mut self, truth: &Surface, away_mm: f32) -> Calibration {
        let person = pointing_at(truth, &TARGETS, 1.5, away_mm);
        let calibration = calibrate(CalibrationMethod::Pointing);
        let mut seen = Observation::default();
        let mut t = Duration::ZERO;
        while t < person.length() && running(&calibration).step != "confirm" {
            self.see(&person, t, Stamp::from_ms(1_000), &mut seen);
            calibration.see(&seen);
            t += FRAME;
        }
        calibration
    }

    /// How far off the same person is who points at other places now; percent of the width.
    fn use_it(&mut self, truth: &Surface, calibration: &Calibration, away_mm: f32) -> Vec<f32> {
        let person = pointing_at(truth, &PLACES, REST_S, away_mm);
        let settings = GestureSettings::default();
        let mut seen = Observation::default();
        let mut held: Vec<Vec<[f32; 2]>> = vec![Vec::new(); PLACES.len()];
        let mut t = Duration::ZERO;
        while t < person.length() {
            self.see(&person, t, Stamp::from_ms(60_000), &mut seen);
            let (place, within) =
                ((t.as_secs_f32() / (REST_S + 0.7)) as usize, t.as_secs_f32() % (REST_S + 0.7));
            if let [hand] = &seen.hands[..]
                && (0.15..REST_S).contains(&within)
                && let Some(measure) = Measure::of(&hand.hand, 4.0 / 3.0, &settings)
            {
                held[place].push(calibration.mapping().to_canvas(measure.pointer));
            }
            t += FRAME;
        }
        let mean = |held: &[[f32; 2]], axis: usize| {
            held.iter().map(|p| p[axis]).sum::<f32>() / held.len() as f32
        };
        let off = held.iter().zip(PLACES).map(|(held, place)| {
            assert!(held.len() >= 4, "the hand was lost at {place:?}");
            let to = [mean(held, 0), mean(held, 1)];
            (to[0] - place[0]).hypot((to[1] - place[1]) / ASPECT) * 100.0
        });
        off.collect()
    }
}

/// Where a hand points once it is calibrated, and for how long.
const PLACES: [[f32; 2]; 5] = [[0.3, 0.25], [0.72, 0.08], [0.95, 0.5], [0.6, 0.75], [0.1, 0.6]];
const REST_S: f32 = 0.5;

/// A trembling hand that goes from place to place and rests `rest_s` at each, 0.7 s in between.
fn pointing_at(truth: &Surface, places: &[[f32; 2]], rest_s: f32, away_mm: f32) -> Performance {
    let mut way = Vec::new();
    for (i, place) in places.iter().enumerate() {
        let (from, at) = (i as f32 * (rest_s + 0.7), truth.to_image(*place));
        way.push(Waypoint::new(from, poses::POINTING, at, away_mm));
        way.push(Waypoint::new(from + rest_s, poses::POINTING, at, away_mm));
    }
    Performance::pointing(&[(Handedness::Right, &way)]).trembling(1.0)
}

#[test]
fn pointing_makes_the_map_that_the_hand_then_goes_by() {
    let (mut maps, mut uses) = (Vec::new(), Vec::new());
    for (i, view) in VIEWS.iter().enumerate() {
        let truth = Surface::from_corners(*view).unwrap();
        let mut person = Pointing::new(i as u64);
        let away_mm = 560.0 + 10.0 * i as f32;
        let calibration = person.calibrate(&truth, away_mm);
        let now = running(&calibration);
        let Some(result) = now.result else { panic!("{view:?} stays at {now:?}") };
        let map = errors(&calibration, &truth);
        let mut used = person.use_it(&truth, &calibration, away_mm);
        used.sort_by(f32::total_cmp);
        println!(
            "{view:?}: the map {:.3} %, worst {:.3} %; in use {:.3} %, worst {:.3} %; says {:.3} %",
            below(&map, 0.5),
            below(&map, 1.0),
            below(&used, 0.5),
            below(&used, 1.0),
            result.error_percent.unwrap()
        );
        maps.extend(map);
        uses.extend(used);
    }
    // What counts is where a hand lands that points at a place afterwards: 0.5 % and 1.5 % are wanted,
    // the rest is room for other processors' roundings. The map alone is held against where the demo
    // has the fingertip; the networks, following a drawn hand, see it a little beside that, always to
    // the same side (docs/design/calibration.md).
    report("pointing, in use", uses, 0.42, 1.1);
    report("pointing, the map alone", maps, 0.7, 1.3);
}
