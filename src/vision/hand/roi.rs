//! The square, turned region of a picture that holds one hand: from a found palm, or from the
//! landmarks of the frame before. All in pixels, angles in radians, y down.
//!
//! The formulas are MediaPipe's (`palm_detection_detection_to_roi` and
//! `hand_landmark_landmarks_to_roi`); the tests compare with numbers that MediaPipe gave.

use std::f32::consts::{FRAC_PI_2, PI};

use super::palm::Palm;

/// Palm box to hand: move half the box's height towards the fingers, then 2.6 times its size.
const PALM_SHIFT: f32 = -0.5;
const PALM_SCALE: f32 = 2.6;
/// Knuckles and wrist to hand: move a tenth, then twice the size.
const LANDMARKS_SHIFT: f32 = -0.1;
const LANDMARKS_SCALE: f32 = 2.0;

/// The landmarks that span the next region: wrist, thumb but its tip, and each finger's two lowest joints.
const SPANNING: [usize; 12] = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18];

/// A square region of the picture, turned about its centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Roi {
    /// Centre, pixels.
    pub cx: f32,
    /// Centre, pixels.
    pub cy: f32,
    /// Length of a side, pixels.
    pub side: f32,
    /// Rotation, clockwise as seen, radians in -π..π; 0 has the fingers up.
    pub rot: f32,
}

impl Roi {
    /// The centred square that holds the whole picture: what the palm detector sees.
    pub fn whole(width: u32, height: u32) -> Self {
        Self {
            cx: width as f32 * 0.5,
            cy: height as f32 * 0.5,
            side: width.max(height) as f32,
            rot: 0.0,
        }
    }

    /// Where the hand of a found palm lies.
    pub fn from_palm(palm: &Palm, width: u32, height: u32) -> Self {
        let (w, h) = (width as f32, height as f32);
        let px = |p: [f32; 2]| [p[0] * w, p[1] * h];
        let rot = upright(px(palm.wrist), px(palm.middle));
        let [x0, y0] = px([palm.area[0], palm.area[1]]);
        let [x1, y1] = px([palm.area[2], palm.area[3]]);
        let spread = Spread { cx: (x0 + x1) * 0.5, cy: (y0 + y1) * 0.5, w: x1 - x0, h: y1 - y0 };
        spread.grown(rot, PALM_SHIFT, PALM_SCALE)
    }

    /// Where to look for this hand in the next frame. `points` are its landmarks in pixels.
    pub fn from_landmarks(points: &[[f32; 2]; 21]) -> Self {
        let [index, middle, ring] = [points[5], points[9], points[13]];
        let towards = [
            ((index[0] + ring[0]) * 0.5 + middle[0]) * 0.5,
            ((index[1] + ring[1]) * 0.5 + middle[1]) * 0.5,
        ];
        let rot = upright(points[0], towards);
        let (sin, cos) = rot.sin_cos();
        let spanning = || SPANNING.iter().map(|&i| points[i]);
        let [cx, cy] = Span::of(spanning()).centre();
        let turned = Span::of(spanning().map(|[x, y]| {
            let (dx, dy) = (x - cx, y - cy);
            [dx * cos + dy * sin, dy * cos - dx * sin]
        }));
        let [tx, ty] = turned.centre();
        let spread = Spread {
            cx: tx * cos - ty * sin + cx,
            cy: tx * sin + ty * cos + cy,
            w: turned.max[0] - turned.min[0],
            h: turned.max[1] - turned.min[1],
        };
        spread.grown(rot, LANDMARKS_SHIFT, LANDMARKS_SCALE)
    }

    /// Intersection over union with another region, both as if not turned; 0..1.
    pub fn iou(&self, other: &Self) -> f32 {
        let overlap = |a: f32, b: f32| {
            let reach = (a + self.side * 0.5).min(b + other.side * 0.5);
            (reach - (a - self.side * 0.5).max(b - other.side * 0.5)).max(0.0)
        };
        let both = overlap(self.cx, other.cx) * overlap(self.cy, other.cy);
        let union = self.side * self.side + other.side * other.side - both;
        if union > 0.0 { both / union } else { 0.0 }
    }

    /// Whether it can hold a hand of a picture of this size: finite, of some size, and not so far
    /// out or so large that nothing of the picture would be seen.
    pub fn is_usable(&self, width: u32, height: u32) -> bool {
        let size = width.max(height) as f32;
        let near = |c: f32, extent: u32| c > -size && c < extent as f32 + size;
        self.rot.is_finite()
            && (2.0..=8.0 * size).contains(&self.side)
            && near(self.cx, width)
            && near(self.cy, height)
    }
}

/// The turn that brings `to` straight above `from`.
fn upright(from: [f32; 2], to: [f32; 2]) -> f32 {
    let angle = FRAC_PI_2 - (-(to[1] - from[1])).atan2(to[0] - from[0]);
    angle - 2.0 * PI * ((angle + PI) / (2.0 * PI)).floor()
}

