//! How the worker is, for the page, the log and `dixi doctor`; and saying the same trouble once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::base::Error;

/// Trouble that stayed away this long is over; the next is told anew.
const QUIET: Duration = Duration::from_secs(5);

/// What the worker is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Loading the models.
    #[default]
    Loading,
    /// Taking frames.
    Ready,
    /// The models cannot be loaded; it tries again.
    Failed,
}

/// What is loaded, and where it runs.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// `full` or `lite`.
    pub model: &'static str,
    /// `cpu` or `cuda`.
    pub device: &'static str,
    /// Why it is not the GPU, in words, unless the CPU was asked for.
    pub device_reason: Option<String>,
    /// Which kernels the networks run on.
    pub kernel: &'static str,
    /// How long loading took, milliseconds.
    pub load_ms: f32,
}

/// How the worker is.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// What it is doing.
    pub state: State,
    /// What is loaded.
    pub about: About,
    /// The latest trouble that still goes on.
    pub problem: Option<Error>,
    /// Frames worked on.
    pub frames: u64,
    /// Frames whose picture could not be read.
    pub bad_pictures: u64,
    /// Frames lost to a fault of ours.
    pub faults: u64,
}

/// What the thread tells and others ask. The lock is taken when something changes or somebody asks,
/// and held for a copy.
#[derive(Debug, Default)]
pub(super) struct Shared {
    told: Mutex<Told>,
    frames: AtomicU64,
    bad_pictures: AtomicU64,
    faults: AtomicU64,
}

#[derive(Clone, Debug, Default)]
struct Told {
    state: State,
    about: About,
    failure: Option<Error>,
    trouble: Option<(Error, Instant)>,
}

impl Shared {
    pub(super) fn status(&self) -> Status {
        let told = self.lock().clone();
        let lately = told.trouble.filter(|(_, at)| at.elapsed() < QUIET).map(|(e, _)| e);
        Status {
            state: told.state,
            about: told.about,
            problem: told.failure.or(lately),
            frames: self.frames.load(Ordering::Relaxed),
            bad_pictures: self.bad_pictures.load(Ordering::Relaxed),
            faults: self.faults.load(Ordering::Relaxed),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self, state: State) {
        self.lock().state = state;
    }

    pub(super) fn ready(&self, about: About) {
        let mut told = self.lock();
        (told.state, told.about, told.failure) = (State::Ready, about, None);
    }

    pub(super) fn failed(&self, e: Error) {
        let mut told = self.lock();
        (told.state, told.failure) = (State::Failed, Some(e));
    }

    pub(super) fn count_frame(&self) {
        self.frames.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn bad_picture(&self, e: &Error, is_first: bool) {
        self.bad_pictures.fetch_add(1, Ordering::Relaxed);
        self.trouble(e, is_first);
    }

    pub(super) fn fault(&self, e: &Error, is_first: bool) {
        self.faults.fetch_add(1, Ordering::Relaxed);
        self.trouble(e, is_first);
    }

    /// A burst is known by its first trouble; the rest only keep it going.
    fn trouble(&self, e: &Error, is_first: bool) {
        let now = Instant::now();
        match &mut self.lock().trouble {
            Some((_, at)) if !is_first => *at = now,
            slot => *slot = Some((e.clone(), now)),
        }
    }
}

/// Tells of a run of trouble twice: when it begins, and how much it was when it is over.
pub(super) struct Burst {
    what: &'static str,
    count: u64,
    last: Option<Instant>,
}

impl Burst {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, count: 0, last: None }
    }

    /// One more. True, and told to the log, if it is the first.
    pub(super) fn begin(&mut self, e: &Error) -> bool {
        let is_first = self.last.is_none();
        if is_first {
            tracing::warn!(error = %e, next = e.next_step(), "{}", self.what);
        }
        self.last = Some(Instant::now());
        self.count += 1;
        is_first
    }

    /// Ends the burst if nothing has happened for a while.
    pub(super) fn rest(&mut self) {
        if self.last.is_some_and(|at| at.elapsed() >= QUIET) {
            tracing::info!(count = self.count, "{}; that is over", self.what);
            (self.last, self.count) = (None, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_told_by_its_first_trouble() {
        let (shared, mut burst) = (Shared::default(), Burst::new("pictures could not be read"));
        for what in ["first", "second", "third"] {
            let e = Error::invalid(what);
            shared.bad_picture(&e, burst.begin(&e));
        }
        let status = shared.status();
        assert_eq!(status.problem.unwrap().what(), "first");
        assert_eq!((status.bad_pictures, status.faults, burst.count), (3, 0, 3));
        // Loading that failed says more than a bad picture.
        shared.failed(Error::internal("no models"));
        assert_eq!(shared.status().problem.unwrap().what(), "no models");
        shared.ready(About::default());
        assert_eq!(shared.status().state, State::Ready);
    }
}
