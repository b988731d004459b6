//! Models that are fetched, each by a task of the box's own: alive when the page that asked for it is closed,
//! two at once, one of a model, and begun again after a restart. Ollama keeps the pieces that it has, so that a
//! pull which was broken off goes on where it was.
//!
//! A pull that the disk is too small for is ended as soon as Ollama tells how large it is: at once for the first
//! piece, which is most of a model.

mod job;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use super::view::{Pull, PullState};
use super::{Free, News, Patience, failure};
use crate::assistant::names::model_key;
use crate::assistant::pool::Pool;
use crate::base::{Clock, Error, Kind, Refusal, Result};
use crate::store::Store;
use crate::store::pulls::{self as kept, PullEnd, PullRow};

/// Pulls that run at once.
const AT_ONCE: usize = 2;
/// Pulls that run or wait.
const OPEN: usize = 20;
/// Pulls at their end that are told of.
const ENDED: usize = 20;
/// Whoever asks for a model waits so long for whether it fits.
const FITS: Duration = Duration::from_secs(3);
/// What is left free on Ollama's disk, bytes: others need some too, this box's database among them.
const RESERVE: u64 = 1 << 30;

/// What is handed in.
pub(super) struct Rooms {
    pub(super) clock: Clock,
    pub(super) pool: Arc<Pool>,
    pub(super) store: Option<Arc<Store>>,
    pub(super) free: Box<Free>,
    pub(super) patience: Patience,
    pub(super) news: Arc<News>,
}

struct Job {
    view: Pull,
    /// Ends this run of it.
    stop: CancellationToken,
    /// It is known whether it fits, or it has ended.
    decided: CancellationToken,
    /// Still to be fetched as far as it is known, bytes.
    missing: u64,
    /// Ollama was not there when the box started: that may come.
    patient: bool,
}

/// The pulls.
pub struct Pulls {
    rooms: Rooms,
    jobs: Mutex<Vec<Job>>,
    places: Semaphore,
    /// One write at a time, so that the last one has the last word.
    writing: tokio::sync::Mutex<()>,
    done: watch::Sender<u64>,
}

impl Pulls {
    pub(super) fn new(rooms: Rooms) -> Arc<Self> {
        let rows = rooms.store.as_ref().map(|store| kept::all(store)).transpose();
        let rows = rows.unwrap_or_else(|e| {
            tracing::warn!("models: {e}");
            None
        });
        let jobs = rows.unwrap_or_default().into_iter().map(Job::from).collect();
        Arc::new(Self {
            rooms,
            jobs: Mutex::new(jobs),
            places: Semaphore::new(AT_ONCE),
            writing: tokio::sync::Mutex::default(),
            done: watch::Sender::new(0),
        })
    }

    fn jobs(&self) -> MutexGuard<'_, Vec<Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes with each model that has come.
    pub(super) fn done(&self) -> watch::Receiver<u64> {
        self.done.subscribe()
    }

    /// Begins those again that were not at their end when the box stopped.
    pub(super) fn go_on(self: &Arc<Self>) {
        let open: Vec<i64> = {
            let mut jobs = self.jobs();
            let open = jobs.iter_mut().filter(|job| job.view.state.is_open());
            open.map(|job| {
                job.patient = true;
                job.view.id
            })
            .collect()
        };
        for id in open {
            tracing::info!("models: pull {id} goes on");
            self.run(id);
        }
    }

    /// The pulls, the newest first.
    pub fn list(&self) -> Vec<Pull> {
        self.jobs().iter().rev().map(|job| job.view.clone()).collect()
    }

    /// Has a model fetched; if it is being fetched already, that is told.
    ///
    /// # Errors
    /// `DiskFull` if Ollama tells within three seconds that it does not fit, `Exhausted` if too many wait.
    pub async fn begin(self: &Arc<Self>, model: &str) -> Result<Pull> {
        let (id, decided) = {
            let mut jobs = self.jobs();
            let key = model_key(model);
            let same = |job: &&Job| job.view.state.is_open() && model_key(&job.view.model) == key;
            if let Some(job) = jobs.iter().find(same) {
                return Ok(job.view.clone());
            }
            if jobs.iter().filter(|job| job.view.state.is_open()).count() >= OPEN {
                return Err(Error::new(Kind::Exhausted, "too many models are being fetched")
                    .why(format!("{OPEN} are fetched or wait"))
                    .next("wait until some are there")
                    .refusal(Refusal::ManyPulls { most: OPEN }));
            }
            let id = jobs.iter().map(|job| job.view.id).max().unwrap_or_default() + 1;
            let begun_at = self.rooms.clock.utc(self.rooms.clock.now());
            jobs.push(Job::new(id, model, begun_at));
            (id, jobs.last().map(|job| job.decided.clone()).unwrap_or_default())
        };
        self.write(id).await;
        self.forget_old_ones().await;
        self.run(id);
        // Late is no fault: it is told in the list then.
        let _ = tokio::time::timeout(FITS, decided.cancelled()).await;
        let view = self.view(id).ok_or_else(gone)?;
        let too_large = view.failure.as_ref().is_some_and(|f| f["code"] == "model_too_large");
        if too_large && view.state == PullState::Failed {
            self.remove(id).await;
            return Err(too_large_error(&view));
        }
        Ok(view)
    }

