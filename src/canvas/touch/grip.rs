//! What one hand or two hold, and how it follows them. Pure geometry over time; knows no commands.
//!
//! Nothing ever jumps: the objects' places are those at the beginning, moved by what the hands have
//! done *since*. When a hand joins or leaves, a new beginning is made of how things are. When the
//! fingers open, things stay where they were just before; should the fingers close again after all,
//! they glide back to the hand.

use arrayvec::ArrayVec;
use glam::{Quat, Vec3};

use crate::base::Stamp;
use crate::base::object::Transform;
use crate::base::stage;

/// A hand that takes something moves it only after this far, canvas widths: taking alone must not.
const SLACK: f32 = 0.005;
/// The hand's size may change by this much, in doublings, before depth follows: a hand that rests
/// is not always seen equally large.
const PLAY: f32 = 0.08;
/// What opened and closed again comes back to the hand within about this time, seconds.
const GLIDE_S: f32 = 0.12;
/// Hands nearer to each other than this say nothing about size and turn, canvas widths.
const LEAST_SPAN: f32 = 0.04;
/// Poses remembered, to go back to the one before the fingers opened: nearly a second at 30 a second.
const REMEMBERED: usize = 24;
/// Scales stay within this either way, as `Transform` demands.
const SCALE: [f32; 2] = [0.01, 100.0];

/// One of the hands that hold, as one frame sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holding {
    /// Whether it is seen at all.
    pub there: bool,
    /// Its pointer, canvas space.
    pub at: [f32; 2],
    /// Its size, as the logarithm to base 2.
    pub size: f32,
    /// Whether its fingers are opening.
    pub opening: bool,
    /// When they were last certainly closed.
    pub closed_at: Stamp,
}

/// What hands have done to the objects since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Pose {
    /// Canvas space.
    moved: [f32; 2],
    /// Scene units.
    depth: f32,
    /// How many times larger, as the logarithm to base 2.
    larger: f32,
    /// Counterclockwise as seen, radians.
    turned: f32,
}

impl Pose {
    fn zip(self, other: Pose, f: impl Fn(f32, f32) -> f32) -> Pose {
        Pose {
            moved: [f(self.moved[0], other.moved[0]), f(self.moved[1], other.moved[1])],
            depth: f(self.depth, other.depth),
            larger: f(self.larger, other.larger),
            turned: f(self.turned, other.turned),
        }
    }
}

/// What is held.
#[derive(Clone, Debug)]
pub(super) struct Grip {
    starts: Vec<Transform>,
    /// The depth at which the hands' motion is the objects' own, scene units.
    depth: f32,
    begin: Begin,
    pose: Pose,
    /// Whether anything was moved since it was taken, new beginnings included.
    touched: bool,
    frozen: bool,
    glide: Pose,
    history: ArrayVec<(Stamp, Pose), REMEMBERED>,
    last: Stamp,
}

/// How the hands were at the beginning.
#[derive(Clone, Copy, Debug)]
struct Begin {
    /// The pointer, or the middle of both, canvas space.
    at: [f32; 2],
    size: f32,
    span: f32,
    /// The angle of the line between both, as it was last, radians.
    angle: f32,
    turned: f32,
    /// Whether the hand has yet to move.
    slack: bool,
    /// How far depth has followed, in doublings.
    followed: f32,
}

fn middle(hands: &[Holding]) -> [f32; 2] {
    let n = hands.len().max(1) as f32;
    let sum = |i: usize| hands.iter().map(|h| h.at[i]).sum::<f32>();
    [sum(0) / n, sum(1) / n]
}

/// From the first hand to the second: length in canvas widths, angle counterclockwise as seen.
fn line(hands: &[Holding]) -> (f32, f32) {
    let [a, b] = hands else { return (1.0, 0.0) };
    let (x, y) = (b.at[0] - a.at[0], (a.at[1] - b.at[1]) * stage::HEIGHT / stage::WIDTH);
    (x.hypot(y).max(LEAST_SPAN), y.atan2(x))
}

impl Begin {
    fn new(hands: &[Holding], slack: bool) -> Self {
        let (span, angle) = line(hands);
        let size = hands.first().map_or(0.0, |h| h.size);
        Self { at: middle(hands), size, span, angle, turned: 0.0, slack, followed: 0.0 }
    }

    /// What the hands have done since.
    fn pose(&mut self, hands: &[Holding], depth_units: f32) -> Pose {
        let at = middle(hands);
        let mut pose = Pose { moved: [at[0] - self.at[0], at[1] - self.at[1]], ..Pose::default() };
        if let [one] = hands {
            let [x, y] = pose.moved;
            if self.slack {
                if x.hypot(y * stage::HEIGHT / stage::WIDTH) > SLACK {
                    (self.slack, self.at) = (false, at);
                }
                pose.moved = [0.0; 2];
            }
            let doublings = one.size - self.size;
            self.followed = self.followed.clamp(doublings - PLAY, doublings + PLAY);
            pose.depth = depth_units * self.followed;
        } else {
            let (span, angle) = line(hands);
            let turn = angle - self.angle;
            // Round the circle the short way.
            let turn = (turn + std::f32::consts::PI).rem_euclid(std::f32::consts::TAU)
                - std::f32::consts::PI;
            (self.angle, self.turned) = (angle, self.turned + turn);
            pose.larger = (span / self.span).log2();
            pose.turned = self.turned;
        }
        pose
    }
}

