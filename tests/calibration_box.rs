//! Calibration in the real program: what is kept outlives `kill -9`, and is another camera's not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests are tests too")]
#![allow(dead_code, reason = "these helpers are shared with the server's tests")]

#[path = "server_box/client.rs"]
mod client;
#[path = "server_box/process.rs"]
mod process;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use client::{get, send};
use process::Program;

fn state(program: &Program) -> Value {
    get(program.at, "/api/v1/calibration").json()
}

/// Waits until the state is as wanted: the camera takes a moment to open.
fn until(program: &Program, wanted: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let now = state(program);
        if wanted(&now) {
            return now;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{now}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn command(program: &Program, command: Value) -> (u16, Value) {
    let answer = send(program.at, "POST", "/api/v1/command", &command.to_string());
    (answer.status, answer.json())
}

const CORNERS: [[f32; 2]; 4] = [[0.2, 0.15], [0.85, 0.2], [0.8, 0.75], [0.15, 0.7]];
const QUIET: &[&str] = &["--camera", "browser"];

#[test]
fn corners_are_kept_over_kill_9_and_not_used_for_another_camera() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    until(&program, |s| s["camera"] == "browser");
    let (status, crossed) = command(
        &program,
        json!({"command": "set_corners", "corners": [CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]]}),
    );
    assert_eq!(status, 400, "{crossed}");
    assert!(crossed["error"]["why"].as_str().unwrap().contains("crossed"), "{crossed}");
    let (status, tried) = command(&program, json!({"command": "set_corners", "corners": CORNERS}));
    assert_eq!(status, 200, "{tried}");
    let now = state(&program);
    assert_eq!(now["running"]["step"], "confirm", "{now}");
    assert!(now["used"].is_null(), "{now}");
    let asked = until_canvas(&program, |c| !c["question"].is_null());
    assert_eq!(asked["question"]["about"], "calibration", "{asked}");
    let (status, kept) = command(&program, json!({"command": "approve"}));
    assert_eq!((status, &kept["kept"]), (200, &json!(true)), "{kept}");
    let keystone = json!([[0.05, 0.0], [1.0, 0.1], [0.9, 1.0], [0.0, 0.9]]);
    let set = json!({"command": "set_keystone", "output": "main", "corners": keystone});
    assert_eq!(command(&program, set).1["kept"], true);
    let before = state(&program);
    until_canvas(&program, |c| c["question"].is_null());
    program.kill();

    let program = Program::start(data.path(), QUIET);
    let after = until(&program, |s| s["camera"] == "browser");
    assert_eq!(after["used"], before["used"]);
    assert_eq!(after["keystones"][0]["output"], "main");
    assert_eq!(command(&program, json!({"command": "select_camera", "source": "demo"})).0, 200);
    let other = until(&program, |s| s["camera"] == "demo");
    assert!(other["used"].is_null(), "{other}");
    let (status, none) = command(&program, json!({"command": "forget_calibration"}));
    assert_eq!((status, &none["error"]["kind"]), (404, &json!("not_found")), "{none}");
    // And with the demo's own: a picture of it is kept to notice that it moves.
    command(&program, json!({"command": "set_corners", "corners": CORNERS}));
    command(&program, json!({"command": "approve"}));
    assert_eq!(state(&program)["used"]["method"], "corners");
    let begun = Instant::now();
    let db = rusqlite::Connection::open(data.path().join("dixi.db")).unwrap();
    let size = "SELECT coalesce(length(reference), 0) FROM calibration WHERE camera = 'demo'";
    while db.query_row(size, [], |r| r.get::<_, i64>(0)).unwrap() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "no picture is kept");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn until_canvas(program: &Program, wanted: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let now = get(program.at, "/api/v1/canvas").json();
        if wanted(&now) {
            return now;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{now}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
