//! A flat surface with a picture on it, as the camera sees it: the homography is known, so that a
//! calibration can be held against the truth. Must not know what is on the surface.

use glam::{DMat3, DVec2, DVec3};

/// Four points of which three lie on a line, nearly: twice the area of their triangle.
const FLAT: f64 = 1e-9;

/// Where a surface is in the camera's picture: canvas space (0..1 in x and y of the surface, y
/// down) to image space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surface {
    to_image: DMat3,
    to_canvas: DMat3,
}

impl Surface {
    /// From the surface's corners in the picture, image space: top left, top right, bottom right,
    /// bottom left. `None` if three of them lie on a line.
    pub fn from_corners(corners: [[f32; 2]; 4]) -> Option<Self> {
        let [a, b, c, d] = corners.map(|[x, y]| DVec2::new(f64::from(x), f64::from(y)));
        let triangles = [(a, b, c), (b, c, d), (c, d, a), (d, a, b)];
        if triangles.iter().any(|(p, q, r)| (*q - *p).perp_dot(*r - *p).abs() < FLAT) {
            return None;
        }
        // The unit square onto a quadrilateral: Heckbert, Fundamentals of Texture Mapping, 1989, 2.2.3.
        let (u, v, sum) = (b - c, d - c, a - b + c - d);
        let scale = u.perp_dot(v);
        let (g, h) = (sum.perp_dot(v) / scale, u.perp_dot(sum) / scale);
        let to_image = DMat3::from_cols(
            (b - a + g * b).extend(g),
            (d - a + h * d).extend(h),
            DVec3::new(a.x, a.y, 1.0),
        );
        Some(Self { to_image, to_canvas: to_image.inverse() })
    }

    /// What is assumed without a calibration: the picture's mirror image fills the canvas.
    pub fn mirror() -> Self {
        let turn = DMat3::from_cols(DVec3::NEG_X, DVec3::Y, DVec3::new(1.0, 0.0, 1.0));
        Self { to_image: turn, to_canvas: turn }
    }

    /// Where a point of the surface is in the picture.
    pub fn to_image(&self, canvas: [f32; 2]) -> [f32; 2] {
        through(&self.to_image, canvas)
    }

    /// Which point of the surface is there in the picture; outside 0..1 it is beside the surface.
    pub fn to_canvas(&self, image: [f32; 2]) -> [f32; 2] {
        through(&self.to_canvas, image)
    }
}

fn through(by: &DMat3, [x, y]: [f32; 2]) -> [f32; 2] {
    let p = *by * DVec3::new(f64::from(x), f64::from(y), 1.0);
    [(p.x / p.z) as f32, (p.y / p.z) as f32]
}

/// A sensor's noise: each value of each picture is off by a normally distributed number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise {
    sigma: f32,
    state: u64,
}

impl Noise {
    /// `sigma` of 255; the same `seed` gives the same pictures.
    pub(super) fn new(sigma: f32, seed: u64) -> Self {
        Self { sigma, state: seed.wrapping_mul(2).wrapping_add(1) }
    }

    /// Adds it to a picture.
    pub(super) fn add(&mut self, picture: &mut [u8]) {
        // The mean of four bytes is near enough to normal; their spread is 147.8 (4 · (256² − 1) / 12).
        let scale = self.sigma / 147.8;
        for pair in picture.chunks_mut(2) {
            let random = self.next();
            for (value, bytes) in pair.iter_mut().zip([random as u32, (random >> 32) as u32]) {
                let sum: u32 = bytes.to_le_bytes().into_iter().map(u32::from).sum();
                let off = (sum as f32 - 510.0) * scale;
                *value = (f32::from(*value) + off + 0.5) as u8;
            }
        }
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
