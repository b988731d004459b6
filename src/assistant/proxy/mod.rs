//! The guarded way to Ollama for everything else on the network: which models, how much, how long; and then
//! the bytes as they are, in both directions.
//!
//! What a client sends is read for the model's name and goes on unchanged, but where it changes which models
//! there are: those requests are written anew, so that nothing goes along that was not looked at. Of the
//! answer nothing is held back, unpacked or parsed. Of headers only those between two machines are taken
//! out, and those by which a server speaks for our own origin.

mod account;
mod asked;
mod op;
mod policy;
mod relayed;
mod tally;
mod told;

use std::sync::Arc;
use std::time::Duration;

use hyper::Response;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::access::Principal;
use crate::assistant::ledger::Ledger;
use crate::assistant::names::ModelName;
use crate::assistant::pool::{Lease, Pool, SendError};
use crate::base::{Clock, Error, Kind, Result};
use account::Account;
use asked::Asked;
pub use op::{Op, Sort};
pub use policy::{Policy, Refused, may_use};
pub use relayed::{Broken, Relayed};
use tally::{Form, Tally};
pub use told::{Ear, Told};

/// How long Ollama may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until it begins to answer: it may load a model first, and an answer in one piece begins at its end.
    pub head: Duration,
    /// From one piece of an answer to the next.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(20 * 60), silence: Duration::from_secs(5 * 60) }
    }
}

/// Whose words an error has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `{"error":"…"}`.
    Ollama,
    /// `{"error":{"message":"…","type":"…","param":null,"code":null}}`.
    OpenAi,
}

/// An error in the middle of an answer, as one line of JSON.
fn fault(style: Style, why: &str) -> String {
    match style {
        Style::Ollama => json!({ "error": why }),
        Style::OpenAi => {
            json!({ "error": { "message": why, "type": "api_error", "param": null, "code": null } })
        }
    }
    .to_string()
}

/// What is handed in.
pub struct Rooms {
    /// The process's clock.
    pub clock: Clock,
    /// The servers.
    pub pool: Arc<Pool>,
    /// Where it is written down; none where nothing is kept.
    pub ledger: Option<Arc<Ledger>>,
    /// Hears of every request that ends.
    pub ear: Ear,
    /// The registries besides Ollama's own whose models may be used.
    pub registries: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    /// How long Ollama may take.
    pub patience: Patience,
}

/// The way to Ollama.
pub struct Proxy {
    clock: Clock,
    pool: Arc<Pool>,
    ledger: Option<Arc<Ledger>>,
    ear: Ear,
    registries: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    patience: Patience,
    policy: Arc<Policy>,
    stop: CancellationToken,
}

/// A request, as the server took it in.
pub struct Question {
    /// What is asked.
    pub op: Op,
    /// The model, where the path names it.
    pub model: Option<String>,
    /// The client's headers.
    pub headers: HeaderMap,
    /// The client's body.
    pub body: Bytes,
    /// What belongs together has the same number, and stays with one server.
    pub together: Option<u64>,
}

impl Proxy {
    /// With nobody on the way.
    pub fn new(rooms: Rooms) -> Arc<Self> {
        let Rooms { clock, pool, ledger, ear, registries, patience } = rooms;
        let (policy, stop) = (Policy::new(clock), CancellationToken::new());
        Arc::new(Self { clock, pool, ledger, ear, registries, patience, policy, stop })
    }

    /// The servers.
    pub fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// Who used what; none where nothing is kept.
    pub fn ledger(&self) -> Option<&Arc<Ledger>> {
        self.ledger.as_ref()
    }

    /// Ends every answer that is on its way, and begins no more.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Passes a request on, and tells which model it was about.
    ///
    /// # Errors
    /// What the policy has against it, or why Ollama did not answer.
    pub async fn pass(
        self: &Arc<Self>,
        principal: &Principal,
        question: Question,
    ) -> Result<(Response<Relayed>, String), Refused> {
        let Question { op, model, headers, body, together } = question;
        let (model, body) = self.look(op, model, body)?;
        let permit = self.policy.admit(principal, model.as_ref())?;
        let name = model.as_ref().map(|m| m.key().to_owned()).unwrap_or_default();
        let account = Account::open(self, principal, (op, name.clone()), permit);
        let path = match (&model, op) {
            (Some(model), Op::Model) => op.route().1.to_owned() + &encoded(model.key()),
            _ => op.route().1.to_owned(),
        };
        let request = (path, headers_out(&headers, &body), body);
        let on_its_way = self.send(account, together, request);
        let answered = tokio::select! {
            answered = on_its_way => answered,
            () = self.stop.cancelled() => Err(Error::unavailable("the box stops")),
        };
        Ok((self.relay(op, answered?)?, name))
    }

