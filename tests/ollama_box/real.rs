//! Before the real Ollama server, with small models that know their words by heart.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::request;
use crate::ollama::Ollama;
use crate::process::{Program, said};

/// A box before a real server, at a port of its own as well.
pub fn before(ollama: &Ollama, data: &std::path::Path) -> (Program, SocketAddr) {
    let url = format!("ollama.url={}", ollama.url);
    let args = ["--camera", "browser", "--set", &url, "--set", "ollama.listen=127.0.0.1:0"];
    let program = Program::start(data, &args);
    let log = request(program.at, "GET", "/api/v1/logs?text=programs%20find%20it", "", "").json();
    let line = log["lines"][0]["text"].as_str().unwrap_or_else(|| panic!("{log}"));
    let own = line.rsplit(' ').next().unwrap().parse().unwrap();
    (program, own)
}

/// A body with what changes from one answer to the next taken out of it.
fn steady(body: &str) -> String {
    let odd = [
        "created_at",
        "total_duration",
        "load_duration",
        "prompt_eval_duration",
        "eval_duration",
        "created",
        "id",
        "modified_at",
        "expires_at",
        "created_time",
    ];
    let lines = body.lines().map(|line| {
        let (start, json) = match line.strip_prefix("data: ") {
            Some(json) => ("data: ", json),
            None => ("", line),
        };
        let Ok(mut value) = serde_json::from_str::<Value>(json) else { return line.to_owned() };
        // Ollama lists models in any order.
        for (list, name) in [("models", "name"), ("data", "id")] {
            if let Some(list) = value.get_mut(list).and_then(Value::as_array_mut) {
                list.sort_by_key(|m| m[name].as_str().unwrap_or_default().to_owned());
            }
        }
        if let Some(object) = value.as_object_mut() {
            object.retain(|key, _| !odd.contains(&key.as_str()));
        }
        format!("{start}{value}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The whole body of an answer, whichever way it was sent.
fn ask(at: SocketAddr, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let text = format!(
        "{method} {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    if !head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        return (status, body.to_owned());
    }
    let (mut rest, mut all) = (body, String::new());
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        all.push_str(&after[..length]);
        rest = after.get(length + 2..).unwrap_or_default();
    }
    (status, all)
}

#[test]
fn answers_are_the_same_as_without_the_box() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let (program, own) = before(&ollama, data.path());
    let direct: SocketAddr = format!("127.0.0.1:{}", ollama.url.port().unwrap()).parse().unwrap();
    let options = json!({"temperature": 0, "seed": 7, "num_predict": 12});
    let message = json!([{"role": "user", "content": "Tell me."}]);
    let asked = [
        ("GET", "/api/version", json!(null)),
        ("GET", "/api/tags", json!(null)),
        ("POST", "/api/show", json!({"model": "plain"})),
        ("POST", "/api/chat", json!({"model": "plain", "messages": message, "options": options})),
        (
            "POST",
            "/api/chat",
            json!({"model": "reciter", "messages": message, "options": options, "stream": false}),
        ),
        ("POST", "/api/generate", json!({"model": "plain", "prompt": "Say", "options": options})),
        ("POST", "/api/embed", json!({"model": "embedder", "input": ["one", "two"]})),
        ("POST", "/api/chat", json!({"model": "nobody", "messages": message})),
        ("GET", "/v1/models", json!(null)),
        ("GET", "/v1/models/plain", json!(null)),
        (
            "POST",
            "/v1/chat/completions",
            json!({"model": "plain", "messages": message, "temperature": 0, "seed": 7,
            "max_tokens": 8, "stream": true, "stream_options": {"include_usage": true}}),
        ),
        (
            "POST",
            "/v1/chat/completions",
            json!({"model": "plain", "messages": message, "temperature": 0, "seed": 7, "max_tokens": 8}),
        ),
        (
            "POST",
            "/v1/completions",
            json!({"model": "plain", "prompt": "Say", "temperature": 0, "seed": 7, "max_tokens": 8}),
        ),
        ("POST", "/v1/embeddings", json!({"model": "embedder", "input": "one"})),
        ("GET", "/", json!(null)),
    ];
    let mut same = 0;
    for (method, path, body) in &asked {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, here) = ask(direct, method, path, &body);
        for (at, path) in [(program.at, format!("/ollama{path}")), (own, (*path).to_owned())] {
            let (through, there) = ask(at, method, &path, &body);
            assert_eq!((status, steady(&here)), (through, steady(&there)), "{method} {path}");
            same += 1;
        }
    }
    println!("{same} answers the same as without the box");
    let usage = request(program.at, "GET", "/api/v1/usage", "", "").json();
    let rows = usage["rows"].as_array().unwrap();
    let chat = rows.iter().filter(|r| r["route"] == "/api/chat" && r["outcome"] == "done");
    assert!(chat.clone().count() == 4, "{usage}");
    assert!(
        chat.clone().all(|r| r["exact"] == true && r["answer_tokens"].as_u64() > Some(0)),
        "{usage}"
    );
    // At that port is nothing else of the box.
    assert_eq!(ask(own, "GET", "/api/v1/status", "").0, 404);
    assert_eq!(ask(own, "POST", "/api/create", "{}").0, 404);
}

#[test]
fn ollama_that_is_killed_is_told_and_found_again() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let (program, own) = before(&ollama, data.path());
    let ready = |status: &str| {
        let begun = Instant::now();
        loop {
            let parts = request(program.at, "GET", "/api/health/ready", "", "").json();
            if parts["parts"]["ollama"]["status"] == status {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{parts}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    ready("ok");
    let body = json!({"model": "plain", "messages": [{"role": "user", "content": "<|endless|>"}], "options": {"num_predict": 100_000}});
    let mut stream = TcpStream::connect(own).unwrap();
    let body = body.to_string();
    let text = format!(
        "POST /api/chat HTTP/1.1\r\nhost: {own}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    assert!(lines.by_ref().any(|l| l.contains("\"done\":false")), "an answer began");
    let url = ollama.kill();
    let last = lines.find(|l| l.starts_with("{\"error\""));
    assert!(last.unwrap().contains("broke off"));
    let left_out = ready("degraded");
    assert!(left_out < Duration::from_secs(2), "{left_out:?}");
    let (status, said) = ask(own, "POST", "/api/chat", &body);
    assert_eq!(status, 503, "{said}");
    let Some(_ollama) = Ollama::again(&url) else { return };
    let found = ready("ok");
    println!("left out after {left_out:?}, found again {found:?} after it answers");
    let short = json!({"model": "plain", "messages": [], "stream": false}).to_string();
    assert_eq!(ask(own, "POST", "/api/chat", &short).0, 200);
}

#[test]
fn the_doctor_asks_ollama() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let set = format!("ollama.url={},http://127.0.0.1:9", ollama.url);
    let doctor = crate::process::run(data.path(), &["doctor", "--set", &set]);
    let text = said(&doctor);
    assert!(
        text.lines().any(|l| l.starts_with("ok    ollama") && l.contains("answers at")),
        "{text}"
    );
    assert!(
        text.lines().any(|l| l.starts_with("warn  ollama") && l.contains("nothing listens")),
        "{text}"
    );
}
