//! The engine: the hands of each frame, one after the other, to their shapes, motions and two-hand
//! gestures, and the events of their lives. Allocates nothing, never fails, takes any frame rate.

use arrayvec::ArrayVec;

use super::followed::{Followed, Seen};
use super::geometry::{Place, far};
use super::going::{Frame, Going};
use super::life::Step;
use super::motion::Look;
use super::pair::Pair;
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
        if self.width == 0 || self.height == 0 {
            1.0
        } else {
            self.width as f32 / self.height as f32
        }
    }
}

/// Hands over time to gestures. One for each camera.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: GestureSettings,
    followed: ArrayVec<Followed, MAX_HANDS>,
    pair: Pair,
    last: Option<Stamp>,
    next_key: u32,
}

/// A hand moves along with another if it goes at least this part of the other's way.
const ALONG: f32 = 0.4;
/// Within this time, milliseconds.
const ALONG_MS: f32 = 400.0;

/// Which followed hand each hand of a frame is.
type Owners = [Option<usize>; MAX_HANDS];
type Sightings = ArrayVec<Option<Seen>, MAX_HANDS>;

impl Engine {
    /// An engine that has seen nothing yet.
    pub fn new(settings: &GestureSettings) -> Self {
        Self {
            settings: settings.clone(),
            followed: ArrayVec::new(),
            pair: Pair::default(),
            last: None,
            next_key: 0,
        }
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
        let told = Told { out, at, aspect };
        self.follow(hands, &seen, owners, told);
    }

    /// The hands of a single picture: `out.hands` with the shapes as they are, no events. Looks at
    /// nothing before, keeps nothing.
    pub fn still(
        settings: &GestureSettings,
        hands: &Hands,
        frame: FrameInfo,
        out: &mut Observation,
    ) {
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

    fn follow(&mut self, hands: &Hands, seen: &Sightings, owners: Owners, mut told: Told<'_>) {
        let at = told.at;
        self.followed.iter_mut().for_each(|f| f.present = false);
        let mut places: [Option<usize>; MAX_HANDS] = owners;
        for (h, (hand, seen)) in hands.iter().zip(seen).enumerate() {
            let Some(seen) = seen else { continue };
            match owners[h] {
                Some(f) => self.followed[f].see(hand, at, seen, &self.settings),
                None => places[h] = Some(self.begin(hand, seen, &mut told)),
            }
        }
        for (h, (hand, seen)) in hands.iter().zip(seen).enumerate() {
            match (places[h], seen) {
                (Some(f), Some(seen)) => {
                    let view = self.live_on(f, hand, seen, &mut told);
                    told.out.hands.push(view);
                }
                _ => told.out.hands.push(unseen(hand)),
            }
        }
        self.rest(&mut told);
        self.pair.update(at, &self.followed, &self.settings, |going, pair| {
            told.pair(going, pair);
        });
    }

    /// Finds room for a new hand; where there is none, the hand that has been away longest goes.
    fn begin(&mut self, hand: &Hand, seen: &Seen, told: &mut Told<'_>) -> usize {
        self.next_key = self.next_key.wrapping_add(1);
        let new = Followed::new(self.next_key, hand, told.at, seen, &self.settings);
        if !self.followed.is_full() {
            self.followed.push(new);
            return self.followed.len() - 1;
        }
        let away = self.followed.iter().enumerate().filter(|(_, f)| !f.present);
        let oldest = away.min_by_key(|(_, f)| f.seen).map_or(0, |(i, _)| i);
        let mut gone = std::mem::replace(&mut self.followed[oldest], new);
        told.goodbye(&mut gone);
        oldest
    }

    /// The lives of one hand that is there go on.
    fn live_on(&mut self, index: usize, hand: &Hand, seen: &Seen, told: &mut Told<'_>) -> HandView {
        let (at, settings) = (told.at, &self.settings);
        let accompanied = self.accompanied(index);
        let followed = &mut self.followed[index];
        for step in
            followed.shape.update(at, hand.track, &seen.scores, settings).into_iter().flatten()
        {
            told.shape(followed, &step);
        }
        let look = Look {
            at,
            trail: &followed.trail,
            size: followed.size,
            features: &seen.features,
            scores: &seen.scores,
            pinch: &followed.pinch,
            aspect: told.aspect,
            accompanied,
            settings,
        };
        let signals = followed.motions.update(&look);
        let mut goings = std::mem::take(&mut followed.goings);
        let frame = Frame { at, track: hand.track, other: None };
        goings.update(frame, &signals, settings, |going| told.motion(followed, going));
        followed.goings = goings;
        let (gesture, confidence) = followed.shape.shape();
        HandView { hand: hand.clone(), gesture, confidence, pointer: told.place(followed.pointer) }
    }

    /// Whether another hand has moved about as far as this one just now.
    fn accompanied(&self, index: usize) -> bool {
        let way = |f: &Followed| {
            let mut recent = f.trail.last_ms(ALONG_MS);
            let newest = recent.next().map_or([0.0; 2], |s| s.palm);
            recent.map(|s| far(s.palm, newest)).fold(0.0, f32::max) / f.size
        };
        let own = way(&self.followed[index]);
        let others = self.followed.iter().enumerate().filter(|(i, f)| *i != index && f.present);
        others.into_iter().any(|(_, f)| way(f) > ALONG * own)
    }

    /// Hands that are not there: their motions go on for a while, then they are let go.
    fn rest(&mut self, told: &mut Told<'_>) {
        let settings = &self.settings;
        let patience_ms = settings.grace_ms.max(settings.release_ms) as f32;
        self.followed.retain(|f| {
            if f.present || told.at.ms_since(f.seen) < patience_ms {
                return true;
            }
            told.goodbye(f);
            false
        });
    }
}

/// What one frame tells, and to whom.
struct Told<'a> {
    out: &'a mut Observation,
    at: Stamp,
    aspect: f32,
}

