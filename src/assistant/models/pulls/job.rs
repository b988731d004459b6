//! One run of a pull: waits for its turn and for a server, has it fetch the model, and tells how far it is.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Pulls, RESERVE, too_large};
use crate::assistant::models::ask::{Unanswered, collect, send, words};
use crate::assistant::models::failure;
use crate::assistant::models::progress::{Heard, Progress};
use crate::assistant::models::view::PullState;
use crate::assistant::pool::Lease;
use crate::base::{Error, Kind, Refusal, Result};

/// How often it is looked how far it is, whether or not something comes.
const LOOK: Duration = Duration::from_millis(250);
/// Until Ollama begins to answer, which it does at once.
const HEAD: Duration = Duration::from_secs(30);
/// How often it is asked whether Ollama is there by now.
const AGAIN: Duration = Duration::from_secs(1);
/// For a refusal.
const SHORT: usize = 64 << 10;

/// Fetches the model of pull `id`. Dropped, it is broken off.
pub(super) async fn fetch(pulls: &Arc<Pulls>, id: i64, patient: bool) -> Result<()> {
    let _place = pulls.places.acquire().await.map_err(|_| Error::unavailable("the box stops"))?;
    let Some(view) = pulls.view(id) else { return Ok(()) };
    let stop = pulls.jobs().iter().find(|j| j.view.id == id).map(|j| j.stop.clone());
    let run = Run { pulls, id, model: view.model, stop: stop.unwrap_or_default() };
    let lease = run.server(&view.server, patient).await?;
    let url = lease.url().clone();
    run.pulls.change(id, &run.stop, |job| {
        job.view.server = url.to_string();
        job.view.state = PullState::Running;
    });
    pulls.write(id).await;
    let wish = json!({ "model": run.model, "stream": true });
    let sent = send(&lease, (Method::POST, "/api/pull"), Some(wish));
    let answer = tokio::time::timeout(HEAD, sent).await.unwrap_or(Err(Unanswered::Late));
    let answer = answer.map_err(|e| failure::error(&run.model, e, url.as_str()))?;
    let status = answer.status();
    if !status.is_success() {
        let said = collect(answer.into_body(), SHORT).await.map(|b| words(&b)).unwrap_or_default();
        return Err(failure::said_error(&run.model, status.as_u16(), &said));
    }
    run.follow(&lease, answer.into_body()).await
}

struct Run<'p> {
    pulls: &'p Arc<Pulls>,
    id: i64,
    model: String,
    stop: CancellationToken,
}

impl Run<'_> {
    /// The server that it was begun on, if that is there, else the least loaded one.
    async fn server(&self, before: &str, patient: bool) -> Result<Lease> {
        let rooms = &self.pulls.rooms;
        let begun = Instant::now();
        loop {
            // One that was not asked yet may turn out not to be there.
            let known = rooms.pool.state().servers.iter().any(|s| s.answers);
            if known || !patient {
                let same = rooms.pool.each().into_iter().find(|l| l.url().as_str() == before);
                if let Some(lease) = same {
                    return Ok(lease);
                }
                match rooms.pool.take(None, None, &[]) {
                    Ok(lease) => return Ok(lease),
                    Err(e) if !patient => return Err(e),
                    Err(_) => {}
                }
            }
            if begun.elapsed() >= rooms.patience.start {
                let gone = Unanswered::Gone("it has not come since this box started".to_owned());
                return Err(failure::error(&self.model, gone, &rooms.pool.state().url));
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn follow(&self, lease: &Lease, mut body: Incoming) -> Result<()> {
        let clock = self.pulls.rooms.clock;
        let mut progress = Progress::new(clock.now());
        let mut every = tokio::time::interval(LOOK);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut told = None;
        loop {
            let heard = tokio::select! {
                frame = body.frame() => match frame {
                    Some(Ok(frame)) => {
                        lease.heard();
                        frame.data_ref().map_or(Heard::Numbers, |d| progress.take(d, clock.now()))
                    }
                    Some(Err(_)) => return Err(self.broke_off(lease)),
                    None => match progress.end(clock.now()) {
                        Heard::Numbers | Heard::More => return Err(self.broke_off(lease)),
                        end => end,
                    },
                },
                _ = every.tick() => Heard::Numbers,
            };
            match heard {
                Heard::Numbers => {}
                Heard::More => self.fits(lease, &progress).await?,
                Heard::Done => {
                    self.tell(&progress);
                    return Ok(());
                }
                Heard::Error(said) => return Err(failure::said_error(&self.model, 200, &said)),
            }
            let now = Instant::now();
            if told.is_none_or(|at: Instant| now.duration_since(at) >= LOOK) {
                told = Some(now);
                self.tell(&progress);
            }
        }
    }

    fn broke_off(&self, lease: &Lease) -> Error {
        lease.failed(None);
        Error::new(Kind::Unavailable, "Ollama broke off in the middle of fetching the model")
            .next("have it go on: what is there is kept")
            .refusal(Refusal::OllamaBrokeOff {})
    }

    /// Whether what is still to come fits on the disk, where that can be known.
    async fn fits(&self, lease: &Lease, progress: &Progress) -> Result<()> {
        let (pulls, url) = (Arc::clone(self.pulls), lease.url().clone());
        let free = tokio::task::spawn_blocking(move || (pulls.rooms.free)(&url)).await;
        let free = free.ok().flatten();
        let missing = progress.missing();
        let others = self.pulls.missing_of_others(self.id, lease.url().as_str());
        let left = free.map(|free| free.saturating_sub(others));
        let fits = left.is_none_or(|left| missing.saturating_add(RESERVE) <= left);
        self.pulls.change(self.id, &self.stop, |job| {
            (job.view.bytes, job.view.total_bytes) = progress.bytes();
            (job.view.free_bytes, job.missing) = (left, missing);
            if fits {
                job.decided.cancel();
            }
        });
        match (fits, left) {
            (false, Some(left)) => Err(too_large(&self.model, missing, left)),
            _ => Ok(()),
        }
    }

    fn tell(&self, progress: &Progress) {
        let rooms = &self.pulls.rooms;
        let now = rooms.clock.now();
        let stalled = progress.has_stalled(rooms.patience.stall, now);
        let (bytes, total) = progress.bytes();
        let rate = progress.rate(now);
        let missing = progress.missing();
        self.pulls.change(self.id, &self.stop, |job| {
            job.view.state = if stalled { PullState::Stalled } else { PullState::Running };
            if total.is_some() {
                (job.view.bytes, job.view.total_bytes) = (bytes, total);
            }
            job.view.bytes_per_s = rate;
            job.view.left_s = (rate > 0 && !stalled).then(|| missing.div_ceil(rate.max(1)));
            job.view.status = progress.status().to_owned();
            job.missing = missing;
        });
    }
}
