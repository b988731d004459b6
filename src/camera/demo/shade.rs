//! Colour and light on the demo hand: skin that is lighter in the palm, cloth, one warm lamp, one
//! cool window, the sky of the room, and the darkness between fingers.

use glam::Vec3;

use super::body::Body;
use super::field::{Field, LANES, Lane, Points};

/// Linear colours of hand and sleeve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    palm: [f32; 3],
    back: [f32; 3],
    cloth: [f32; 3],
}

impl Default for Look {
    fn default() -> Self {
        Self { palm: [0.66, 0.38, 0.27], back: [0.56, 0.33, 0.23], cloth: [0.11, 0.19, 0.27] }
    }
}

/// Entries of the tone curve, for linear light 0..2.
const CURVE: usize = 2048;

/// From linear light to the picture's bytes, and the hand's look.
#[derive(Debug)]
pub(super) struct Shader {
    look: Look,
    curve: Vec<u8>,
}

/// How light falls on one hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Light {
    look: Look,
    arm: Vec3,
    wrist: Vec3,
}

/// A lamp: where it is, its colour, how far its light wraps round per channel (skin lets red through).
const KEY: ([f32; 3], [f32; 3]) = ([-0.4417, 0.5521, 0.7068], [0.98, 0.92, 0.86]);
const FILL: ([f32; 3], [f32; 3]) = ([0.4390, 0.0998, 0.8929], [0.20, 0.22, 0.25]);
const WRAP_SKIN: [f32; 3] = [0.42, 0.20, 0.14];
const WRAP_CLOTH: f32 = 0.15;
const SKY: [f32; 3] = [0.44, 0.46, 0.50];
const GROUND: [f32; 3] = [0.25, 0.22, 0.20];
/// Where the darkness around a point is felt, millimetres out of the surface, and how much it weighs.
const OCCLUSION: [(f32, f32); 3] = [(2.2, 1.0), (6.0, 0.75), (12.0, 0.5)];

impl Shader {
    pub(super) fn new(look: Look) -> Self {
        let curve = (0..CURVE)
            .map(|i| (exact_tone(2.0 * i as f32 / (CURVE - 1) as f32) + 0.5) as u8)
            .collect();
        Self { look, curve }
    }

    /// The picture's byte for a linear light.
    pub(super) fn tone(&self, linear: f32) -> u8 {
        let i = (linear.max(0.0) * (0.5 * (CURVE - 1) as f32)) as usize;
        self.curve[i.min(CURVE - 1)]
    }

    /// The same, exactly, and with `grain` (-1..1) before it is rounded; for what is drawn once.
    pub(super) fn grainy_tone(&self, linear: f32, grain: f32) -> u8 {
        (exact_tone(linear) + grain + 0.5) as u8
    }

    /// Light for one hand.
    pub(super) fn about(&self, body: &Body) -> Light {
        Light { look: self.look, arm: body.arm, wrist: body.wrist }
    }
}

/// Film-like shoulder and gamma: linear light to 0..255.
fn exact_tone(linear: f32) -> f32 {
    let toned = linear / (1.0 + 0.12 * linear) * 1.12;
    toned.clamp(0.0, 1.0).powf(1.0 / 2.2) * 255.0
}

fn dot(a: &Points, b: &Points, i: usize) -> f32 {
    a[0][i] * b[0][i] + a[1][i] * b[1][i] + a[2][i] * b[2][i]
}

/// Unit vectors out of the surface: differences at the corners of a tetrahedron.
fn normals(field: &Field, p: &Points) -> Points {
    const E: f32 = 0.45;
    const CORNERS: [[f32; 3]; 4] =
        [[1.0, -1.0, -1.0], [-1.0, -1.0, 1.0], [-1.0, 1.0, -1.0], [1.0, 1.0, 1.0]];
    let mut n = [[0.0; LANES]; 3];
    for corner in CORNERS {
        let d = field.distance(&offset(p, |axis, _| E * corner[axis]));
        for axis in 0..3 {
            for i in 0..LANES {
                n[axis][i] += corner[axis] * d[i];
            }
        }
    }
    for i in 0..LANES {
        let unit = 1.0 / (dot(&n, &n, i).sqrt() + 1e-9);
        for axis in &mut n {
            axis[i] *= unit;
        }
    }
    n
}

