//! The bones of the demo hand: a [`Pose`] of joint angles becomes 21 joints, and the frame of every
//! phalanx that the flesh is put on.
//!
//! Units are millimetres and degrees, in the frame of a right hand: +x to the thumb's side, +y to
//! the fingertips, +z out of the palm. The measures are those of an adult hand, tuned so that the
//! joints are what MediaPipe's annotators call the joints. Must not know cameras or time.

use glam::Vec3;

/// The joint angles of one hand, in degrees, and how the whole hand is turned while it makes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Metacarpal azimuth (from the fingers' side towards the thumb's), its elevation out of the
    /// palm, roll of the pad (0 faces the fingers, 90 faces out of the palm), MCP and IP flexion.
    pub thumb: [f32; 5],
    /// Index, middle, ring and pinky: MCP, PIP and DIP flexion, and splay beside the resting one.
    pub fingers: [[f32; 4]; 4],
    /// Turn of the whole hand that belongs to the pose: roll (counterclockwise as the camera sees a
    /// right hand), pitch and yaw.
    pub turn: [f32; 3],
}

impl Pose {
    /// The pose between `self` and `other`; `t` in 0..1.
    #[must_use]
    pub fn lerp(&self, other: &Pose, t: f32) -> Pose {
        let mix = |a: f32, b: f32| a + (b - a) * t;
        let mut out = *self;
        for (o, b) in out.thumb.iter_mut().zip(other.thumb) {
            *o = mix(*o, b);
        }
        for (o, b) in out.turn.iter_mut().zip(other.turn) {
            *o = mix(*o, b);
        }
        for (finger, theirs) in out.fingers.iter_mut().zip(other.fingers) {
            for (o, b) in finger.iter_mut().zip(theirs) {
                *o = mix(*o, b);
            }
        }
        out
    }

    /// The same pose with another turn of the whole hand.
    #[must_use]
    pub const fn turned(mut self, turn: [f32; 3]) -> Pose {
        self.turn = turn;
        self
    }
}

/// Knuckles (MCP joints) of index, middle, ring and pinky.
pub(super) const KNUCKLES: [Vec3; 4] = [
    Vec3::new(25.0, 88.0, 0.0),
    Vec3::new(3.0, 91.0, -2.5),
    Vec3::new(-17.0, 85.0, -1.5),
    Vec3::new(-35.0, 74.0, 2.0),
];
/// Resting splay of the fingers, degrees towards the thumb.
const SPLAY: [f32; 4] = [5.0, 0.5, -5.0, -11.0];
/// Tilt of the plane a finger bends in, at 90 degrees of MCP flexion: bent fingers converge on
/// the scaphoid, so that a fist closes without gaps.
const CONVERGE: [f32; 4] = [-5.0, -0.5, 4.5, 9.0];
const PHALANGES: [[f32; 3]; 4] =
    [[41.0, 25.0, 25.0], [45.0, 28.0, 27.0], [42.0, 27.0, 27.0], [33.0, 20.0, 23.0]];
const THUMB_PHALANGES: [f32; 3] = [43.0, 30.0, 26.0];
const THUMB_BASE: Vec3 = Vec3::new(25.0, 20.0, 9.0);
const WRIST: Vec3 = Vec3::new(-1.0, 5.0, 0.0);
/// The annotated tip sits this far before the anatomical end of a finger, millimetres.
const TIP_BACK: f32 = 4.0;

/// One phalanx: where it begins, where it goes, and which way its pad looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phalanx {
    /// Its nearer joint.
    pub origin: Vec3,
    /// Unit vector along it.
    pub along: Vec3,
    /// Unit vector out of its pad.
    pub pad: Vec3,
    /// Its length.
    pub length: f32,
}

impl Phalanx {
    /// Its farther joint.
    pub fn end(&self) -> Vec3 {
        self.origin + self.along * self.length
    }
}

/// A posed hand's bones, in the hand's own frame.
#[derive(Clone, Copy, Debug)]
pub struct Skeleton {
    /// The anatomical joints, in MediaPipe's order.
    pub joints: [Vec3; 21],
    /// Thumb, index, middle, ring, pinky: three phalanges each (the thumb's first is its metacarpal).
    pub phalanges: [[Phalanx; 3]; 5],
}

impl Skeleton {
    /// Bends the bones into `pose`.
    pub fn of(pose: &Pose) -> Self {
        let mut phalanges = [[Phalanx::default(); 3]; 5];
        phalanges[0] = thumb(pose.thumb);
        for (i, angles) in pose.fingers.into_iter().enumerate() {
            phalanges[i + 1] = finger(i, angles);
        }
        let mut joints = [WRIST; 21];
        for (i, bones) in phalanges.iter().enumerate() {
            joints[1 + 4 * i] = bones[0].origin;
            for (k, bone) in bones.iter().enumerate() {
                joints[2 + 4 * i + k] = bone.end();
            }
        }
        Self { joints, phalanges }
    }

    /// The 21 points as MediaPipe's annotators place them: the thumb's first joint on the radial
    /// side, the tips a little before the end and towards the pad.
    pub fn landmarks(&self) -> [Vec3; 21] {
        let mut points = self.joints;
        points[1].x += 4.0;
        for (i, bones) in self.phalanges.iter().enumerate() {
            points[4 + 4 * i] += bones[2].pad - bones[2].along * TIP_BACK;
        }
        points
    }
}

fn bend(start: Vec3, along: Vec3, pad: Vec3, joints: [(f32, f32); 3]) -> [Phalanx; 3] {
    let (mut origin, mut along, mut pad) = (start, along, pad);
    joints.map(|(degrees, length)| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        (along, pad) = (along * cos + pad * sin, pad * cos - along * sin);
        let bone = Phalanx { origin, along, pad, length };
        origin = bone.end();
        bone
    })
}

fn finger(i: usize, [mcp, pip, dip, splay]: [f32; 4]) -> [Phalanx; 3] {
    let bent = (mcp / 90.0).clamp(0.0, 1.0);
    // A bent finger cannot splay much.
    let (sin, cos) = ((SPLAY[i] + splay) * (1.0 - 0.75 * bent)).to_radians().sin_cos();
    let along = Vec3::new(sin, cos, 0.0);
    let side = Vec3::new(cos, -sin, 0.0);
    let (sin, cos) = (CONVERGE[i] * bent).to_radians().sin_cos();
    let pad = Vec3::Z * cos + side * sin;
    let [a, b, c] = PHALANGES[i];
    bend(KNUCKLES[i], along, pad, [(mcp, a), (pip, b), (dip, c)])
}

fn thumb([azimuth, elevation, roll, mcp, ip]: [f32; 5]) -> [Phalanx; 3] {
    let (sin_az, cos_az) = azimuth.to_radians().sin_cos();
    let (sin_el, cos_el) = elevation.to_radians().sin_cos();
    let along = Vec3::new(sin_az * cos_el, cos_az * cos_el, sin_el);
    let u = Vec3::Z.cross(along).normalize_or(Vec3::NEG_X);
    let w = along.cross(u);
    let (sin, cos) = roll.to_radians().sin_cos();
    let pad = u * cos + w * sin;
    let [a, b, c] = THUMB_PHALANGES;
    bend(THUMB_BASE, along, pad, [(0.0, a), (mcp, b), (ip, c)])
}
