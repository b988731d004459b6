//! What the box does by itself, again and again: the schedule's backups, sending them elsewhere, and once
//! a day emptying what was deleted long ago. Only when; how is the rooms'.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::base::{Clock, Result};
use crate::canvas::Canvas;
use crate::config::SettingsHub;
use crate::operate::audit::{Audit, Entry, What};
use crate::operate::backup::Backups;
use crate::store::sweep::Emptied;

/// The schedule is looked at this often; what is missed (the machine slept) is made up for then.
const LOOK: Duration = Duration::from_secs(60);
/// The first look: a start has better things to do, and one that fails at once shall not fill a disk.
const FIRST_LOOK: Duration = Duration::from_secs(120);
/// How often what was deleted long ago is emptied.
const SWEEP: Duration = Duration::from_secs(24 * 60 * 60);
/// The first time this long after the start: starting is not slowed, and a machine without a clock of
/// its own has the time by then.
const FIRST_SWEEP: Duration = Duration::from_secs(10 * 60);

/// What it needs.
#[derive(Clone)]
pub(super) struct Rooms {
    pub(super) clock: Clock,
    pub(super) settings: Arc<SettingsHub>,
    pub(super) canvas: Arc<Canvas>,
    pub(super) backups: Option<Arc<Backups>>,
    pub(super) audit: Option<Arc<Audit>>,
}

impl Rooms {
    fn note(&self, entry: impl FnOnce() -> Entry) {
        if let Some(audit) = &self.audit {
            audit.note(entry());
        }
    }
}

/// Begins; ends at `stop`.
pub(super) fn start(rooms: &Rooms, stop: &CancellationToken) {
    let again = |first, period, what: fn(&Rooms)| {
        tokio::spawn(every((first, period), rooms.clone(), what, stop.clone()));
    };
    again(FIRST_SWEEP, SWEEP, sweep);
    if rooms.backups.is_some() {
        again(FIRST_LOOK, LOOK, back_up);
        again(FIRST_LOOK, LOOK, mirror);
    }
}

/// Does `what`, which may block, again and again.
async fn every(
    (first, period): (Duration, Duration),
    rooms: Rooms,
    what: fn(&Rooms),
    stop: CancellationToken,
) {
    let mut every = tokio::time::interval_at(tokio::time::Instant::now() + first, period);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {}
        }
        let rooms = rooms.clone();
        // A panic has been reported where it happened; the next time may go well.
        let _ = tokio::task::spawn_blocking(move || what(&rooms)).await;
    }
}

fn back_up(rooms: &Rooms) {
    let Some(backups) = &rooms.backups else { return };
    if !rooms.settings.current().backup.enabled {
        return;
    }
    match backups.keep_up() {
        Ok(Some(kept)) => rooms.note(|| Entry::new(What::BackupMade).about(kept.name)),
        Ok(None) => {}
        Err(e) => tracing::error!("no backup was made: {e}"),
    }
}

fn mirror(rooms: &Rooms) {
    if let Some(backups) = &rooms.backups {
        backups.mirror();
    }
}

fn sweep(rooms: &Rooms) {
    match swept(&rooms.canvas, rooms.clock, Timestamp::now()) {
        Ok(emptied) if emptied.scenes.is_empty() && emptied.pictures == 0 => {}
        Ok(emptied) => {
            let (scenes, pictures) = (emptied.scenes.len(), emptied.pictures);
            tracing::info!(scenes, pictures, "emptied what was deleted long ago");
            rooms.note(|| {
                Entry::new(What::Emptied).with("scenes", scenes).with("pictures", pictures)
            });
        }
        Err(e) => tracing::warn!("what was deleted long ago is still there: {e}"),
    }
}

/// Empties by the earlier of two times: the wall's, and that of the start plus the time that has passed
/// since. A wall clock that jumps ahead deletes nothing before its time, and one that jumps back waits.
fn swept(canvas: &Canvas, clock: Clock, wall: Timestamp) -> Result<Emptied> {
    canvas.sweep(wall.min(clock.utc(clock.now())))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::base::Error;
    use crate::command::{Command, Who};
    use crate::config::Layers;
    use crate::store::Store;
    use crate::store::settings::NotKept;

    /// A wall clock that was set while the box runs, by a day or by years, deletes nothing that is alive.
    #[test]
    fn a_clock_that_jumps_empties_nothing_before_its_time() {
        let keeper = Arc::new(NotKept::because(&Error::invalid("a test")));
        let settings = Arc::new(SettingsHub::new(Layers::default(), Vec::new(), keeper));
        let clock = Clock::new();
        let canvas = Canvas::open(Store::in_memory().unwrap(), None, settings, clock).unwrap();
        let told = |json: &str| {
            let command = Command::from_json(json.as_bytes()).unwrap();
            canvas.handle(&Who::new("page 1"), &command).unwrap().scene
        };
        let scene = told(r#"{"command":"new_scene"}"#).unwrap();
        told(r#"{"command":"new_scene"}"#);
        told(&format!(r#"{{"command":"delete_scene","scene":{scene}}}"#));
        for days in [1, 31, 400, -1, -400] {
            let wall = Timestamp::now() + SignedDuration::from_hours(24 * days);
            assert_eq!(swept(&canvas, clock, wall).unwrap(), Emptied::default(), "{days} days");
        }
        assert_eq!(canvas.scenes().unwrap().1.len(), 1, "it can still be brought back");
    }
}
