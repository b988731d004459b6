use super::*;

const QUAD: Corners = [[0.35, 0.3], [0.65, 0.3], [0.65, 0.6], [0.35, 0.6]];

/// Smooth noise, 0..1: random values at whole numbers, and between them what lies between.
fn value(x: f64, y: f64) -> f64 {
    let at = |x: f64, y: f64| {
        let h = (x as i64 * 0x9E37 + y as i64 * 0x85EB + 12_345) as u64;
        let h = h.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let h = (h ^ (h >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (h >> 40) as f64 / (1_u64 << 24) as f64
    };
    let (fx, fy) = (x.floor(), y.floor());
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - fx), ease(y - fy));
    let top = at(fx, fy) * (1.0 - u) + at(fx + 1.0, fy) * u;
    let low = at(fx, fy + 1.0) * (1.0 - u) + at(fx + 1.0, fy + 1.0) * u;
    top * (1.0 - v) + low * v
}

/// A room with things in it, as a camera that moved sees it: smooth blobs, noise on top.
struct Scene {
    noise: u32,
}

impl Scene {
    fn see(&mut self, motion: &Similarity, change: impl Fn(f64, f64) -> Option<f64>) -> Grey {
        let (width, height) = (320_usize, 240_usize);
        let [c, s, dx, dy] = motion.terms;
        let scale = c * c + s * s;
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (x, y) = (x as f64 / 2.0, y as f64 / 2.0);
                // Back to where it was before the camera moved.
                let (u, v) = (x - dx, y - dy);
                let (u, v) = ((c * u + s * v) / scale, (c * v - s * u) / scale);
                let room = 40.0
                    + 0.2 * u
                    + 80.0 * value(u / 9.0, v / 9.0)
                    + 70.0 * value(u / 31.0, v / 31.0);
                self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let grain = f64::from(self.noise >> 24) / 25.0 - 5.0;
                pixels.push((change(x, y).unwrap_or(room) + grain).clamp(0.0, 255.0) as u8);
            }
        }
        Grey { width, height, pixels }
    }
}

fn still() -> Similarity {
    Similarity { terms: [1.0, 0.0, 0.0, 0.0] }
}

fn turned(degrees: f64, scale: f64, shift: [f64; 2]) -> Similarity {
    let (s, c) = degrees.to_radians().sin_cos();
    let (c, s) = (c * scale, s * scale);
    // About the middle.
    Similarity {
        terms: [c, s, 80.0 - c * 80.0 + s * 60.0 + shift[0], 60.0 - s * 80.0 - c * 60.0 + shift[1]],
    }
}

fn watch(scene: &mut Scene) -> Watch {
    let reference = Reference::new(&scene.see(&still(), |_, _| None));
    let kept = Reference::from_bytes(&reference.to_bytes()).unwrap();
    assert_eq!(kept, reference);
    Watch::new(&kept, QUAD)
}

#[test]
fn a_moved_camera_is_noticed_by_the_third_look_and_by_how_much() {
    for (motion, percent) in [
        (turned(0.0, 1.0, [1.6, 0.0]), 1.0..1.02),
        (turned(0.0, 1.0, [0.0, -4.8]), 3.0..3.02),
        (turned(0.0, 1.0, [-30.0, 20.0]), 22.5..22.6),
        (turned(5.0, 1.0, [0.0, 0.0]), 1.0..2.5),
        (turned(-8.0, 1.0, [6.0, 3.0]), 4.0..6.0),
        (turned(0.0, 1.06, [0.0, 0.0]), 0.8..1.5),
    ] {
        let mut scene = Scene { noise: 7 };
        let mut w = watch(&mut scene);
        for _ in 0..5 {
            w.look(&scene.see(&still(), |_, _| None));
            assert_eq!(w.moved(), None);
        }
        for look in 0..3 {
            assert_eq!(w.moved(), None, "look {look}");
            w.look(&scene.see(&motion, |_, _| None));
        }
        let moved = w.moved().unwrap_or_else(|| panic!("{motion:?} is not noticed"));
        assert!(moved > percent.start - 0.2 && moved < percent.end + 0.2, "{motion:?}: {moved}");
        for _ in 0..3 {
            w.look(&scene.see(&still(), |_, _| None));
        }
        assert_eq!(w.moved(), None, "it was put back");
    }
}

#[test]
fn what_is_shown_hands_and_light_are_no_movement() {
    let mut scene = Scene { noise: 3 };
    let mut w = watch(&mut scene);
    for k in 0..30 {
        let t = f64::from(k);
        let picture = scene.see(&still(), |x, y| {
            let shown = (56.0..104.0).contains(&x) && (36.0..72.0).contains(&y);
            let hand = ((x - 40.0 - 2.0 * t) / 22.0).powi(2) + ((y - 90.0) / 40.0).powi(2) < 1.0;
            if hand {
                return Some(150.0 + 20.0 * ((x - 2.0 * t) * 0.4).sin());
            }
            shown.then(|| 128.0 + 100.0 * ((x + 3.0 * t) * 0.3).sin())
        });
        w.look(&picture);
        assert_eq!(w.moved(), None, "look {k}");
    }
    // It grows dark.
    let mut dim = scene.see(&still(), |_, _| None);
    dim.pixels.iter_mut().for_each(|p| *p = *p / 2 + 10);
    for _ in 0..5 {
        w.look(&dim);
        assert_eq!(w.moved(), None);
    }
    // Black, and a picture of another shape.
    for _ in 0..5 {
        w.look(&Grey { width: 320, height: 240, pixels: vec![0; 320 * 240] });
        w.look(&Grey { width: 320, height: 180, pixels: vec![9; 320 * 180] });
        assert_eq!(w.moved(), None);
    }
}

#[test]
fn a_movement_too_small_to_matter_is_not_told_and_a_blank_wall_tells_nothing() {
    let mut scene = Scene { noise: 5 };
    let mut w = watch(&mut scene);
    for _ in 0..6 {
        w.look(&scene.see(&turned(0.0, 1.0, [0.6, 0.0]), |_, _| None));
        assert_eq!(w.moved(), None);
    }
    let blank = Reference::new(&Grey { width: 160, height: 120, pixels: vec![99; 160 * 120] });
    assert!(!Watch::new(&blank, QUAD).can_tell());
    assert_eq!(Reference::from_bytes(b"D\x01\x05\x00\x05\x00short"), None);
    assert_eq!(Reference::from_bytes(b""), None);
}
