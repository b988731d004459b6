//! Flesh on the bones: a posed hand as rounded cones in the camera's frame, in groups that blend
//! into one another. Millimetres. Must not know pixels.

use arrayvec::ArrayVec;
use glam::{Mat3, Vec3};

use super::scene::{Placement, PosedHand};
use super::skeleton::{KNUCKLES, Phalanx, Skeleton};

/// The most cones of one palm with its wrist.
pub(super) const MAX_PALM: usize = 14;
/// The cones of one sleeve.
pub(super) const MAX_SLEEVE: usize = 4;
/// All cones of one hand.
pub(super) const MAX_CONES: usize = MAX_PALM + 15 + MAX_SLEEVE;

/// Radii at thumb's CMC, MCP, IP and tip.
const THUMB_RADII: [f32; 4] = [14.5, 11.8, 10.2, 7.8];
/// Radii at MCP, PIP, DIP and tip of index, middle, ring and pinky.
const FINGER_RADII: [[f32; 4]; 4] =
    [[10.6, 9.6, 8.5, 6.8], [10.8, 9.8, 8.6, 6.9], [10.3, 9.2, 8.1, 6.5], [9.2, 8.1, 7.2, 5.8]];
/// The sleeve begins this far from the wrist.
const SLEEVE_AT: f32 = 52.0;

/// Two spheres and everything between them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cone {
    /// Middle of the first sphere.
    pub a: Vec3,
    /// Unit vector from the first to the second.
    pub along: Vec3,
    /// From middle to middle.
    pub length: f32,
    /// Radius of the first.
    pub ra: f32,
    /// How much the radius shrinks per millimetre: the sine of the cone's slope.
    pub slope: f32,
    /// The tangent of the slope.
    pub tan: f32,
}

impl Cone {
    fn new(a: Vec3, b: Vec3, ra: f32, rb: f32) -> Self {
        let length = a.distance(b).max(1e-3);
        let slope = ((ra - rb) / length).clamp(-0.999, 0.999);
        let tan = slope / (1.0 - slope * slope).sqrt();
        Self { a, along: (b - a) / length, length, ra, slope, tan }
    }

    /// Middle and radius of the second sphere.
    pub fn far_end(&self) -> (Vec3, f32) {
        (self.a + self.along * self.length, self.ra - self.slope * self.length)
    }

    /// No point of it is nearer to the camera than this.
    pub fn nearest(&self) -> f32 {
        let foot = (-self.a.dot(self.along)).clamp(0.0, self.length);
        (self.a + self.along * foot).length() - self.ra.max(self.far_end().1)
    }

    /// No point of it is farther from the camera than this.
    pub fn farthest(&self) -> f32 {
        let (b, rb) = self.far_end();
        (self.a.length() + self.ra).max(b.length() + rb)
    }
}

/// One hand, ready to be drawn.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// Palm, thenar, wrist: blended widely.
    pub palm: ArrayVec<Cone, MAX_PALM>,
    /// Thumb to pinky, three phalanges each.
    pub fingers: [[Cone; 3]; 5],
    /// Which way each phalanx's pad looks.
    pub pads: [[Vec3; 3]; 5],
    /// Which way the palm looks.
    pub palm_normal: Vec3,
    /// From the fingers to the elbow.
    pub arm: Vec3,
    /// Where the wrist is.
    pub wrist: Vec3,
    /// The cloth.
    pub sleeve: ArrayVec<Cone, MAX_SLEEVE>,
}

struct Sculptor {
    at: Placement,
}

impl Sculptor {
    fn cone(&self, a: Vec3, b: Vec3, ra: f32, rb: f32) -> Cone {
        Cone::new(self.at.point(a), self.at.point(b), ra, rb)
    }
}

impl Body {
    pub(super) fn of(hand: &PosedHand) -> Self {
        let bones = Skeleton::of(&hand.state.pose);
        let s = Sculptor { at: hand.placement() };
        let [sideways, back] = hand.state.wrist.map(f32::to_radians);
        let arm = Mat3::from_rotation_z(sideways) * Mat3::from_rotation_x(back) * Vec3::NEG_Y;
        let mut palm = ArrayVec::new();
        palm_cones(&s, &bones.phalanges[0][0], &mut palm);
        wrist_cones(&s, arm, &mut palm);
        let mut pads = bones.phalanges.map(|finger| finger.map(|bone| s.at.turn * bone.pad));
        // The ball of the thumb is palm.
        pads[0][0] = s.at.turn * Vec3::Z;
        Self {
            palm,
            fingers: finger_cones(&s, &bones),
            pads,
            palm_normal: s.at.turn * Vec3::Z,
            arm: s.at.turn * arm,
            wrist: s.at.point(Vec3::ZERO),
            sleeve: sleeve_cones(&s, arm),
        }
    }

