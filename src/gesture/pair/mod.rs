//! What two hands do together. One pair is watched at a time: a person's left and right hand.

mod meet;
mod turn;

use arrayvec::ArrayVec;

use self::meet::Meet;
use self::turn::Turn;
use super::followed::Followed;
use super::geometry::{Place, far, lerp};
use super::going::{Frame, Going, Goings, Signal};
use crate::base::Stamp;
use crate::config::GestureSettings;
use crate::vision::Handedness;

/// Both hands in one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Both {
    pub at: Stamp,
    pub palms: [Place; 2],
    /// Mean size of the two, picture heights.
    pub size: f32,
    /// How sure we are that both are open, 0..1.
    pub open: f32,
    /// Both pinch, or have just now.
    pub pinching: bool,
}

impl Both {
    /// From palm to palm, hand sizes.
    pub fn gap(&self) -> f32 {
        far(self.palms[0], self.palms[1]) / self.size
    }
}

/// The pair that is watched.
#[derive(Clone, Debug, Default)]
pub(super) struct Pair {
    /// The keys of its hands ([`Followed::key`]), the lower track first.
    keys: Option<[u32; 2]>,
    /// What the tracker calls them.
    tracks: (u32, Option<u32>),
    turn: Turn,
    meet: Meet,
    pub goings: Goings,
    /// Where the middle of the two was last seen, picture heights.
    pub middle: Place,
    pub hand: Option<Handedness>,
}

impl Pair {
    /// Takes one frame's hands and tells what the two do.
    pub fn update(
        &mut self,
        at: Stamp,
        hands: &[Followed],
        s: &GestureSettings,
        mut tell: impl FnMut(&Going, &Pair),
    ) {
        let mut signals: ArrayVec<Signal, 3> = ArrayVec::new();
        if let Some([a, b]) = self.choose(hands) {
            self.tracks = (a.track, Some(b.track));
            self.hand = Some(a.handedness);
            if a.present && b.present {
                let both = Both {
                    at,
                    palms: [a.palm, b.palm],
                    size: (0.5 * (a.size + b.size)).max(1e-3),
                    open: a.open.min(b.open),
                    pinching: [a, b].iter().all(|h| h.pinch.on_within(at, s.release_ms as f32)),
                };
                self.middle = lerp(a.pointer, b.pointer, 0.5);
                signals.extend(self.turn.update(&both, s));
                signals.extend(self.meet.update(&both, s));
            } else {
                signals.extend(self.meet.without_one(at, s));
            }
        } else {
            signals.extend(self.meet.without_one(at, s));
        }
        let mut goings = std::mem::take(&mut self.goings);
        let frame = Frame { at, track: self.tracks.0, other: self.tracks.1 };
        goings.update(frame, &signals, s, |going| tell(going, self));
        self.goings = goings;
    }

    /// The two to watch: the same as before while both are there, else the person's left and right
    /// that are nearest to each other, else none. A new pair begins anew.
    fn choose<'a>(&mut self, hands: &'a [Followed]) -> Option<[&'a Followed; 2]> {
        let by_key = |key: u32| hands.iter().find(|h| h.key == key);
        if let Some([a, b]) = self.keys
            && let (Some(a), Some(b)) = (by_key(a), by_key(b))
        {
            return Some([a, b]);
        }
        let mut best: Option<(f32, [&Followed; 2])> = None;
        for (i, a) in hands.iter().enumerate().filter(|(_, h)| h.present) {
            for b in hands[i + 1..].iter().filter(|h| h.present) {
                let alike = if a.handedness == b.handedness { 1e3 } else { 0.0 };
                let cost = far(a.palm, b.palm) + alike;
                if best.is_none_or(|(c, _)| cost < c) {
                    best = Some((cost, if a.track <= b.track { [a, b] } else { [b, a] }));
                }
            }
        }
        let pair = best.map(|(_, pair)| pair);
        let keys = pair.map(|p| p.map(|h| h.key));
        if keys.is_some() && keys != self.keys {
            (self.turn, self.meet) = (Turn::default(), Meet::default());
            self.keys = keys;
        }
        pair
    }
}
