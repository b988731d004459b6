//! One hand in one picture to a shape, with a measured confidence for every shape there is. Keeps
//! nothing: what lasts, and what flickers, is `life`'s matter.
//!
//! Each shape is a list of things that must be so (this finger out, that one curled, thumb off the
//! palm, tips together). Each is measured as evidence 0..1 that falls smoothly through 0.5 at its
//! threshold, and a shape is as sure as its weakest evidence, softened by all of it.

use super::Gesture;
use super::features::Features;
use super::geometry::{above, below};
use crate::config::GestureSettings;
use crate::vision::Hand;

/// The shapes, in the order of [`Scores`].
pub const SHAPES: [Gesture; 10] = [
    Gesture::ClosedFist,
    Gesture::OpenPalm,
    Gesture::PointingUp,
    Gesture::ThumbDown,
    Gesture::ThumbUp,
    Gesture::Victory,
    Gesture::ILoveYou,
    Gesture::Pinch,
    Gesture::Ok,
    Gesture::Point,
];

/// How sure we are of each shape, 0..1. They need not add up to anything.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores([f32; SHAPES.len()]);

impl Scores {
    /// The score of `shape`; 0 for what is no shape.
    pub fn get(&self, shape: Gesture) -> f32 {
        SHAPES.iter().position(|s| *s == shape).map_or(0.0, |i| self.0[i])
    }

    /// The best shape and its score.
    pub fn best(&self) -> (Gesture, f32) {
        let pairs = SHAPES.iter().zip(self.0);
        pairs.fold(
            (Gesture::None, 0.0),
            |best, (s, score)| if score > best.1 { (*s, score) } else { best },
        )
    }

    /// The best shape and its score, or `none` where that is less than `enough`.
    pub fn name(&self, enough: f32) -> (Gesture, f32) {
        let (shape, score) = self.best();
        if score >= enough { (shape, score) } else { (Gesture::None, 1.0 - score) }
    }

    /// Moves each score towards `target` by the part `t`, 0..1.
    pub(super) fn approach(&mut self, target: &Scores, t: f32) {
        for (score, to) in self.0.iter_mut().zip(target.0) {
            *score += t * (to - *score);
        }
    }
}

/// How sure we are of each shape for `hand`, in a picture `aspect` times as wide as high (landmarks
/// are in 0..1 both ways, so they alone do not tell). Zeros if the landmarks are no numbers.
pub fn classify(hand: &Hand, settings: &GestureSettings, aspect: f32) -> Scores {
    Features::of(hand, aspect).map_or_else(Scores::default, |f| scores(&f, settings))
}

/// As [`classify`], from the measures.
pub(super) fn scores(f: &Features, s: &GestureSettings) -> Scores {
    let e = Evidence::of(f, s);
    let [io, mo, ro, po] = e.out;
    let [ic, mc, rc, pc] = e.curled;
    let folded = [mc, rc, pc];
    let mut scores = Scores::default();
    for (shape, score) in SHAPES.iter().zip(&mut scores.0) {
        *score = match shape {
            Gesture::ClosedFist => all(&[ic, mc, rc, pc, e.thumb_in, e.apart_or_rolled]),
            Gesture::OpenPalm => all(&[io, mo, ro, po, e.flat, e.thumb_out, e.web_open]),
            Gesture::PointingUp => pointing(io, folded, &e, e.index_up),
            Gesture::Point => pointing(io, folded, &e, 1.0 - e.index_up),
            Gesture::ThumbUp => all(&[ic, mc, rc, pc, e.thumb_out, e.thumb_up]),
            Gesture::ThumbDown => all(&[ic, mc, rc, pc, e.thumb_out, e.thumb_down]),
            Gesture::Victory => all(&[io, mo, rc, pc, e.thumb_free, e.apart]),
            Gesture::ILoveYou => all(&[io, mc, rc, po, e.thumb_out]),
            Gesture::Ok => all(&[mo, ro, po, e.tips_near, e.ring_open]),
            Gesture::Pinch => all(&[e.tips_meet, e.index_arched, 1.0 - mo.min(ro).min(po)]),
            _ => 0.0,
        };
    }
    scores
}

fn pointing(out: f32, [mc, rc, pc]: [f32; 3], e: &Evidence, direction: f32) -> f32 {
    all(&[out, mc, rc, pc, e.thumb_free, direction])
}

/// How sure we are that index, middle, ring and pinky are out, 0..1 each.
pub(super) fn fingers_out(f: &Features, s: &GestureSettings) -> [f32; 4] {
    f.reach.map(|r| above(r, s.finger_out_ratio, 0.12))
}

/// As sure as the weakest evidence, softened by the geometric mean of all: a single doubtful finger
/// costs confidence, several cost more.
fn all(evidence: &[f32]) -> f32 {
    let weakest = evidence.iter().copied().fold(1.0, f32::min);
    let mean = evidence.iter().product::<f32>().powf(1.0 / evidence.len() as f32);
    0.5 * (weakest + mean)
}

/// What the measures speak for, each 0..1 with 0.5 at its threshold.
struct Evidence {
    out: [f32; 4],
    curled: [f32; 4],
    flat: f32,
    thumb_out: f32,
    thumb_in: f32,
    thumb_free: f32,
    web_open: f32,
    tips_near: f32,
    tips_meet: f32,
    ring_open: f32,
    index_arched: f32,
    apart_or_rolled: f32,
    apart: f32,
    index_up: f32,
    thumb_up: f32,
    thumb_down: f32,
}

impl Evidence {
    /// Margins are where evidence is 95 % sure: about half the distance between what hands that
    /// make the shape measure and what others do.
    fn of(f: &Features, s: &GestureSettings) -> Self {
        let mean_reach = f.reach.iter().sum::<f32>() / 4.0;
        let index_arched = above(f.index_arch(), 0.3, 0.6);
        let tips_meet = below(f.pinch_gap, s.pinch_on_ratio, 0.08);
        Self {
            out: fingers_out(f, s),
            // Half bent is neither out nor curled.
            curled: f.reach.map(|r| below(r, s.finger_out_ratio - 0.15, 0.15)),
            flat: above(mean_reach, s.finger_out_ratio + 0.12, 0.07),
            thumb_out: above(f.thumb_off, s.thumb_out, 0.5),
            thumb_in: below(f.thumb_off, s.thumb_out + 0.3, 0.5),
            // With fingers out the thumb need not be tucked in; only well out it is another shape.
            thumb_free: below(f.thumb_off, s.thumb_out + 0.7, 0.45),
            web_open: above(f.pinch_gap, s.thumb_web_ratio, 0.13),
            // With three fingers out the ring is unmistakable, and the tips may be a little apart.
            tips_near: below(f.pinch_gap, s.pinch_on_ratio + 0.05, 0.1),
            tips_meet,
            ring_open: above(f.ring, s.pinch_on_ratio, 0.1),
            index_arched,
            apart_or_rolled: 1.0 - tips_meet * index_arched,
            apart: above(f.spread_deg, s.victory_spread_deg, 5.0) * above(f.spread_ratio, 1.2, 0.2),
            index_up: below(f.index_from_up_deg, s.pointing_up_within_deg, 12.0),
            thumb_up: below(f.thumb_from_up_deg, s.thumb_within_deg, 12.0),
            thumb_down: below(180.0 - f.thumb_from_up_deg, s.thumb_within_deg, 12.0),
        }
    }
}
