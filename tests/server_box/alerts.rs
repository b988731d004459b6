//! The box's own alerts, with a real receiver: signed, tried again under the same number, told once an
//! episode, and no burden to anybody when the receiver is gone. What is secret shows nowhere.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dixi::base::Clock;
use dixi::config::{Flag, Keeper, Kept, Layers, ProcessEnvironment, SettingsHub, Sources};
use dixi::operate::alert::destination::{Event, Ntfy, Webhook};
use dixi::operate::alert::{Alert, AlertName, Courier, Message, Patience, courier};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use super::client::{get, send};
use super::process::Program;

const KEY: &str = "canary-key-5f2c";
const TOKEN: &str = "canary-token-9a1e";
const PATH: &str = "/canary-path-77b0";

/// What a receiver got.
#[derive(Debug)]
struct Got {
    head: String,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let of = |line: &str| line.to_ascii_lowercase().starts_with(&format!("{name}:"));
        let line = self.head.lines().find(|l| of(l)).unwrap_or_else(|| panic!("{name}: {self:?}"));
        line.split_once(':').unwrap().1.trim()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Answers with `statuses`, one after the other, and with the last for ever; gives back what came.
fn receive(listener: TcpListener, statuses: &'static [&'static str]) -> Receiver<Got> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for (n, socket) in listener.incoming().enumerate() {
            let status = statuses[n.min(statuses.len() - 1)];
            let got = answer(socket.unwrap(), status);
            if tell.send(got).is_err() {
                return;
            }
        }
    });
    told
}

fn answer(mut socket: TcpStream, status: &str) -> Got {
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    let (head, length) = loop {
        let n = socket.read(&mut part).unwrap();
        assert!(n > 0, "broke off: {}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&part[..n]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let length = lower.lines().find_map(|l| l.strip_prefix("content-length:"));
            break (head.to_owned(), length.unwrap().trim().parse::<usize>().unwrap());
        }
    };
    let mut body = bytes.split_off(head.len() + 4);
    while body.len() < length {
        let n = socket.read(&mut part).unwrap();
        assert!(n > 0);
        body.extend_from_slice(&part[..n]);
    }
    let end = "content-length: 0\r\nconnection: close\r\n\r\n";
    write!(socket, "HTTP/1.1 {status}\r\n{end}").unwrap();
    Got { head, body: String::from_utf8(body).unwrap() }
}

fn next(told: &Receiver<Got>) -> Got {
    told.recv_timeout(Duration::from_secs(60)).expect("nothing came")
}

struct Nowhere;
impl Keeper for Nowhere {
    fn keep(&self, _: &'static str, _: Option<&Value>) -> dixi::base::Result<Kept> {
        Ok(Kept::Yes)
    }
}

fn settings(flags: &[(&str, &str)]) -> Arc<SettingsHub> {
    let flags = flags.iter().map(|(key, value)| Flag {
        key: (*key).into(),
        value: (*value).into(),
        label: "--set".into(),
    });
    let sources = Sources { flags: flags.collect(), environment: &ProcessEnvironment, file: None };
    Arc::new(SettingsHub::new(Layers::read(&sources).unwrap(), Vec::new(), Arc::new(Nowhere)))
}

fn quick() -> Patience {
    let ms = Duration::from_millis;
    Patience { first: ms(20), longest: ms(100), whole: Duration::from_secs(60) }
}

/// A courier to `url`, and the numbers of what it is done with.
fn to(url: &str) -> (Courier, Arc<Mutex<Vec<String>>>) {
    let settings = settings(&[("alert.webhook_url", url), ("alert.webhook_key", KEY)]);
    let clock = Clock::new();
    let done = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&done);
    let settled = Box::new(move |id: &str, _, _| tell.lock().unwrap().push(id.to_owned()));
    let webhook = Box::new(Webhook::new(settings, clock));
    (Courier::start(webhook, quick(), clock, settled).unwrap(), done)
}

fn episode(alert: AlertName, id: &str, over: bool) -> Message {
    let at = "2026-11-21T12:00:00Z";
    let mut it = json!({"id": id, "alert": alert, "why": "gone", "next": "look", "raised_at": at});
    if over {
        it["cleared_at"] = at.into();
    }
    Message::of(&serde_json::from_value::<Alert>(it).unwrap())
}

fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !so() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_webhook_is_signed_and_tried_again_under_the_same_number() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}{PATH}", listener.local_addr().unwrap());
    let told = receive(listener, &["500 No", "503 No", "429 Slow", "204 Yes"]);
    let (courier, done) = to(&url);
    courier.put(episode(AlertName::CameraLost, "e1", false));
    let all: Vec<_> = (0..4).map(|_| next(&told)).collect();
    for got in &all {
        assert!(got.head.starts_with(&format!("POST {PATH} ")), "{got:?}");
        let (id, at) = (got.header("webhook-id"), got.header("webhook-timestamp"));
        assert_eq!((id, &got.body), ("e1.raised", &all[0].body));
        // Checked as a receiver does it, with nothing of ours.
        let mac = Hmac::<sha2::Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
        let mac = mac.chain_update(format!("{id}.{at}.{}", got.body)).finalize().into_bytes();
        use base64::Engine;
        let right = format!("v1,{}", base64::prelude::BASE64_STANDARD.encode(mac));
        assert_eq!(got.header("webhook-signature"), right);
        assert!((at.parse::<i64>().unwrap() - jiff::Timestamp::now().as_second()).abs() < 120);
    }
    let said = all[0].json();
    assert_eq!(
        (&said["type"], &said["data"]["alert"]),
        (&json!("alert.raised"), &json!("camera_lost"))
    );
    assert_eq!(said["data"]["why"], "gone");
    until("it is settled", || !done.lock().unwrap().is_empty());
    let log = courier.log();
    let outcomes: Vec<_> = log.iter().map(|d| (d.attempt, d.outcome, d.status)).collect();
    use courier::Outcome::{Delivered, Retrying};
    let wanted = [
        (1, Retrying, Some(500)),
        (2, Retrying, Some(503)),
        (3, Retrying, Some(429)),
        (4, Delivered, Some(204)),
    ];
    assert_eq!(outcomes, wanted);
    let shown = format!("{} {log:?}", serde_json::to_string(&log).unwrap());
    assert!(!shown.contains("canary"), "{shown}");
    println!("4 attempts, 4 signatures checked");
}

#[test]
fn a_receiver_that_is_gone_slows_nobody_and_hears_the_latest_when_it_is_back() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let (courier, done) = to(&format!("http://{at}/"));
    let begun = Instant::now();
    for n in 0..1_000 {
        for alert in AlertName::ALL {
            courier.put(episode(alert, &format!("{}-{}", alert.name(), n / 2), n % 2 == 1));
        }
    }
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "6,000 messages took {took:?} to hand in");
    assert!(courier.log().len() <= 100);
    // What was on its way when something newer came may still arrive: here it did not.
    until("the latest of each is tried", || {
        let tried = |alert: &AlertName| {
            let latest = format!("{}-499.cleared", alert.name());
            courier.log().iter().any(|d| d.message == latest && d.attempt > 0)
        };
        AlertName::ALL.iter().all(tried)
    });
    let told = receive(TcpListener::bind(at).unwrap(), &["200 Yes"]);
    let mut heard: Vec<_> = AlertName::ALL.iter().map(|_| next(&told)).collect();
    heard.sort_by_key(|got| got.header("webhook-id").to_owned());
    let mut wanted: Vec<_> =
        AlertName::ALL.iter().map(|a| format!("{}-499.cleared", a.name())).collect();
    wanted.sort();
    let ids: Vec<_> = heard.iter().map(|got| got.header("webhook-id").to_owned()).collect();
    assert_eq!(ids, wanted);
    // Every one of them is done with: what was never told is not told after the next start either.
    until("all are settled", || done.lock().unwrap().len() >= 6_000);
    assert!(told.recv_timeout(Duration::from_millis(300)).is_err(), "and nothing else");
    println!("6,000 messages handed in within {took:?}, 6 arrived");
}

#[test]
fn a_receiver_that_never_answers_holds_up_nobody() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (courier, _) = to(&format!("http://{}/", silent.local_addr().unwrap()));
    courier.put(episode(AlertName::DiskLow, "a", false));
    let _asked = silent.accept().unwrap();
    let begun = Instant::now();
    courier.put(episode(AlertName::DiskLow, "b", false));
    drop(courier);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_redirect_is_not_followed() {
    let (first, second) =
        (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let url = format!("http://{}/", first.local_addr().unwrap());
    let there: &'static str =
        format!("307 There\r\nlocation: http://{}/", second.local_addr().unwrap()).leak();
    let told = receive(first, vec![there].leak());
    let (courier, done) = to(&url);
    courier.put(episode(AlertName::DiskLow, "a", false));
    drop(next(&told));
    until("it is settled", || !done.lock().unwrap().is_empty());
    assert_eq!(courier.log()[0].outcome, courier::Outcome::Failed);
    second.set_nonblocking(true).unwrap();
    assert!(second.accept().is_err(), "the other one was asked");
}

#[test]
fn ntfy_gets_its_topic_and_its_token() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/deep/my-topic", listener.local_addr().unwrap());
    let told = receive(listener, &["200 Yes"]);
    let settings = settings(&[
        ("alert.ntfy_url", &url),
        ("alert.ntfy_token", TOKEN),
        ("ui.box_name", "Küche"),
    ]);
    let ntfy = Box::new(Ntfy::new(settings));
    let courier = Courier::start(ntfy, quick(), Clock::new(), Box::new(|_, _, _| {})).unwrap();
    courier.put(episode(AlertName::CameraLost, "a", false));
    let got = next(&told);
    assert!(got.head.starts_with("POST /deep/ "), "{got:?}");
    assert_eq!(got.header("authorization"), format!("Bearer {TOKEN}"));
    let said = got.json();
    assert_eq!(
        (&said["topic"], &said["title"]),
        (&json!("my-topic"), &json!("Küche: The camera is lost"))
    );
    courier.put(Message::test(jiff::Timestamp::now()));
    assert_eq!(next(&told).json()["tags"], json!(["test_tube"]));
    assert!(courier.log().iter().all(|d| d.event != Event::Cleared));
}

