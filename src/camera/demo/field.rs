//! The distance from eight points at once to the part of a hand that a tile of the picture can
//! see. Plain arrays, written so that the compiler turns every loop into vector instructions.

use arrayvec::ArrayVec;
use glam::Vec3;

use super::body::{Body, Cone, MAX_PALM, MAX_SLEEVE};

/// Points that are worked on together: a tile's row.
pub(super) const LANES: usize = 8;
/// One number for each point.
pub(super) type Lane = [f32; LANES];
/// Eight points or vectors.
pub(super) type Points = [Lane; 3];

/// Farther than anything.
const FAR: f32 = 1e6;
/// How widely parts blend, millimetres: within palm or sleeve, palm and finger, within a finger,
/// finger and finger (little, so that the line where they touch stays).
const BLEND_PALM: f32 = 9.0;
const BLEND_ROOT: f32 = 7.0;
const BLEND_JOINT: f32 = 2.0;
const BLEND_TOUCH: f32 = 0.6;

/// What a point of the surface belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surface {
    /// Which way the part's pad or palm looks.
    pub pad: Points,
    /// 1 on the sleeve, 0 on skin.
    pub cloth: Lane,
}

/// The cones that matter to a tile.
#[derive(Debug, Default)]
pub(super) struct Field {
    palm: ArrayVec<Cone, MAX_PALM>,
    /// A phalanx that does not matter is a cone of no size far away.
    fingers: ArrayVec<([Cone; 3], [Vec3; 3]), 5>,
    sleeve: ArrayVec<Cone, MAX_SLEEVE>,
    palm_normal: Vec3,
}

const fn nowhere() -> Cone {
    Cone { a: Vec3::splat(FAR), along: Vec3::X, length: 0.0, ra: 0.0, slope: 0.0, tan: 0.0 }
}

fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The smaller of two, rounded where they differ by less than `k`.
fn blend(a: f32, b: f32, k: f32) -> f32 {
    let h = larger(k - (a - b).abs(), 0.0);
    smaller(a, b) - h * h * (0.25 / k)
}

#[inline(always)]
fn to_cone(c: &Cone, p: &Points) -> Lane {
    let mut out = [0.0; LANES];
    for i in 0..LANES {
        let (x, y, z) = (p[0][i] - c.a.x, p[1][i] - c.a.y, p[2][i] - c.a.z);
        let t = x * c.along.x + y * c.along.y + z * c.along.z;
        let off2 = larger(x * x + y * y + z * z - t * t, 0.0);
        // The sphere of the cone that is nearest to the point.
        let at = smaller(larger(t - off2.sqrt() * c.tan, 0.0), c.length);
        let beside = t - at;
        out[i] = (beside * beside + off2).sqrt() - (c.ra - c.slope * at);
    }
    out
}

#[inline(always)]
fn blend_all(a: &mut Lane, b: &Lane, k: f32) {
    for i in 0..LANES {
        a[i] = blend(a[i], b[i], k);
    }
}

#[inline(always)]
fn group(cones: &[Cone], p: &Points) -> Lane {
    let mut d = [FAR; LANES];
    for cone in cones {
        blend_all(&mut d, &to_cone(cone, p), BLEND_PALM);
    }
    d
}

impl Field {
    /// Takes those cones of `body` that `matters` says do; says whether there are any.
    pub(super) fn gather(&mut self, body: &Body, mut matters: impl FnMut(usize) -> bool) -> bool {
        self.palm.clear();
        self.fingers.clear();
        self.sleeve.clear();
        self.palm_normal = body.palm_normal;
        let mut index = 0;
        let mut next = || {
            index += 1;
            matters(index - 1)
        };
        self.palm.extend(body.palm.iter().filter(|_| next()).copied());
        for (cones, pads) in body.fingers.iter().zip(&body.pads) {
            let wanted = [next(), next(), next()];
            if wanted != [false; 3] {
                let kept = std::array::from_fn(|k| if wanted[k] { cones[k] } else { nowhere() });
                self.fingers.push((kept, *pads));
            }
        }
        self.sleeve.extend(body.sleeve.iter().filter(|_| next()).copied());
        !(self.palm.is_empty() && self.fingers.is_empty() && self.sleeve.is_empty())
    }

    /// Signed distance of each point to the hand, millimetres.
    pub(super) fn distance(&self, p: &Points) -> Lane {
        let palm = group(&self.palm, p);
        let mut d = palm;
        for (cones, _) in &self.fingers {
            let [d0, d1, d2] = [&cones[0], &cones[1], &cones[2]].map(|c| to_cone(c, p));
            for i in 0..LANES {
                let finger = blend(blend(d0[i], d1[i], BLEND_JOINT), d2[i], BLEND_JOINT);
                let root = blend(palm[i], d0[i], BLEND_ROOT);
                d[i] = blend(d[i], blend(root, finger, BLEND_JOINT), BLEND_TOUCH);
            }
        }
        if !self.sleeve.is_empty() {
            let sleeve = group(&self.sleeve, p);
            for i in 0..LANES {
                d[i] = smaller(d[i], sleeve[i]);
            }
        }
        d
    }

    /// What each point, on the surface, belongs to.
    pub(super) fn surface(&self, p: &Points) -> Surface {
        let mut pad = [[0.0; LANES]; 3];
        let mut skin = group(&self.palm, p);
        add_pad(&mut pad, &skin, self.palm_normal);
        for (cones, pads) in &self.fingers {
            for (cone, own) in cones.iter().zip(pads) {
                let d = to_cone(cone, p);
                add_pad(&mut pad, &d, *own);
                for i in 0..LANES {
                    skin[i] = smaller(skin[i], d[i]);
                }
            }
        }
        let sleeve = group(&self.sleeve, p);
        let mut cloth = [0.0; LANES];
        for i in 0..LANES {
            cloth[i] = if sleeve[i] < skin[i] { 1.0 } else { 0.0 };
            let length = pad[0][i] * pad[0][i] + pad[1][i] * pad[1][i] + pad[2][i] * pad[2][i];
            let unit = 1.0 / (length.sqrt() + 1e-9);
            for axis in &mut pad {
                axis[i] *= unit;
            }
        }
        Surface { pad, cloth }
    }
}

/// Parts side by side share their pads' direction, so that the tint of the skin has no seams.
#[inline(always)]
fn add_pad(pad: &mut Points, d: &Lane, own: Vec3) {
    for i in 0..LANES {
        let near = 1.0 / (1.0 + larger(d[i], 0.0));
        let weight = near * near * near;
        for axis in 0..3 {
            pad[axis][i] += weight * own[axis];
        }
    }
}