/// An axis-aligned span of points.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) min: [f32; 2],
    pub(super) max: [f32; 2],
}

impl Span {
    pub(super) fn of(points: impl Iterator<Item = [f32; 2]>) -> Self {
        let start = Self { min: [f32::INFINITY; 2], max: [f32::NEG_INFINITY; 2] };
        points.fold(start, |s, [x, y]| Self {
            min: [s.min[0].min(x), s.min[1].min(y)],
            max: [s.max[0].max(x), s.max[1].max(y)],
        })
    }

    fn centre(&self) -> [f32; 2] {
        [(self.min[0] + self.max[0]) * 0.5, (self.min[1] + self.max[1]) * 0.5]
    }

    /// Intersection over union; 0..1.
    pub(super) fn iou(&self, other: &Self) -> f32 {
        let side =
            |i: usize| (self.max[i].min(other.max[i]) - self.min[i].max(other.min[i])).max(0.0);
        let area = |s: &Self| (s.max[0] - s.min[0]) * (s.max[1] - s.min[1]);
        let both = side(0) * side(1);
        let union = area(self) + area(other) - both;
        if union > 0.0 { both / union } else { 0.0 }
    }
}

/// Centre and extent of what spans the hand, before it is grown to the region.
struct Spread {
    cx: f32,
    cy: f32,
    w: f32,
    h: f32,
}

impl Spread {
    /// Moved by `shift` heights along the turned y axis and grown to a square.
    fn grown(&self, rot: f32, shift: f32, scale: f32) -> Roi {
        let (sin, cos) = rot.sin_cos();
        Roi {
            cx: self.cx - self.h * shift * sin,
            cy: self.cy + self.h * shift * cos,
            side: self.w.max(self.h) * scale,
            rot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn numbers(v: &Value) -> Vec<f32> {
        v.as_array().unwrap().iter().map(|n| n.as_f64().unwrap() as f32).collect()
    }

    /// MediaPipe's own rectangle (normalised centre, size, rotation) as a region.
    fn given(v: &Value, w: f32, h: f32) -> Roi {
        let r = numbers(v);
        assert!((r[2] * w - r[3] * h).abs() < 1e-2);
        Roi { cx: r[0] * w, cy: r[1] * h, side: r[2] * w, rot: r[4] }
    }

    fn assert_near(ours: Roi, theirs: Roi) {
        for (a, b, limit) in [
            (ours.cx, theirs.cx, 1e-3),
            (ours.cy, theirs.cy, 1e-3),
            (ours.side, theirs.side, 1e-3),
            (ours.rot, theirs.rot, 1e-5),
        ] {
            assert!((a - b).abs() <= limit, "{ours:?} against MediaPipe's {theirs:?}");
        }
    }

    #[test]
    fn regions_are_mediapipes_to_a_thousandth_of_a_pixel() {
        let golden: Value = serde_json::from_str(include_str!("golden/mediapipe.json")).unwrap();
        for case in golden.as_array().unwrap() {
            let width = case["width"].as_u64().unwrap() as u32;
            let height = case["height"].as_u64().unwrap() as u32;
            let (w, h) = (width as f32, height as f32);
            let p = numbers(&case["palm"]);
            let palm = Palm {
                area: [p[0], p[1], p[0] + p[2], p[1] + p[3]],
                wrist: [p[4], p[5]],
                middle: [p[8], p[9]],
                score: p[18],
            };
            assert_near(Roi::from_palm(&palm, width, height), given(&case["palm_rect"], w, h));
            let mut points = [[0.0; 2]; 21];
            for (point, v) in points.iter_mut().zip(case["landmarks"].as_array().unwrap()) {
                let v = numbers(v);
                *point = [v[0] * w, v[1] * h];
            }
            assert_near(Roi::from_landmarks(&points), given(&case["next_rect"], w, h));
        }
    }

    #[test]
    fn overlap_of_squares() {
        let a = Roi { cx: 50.0, cy: 50.0, side: 20.0, rot: 1.0 };
        assert_eq!(a.iou(&a), 1.0);
        assert_eq!(a.iou(&Roi { cx: 90.0, ..a }), 0.0);
        // Half of each is shared: 200 of 600.
        assert!((a.iou(&Roi { cx: 60.0, rot: -2.0, ..a }) - 1.0 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn nonsense_is_not_usable() {
        let good = Roi { cx: 320.0, cy: 240.0, side: 100.0, rot: 0.0 };
        assert!(good.is_usable(640, 480));
        assert!(Roi { cx: -100.0, ..good }.is_usable(640, 480));
        for bad in [
            Roi { cx: f32::NAN, ..good },
            Roi { cy: 1e9, ..good },
            Roi { side: 0.0, ..good },
            Roi { side: f32::INFINITY, ..good },
            Roi { rot: f32::NAN, ..good },
        ] {
            assert!(!bad.is_usable(640, 480), "{bad:?}");
        }
    }
}