#[test]
fn a_box_tells_an_episode_once_and_once_when_it_is_over_and_keeps_its_secrets() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}{PATH}", listener.local_addr().unwrap());
    let told = receive(listener, &["503 No", "204 Yes"]);
    // Where backups belong lies a file.
    let folder = data.path().join("elsewhere");
    std::fs::write(&folder, "").unwrap();
    let backups = format!("backup.folder={}", folder.display());
    let quiet = ["--camera", "browser", "--log-level", "info,dixi=trace", "--set", &backups];
    let mut program = Program::start(data.path(), &quiet);
    let at = program.at;
    let test = send(at, "POST", "/api/v1/alerts/test", "");
    assert_eq!((test.status, test.kind().as_str()), (409, "conflict"), "nobody is told unasked");
    let set = |key: &str, value: &str| {
        let body = json!({ "value": value }).to_string();
        send(at, "PUT", &format!("/api/v1/settings/alert.{key}"), &body)
    };
    for (key, value) in [("webhook_url", url.as_str()), ("webhook_key", KEY), ("ntfy_token", TOKEN)]
    {
        let answer = set(key, value);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(!answer.body.contains("canary"), "{answer:?}");
    }
    let wrong = set("ntfy_url", "canary:/x");
    assert_eq!(wrong.status, 400);
    assert!(!wrong.body.contains("canary"), "{wrong:?}");

    assert_ne!(send(at, "POST", "/api/v1/backups", "").status, 200);
    let (first, again) = (next(&told), next(&told));
    assert_eq!(first.header("webhook-id"), again.header("webhook-id"));
    assert_eq!(again.json()["data"]["alert"], "backup_failed");
    assert_ne!(send(at, "POST", "/api/v1/backups", "").status, 200, "no new episode");
    std::fs::remove_file(&folder).unwrap();
    assert_eq!(send(at, "POST", "/api/v1/backups", "").status, 200);
    let over = next(&told).json();
    assert_eq!(
        (&over["type"], &over["data"]["id"]),
        (&json!("alert.cleared"), &again.json()["data"]["id"])
    );
    assert_eq!(send(at, "POST", "/api/v1/alerts/test", "").status, 202);
    assert_eq!(next(&told).json()["type"], "alert.test");

    until("the test is noted", || {
        get(at, "/api/v1/alerts/deliveries").json()[0]["event"] == "test"
    });
    let pages = ["settings", "alerts", "alerts/deliveries", "status"];
    for page in pages.map(|p| format!("/api/v1/{p}")) {
        let answer = get(at, &page);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(!answer.body.contains("canary"), "{page}: {}", answer.body);
    }
    assert!(program.terminate().0.success());
    // Past a restart it is remembered, and not told again.
    let program = Program::start(data.path(), &quiet);
    let alerts = get(program.at, "/api/v1/alerts").json();
    assert_eq!(alerts["active"], json!([]), "{alerts}");
    assert_eq!(alerts["past"].as_array().unwrap().len(), 1, "{alerts}");
    assert_eq!(alerts["destinations"], json!([{ "via": "webhook", "place": "127.0.0.1" }]));
    let kept = std::fs::read_to_string(data.path().join("alerts.json")).unwrap();
    assert!(!kept.contains("canary"), "{kept}");
    // All of the first run, which was stopped in order.
    let log = std::fs::read_to_string(data.path().join("logs/dixi.log")).unwrap();
    assert!(log.contains("set_setting"), "{log}");
    assert!(!log.contains("canary"), "{log}");
    assert!(told.recv_timeout(Duration::from_millis(300)).is_err(), "told again");
}