    /// Every cone.
    pub(super) fn cones(&self) -> impl Iterator<Item = &Cone> {
        self.palm.iter().chain(self.fingers.iter().flatten()).chain(&self.sleeve)
    }
}

fn palm_cones(s: &Sculptor, metacarpal: &Phalanx, out: &mut ArrayVec<Cone, MAX_PALM>) {
    let [index, middle, ring, pinky] = KNUCKLES;
    let v = Vec3::new;
    // Metacarpals, 2 mm to the back of the hand.
    let back = v(0.0, 0.0, -2.0);
    out.push(s.cone(v(13.0, 10.0, 0.0), index + back, 12.5, 10.5));
    out.push(s.cone(v(4.0, 8.0, -1.0), middle + back, 13.0, 10.8));
    out.push(s.cone(v(-6.0, 8.0, -1.0), ring + back, 13.0, 10.4));
    out.push(s.cone(v(-15.0, 10.0, 0.0), pinky + back, 12.5, 9.6));
    // The pads before the knuckles.
    let pad = v(0.0, -7.0, 4.5);
    out.push(s.cone(index + pad, middle + pad, 8.0, 8.0));
    out.push(s.cone(middle + pad, ring + pad, 8.0, 8.0));
    out.push(s.cone(ring + pad, pinky + pad + v(1.0, -2.0, 0.0), 8.0, 8.0));
    // Heel of the hand, ball of the thumb, first web.
    out.push(s.cone(v(-19.0, 15.0, 5.0), v(-31.0, 56.0, 4.0), 13.5, 10.5));
    let along = |part: f32| metacarpal.origin + metacarpal.along * (metacarpal.length * part);
    out.push(s.cone(v(16.0, 12.0, 6.0), along(0.55), 13.0, 14.0));
    let base = metacarpal.origin + metacarpal.along * 2.0 + metacarpal.pad * 2.0;
    out.push(s.cone(base, along(1.0), THUMB_RADII[0], THUMB_RADII[1]));
    out.push(s.cone(along(0.72), v(17.0, 60.0, 1.0), 7.0, 8.5));
}

/// The direction across the arm.
fn across(arm: Vec3) -> Vec3 {
    -arm.cross(Vec3::Z).normalize_or(Vec3::NEG_X)
}

fn wrist_cones(s: &Sculptor, arm: Vec3, out: &mut ArrayVec<Cone, MAX_PALM>) {
    let across = across(arm);
    for (side, radius) in [(-1.0, 14.0), (0.0, 15.5), (1.0, 14.0)] {
        let a = Vec3::new(side * 11.0, 6.0, -0.5);
        let b = arm * 66.0 + across * (side * 12.0) - Vec3::Z;
        out.push(s.cone(a, b, radius, radius + 0.5));
    }
}

fn sleeve_cones(s: &Sculptor, arm: Vec3) -> ArrayVec<Cone, MAX_SLEEVE> {
    let across = across(arm);
    let mut out = ArrayVec::new();
    for (side, radius) in [(-1.0, 21.0), (0.0, 23.0), (1.0, 21.0)] {
        let a = arm * SLEEVE_AT + across * (side * 13.0) - 1.5 * Vec3::Z;
        let b = arm * 260.0 + across * (side * 18.0) - 5.0 * Vec3::Z;
        out.push(s.cone(a, b, radius, 36.0));
    }
    out.push(s.cone(arm * 258.0, arm * 470.0, 50.0, 54.0));
    out
}

fn finger_cones(s: &Sculptor, bones: &Skeleton) -> [[Cone; 3]; 5] {
    std::array::from_fn(|f| {
        let radii = if f == 0 { THUMB_RADII } else { FINGER_RADII[f - 1] };
        std::array::from_fn(|k| {
            let bone = &bones.phalanges[f][k];
            match (f, k) {
                // The rest of the metacarpal is the ball of the thumb.
                (0, 0) => {
                    let half = bone.origin + bone.along * (0.5 * bone.length);
                    s.cone(half, bone.end(), radii[0] * 0.86, radii[1])
                }
                (_, 2) => {
                    s.cone(bone.origin, bone.end() - bone.along * radii[3], radii[2], radii[3])
                }
                _ => s.cone(bone.origin, bone.end(), radii[k], radii[k + 1]),
            }
        })
    })
}
