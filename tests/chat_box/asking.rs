//! Asking, streams, stopping, versions, and everybody who watches.

use serde_json::json;

use super::page::{Heard, Page, before, until};
use crate::client::{get, send};
use crate::ollama::Ollama;

const ANSWER: &str = include_str!("../ollama/answer.md");
const THOUGHTS: &str = include_str!("../ollama/thoughts.txt");

#[test]
fn an_answer_streams_to_every_page_and_is_kept() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let mut program = before(&ollama, data.path());
    let (mut page, mut other) = (Page::open(program.at), Page::open(program.at));
    let chat = page.begin(json!({"model": "reciter"}));
    let asked = page.ask(chat, json!({"text": "  What lies\non the table?  "}));
    let answer = asked["answer"]["id"].clone();
    assert_eq!(asked["question"]["text"], "What lies\non the table?");
    assert_eq!(
        (&asked["answer"]["state"], &asked["answer"]["text"]),
        (&"coming".into(), &"".into())
    );
    let (heard, ended) = page.answer(&answer);
    assert_eq!(heard.text.trim_end(), ANSWER.trim_end());
    assert_eq!(heard.thinking.trim(), THOUGHTS.trim());
    assert_eq!((&ended["state"], &ended["model"]), (&"whole".into(), &"reciter".into()));
    let counts = &ended["counts"];
    assert!(counts["answer_tokens"].as_u64() > Some(20), "{counts}");
    assert!(counts["tokens_per_s"].as_f64() > Some(1.0), "{counts}");
    assert_eq!(counts["context_tokens"], 4096);
    let (there, at_the_other) = other.answer(&answer);
    assert_eq!((&there.text, &at_the_other), (&heard.text, &ended), "the same stream");

    let whole = page.chat(chat);
    assert_eq!(
        (&whole["title"], &whole["answering"]),
        (&"What lies on the table?".into(), &false.into())
    );
    assert_eq!(whole["messages"][1]["text"], heard.text);
    let found = get(program.at, "/api/v1/chats/search?text=square%20met").json();
    assert_eq!(
        (&found["found"][0]["chat"], &found["found"][0]["message"]),
        (&chat.into(), &answer)
    );
    assert!(
        found["found"][0]["piece"].as_str().unwrap().contains("\u{e000}square\u{e001} \u{e000}met")
    );

    // Regenerated: another version beside the first, and the first can be shown again.
    let again = page
        .post(&format!("/api/v1/chats/{chat}/messages/{answer}/again"), &json!({"model": "plain"}));
    let second = again.json()["id"].clone();
    page.answer(&second);
    let shown = page.chat(chat)["messages"][1].clone();
    assert_eq!((&shown["versions"], &shown["model"]), (&json!([answer, second]), &"plain".into()));
    let body = json!({"shown": answer}).to_string();
    assert_eq!(send(program.at, "PUT", &format!("/api/v1/chats/{chat}"), &body).status, 200);
    assert_eq!(page.chat(chat)["messages"][1]["id"], answer);
    // Asked otherwise: a branch of its own from the very beginning.
    let edited = page.ask(chat, json!({"text": "Edited.", "after": null}));
    page.answer(&edited["answer"]["id"]);
    let branch = page.chat(chat)["messages"].clone();
    assert_eq!((branch.as_array().unwrap().len(), &branch[0]["text"]), (2, &"Edited.".into()));
    assert_eq!(branch[0]["versions"].as_array().unwrap().len(), 2);

    // Who restarts the box finds all of it.
    let before_it = page.chat(chat);
    drop((page, other));
    assert!(program.terminate().0.success());
    let program = before(&ollama, data.path());
    assert_eq!(get(program.at, &format!("/api/v1/chats/{chat}")).json(), before_it);
    // What was used is in the ledger, as everybody else's.
    let usage = get(program.at, "/api/v1/usage").json();
    assert_eq!(usage["rows"].as_array().unwrap().len(), 3, "{usage}");
}

