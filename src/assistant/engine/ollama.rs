//! Ollama as the engine: what is asked becomes a request to `/api/chat` that goes the same guarded way as
//! everybody else's (limits, ledger, pool), and its lines become pieces.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http_body_util::{BodyExt, Limited};
use hyper::Method;
use hyper::body::Body;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{Asked, ChatFailure, Counts, Engine, FailureCode, Line, Piece};
use crate::assistant::names::model_key;
use crate::assistant::proxy::{Op, Proxy, Question};
use crate::base::Clock;

/// The longest line of an answer, bytes: a piece is a few words.
const LINE: usize = 1 << 20;
/// The longest answer that is an error, or a list.
const WORDS: usize = 4 << 20;
/// What is asked beside the answer (which models there are, what is loaded) waits no longer.
const ASIDE: Duration = Duration::from_secs(2);

/// The engine.
pub struct OllamaEngine {
    proxy: Arc<Proxy>,
    clock: Clock,
}

impl OllamaEngine {
    /// Behind the guarded way to Ollama.
    pub fn new(proxy: Arc<Proxy>, clock: Clock) -> Self {
        Self { proxy, clock }
    }

    /// A small question to a server, whose answer is JSON.
    async fn aside(&self, op: Op, body: Option<Value>, together: Option<u64>) -> Option<Value> {
        let model = body.as_ref().and_then(|b| b["model"].as_str()).map(str::to_owned);
        let lease = self.proxy.pool().take(model.as_deref(), together, &[]).ok()?;
        let (method, path) = op.route();
        let bytes = body.map(|b| b.to_string()).unwrap_or_default();
        let headers = if method == Method::GET { HeaderMap::new() } else { json_headers() };
        let asked = async {
            let answer = lease.send(method, path, headers, bytes.into()).await.ok()?;
            let body = Limited::new(answer.into_body(), WORDS).collect().await.ok()?;
            serde_json::from_slice(&body.to_bytes()).ok()
        };
        tokio::time::timeout(ASIDE, asked).await.ok().flatten()
    }
}

fn json_headers() -> HeaderMap {
    HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

/// One line of Ollama's answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    message: Message,
    error: Option<Value>,
    done: bool,
    done_reason: Option<String>,
    prompt_eval_count: u32,
    eval_count: u32,
    eval_duration: u64,
    load_duration: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    content: String,
    thinking: String,
}

/// The request's body.
fn request(asked: &Asked) -> Value {
    let line = |l: &Line| {
        let mut line = json!({ "role": l.speaker, "content": l.text });
        if !l.pictures.is_empty() {
            line["images"] = l.pictures.iter().map(|p| BASE64.encode(p)).collect();
        }
        line
    };
    let mut body = json!({
        "model": asked.model,
        "messages": asked.lines.iter().map(line).collect::<Vec<_>>(),
        "options": asked.options,
        "stream": true,
        // What does not fit is left out by us, openly; Ollama would do it without a word.
        "truncate": false,
        "shift": false,
    });
    if let Some(think) = asked.think {
        body["think"] = json!(think);
    }
    if let Some(keep) = &asked.keep_alive {
        // A number of seconds is a number for Ollama.
        body["keep_alive"] = keep.parse::<i64>().map_or_else(|_| json!(keep), |s| json!(s));
    }
    body
}

#[async_trait]
impl Engine for OllamaEngine {
    async fn answer(
        &self,
        asked: Asked,
        pieces: mpsc::Sender<Piece>,
    ) -> Result<Counts, ChatFailure> {
        let begun = self.clock.now();
        let body = request(&asked).to_string().into();
        let question = Question {
            op: Op::Chat,
            model: None,
            headers: json_headers(),
            body,
            together: asked.together,
        };
        let passed = self.proxy.pass(&asked.who, question).await;
        let (answer, _) = passed.map_err(|refused| ChatFailure::of_ours(&refused.error))?;
        let status = answer.status().as_u16();
        let mut body = answer.into_body();
        if status != 200 {
            return Err(ChatFailure::of_ollama(status, &said_instead(body).await));
        }
        let mut lines = Lines::default();
        let mut first_ms = None;
        while let Some(frame) = body.frame().await {
            let frame =
                frame.map_err(|e| ChatFailure::new(FailureCode::BrokeOff, e.to_string()))?;
            let Some(bytes) = frame.data_ref() else { continue };
            let mut piece = Piece::default();
            let mut end = None;
            lines.add(bytes, |said| {
                piece.text.push_str(&said.message.content);
                piece.thinking.push_str(&said.message.thinking);
                if said.done || said.error.is_some() {
                    end = Some(said);
                }
            })?;
            if piece != Piece::default() {
                first_ms.get_or_insert(self.clock.now().ms_since(begun) as u32);
                // Nobody takes it any more: the answer has been stopped.
                let _ = pieces.send(piece).await;
            }
            if let Some(said) = end {
                let total_ms = self.clock.now().ms_since(begun) as u32;
                return ended(said, (first_ms.unwrap_or(total_ms), total_ms));
            }
        }
        Err(lines.unreadable.unwrap_or_else(|| {
            ChatFailure::new(FailureCode::BrokeOff, "Ollama ended without saying that it is done")
        }))
    }

