//! Calibration by pointing: a hand points at one target after the other and holds. Four targets
//! decide the map; a fifth, in the middle, measures how far it is off.
//!
//! Takes fingertips, frame by frame, and nothing else; time is the frames' own.

mod rest;

use std::time::Duration;

use arrayvec::ArrayVec;

use super::homography::{Flat, Homography};
use super::markers::ASPECT;
use super::quad;
use crate::base::hand::MAX_HANDS;
use crate::base::{Error, Kind, Refusal, Stamp};
use crate::config::GestureSettings;
use crate::gesture::{Gesture, HandView, Measure, Observation};
use rest::Rest;

/// The targets, canvas space.
pub const TARGETS: [[f32; 2]; 5] =
    [[0.12, 0.12], [0.88, 0.12], [0.88, 0.88], [0.12, 0.88], [0.5, 0.5]];
/// A target is held this long.
const HOLD: Duration = Duration::from_millis(800);
/// A hold that slow cameras cannot fill with so many frames does not count.
const LEAST_SAMPLES: usize = 5;
/// The hand has left when it is this far away, hand sizes and picture widths, …
const LEFT_SIZES: f32 = 0.6;
const LEFT_LEAST: f32 = 0.03;
/// … for this long.
const LEFT_FOR: Duration = Duration::from_millis(150);
/// A second pointing hand is no flicker from here on.
const SECOND_HAND: Duration = Duration::from_millis(250);
/// Two targets are never seen nearer together than this, picture widths.
const TOO_NEAR: f32 = 0.04;
/// A hold that broke off after this much of it was meant.
const EARLY: f32 = 0.2;
/// `left_early` is said for this long.
const SAY_EARLY: Duration = Duration::from_secs(2);
/// Gives up when no target was held for this long.
const PATIENCE: Duration = Duration::from_secs(90);
/// A fifth target further off than this, in canvas widths, says that one of the others was missed.
const MISSED: f64 = 0.08;

/// A hand as far as pointing goes. Lengths are picture widths in both directions.
#[derive(Clone, Copy, Debug)]
struct Finger {
    track: u32,
    at: [f32; 2],
    size: f32,
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Image space to canvas space.
    pub to_canvas: Homography,
    /// How far off the fifth target was by the other four, percent of the canvas's width.
    pub error_percent: f32,
}

/// How far pointing has come.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Goes on.
    Going,
    /// Done.
    Done(Measured),
    /// Given up: why, and what to do.
    GaveUp(Error),
}

/// Pointing at the targets.
#[derive(Debug)]
pub struct Pointing {
    held: ArrayVec<[f32; 2], 5>,
    /// Says when fingers pinch; the default will do for a hand that points.
    settings: GestureSettings,
    /// Height of the picture in widths.
    tall: f32,
    rests: ArrayVec<Rest, MAX_HANDS>,
    /// Since when the hand is away from the last target; none while it is to leave.
    away_since: Option<Stamp>,
    leaving: bool,
    last_size: f32,
    progress: f32,
    hint: Option<&'static str>,
    early_at: Option<Stamp>,
    last_held: Option<Stamp>,
}

impl Default for Pointing {
    fn default() -> Self {
        Self {
            held: ArrayVec::new(),
            settings: GestureSettings::default(),
            tall: 0.75,
            rests: ArrayVec::new(),
            away_since: None,
            leaving: false,
            last_size: 0.0,
            progress: 0.0,
            hint: None,
            early_at: None,
            last_held: None,
        }
    }
}

impl Pointing {
    /// Which target is shown, 0..4.
    pub fn target(&self) -> usize {
        // While the hand is to leave, the one that it leaves.
        let next = self.held.len() - usize::from(self.leaving && !self.held.is_empty());
        next.min(TARGETS.len() - 1)
    }

    /// Whether the hand is to leave the target.
    pub fn leaving(&self) -> bool {
        self.leaving
    }

    /// How far holding has come, 0..1.
    pub fn progress(&self) -> f32 {
        self.progress
    }