fn offset(p: &Points, by: impl Fn(usize, usize) -> f32) -> Points {
    std::array::from_fn(|axis| std::array::from_fn(|i| p[axis][i] + by(axis, i)))
}

/// How open the surface is to the light around it, 0..1.
fn openness(field: &Field, p: &Points, n: &Points) -> Lane {
    let mut closed = [0.0; LANES];
    for (out, weight) in OCCLUSION {
        let d = field.distance(&offset(p, |axis, i| n[axis][i] * out));
        for i in 0..LANES {
            closed[i] += weight * (out - d[i]).max(0.0) / out;
        }
    }
    closed.map(|c| 1.0 - (0.42 * c).clamp(0.0, 0.9))
}

impl Light {
    /// Linear colours of eight points of the surface: red, green, blue.
    pub(super) fn colours(&self, near: &Field, wide: &Field, rays: &Points, p: &Points) -> Points {
        let n = normals(near, p);
        let open = openness(wide, p, &n);
        let surface = near.surface(p);
        let mut out = [[0.0; LANES]; 3];
        for i in 0..LANES {
            let cloth = surface.cloth[i];
            let palmar = (1.4 * dot(&surface.pad, &n, i) + 0.5).clamp(0.0, 1.0);
            // The forearm has no palm.
            let below = (p[0][i] - self.wrist.x) * self.arm.x
                + (p[1][i] - self.wrist.y) * self.arm.y
                + (p[2][i] - self.wrist.z) * self.arm.z;
            let palmar = palmar * (1.0 - below / 30.0).clamp(0.25, 1.0);
            let facing = |lamp: [f32; 3]| n[0][i] * lamp[0] + n[1][i] * lamp[1] + n[2][i] * lamp[2];
            let (key, fill) = (facing(KEY.0), facing(FILL.0));
            let sky = 0.5 + 0.5 * n[1][i];
            let rim = (1.0 + dot(&n, rays, i)).max(0.0);
            let shine = self.shine(rays, &n, i) * (1.0 - cloth) * open[i] * key.max(0.0).sqrt();
            // Light that leaves skin between fingers has turned red.
            let (open_red, open_rest) = (open[i].sqrt(), open[i]);
            for c in 0..3 {
                let skin = self.look.back[c] + (self.look.palm[c] - self.look.back[c]) * palmar;
                let albedo = skin + (self.look.cloth[c] - skin) * cloth;
                let wrap = WRAP_SKIN[c] + (WRAP_CLOTH - WRAP_SKIN[c]) * cloth;
                let lit = |facing: f32| ((facing + wrap) / (1.0 + wrap)).max(0.0);
                let open = if c == 0 { open_red } else { open_rest };
                let around = GROUND[c] + (SKY[c] - GROUND[c]) * sky;
                let light = (around + FILL.1[c] * lit(fill)) * open
                    + KEY.1[c] * lit(key) * (0.35 + 0.65 * open);
                out[c][i] = albedo * light + KEY.1[c] * shine + 0.08 * rim * rim * rim * around;
            }
        }
        out
    }

    /// The lamp's glint on skin.
    fn shine(&self, rays: &Points, n: &Points, i: usize) -> f32 {
        let h: [f32; 3] = std::array::from_fn(|axis| KEY.0[axis] - rays[axis][i]);
        let unit = 1.0 / (h[0] * h[0] + h[1] * h[1] + h[2] * h[2] + 1e-9).sqrt();
        let along = ((n[0][i] * h[0] + n[1][i] * h[1] + n[2][i] * h[2]) * unit).max(0.0);
        let p4 = along * along * along * along;
        0.085 * p4 * p4 * p4 * p4
    }
}
