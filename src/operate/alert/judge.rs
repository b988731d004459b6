//! When something is told, and when it is over. What is found out may flicker; what is told must not: an
//! alert is raised when it was ill for the whole of its rule's time, over when it was well for the whole of
//! the other, and the next one of its name waits until the last is ten minutes past.
//!
//! Knows no clock but the one handed in, and nobody to tell.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::AlertName;
use crate::base::{Stamp, Trouble};

/// The next alert of a name waits this long after the last was over: a camera with a loose plug is told
/// six times an hour at most.
pub const AGAIN: Duration = Duration::from_secs(600);

/// How long it has to be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Ill, before it is told.
    pub raise: Duration,
    /// Well, before it is over.
    pub clear: Duration,
}

const fn rule(raise_s: u64, clear_s: u64) -> Rule {
    Rule { raise: Duration::from_secs(raise_s), clear: Duration::from_secs(clear_s) }
}

impl Rule {
    /// The rule of an alert, with its reason.
    pub const fn of(alert: AlertName) -> Self {
        match alert {
            // Tried again every few seconds: a replug or a cable that was pulled heals by then.
            AlertName::CameraLost => rule(20, 30),
            // A backup needs room for a moment and gives it back; the thresholds have their own gap.
            AlertName::DiskLow => rule(30, 30),
            // Told once by the worker and never flickers; both only cover loading another model.
            AlertName::GpuLost => rule(10, 10),
            // Five questions, 10 s apart, without an answer: a restart of Ollama takes less.
            AlertName::OllamaDown => rule(50, 30),
            // Tried once an hour and told as it went: there is nothing to wait for.
            AlertName::BackupFailed => rule(0, 0),
            // Counted over an hour already.
            AlertName::TooManyRestarts => rule(0, 0),
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Why it is told.
    pub why: String,
    /// What to do about it.
    pub next: String,
    /// Both by a code, where there is one.
    pub trouble: Option<Trouble>,
}

/// What was found out about something that can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is as it should be.
    Well,
    /// It is not.
    Ill(Finding),
    /// Neither: between two thresholds, or it cannot be told. Everything stays as it is.
    Between,
}

/// What a look changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is told.
    Raised,
    /// It is over.
    Cleared,
}

#[derive(Debug, Default)]
struct Case {
    ill_since: Option<Stamp>,
    well_since: Option<Stamp>,
    over_at: Option<Stamp>,
}

/// Decides, for all alerts.
#[derive(Debug, Default)]
pub struct Judge {
    cases: BTreeMap<AlertName, Case>,
    going: BTreeSet<AlertName>,
}

impl Judge {
    /// With those that have been told already.
    pub fn new(going: BTreeSet<AlertName>) -> Self {
        Self { cases: BTreeMap::new(), going }
    }

    /// Takes one look; what it changed.
    pub fn look(&mut self, alert: AlertName, look: &Look, now: Stamp) -> Option<Turn> {
        let (case, rule) = (self.cases.entry(alert).or_default(), Rule::of(alert));
        match look {
            // Whoever tries to heal goes through this again and again, and is not well for it.
            Look::Between => {
                case.well_since = None;
                None
            }
            Look::Ill(_) => {
                case.well_since = None;
                let since = *case.ill_since.get_or_insert(now);
                let rested = case.over_at.is_none_or(|over| now.since(over) >= AGAIN);
                let due = now.since(since) >= rule.raise && rested;
                (due && self.going.insert(alert)).then_some(Turn::Raised)
            }
            Look::Well => {
                case.ill_since = None;
                let since = *case.well_since.get_or_insert(now);
                let due = now.since(since) >= rule.clear;
                if !(due && self.going.remove(&alert)) {
                    return None;
                }
                case.over_at = Some(now);
                Some(Turn::Cleared)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ill() -> Look {
        Look::Ill(Finding { why: "gone".into(), next: "look".into(), trouble: None })
    }

    /// What is told of looks, one a second, as `(second, turn)`.
    fn told(judge: &mut Judge, from_s: u64, looks: &[(u64, Look)]) -> Vec<(u64, Turn)> {
        let (mut at, mut all) = (from_s, Vec::new());
        for (seconds, look) in looks {
            for _ in 0..*seconds {
                let turn = judge.look(AlertName::CameraLost, look, Stamp::from_ms(at * 1000));
                all.extend(turn.map(|t| (at, t)));
                at += 1;
            }
        }
        all
    }

    #[test]
    fn an_episode_is_told_once_and_once_when_it_is_over() {
        let looks = [(10, Look::Well), (300, ill()), (100, Look::Well)];
        let all = told(&mut Judge::default(), 0, &looks);
        assert_eq!(all, [(30, Turn::Raised), (340, Turn::Cleared)]);
    }

    #[test]
    fn what_flickers_is_told_by_nobody() {
        let mut judge = Judge::default();
        let looks: Vec<_> = (0..60).flat_map(|_| [(19, ill()), (1, Look::Well)]).collect();
        assert_eq!(told(&mut judge, 0, &looks), []);
        // Nor is it over for being well a moment.
        assert_eq!(told(&mut judge, 2_000, &[(21, ill())]).len(), 1);
        let looks: Vec<_> = (0..60).flat_map(|_| [(29, Look::Well), (1, ill())]).collect();
        assert_eq!(told(&mut judge, 3_000, &looks), []);
    }

    #[test]
    fn a_loose_plug_is_told_six_times_an_hour_at_most() {
        let looks: Vec<_> = (0..36).flat_map(|_| [(60, ill()), (40, Look::Well)]).collect();
        let raised = told(&mut Judge::default(), 0, &looks);
        let raised = raised.iter().filter(|(_, turn)| *turn == Turn::Raised).count();
        assert!((2..=6).contains(&raised), "{raised}");
    }

    #[test]
    fn between_two_thresholds_everything_stays_as_it_is() {
        let looks = [(21, ill()), (500, Look::Between), (31, Look::Well), (500, Look::Between)];
        let all = told(&mut Judge::default(), 0, &looks);
        assert_eq!(all, [(20, Turn::Raised), (551, Turn::Cleared)]);
        // A camera that is opened again and again is lost all the same.
        let looks: Vec<_> = (0..20).flat_map(|_| [(1, ill()), (1, Look::Between)]).collect();
        assert_eq!(told(&mut Judge::default(), 0, &looks), [(20, Turn::Raised)]);
    }

    #[test]
    fn what_was_told_before_a_restart_is_not_told_again() {
        let mut judge = Judge::new(BTreeSet::from([AlertName::CameraLost]));
        assert_eq!(told(&mut judge, 0, &[(100, ill()), (31, Look::Well)]), [(130, Turn::Cleared)]);
    }
}
