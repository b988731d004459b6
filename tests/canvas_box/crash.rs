//! What is there after a crash, a restart, an update, and without a database.

use std::time::Duration;

use serde_json::{Value, json};

use super::page::{Page, QUIET, canvas, post, runtime, shown};
use crate::client::{get, send};
use crate::process::{Program, rounds};

/// The edits of a life: makes a thing, then moves it, then makes the next.
fn edit(number: u64) -> Value {
    let x = number as f32 / 1_000.0;
    match number % 2 {
        0 => json!({"command": "create", "form": {"kind": "sphere"}, "position": [0, 0, 0]}),
        _ => json!({"command": "move", "by": [x, 1, 0]}),
    }
}

/// The scene after so many of them: each thing's position.
fn positions(edits: u64) -> Vec<[f64; 3]> {
    let made = edits.div_ceil(2);
    (0..made)
        .map(|thing| {
            let mover = thing * 2 + 1;
            if mover < edits { [f64::from(mover as f32 / 1_000.0), 1.0, 0.0] } else { [0.0; 3] }
        })
        .collect()
}

#[test]
fn killed_in_the_middle_of_a_thousand_edits_it_has_all_that_were_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    let runtime = runtime();
    let mut all = 0;
    for round in 0..rounds(10) {
        let mut program = Program::start(data.path(), QUIET);
        let scene = post(&program, json!({"command": "new_scene"}))["scene"].clone();
        // Another moment each time, all of them well within the thousand.
        let kill_after = 17 + round % 40 * 23;
        let (acknowledged, given) = runtime.block_on(async {
            let mut page = Page::open(program.at).await;
            let mut given = 0;
            while (page.answers.len() as u64) < kill_after {
                // Some always wait, and not more a second than a page may send.
                while given < 1_000 && given < page.answers.len() as u64 + 8 {
                    page.give(edit(given)).await;
                    given += 1;
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                page.take().await;
            }
            program.kill();
            for (id, answer) in &page.answers {
                assert_eq!(answer["type"], "did", "{id}: {answer}");
            }
            (page.answers.len() as u64, given)
        });
        let again = Program::start(data.path(), QUIET);
        let now = shown(&again);
        assert_eq!(now["id"], scene);
        let kept = now["revision"].as_u64().unwrap();
        assert!((acknowledged..=given).contains(&kept), "{acknowledged} <= {kept} <= {given}");
        let objects = now["objects"].as_array().unwrap();
        let position = |o: &Value| [0, 1, 2].map(|i| o["position"][i].as_f64().unwrap() as f32);
        let expected: Vec<_> = positions(kept).iter().map(|p| p.map(|x| x as f32)).collect();
        assert_eq!(objects.iter().map(position).collect::<Vec<_>>(), expected);
        // The history is as whole as the scene.
        let undone = post(&again, json!({"command": "undo"}));
        assert!(undone["done"].as_str().unwrap().contains("page 1"), "{undone}");
        all += kept;
    }
    println!("{all} edits kept over ten crashes");
}

#[test]
fn undo_and_redo_survive_a_restart_and_know_whose_it_was() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    let before = shown(&program)["objects"].clone();
    post(&program, json!({"command": "create", "form": {"kind": "text", "text": "Hello"}}));
    let made = shown(&program)["objects"].clone();
    program.kill();
    let mut program = Program::start(data.path(), QUIET);
    let undo = canvas(&program)["undo"].clone();
    assert_eq!((&undo["command"], &undo["objects"]), (&json!("create"), &json!(1)));
    let who = undo["who"].as_str().unwrap();
    assert!(who.starts_with("api "), "{who}");
    let undone = post(&program, json!({"command": "undo"}));
    assert!(undone["done"].as_str().unwrap().contains(who), "{undone}");
    assert_eq!(shown(&program)["objects"], before);
    assert!(program.terminate().0.success());
    let program = Program::start(data.path(), QUIET);
    assert_eq!(canvas(&program)["redo"]["who"], undo["who"]);
    post(&program, json!({"command": "redo"}));
    assert_eq!(shown(&program)["objects"], made);
    let nothing = send(program.at, "POST", "/api/v1/command", r#"{"command":"redo"}"#);
    assert_eq!(nothing.status, 400, "{nothing:?}");
}

#[test]
fn a_database_of_the_first_version_keeps_its_settings_and_gets_a_canvas() {
    let data = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(data.path().join("dixi.db")).unwrap();
    old.execute_batch(include_str!("../../src/store/1_settings.sql")).unwrap();
    old.execute_batch(
        "PRAGMA application_id = 0x44697869; PRAGMA user_version = 1;
         INSERT INTO setting VALUES ('vision.num_hands', '3', '2026-11-01T08:00:00Z');",
    )
    .unwrap();
    drop(old);
    let mut program = Program::start(data.path(), QUIET);
    let setting = |program: &Program| {
        let all = get(program.at, "/api/v1/settings").json();
        let all = all.as_array().unwrap().iter();
        all.clone().find(|s| s["key"] == "vision.num_hands").unwrap()["value"].clone()
    };
    assert_eq!(setting(&program), 3);
    post(&program, json!({"command": "create"}));
    let made = shown(&program);
    program.kill();
    let program = Program::start(data.path(), QUIET);
    assert_eq!((setting(&program), shown(&program)), (json!(3), made));
}

#[test]
fn without_a_database_the_canvas_works_and_says_that_nothing_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let program = Program::start(&file, QUIET);
    let why = canvas(&program)["not_kept"].clone();
    assert!(why.as_str().unwrap().contains("cannot make the data directory"), "{why}");
    let made = post(&program, json!({"command": "create"}));
    assert_eq!((&made["kept"], &made["reason"]), (&json!(false), &why));
    post(&program, json!({"command": "undo"}));
    let first = canvas(&program)["scene"].clone();
    post(&program, json!({"command": "new_scene"}));
    assert_eq!(post(&program, json!({"command": "next"}))["scene"], first);
    post(&program, json!({"command": "redo"}));
}

#[test]
fn what_was_kept_is_still_shown_where_nothing_can_be_kept_any_more() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    post(&program, json!({"command": "new_scene", "name": "Mine"}));
    post(&program, json!({"command": "create"}));
    let made = shown(&program);
    assert!(program.terminate().0.success());
    // Root may write everywhere: what makes SQLite refuse is the file's own mark of a foreign lock.
    let file = data.path().join("dixi.db");
    let locked = rusqlite::Connection::open(&file).unwrap();
    locked.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;").unwrap();
    let program = Program::start(data.path(), QUIET);
    assert!(canvas(&program)["not_kept"].is_string());
    assert_eq!(shown(&program), made);
    assert_eq!(post(&program, json!({"command": "undo"}))["kept"], false);
    drop(locked);
}
