//! The models that the pool's Ollama servers have: which there are and what they can do, which are in memory,
//! having one loaded, unloaded, deleted ([`Models`]), and fetched as a job of the box's own ([`Pulls`]).
//!
//! What is known is told as it is and asked anew behind it; nobody waits for Ollama longer than two seconds
//! but whoever has it do something. Must not know HTTP's routes, nor who may do what beyond a token's models.

mod ask;
mod deeds;
mod disk;
mod failure;
mod look;
mod progress;
mod pulls;
mod view;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::names::ModelName;
use super::pool::Pool;
use crate::base::{Clock, Error, Kind, Refusal, Result, Stamp};
use crate::store::Store;
pub use deeds::KeepAlive;
pub use disk::{Free, free};
use look::Found;
use look::Shown;
pub use pulls::Pulls;
pub use view::{Loaded, Model, ModelDetails, ModelsView, Pull, PullState};

/// What is known is good enough for this long.
const FRESH: Duration = Duration::from_secs(5);
/// And that nobody is there for this long.
const AGAIN: Duration = Duration::from_secs(1);
/// The longest that whoever looks waits for what is asked anew.
const LOOK: Duration = Duration::from_millis(1_900);
/// Pages hear of news this often at most.
const NEWS: Duration = Duration::from_millis(500);

/// How long things may take; tests take less.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A pull of which no byte comes for so long has stalled.
    pub stall: Duration,
    /// Whoever has a model loaded waits so long; loading goes on then.
    pub load: Duration,
    /// After a start, pulls that go on wait so long for Ollama.
    pub start: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(30),
            load: Duration::from_secs(20),
            start: Duration::from_secs(120),
        }
    }
}

/// What is handed in.
pub struct Rooms {
    /// The process's clock.
    pub clock: Clock,
    /// The servers.
    pub pool: Arc<Pool>,
    /// Where pulls are kept; none where nothing is.
    pub store: Option<Arc<Store>>,
    /// The registries besides Ollama's own whose models may be used.
    pub registries: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    /// Free bytes where a server keeps its models.
    pub free: Box<Free>,
    /// How long things may take.
    pub patience: Patience,
}

/// News for pages: that something changed, not what.
#[derive(Default)]
struct News {
    some: Notify,
    told: watch::Sender<u64>,
}

impl News {
    fn tell(&self) {
        self.some.notify_one();
    }
}

#[derive(Default)]
struct Known {
    /// When it was asked last.
    at: Option<Stamp>,
    /// By the servers' addresses.
    servers: HashMap<String, Found>,
    /// By the models' digests.
    shown: HashMap<String, Shown>,
    /// What is being loaded, by the models' keys.
    loading: HashSet<String>,
    /// Why what was last asked of a model failed, by the models' keys.
    problems: HashMap<String, Refusal>,
}

/// The models.
pub struct Models {
    clock: Clock,
    pool: Arc<Pool>,
    registries: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    patience: Patience,
    known: Mutex<Known>,
    looking: AtomicBool,
    looked: watch::Sender<u64>,
    news: Arc<News>,
    pulls: Arc<Pulls>,
}

impl Models {
    /// Nothing is known yet.
    pub fn new(rooms: Rooms) -> Arc<Self> {
        let Rooms { clock, pool, store, registries, free, patience } = rooms;
        let news = Arc::<News>::default();
        let of = pulls::Rooms {
            clock,
            pool: Arc::clone(&pool),
            store,
            free,
            patience,
            news: Arc::clone(&news),
        };
        Arc::new(Self {
            clock,
            pool,
            registries,
            patience,
            known: Mutex::default(),
            looking: AtomicBool::new(false),
            looked: watch::Sender::new(0),
            news,
            pulls: Pulls::new(of),
        })
    }

    /// Tells news, and goes on with pulls that were not at their end, until `stop`. Call it inside the runtime.
    pub async fn keep(self: Arc<Self>, stop: CancellationToken) {
        self.pulls.go_on();
        let mut done = self.pulls.done();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                Ok(()) = done.changed() => self.forget(),
                () = self.news.some.notified() => {
                    self.news.told.send_modify(|n| *n += 1);
                    tokio::time::sleep(NEWS).await;
                }
            }
        }
    }

    /// Changes whenever there is news.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.told.subscribe()
    }

    /// The models that are being fetched.
    pub fn pulls(&self) -> &Arc<Pulls> {
        &self.pulls
    }

    /// What is known is old: somebody changed which models there are.
    pub fn forget(&self) {
        self.known().at = None;
        self.news.tell();
    }

    /// The models of all servers that answer, by name. What is older than five seconds is asked anew, and waited
    /// for, two seconds at most.
    pub async fn list(self: &Arc<Self>) -> ModelsView {
        self.look(FRESH).await;
        self.view()
    }

    /// A model's name as a client sends it.
    ///
    /// # Errors
    /// As [`ModelName::parse`].
    pub fn name(&self, text: &str) -> Result<ModelName> {
        let registries = (self.registries)();
        ModelName::parse(text, registries.iter().map(String::as_str))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has what is known asked anew if it is older than `fresh`.
    async fn look(self: &Arc<Self>, fresh: Duration) {
        let mut looked = self.looked.subscribe();
        let now = self.clock.now();
        // Whoever asks again where nobody was means it.
        let fresh = if self.pool.each().is_empty() { fresh.min(AGAIN) } else { fresh };
        if self.known().at.is_some_and(|at| now.since(at) < fresh) {
            return;
        }
        if !self.looking.swap(true, Relaxed) {
            let models = Arc::clone(self);
            tokio::spawn(async move {
                models.look_now().await;
                models.looking.store(false, Relaxed);
                models.looked.send_modify(|n| *n += 1);
            });
        }
        // Late is no fault: then what was known before is told.
        let _ = tokio::time::timeout(LOOK, looked.changed()).await;
    }

    /// No server has this model.
    fn missing(model: &str) -> Error {
        Error::new(Kind::NotFound, format!("Ollama does not have the model `{model}`"))
            .next("fetch it first")
            .refusal(Refusal::ModelMissing { model: model.to_owned() })
    }
}

#[cfg(test)]
mod tests;
