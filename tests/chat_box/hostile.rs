//! An Ollama that lies, hangs and breaks off: the answer says so, and nothing else of the box suffers.

use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use serde_json::json;

use super::page::{Heard, Page};
use crate::client::get;
use crate::fake::Fake;
use crate::process::{Program, rounds};

fn before(fake: &Fake, data: &std::path::Path) -> Program {
    let url = format!("ollama.url={}", fake.url);
    Program::start(data, &["--camera", "browser", "--set", &url])
}

#[test]
fn whatever_ollama_says_is_told_in_the_answer() {
    let fake = Fake::start();
    let data = tempfile::tempdir().unwrap();
    let program = before(&fake, data.path());
    let mut page = Page::open(program.at);
    let start = program.resident();
    for (model, codes, said) in [
        ("half", &["broke_off"][..], "broke off"),
        ("reset", &["broke_off"], "broke off"),
        ("fault", &["out_of_memory"], "out of memory"),
        ("missing", &["model_missing"], "not found"),
        ("bomb", &["said_error"], "bytes"),
        ("line", &["said_error", "broke_off"], ""),
        ("deep", &["said_error", "broke_off"], ""),
        ("endless-head", &["unreachable"], ""),
        ("html", &["said_error", "broke_off"], ""),
        ("redirect", &["unreachable"], "not Ollama"),
    ] {
        let chat = page.begin(json!({"model": model}));
        let ended = page.talk(chat, "Hello?");
        let (code, words) = (&ended["failure"]["code"], ended["failure"]["said"].as_str().unwrap());
        println!("{model}: {code} {words}");
        assert!(codes.iter().any(|c| code == c) && words.contains(said), "{model}: {ended}");
        assert_eq!(ended["state"], "failed");
        // The pool asks anew whether it is there, and takes it up again.
        super::page::until("it is taken up again", || {
            get(program.at, "/api/v1/ollama").json()["answers"] == true
        });
    }
    let grown = program.resident().saturating_sub(start) >> 20;
    println!("{grown} MiB more");
    assert!(grown <= 64, "{grown} MiB");
    let chat = page.begin(json!({"model": "m"}));
    assert_eq!(page.talk(chat, "And now?")["text"], "wörd wörd ", "and it goes on");
    assert!(!program.log().contains("panicked"));
}

#[test]
fn an_answer_that_is_stopped_is_worked_on_by_nobody_within_a_second() {
    let fake = Fake::start();
    let data = tempfile::tempdir().unwrap();
    let program = before(&fake, data.path());
    let mut page = Page::open(program.at);
    let chat = page.begin(json!({"model": "stream"}));
    let (mut slowest, rounds) = (Duration::ZERO, rounds(20) as usize);
    for round in 0..rounds {
        let asked = page.ask(chat, json!({"text": "?", "after": null}));
        let answer = asked["answer"]["id"].clone();
        let mut heard = Heard::default();
        page.until_said(&mut heard, 20);
        let stopped = Instant::now();
        let stop = format!("/api/v1/chats/{chat}/messages/{answer}/stop");
        assert_eq!(page.call("POST", &stop).status, 204);
        page.rest(heard, &answer);
        while fake.seen.closed.lock().unwrap().len() <= round {
            assert!(stopped.elapsed() < Duration::from_secs(10), "it works on for nobody");
            std::thread::sleep(Duration::from_millis(1));
        }
        let closed = fake.seen.closed.lock().unwrap()[round];
        slowest = slowest.max(closed.saturating_duration_since(stopped));
    }
    println!("{rounds} answers stopped, the slowest closed after {slowest:?}");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    assert_eq!(fake.seen.streaming.load(SeqCst), 0);
}
