//! The lives of motions and two-hand gestures: a detector says in which frames its gesture is on;
//! here that becomes started, held and ended, with cool-down.

use arrayvec::ArrayVec;

use super::{Gesture, Phase};
use crate::base::Stamp;
use crate::config::GestureSettings;

/// As many as one hand or pair can have going on at once.
const MOST: usize = 3;
/// As many ends as are remembered for the cool-down.
const REMEMBERED: usize = 6;

/// What a detector says in one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Signal {
    pub gesture: Gesture,
    /// Measured, 0..1.
    pub confidence: f32,
    /// How far it has come, 0..1.
    pub progress: f32,
    /// It is over at once (a swipe, a clap), or goes on while it is signalled (a wave).
    pub at_once: bool,
}

/// The frame in which signals are taken, and what the tracker calls the hand or the two there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub at: Stamp,
    pub track: u32,
    pub other: Option<u32>,
}

/// Motions that have started and not ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Goings {
    list: ArrayVec<Going, MOST>,
    begun: ArrayVec<(Gesture, Stamp), REMEMBERED>,
}

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Going {
    pub gesture: Gesture,
    /// The track, or tracks, under which it started: they stay its name to the end.
    pub track: u32,
    pub other: Option<u32>,
    pub confidence: f32,
    pub progress: f32,
    pub phase: Phase,
    started: Stamp,
    until: Stamp,
}

impl Going {
    pub fn held_ms(&self, at: Stamp) -> u32 {
        at.ms_since(self.started) as u32
    }
}

impl Goings {
    /// Whether `gesture` began less than `ms` ago.
    fn began_within(&self, gesture: Gesture, at: Stamp, ms: f32) -> bool {
        self.begun.iter().any(|(g, then)| *g == gesture && at.ms_since(*then) < ms)
    }

    /// Takes what the detectors say in one frame; each motion, as it is then, is told to `tell`.
    pub fn update(
        &mut self,
        frame: Frame,
        signals: &[Signal],
        s: &GestureSettings,
        mut tell: impl FnMut(&Going),
    ) {
        for going in &mut self.list {
            going.phase = Phase::Held;
        }
        for signal in signals {
            self.take(frame, signal, s);
        }
        self.list.retain(|going| {
            let over = frame.at >= going.until;
            if over {
                going.phase = Phase::Ended;
            }
            tell(going);
            !over
        });
    }

    /// The hands are gone for good: everything ends.
    pub fn cut(&mut self, mut tell: impl FnMut(&Going)) {
        for mut going in self.list.drain(..) {
            going.phase = Phase::Ended;
            tell(&going);
        }
    }

    fn take(&mut self, Frame { at, track, other }: Frame, signal: &Signal, s: &GestureSettings) {
        let stay_ms = if signal.at_once { s.linger_ms } else { s.release_ms };
        let until = at.plus(std::time::Duration::from_millis(u64::from(stay_ms.max(1))));
        if let Some(going) = self.list.iter_mut().find(|g| g.gesture == signal.gesture) {
            if !signal.at_once {
                going.confidence = signal.confidence;
                going.progress = signal.progress;
                going.until = until;
            }
            return;
        }
        if self.began_within(signal.gesture, at, s.cooldown_ms as f32) || self.list.is_full() {
            return;
        }
        let Signal { gesture, confidence, progress, .. } = *signal;
        let phase = Phase::Started;
        self.list.push(Going {
            gesture,
            track,
            other,
            confidence,
            progress,
            phase,
            started: at,
            until,
        });
        if self.begun.is_full() {
            self.begun.remove(0);
        }
        self.begun.push((gesture, at));
    }
}
