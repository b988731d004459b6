//! From a point in the camera's picture to the point of the canvas that is meant. What touch asks
//! with every frame: small, without locks, and always a finite answer.

use super::homography::{Flat, Homography};

/// How far outside the canvas a point may come to lie, canvas widths and heights: beyond, near the
/// horizon of a tilted view, numbers grow without bound and mean nothing.
const FAR: f64 = 4.0;

/// Image space to canvas space.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mapping {
    /// None: the mirror.
    surface: Option<Homography>,
}

impl Mapping {
    /// A mirror: what a person before the screen expects, where nothing is calibrated.
    pub const fn mirror() -> Self {
        Self { surface: None }
    }

    /// By a calibrated surface; nothing is mirrored then but what the surface itself mirrors.
    pub const fn surface(image_to_canvas: Homography) -> Self {
        Self { surface: Some(image_to_canvas) }
    }

    /// Whether a calibration decides, and not the mirror.
    pub const fn is_calibrated(&self) -> bool {
        self.surface.is_some()
    }

    /// The canvas point that the image point `at` means: always finite, may lie outside 0..1.
    pub fn to_canvas(&self, at: [f32; 2]) -> [f32; 2] {
        let [x, y] = at.map(|v| if v.is_finite() { f64::from(v) } else { 0.5 });
        let Some(surface) = self.surface else { return [(1.0 - x) as f32, y as f32] };
        match surface.apply([x, y]) {
            Some(p) => p.map(|v| v.clamp(-FAR, 1.0 + FAR) as f32),
            // Behind the surface's horizon: far off, and no place on it is meant.
            None => [-FAR as f32; 2],
        }
    }

    /// The image point at which the canvas point `at` is seen; none if it is not.
    pub fn to_image(&self, at: [f32; 2]) -> Option<[f32; 2]> {
        let [x, y] = at.map(f64::from);
        let seen: Flat = match self.surface {
            None => [1.0 - x, y],
            Some(surface) => surface.inverse()?.apply([x, y])?,
        };
        Some(seen.map(|v| v as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_calibration_it_is_a_mirror() {
        let m = Mapping::default();
        assert_eq!(m.to_canvas([0.25, 0.5]), [0.75, 0.5]);
        assert_eq!(m.to_image([0.75, 0.5]), Some([0.25, 0.5]));
        assert!(!m.is_calibrated());
    }

    #[test]
    fn whatever_comes_the_answer_is_finite() {
        let tilted = Homography::from_rows([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 2.0, -1.0]]);
        for m in [Mapping::mirror(), Mapping::surface(tilted.unwrap())] {
            for at in [[0.5, 0.5], [0.5, 0.500001], [0.2, 0.0], [f32::NAN, 1e30], [-9.0, 9.0]] {
                assert!(m.to_canvas(at).iter().all(|v| v.is_finite()), "{m:?} {at:?}");
            }
        }
    }
}
