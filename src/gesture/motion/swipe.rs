//! A swipe: from rest, quickly and straight along one axis, and at rest again. The rest at the end
//! tells it from a wave; a hand that comes into the picture does not swipe.

use std::time::Duration;

use super::Look;
use crate::base::Stamp;
use crate::gesture::Gesture;
use crate::gesture::geometry::{Place, above, far};
use crate::gesture::going::Signal;

/// A stroke is over when its speed has fallen to this part of its peak.
const OVER: f32 = 0.35;
/// A hand that goes back by this part of the way has not swiped.
const BACK: f32 = 0.18;
/// This near its beginning (part of the way) the stroke had not begun yet.
const START: f32 = 0.06;
/// A hand that was not seen for this long before the stroke, milliseconds, may be coming into the
/// picture: from this near an edge, hand sizes, or from below, from where all hands come.
const BEFORE_MS: f32 = 90.0;
const EDGE: f32 = 1.2;
/// The way may be this much longer than the straight line.
const CROOKED: f32 = 1.2;
/// A swipe is at least this long, milliseconds: shorter is a tracker's jump.
const LEAST_MS: f32 = 60.0;

/// The beginning of a stroke.
const EARLY: Duration = Duration::from_millis(100);

#[derive(Clone, Debug, Default)]
pub(super) struct Swipe {
    /// The fastest since the hand was slow, hand sizes a second; 0 while it is slow.
    peak: f32,
    candidate: Option<Candidate>,
    last: Option<(Gesture, Stamp)>,
}

/// A stroke that was a swipe, if the hand stays where it is.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    gesture: Gesture,
    confidence: f32,
    from: Place,
    /// Of length 1.
    along: Place,
    way: f32,
    furthest: f32,
    since: Stamp,
}

impl Swipe {
    pub fn update(&mut self, look: &Look<'_>, busy: bool) -> Option<Signal> {
        let v = look.trail.velocity(|s| s.palm)?;
        let speed = v[0].hypot(v[1]) / look.size;
        if busy || look.accompanied {
            (self.peak, self.candidate) = (0.0, None);
            return None;
        }
        let fast = look.settings.swipe_speed_ratio_per_s;
        if speed > 0.4 * fast || self.peak > 0.0 {
            self.peak = self.peak.max(speed);
        }
        if self.peak > 0.0 && speed < OVER * self.peak {
            let stroke = if self.peak >= fast { self.stroke(look) } else { None };
            self.peak = 0.0;
            self.candidate = stroke.or(self.candidate);
        }
        self.settle(look)
    }

    /// What the hand has just done, if that was a swipe.
    fn stroke(&self, look: &Look<'_>) -> Option<Candidate> {
        let s = look.settings;
        let now = look.trail.back().next()?;
        // The turn-off point: the furthest place within the time a swipe may take.
        let recent = || look.trail.last_ms(s.swipe_max_ms as f32);
        let way_to = |p: Place| far(p, now.palm);
        let from = recent().map(|x| x.palm).max_by(|a, b| way_to(*a).total_cmp(&way_to(*b)))?;
        let way = way_to(from);
        let start = recent().find(|x| far(x.palm, from) <= START * way)?;
        let took_ms = now.at.ms_since(start.at);
        let along = [(now.palm[0] - from[0]) / way, (now.palm[1] - from[1]) / way];
        let gesture = direction(along);
        let comes_in = || gesture == Gesture::SwipeUp || edge(from, look.aspect) < EDGE * look.size;
        let seen_before = look.trail.back().any(|x| start.at.ms_since(x.at) >= BEFORE_MS);
        if took_ms < LEAST_MS || !seen_before && comes_in() {
            return None;
        }
        let during = || recent().take_while(|x| x.at >= start.at);
        let length: f32 = during().zip(during().skip(1)).map(|(a, b)| far(a.palm, b.palm)).sum();
        // Open from the beginning: a hand that opens on its way is about to do something else.
        let at_first = during().filter(|x| start.at.plus(EARLY).us >= x.at.us).map(|x| x.open);
        let open = at_first.fold(look.trail.mean(took_ms, |x| x.open), f32::min);
        let off_axis_deg = along[0].abs().min(along[1].abs()).asin().to_degrees();
        let evidence = [
            above(way / look.size, s.swipe_distance_ratio, 0.3),
            above(self.peak, s.swipe_speed_ratio_per_s, 1.0),
            above(s.swipe_within_deg, off_axis_deg, 6.0),
            above(CROOKED * way, length, 0.12 * way),
            above(open, 0.45, 0.2),
        ];
        let confidence = evidence.iter().copied().fold(1.0, f32::min);
        let back = self.last.is_some_and(|(g, then)| {
            g == opposite(gesture) && now.at.ms_since(then) < s.swipe_return_ms as f32
        });
        (confidence >= 0.5 && !back).then_some(Candidate {
            gesture,
            confidence,
            from,
            along,
            way,
            furthest: way,
            since: now.at,
        })
    }

    /// Fires when the hand has rested long enough, forgets it when it goes back.
    fn settle(&mut self, look: &Look<'_>) -> Option<Signal> {
        let c = self.candidate.as_mut()?;
        let palm = look.trail.back().next()?.palm;
        let way = (palm[0] - c.from[0]) * c.along[0] + (palm[1] - c.from[1]) * c.along[1];
        c.furthest = c.furthest.max(way);
        if c.furthest - way > BACK * c.way {
            self.candidate = None;
            return None;
        }
        if look.at.ms_since(c.since) < look.settings.swipe_settle_ms as f32 {
            return None;
        }
        let signal =
            Signal { gesture: c.gesture, confidence: c.confidence, progress: 1.0, at_once: true };
        self.last = Some((c.gesture, look.at));
        self.candidate = None;
        Some(signal)
    }
}

/// How far `p` is from the picture's nearest edge, picture heights.
fn edge(p: Place, aspect: f32) -> f32 {
    p[0].min(aspect - p[0]).min(p[1]).min(1.0 - p[1])
}

/// As the person sees it: the picture's right is the person's left.
fn direction(along: Place) -> Gesture {
    match (along[0].abs() > along[1].abs(), along[0] > 0.0, along[1] > 0.0) {
        (true, true, _) => Gesture::SwipeLeft,
        (true, false, _) => Gesture::SwipeRight,
        (false, _, true) => Gesture::SwipeDown,
        (false, _, false) => Gesture::SwipeUp,
    }
}

fn opposite(swipe: Gesture) -> Gesture {
    match swipe {
        Gesture::SwipeLeft => Gesture::SwipeRight,
        Gesture::SwipeRight => Gesture::SwipeLeft,
        Gesture::SwipeUp => Gesture::SwipeDown,
        _ => Gesture::SwipeUp,
    }
}