    /// Ends a pull; what has come of it stays with Ollama. One at its end is no longer told of.
    ///
    /// # Errors
    /// `NotFound` if there is none of this number.
    pub async fn cancel(self: &Arc<Self>, id: i64) -> Result<()> {
        let open = {
            let mut jobs = self.jobs();
            let job = jobs.iter_mut().find(|job| job.view.id == id).ok_or_else(gone)?;
            job.stop.cancel();
            let open = job.view.state.is_open();
            if open {
                job.end(PullState::Cancelled, None);
            }
            open
        };
        match open {
            true => self.write(id).await,
            false => self.remove(id).await,
        }
        self.rooms.news.tell();
        Ok(())
    }

    /// Has a pull go on that failed, was ended or has stalled; one that runs goes on as it is.
    ///
    /// # Errors
    /// `NotFound` if there is none of this number.
    pub async fn resume(self: &Arc<Self>, id: i64) -> Result<Pull> {
        let begins = {
            let mut jobs = self.jobs();
            let at = jobs.iter().position(|job| job.view.id == id).ok_or_else(gone)?;
            let key = model_key(&jobs[at].view.model);
            let same = |job: &&Job| job.view.state.is_open() && model_key(&job.view.model) == key;
            match jobs.iter().find(same).map(|job| (job.view.id, job.view.state)) {
                // The same model is on its way by another pull, or this one is.
                Some((other, state)) if other != id || state != PullState::Stalled => {
                    return self_or(&jobs, other);
                }
                _ => {}
            }
            let job = &mut jobs[at];
            job.stop.cancel();
            job.again();
            true
        };
        if begins {
            self.write(id).await;
            self.run(id);
            self.rooms.news.tell();
        }
        self.view(id).ok_or_else(gone)
    }

    fn view(&self, id: i64) -> Option<Pull> {
        self.jobs().iter().find(|job| job.view.id == id).map(|job| job.view.clone())
    }

    /// Begins a task for a pull.
    fn run(self: &Arc<Self>, id: i64) {
        let job = self.jobs().iter().find(|j| j.view.id == id).map(|j| (j.stop.clone(), j.patient));
        let Some((stop, patient)) = job else { return };
        let pulls = Arc::clone(self);
        tokio::spawn(async move {
            let outcome = tokio::select! {
                // Dropped with its connection, and Ollama stops.
                () = stop.cancelled() => return,
                outcome = job::fetch(&pulls, id, patient) => outcome,
            };
            let done = outcome.is_ok();
            pulls.change(id, &stop, |job| match outcome {
                Ok(()) => job.end(PullState::Done, None),
                Err(e) => {
                    tracing::info!("models: pull {id} of {}: {e}", job.view.model);
                    let code = serde_json::to_value(failure::code(&e)).unwrap_or(Value::Null);
                    job.end(PullState::Failed, Some(code));
                }
            });
            pulls.write(id).await;
            if done {
                pulls.done.send_modify(|n| *n += 1);
            }
        });
    }

    /// Changes what is told of a pull, if it is still the same run of it.
    fn change(&self, id: i64, stop: &CancellationToken, change: impl FnOnce(&mut Job)) {
        if let Some(job) = self.jobs().iter_mut().find(|job| job.view.id == id)
            && !stop.is_cancelled()
        {
            change(job);
        }
        self.rooms.news.tell();
    }

    /// What is still to come of all others on a server, bytes.
    fn missing_of_others(&self, id: i64, server: &str) -> u64 {
        let jobs = self.jobs();
        let others = jobs.iter().filter(|j| j.view.id != id && j.view.server == server);
        let open = others.filter(|j| j.view.state.is_open());
        open.map(|j| j.missing).fold(0, u64::saturating_add)
    }

