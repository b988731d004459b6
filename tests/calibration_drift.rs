//! Noticing that the camera moved, on real pictures: shifted and turned, with noise, other light, hands
//! before the camera and other things projected. Needs the shared data (`DIXI_SHARED`, or
//! `../shared`); says so and passes where it is absent.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it measured")]

use std::path::PathBuf;
use std::time::Instant;

use dixi::camera::{Frame, PixelFormat};
use dixi::canvas::calibration::drift::{Reference, Watch};
use dixi::canvas::calibration::{Grey, Similarity};
use dixi::vision::picture::GreyReader;

const SIZE: (usize, usize) = (640, 480);
/// The canvas, in the middle.
const CORNERS: [[f32; 2]; 4] = [[0.33, 0.32], [0.68, 0.35], [0.66, 0.62], [0.35, 0.6]];

fn pictures() -> Option<Vec<Grey>> {
    let shared = std::env::var_os("DIXI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("data/hands/images");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("SKIPPED: {} is not there; set DIXI_SHARED to the shared data", folder.display());
        return None;
    };
    let mut files: Vec<_> = files.map(|f| f.unwrap().path()).collect();
    files.sort();
    let mut reader = GreyReader::new().unwrap();
    let mut read = |path: &PathBuf| {
        let data = std::fs::read(path).unwrap();
        let frame = Frame { format: PixelFormat::Jpeg, data, ..Frame::default() };
        let g = reader.read(&frame, u32::MAX).ok()?;
        (g.width >= SIZE.0 && g.height >= SIZE.1).then_some(Grey {
            width: g.width,
            height: g.height,
            pixels: g.pixels,
        })
    };
    Some(files.iter().filter_map(&mut read).take(12).collect())
}

/// A camera that looks at a photograph.
struct Camera<'p> {
    photograph: &'p Grey,
    noise: u32,
}

impl Camera<'_> {
    /// What it sees when it has moved so: what was at p is at `motion`(p), pixels.
    fn see(&mut self, motion: &Similarity, light: f64) -> Grey {
        let (width, height) = SIZE;
        let p = self.photograph;
        // The middle of the photograph, so that there is something beyond the picture's edge.
        let scale = 0.8 * (p.width as f64 / width as f64).min(p.height as f64 / height as f64);
        let [c, s, dx, dy] = motion.terms;
        let size = c * c + s * s;
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (u, v) = (x as f64 - dx, y as f64 - dy);
                let (u, v) = ((c * u + s * v) / size, (c * v - s * u) / size);
                let u = (u - width as f64 / 2.0) * scale + p.width as f64 / 2.0;
                let v = (v - height as f64 / 2.0) * scale + p.height as f64 / 2.0;
                self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let grain = f64::from(self.noise >> 24) / 16.0 - 8.0;
                pixels.push((between(p, u, v) * light + grain).clamp(0.0, 255.0) as u8);
            }
        }
        Grey { width, height, pixels }
    }
}

fn between(p: &Grey, x: f64, y: f64) -> f64 {
    let (x, y) = (x.clamp(0.0, p.width as f64 - 2.0), y.clamp(0.0, p.height as f64 - 2.0));
    let (i, j) = (x as usize, y as usize);
    let (u, v) = (x - i as f64, y - j as f64);
    let at = |i: usize, j: usize| f64::from(p.pixels[j * p.width + i]);
    let top = at(i, j) * (1.0 - u) + at(i + 1, j) * u;
    let low = at(i, j + 1) * (1.0 - u) + at(i + 1, j + 1) * u;
    top * (1.0 - v) + low * v
}

/// About the picture's middle: degrees, times as large, pixels.
fn motion(degrees: f64, scale: f64, shift: [f64; 2]) -> Similarity {
    let (s, c) = degrees.to_radians().sin_cos();
    let (c, s) = (c * scale, s * scale);
    Similarity {
        terms: [
            c,
            s,
            320.0 - c * 320.0 + s * 240.0 + shift[0],
            240.0 - s * 320.0 - c * 240.0 + shift[1],
        ],
    }
}