    /// What hinders, for programs.
    pub fn hint(&self) -> Option<&'static str> {
        self.hint
    }

    /// Takes one frame.
    pub fn see(&mut self, seen: &Observation) -> Progress {
        let at = seen.captured_at;
        if seen.width > 0 && seen.height > 0 {
            self.tall = seen.height as f32 / seen.width as f32;
        }
        let fingers: ArrayVec<Finger, MAX_HANDS> =
            seen.hands.iter().filter_map(|h| finger(h, self.tall, &self.settings)).collect();
        let waiting = *self.last_held.get_or_insert(at);
        if self.leaving {
            self.leave(&fingers, at);
            return Progress::Going;
        }
        self.follow(&fingers, at);
        self.hint_at(seen.hands.len(), fingers.len(), at);
        if let Some((point, size)) = self.take(at) {
            self.held.push(point);
            (self.leaving, self.away_since, self.last_size) = (true, None, size);
            (self.progress, self.hint, self.last_held) = (1.0, None, Some(at));
            self.rests.clear();
            if self.held.is_full() {
                return self.solve();
            }
        } else if at.since(waiting) >= PATIENCE {
            return Progress::GaveUp(
                Error::new(Kind::Timeout, "no hand pointed at the target and held")
                    .next(
                        "point with the index finger, the other fingers curled, where the camera \
                         sees it",
                    )
                    .refusal(Refusal::NobodyPointed {}),
            );
        }
        Progress::Going
    }

    fn leave(&mut self, fingers: &[Finger], at: Stamp) {
        let Some(last) = self.held.last() else { return };
        let far = LEFT_LEAST.max(LEFT_SIZES * self.last_size);
        if fingers.iter().any(|f| apart(f.at, *last) < far) {
            self.away_since = None;
            return;
        }
        let away = *self.away_since.get_or_insert(at);
        if at.since(away) >= LEFT_FOR {
            (self.leaving, self.progress) = (false, 0.0);
        }
    }

    /// Follows each pointing finger, and forgets the rest of one that moves or ends.
    fn follow(&mut self, fingers: &[Finger], at: Stamp) {
        let mut broke_off = false;
        let progress = self.progress;
        self.rests.retain(|rest| {
            let goes_on = fingers.iter().any(|f| f.track == rest.track);
            broke_off |= !goes_on && progress >= EARLY;
            goes_on
        });
        for f in fingers {
            match self.rests.iter_mut().find(|r| r.track == f.track) {
                Some(rest) => broke_off |= rest.add(f, at) && progress >= EARLY,
                None => {
                    // There is room: as many rests as hands.
                    let _ = self.rests.try_push(Rest::new(f, at, at));
                }
            }
        }
        if broke_off {
            self.early_at = Some(at);
        }
    }

    fn hint_at(&mut self, hands: usize, pointing: usize, at: Stamp) {
        let early = self.early_at.is_some_and(|then| at.since(then) < SAY_EARLY);
        let longest = |r: &Rest| at.since(r.first_seen) >= SECOND_HAND;
        self.hint = match pointing {
            0 if early => Some("left_early"),
            0 if hands == 0 => Some("no_hand"),
            0 => Some("not_pointing"),
            1 if self.rests.iter().any(|r| self.too_near(r.middle())) => Some("too_near"),
            1 if early => Some("left_early"),
            1 => None,
            _ if self.rests.iter().filter(|r| longest(r)).count() > 1 => Some("two_hands"),
            _ => self.hint,
        };
        if matches!(self.hint, Some("two_hands" | "too_near")) {
            for rest in &mut self.rests {
                rest.start_over(at);
            }
        }
        self.progress = match &self.rests[..] {
            [rest] => (at.since(rest.since).as_secs_f32() / HOLD.as_secs_f32()).min(1.0),
            _ => 0.0,
        };
        if self.progress >= EARLY && self.hint == Some("left_early") {
            (self.hint, self.early_at) = (None, None);
        }
    }

    fn too_near(&self, at: [f32; 2]) -> bool {
        self.held.iter().any(|h| apart(*h, at) < TOO_NEAR)
    }

    /// Where the one finger that has rested long enough was, and its hand's size.
    fn take(&self, at: Stamp) -> Option<([f32; 2], f32)> {
        let [rest] = &self.rests[..] else { return None };
        let long = at.since(rest.since) >= HOLD && rest.samples.len() >= LEAST_SAMPLES;
        (long && self.hint.is_none()).then(|| (rest.place(at), rest.size))
    }

    fn solve(&self) -> Progress {
        let seen: Vec<Flat> =
            self.held.iter().map(|[x, y]| [f64::from(*x), f64::from(y / self.tall)]).collect();
        let meant: Vec<Flat> = TARGETS.iter().map(|t| t.map(f64::from)).collect();
        let failed = |why: String, refusal: Refusal| {
            let e = Error::invalid("the places pointed at do not fit").why(why).next("try again");
            Progress::GaveUp(e.refusal(refusal))
        };
        let astray = |why: String| failed(why, Refusal::PointedAstray {});
        let none = || astray("they lie on a line, or on each other".into());
        let places = [0, 1, 2, 3].map(|i| seen[i].map(|v| v as f32));
        if let Err(e) = quad::check_shape(&places) {
            return astray(e.reason().unwrap_or_default());
        }
        let four = Homography::fit(&meant[..4], &seen[..4]);
        let Some((to_image, to_canvas)) = four.and_then(|h| Some((h, h.inverse()?))) else {
            return none();
        };
        let Some(corners) = corners_seen(&to_image) else { return none() };
        if let Err(e) = quad::check_shape(&corners) {
            return astray(e.reason().unwrap_or_default());
        }
        let Some(p) = to_canvas.apply(seen[4]) else { return none() };
        let off = (p[0] - meant[4][0]).hypot((p[1] - meant[4][1]) / f64::from(ASPECT));
        if off > MISSED {
            let percent = (off * 100.0).round();
            return failed(
                format!(
                    "the last target was {percent} % of the width off, so one of the others was missed"
                ),
                Refusal::TargetMissed { percent: percent as u32 },
            );
        }
        // All five decide in the end; what was measured by four is rather too much than too little.
        let best = Homography::fit(&meant, &seen).and_then(|h| h.inverse()).unwrap_or(to_canvas);
        Progress::Done(Measured { to_canvas: best, error_percent: off as f32 * 100.0 })
    }
}

/// The canvas's corners in the picture; none if one is behind the camera.
pub fn corners_seen(to_image: &Homography) -> Option<[[f32; 2]; 4]> {
    let mut corners = [[0.0; 2]; 4];
    for (corner, at) in corners.iter_mut().zip([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]) {
        *corner = to_image.apply(at)?.map(|v| v as f32);
    }
    Some(corners)
}

/// The pointer as touch has it before smoothing, so that what is off in it is off the same in use.
fn finger(hand: &HandView, tall: f32, settings: &GestureSettings) -> Option<Finger> {
    if !matches!(hand.gesture, Gesture::Point | Gesture::PointingUp) {
        return None;
    }
    let measure = Measure::of(&hand.hand, 1.0 / tall, settings)?;
    let at = [measure.pointer[0], measure.pointer[1] * tall];
    let size = measure.size * tall;
    at.iter().all(|v| v.is_finite()).then_some(Finger { track: hand.hand.track, at, size })
}

fn apart(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}
