//! What goes wrong with Ollama is told in the answer, and the conversation goes on.

use serde_json::{Value, json};

use super::page::{Heard, Page, before};
use crate::ollama::Ollama;
use crate::process::Program;

fn code(message: &Value) -> (&str, &str) {
    (message["state"].as_str().unwrap(), message["failure"]["code"].as_str().unwrap_or_default())
}

#[test]
fn ollama_that_is_killed_in_mid_answer_is_told_and_the_same_question_answered_later() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let program = before(&ollama, data.path());
    let mut page = Page::open(program.at);
    let chat = page.begin(json!({"model": "plain"}));
    let asked = page.ask(chat, json!({"text": "Go on <|endless|>"}));
    let mut heard = Heard::default();
    page.until_said(&mut heard, 50);
    let url = ollama.kill();
    let (heard, ended) = page.rest(heard, &asked["answer"]["id"]);
    assert_eq!(code(&ended), ("failed", "broke_off"), "{ended}");
    assert_eq!(ended["text"], heard.text, "what came stays");
    let ended = page.talk(chat, "Anybody?");
    assert_eq!(code(&ended), ("failed", "unreachable"), "{ended}");

    let Some(_ollama) = Ollama::again(&url) else { return };
    super::page::until("it is there again", || {
        let again = format!("/api/v1/chats/{chat}/messages/{}/again", ended["id"]);
        let answer = page.post(&again, &json!({})).json()["id"].clone();
        page.answer(&answer).1["state"] == "whole"
    });
    let last = page.chat(chat)["messages"].as_array().unwrap().last().cloned().unwrap();
    assert!(last["versions"].as_array().unwrap().len() >= 2, "{last}");
}

#[test]
fn what_a_model_cannot_do_has_a_code() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let program = before(&ollama, data.path());
    let mut page = Page::open(program.at);
    let chat = page.begin(json!({"model": "nobody"}));
    assert_eq!(code(&page.talk(chat, "Hello?")), ("failed", "model_missing"));
    let chat = page.begin(json!({"model": "plain", "think": true}));
    assert_eq!(code(&page.talk(chat, "Hello?")), ("failed", "no_thinking"));
    let chat = page.begin(json!({"model": "../../etc/passwd"}));
    assert_eq!(code(&page.talk(chat, "Hello?")), ("failed", "said_error"));
    let chat = page.begin(json!({"model": "plain"}));
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let asked = page.ask(chat, json!({"text": "See?", "pictures": [png]}));
    assert_eq!(code(&page.answer(&asked["answer"]["id"]).1), ("failed", "no_vision"));
    // None is chosen: any that can chat.
    let chat = page.begin(json!({"options": {"num_predict": 4}}));
    let ended = page.talk(chat, "Who are you?");
    assert_eq!(code(&ended), ("whole", ""), "{ended}");
    assert!(
        ["plain:latest", "reciter:latest", "seer:latest"]
            .contains(&ended["model"].as_str().unwrap())
    );
}

#[test]
fn without_ollama_the_answer_says_so_and_the_question_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(
        data.path(),
        &["--camera", "browser", "--set", "ollama.url=http://127.0.0.1:9"],
    );
    let mut page = Page::open(program.at);
    let chat = page.begin(json!({"model": "plain"}));
    let ended = page.talk(chat, "Anybody?");
    assert_eq!(code(&ended), ("failed", "unreachable"), "{ended}");
    let chat = page.chat(chat);
    assert_eq!(
        (&chat["messages"][0]["text"], &chat["answering"]),
        (&"Anybody?".into(), &false.into())
    );
}