    /// Keeps how a pull is now.
    async fn write(&self, id: i64) {
        let Some(store) = self.rooms.store.clone() else { return };
        let _one = self.writing.lock().await;
        let row = self.jobs().iter().find(|job| job.view.id == id).map(|job| row(&job.view));
        let write = move || match row {
            Some(row) => kept::put(&store, row),
            None => kept::remove(&store, id),
        };
        // It goes on all the same; the database says itself how it is.
        if let Ok(Err(e)) = tokio::task::spawn_blocking(write).await {
            tracing::warn!("models: {e}");
        }
    }

    async fn remove(&self, id: i64) {
        self.jobs().retain(|job| job.view.id != id);
        self.write(id).await;
    }

    async fn forget_old_ones(&self) {
        let old: Vec<i64> = {
            let jobs = self.jobs();
            let ended = jobs.iter().filter(|job| !job.view.state.is_open()).map(|job| job.view.id);
            let ended: Vec<i64> = ended.collect();
            ended[..ended.len().saturating_sub(ENDED)].to_vec()
        };
        for id in old {
            self.remove(id).await;
        }
    }
}

fn self_or(jobs: &[Job], id: i64) -> Result<Pull> {
    jobs.iter().find(|job| job.view.id == id).map(|job| job.view.clone()).ok_or_else(gone)
}

fn gone() -> Error {
    Error::new(Kind::NotFound, "there is no such pull").next("begin it again")
}

fn too_large_error(view: &Pull) -> Error {
    let failure = view.failure.as_ref();
    let number = |name: &str| failure.and_then(|f| f[name].as_u64()).unwrap_or_default();
    too_large(&view.model, number("needs_bytes"), number("free_bytes"))
}

/// A model that does not fit.
fn too_large(model: &str, needs_bytes: u64, free_bytes: u64) -> Error {
    let (needs, free) = (needs_bytes >> 20, free_bytes >> 20);
    Error::new(Kind::DiskFull, format!("the model `{model}` does not fit on Ollama's disk"))
        .why(format!(
            "{needs} MiB are still to be fetched, {free} MiB are free, and 1 GiB stays free"
        ))
        .next("delete models that nobody uses, or make room")
        .refusal(Refusal::ModelTooLarge { model: model.to_owned(), needs_bytes, free_bytes })
}

impl Job {
    fn new(id: i64, model: &str, begun_at: Timestamp) -> Self {
        let view = Pull {
            id,
            model: model.to_owned(),
            server: String::new(),
            state: PullState::Waiting,
            bytes: 0,
            total_bytes: None,
            bytes_per_s: 0,
            left_s: None,
            free_bytes: None,
            status: String::new(),
            failure: None,
            begun_at,
        };
        let (stop, decided) = Default::default();
        Self { view, stop, decided, missing: 0, patient: false }
    }

    fn end(&mut self, state: PullState, failure: Option<Value>) {
        (self.view.state, self.view.failure) = (state, failure);
        (self.view.bytes_per_s, self.view.left_s, self.missing) = (0, None, 0);
        self.decided.cancel();
    }

    /// As if it had not begun, but for what is known of it.
    fn again(&mut self) {
        self.view.state = PullState::Waiting;
        self.view.failure = None;
        self.view.status.clear();
        (self.stop, self.decided) = Default::default();
        self.patient = false;
    }
}

impl From<PullRow> for Job {
    fn from(row: PullRow) -> Self {
        let begun_at = row.begun_at.parse().unwrap_or_default();
        let mut job = Self::new(row.id, &row.model, begun_at);
        job.view.server = row.server;
        (job.view.bytes, job.view.total_bytes) = (row.bytes, row.total_bytes);
        match row.end {
            PullEnd::Open => {}
            PullEnd::Done => job.end(PullState::Done, None),
            PullEnd::Failed => job.end(PullState::Failed, row.failure),
            PullEnd::Cancelled => job.end(PullState::Cancelled, None),
        }
        job
    }
}

fn row(view: &Pull) -> PullRow {
    PullRow {
        id: view.id,
        model: view.model.clone(),
        server: view.server.clone(),
        begun_at: view.begun_at.to_string(),
        bytes: view.bytes,
        total_bytes: view.total_bytes,
        end: match view.state {
            PullState::Waiting | PullState::Running | PullState::Stalled => PullEnd::Open,
            PullState::Done => PullEnd::Done,
            PullState::Failed => PullEnd::Failed,
            PullState::Cancelled => PullEnd::Cancelled,
        },
        failure: view.failure.clone(),
    }
}
