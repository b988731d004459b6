//! What a hand's landmarks say before anybody calls it a gesture: how far each finger is out, where
//! the thumb is, how near the tips are. All of it in ratios of the hand's own lengths, in three
//! dimensions, so that neither distance nor rotation matters; only two directions are the picture's.
//!
//! The landmark network estimates the hand twice, in the picture and in metres, with different
//! errors: every measure is taken on both and averaged.

use super::geometry::{
    angle_deg, are_places, distance, in_heights, length, palm_length, ratio, sub,
};
use crate::vision::{Hand, Landmarks};

/// The knuckles of index, middle, ring and pinky; the other joints follow each.
const KNUCKLES: [usize; 4] = [5, 9, 13, 17];
/// A palm shorter than this (in picture heights, or metres) is no measure.
const MIN_PALM: f32 = 1e-4;

/// Measures of one hand. Lengths are in hand sizes (see [`palm_length`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Features {
    /// Index, middle, ring, pinky: distance of the tip from the wrist over that of the middle joint.
    /// About 1.35 for a finger that is out, 0.7 for one that is curled.
    pub reach: [f32; 4],
    /// Index: distance from knuckle to tip over the length of its bones; 1 is straight.
    pub index_straight: f32,
    /// How far the thumb stands off the palm: about -1 folded in, 0.5 undecided, above 1 out.
    pub thumb_off: f32,
    /// Thumb tip to index tip.
    pub pinch_gap: f32,
    /// Thumb tip to the index's middle joint: what is left open of the ring that a pinch makes.
    pub ring: f32,
    /// Angle between index and middle, degrees.
    pub spread_deg: f32,
    /// Distance of index and middle tips over that of their knuckles: about 1 for fingers side by
    /// side, less for crossed ones.
    pub spread_ratio: f32,
    /// How far the index's direction (knuckle to tip) is from straight up in the picture, degrees.
    pub index_from_up_deg: f32,
    /// The same for the thumb (from its middle joint to the tip).
    pub thumb_from_up_deg: f32,
    /// The hand's size, in picture heights.
    pub size: f32,
}

impl Features {
    /// The measures of `hand` in a picture `aspect` times as wide as high; `None` if its landmarks
    /// are no places or all the same.
    pub fn of(hand: &Hand, aspect: f32) -> Option<Self> {
        let image = in_heights(&hand.landmarks, aspect)?;
        let size = palm_length(&image);
        if size <= MIN_PALM {
            return None;
        }
        let seen = Measures::of(&image, size);
        let world = &hand.world_landmarks;
        let palm_m = if are_places(world) { palm_length(world) } else { 0.0 };
        let both = if palm_m > MIN_PALM { seen.mean(&Measures::of(world, palm_m)) } else { seen };
        Some(Self {
            reach: both.reach,
            index_straight: both.index_straight,
            thumb_off: both.thumb_off,
            pinch_gap: both.pinch_gap,
            ring: both.ring,
            spread_deg: both.spread_deg,
            spread_ratio: both.spread_ratio,
            index_from_up_deg: from_up_deg(&image, 5, 8),
            thumb_from_up_deg: from_up_deg(&image, 2, 4),
            size,
        })
    }
}

impl Features {
    /// Whether the index is an arch, as in a pinch (above 0.5), or rolled in, as in a fist (below
    /// -1): how straight it is and how far it reaches agree.
    pub fn index_arch(&self) -> f32 {
        0.5 * ((self.index_straight - 0.66) / 0.1 + (self.reach[0] - 0.84) / 0.1)
    }
}

/// The measures that do not depend on the view, from one of the two estimates.
#[derive(Clone, Copy)]
struct Measures {
    reach: [f32; 4],
    index_straight: f32,
    thumb_off: f32,
    pinch_gap: f32,
    ring: f32,
    spread_deg: f32,
    spread_ratio: f32,
}

impl Measures {
    fn of(p: &Landmarks, palm: f32) -> Self {
        let d = |a: usize, b: usize| distance(p[a], p[b]);
        let bones = d(5, 6) + d(6, 7) + d(7, 8);
        Self {
            reach: KNUCKLES.map(|k| ratio(d(k + 3, 0), d(k + 1, 0))),
            index_straight: ratio(d(8, 5), bones),
            thumb_off: thumb_off(p, palm),
            pinch_gap: d(4, 8) / palm,
            ring: d(4, 6) / palm,
            spread_deg: angle_deg(sub(p[8], p[5]), sub(p[12], p[9])),
            spread_ratio: ratio(d(8, 12), d(5, 9)),
        }
    }

    fn mean(&self, other: &Self) -> Self {
        let mid = |a: f32, b: f32| 0.5 * (a + b);
        Self {
            reach: std::array::from_fn(|i| mid(self.reach[i], other.reach[i])),
            index_straight: mid(self.index_straight, other.index_straight),
            thumb_off: mid(self.thumb_off, other.thumb_off),
            pinch_gap: mid(self.pinch_gap, other.pinch_gap),
            ring: mid(self.ring, other.ring),
            spread_deg: mid(self.spread_deg, other.spread_deg),
            spread_ratio: mid(self.spread_ratio, other.spread_ratio),
        }
    }
}

/// A thumb is out when its tip is further from the little finger's knuckle than its last joint is
/// (folded in, it is nearer), and far from the middle finger's middle joint (where it lies in a
/// fist, before a pointing hand and in a four). Each alone is fooled by some hand; their sum is not.
fn thumb_off(p: &Landmarks, palm: f32) -> f32 {
    let beyond = (ratio(distance(p[4], p[17]), distance(p[3], p[17])) - 1.0) / 0.15;
    // A thumb bent right across the palm passes the little finger's knuckle and gets away again.
    let beyond = beyond.clamp(-1.2, 0.8);
    beyond + (distance(p[4], p[10]) / palm - 0.7) / 0.4
}

fn from_up_deg(image: &Landmarks, from: usize, to: usize) -> f32 {
    let v = sub(image[to], image[from]);
    ratio(-v[1], length(v)).clamp(-1.0, 1.0).acos().to_degrees()
}
