//! What others than the recogniser need of a hand: where it points before any smoothing, how large
//! it is, and how far its fingers are closed. One frame alone; keeps nothing.

use super::features::Features;
use super::geometry::{Place, below, in_heights, lerp, palm_centre};
use crate::config::GestureSettings;
use crate::vision::{Hand, Landmarks};

/// Measures of one hand in one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// Index fingertip, or the middle of thumb and index tips while pinching, sliding from one to the
    /// other in between: image space, not smoothed.
    pub pointer: [f32; 2],
    /// The middle of the palm, image space.
    pub palm: [f32; 2],
    /// Wrist to knuckles, picture heights: in three dimensions, so that turning the hand does not matter.
    pub size: f32,
    /// Thumb tip to index tip, hand sizes.
    pub pinch_gap: f32,
    /// How far the index is out: about 1.35 stretched, 0.7 curled.
    pub index_reach: f32,
}

impl Measure {
    /// The measures of `hand` in a picture `aspect` times as wide as high; `None` if its landmarks
    /// are no places or all the same.
    pub fn of(hand: &Hand, aspect: f32, settings: &GestureSettings) -> Option<Self> {
        let features = Features::of(hand, aspect)?;
        let image = in_heights(&hand.landmarks, aspect)?;
        let in_image = |[x, y]: Place| [x / aspect, y];
        Some(Self {
            pointer: in_image(pointer(&image, features.pinch_gap, settings)),
            palm: in_image(palm_centre(&image)),
            size: features.size,
            pinch_gap: features.pinch_gap,
            index_reach: features.reach[0],
        })
    }
}

/// The index fingertip, or the middle of thumb and index tips while pinching; in between it slides
/// from one to the other, so that it never jumps. Picture heights.
pub(super) fn pointer(image: &Landmarks, pinch_gap: f32, s: &GestureSettings) -> Place {
    let (thumb, index) = (image[4], image[8]);
    let tip = [index[0], index[1]];
    let middle = lerp(tip, [thumb[0], thumb[1]], 0.5);
    lerp(tip, middle, below(pinch_gap, s.pinch_off_ratio, 0.12))
}
