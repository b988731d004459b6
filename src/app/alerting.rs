//! Looks every few seconds at what alerts are about, and joins them to those who are told. On a thread of
//! its own, since a disk may hang; nobody waits for it.

use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::assistant::pool::Pool;
use crate::base::{Clock, Error, Kind, Result, Stamp, Trouble};
use crate::camera::{CameraState, Phase};
use crate::config::{Layer, SettingsHub};
use crate::operate::alert::destination::{Destination, Ntfy, Webhook};
use crate::operate::alert::{AlertName, Alerts, Book, Courier, Finding, Look, Patience};
use crate::operate::backup::Backups;
use crate::operate::host;
use crate::server::Live;

/// What lies in memory is looked at this often.
const LOOK: Duration = Duration::from_secs(1);
/// The disk fills over minutes; asking it costs a few system calls.
const DISK: Duration = Duration::from_secs(10);

/// Free bytes below which the disk is low: room for the next backups and pictures of a long day. It is well
/// again a quarter above that, so that a file that comes and goes turns nothing.
const LOW_BYTES: u64 = 2_000_000_000;
const WELL_BYTES: u64 = 2_500_000_000;
/// And in percent of the disk, where that is more: below this, disks become slow and other programs fail.
const LOW_PERCENT: f64 = 5.0;
const WELL_PERCENT: f64 = 6.0;

/// What is looked at.
pub(super) struct Rooms {
    pub clock: Clock,
    pub settings: Arc<SettingsHub>,
    pub live: Arc<Live>,
    pub backups: Option<Arc<Backups>>,
    pub ollama: Arc<Pool>,
    pub data_dir: PathBuf,
}

/// The running thread.
pub(super) struct Alerting {
    alerts: Arc<Alerts>,
    stop: SyncSender<()>,
}

impl Alerting {
    /// Begins to look.
    ///
    /// # Errors
    /// If the system gives no threads.
    pub fn start(rooms: Rooms) -> Result<Self> {
        let Rooms { clock, settings, .. } = &rooms;
        let book = Book::open(&rooms.data_dir, clock.utc(clock.now()));
        let book = Arc::new(Mutex::new(book));
        let courier = |destination: Box<dyn Destination>| {
            let book = Arc::clone(&book);
            let settled = Box::new(move |id: &str, over, via| {
                book.lock().unwrap_or_else(PoisonError::into_inner).settled(id, over, via);
            });
            Courier::start(destination, Patience::default(), *clock, settled)
        };
        let couriers = vec![
            courier(Box::new(Webhook::new(Arc::clone(settings), *clock)))?,
            courier(Box::new(Ntfy::new(Arc::clone(settings))))?,
        ];
        let alerts = Arc::new(Alerts::new(*clock, Arc::clone(&book), couriers));
        let (stop, stopped) = sync_channel(1);
        let told = Arc::clone(&alerts);
        std::thread::Builder::new()
            .name("dixi-alerts".into())
            .spawn(move || {
                let mut watch = Watch { rooms, book, disk: None };
                while stopped.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                    watch.look(&told);
                }
            })
            .map_err(|e| {
                Error::new(Kind::Exhausted, "cannot start the alerts' thread").source(e)
            })?;
        Ok(Self { alerts, stop })
    }

    /// What the page and the API show.
    pub fn alerts(&self) -> Arc<Alerts> {
        Arc::clone(&self.alerts)
    }

    /// Stops looking, and notes that this was on purpose. Does not wait: the thread may wait for a disk.
    pub fn stop(&self) {
        // One that waits there already says the same.
        let _ = self.stop.try_send(());
        self.alerts.stop();
    }
}

struct Watch {
    rooms: Rooms,
    book: Arc<Mutex<Book>>,
    /// When the disk was asked last.
    disk: Option<Stamp>,
}