/// Percent of the picture's width that the canvas's corners and middle move.
fn truth(motion: &Similarity) -> f32 {
    let middle = CORNERS.iter().fold([0.0; 2], |m, c| [m[0] + c[0] / 4.0, m[1] + c[1] / 4.0]);
    let far = CORNERS.iter().copied().chain([middle]).map(|c| {
        let p = [f64::from(c[0]) * 640.0, f64::from(c[1]) * 480.0];
        let q = motion.apply(p);
        (q[0] - p[0]).hypot(q[1] - p[1])
    });
    (far.sum::<f64>() / 5.0 / 640.0 * 100.0) as f32
}

/// Pastes a round piece of another photograph at a place: a hand, a head.
fn paste(onto: &mut Grey, other: &Grey, at: [f64; 2], radius: f64) {
    for y in 0..onto.height {
        for x in 0..onto.width {
            let (dx, dy) = (x as f64 - at[0], y as f64 - at[1]);
            if dx.hypot(dy / 1.6) < radius {
                let (u, v) = (dx + other.width as f64 / 2.0, dy + other.height as f64 / 2.0);
                onto.pixels[y * onto.width + x] = between(other, u, v) as u8;
            }
        }
    }
}

/// Something else is projected.
fn project(onto: &mut Grey, what: usize) {
    for y in 0..onto.height {
        for x in 0..onto.width {
            let at = [x as f32 / 640.0, y as f32 / 480.0];
            if (0.34..0.67).contains(&at[0]) && (0.34..0.6).contains(&at[1]) {
                let stripe = ((x * (what + 3) + 7 * what) / 23 + y / 17) % 2;
                onto.pixels[y * onto.width + x] = if stripe == 0 { 40 } else { 230 };
            }
        }
    }
}

#[test]
fn a_moved_camera_is_noticed_and_hands_and_pictures_are_not_taken_for_it() {
    let Some(photographs) = pictures() else { return };
    let still = motion(0.0, 1.0, [0.0; 2]);
    let moves = [
        motion(0.0, 1.0, [9.0, 0.0]),
        motion(0.0, 1.0, [-16.0, 12.0]),
        motion(3.0, 1.0, [0.0, 0.0]),
        motion(-2.0, 1.0, [20.0, -8.0]),
        motion(0.0, 1.0, [-80.0, 40.0]),
    ];
    let (mut can, mut noticed, mut missed, mut took, mut looks) = (0, 0, 0, 0.0, 0);
    let mut false_alarms = 0;
    for (i, photograph) in photographs.iter().enumerate() {
        let mut camera = Camera { photograph, noise: i as u32 };
        let reference = Reference::new(&camera.see(&still, 1.0));
        let watch = Watch::new(&reference, CORNERS);
        if !watch.can_tell() {
            continue;
        }
        can += 1;
        for by in &moves {
            let mut watch = watch.clone();
            for _ in 0..3 {
                let seen = camera.see(by, 0.9);
                let begun = Instant::now();
                watch.look(&seen);
                took += begun.elapsed().as_secs_f64();
                looks += 1;
            }
            match watch.moved() {
                Some(percent) => {
                    noticed += 1;
                    let wanted = truth(by);
                    let fits = (percent - wanted).abs() < 0.3 + 0.15 * wanted;
                    assert!(fits, "photograph {i}, {by:?}: {percent} %, not {wanted} %");
                }
                None => missed += 1,
            }
        }
        let mut watch = watch.clone();
        for look in 0..20 {
            let light = 1.0 - 0.2 * f64::from(look % 3);
            let mut seen = camera.see(&still, light);
            let other = &photographs[(i + 1) % photographs.len()];
            let at = [120.0 + 20.0 * f64::from(look), 420.0 - 12.0 * f64::from(look)];
            paste(&mut seen, other, at, 90.0);
            project(&mut seen, look as usize);
            watch.look(&seen);
            false_alarms += u32::from(watch.moved().is_some());
        }
    }
    println!(
        "{can} of {} photographs have enough around the canvas; {noticed} of {} movements noticed, \
         {false_alarms} false alarms in {} looks, {:.1} ms a look",
        photographs.len(),
        noticed + missed,
        can * 20,
        took / f64::from(looks) * 1e3
    );
    assert!(can >= photographs.len() / 2, "{can}");
    assert!(noticed * 10 >= (noticed + missed) * 8, "{missed} of {} missed", noticed + missed);
    assert_eq!(false_alarms, 0);
}
