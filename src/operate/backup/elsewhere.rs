//! Backups elsewhere: the same archives in a bucket of an S3-compatible store, on another machine. Sends
//! what the shelf has, lets go of what the schedule no longer keeps, and fetches. Signs with `rusty-s3`,
//! asks with our own guarded client, follows no redirect, and repeats no address or key in its words.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use ureq::http::Response;
use ureq::{Agent, Body};
use url::Url;

use super::Why;
use super::shelf::{Kept, Shelf, surplus};
use crate::base::{Error, Kind, Result, Secret, Stamp, outgoing};

/// For the connection, for the answer once all is sent, and for all of it.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(120);
const WHOLE: Duration = Duration::from_secs(6 * 3600);
/// How long a signature is good: as long as sending may take.
const SIGNED: Duration = WHOLE;
/// The largest answer that is read into memory, bytes: a list of 1,000.
const ANSWER_BYTES: u64 = 4 << 20;
/// So many pages of lists are read.
const PAGES: usize = 100;
/// The most that a store takes in one piece, bytes.
const PIECE_BYTES: u64 = 5 << 30;
/// After a failure it is tried again this much later.
const AGAIN: Duration = Duration::from_secs(600);

/// Where that is. Empty, there is no such place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The store's `http` or `https` address.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// A folder in it; empty is none.
    pub folder: String,
    /// Who we are there.
    pub access_key: String,
    /// What proves it.
    pub secret_key: Secret,
}

/// The store.
pub struct Elsewhere {
    agent: Agent,
    bucket: Bucket,
    credentials: Credentials,
    /// What all names begin with.
    prefix: String,
}

impl Elsewhere {
    /// The store at `address`; none if that is empty. Asks nobody.
    ///
    /// # Errors
    /// `Invalid` for what is no address, or where something of it is missing.
    pub fn at(address: &Address) -> Result<Option<Self>> {
        let endpoint = address.endpoint.trim();
        if endpoint.is_empty() {
            return Ok(None);
        }
        let wrong = |why: String| {
            Error::invalid("the store for backups cannot be used")
                .why(why)
                .next("check the settings that begin with `backup.s3_`")
        };
        let url: Url = endpoint.parse().map_err(|e| wrong(format!("its address: {e}")))?;
        let named = [
            ("backup.s3_bucket", address.bucket.trim()),
            ("backup.s3_access_key", address.access_key.trim()),
            ("backup.s3_secret_key", address.secret_key.reveal()),
        ];
        if let Some((key, _)) = named.iter().find(|(_, value)| value.is_empty()) {
            return Err(wrong(format!("`{key}` is not set")));
        }
        let bucket = address.bucket.trim().to_owned();
        let bucket = Bucket::new(url, UrlStyle::Path, bucket, address.region.trim().to_owned());
        let config = outgoing::config()
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .timeout_global(Some(WHOLE))
            .build();
        let folder = address.folder.trim().trim_matches('/');
        Ok(Some(Self {
            agent: outgoing::agent(config),
            bucket: bucket.map_err(|e| wrong(e.to_string()))?,
            credentials: Credentials::new(address.access_key.trim(), address.secret_key.reveal()),
            prefix: if folder.is_empty() { String::new() } else { format!("{folder}/") },
        }))
    }

    /// The backups there, the newest first.
    ///
    /// # Errors
    /// `Unavailable` if the store does not answer, or not as one.
    pub fn list(&self) -> Result<Vec<Kept>> {
        let (mut all, mut from) = (Vec::new(), None::<String>);
        for _ in 0..PAGES {
            let mut action = self.bucket.list_objects_v2(Some(&self.credentials));
            action.with_prefix(self.prefix.as_str());
            if let Some(from) = &from {
                action.with_continuation_token(from.as_str());
            }
            let url = action.sign(SIGNED);
            let text = text(self.ask(|agent| agent.get(url.as_str()).call())?)?;
            let page = ListObjectsV2::parse_response(&text)
                .map_err(|_| failed("it does not answer as an S3-compatible store does".into()))?;
            let kept = |key: &str, bytes| Kept::parse(key.strip_prefix(&*self.prefix)?, bytes);
            all.extend(page.contents.iter().filter_map(|c| kept(&c.key, c.size.unwrap_or(0))));
            from = page.next_continuation_token;
            if from.is_none() {
                break;
            }
        }
        all.sort_by(|a: &Kept, b| b.name.cmp(&a.name));
        Ok(all)
    }

    /// Fetches one to a new file.
    ///
    /// # Errors
    /// `NotFound` if it is not there; else as [`Elsewhere::list`], and the disk's.
    pub fn fetch(&self, name: &str, to: &mut impl io::Write) -> Result<u64> {
        let key = self.key(name)?;
        let url = self.bucket.get_object(Some(&self.credentials), &key).sign(SIGNED);
        let answer = self.ask(|agent| agent.get(url.as_str()).call())?;
        outgoing::silently(|| io::copy(&mut answer.into_body().into_reader(), to))
            .map_err(|e| failed(format!("it broke off: {e}")))
    }