impl Watch {
    fn look(&mut self, alerts: &Alerts) {
        let now = self.rooms.clock.now();
        alerts.look(AlertName::CameraLost, &camera(&self.rooms.live.camera()));
        let gpu = self.gpu();
        alerts.look(AlertName::GpuLost, &gpu);
        alerts.look(AlertName::BackupFailed, &self.backup());
        let restarts = self.book().restarts(self.rooms.clock.utc(now));
        alerts.look(AlertName::TooManyRestarts, &restarts);
        alerts.look(AlertName::OllamaDown, &self.ollama());
        if self.disk.is_none_or(|at| now.since(at) >= DISK) {
            self.disk = Some(now);
            alerts.look(AlertName::DiskLow, &disk(host::disk(&self.rooms.data_dir)));
        }
    }

    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn gpu(&self) -> Look {
        let vision = self.rooms.live.vision();
        let wanted = self.rooms.settings.current().vision.device != "cpu";
        self.book().gpu(&vision.device, wanted, vision.reason.as_deref())
    }

    fn backup(&self) -> Look {
        match self.rooms.backups.as_ref().and_then(|b| b.trouble()) {
            None => Look::Well,
            Some(e) => Look::Ill(Finding {
                why: e.to_string(),
                next: e.next_step().unwrap_or("it is tried again within the hour").to_owned(),
                trouble: Some(super::keeping::coded(&e)),
            }),
        }
    }

    /// Only where the owner said where it is: nobody else misses it.
    fn ollama(&self) -> Look {
        let set = self.rooms.settings.get("ollama.url").is_ok_and(|v| v.layer != Layer::Default);
        let state = self.rooms.ollama.state();
        if state.answers || !set {
            return Look::Well;
        }
        let why = state.reason.unwrap_or_else(|| "there was no answer".into());
        Look::Ill(Finding {
            why: format!("{} was asked: {why}", state.url),
            next: "start Ollama, or set `ollama.url` to where it is".into(),
            trouble: Some(Trouble::OllamaAway { url: state.url }),
        })
    }
}

fn camera(state: &CameraState) -> Look {
    match state.phase {
        Phase::Running | Phase::Paused => Look::Well,
        Phase::Starting => Look::Between,
        // Nobody has opened the page that shares its webcam: that is no fault.
        _ if state.source == "browser" => Look::Well,
        Phase::Stalled | Phase::Waiting | Phase::Failed => Look::Ill(Finding {
            why: state
                .reason
                .clone()
                .unwrap_or_else(|| format!("{} gives no pictures", state.name)),
            next: state.next.clone().unwrap_or_else(|| {
                "look at its plug and its cable, or choose another camera".into()
            }),
            trouble: state.trouble.clone(),
        }),
    }
}

/// `free` and all bytes of the disk that holds the state.
fn disk(room: Option<(u64, u64)>) -> Look {
    let Some((free, all)) = room.filter(|(_, all)| *all > 0) else { return Look::Between };
    let percent = free as f64 * 100.0 / all as f64;
    if free >= WELL_BYTES && percent >= WELL_PERCENT {
        return Look::Well;
    }
    if free >= LOW_BYTES && percent >= LOW_PERCENT {
        return Look::Between;
    }
    Look::Ill(Finding {
        why: format!("{:.1} GB are free, {percent:.0} % of the disk", free as f64 / 1e9),
        next: "make room, or move the data directory (`--data-dir`) to a larger disk".into(),
        trouble: Some(Trouble::DiskLow { free_bytes: free, percent: percent as u32 }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_low_by_bytes_or_by_percent_and_well_a_little_later() {
        let gb = 1_000_000_000;
        for (free, all, is) in [
            (100 * gb, 200 * gb, "well"),
            (1_900_000_000, 20 * gb, "low"),
            (2_200_000_000, 20 * gb, "between"),
            (2_600_000_000, 20 * gb, "well"),
            (40 * gb, 1000 * gb, "low"),
            (55 * gb, 1000 * gb, "between"),
            (61 * gb, 1000 * gb, "well"),
            (0, 0, "between"),
        ] {
            let said = match disk(Some((free, all))) {
                Look::Well => "well",
                Look::Between => "between",
                Look::Ill(_) => "low",
            };
            assert_eq!(said, is, "{free} of {all}");
        }
        assert_eq!(disk(None), Look::Between);
    }
}
