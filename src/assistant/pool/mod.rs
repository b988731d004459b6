//! The pool: one or several Ollama servers behind one door. The least loaded that has the model gets the
//! next question; whatever belongs together (a conversation) stays with one server.
//!
//! Every server is asked every ten seconds whether it is there. One that fails is left out at once, if it
//! cannot be connected to, or as soon as it does not answer that question either, which takes two seconds at
//! most. Nobody waits for any of this: what is known is told as it is.

mod client;
mod server;

use std::collections::HashMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{HeaderMap, Method, Request, Response};
use serde::Serialize;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::base::{Clock, Error, Refusal, Result, Stamp};
use client::{Client, words};
use server::{Answers, Server};

/// How often the pool looks whether somebody is to be asked, or the addresses have changed.
const LOOK: Duration = Duration::from_secs(1);
/// What is known is good enough for this long for whoever asks on purpose.
const FRESH: Duration = Duration::from_secs(2);
/// What belongs together stays with its server for this long after its last question.
const TOGETHER: Duration = Duration::from_secs(30 * 60);
/// So many of these are remembered.
const TOGETHER_MOST: usize = 1_024;

/// The addresses of the servers; asked every second.
pub type Addresses = dyn Fn() -> Vec<Url> + Send + Sync;

/// What is known of Ollama. The first fields are of the server that answers, or of the first.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct OllamaState {
    /// Where it is asked.
    pub url: String,
    /// Whether one is there.
    pub answers: bool,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub version: Option<String>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
    /// Every server.
    pub servers: Vec<OllamaServer>,
}

/// One Ollama server.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct OllamaServer {
    /// Where it is asked.
    pub url: String,
    /// Whether it is there. One that is not is left out until it is.
    pub answers: bool,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub version: Option<String>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
    /// Requests of Dixi's that it answers now.
    pub open: u32,
}

/// The servers.
pub struct Pool {
    client: Client,
    clock: Clock,
    addresses: Box<Addresses>,
    servers: ArcSwap<Vec<Arc<Server>>>,
    together: Mutex<HashMap<u64, (Arc<Server>, Stamp)>>,
    look: Notify,
}