    /// Which model is meant, and what is sent.
    fn look(
        &self,
        op: Op,
        in_path: Option<String>,
        body: Bytes,
    ) -> Result<(Option<ModelName>, Bytes)> {
        let registries = (self.registries)();
        let parse = |name: &str| ModelName::parse(name, registries.iter().map(String::as_str));
        if !op.has_body() {
            return Ok((in_path.map(|name| parse(&name)).transpose()?, Bytes::new()));
        }
        let asked = Asked::read(&body)?;
        let text = asked.one_name(op.takes_name())?;
        let model = parse(text)?;
        let body = match op {
            // Written anew: nothing of what else was sent (`insecure` above all) goes along.
            Op::Pull => {
                json!({ "model": text, "stream": asked.stream.unwrap_or(true) }).to_string().into()
            }
            Op::Delete => json!({ "model": text }).to_string().into(),
            _ => body,
        };
        Ok((Some(model), body))
    }

    /// Sends it to a server, or to the next where one cannot be connected to.
    async fn send(
        &self,
        mut account: Account,
        together: Option<u64>,
        (path, headers, body): (String, HeaderMap, Bytes),
    ) -> Result<(Response<Incoming>, Account)> {
        let mut tried: Vec<Url> = Vec::new();
        loop {
            let lease = self.pool.take(account.model(), together, &tried).inspect_err(|e| {
                account.failed(&e.to_string());
            })?;
            let method = account.op().route().0;
            let sent = lease.send(method, &path, headers.clone(), body.clone());
            match tokio::time::timeout(self.patience.head, sent).await {
                Ok(Ok(answer)) => {
                    account.lease = Some(lease);
                    return Ok((answer, account));
                }
                Ok(Err(SendError { unsent: true, .. })) => tried.push(lease.url().clone()),
                Ok(Err(SendError { why, .. })) => return Err(self.broke(account, lease, &why)),
                Err(_) => {
                    let why = format!("there was no answer in {} s", self.patience.head.as_secs());
                    account.lease = Some(lease);
                    account.failed(&why);
                    return Err(Error::new(Kind::Timeout, "Ollama does not answer")
                        .why(why)
                        .next("try again, or look at what Ollama does (`ollama ps`)"));
                }
            }
        }
    }

    fn broke(&self, mut account: Account, lease: Lease, why: &str) -> Error {
        let url = lease.url().to_string();
        account.lease = Some(lease);
        account.failed(why);
        Error::unavailable(format!("Ollama at {url} did not answer")).why(why).next("try again")
    }

    /// What the client gets.
    fn relay(
        &self,
        op: Op,
        (answer, mut account): (Response<Incoming>, Account),
    ) -> Result<Response<Relayed>> {
        let (mut head, body) = answer.into_parts();
        account.status = Some(head.status.as_u16());
        if head.status.is_redirection() || head.status.is_informational() {
            let why = format!("something answers {} there", head.status.as_u16());
            account.failed(&why);
            return Err(Error::unavailable("this is not Ollama")
                .why(why)
                .next("set `ollama.url` to where Ollama is"));
        }
        let given = std::mem::take(&mut head.headers);
        let form = Form::of(content_type(&given));
        account.streamed = form != Form::Whole;
        account.tally = Some(Tally::new(form));
        let style = if op.is_openai() { Style::OpenAi } else { Style::Ollama };
        let stop = self.stop.clone().cancelled_owned();
        let length = body.size_hint().exact();
        let body = Relayed::new(body, account, style, (self.patience.silence, stop));
        let mut response = Response::new(body);
        *response.status_mut() = head.status;
        *response.headers_mut() = headers_back(given, length);
        Ok(response)
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// What goes along to Ollama: what it reads of a client's headers, and no secret of ours.
fn headers_out(given: &HeaderMap, body: &Bytes) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for name in [header::ACCEPT, header::USER_AGENT] {
        if let Some(value) = given.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    if !body.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    headers
}

/// Headers between two machines, and those by which an answer would speak for our origin: cookies, who may
/// read it elsewhere, where to go next.
const LEFT_OUT: [HeaderName; 18] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::SET_COOKIE,
    HeaderName::from_static("clear-site-data"),
    header::LOCATION,
    header::REFRESH,
    header::ALT_SVC,
    header::STRICT_TRANSPORT_SECURITY,
    header::WWW_AUTHENTICATE,
    header::LINK,
    header::CONTENT_LENGTH,
];

/// Types that no browser runs; everything else is bytes.
const PLAIN: [&str; 4] =
    ["application/json", "application/x-ndjson", "text/event-stream", "text/plain"];

fn headers_back(given: HeaderMap, length: Option<u64>) -> HeaderMap {
    let between: Vec<String> = given
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(',').map(|n| n.trim().to_ascii_lowercase()))
        .collect();
    let mut headers = HeaderMap::new();
    for (name, value) in &given {
        let for_origin = name.as_str().starts_with("access-control-");
        if !LEFT_OUT.contains(name) && !for_origin && !between.iter().any(|n| n == name.as_str()) {
            headers.append(name.clone(), value.clone());
        }
    }
    let mime = content_type(&given).split(';').next().unwrap_or_default().trim();
    if !PLAIN.iter().any(|plain| mime.eq_ignore_ascii_case(plain)) {
        let bytes = HeaderValue::from_static("application/octet-stream");
        headers.insert(header::CONTENT_TYPE, bytes);
    }
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    headers
}

/// A name as one part of a path.
fn encoded(name: &str) -> String {
    name.replace('/', "%2F")
}

#[cfg(test)]
mod tests;