impl Grip {
    /// Takes `objects`; `depth` is that of the one that was pointed at.
    pub fn new(at: Stamp, objects: Vec<Transform>, depth: f32, hands: &[Holding]) -> Self {
        Self {
            starts: objects,
            depth,
            begin: Begin::new(hands, hands.len() == 1),
            pose: Pose::default(),
            touched: false,
            frozen: false,
            glide: Pose::default(),
            history: ArrayVec::new(),
            last: at,
        }
    }

    /// Other hands hold it from now on; it stays where it is.
    pub fn change_hands(&mut self, hands: &[Holding]) {
        self.touched = self.is_moved();
        let now = self.transforms();
        // The depth that was reached is the one from which it goes on.
        self.depth = (self.depth + self.pose.depth).clamp(stage::DEPTH[0], stage::DEPTH[1]);
        self.starts = now;
        self.begin = Begin::new(hands, false);
        (self.pose, self.glide, self.frozen) = (Pose::default(), Pose::default(), false);
        self.history.clear();
    }

    /// Takes one frame of the hands that hold it. Tells whether anything moved.
    pub fn follow(&mut self, at: Stamp, hands: &[Holding], depth_units: f32) -> bool {
        let before = self.pose;
        let dt_s = at.since(self.last).as_secs_f32();
        self.last = at;
        let lost = hands.iter().any(|h| !h.there);
        if lost || hands.iter().any(|h| h.opening) {
            if !self.frozen && !lost {
                let closed_at = hands.iter().map(|h| h.closed_at).min().unwrap_or(at);
                let closed = self.history.iter().rev().find(|(then, _)| *then <= closed_at);
                self.pose = closed.or(self.history.first()).map_or(self.pose, |(_, pose)| *pose);
            }
            self.frozen = true;
            return self.pose != before;
        }
        let now = self.begin.pose(hands, depth_units);
        if self.frozen {
            self.frozen = false;
            self.glide = self.pose.zip(now, |was, is| was - is);
        }
        let left = (-dt_s / GLIDE_S).exp();
        self.glide = self.glide.zip(self.glide, |g, _| if g.abs() < 1e-5 { 0.0 } else { g * left });
        self.pose = now.zip(self.glide, |is, glide| is + glide);
        if self.history.is_full() {
            self.history.remove(0);
        }
        self.history.push((at, self.pose));
        self.pose != before
    }

    /// Whether anything was moved since it was taken.
    pub fn is_moved(&self) -> bool {
        self.touched || self.pose != Pose::default()
    }

    /// Where everything is now.
    pub fn transforms(&self) -> Vec<Transform> {
        let p = self.pose;
        let depth = (self.depth + p.depth).clamp(stage::DEPTH[0], stage::DEPTH[1]);
        let from = Vec3::from(stage::to_scene(self.begin.at, self.depth));
        let there = [self.begin.at[0] + p.moved[0], self.begin.at[1] + p.moved[1]];
        let to = Vec3::from(stage::to_scene(there, depth));
        let larger = self.within(p.larger.exp2());
        let turn = Quat::from_rotation_z(p.turned);
        let place = |t: &Transform| {
            let position = to + turn * ((Vec3::from(t.position) - from) * larger);
            let rotation = if p.turned == 0.0 {
                t.rotation
            } else {
                (turn * Quat::from_array(t.rotation)).normalize().to_array()
            };
            Transform {
                id: t.id,
                position: position.to_array(),
                rotation,
                scale: t.scale.map(|s| s * larger),
            }
        };
        let mut places: Vec<Transform> = self.starts.iter().map(place).collect();
        keep_on_stage(&mut places);
        places
    }

    /// The factor by which everything can become larger or smaller.
    fn within(&self, factor: f32) -> f32 {
        let sizes = || self.starts.iter().flat_map(|t| t.scale).map(f32::abs).filter(|s| *s > 0.0);
        let largest = sizes().fold(SCALE[0], f32::max);
        let smallest = sizes().fold(SCALE[1], f32::min);
        let (least, most) = ((SCALE[0] / smallest).min(1.0), (SCALE[1] / largest).max(1.0));
        if factor.is_finite() { factor.clamp(least, most) } else { 1.0 }
    }
}

/// Brings things back to where they are seen, all by the same way: what belongs together keeps its
/// distances.
fn keep_on_stage(places: &mut [Transform]) {
    let [back, front] = stage::DEPTH;
    let n = places.len().max(1) as f32;
    let depths = || places.iter().map(|t| t.position[2]);
    let (least, most) = (depths().fold(f32::MAX, f32::min), depths().fold(f32::MIN, f32::max));
    let deeper = (front - most).min(0.0);
    let deeper = deeper + (back - (least + deeper)).max(0.0);
    let sum = places.iter().fold(Vec3::ZERO, |sum, t| sum + Vec3::from(t.position));
    let middle = sum / n + Vec3::new(0.0, 0.0, deeper);
    let at = stage::to_canvas(middle.to_array()).unwrap_or([0.5; 2]);
    let inside = at.map(|v| v.clamp(0.0, 1.0));
    let aside = if inside == at {
        Vec3::ZERO
    } else {
        Vec3::from(stage::to_scene(inside, middle.z)) - middle
    };
    for t in places {
        let p = Vec3::from(t.position) + aside + Vec3::new(0.0, 0.0, deeper);
        // Where all of it is deeper than the stage, something has to give.
        t.position = [p.x, p.y, p.z.clamp(back, front)];
    }
}