impl Told<'_> {
    /// From picture heights to the picture's 0..1.
    fn place(&self, p: Place) -> [f32; 2] {
        [p[0] / self.aspect, p[1]]
    }

    /// A full list loses the newest; `MAX_EVENTS` is more than all lives together can bring.
    fn event(&mut self, event: Event) {
        let _ = self.out.events.try_push(event);
    }

    fn shape(&mut self, hand: &Followed, step: &Step) {
        self.event(Event {
            phase: step.phase,
            gesture: step.shape,
            track: step.track,
            other_track: None,
            hand: hand.handedness,
            confidence: step.confidence,
            progress: 1.0,
            held_ms: step.held_ms,
            pointer: self.place(hand.pointer),
        });
    }

    fn motion(&mut self, hand: &Followed, going: &Going) {
        self.event(Event {
            phase: going.phase,
            gesture: going.gesture,
            track: going.track,
            other_track: going.other,
            hand: hand.handedness,
            confidence: going.confidence,
            progress: going.progress,
            held_ms: going.held_ms(self.at),
            pointer: self.place(hand.pointer),
        });
    }

    fn pair(&mut self, going: &Going, pair: &Pair) {
        let Some(hand) = pair.hand else { return };
        self.event(Event {
            phase: going.phase,
            gesture: going.gesture,
            track: going.track,
            other_track: going.other,
            hand,
            confidence: going.confidence,
            progress: going.progress,
            held_ms: going.held_ms(self.at),
            pointer: self.place(pair.middle),
        });
    }

    /// A hand is gone for good: what it did ends.
    fn goodbye(&mut self, hand: &mut Followed) {
        if let Some(step) = hand.shape.cut(self.at) {
            self.shape(hand, &step);
        }
        let mut goings = std::mem::take(&mut hand.goings);
        goings.cut(|going| self.motion(hand, going));
    }
}

fn unseen(hand: &Hand) -> HandView {
    HandView { hand: hand.clone(), gesture: Gesture::None, confidence: 0.0, pointer: [0.5, 0.5] }
}

/// The shape of one hand in one picture: the name and its confidence.
pub fn name_of(hand: &Hand, settings: &GestureSettings, aspect: f32) -> (Gesture, f32) {
    shape::classify(hand, settings, aspect).name(settings.enter_confidence)
}
