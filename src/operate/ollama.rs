//! Whether Ollama answers at its address. Asked only when somebody wants to know, and never by the
//! main job: it may be absent, slow or something else altogether, and nothing waits for it but the
//! one who asked.

use std::io::Read;
use std::sync::Mutex;
use std::time::Duration;

use serde::Serialize;
use url::Url;

use crate::base::Stamp;

/// For the connection, and for the whole answer.
const CONNECT: Duration = Duration::from_millis(800);
const WHOLE: Duration = Duration::from_secs(2);
/// The answer is one short line of JSON.
const LARGEST: u64 = 4 << 10;
/// Who asks again within this time is told the same, microseconds: many pages make one request.
const FRESH_US: u64 = 2_000_000;

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct OllamaState {
    /// Where it was asked.
    pub url: String,
    /// Whether it is there.
    pub answers: bool,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub version: Option<String>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}

/// Asks, at most once every two seconds.
#[derive(Debug, Default)]
pub struct Ollama {
    last: Mutex<Option<(Stamp, OllamaState)>>,
}

impl Ollama {
    /// Whether it answers at `url`. Blocks for up to two seconds, or four if somebody asks already.
    pub fn ask(&self, url: &Url, now: Stamp) -> OllamaState {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((at, state)) = &*last
            && state.url == url.as_str()
            && now.us.saturating_sub(at.us) < FRESH_US
        {
            return state.clone();
        }
        let state = match version(url, WHOLE) {
            Ok(v) => told(url, true, Some(v), None),
            Err(why) => told(url, false, None, Some(why)),
        };
        *last = Some((now, state.clone()));
        state
    }
}

fn told(url: &Url, answers: bool, version: Option<String>, reason: Option<String>) -> OllamaState {
    OllamaState { url: url.to_string(), answers, version, reason }
}

fn version(url: &Url, whole: Duration) -> Result<String, String> {
    let url = url.join("/api/version").map_err(|e| e.to_string())?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .proxy(None)
        .timeout_connect(Some(CONNECT.min(whole)))
        .timeout_global(Some(whole))
        .user_agent("dixi")
        .build()
        .into();
    let answer = agent.get(url.as_str()).call().map_err(|e| words(&e))?;
    let mut body = Vec::new();
    let read = answer.into_body().into_reader().take(LARGEST).read_to_end(&mut body);
    read.map_err(|e| e.to_string())?;
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let version = json["version"].as_str().filter(|v| v.len() <= 40);
    version.map(str::to_owned).ok_or_else(|| "something else answers there".to_owned())
}

fn words(error: &ureq::Error) -> String {
    match error {
        ureq::Error::StatusCode(code) => format!("something answers {code} there"),
        ureq::Error::Timeout(_) => "there was no answer in time".to_owned(),
        ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => {
            "nothing listens there".to_owned()
        }
        ureq::Error::HostNotFound => "there is no machine of that name".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;

    use super::*;

    /// A server that answers its first caller with `body`, and never again.
    fn once(body: &'static str) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut head = [0; 1024];
            let _ = socket.read(&mut head);
            let length = body.len();
            let _ = write!(
                socket,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        });
        url
    }

    #[test]
    fn it_answers_with_its_version_and_is_not_asked_twice() {
        let (ollama, url) = (Ollama::default(), once(r#"{"version":"0.12.3"}"#));
        let first = ollama.ask(&url, Stamp::from_ms(0));
        assert!(first.answers, "{first:?}");
        assert_eq!(first.version.as_deref(), Some("0.12.3"));
        assert_eq!(ollama.ask(&url, Stamp::from_ms(1_999)), first);
        assert!(!ollama.ask(&url, Stamp::from_ms(2_001)).answers);
    }

    #[test]
    fn something_else_is_not_ollama() {
        let state = Ollama::default().ask(&once("<h1>hello</h1>"), Stamp::from_ms(0));
        assert_eq!(state.reason.as_deref(), Some("something else answers there"));
    }

    #[test]
    fn nothing_there_and_nothing_said_are_told_apart() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url: Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let silent = version(&url, Duration::from_millis(50)).unwrap_err();
        drop(listener);
        let nothing = version(&url, WHOLE).unwrap_err();
        assert_eq!(silent, "there was no answer in time");
        assert_eq!(nothing, "nothing listens there");
    }
}
