//! One hand's pointer: from landmarks to a calm place on the canvas.
//!
//! Starts from the raw fingertip, not from the recogniser's smoothed one: smoothing twice would only
//! add delay. Closing or opening the fingers moves their tips though nobody means to move the
//! pointer; that part of the motion, seen against the palm, is taken out.

use crate::base::Stamp;
use crate::base::one_euro::{OneEuro, Smoothing, part};
use crate::gesture::Measure;

/// Fingers that close or open faster than this are about to do something: their motion begins to be
/// taken out at the first and is taken out wholly at the second; hand sizes a second.
const FINGERS_MOVE: [f32; 2] = [0.9, 1.8];
/// The speed of the fingers is measured over about this cut-off, hertz.
const FINGERS_HZ: f32 = 6.0;
/// What was taken out comes back within about this time once the hand points again, seconds.
const BACK_S: f32 = 0.3;
/// More than this was no closing finger, hand sizes.
const MOST: f32 = 0.9;
/// An index that reaches less than this is curled: nothing comes back while it is.
const CURLED: f32 = 1.0;
/// After this long without a sight of the hand the past says nothing any more, seconds.
const FORGET_S: f32 = 0.4;

/// From the picture to the canvas.
pub(super) type Map<'a> = &'a dyn Fn([f32; 2]) -> [f32; 2];

/// One hand's pointer over time.
#[derive(Clone, Debug, Default)]
pub(super) struct Pointer {
    /// Canvas space, before smoothing.
    pub raw: [f32; 2],
    /// Canvas space.
    pub at: [f32; 2],
    filter: OneEuro<2>,
    /// What closing fingers moved the tip, hand sizes.
    taken_out: [f32; 2],
    last: Option<Look>,
}

/// What the frame before was like.
#[derive(Clone, Copy, Debug)]
struct Look {
    at: Stamp,
    /// The pointer, and from palm to pointer; picture heights.
    place: [f32; 2],
    tip: [f32; 2],
    /// Gap and reach, smoothed a little.
    fingers: [f32; 2],
}

/// What one frame says of a hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight<'a> {
    pub at: Stamp,
    /// The picture's width over its height.
    pub aspect: f32,
    pub measure: &'a Measure,
    /// Gaps below this are a pinch, hand sizes.
    pub pinched_below: f32,
}

impl Pointer {
    /// Takes one frame.
    pub fn see(&mut self, sight: &Sight<'_>, map: Map<'_>, smoothing: Smoothing) {
        self.take_out_fingers(sight);
        let m = sight.measure;
        let [x, y] = self.taken_out.map(|v| v * m.size);
        let raw = map([m.pointer[0] - x / sight.aspect, m.pointer[1] - y]);
        if !raw.iter().all(|v| v.is_finite()) {
            return;
        }
        self.raw = raw;
        // Lengths must not depend on their direction: y in canvas widths.
        let [x, y] = self.filter.update(sight.at, [raw[0], raw[1] * 9.0 / 16.0], 1.0, smoothing);
        self.at = [x, y * 16.0 / 9.0];
    }

    fn take_out_fingers(&mut self, sight: &Sight<'_>) {
        let m = sight.measure;
        let heights = |[x, y]: [f32; 2]| [x * sight.aspect, y];
        let (place, palm) = (heights(m.pointer), heights(m.palm));
        let tip = [place[0] - palm[0], place[1] - palm[1]];
        let fingers = [m.pinch_gap, m.index_reach];
        let fresh = Look { at: sight.at, place, tip, fingers };
        let Some(last) = self.last.replace(fresh) else { return };
        let dt_s = sight.at.since(last.at).as_secs_f32();
        if dt_s > FORGET_S {
            *self = Self { last: Some(fresh), ..Self::default() };
            return;
        }
        if dt_s <= 0.0 {
            self.last = Some(last);
            return;
        }
        let step = part(FINGERS_HZ, dt_s);
        let smooth: [f32; 2] =
            std::array::from_fn(|i| last.fingers[i] + step * (fingers[i] - last.fingers[i]));
        let speed = [0, 1].map(|i| (smooth[i] - last.fingers[i]).abs() / dt_s);
        self.last = Some(Look { fingers: smooth, ..fresh });
        let fastest = speed[0].max(speed[1]);
        let closing =
            ((fastest - FINGERS_MOVE[0]) / (FINGERS_MOVE[1] - FINGERS_MOVE[0])).clamp(0.0, 1.0);
        let pointing = m.pinch_gap > sight.pinched_below && m.index_reach > CURLED;
        let back = if pointing { (1.0 - closing) * (1.0 - (-dt_s / BACK_S).exp()) } else { 0.0 };
        let by_fingers = by_fingers(&fresh, &last).map(|v| v / m.size);
        self.taken_out = std::array::from_fn(|i| {
            let out = self.taken_out[i] + closing * by_fingers[i];
            (out - back * out).clamp(-MOST, MOST)
        });
    }
}

/// What of the pointer's motion is the fingers' own, picture heights: the part of their motion
/// against the palm that the pointer has really made. Who holds the fingertip still while closing
/// moves the palm instead, and nothing is taken out.
fn by_fingers(now: &Look, last: &Look) -> [f32; 2] {
    let way = [now.place[0] - last.place[0], now.place[1] - last.place[1]];
    let own = [now.tip[0] - last.tip[0], now.tip[1] - last.tip[1]];
    let length = own[0] * own[0] + own[1] * own[1];
    if length < 1e-12 {
        return [0.0; 2];
    }
    let part = ((way[0] * own[0] + way[1] * own[1]) / length).clamp(0.0, 1.0);
    own.map(|v| v * part)
}
