//! When to look: not more often than asked, not more often than the budget allows, and less often while
//! looks come to nothing. Knows no clock: it is told the time.

use std::collections::VecDeque;
use std::time::Duration;

use crate::base::Stamp;
use crate::config::WatchSettings;

/// What the budget is for.
const HOUR: Duration = Duration::from_secs(3_600);
/// Looks that come to nothing double the time to the next one so often at most.
const DOUBLINGS: u32 = 4;

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing yet.
    Wait,
    /// Nothing: the budget is spent.
    Spent,
    /// Look.
    Look,
}

/// What is remembered of looks.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// When the model was asked, within the last hour; as many as the largest budget at most.
    looks: VecDeque<Stamp>,
    /// Since when it waits.
    waits_from: Option<Stamp>,
    last_look: Option<Stamp>,
    failures: u32,
}

impl Plan {
    /// What to do now.
    pub fn next(&mut self, now: Stamp, settings: &WatchSettings) -> Next {
        self.forget(now);
        let every = Duration::from_secs(u64::from(settings.every_s));
        let wait = every * 2_u32.pow(self.failures.min(DOUBLINGS));
        if self.waits_from.is_some_and(|from| now.since(from) < wait) {
            Next::Wait
        } else if self.looks.len() >= settings.per_hour as usize {
            Next::Spent
        } else {
            Next::Look
        }
    }

    /// The model is asked.
    pub fn looked(&mut self, now: Stamp) {
        self.looks.push_back(now);
        (self.waits_from, self.last_look) = (Some(now), Some(now));
    }

    /// There was nothing new to look at.
    pub fn passed(&mut self, now: Stamp) {
        self.waits_from = Some(now);
    }

    /// What came of the look. After one that took long there is a pause of half the time between two, so
    /// that a slow machine has time for others.
    pub fn came_to(&mut self, something: bool, now: Stamp, settings: &WatchSettings) {
        self.failures = if something { 0 } else { self.failures.saturating_add(1) };
        let half_us = u64::from(settings.every_s) * 500_000;
        let least = Stamp::from_us(now.us.saturating_sub(half_us));
        self.waits_from = self.waits_from.map(|from| from.max(least));
    }

    /// Switched off: the next time it is on it looks at once, but the budget is what it was.
    #[must_use]
    pub fn rested(self) -> Self {
        Self { waits_from: None, failures: 0, ..self }
    }

    /// Whether the last look came to nothing.
    pub fn is_failing(&self) -> bool {
        self.failures > 0
    }

    /// Looks within the last hour.
    pub fn looks(&self, now: Stamp) -> u32 {
        self.looks.iter().filter(|at| now.since(**at) < HOUR).count() as u32
    }

    /// When the model was asked last.
    pub fn last_look(&self) -> Option<Stamp> {
        self.last_look
    }

    fn forget(&mut self, now: Stamp) {
        while self.looks.front().is_some_and(|at| now.since(*at) >= HOUR) {
            self.looks.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(every_s: u32, per_hour: u32) -> WatchSettings {
        WatchSettings { every_s, per_hour, ..crate::config::Settings::default().watch }
    }

    fn at(s: u64) -> Stamp {
        Stamp::from_ms(s * 1_000)
    }

    #[test]
    fn it_looks_no_more_often_than_asked_and_than_the_budget_allows() {
        let (mut plan, settings) = (Plan::default(), settings(60, 3));
        let mut looks = Vec::new();
        for s in 0..3_700 {
            match plan.next(at(s), &settings) {
                Next::Look => {
                    plan.looked(at(s));
                    plan.came_to(true, at(s), &settings);
                    looks.push(s);
                }
                Next::Spent => assert!(plan.looks(at(s)) == 3, "{s}"),
                Next::Wait => {}
            }
        }
        assert_eq!(looks, [0, 60, 120, 3_600, 3_660]);
    }

    #[test]
    fn switching_it_off_and_on_again_does_not_fill_the_budget() {
        let (mut plan, settings) = (Plan::default(), settings(60, 2));
        for s in 0..2 {
            assert_eq!(plan.next(at(s), &settings), Next::Look);
            plan.looked(at(s));
            plan = plan.rested();
        }
        assert_eq!(plan.next(at(2), &settings), Next::Spent);
    }

    #[test]
    fn looks_that_come_to_nothing_become_seldom_and_a_slow_model_gets_a_pause() {
        let (mut plan, settings) = (Plan::default(), settings(10, 720));
        let mut looks = Vec::new();
        for s in 0..200 {
            if plan.next(at(s), &settings) == Next::Look {
                plan.looked(at(s));
                plan.came_to(false, at(s), &settings);
                looks.push(s);
            }
        }
        assert_eq!(looks, [0, 20, 60, 140]);
        assert!(plan.is_failing());
        plan.looked(at(200));
        plan.came_to(true, at(240), &settings);
        assert!(!plan.is_failing());
        assert_eq!(plan.next(at(244), &settings), Next::Wait);
        assert_eq!(plan.next(at(245), &settings), Next::Look);
    }

    #[test]
    fn an_unchanged_picture_costs_nothing() {
        let (mut plan, settings) = (Plan::default(), settings(5, 1));
        for s in (0..100).step_by(5) {
            assert_eq!(plan.next(at(s), &settings), Next::Look);
            plan.passed(at(s));
            assert_eq!(plan.next(at(s + 4), &settings), Next::Wait);
        }
        assert_eq!(plan.looks(at(100)), 0);
    }
}
