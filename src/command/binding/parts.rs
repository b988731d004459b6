//! Gestures that are parts of others, or are taken for others: the pinches of a double pinch, and the
//! pinch that looks like an `ok`. Decides what a shape is meant as; fires nothing.

use arrayvec::ArrayVec;

use super::life::{Going, Life};
use super::{Lasting, Moment, Rule};
use crate::base::Stamp;
use crate::base::gesture::Gesture;
use crate::base::hand::MAX_HANDS;
use crate::gesture::Event;

/// The second touch of a double pinch is recognised as a pinch of its own within this, milliseconds:
/// a recogniser's hold and, with a slow camera, a few frames. Who pinches once more takes longer.
const SECOND_TOUCH_MS: f32 = 450.0;

/// Hands that have just pinched twice, and when.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubled(ArrayVec<(u32, Stamp), MAX_HANDS>);

impl Doubled {
    /// A double pinch has given its command.
    pub fn note(&mut self, track: u32, at: Stamp) {
        self.0.retain(|(t, then)| *t != track && at.ms_since(*then) < SECOND_TOUCH_MS);
        if self.0.is_full() {
            self.0.remove(0);
        }
        self.0.push((track, at));
    }

    /// Whether this is the second touch of a double pinch that has already counted.
    pub fn has_part(&self, life: &Life) -> bool {
        let part = |(track, then): &(u32, Stamp)| {
            *track == life.track && life.began.ms_since(*then) < SECOND_TOUCH_MS
        };
        is_pinch(life.gesture) && self.0.iter().any(part)
    }
}

fn is_pinch(gesture: Gesture) -> bool {
    matches!(gesture, Gesture::Pinch | Gesture::Ok)
}

/// Whether what goes on is a part of the gesture that is made.
pub(super) fn part_of(going: &Going, life: &Life) -> bool {
    life.gesture == Gesture::DoublePinch && going.begun.rule.gesture == Gesture::Pinch
}

/// What a gesture counts as, beside pointing up. Many people pinch with the other fingers out, which is `ok`: where there
/// is something to be taken, nobody means to make something new, so it counts as the pinch.
pub(super) fn meant_as(life: &Life, moment: &Moment<'_>) -> Gesture {
    let fits = |r: &&std::sync::Arc<Rule>| {
        let b = &r.binding;
        b.enabled && b.hand.is(life.hand) && b.mode.is_none_or(|m| m == moment.mode)
    };
    let creates = || moment.table.of(Gesture::Ok).find(fits).is_some_and(|r| r.command == "create");
    let grabs = || {
        let rule = moment.table.of(Gesture::Pinch).find(fits);
        rule.is_some_and(|r| r.lasting == Some(Lasting::Grab))
    };
    // Who points at a thing with the finger up points at it no less.
    let unbound = || moment.table.of(Gesture::PointingUp).find(fits).is_none();
    let aims = || moment.table.of(Gesture::Point).find(fits).is_some_and(|r| r.needs_aim());
    if life.gesture == Gesture::PointingUp && unbound() && aims() {
        return Gesture::Point;
    }
    let near = life.gesture == Gesture::Ok && moment.near.contains(&life.track);
    if near && creates() && grabs() { Gesture::Pinch } else { life.gesture }
}

/// Fingers that stretch while thumb and index stay together make an `ok` of a pinch, and bending them
/// makes a pinch of it again: what it holds is not let go in between.
pub(super) fn pinch_goes_on(going: &mut [Going], event: &Event, now: Stamp) {
    let same = |g: &&mut Going| {
        g.begun.track == event.track
            && g.begun.rule.lasting == Some(Lasting::Grab)
            && is_pinch(g.gesture)
            && is_pinch(event.gesture)
            && g.over == Some(now)
    };
    if let Some(going) = going.iter_mut().find(same) {
        (going.over, going.gesture) = (None, event.gesture);
    }
}
