//! Asks the servers which models they have, which of them are in memory and what each can do, and puts the
//! answers together.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hyper::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::ask::ask;
use super::view::{Loaded, Model, ModelsView};
use super::{Known, Models};
use crate::assistant::names::model_key;
use crate::assistant::pool::Lease;

/// For a list, a few hundred bytes a model.
const LIST: (usize, Duration) = (2 << 20, Duration::from_millis(1_800));
/// For what Ollama knows of a model, its licence and its tokenizer's settings among it.
pub(super) const SHOW: (usize, Duration) = (8 << 20, Duration::from_millis(1_800));
/// Models of a server that are told.
const MODELS: usize = 1_000;
/// Models that Ollama is asked about at once.
const AT_ONCE: usize = 4;
/// The longest word of Ollama's in a list, characters.
const WORD: usize = 200;

/// What a server has.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) tags: Vec<Tag>,
    pub(super) running: Vec<Running>,
}

#[derive(Deserialize)]
struct Tags {
    #[serde(default)]
    models: Vec<Tag>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Tag {
    pub(super) name: String,
    #[serde(default)]
    digest: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    modified_at: String,
    #[serde(default)]
    details: Details,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Details {
    pub(super) format: Option<String>,
    pub(super) family: Option<String>,
    pub(super) parameter_size: Option<String>,
    pub(super) quantization_level: Option<String>,
}

#[derive(Deserialize)]
struct Ps {
    #[serde(default)]
    models: Vec<Running>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Running {
    pub(super) name: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    size_vram: u64,
    #[serde(default)]
    context_length: Option<u64>,
    #[serde(default)]
    expires_at: String,
}

/// What a model can do; the same for the same digest.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub(super) capabilities: Vec<String>,
    pub(super) context_length: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Show {
    capabilities: Vec<String>,
    model_info: HashMap<String, Value>,
}

async fn read<T: DeserializeOwned>(lease: &Lease, path: &str) -> Option<T> {
    let body = ask(lease, (Method::GET, path), None, LIST).await.ok()?;
    serde_json::from_slice(&body).ok()
}

async fn found(lease: &Lease) -> Option<Found> {
    let (tags, ps) = tokio::join!(read::<Tags>(lease, "/api/tags"), read::<Ps>(lease, "/api/ps"));
    let (mut tags, mut running) = (tags?.models, ps.map(|ps| ps.models).unwrap_or_default());
    tags.truncate(MODELS);
    running.truncate(MODELS);
    Some(Found { tags, running })
}

/// A number of Ollama's `model_info`, whose names begin with the family's.
pub(super) fn info(all: &HashMap<String, Value>, name: &str) -> Option<u64> {
    let family = all.get("general.architecture").and_then(Value::as_str)?;
    all.get(&format!("{family}.{name}")).and_then(Value::as_u64)
}

async fn shown(lease: Arc<Lease>, name: String) -> Option<Shown> {
    let body = ask(&lease, (Method::POST, "/api/show"), Some(json!({ "model": name })), SHOW).await;
    let show: Show = serde_json::from_slice(&body.ok()?).ok()?;
    let mut capabilities = show.capabilities;
    capabilities.truncate(16);
    capabilities.retain(|c| c.len() <= 40);
    Some(Shown { capabilities, context_length: info(&show.model_info, "context_length") })
}

impl Models {
    /// Asks every server that is not known to be away.
    pub(super) async fn look_now(&self) {
        if self.pool.each().is_empty() {
            // It may be there by now.
            self.pool.ask().await;
        }
        let mut asking = JoinSet::new();
        for lease in self.pool.each() {
            asking.spawn(async move {
                let found = found(&lease).await;
                (Arc::new(lease), found)
            });
        }
        let (before, mut servers, mut leases) = (self.view_words(), HashMap::new(), Vec::new());
        while let Some(Ok((lease, found))) = asking.join_next().await {
            let url = lease.url().to_string();
            // One that is late has what it had.
            let found = found.or_else(|| self.known().servers.get(&url).cloned());
            servers.insert(url, found.unwrap_or_default());
            leases.push(lease);
        }
        {
            let mut known = self.known();
            known.servers = servers;
            known.at = Some(self.clock.now());
        }
        self.show_new_ones(&leases).await;
        if before != self.view_words() {
            self.news.tell();
        }
    }

    /// What pages see, to tell whether it is another.
    fn view_words(&self) -> String {
        serde_json::to_string(&self.view().models).unwrap_or_default()
    }

    /// Asks what the models can do that nobody has asked about yet.
    async fn show_new_ones(&self, leases: &[Arc<Lease>]) {
        let mut unknown: HashMap<String, (Arc<Lease>, String)> = HashMap::new();
        {
            let mut known = self.known();
            for lease in leases {
                let Some(found) = known.servers.get(lease.url().as_str()) else { continue };
                for tag in found.tags.iter().filter(|t| !known.shown.contains_key(&t.digest)) {
                    unknown.insert(tag.digest.clone(), (Arc::clone(lease), tag.name.clone()));
                }
            }
            let Known { servers, shown, .. } = &mut *known;
            shown.retain(|digest, _| {
                servers.values().flat_map(|f| &f.tags).any(|t| t.digest == *digest)
            });
        }
        let mut asking = JoinSet::new();
        for (digest, (lease, name)) in unknown {
            if asking.len() >= AT_ONCE {
                self.take_shown(asking.join_next().await);
            }
            asking.spawn(async move { (digest, shown(lease, name).await) });
        }
        while let Some(one) = asking.join_next().await {
            self.take_shown(Some(one));
        }
    }

    fn take_shown(&self, one: Option<Result<(String, Option<Shown>), tokio::task::JoinError>>) {
        if let Some(Ok((digest, Some(shown)))) = one {
            self.known().shown.insert(digest, shown);
        }
    }

    /// What is known now, of the servers that answer.
    pub(super) fn view(&self) -> ModelsView {
        let servers = self.pool.state().servers;
        let known = self.known();
        let away = |url: &str| servers.iter().any(|s| s.url == url && !s.answers);
        let mut models: HashMap<String, Model> = HashMap::new();
        for found in known.servers.iter().filter(|(url, _)| !away(url)).map(|(_, found)| found) {
            for tag in found.tags.iter().filter(|t| self.name(&t.name).is_ok()) {
                let key = model_key(&tag.name);
                let model = models.entry(key.clone()).or_insert_with(|| known.model(tag, &key));
                model.servers += 1;
                let running = found.running.iter().find(|r| model_key(&r.name) == key);
                model.loaded = model.loaded.take().or(running.map(loaded));
            }
        }
        let mut models: Vec<Model> = models.into_values().collect();
        models.sort_by(|one, two| one.name.cmp(&two.name));
        ModelsView { models, servers, asking: known.at.is_none() }
    }
}

impl Known {
    fn model(&self, tag: &Tag, key: &str) -> Model {
        let shown = self.shown.get(&tag.digest).cloned().unwrap_or_default();
        let Details { family, parameter_size, quantization_level, .. } = tag.details.clone();
        Model {
            name: tag.name.clone(),
            size_bytes: tag.size,
            parameters: word(parameter_size),
            quantization: word(quantization_level),
            family: word(family),
            context_length: shown.context_length,
            capabilities: shown.capabilities,
            modified_at: time(&tag.modified_at),
            loaded: None,
            loading: self.loading.contains(key),
            problem: self.problems.get(key).cloned(),
            servers: 0,
        }
    }
}

fn loaded(running: &Running) -> Loaded {
    Loaded {
        size_bytes: running.size,
        vram_bytes: running.size_vram,
        context_length: running.context_length,
        expires_at: time(&running.expires_at),
    }
}

/// What Ollama says, if it says something, and no book.
pub(super) fn word(said: Option<String>) -> Option<String> {
    said.filter(|w| !w.is_empty()).map(|w| w.chars().take(WORD).collect())
}

fn time(said: &str) -> Option<Timestamp> {
    said.parse().ok()
}
