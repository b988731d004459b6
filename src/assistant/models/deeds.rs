//! What is done to a model: shown whole, loaded, let go of, deleted.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ask::{Unanswered, ask};
use super::look::{Details, SHOW, info, word};
use super::view::ModelDetails;
use super::{Models, failure};
use crate::assistant::names::{ModelName, model_key};
use crate::assistant::pool::Lease;
use crate::base::{Error, Result};

/// For an answer without words.
const SHORT: usize = 64 << 10;
/// Until a model is in memory: a large one from a slow disk.
const LOADED: Duration = Duration::from_secs(20 * 60);
/// For deleting, and for letting go.
const DONE: Duration = Duration::from_secs(20);
/// How often, and how many times, it is looked whether a model is out of memory.
const GONE: (Duration, u32) = (Duration::from_millis(150), 12);
/// The longest text of a model's that is shown, characters.
const TEXT: usize = 20_000;

/// How long a model stays in memory after its last answer.
#[derive(Clone, Debug, PartialEq)]
pub struct KeepAlive(Value);

impl KeepAlive {
    /// From `5m`, `1h`, `90s`, a number of seconds, or `-1`: always.
    ///
    /// # Errors
    /// `Invalid` for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        let digits = text.trim_end_matches(['s', 'm', 'h']);
        let good = (1..=6).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && text.len() - digits.len() <= 1;
        match text {
            "-1" => Ok(Self(json!(-1))),
            // Ollama's reader of texts wants a unit.
            _ if good && digits == text => Ok(Self(json!(format!("{text}s")))),
            _ if good => Ok(Self(json!(text))),
            _ => Err(Error::invalid(format!(
                "`{}` is no time to keep a model in memory",
                text.chars().take(20).collect::<String>()
            ))
            .next("use one such as `5m` or `1h`, or `-1` for always")),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Show {
    license: Option<String>,
    parameters: Option<String>,
    template: Option<String>,
    system: Option<String>,
    details: Details,
    capabilities: Vec<String>,
    model_info: HashMap<String, Value>,
}

fn details(name: &str, servers: Vec<String>, show: Show) -> ModelDetails {
    let text = |of: Option<String>| {
        of.filter(|t| !t.trim().is_empty()).map(|t| t.chars().take(TEXT).collect::<String>())
    };
    let number = |name: &str| info(&show.model_info, name);
    let said = |name: &str| show.model_info.get(name).and_then(Value::as_str).map(str::to_owned);
    ModelDetails {
        name: name.to_owned(),
        servers,
        context_length: number("context_length"),
        embedding_length: number("embedding_length"),
        layers: number("block_count"),
        called: word(said("general.name").or_else(|| said("general.basename"))),
        capabilities: show.capabilities.into_iter().take(16).filter(|c| c.len() <= 40).collect(),
        family: word(show.details.family),
        parameters: word(show.details.parameter_size),
        quantization: word(show.details.quantization_level),
        format: word(show.details.format),
        options: text(show.parameters),
        system: text(show.system),
        template: text(show.template),
        license: text(show.license),
    }
}

/// What Ollama's own words tell is its fault; that it was not there is the pool's to know.
type Asked<T> = std::result::Result<T, Unanswered>;

impl Models {
    /// The servers that have a model, as far as that is known; all that are there if it is not.
    fn having(&self, key: &str) -> Vec<Lease> {
        let (all, known) = (self.pool.each(), self.known());
        let has = |lease: &Lease| {
            let found = known.servers.get(lease.url().as_str());
            found.is_none_or(|f| f.tags.iter().any(|t| model_key(&t.name) == key))
        };
        let some = all.iter().any(has);
        // What was listed a moment ago may be old.
        all.into_iter().filter(|lease| !some || has(lease)).collect()
    }

    fn nobody(&self) -> Error {
        let url = self.pool.state().url;
        failure::error("", Unanswered::Gone("it is not there".to_owned()), &url)
    }

    /// What Ollama knows of a model.
    ///
    /// # Errors
    /// `NotFound` if no server has it, `Unavailable` or `Timeout` if none answers.
    pub async fn details(self: &Arc<Self>, text: &str, name: &ModelName) -> Result<ModelDetails> {
        self.look(super::FRESH).await;
        let having = self.having(name.key());
        let lease = having.first().ok_or_else(|| self.nobody())?;
        let wish = Some(json!({ "model": text }));
        let body = ask(lease, (Method::POST, "/api/show"), wish, SHOW).await;
        let body = body.map_err(|e| failure::error(text, e, lease.url().as_str()))?;
        let show: Show = serde_json::from_slice(&body)
            .map_err(|e| Error::unavailable("Ollama's answer is not understood").source(e))?;
        let servers = having.iter().map(|l| l.url().to_string()).collect();
        Ok(details(text, servers, show))
    }

    /// Has a model loaded, on the least loaded server that has it. Tells whether it is there; false: it is still
    /// being loaded, which the list tells from then on.
    ///
    /// # Errors
    /// Why Ollama does not.
    pub async fn load(
        self: &Arc<Self>,
        text: &str,
        name: &ModelName,
        keep: Option<KeepAlive>,
    ) -> Result<bool> {
        let lease = self.pool.take(Some(name.key()), None, &[])?;
        self.look(super::FRESH).await;
        {
            let mut known = self.known();
            known.problems.remove(name.key());
            // Who asks twice waits for the same.
            known.loading.insert(name.key().to_owned());
        }
        self.news.tell();
        let (models, text, name) = (Arc::clone(self), text.to_owned(), name.clone());
        let loading = tokio::spawn(async move {
            let outcome = models.load_on(&lease, (&text, &name), keep).await;
            {
                let mut known = models.known();
                known.loading.remove(name.key());
                known.at = None;
                if let Err(e) = &outcome {
                    known.problems.insert(name.key().to_owned(), failure::code(e));
                }
            }
            models.news.tell();
            outcome
        });
        match tokio::time::timeout(self.patience.load, loading).await {
            Ok(Ok(outcome)) => outcome.map(|()| true),
            Ok(Err(e)) => Err(Error::internal("loading ended early").source(e)),
            Err(_) => Ok(false),
        }
    }

    async fn load_on(
        &self,
        lease: &Lease,
        (text, name): (&str, &ModelName),
        keep: Option<KeepAlive>,
    ) -> Result<()> {
        let words = self.view().models.into_iter().find(|m| model_key(&m.name) == name.key());
        let can =
            |what: &str| words.as_ref().is_some_and(|m| m.capabilities.iter().any(|c| c == what));
        // One that only makes vectors is loaded by being asked for none.
        let path =
            if can("embedding") && !can("completion") { "/api/embed" } else { "/api/generate" };
        let mut wish = json!({ "model": text, "stream": false });
        if let Some(KeepAlive(keep)) = keep {
            wish["keep_alive"] = keep;
        }
        let answer = ask(lease, (Method::POST, path), Some(wish), (SHORT, LOADED)).await;
        answer.map(drop).map_err(|e| failure::error(text, e, lease.url().as_str()))
    }

    /// Has a model let go of the memory, wherever it is loaded.
    ///
    /// # Errors
    /// Why Ollama does not.
    pub async fn unload(self: &Arc<Self>, text: &str, name: &ModelName) -> Result<()> {
        let wish = json!({ "model": text, "stream": false, "keep_alive": 0 });
        self.everywhere((text, name), (Method::POST, "/api/generate"), &wish).await?;
        // What had no room before may have it now.
        self.known().problems.clear();
        // It says yes before it has.
        for _ in 0..GONE.1 {
            self.look_now().await;
            let loaded = |m: &super::Model| model_key(&m.name) == name.key() && m.loaded.is_some();
            if !self.view().models.iter().any(loaded) {
                break;
            }
            tokio::time::sleep(GONE.0).await;
        }
        self.news.tell();
        Ok(())
    }

    /// Deletes a model, on every server that has it.
    ///
    /// # Errors
    /// `NotFound` if none has it, else why Ollama does not.
    pub async fn delete(self: &Arc<Self>, text: &str, name: &ModelName) -> Result<()> {
        let wish = json!({ "model": text });
        let done = self.everywhere((text, name), (Method::DELETE, "/api/delete"), &wish).await;
        self.known().problems.remove(name.key());
        self.forget();
        done
    }

    /// Has every server that has a model do something; it is done if one did.
    async fn everywhere(
        self: &Arc<Self>,
        (text, name): (&str, &ModelName),
        (method, path): (Method, &str),
        wish: &Value,
    ) -> Result<()> {
        let (mut done, mut failed) = (false, None);
        // Who has it is to be known as it is now.
        self.look(super::FRESH).await;
        for lease in self.having(name.key()) {
            let answer: Asked<_> =
                ask(&lease, (method.clone(), path), Some(wish.clone()), (SHORT, DONE)).await;
            match answer {
                Ok(_) => done = true,
                Err(Unanswered::Said(404, _)) => {}
                Err(e) => failed = Some(failure::error(text, e, lease.url().as_str())),
            }
        }
        match failed {
            Some(e) => Err(e),
            None if done => Ok(()),
            None if self.pool.each().is_empty() => Err(self.nobody()),
            None => Err(Self::missing(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_keep_a_model_are_few_and_plain() {
        let of = |text: &str| KeepAlive::parse(text).map(|k| k.0);
        assert_eq!(of("5m").unwrap(), json!("5m"));
        assert_eq!(of("90").unwrap(), json!("90s"));
        assert_eq!(of("-1").unwrap(), json!(-1));
        assert_eq!(of("0").unwrap(), json!("0s"));
        for bad in ["", "m", "-2", "5mm", "5d", "1e3", "1.5h", " 5m", "99999999s", "always"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