#[test]
fn an_endless_answer_is_stopped_and_a_page_that_comes_later_goes_on_with_it() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let program = before(&ollama, data.path());
    let mut page = Page::open(program.at);
    let chat = page.begin(json!({"model": "plain"}));
    let asked = page.ask(chat, json!({"text": "Go on <|endless|>"}));
    let answer = asked["answer"]["id"].clone();
    let mut heard = Heard::default();
    page.until_said(&mut heard, 200);

    // A reloaded page: what is there, and from there on nothing missing.
    let mut later = Page::open(program.at);
    let there = later.chat(chat)["messages"][1].clone();
    assert_eq!(there["state"], "coming");
    let mut text = there["text"].as_str().unwrap().to_owned();
    let had = text.len();
    assert!(had >= heard.text.len(), "{had}");
    while text.len() < had + 100 {
        let news = later.news();
        if let Some(more) = news["text"]["text"].as_str() {
            let (from, length) =
                (news["text"]["from"].as_u64().unwrap() as usize, text.encode_utf16().count());
            assert!(from <= length, "a gap: {from} after {length}");
            let skip: Vec<u16> = more.encode_utf16().skip(length - from).collect();
            text.push_str(&String::from_utf16(&skip).unwrap());
        }
    }
    // One answer at a time, in one conversation.
    let second = page.post(&format!("/api/v1/chats/{chat}/messages"), &json!({"text": "And?"}));
    assert_eq!((second.status, second.kind().as_str()), (409, "conflict"));
    let stop = format!("/api/v1/chats/{chat}/messages/{answer}/stop");
    assert_eq!(page.call("POST", &stop).status, 204);
    let (heard, ended) = page.rest(heard, &answer);
    assert_eq!((&ended["state"], &ended["text"]), (&"stopped".into(), &heard.text.into()));
    assert!(ended["text"].as_str().unwrap().starts_with(&text), "{text:?}");
    let kept = page.chat(chat)["messages"][1].clone();
    assert_eq!((&kept["text"], &kept["state"]), (&ended["text"], &"stopped".into()));
    until("Ollama is left alone", || {
        get(program.at, "/api/v1/ollama").json()["servers"][0]["open"] == 0
    });
    // Stopped twice is stopped.
    assert_eq!(page.call("POST", &stop).status, 204);
    assert_eq!(page.call("POST", &format!("/api/v1/chats/{chat}/messages/99999/stop")).status, 404);
}

#[test]
fn a_crash_in_mid_answer_costs_its_end_only() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let mut program = before(&ollama, data.path());
    let page = Page::open(program.at);
    let chat = page.begin(json!({"model": "plain"}));
    page.ask(chat, json!({"text": "Go on <|endless|>"}));
    let file = data.path().join("dixi.db");
    // Two seconds later some of it is kept.
    until("some of it is kept", || {
        let db = rusqlite::Connection::open(&file).unwrap();
        let length = "SELECT length(text) FROM message WHERE state = 'coming'";
        db.query_row(length, [], |r| r.get::<_, i64>(0)).is_ok_and(|n| n > 50)
    });
    program.kill();
    let program = before(&ollama, data.path());
    let page = Page::open(program.at);
    let message = page.chat(chat)["messages"][1].clone();
    assert_eq!(message["state"], "stopped");
    assert!(message["text"].as_str().unwrap().len() > 50, "{message}");
}

#[test]
fn what_does_not_fit_is_left_out_openly_or_summed_up() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let program = before(&ollama, data.path());
    let mut page = Page::open(program.at);
    // The model reads a token for each byte.
    let how = json!({"model": "plain", "system": "Be brief.", "options": {"num_ctx": 1024, "num_predict": 16}});
    let chat = page.begin(how.clone());
    for round in 0..4 {
        let ended = page.talk(chat, &format!("{round} {}", "word ".repeat(60)));
        assert_eq!(ended["state"], "whole", "{ended}");
        if round == 0 {
            assert_eq!(ended["left_out"], json!(null), "{ended}");
        }
        if round == 3 {
            assert!(ended["left_out"].as_u64() >= Some(2), "{ended}");
            assert!(ended["counts"]["prompt_tokens"].as_u64() <= Some(1024), "{ended}");
        }
    }
    let mut how = how;
    how["when_full"] = "summarise".into();
    let body = json!({"how": how}).to_string();
    assert_eq!(send(program.at, "PUT", &format!("/api/v1/chats/{chat}"), &body).status, 200);
    let ended = page.talk(chat, &"more ".repeat(60));
    assert!(ended["summary"].as_str().is_some_and(|s| s.starts_with("## What lies")), "{ended}");
    // One question that is too long for itself.
    let ended = page.talk(chat, &"long ".repeat(400));
    assert_eq!(
        (&ended["state"], &ended["failure"]["code"]),
        (&"failed".into(), &"too_long".into()),
        "{ended}"
    );
}
