//! Why a gesture did or did not do something, and the log of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tokio::sync::broadcast;

use super::Mode;
use super::binding::{BoundHand, Rule};
use crate::base::gesture::Gesture;
use crate::base::hand::Handedness;
use crate::base::{Clock, Refusal};

/// One line of the log: a gesture, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Verdict {
    /// Grows by one with every line.
    pub number: u64,
    /// When, RFC 3339 UTC.
    #[ts(type = "string")]
    pub at: jiff::Timestamp,
    /// The gesture.
    pub gesture: String,
    /// Who made it: `left hand` or `right hand`.
    pub who: String,
    /// The binding it is about; none where no binding has this gesture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub binding: Option<String>,
    /// The command's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub command: Option<String>,
    /// What came of it.
    pub verdict: Why,
    /// The same in words, with its numbers.
    pub text: String,
    /// Those numbers and names by themselves, for pages in other languages.
    #[serde(flatten)]
    #[ts(flatten)]
    pub details: Details,
}

/// What belongs to a verdict, as far as it applies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Details {
    /// How much there was of what is measured, milliseconds: of the hold, or since the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub had_ms: Option<u32>,
    /// How much it takes, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub needs_ms: Option<u32>,
    /// The hand that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub meant_hand: Option<BoundHand>,
    /// The mode in which it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub meant_mode: Option<Mode>,
    /// Why it was refused, by a code; not every refusal has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub refusal: Option<Refusal>,
}

/// A verdict's words and what belongs to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// In words.
    pub text: String,
    /// By themselves.
    pub details: Details,
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self { text, details: Details::default() }
    }
}

/// What came of a gesture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It did what it is bound to.
    Fired,
    /// It would have, but this is a dry run.
    DryRun,
    /// Nothing is bound to it.
    NotBound,
    /// Its binding is switched off.
    SwitchedOff,
    /// The other hand is meant.
    OtherHand,
    /// It counts in the other mode.
    OtherMode,
    /// Hands are not armed.
    NotArmed,
    /// The plain demo hand only shows its gestures.
    DemoShows,
    /// The playing demo hands act on their own scene only.
    DemoElsewhere,
    /// It ended before its hold time.
    TooShort,
    /// It came again within its cool-down.
    CoolingDown,
    /// It had not been gone for its release time.
    NotReleased,
    /// The hand was busy with something else.
    Busy,
    /// It was tried, and refused.
    Refused,
}

/// A verdict that has not been entered into the log yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The gesture.
    pub gesture: Gesture,
    /// Whose hand made it.
    pub hand: Handedness,
    /// The binding it is about, and its command.
    pub binding: Option<(Arc<str>, &'static str)>,
    /// What came of it.
    pub verdict: Why,
    /// The same in words.
    pub said: Said,
}

impl Judged {
    /// About a binding.
    pub fn of(rule: &Rule, hand: Handedness, verdict: Why, said: Said) -> Self {
        let binding = Some((Arc::clone(&rule.id), rule.command));
        Self { gesture: rule.gesture, hand, binding, verdict, said }
    }

    /// About a gesture that nothing is bound to.
    pub fn unbound(gesture: Gesture, hand: Handedness, said: Said) -> Self {
        Self { gesture, hand, binding: None, verdict: Why::NotBound, said }
    }
}

/// Lines kept: what an owner who wonders scrolls through.
const KEPT: usize = 200;

/// The log of verdicts: the last ones, and news of each to whoever listens.
pub struct VerdictLog {
    clock: Clock,
    tell: broadcast::Sender<Arc<Verdict>>,
    lines: Mutex<(u64, VecDeque<Arc<Verdict>>)>,
}

impl VerdictLog {
    /// An empty log that tells each line to `tell`.
    pub fn new(clock: Clock, tell: broadcast::Sender<Arc<Verdict>>) -> Self {
        Self { clock, tell, lines: Mutex::new((0, VecDeque::with_capacity(KEPT))) }
    }

    /// Enters a line.
    pub fn add(&self, judged: Judged) {
        let Judged { gesture, hand, binding, verdict, said } = judged;
        let who = match hand {
            Handedness::Left => "left hand",
            Handedness::Right => "right hand",
        };
        let (binding, command) =
            binding.map(|(id, name)| (id.to_string(), name.to_owned())).unzip();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.0 += 1;
        let line = Arc::new(Verdict {
            number: lines.0,
            at: self.clock.utc(self.clock.now()),
            gesture: gesture.name().into(),
            who: who.into(),
            binding,
            command,
            verdict,
            text: said.text,
            details: said.details,
        });
        if lines.1.len() == KEPT {
            lines.1.pop_front();
        }
        lines.1.push_back(Arc::clone(&line));
        // Within the lock, so that listeners have them in order. Nobody may be listening.
        let _ = self.tell.send(line);
    }

    /// The last lines, oldest first.
    pub fn lines(&self) -> Vec<Arc<Verdict>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).1.iter().cloned().collect()
    }
}
