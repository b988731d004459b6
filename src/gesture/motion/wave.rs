//! A wave: an open hand whose fingertips go to and fro, sideways. Counts the turns; a wave from the
//! wrist and one from the elbow are the same at the fingertips.

use super::Look;
use crate::base::Stamp;
use crate::gesture::Gesture;
use crate::gesture::geometry::{Place, above};
use crate::gesture::going::Signal;

/// A turn counts when the hand has come back by this part of the least stroke.
const BACK: f32 = 0.6;
/// A stroke may go up or down by this part of its width.
const SLANT: f32 = 0.8;

#[derive(Clone, Debug, Default)]
pub(super) struct Wave {
    /// Where the hand is going: 1 to the picture's right, -1 to its left, 0 not known yet.
    towards: f32,
    /// The furthest it has got that way, and when.
    furthest: (Place, Stamp),
    /// Where and when it turned last.
    turned: (Place, Stamp),
    /// Turns in a row, each soon after the one before, and when the first was.
    turns: u32,
    first: Stamp,
    /// The narrowest stroke of this row, hand sizes.
    narrowest: f32,
}

impl Wave {
    pub fn update(&mut self, look: &Look<'_>) -> Option<Signal> {
        let s = look.settings;
        let now = look.trail.back().next()?;
        let tip = now.middle_tip;
        if look.at.ms_since(self.turned.1) > s.wave_stroke_max_ms as f32 {
            self.turns = 0;
        }
        if self.towards == 0.0 {
            (self.towards, self.furthest, self.turned) = (1.0, (tip, look.at), (tip, look.at));
        }
        let ahead = (tip[0] - self.furthest.0[0]) * self.towards / look.size;
        if ahead > 0.0 {
            self.furthest = (tip, look.at);
        } else if -ahead > BACK * s.wave_amplitude_ratio {
            self.turn(look, tip);
        }
        if self.turns < s.wave_turns {
            return None;
        }
        let open = look.trail.mean(look.at.ms_since(self.first), |x| x.open);
        let confidence =
            above(open, 0.45, 0.2).min(above(self.narrowest, s.wave_amplitude_ratio * 0.9, 0.2));
        (confidence >= 0.5).then_some(Signal {
            gesture: Gesture::Wave,
            confidence,
            progress: 1.0,
            at_once: false,
        })
    }

    fn turn(&mut self, look: &Look<'_>, tip: Place) {
        let s = look.settings;
        let (place, at) = self.furthest;
        let (width, height) = (
            (place[0] - self.turned.0[0]).abs() / look.size,
            (place[1] - self.turned.0[1]).abs() / look.size,
        );
        let stroke = width >= s.wave_amplitude_ratio
            && height <= SLANT * width
            && at.ms_since(self.turned.1) <= s.wave_stroke_max_ms as f32;
        if stroke && self.turns > 0 {
            self.turns += 1;
            self.narrowest = self.narrowest.min(width);
        } else {
            // The first turn: the stroke before it may have begun anywhere.
            (self.turns, self.first, self.narrowest) = (1, at, f32::MAX);
        }
        self.turned = (place, at);
        self.towards = -self.towards;
        self.furthest = (tip, look.at);
    }
}
