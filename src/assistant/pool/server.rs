//! One Ollama server as the pool knows it: whether it answers, how busy it is, which models it has.
//! Asks nobody by itself: the pool says when.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::client::{Client, words};
use crate::assistant::names::model_key;
use crate::base::Stamp;

/// How often a server is asked whether it is there, well or not.
pub(super) const EVERY: Duration = Duration::from_secs(10);
/// For the whole answer: a server that fails is left out within this time.
const ANSWER: Duration = Duration::from_secs(2);
/// A busy server may be late with its answer. While it sends something it is there.
const HEARD: Duration = Duration::from_secs(5);
/// The version is one short line.
const VERSION_BYTES: usize = 4 << 10;
/// A few hundred bytes a model.
const MODELS_BYTES: usize = 2 << 20;
/// Models that are remembered.
const MODELS: usize = 4_096;

/// Whether it answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Answers {
    /// It was never asked.
    #[default]
    Unknown,
    /// It does.
    Yes {
        /// Its version.
        version: String,
    },
    /// It does not: it is left out.
    No {
        /// Why, for people.
        why: String,
    },
}

#[derive(Default)]
struct Known {
    answers: Answers,
    asked: Option<Stamp>,
    models: Option<Arc<HashSet<String>>>,
}

/// A server.
pub(super) struct Server {
    pub(super) url: Url,
    /// The address without a slash at its end.
    base: String,
    /// Requests that it answers now.
    pub(super) open: AtomicUsize,
    /// When it sent something last, microseconds.
    heard_us: AtomicU64,
    asking: AtomicBool,
    /// It failed somebody: to be asked now.
    pub(super) doubted: AtomicBool,
    known: Mutex<Known>,
}

impl Server {
    pub(super) fn new(url: Url) -> Arc<Self> {
        Arc::new(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            url,
            open: AtomicUsize::new(0),
            heard_us: AtomicU64::new(0),
            asking: AtomicBool::new(false),
            doubted: AtomicBool::new(false),
            known: Mutex::default(),
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of one of its routes.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(super) fn answers(&self) -> Answers {
        self.known().answers.clone()
    }

    pub(super) fn is_down(&self) -> bool {
        matches!(self.known().answers, Answers::No { .. })
    }

    /// Whether it has a model, as far as that is known.
    pub(super) fn has(&self, model: &str) -> Option<bool> {
        self.known().models.as_ref().map(|models| models.contains(model))
    }

    /// It sent something.
    pub(super) fn heard(&self, now: Stamp) {
        self.heard_us.store(now.us, Relaxed);
    }

    /// How old what is known of it is; none if it was never asked.
    pub(super) fn age(&self, now: Stamp) -> Option<Duration> {
        self.known().asked.map(|at| now.since(at))
    }

    /// Whether it is time to ask.
    pub(super) fn is_due(&self, now: Stamp) -> bool {
        self.doubted.load(Relaxed) || self.age(now).is_none_or(|age| age >= EVERY)
    }

    /// It answered, or did not.
    pub(super) fn note(&self, answers: Answers, now: Stamp) {
        let mut known = self.known();
        known.asked = Some(now);
        if known.answers == answers {
            return;
        }
        match (&known.answers, &answers) {
            (_, Answers::Yes { version }) => {
                tracing::info!("ollama: {} answers, version {version}", self.url);
            }
            // Many boxes have none.
            (Answers::Unknown, Answers::No { why }) => {
                tracing::info!("ollama: {} does not answer: {why}", self.url);
            }
            (_, Answers::No { why }) => {
                tracing::warn!("ollama: {} does not answer any more: {why}", self.url);
            }
            (_, Answers::Unknown) => {}
        }
        known.answers = answers;
    }

    /// Asks whether it is there and, if `models`, which models it has. Whoever comes while somebody asks
    /// already is told nothing new.
    pub(super) async fn ask(&self, client: &Client, models: bool, now: impl Fn() -> Stamp) {
        if self.asking.swap(true, Relaxed) {
            return;
        }
        let asking = Asking(&self.asking);
        self.doubted.store(false, Relaxed);
        let answer = tokio::time::timeout(ANSWER, version(client, &self.at("/api/version"))).await;
        let late = answer.is_err();
        let answer = answer.unwrap_or_else(|_| Err("there was no answer in time".to_owned()));
        let heard = Stamp::from_us(self.heard_us.load(Relaxed));
        let busy = heard.us > 0 && now().since(heard) < HEARD && !self.is_down();
        match answer {
            Ok(version) => self.note(Answers::Yes { version }, now()),
            Err(_) if late && busy => self.known().asked = Some(now()),
            Err(why) => self.note(Answers::No { why }, now()),
        }
        if models && !self.is_down() {
            let found = tokio::time::timeout(ANSWER, tags(client, &self.at("/api/tags"))).await;
            if let Ok(Ok(found)) = found {
                self.known().models = Some(Arc::new(found));
            }
        }
        drop(asking);
    }
}

/// Whoever asks may be dropped while it waits.
struct Asking<'s>(&'s AtomicBool);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.store(false, Relaxed);
    }
}

async fn get(client: &Client, url: &str, most: usize) -> Result<Bytes, String> {
    let request = Request::get(url).body(Full::default()).map_err(|e| e.to_string())?;
    let answer = client.request(request).await.map_err(|e| words(&e))?;
    if answer.status() != StatusCode::OK {
        return Err(format!("something answers {} there", answer.status().as_u16()));
    }
    collect(answer, most).await.ok_or_else(|| "something else answers there".to_owned())
}

/// A whole body of at most so many bytes.
async fn collect(answer: Response<Incoming>, most: usize) -> Option<Bytes> {
    let mut body = answer.into_body();
    let mut all = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else { continue };
        if all.len() + data.len() > most {
            return None;
        }
        all.extend_from_slice(&data);
    }
    Some(all.into())
}

async fn version(client: &Client, url: &str) -> Result<String, String> {
    let body = get(client, url, VERSION_BYTES).await?;
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let version = json["version"].as_str().filter(|v| v.len() <= 40);
    version.map(str::to_owned).ok_or_else(|| "something else answers there".to_owned())
}

#[derive(Deserialize)]
struct Tags {
    models: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
}

async fn tags(client: &Client, url: &str) -> Result<HashSet<String>, String> {
    let body = get(client, url, MODELS_BYTES).await?;
    let tags: Tags = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
    Ok(tags.models.iter().take(MODELS).map(|tag| model_key(&tag.name)).collect())
}
