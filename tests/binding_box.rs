//! Bindings and their log, as pages and people meet them: the built program, its sockets, its disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "a test may fail, and uses part of its helpers"
)]

#[path = "server_box/client.rs"]
mod client;
#[path = "server_box/process.rs"]
mod process;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use client::{Answer, get, send};
use futures_util::{SinkExt, StreamExt};
use process::Program;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// A camera that needs nothing and does nothing.
const QUIET: &[&str] = &["--camera", "browser"];

fn command(program: &Program, command: &Value) -> Answer {
    send(program.at, "POST", "/api/v1/command", &command.to_string())
}

fn bindings(program: &Program) -> Value {
    get(program.at, "/api/v1/bindings").json()
}

fn find<'a>(list: &'a Value, id: &str) -> Option<&'a Value> {
    list["bindings"].as_array().unwrap().iter().find(|b| b["id"] == id)
}

type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn open(program: &Program, subscribe: Value) -> Socket {
    let url = format!("ws://{}/api/v1/ws", program.at);
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    socket.send(Message::text(subscribe.to_string())).await.unwrap();
    socket
}

/// The next message of this type; none if it does not come in time.
async fn hear(socket: &mut Socket, kind: &str, patience: Duration) -> Option<Value> {
    let wait = async {
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            let value: Value = serde_json::from_str(&text).unwrap();
            if value["type"] == kind {
                return Some(value);
            }
        }
        None
    };
    tokio::time::timeout(patience, wait).await.ok().flatten()
}

fn run<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(job)
}

#[test]
fn what_people_change_is_told_to_every_page_and_survives_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    let first = bindings(&program);
    assert_eq!(first["default"], true);
    assert_eq!(find(&first, "delete").unwrap()["gesture"], "closed_fist");
    run(async {
        let mut page = open(&program, json!({"type":"subscribe","canvas":true})).await;
        hear(&mut page, "scene", Duration::from_secs(20)).await.expect("the scene");
        let mine = json!({"id":"all","gesture":"stretch","command":{"command":"select_all"}});
        let set = json!({"type":"do","id":7,"command":{"command":"set_binding","binding":mine}});
        let mut other = open(&program, set).await;
        let did = hear(&mut other, "did", Duration::from_secs(20)).await.expect("an answer");
        assert_eq!((&did["id"], &did["outcome"]["kept"]), (&json!(7), &json!(true)), "{did}");
        hear(&mut page, "bindings", Duration::from_secs(20)).await.expect("the news");
    });
    let slow =
        json!({"id":"delete","gesture":"fist","hold_ms":2_000,"command":{"command":"delete"}});
    let set = json!({"command":"set_binding","binding":slow});
    assert_eq!(command(&program, &set).json()["kept"], true);
    assert_eq!(command(&program, &json!({"command":"remove_binding","id":"clear"})).status, 200);
    let before = bindings(&program);
    program.kill();

    let program = Program::start(data.path(), QUIET);
    let after = bindings(&program);
    assert_eq!(after, before);
    assert_eq!(find(&after, "delete").unwrap()["hold_ms"], 2_000);
    assert!(find(&after, "clear").is_none() && find(&after, "all").is_some());
    assert_eq!(command(&program, &json!({"command":"reset_bindings"})).status, 200);
    assert_eq!(bindings(&program), first);
}

#[test]
fn refusals_say_which_binding_is_in_the_way() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let set = |binding: Value| {
        let answer = command(&program, &json!({"command":"set_binding","binding":binding}));
        (answer.status, answer.body)
    };
    let (status, body) = set(json!({"id":"x","gesture":"wave","command":{"command":"undo"}}));
    assert!(status == 409 && body.contains("`clear` already has `wave`"), "{status} {body}");
    let (status, body) = set(json!({"id":"x","gesture":"wafe","command":{"command":"undo"}}));
    assert!(status == 400 && body.contains("did you mean `wave`?"), "{status} {body}");
    let (status, body) =
        set(json!({"id":"x","gesture":"stretch","command":{"command":"reset_bindings"}}));
    assert!(status == 400 && body.contains("must not change what gestures do"), "{status} {body}");
    let answer = command(&program, &json!({"command":"remove_binding","id":"claer"}));
    assert!(answer.status == 404 && answer.body.contains("did you mean `clear`?"), "{answer:?}");
    assert_eq!(bindings(&program)["default"], true);
}