    async fn window(&self, model: &str, together: Option<u64>) -> Option<u32> {
        let running = self.aside(Op::Ps, None, together).await?;
        let key = model_key(model);
        let of = running["models"].as_array()?.iter();
        let mut of = of.filter(|m| m["name"].as_str().is_some_and(|n| model_key(n) == key));
        let window = of.next()?["context_length"].as_u64()?;
        u32::try_from(window).ok().filter(|w| *w > 0)
    }

    async fn sees(&self, model: &str) -> Option<bool> {
        let shown = self.aside(Op::Show, Some(json!({ "model": model })), None).await?;
        Some(shown["capabilities"].as_array()?.iter().any(|c| c == "vision"))
    }

    async fn any_model(&self, sees: bool) -> Option<String> {
        let tags = self.aside(Op::Tags, None, None).await?;
        for model in tags["models"].as_array()?.iter().take(32) {
            let name = model["name"].as_str()?;
            let shown = self.aside(Op::Show, Some(json!({ "model": name })), None).await?;
            let Some(can) = shown["capabilities"].as_array() else { continue };
            let has = |what: &str| can.iter().any(|c| c == what);
            if has("completion") && (!sees || has("vision")) {
                return Some(name.to_owned());
            }
        }
        None
    }
}

/// What an answer that is none says.
async fn said_instead<B: Body>(body: B) -> String
where
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let Ok(body) = Limited::new(body, WORDS).collect().await else {
        return "it said nothing that can be read".to_owned();
    };
    let bytes = body.to_bytes();
    let error = serde_json::from_slice::<Value>(&bytes).ok();
    let words = error.as_ref().and_then(|e| words_of(&e["error"]));
    words.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Ollama's errors are a text, or an object with a `message`.
fn words_of(error: &Value) -> Option<String> {
    error.as_str().or(error["message"].as_str()).map(str::to_owned)
}

/// The last line.
fn ended(said: Said, (first_ms, total_ms): (u32, u32)) -> Result<Counts, ChatFailure> {
    if let Some(error) = said.error {
        let words = words_of(&error).unwrap_or_else(|| error.to_string());
        // The two that the box itself says in Ollama's place, in `proxy/relayed.rs`.
        if words.contains("broke off") || words.contains("has said nothing for") {
            return Err(ChatFailure::new(FailureCode::BrokeOff, words));
        }
        return Err(ChatFailure::of_ollama(200, &words));
    }
    let seconds = said.eval_duration as f32 / 1e9;
    let ms = |ns: u64| u32::try_from(ns / 1_000_000).unwrap_or(u32::MAX);
    Ok(Counts {
        prompt_tokens: said.prompt_eval_count,
        answer_tokens: said.eval_count,
        tokens_per_s: if seconds > 0.0 { said.eval_count as f32 / seconds } else { 0.0 },
        first_ms,
        total_ms,
        load_ms: ms(said.load_duration),
        context_tokens: None,
        cut_off: said.done_reason.as_deref() == Some("length"),
    })
}

/// Lines out of pieces that end anywhere.
#[derive(Default)]
struct Lines {
    rest: Vec<u8>,
    /// What is wrong with the first that cannot be read: the one after it may say why.
    unreadable: Option<ChatFailure>,
}

impl Lines {
    fn add(&mut self, bytes: &[u8], mut heard: impl FnMut(Said)) -> Result<(), ChatFailure> {
        self.rest.extend_from_slice(bytes);
        let whole = self.rest.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        for line in self.rest[..whole].split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty())
        {
            match (serde_json::from_slice::<Said>(line), &self.unreadable) {
                (Ok(said), None) => heard(said),
                (Ok(said), Some(_)) if said.error.is_some() => heard(said),
                (_, Some(failure)) => return Err(failure.clone()),
                (Err(e), None) => {
                    let why = format!("Ollama's answer cannot be read: {e}");
                    self.unreadable = Some(ChatFailure::new(FailureCode::SaidError, why));
                }
            }
        }
        self.rest.drain(..whole);
        if self.rest.len() > LINE {
            let why = format!("a line of Ollama's answer has over {LINE} bytes");
            return Err(ChatFailure::new(FailureCode::SaidError, why));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_wherever_pieces_end() {
        let text = "{\"message\":{\"content\":\"grü\\u00df\"}}\n\n{\"message\":{\"content\":\"ß\"},\"done\":true}\n";
        for cut in 0..text.len() {
            let (mut lines, mut heard) = (Lines::default(), String::new());
            for part in [&text.as_bytes()[..cut], &text.as_bytes()[cut..]] {
                lines.add(part, |said| heard.push_str(&said.message.content)).unwrap();
            }
            assert_eq!(heard, "grüßß", "{cut}");
        }
        let mut lines = Lines::default();
        lines.add(b"no json\n", |_| ()).unwrap();
        assert!(lines.add(b"{}\n", |_| ()).is_err());
        assert!(Lines::default().add(&vec![b'x'; LINE + 1], |_| ()).is_err());
    }
}
