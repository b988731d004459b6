//! One request to one destination: what came of it, and whether trying again has a point. Follows no
//! redirect (what is signed for one host is no other's), reads next to nothing of an answer, and repeats
//! neither address nor answer in its words.

use std::io::Read;
use std::time::Duration;

use ureq::Agent;
use url::Url;

use crate::base::outgoing;

/// For the connection, and for all of it.
const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(30);
/// Of an answer so much is read, so that the connection can be closed in order, bytes.
const ANSWER: u64 = 4 << 10;
/// A receiver may ask us to wait, but not for longer than this.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// The client.
pub(super) struct Post(Agent);

impl Default for Post {
    fn default() -> Self {
        let config = outgoing::config()
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .build();
        Self(outgoing::agent(config))
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Sent {
    /// It is there.
    Delivered(u16),
    /// Not now: later perhaps, and not before `after`.
    Retry {
        /// The answer's status, if there was an answer.
        status: Option<u16>,
        /// Why.
        why: String,
        /// How long the receiver asked us to wait.
        after: Option<Duration>,
    },
    /// Not at all: the receiver does not want it.
    Failed {
        /// The answer's status, if there was an answer.
        status: Option<u16>,
        /// Why.
        why: String,
    },
}

impl Sent {
    /// Nobody is to be told any more.
    pub fn off() -> Self {
        Self::Failed { status: None, why: "it was switched off meanwhile".into() }
    }
}

/// Posts `body` as JSON.
pub(super) fn post(client: &Post, url: &Url, headers: &[(&str, String)], body: &str) -> Sent {
    let mut request = client.0.post(url.as_str()).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = outgoing::silently(|| request.send(body));
    let answer = match answer {
        Ok(answer) => answer,
        Err(e) => return Sent::Retry { status: None, why: words(&e), after: None },
    };
    let status = answer.status().as_u16();
    let wait = answer.headers().get("retry-after").and_then(|v| v.to_str().ok()?.parse().ok());
    let after = wait.map(|s: u64| Duration::from_secs(s).min(LONGEST_WAIT));
    // Whatever it says: the status is enough.
    let _ = outgoing::silently(|| {
        std::io::copy(&mut answer.into_body().into_reader().take(ANSWER), &mut std::io::sink())
    });
    judged(status, after)
}

/// What a status means for trying again.
fn judged(status: u16, after: Option<Duration>) -> Sent {
    match status {
        200..300 => Sent::Delivered(status),
        300..400 => Sent::Failed {
            status: Some(status),
            why: "it sends us elsewhere, which is not followed; set the address where it leads"
                .into(),
        },
        // Too slow, too early, too many: all say that it may work later.
        408 | 425 | 429 | 500..600 => {
            Sent::Retry { status: Some(status), why: format!("it answered {status}"), after }
        }
        _ => Sent::Failed { status: Some(status), why: format!("it refused with {status}") },
    }
}

fn words(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "there was no answer in time".into(),
        ureq::Error::HostNotFound => "there is no such machine, or it is not to be asked".into(),
        ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => {
            "nothing listens there".into()
        }
        ureq::Error::Io(e) => format!("the connection broke: {}", e.kind()),
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => {
            "its TLS certificate was not accepted".into()
        }
        _ => "it could not be asked".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_work_later_is_tried_again_and_nothing_else() {
        for status in [200, 204] {
            assert_eq!(judged(status, None), Sent::Delivered(status));
        }
        for status in [408, 425, 429, 500, 502, 503, 599] {
            assert!(matches!(judged(status, None), Sent::Retry { .. }), "{status}");
        }
        for status in [301, 302, 307, 308, 400, 401, 403, 404, 410, 422] {
            assert!(matches!(judged(status, None), Sent::Failed { .. }), "{status}");
        }
    }
}