#[test]
fn a_test_does_what_the_gesture_would_and_hands_keep_what_is_theirs() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let test = |id: &str| command(&program, &json!({"command":"test_binding","id":id}));
    let made = test("create");
    assert_eq!(made.status, 200, "{made:?}");
    let ids = made.json()["ids"].clone();
    assert_eq!(ids.as_array().unwrap().len(), 1);
    assert_eq!(test("undo").status, 200);
    assert!(test("grab").body.contains("without a hand"), "{:?}", test("grab"));
    assert_eq!(test("menu").status, 200, "{:?}", test("menu"));
    assert_eq!(test("nonsense").status, 404);
}

#[test]
fn damaged_rows_are_told_and_skipped() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    assert_eq!(command(&program, &json!({"command":"remove_binding","id":"clear"})).status, 200);
    let all = bindings(&program);
    program.terminate();
    let db = rusqlite::Connection::open(data.path().join("dixi.db")).unwrap();
    db.execute_batch(
        "UPDATE binding SET binding = '7' WHERE id = 'undo';
         UPDATE binding SET binding = '{\"id\":\"redo\",\"gesture\":\"moonwalk\",\"command\":{\"command\":\"redo\"}}' WHERE id = 'redo';
         UPDATE binding SET binding = '[]' WHERE id = 'next';",
    )
    .unwrap();
    drop(db);
    let program = Program::start(data.path(), QUIET);
    let left = bindings(&program);
    for id in ["undo", "redo", "next"] {
        assert!(find(&left, id).is_none(), "{id}");
    }
    assert_eq!(
        left["bindings"].as_array().unwrap().len(),
        all["bindings"].as_array().unwrap().len() - 3
    );
    let log = program.log();
    assert_eq!(log.matches("a kept binding is left out").count(), 3, "{log}");
}

/// The demo hand before the real networks: what each gesture came to is told and logged. It only
/// shows its gestures, so that most of them are told as not armed.
#[test]
fn the_demo_hands_gestures_are_judged_and_a_dry_run_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--camera", "demo"]);
    let made = command(&program, &json!({"command":"create"})).json();
    assert!(made["ids"].is_array(), "{made}");
    let dry = json!({"command":"set_setting","key":"canvas.dry_run","value":true});
    assert_eq!(command(&program, &dry).status, 200);
    let canvas = || get(program.at, "/api/v1/canvas").json();
    let (scene, revision) = (canvas()["scene"].clone(), canvas()["revision"].clone());
    let mut heard = Vec::new();
    run(async {
        let mut page = open(&program, json!({"type":"subscribe","verdicts":true})).await;
        let until = Instant::now() + Duration::from_secs(90);
        let enough = |heard: &[Value]| {
            let bound = |v: &&Value| v["verdict"] == "dry_run" || v["verdict"] == "not_armed";
            heard.iter().filter(bound).count() >= 2 && heard.len() >= 4
        };
        while !enough(&heard) && Instant::now() < until {
            heard.extend(hear(&mut page, "verdict", Duration::from_secs(30)).await);
        }
    });
    for v in &heard {
        println!("{} {} {}: {}", v["gesture"], v["who"], v["verdict"], v["text"]);
    }
    let kinds: BTreeSet<_> = heard.iter().filter_map(|v| v["verdict"].as_str()).collect();
    assert!(kinds.contains("dry_run") || kinds.contains("not_armed"), "{heard:?}");
    assert!(!kinds.contains("fired") && !kinds.contains("refused"), "{heard:?}");
    let numbers: Vec<_> = heard.iter().map(|v| v["number"].as_u64().unwrap()).collect();
    assert!(numbers.windows(2).all(|w| w[1] == w[0] + 1), "{numbers:?}");
    let log = get(program.at, "/api/v1/verdicts").json();
    let logged = |v: &Value| log.as_array().unwrap().iter().any(|l| l["number"] == v["number"]);
    assert!(heard.iter().all(logged), "{log}");
    assert_eq!((canvas()["scene"].clone(), canvas()["revision"].clone()), (scene, revision));
}
