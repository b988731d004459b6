//! The engine: the hands of each frame, one after the other, to their shapes, motions and two-hand
//! gestures, and the events of their lives. Allocates nothing, never fails, takes any frame rate.

use arrayvec::ArrayVec;

use super::followed::{Followed, Seen};
use super::life::Step;
use super::{Event, Gesture, HandView, Observation, shape};
use crate::base::Stamp;
use crate::config::GestureSettings;
use crate::vision::{Hand, Hands, MAX_HANDS};

/// The frame that the hands were found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// When it was captured.
    pub at: Stamp,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl FrameInfo {
    /// How many times as wide as high the picture is; 1 for a picture without extent.
    pub fn aspect(&self) -> f32 {
        if self.width == 0 || self.height == 0 { 1.0 } else { self.width as f32 / self.height as f32 }
    }
}

/// Hands over time to gestures. One for each camera.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: GestureSettings,
    followed: ArrayVec<Followed, MAX_HANDS>,
    last: Option<Stamp>,
}

/// Which followed hand each hand of a frame is.
type Owners = [Option<usize>; MAX_HANDS];
type Sightings = ArrayVec<Option<Seen>, MAX_HANDS>;

impl Engine {
    /// An engine that has seen nothing yet.
    pub fn new(settings: &GestureSettings) -> Self {
        Self { settings: settings.clone(), followed: ArrayVec::new(), last: None }
    }

    /// Changes the settings; what goes on goes on.
    pub fn set(&mut self, settings: &GestureSettings) {
        self.settings = settings.clone();
    }

    /// Takes the hands of one frame and fills `out.hands` and `out.events`. Frames come in the order
    /// of their capture; one that is older than the last is taken as if it came at the same time.
    pub fn update(&mut self, hands: &Hands, frame: FrameInfo, out: &mut Observation) {
        let at = self.last.map_or(frame.at, |last| frame.at.max(last));
        self.last = Some(at);
        let aspect = frame.aspect();
        out.hands.clear();
        out.events.clear();

        let seen: Sightings = hands.iter().map(|h| Seen::of(h, aspect, &self.settings)).collect();
        let owners = self.assign(hands, &seen, at);
        self.follow(hands, &seen, owners, at, aspect, out);
        self.forget(at, aspect, out);
    }

    /// The hands of a single picture: `out.hands` with the shapes as they are, no events. Looks at
    /// nothing before, keeps nothing.
    pub fn still(settings: &GestureSettings, hands: &Hands, frame: FrameInfo, out: &mut Observation) {
        let aspect = frame.aspect();
        out.hands.clear();
        out.events.clear();
        for hand in hands {
            let view = match Seen::of(hand, aspect, settings) {
                Some(seen) => {
                    let (gesture, confidence) = seen.scores.name(settings.enter_confidence);
                    let [x, y] = seen.pointer(settings);
                    HandView { hand: hand.clone(), gesture, confidence, pointer: [x / aspect, y] }
                }
                None => unseen(hand),
            };
            out.hands.push(view);
        }
    }

    /// Which followed hand each hand is: the cheapest belief first.
    fn assign(&self, hands: &Hands, seen: &Sightings, at: Stamp) -> Owners {
        let mut owners: Owners = [None; MAX_HANDS];
        let mut taken = [false; MAX_HANDS];
        for _ in 0..hands.len() {
            let mut best: Option<(f32, usize, usize)> = None;
            for (h, (hand, seen)) in hands.iter().zip(seen).enumerate() {
                let Some(seen) = seen.as_ref().filter(|_| owners[h].is_none()) else { continue };
                for (f, followed) in self.followed.iter().enumerate().filter(|(f, _)| !taken[*f]) {
                    let cost = followed.cost(hand, at, seen);
                    best = match (cost, best) {
                        (Some(c), None) => Some((c, h, f)),
                        (Some(c), Some(b)) if c < b.0 => Some((c, h, f)),
                        _ => best,
                    };
                }
            }
            let Some((_, h, f)) = best else { break };
            owners[h] = Some(f);
            taken[f] = true;
        }
        owners
    }

    fn follow(
        &mut self,
        hands: &Hands,
        seen: &Sightings,
        owners: Owners,
        at: Stamp,
        aspect: f32,
        out: &mut Observation,
    ) {
        self.followed.iter_mut().for_each(|f| f.present = false);
        for ((hand, seen), owner) in hands.iter().zip(seen).zip(owners) {
            let Some(seen) = seen else {
                out.hands.push(unseen(hand));
                continue;
            };
            let index = match owner {
                Some(f) => {
                    self.followed[f].see(hand, at, seen, &self.settings);
                    f
                }
                None => self.start_following(Followed::new(hand, at, seen, &self.settings), aspect, out),
            };
            let followed = &mut self.followed[index];
            let steps = followed.shape.update(at, hand.track, &seen.scores, &self.settings);
            let (gesture, confidence) = followed.shape.shape();
            let pointer = [followed.pointer[0] / aspect, followed.pointer[1]];
            out.hands.push(HandView { hand: hand.clone(), gesture, confidence, pointer });
            for step in steps.into_iter().flatten() {
                tell(out, followed, &step, aspect);
            }
        }
    }

    /// Finds room for a new hand; where there is none, the hand that has been away longest goes.
    fn start_following(&mut self, new: Followed, aspect: f32, out: &mut Observation) -> usize {
        let at = new.seen;
        if self.followed.is_full() {
            let away = self.followed.iter().enumerate().filter(|(_, f)| !f.present);
            let oldest = away.min_by_key(|(_, f)| f.seen).map_or(0, |(i, _)| i);
            let mut gone = std::mem::replace(&mut self.followed[oldest], new);
            if let Some(step) = gone.shape.cut(at) {
                tell(out, &gone, &step, aspect);
            }
            return oldest;
        }
        self.followed.push(new);
        self.followed.len() - 1
    }

    /// Lets go of hands that have been away too long.
    fn forget(&mut self, at: Stamp, aspect: f32, out: &mut Observation) {
        let settings = &self.settings;
        let patience_ms = settings.grace_ms.max(settings.release_ms) as f32;
        self.followed.retain(|f| {
            if f.present || at.ms_since(f.seen) < patience_ms {
                return true;
            }
            if let Some(step) = f.shape.cut(at) {
                tell(out, f, &step, aspect);
            }
            false
        });
    }
}

fn unseen(hand: &Hand) -> HandView {
    HandView { hand: hand.clone(), gesture: Gesture::None, confidence: 0.0, pointer: [0.5, 0.5] }
}

fn tell(out: &mut Observation, hand: &Followed, step: &Step, aspect: f32) {
    // A full list loses the newest; MAX_EVENTS is more than all lives together can bring.
    let _ = out.events.try_push(Event {
        phase: step.phase,
        gesture: step.shape,
        track: step.track,
        other_track: None,
        hand: hand.handedness,
        confidence: step.confidence,
        progress: 1.0,
        held_ms: step.held_ms,
        pointer: [hand.pointer[0] / aspect, hand.pointer[1]],
    });
}

/// The shape of one hand in one picture: the name and its confidence.
pub fn name_of(hand: &Hand, settings: &GestureSettings, aspect: f32) -> (Gesture, f32) {
    shape::classify(hand, settings, aspect).name(settings.enter_confidence)
}
