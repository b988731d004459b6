//! The motions of one hand. Each detector looks at where the hand has been and says whether its
//! motion is on in this frame; none remembers more than it must, none counts frames.
//!
//! Lengths are in hand sizes, speeds in hand sizes a second. Left, right and clockwise are the
//! person's, who faces the camera: in the picture, which is not mirrored, they are the other way
//! round.

mod circle;
mod grasp;
mod pinch;
mod swipe;
mod wave;

use arrayvec::ArrayVec;

use self::circle::Circle;
use self::grasp::Grasp;
use self::pinch::DoublePinch;
use self::swipe::Swipe;
use self::wave::Wave;
use super::features::Features;
use super::going::Signal;
use super::shape::Scores;
use super::trail::Trail;
use crate::base::Stamp;
use crate::config::GestureSettings;

pub(super) use self::pinch::Pinch;

/// The most motions one hand can signal in one frame.
pub(super) const MOST_SIGNALS: usize = 5;

/// What the detectors look at.
pub(super) struct Look<'a> {
    pub at: Stamp,
    pub trail: &'a Trail,
    /// The hand's size, picture heights.
    pub size: f32,
    pub features: &'a Features,
    pub scores: &'a Scores,
    pub pinch: &'a Pinch,
    /// The picture's width in its heights.
    pub aspect: f32,
    /// Another hand moves along with this one: what two hands do together is not one hand's swipe.
    pub accompanied: bool,
    pub settings: &'a GestureSettings,
}

/// The detectors of one hand.
#[derive(Clone, Debug, Default)]
pub(super) struct Motions {
    swipe: Swipe,
    wave: Wave,
    circle: Circle,
    double_pinch: DoublePinch,
    grasp: Grasp,
}

impl Motions {
    /// What is on in this frame.
    pub fn update(&mut self, look: &Look<'_>) -> ArrayVec<Signal, MOST_SIGNALS> {
        let mut signals = ArrayVec::new();
        signals.extend(self.grasp.update(look));
        signals.extend(self.double_pinch.update(look));
        let wave = self.wave.update(look);
        let circle = self.circle.update(look);
        // A wave is not a series of swipes, nor is a circle; and a hand that pinches drags.
        let busy = wave.is_some() || circle.is_some() || look.pinch.on();
        signals.extend(self.swipe.update(look, busy));
        signals.extend(wave);
        signals.extend(circle);
        signals
    }
}
