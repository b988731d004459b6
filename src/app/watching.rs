//! Watches the threads that the box cannot do without: `/api/health/ready` names one that hangs or stays
//! away, and systemd's watchdog hears of us only while every one keeps its promise. A server that still
//! answers while the pipeline hangs is no reason to leave the box alone.
//!
//! Decides nothing: ending a box that hangs is systemd's job.

use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio_util::sync::CancellationToken;

use crate::base::{Trouble, Vital};
use crate::server::wire::{Health, HealthPart};

/// A watchdog is fed this many times within its patience.
const MEALS: u32 = 3;

/// The threads.
pub(super) struct Watching(Vec<Arc<Vital>>);

impl Watching {
    pub(super) fn of(vitals: impl IntoIterator<Item = Arc<Vital>>) -> Arc<Self> {
        Arc::new(Self(vitals.into_iter().collect()))
    }

    /// How they are.
    pub(super) fn health(&self) -> HealthPart {
        let trouble = self.trouble();
        let next =
            trouble.as_ref().map(|_| "restart Dixi, and report this if it comes again".into());
        let status = if trouble.is_some() { Health::Degraded } else { Health::Ok };
        HealthPart { status, reason: trouble, next, trouble: self.coded() }
    }

    fn coded(&self) -> Option<Trouble> {
        let named = |is: fn(&Vital) -> bool| -> Vec<String> {
            self.0.iter().filter(|v| is(v)).map(|v| v.name().to_owned()).collect()
        };
        let hang = named(|v| v.late().is_some());
        let ended = named(|v| v.late().is_none() && v.has_given_up());
        (!hang.is_empty() || !ended.is_empty()).then_some(Trouble::Threads { hang, ended })
    }

    /// What is wrong, in words.
    fn trouble(&self) -> Option<String> {
        let of = |v: &Arc<Vital>| match v.late() {
            Some(late) => Some(format!("{} hang: late by {} s", v.name(), late.as_secs())),
            None if v.has_given_up() => Some(format!("{} ended in too many panics", v.name())),
            None => None,
        };
        let all: Vec<String> = self.0.iter().filter_map(of).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// Tells systemd that the box is ready, and feeds its watchdog until `stop`; does nothing where
    /// nobody asked for that.
    pub(super) async fn feed(self: Arc<Self>, stop: CancellationToken) {
        notify(&[NotifyState::Ready]);
        let Some(patience) = sd_notify::watchdog_enabled() else { return };
        let mut every = tokio::time::interval(patience / MEALS);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut hungry = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => return notify(&[NotifyState::Stopping]),
                _ = every.tick() => {}
            }
            let late = self.0.iter().find_map(|v| v.late().map(|late| (v.name(), late)));
            if let Some((name, late)) = late {
                if !std::mem::replace(&mut hungry, true) {
                    tell(name, late, patience);
                }
                continue;
            }
            hungry = false;
            notify(&[NotifyState::Watchdog]);
        }
    }
}

fn tell(name: &str, late: Duration, patience: Duration) {
    tracing::error!(
        late_ms = late.as_millis() as u64,
        "{name} hang: systemd's watchdog is not fed, and restarts Dixi after {} s of that",
        patience.as_secs()
    );
}

fn notify(states: &[NotifyState<'_>]) {
    if let Err(e) = sd_notify::notify(states) {
        tracing::warn!("systemd could not be told how we are: {e}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_hangs_and_one_that_stays_away_are_named() {
        let (hung, gone) = (Vital::new("the hands"), Vital::new("the live pictures"));
        let watching = Watching::of([Arc::clone(&hung), Arc::clone(&gone)]);
        assert_eq!(watching.health().status, Health::Ok);
        hung.beat(Duration::ZERO);
        gone.keep(|_| panic!("a fault"));
        std::thread::sleep(Duration::from_millis(2));
        let health = watching.health();
        assert_eq!(health.status, Health::Degraded);
        let reason = health.reason.unwrap();
        assert!(reason.contains("the hands hang"), "{reason}");
        assert!(reason.contains("the live pictures ended in too many panics"), "{reason}");
        hung.rest();
        assert!(!watching.health().reason.unwrap().contains("hands"));
    }
}