    fn send(&self, name: &str, file: &Path) -> Result<()> {
        let file = File::open(file)?;
        if file.metadata()?.len() > PIECE_BYTES {
            return Err(failed(format!("{name} is larger than 5 GiB, which it takes not at once")));
        }
        let key = self.key(name)?;
        let url = self.bucket.put_object(Some(&self.credentials), &key).sign(SIGNED);
        self.ask(|agent| agent.put(url.as_str()).content_type("application/gzip").send(&file))?;
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<()> {
        let key = self.key(name)?;
        let url = self.bucket.delete_object(Some(&self.credentials), &key).sign(SIGNED);
        self.ask(|agent| agent.delete(url.as_str()).call()).map(drop)
    }

    fn key(&self, name: &str) -> Result<String> {
        let known = Kept::parse(name, 0).is_some();
        let none = || Error::new(Kind::NotFound, "there is no such backup");
        known.then(|| format!("{}{name}", self.prefix)).ok_or_else(none)
    }

    fn ask(
        &self,
        request: impl FnOnce(&Agent) -> std::result::Result<Response<Body>, ureq::Error>,
    ) -> Result<Response<Body>> {
        let answer = outgoing::silently(|| request(&self.agent)).map_err(|e| failed(words(&e)))?;
        match answer.status().as_u16() {
            200..300 => Ok(answer),
            404 => Err(Error::new(Kind::NotFound, "the store for backups has no such thing")
                .why("it answered 404")
                .next("check `backup.s3_bucket` and the backup's name")),
            status => {
                let said = text(answer).unwrap_or_default();
                let code = said.split_once("<Code>").and_then(|(_, rest)| rest.split_once('<'));
                let code = code
                    .map(|(code, _)| code)
                    .filter(|c| c.len() < 40 && c.bytes().all(|b| b.is_ascii_alphanumeric()));
                let code = code.map(|code| format!(", {code}")).unwrap_or_default();
                Err(failed(format!("it answered {status}{code}")))
            }
        }
    }
}

fn text(answer: Response<Body>) -> Result<String> {
    let mut text = String::new();
    let mut from = answer.into_body().into_reader().take(ANSWER_BYTES);
    outgoing::silently(|| from.read_to_string(&mut text))
        .map_err(|e| failed(format!("it broke off: {e}")))?;
    Ok(text)
}

fn failed(why: String) -> Error {
    Error::unavailable("the store for backups does not do what it should")
        .why(why)
        .next("check the settings that begin with `backup.s3_`, and the store")
}

fn words(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "there was no answer in time".into(),
        ureq::Error::HostNotFound => "there is no such machine, or it is not to be asked".into(),
        ureq::Error::Io(e) if e.kind() == io::ErrorKind::ConnectionRefused => {
            "nothing listens there".into()
        }
        ureq::Error::Io(e) => format!("the connection broke: {}", e.kind()),
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => {
            "its TLS certificate was not accepted".into()
        }
        _ => "it could not be asked".into(),
    }
}

/// Keeps the store as the shelf is.
#[derive(Default)]
pub(super) struct Mirror(Mutex<Sent>);

#[derive(Default)]
struct Sent {
    /// All of the shelf was there then: its newest name, and where.
    done: Option<(String, Address)>,
    failed: Option<(Stamp, Address, Error)>,
}

impl Mirror {
    pub(super) fn trouble(&self) -> Option<Error> {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.failed.as_ref().map(|(_, _, e)| e.clone())
    }

    /// Sends what is new, and lets go of what is no longer kept; a while after it failed, and not sooner.
    pub(super) fn keep_up(&self, address: &Address, shelf: &Shelf, now: Stamp) {
        let outcome = {
            let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if address.endpoint.trim().is_empty() {
                *sent = Sent::default();
                return;
            }
            let newest =
                shelf.list().ok().and_then(|all| all.first().map(|kept| kept.name.clone()));
            let Some(newest) = newest.map(|name| (name, address.clone())) else { return };
            let later =
                |(at, of, _): &(Stamp, Address, Error)| of == address && now.since(*at) < AGAIN;
            if sent.done.as_ref() == Some(&newest) || sent.failed.as_ref().is_some_and(later) {
                return;
            }
            newest
        };
        // Not under the lock: whoever asks how it is does not wait for the network.
        let mirrored = Elsewhere::at(address).and_then(|there| match there {
            Some(there) => mirror(&there, shelf),
            None => Ok(()),
        });
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match mirrored {
            Ok(()) => *sent = Sent { done: Some(outcome), failed: None },
            Err(e) => {
                tracing::error!("backup: not elsewhere: {e}");
                sent.failed = Some((now, address.clone(), e));
            }
        }
    }
}

/// The newest first: what matters most is there first.
fn mirror(there: &Elsewhere, shelf: &Shelf) -> Result<()> {
    // What others made is theirs to keep.
    let here: Vec<Kept> = shelf.list()?.into_iter().filter(|k| k.why != Why::Brought).collect();
    let known = there.list()?;
    let mut all: Vec<Kept> = here.clone();
    all.extend(known.iter().filter(|k| here.iter().all(|h| h.name != k.name)).cloned());
    all.sort_by(|a, b| b.name.cmp(&a.name));
    let gone: Vec<&str> = surplus(&all).into_iter().map(|kept| kept.name.as_str()).collect();
    for kept in here.iter().filter(|k| !known.contains(k) && !gone.contains(&k.name.as_str())) {
        there.send(&kept.name, &shelf.find(&kept.name)?)?;
        tracing::info!("backup: {} is elsewhere too, {} bytes", kept.name, kept.bytes);
    }
    for kept in known.iter().filter(|k| gone.contains(&k.name.as_str())) {
        there.remove(&kept.name)?;
        tracing::info!("backup: {} is let go elsewhere", kept.name);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
