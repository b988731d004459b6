//! What the box sees, as a model is told and shown it: the built binary before a real Ollama, with a camera
//! whose picture is known.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "helpers of tests are tests too, and not all use all of them"
)]

#[path = "server_box/client.rs"]
mod client;
#[path = "common/ollama.rs"]
mod ollama;
#[path = "common/pictures.rs"]
mod pictures;
#[path = "server_box/process.rs"]
mod process;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use client::{Answer, get, send};
use ollama::Ollama;
use process::Program;
use serde_json::{Value, json};

const ANSWER: &str = include_str!("ollama/answer.md");

/// A box whose camera shows one picture, again and again.
fn before(ollama: &Ollama, data: &Path, picture: &[u8]) -> Program {
    std::fs::create_dir(data.join("camera")).unwrap();
    std::fs::write(data.join("camera/only.jpg"), picture).unwrap();
    let url = format!("ollama.url={}", ollama.url);
    let source = format!("file:{}", data.join("camera").display());
    let program = Program::start(data, &["--camera", &source, "--set", &url]);
    until("the camera runs", || status(program.at)["camera"]["state"] == "running");
    program
}

fn until(what: &str, mut so: impl FnMut() -> bool) {
    let late = Instant::now() + Duration::from_secs(90);
    while !so() {
        assert!(Instant::now() < late, "never: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn status(at: SocketAddr) -> Value {
    get(at, "/api/v1/status").json()
}

fn tell(at: SocketAddr, command: Value) -> Answer {
    send(at, "POST", "/api/v1/command", &command.to_string())
}

fn told(at: SocketAddr, command: Value) -> Value {
    let answer = tell(at, command.clone());
    assert_eq!(answer.status, 200, "{command}: {answer:?}");
    answer.json()
}

fn set(at: SocketAddr, key: &str, value: Value) {
    told(at, json!({"command": "set_setting", "key": key, "value": value}));
}

/// What a GET brings, byte for byte, and its head.
fn bytes(at: SocketAddr, path: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let ask = format!("GET {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    let end = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    (String::from_utf8_lossy(&all[..end]).to_ascii_lowercase(), all[end + 4..].to_vec())
}

/// The conversation of this title, whole.
fn chat(at: SocketAddr, title: &str) -> Option<Value> {
    let chats = get(at, "/api/v1/chats").json()["chats"].clone();
    let of = |c: &&Value| c["title"] == title;
    let found = chats.as_array().unwrap().iter().find(of)?.clone();
    assert_eq!(found["shared"], json!(false), "whoever is at the box sees its own as theirs");
    Some(get(at, &format!("/api/v1/chats/{}", found["id"])).json())
}

fn messages(chat: &Value) -> &Vec<Value> {
    chat["messages"].as_array().unwrap()
}

fn cards(at: SocketAddr) -> Vec<Value> {
    let scene = get(at, "/api/v1/canvas").json()["scene"].clone();
    let objects = get(at, &format!("/api/v1/scenes/{scene}")).json()["objects"].clone();
    let objects = objects.as_array().unwrap().iter();
    objects.filter(|o| o["form"]["kind"] == "answer").cloned().collect()
}

#[test]
fn the_frame_is_the_cameras_own_byte_for_byte_and_there_is_none_while_it_pauses() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let picture = pictures::jpeg(7);
    let program = before(&ollama, data.path(), &picture);
    let (head, frame) = bytes(program.at, "/api/v1/camera/frame");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-type: image/jpeg") && head.contains("no-store"), "{head}");
    let at = head.lines().find_map(|l| l.strip_prefix("dixi-captured-at: ")).unwrap();
    let at: jiff::Timestamp = at.to_uppercase().parse().unwrap();
    assert!(jiff::Timestamp::now().duration_since(at).as_secs() < 10, "{at}");
    assert!(frame == picture, "the clean frame, byte for byte");

    told(program.at, json!({"command": "pause_camera"}));
    until("it pauses", || status(program.at)["camera"]["state"] == "paused");
    let none = get(program.at, "/api/v1/camera/frame");
    assert_eq!((none.status, none.kind().as_str()), (503, "unavailable"), "{none:?}");
    let e = &none.json()["error"];
    assert!(e["why"].as_str().unwrap().contains("paused") && e["next"].is_string(), "{e}");
    // The words say it too.
    let wish = json!({"text": "", "system": "", "context": {"gesture": true}});
    let preview = send(program.at, "POST", "/api/v1/chats/preview", &wish.to_string()).json();
    let words = preview["told"][0]["text"].as_str().unwrap();
    assert!(words.contains("No hand can be seen") && words.contains("paused"), "{words}");
}

#[test]
fn what_the_model_would_be_told_is_true_of_the_room() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let program = before(&ollama, data.path(), &pictures::jpeg(7));
    let at = program.at;
    told(at, json!({"command": "new_scene", "name": "Workbench"}));
    told(
        at,
        json!({"command": "create", "form": {"kind": "sphere"}, "position": [-7, 4, 0],
            "colour": "#ff0000", "label": "Sun"}),
    );
    let words = "Do as I say: {{time}}\nand \"quote\" me.";
    told(
        at,
        json!({"command": "create", "form": {"kind": "text", "text": words}, "position": [6, -3, 0]}),
    );
    told(at, json!({"command": "select", "ids": [1]}));
    let all =
        json!({"gesture": true, "pointed": true, "selection": true, "scene": true, "events": true});
    let ask =
        json!({"text": "It is {{time}}: {{selection}}", "system": "{{scene}}", "context": all});
    let preview = send(at, "POST", "/api/v1/chats/preview", &ask.to_string()).json();
    let part = |what: &str| {
        let told = preview["told"].as_array().unwrap();
        let found = told.iter().find(|t| t["what"] == what);
        found.unwrap_or_else(|| panic!("{what}: {preview}"))["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(part("gesture"), "No hand is seen.");
    assert_eq!(part("pointed"), "Nothing is pointed at.");
    assert!(
        part("selection")
            .starts_with("Selected is a red sphere named \"Sun\" (number 1), upper left.")
    );
    let scene = part("scene");
    assert!(scene.contains("\"Workbench\" with 2 things"), "{scene}");
    assert!(
        scene.contains("lower right, saying \"Do as I say: {{time}}\\nand \\\"quote\\\" me.\"")
    );
    assert!(part("events").contains("did `select`"), "{}", part("events"));
    let text = preview["text"].as_str().unwrap();
    assert!(text.starts_with("It is ") && text.ends_with("upper left."), "{text}");
    assert!(preview["system"].as_str().unwrap().contains("{{time}}"), "what is filled in stays");
}

#[test]
fn an_answer_to_what_was_pointed_at_comes_as_a_card_beside_it() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let picture = pictures::jpeg(9);
    let program = before(&ollama, data.path(), &picture);
    let at = program.at;
    until("Ollama is known", || get(at, "/api/v1/ollama").json()["answers"] == true);
    told(at, json!({"command": "new_scene"}));
    told(at, json!({"command": "create", "form": {"kind": "box"}, "position": [2, 1, 0]}));
    let asked = told(at, json!({"command": "ask", "about": 1}));
    assert!(asked["done"].as_str().unwrap().contains("card"), "{asked}");
    let done = |count: usize| {
        until("the answer is on its card", || {
            let cards = cards(at);
            cards.len() == count && cards.iter().all(|c| c["form"]["text"] == ANSWER.trim())
        });
    };
    done(1);
    let card = &cards(at)[0];
    assert_eq!(card["form"]["question"], "What can you tell me about this?");
    let x = card["position"][0].as_f64().unwrap();
    assert!((4.0..7.0).contains(&x), "beside it, on the canvas: {card}");
    let table = chat(at, "At the table").unwrap();
    let told_it = &messages(&table)[0]["told"];
    assert_eq!(told_it[0]["what"], "pointed");
    assert!(
        told_it[0]["text"].as_str().unwrap().starts_with("The question is about a "),
        "{told_it}"
    );

    // About nothing: the camera's picture goes along, to a model that takes pictures.
    told(at, json!({"command": "ask"}));
    done(2);
    let table = chat(at, "At the table").unwrap();
    let [.., question, answer] = &messages(&table)[..] else { panic!("{table}") };
    assert_eq!((&question["text"], &question["pictures"]), (&json!("What do you see?"), &json!(1)));
    assert!(answer["model"].as_str().unwrap().starts_with("seer"), "{answer}");
    let shown = format!("/api/v1/chats/{}/messages/{}/pictures/0", table["id"], question["id"]);
    assert!(bytes(at, &shown).1 == picture, "the clean frame went to the model");
    // A question stands alone: what was said before costs nothing.
    assert_eq!(question["alone"], true);

    for (wrong, status) in [
        (json!({"command": "ask", "about": 99}), 404),
        (json!({"command": "ask", "text": "x".repeat(2_001)}), 400),
        (json!({"command": "ask", "text": 7}), 400),
    ] {
        let refused = tell(at, wrong.clone());
        assert_eq!(refused.status, status, "{wrong}: {refused:?}");
    }
    // Without Ollama it says so at once, and no card comes.
    ollama.kill();
    until("Ollama is gone", || get(at, "/api/v1/ollama").json()["answers"] == false);
    let refused = tell(at, json!({"command": "ask", "about": 1}));
    assert_eq!((refused.status, refused.kind().as_str()), (503, "unavailable"), "{refused:?}");
    assert!(refused.json()["error"]["next"].as_str().unwrap().contains("Ollama"));
    assert_eq!(cards(at).len(), 2);
}

#[test]
fn watch_mode_keeps_to_its_budget_and_stops_when_it_is_switched_off() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let picture = pictures::jpeg(3);
    let program = before(&ollama, data.path(), &picture);
    let at = program.at;
    let watching = || status(at)["watching"].clone();
    assert_eq!((&watching()["on"], &watching()["doing"]), (&json!(false), &json!("off")));
    set(at, "watch.every_s", json!(5));
    set(at, "watch.per_hour", json!(2));
    told(at, json!({"command": "watch", "on": true}));
    until("the budget is spent", || watching()["doing"] == "spent");
    let spent = watching();
    assert_eq!((&spent["looks"], &spent["per_hour"]), (&json!(2), &json!(2)), "{spent}");
    let seen = chat(at, "Watching").unwrap();
    let said = messages(&seen);
    assert_eq!(said.len(), 4, "two looks: {seen}");
    for pair in said.chunks(2) {
        assert_eq!((&pair[0]["pictures"], &pair[0]["alone"]), (&json!(1), &json!(true)));
        let text = pair[1]["text"].as_str().unwrap().trim();
        assert_eq!((&pair[1]["state"], text), (&json!("whole"), ANSWER.trim()));
        assert!(pair[1]["model"].as_str().unwrap().starts_with("seer"), "{pair:?}");
    }
    let shown = format!("/api/v1/chats/{}/messages/{}/pictures/0", seen["id"], said[0]["id"]);
    assert!(bytes(at, &shown).1 == picture, "the clean frame went to the model");

    // Nothing changes before the camera: no look, however much is left.
    set(at, "watch.on_change", json!(true));
    set(at, "watch.per_hour", json!(100));
    until("it waits", || watching()["doing"] == "waiting");
    // Paused, it says that it sees nothing.
    told(at, json!({"command": "pause_camera"}));
    until("it is blind", || watching()["doing"] == "blind");
    assert!(watching()["why"].as_str().unwrap().contains("paused"), "{}", watching());
    told(at, json!({"command": "resume_camera"}));
    until("it sees again", || watching()["doing"] == "waiting");
    assert_eq!(watching()["looks"], 2);

    // Switched off in mid-answer, that one is stopped.
    set(at, "watch.on_change", json!(false));
    set(at, "watch.prompt", json!("Go on <|endless|>"));
    until("it looks", || watching()["doing"] == "looking");
    let off = told(at, json!({"command": "watch", "on": false}));
    assert_eq!(off["kept"], true, "{off}");
    until("it is off", || watching()["doing"] == "off");
    let seen = chat(at, "Watching").unwrap();
    assert_eq!(messages(&seen).last().unwrap()["state"], "stopped", "{seen}");
    assert_eq!(messages(&seen).len(), 6);
}
