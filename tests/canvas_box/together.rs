//! Several at one canvas: they end up with the same, wherever they were meanwhile, and what one holds
//! is not another's.

use std::time::Duration;

use serde_json::{Value, json};

use super::page::{PATIENCE, Page, QUIET, canvas, post, runtime};
use crate::process::Program;

#[test]
fn two_pages_and_a_program_editing_at_once_end_with_the_same() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    post(&program, json!({"command": "new_scene"}));
    runtime().block_on(async {
        let at = program.at;
        let edits = |n: u64| async move {
            let mut page = Page::open(at).await;
            for i in 0..60_u64 {
                let step = (i * 7 + n) as f32 / 100.0;
                let command = match i % 5 {
                    0 | 1 => json!({"command": "create", "position": [step, n as f32, 0]}),
                    2 => json!({"command": "colour", "colour": format!("#{n:02x}{i:02x}00")}),
                    3 => json!({"command": "move", "by": [0.1, step, 0]}),
                    _ => json!({"command": "duplicate"}),
                };
                // The selection is everybody's: whichever it is, and whether it is still there.
                page.run(command).await;
            }
            page
        };
        let (a, b) = (tokio::spawn(edits(1)), tokio::spawn(edits(2)));
        let program = tokio::task::spawn_blocking(move || {
            for i in 0..60 {
                let command = if i % 9 == 8 { "undo" } else { "create" };
                post(&program, json!({"command": command}));
            }
            program
        });
        let (mut a, mut b, program) = (a.await.unwrap(), b.await.unwrap(), program.await.unwrap());
        let last = canvas(&program)["revision"].as_u64().unwrap();
        assert!(last > 120, "{last}");
        for page in [&mut a, &mut b] {
            page.until(|p| p.revision == last).await;
            page.is_right(at);
            assert_eq!(page.wholes, 1, "followed step by step");
        }
    });
}

#[test]
fn a_page_that_was_away_gets_only_what_it_missed() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    runtime().block_on(async {
        let mut page = Page::open(program.at).await;
        page.socket.close(None).await.unwrap();
        for _ in 0..5 {
            post(&program, json!({"command": "create"}));
        }
        post(&program, json!({"command": "undo"}));
        let mut again = Page::away(program.at).await;
        (again.scene, again.revision) = (page.scene, page.revision);
        again.objects = page.objects.clone();
        let have = json!({"scene": page.scene, "revision": page.revision});
        again.say(json!({"type": "subscribe", "canvas": true, "have": have})).await;
        again.until(|p| p.revision == 6).await;
        again.is_right(program.at);
        assert_eq!((again.wholes, again.changes), (0, 6));
        // Another scene is shown: it comes whole, before the state that names it.
        post(&program, json!({"command": "new_scene"}));
        again.until(|p| p.canvas.is_object() && p.canvas["scene"] != page.scene).await;
        assert_eq!((again.wholes, &again.canvas["scene"]), (1, &Value::from(again.scene)));
        // What it has of the other scene helps nothing.
        let mut lost = Page::away(program.at).await;
        lost.say(json!({"type": "subscribe", "canvas": true, "have": have})).await;
        lost.until(|p| p.wholes == 1).await;
        lost.is_right(program.at);
    });
}

#[test]
fn what_a_page_holds_is_let_go_and_kept_when_it_is_gone() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    runtime().block_on(async {
        let (mut a, mut b) = (Page::open(program.at).await, Page::open(program.at).await);
        let id =
            b.done(json!({"command": "create", "position": [0, 0, 0]})).await["ids"][0].clone();
        a.done(json!({"command": "grab", "ids": [id]})).await;
        b.until(|p| p.others.iter().any(|m| m["held"][0].is_object())).await;
        let who = b.newest("held").await["held"][0]["who"].clone();
        let refused = b.run(json!({"command": "grab", "ids": [id]})).await;
        assert_eq!(refused["error"]["kind"], "conflict", "{refused}");
        let why = refused["error"]["why"].as_str().unwrap();
        assert!(why.contains(who.as_str().unwrap()), "{why} names {who}");
        let place = |x: f32| {
            json!({"command": "drag", "transforms": [
                {"id": id, "position": [x, 0, 0], "rotation": [0, 0, 0, 1], "scale": [1, 1, 1]}]})
        };
        let before = canvas(&program)["revision"].as_u64().unwrap();
        for i in 0..30 {
            a.done(place(i as f32 / 10.0)).await;
        }
        assert_eq!(canvas(&program)["revision"], before, "a drag is no step");
        drop(a);
        b.until(|p| p.revision == before + 1).await;
        let at = b.objects[&id.as_u64().unwrap()]["position"][0].as_f64().unwrap();
        assert!((at - 2.9).abs() < 1e-6, "{at}");
        b.done(json!({"command": "grab", "ids": [id]})).await;
        b.done(json!({"command": "let_back"})).await;
        assert_eq!(canvas(&program)["undo"]["who"], who);
        b.done(json!({"command": "undo"})).await;
        assert_eq!(b.objects[&id.as_u64().unwrap()]["position"][0], 0.0);
    });
    for command in ["grab", "release", "let_back"] {
        let body = json!({"command": command}).to_string();
        let answer = crate::client::send(program.at, "POST", "/api/v1/command", &body);
        assert_eq!((answer.status, answer.kind().as_str()), (400, "invalid"), "{answer:?}");
    }
}

#[test]
fn of_twenty_viewers_one_stalled_costs_nobody_a_change() {
    const STEPS: u32 = 200;
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    runtime().block_on(async {
        // It reads nothing from now on, and its buffers are small.
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(program.at).await.unwrap();
        let url = format!("ws://{}/api/v1/ws", program.at);
        let (mut stalled, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        let subscribe = r#"{"type":"subscribe","canvas":true}"#;
        futures_util::SinkExt::send(
            &mut stalled,
            tokio_tungstenite::tungstenite::Message::text(subscribe),
        )
        .await
        .unwrap();
        let mut viewers = Vec::new();
        for _ in 0..18 {
            viewers.push(Page::open(program.at).await);
        }
        let viewers: Vec<_> = viewers
            .into_iter()
            .map(|mut page| {
                tokio::spawn(async move {
                    page.until(|p| p.changes == STEPS).await;
                    assert_eq!(page.wholes, 1);
                })
            })
            .collect();
        // 48 KiB a step: more together than any buffer between us and the one that does not read.
        let mut drawer = Page::open(program.at).await;
        let points: Vec<_> = (0..2_000).map(|i| [i as f32 / 1_000.0, 0.123_456, 0.5]).collect();
        for _ in 0..STEPS {
            let form = json!({"kind": "stroke", "points": points, "width": 0.1});
            drawer.done(json!({"command": "create", "form": form})).await;
        }
        for viewer in viewers {
            tokio::time::timeout(PATIENCE, viewer).await.unwrap().unwrap();
        }
        assert_eq!(drawer.changes, STEPS);
        tokio::time::sleep(Duration::from_millis(1)).await;
        drop(stalled);
    });
}