impl Pool {
    /// A pool that asks nobody yet.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(clock: Clock, addresses: Box<Addresses>) -> Result<Arc<Self>> {
        let servers = addresses().into_iter().map(Server::new).collect::<Vec<_>>();
        Ok(Arc::new(Self {
            client: client::new()?,
            clock,
            addresses,
            servers: ArcSwap::from_pointee(servers),
            together: Mutex::default(),
            look: Notify::new(),
        }))
    }

    /// Looks after the servers until `stop`. Call it inside the runtime.
    pub async fn keep(self: Arc<Self>, stop: CancellationToken) {
        let mut every = tokio::time::interval(LOOK);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = every.tick() => {}
                () = self.look.notified() => {}
            }
            self.follow_addresses();
            for server in self.servers.load().iter() {
                if server.is_due(self.clock.now()) {
                    let (pool, server) = (Arc::clone(&self), Arc::clone(server));
                    tokio::spawn(async move { pool.ask_one(&server).await });
                }
            }
        }
    }

    /// Takes up other addresses; what is known of servers that stay is kept.
    fn follow_addresses(&self) {
        let now = (self.addresses)();
        let before = self.servers.load();
        if before.iter().map(|s| &s.url).eq(now.iter()) {
            return;
        }
        let known = |url: &Url| before.iter().find(|s| s.url == *url).cloned();
        let servers = now.into_iter().map(|url| known(&url).unwrap_or_else(|| Server::new(url)));
        self.servers.store(Arc::new(servers.collect()));
        self.together().clear();
    }

    async fn ask_one(&self, server: &Server) {
        // Which models a server has matters only where there is a choice.
        let models = self.servers.load().len() > 1;
        server.ask(&self.client, models, || self.clock.now()).await;
    }

    fn together(&self) -> std::sync::MutexGuard<'_, HashMap<u64, (Arc<Server>, Stamp)>> {
        self.together.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known now. Waits for nobody.
    pub fn state(&self) -> OllamaState {
        let servers: Vec<_> = self.servers.load().iter().map(|s| view(s)).collect();
        let of = servers.iter().find(|s| s.answers).or(servers.first());
        let (url, version, reason) = match of {
            Some(s) => (s.url.clone(), s.version.clone(), s.reason.clone()),
            None => (String::new(), None, Some("no address is set".to_owned())),
        };
        OllamaState { url, answers: servers.iter().any(|s| s.answers), version, reason, servers }
    }

    /// The same after asking those that were not asked in the last two seconds. Takes two seconds at most.
    pub async fn ask(self: &Arc<Self>) -> OllamaState {
        self.follow_addresses();
        let mut asking = JoinSet::new();
        for server in self.servers.load().iter() {
            if server.age(self.clock.now()).is_none_or(|age| age >= FRESH) {
                let (pool, server) = (Arc::clone(self), Arc::clone(server));
                asking.spawn(async move { pool.ask_one(&server).await });
            }
        }
        while asking.join_next().await.is_some() {}
        self.state()
    }

    /// Requests that are being answered now.
    pub fn open(&self) -> usize {
        self.servers.load().iter().map(|s| s.open.load(Relaxed)).sum()
    }

    /// A server for a question: the one that answered what belongs together with it, else the least loaded
    /// that has the model. `not` are those that were tried already.
    ///
    /// # Errors
    /// `Unavailable` if none is there.
    pub fn take(
        self: &Arc<Self>,
        model: Option<&str>,
        together: Option<u64>,
        not: &[Url],
    ) -> Result<Lease> {
        let servers = self.servers.load();
        let up = |s: &&Arc<Server>| !s.is_down() && !not.contains(&s.url);
        let there: Vec<&Arc<Server>> = servers.iter().filter(up).collect();
        if there.is_empty() {
            return Err(self.nobody());
        }
        let before = together.and_then(|key| Some(self.together().get(&key)?.0.clone()));
        let before = before.filter(|b| there.iter().any(|s| Arc::ptr_eq(s, b)));
        let chosen = before.unwrap_or_else(|| {
            let load = |s: &&&Arc<Server>| s.open.load(Relaxed);
            let has = |s: &&&Arc<Server>| model.is_none_or(|m| s.has(m).unwrap_or(true));
            // One that nobody has is for any of them to refuse.
            let best = there.iter().filter(has).min_by_key(load);
            Arc::clone(best.or(there.iter().min_by_key(load)).unwrap_or(&there[0]))
        });
        if let Some(key) = together {
            self.remember(key, &chosen);
        }
        chosen.open.fetch_add(1, Relaxed);
        Ok(Lease { pool: Arc::clone(self), server: chosen })
    }

    /// Every server that is not known to be away, for what is asked of all of them.
    pub fn each(self: &Arc<Self>) -> Vec<Lease> {
        let servers = self.servers.load();
        let there = servers.iter().filter(|s| !s.is_down());
        there
            .map(|server| {
                server.open.fetch_add(1, Relaxed);
                Lease { pool: Arc::clone(self), server: Arc::clone(server) }
            })
            .collect()
    }

    /// None is there. Whoever comes next may have more luck: those that were not asked just now are.
    fn nobody(&self) -> Error {
        let state = self.state();
        for server in self.servers.load().iter() {
            if server.age(self.clock.now()).is_none_or(|age| age >= FRESH) {
                server.doubted.store(true, Relaxed);
                self.look.notify_one();
            }
        }
        let why = state.reason.unwrap_or_else(|| "it broke off".into());
        Error::unavailable(format!("Ollama does not answer at {}", state.url))
            .why(why)
            .next("start Ollama, or set `ollama.url` to where it is")
            .refusal(Refusal::OllamaUnreachable { url: state.url })
    }

    fn remember(&self, key: u64, server: &Arc<Server>) {
        let now = self.clock.now();
        let mut together = self.together();
        if together.len() >= TOGETHER_MOST && !together.contains_key(&key) {
            together.retain(|_, (_, at)| now.since(*at) < TOGETHER);
            let oldest = together.iter().min_by_key(|(_, (_, at))| *at).map(|(key, _)| *key);
            if let (true, Some(oldest)) = (together.len() >= TOGETHER_MOST, oldest) {
                together.remove(&oldest);
            }
        }
        together.insert(key, (Arc::clone(server), now));
    }
}

fn view(server: &Server) -> OllamaServer {
    let (version, reason) = match server.answers() {
        Answers::Yes { version } => (Some(version), None),
        Answers::No { why } => (None, Some(why)),
        Answers::Unknown => (None, Some("it is being asked".to_owned())),
    };
    let open = u32::try_from(server.open.load(Relaxed)).unwrap_or(u32::MAX);
    let url = server.url.to_string();
    OllamaServer { url, answers: version.is_some(), version, reason, open }
}

/// Why nothing came back.
#[derive(Debug)]
pub struct SendError {
    /// For people.
    pub why: String,
    /// Nothing was sent: another server may be tried.
    pub unsent: bool,
}

/// A server's attention, until it is dropped.
pub struct Lease {
    pool: Arc<Pool>,
    server: Arc<Server>,
}

impl Lease {
    /// Where it leads.
    pub fn url(&self) -> &Url {
        &self.server.url
    }

    /// Sends a request. To drop this or the answer's body closes the connection.
    ///
    /// # Errors
    /// Why nothing came back; the pool knows of it already.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> std::result::Result<Response<Incoming>, SendError> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.headers_mut() = headers;
        *request.uri_mut() = self.server.at(path).parse().map_err(|_| SendError {
            why: "its address cannot be used".to_owned(),
            unsent: true,
        })?;
        let answer = self.pool.client.request(request).await.map_err(|e| {
            let (why, unsent) = (words(&e), e.is_connect());
            self.failed(unsent.then(|| why.clone()));
            SendError { why, unsent }
        })?;
        self.heard();
        Ok(answer)
    }

    /// It sent something.
    pub fn heard(&self) {
        self.server.heard(self.pool.clock.now());
    }

    /// It failed: left out at once where it could not be connected to, else asked at once.
    pub fn failed(&self, gone: Option<String>) {
        match gone {
            Some(why) => self.server.note(Answers::No { why }, self.pool.clock.now()),
            None => {
                self.server.doubted.store(true, Relaxed);
                self.pool.look.notify_one();
            }
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.server.open.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests;
