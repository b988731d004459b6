//! Conversations as files, presets, and bad input.

use serde_json::{Value, json};

use super::page::{Page, before};
use crate::client::{get, request, send};
use crate::ollama::Ollama;
use crate::process::Program;

#[test]
fn what_is_exported_comes_back_with_every_version_and_picture() {
    let Some(ollama) = Ollama::start() else { return };
    let (data, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let program = before(&ollama, data.path());
    let mut page = Page::open(program.at);
    let chat = page.begin(json!({"model": "seer", "options": {"num_predict": 8}}));
    let picture = base64(&tiny_png());
    let asked = page.ask(chat, json!({"text": "What is this?", "pictures": [picture]}));
    let (_, ended) = page.answer(&asked["answer"]["id"]);
    assert_eq!(ended["state"], "whole", "{ended}");
    assert_eq!(asked["question"]["pictures"], 1);
    let again = format!("/api/v1/chats/{chat}/messages/{}/again", ended["id"]);
    let second = page.post(&again, &json!({})).json()["id"].clone();
    page.answer(&second);
    let shown = get(
        program.at,
        &format!("/api/v1/chats/{chat}/messages/{}/pictures/0", asked["question"]["id"]),
    );
    assert_eq!(shown.status, 200, "{}", shown.head);

    let whole = get(program.at, "/api/v1/chats/export").body;
    let markdown = get(program.at, &format!("/api/v1/chats/{chat}/file?as=markdown"));
    assert!(markdown.head.contains("filename=\"what is this.md\""), "{}", markdown.head);
    let other = Program::start(fresh.path(), &["--camera", "browser"]);
    let taken = request(other.at, "POST", "/api/v1/chats/import", "", &whole);
    assert_eq!(
        (taken.status, taken.json()),
        (201, json!({"chats": 1, "messages": 3})),
        "{taken:?}"
    );
    let export = |at| -> Value { get(at, "/api/v1/chats/export").json() };
    assert_eq!(export(other.at), export(program.at));
    let taken = request(other.at, "POST", "/api/v1/chats/import", "", &markdown.body);
    assert_eq!(taken.json(), json!({"chats": 1, "messages": 2}), "{taken:?}");
    let bad = request(other.at, "POST", "/api/v1/chats/import", "", "{}");
    assert_eq!((bad.status, bad.kind().as_str()), (400, "invalid"));
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// A picture of 32 by 32 pixels.
fn tiny_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 32, 32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&[90; 32 * 32 * 3]).unwrap();
    bytes
}

#[test]
fn conversations_are_listed_changed_and_deleted_without_ollama() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(
        data.path(),
        &["--camera", "browser", "--set", "ollama.url=http://127.0.0.1:9"],
    );
    let at = program.at;
    let mut ids = Vec::new();
    for title in ["one", "two", "three"] {
        let begun = send(at, "POST", "/api/v1/chats", &json!({"title": title}).to_string());
        ids.push(begun.json()["id"].as_i64().unwrap());
    }
    let change =
        |id: i64, body: Value| send(at, "PUT", &format!("/api/v1/chats/{id}"), &body.to_string());
    assert_eq!(
        change(ids[0], json!({"pinned": true, "title": " Uno  due "})).json()["title"],
        "Uno due"
    );
    let titles = |path: &str| -> (Vec<String>, Value) {
        let list = get(at, path).json();
        let titles = list["chats"].as_array().unwrap().iter();
        (titles.map(|c| c["title"].as_str().unwrap().to_owned()).collect(), list["more"].clone())
    };
    let (first, more) = titles("/api/v1/chats?limit=2");
    assert_eq!(first, ["Uno due", "three"]);
    let (rest, end) = titles(&format!("/api/v1/chats?limit=2&after={}", more.as_str().unwrap()));
    assert_eq!((rest, end), (vec!["two".to_owned()], json!(null)));
    assert_eq!(request(at, "DELETE", &format!("/api/v1/chats/{}", ids[1]), "", "").status, 204);
    assert_eq!(get(at, &format!("/api/v1/chats/{}", ids[1])).status, 404);

    let preset = json!({"kind": "preset", "name": "Teacher", "text": "Explain.", "how": {"options": {"temperature": 0.2}}});
    let kept = send(at, "POST", "/api/v1/presets", &preset.to_string());
    assert_eq!(kept.status, 201, "{kept:?}");
    let id = kept.json()["id"].clone();
    let other = json!({"kind": "prompt", "name": "Look", "text": "{{scene}}?"}).to_string();
    assert_eq!(send(at, "PUT", &format!("/api/v1/presets/{id}"), &other).status, 200);
    assert_eq!(get(at, "/api/v1/presets").json()[0]["name"], "Look");
    assert_eq!(request(at, "DELETE", &format!("/api/v1/presets/{id}"), "", "").status, 204);
    assert_eq!(get(at, "/api/v1/presets").json(), json!([]));

    // What cannot be is refused, and says why.
    let chat = ids[0];
    for (method, path, body, status) in [
        ("GET", "/api/v1/chats?after=nonsense".to_owned(), json!(null), 400),
        ("GET", "/api/v1/chats/x".to_owned(), json!(null), 404),
        ("GET", "/api/v1/chats/search".to_owned(), json!(null), 400),
        ("POST", "/api/v1/chats".to_owned(), json!({"how": {"options": {"temperature": 9}}}), 400),
        ("POST", "/api/v1/chats".to_owned(), json!({"title": "x".repeat(300)}), 400),
        ("POST", format!("/api/v1/chats/{chat}/messages"), json!({"text": "  "}), 400),
        (
            "POST",
            format!("/api/v1/chats/{chat}/messages"),
            json!({"text": "?", "pictures": ["!"]}),
            400,
        ),
        (
            "POST",
            format!("/api/v1/chats/{chat}/messages"),
            json!({"text": "?", "pictures": ["aGVsbG8="]}),
            400,
        ),
        ("POST", format!("/api/v1/chats/{chat}/messages"), json!({"text": "?", "after": 77}), 404),
        (
            "POST",
            format!("/api/v1/chats/{chat}/messages"),
            json!({"text": "?", "frame": true}),
            503,
        ),
        ("POST", format!("/api/v1/chats/{chat}/messages/5/again"), json!({}), 404),
        ("PUT", format!("/api/v1/chats/{chat}"), json!({"shown": 5}), 404),
        ("PUT", format!("/api/v1/chats/{chat}"), json!({"tilte": "x"}), 400),
        (
            "POST",
            "/api/v1/presets".to_owned(),
            json!({"kind": "preset", "name": " ", "text": ""}),
            400,
        ),
    ] {
        let answer =
            send(at, method, &path, &if body.is_null() { String::new() } else { body.to_string() });
        assert_eq!(answer.status, status, "{method} {path} {body}: {answer:?}");
        assert!(answer.json()["error"]["what"].is_string(), "{answer:?}");
    }
    assert_eq!(
        get(at, &format!("/api/v1/chats/{chat}")).json()["messages"],
        json!([]),
        "nothing was begun"
    );
}
