//! The log as an operator meets it: on the page, in files, its level changed while running, with nothing
//! secret in it, and nobody waiting for whoever reads it.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::client::{get, request, send};
use super::process::Program;

const QUIET: &[&str] = &["--camera", "browser"];

fn set_level(program: &Program, level: &str) -> u16 {
    let body = json!({ "value": level }).to_string();
    send(program.at, "PUT", "/api/v1/settings/log.level", &body).status
}

/// A command that changes nothing, and tells of itself.
fn select(program: &Program) {
    let nothing = r#"{"command":"select","ids":[]}"#;
    let answer = send(program.at, "POST", "/api/v1/command", nothing);
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn the_page_gets_the_lines_that_it_asks_for_and_the_level_changes_at_once() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let ask = |query: &str| get(program.at, &format!("/api/v1/logs?{query}")).json();
    let ready = ask("text=READY&module=dixi::app");
    let line = &ready["lines"][0];
    assert_eq!((&line["level"], &line["module"]), (&json!("info"), &json!("dixi::app")), "{ready}");
    let newest = ready["newest"].as_u64().unwrap();
    let later = ask(&format!("after={newest}"));
    let later = later["lines"].as_array().unwrap();
    assert!(later.iter().all(|l| l["seq"].as_u64() > Some(newest)), "{later:?}");
    assert_eq!(get(program.at, "/api/v1/logs?levle=debug").status, 400);

    // A command tells of itself, once, as information.
    let after = |level: &str| {
        let newest = ask("limit=1")["newest"].as_u64().unwrap();
        select(&program);
        ask(&format!("after={newest}&level={level}&module=dixi::command"))["lines"].clone()
    };
    assert_eq!(after("info").as_array().unwrap().len(), 1);
    assert_eq!(after("warn"), json!([]));
    assert_eq!(set_level(&program, "dixi=loud"), 400);
    assert_eq!(set_level(&program, "warn"), 200);
    assert_eq!(after("trace"), json!([]), "it is told no more");
    assert_eq!(set_level(&program, "warn,dixi::command=info"), 200);
    assert_eq!(after("trace").as_array().unwrap().len(), 1);
    let kept = get(program.at, "/api/v1/settings").json();
    let level = kept.as_array().unwrap().iter().find(|s| s["key"] == "log.level").unwrap();
    assert_eq!(level["value"], "warn,dixi::command=info");
}

#[test]
fn a_log_that_nobody_reads_holds_up_nobody_and_holds_no_secret() {
    let data = tempfile::tempdir().unwrap();
    // Its standard error is a pipe that is read only at the end: 64 KiB fit.
    let json = [QUIET, &["--log-format", "json", "--log-level", "trace"]].concat();
    let mut program = Program::start(data.path(), &json);
    let secret = "authorization: Bearer canary-token\r\ncookie: dixi=canary-cookie\r\n";
    let login = r#"{"name":"somebody","password":"canary-password"}"#;
    (0..450).for_each(|_| select(&program));
    assert_eq!(request(program.at, "GET", "/api/v1/status", secret, "").status, 401);
    assert_eq!(send(program.at, "POST", "/api/v1/login", login).status, 401);
    let logs = get(program.at, "/api/v1/logs?level=trace&limit=2000").body;
    assert!(!logs.contains("canary"), "{logs}");
    assert!(program.terminate().0.success());

    let folder = data.path().join("logs");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("dixi.log"))), (0o700, 0o600));
    let text = std::fs::read_to_string(folder.join("dixi.log")).unwrap();
    assert!(text.len() > 64 << 10, "{} bytes are too few to fill the pipe", text.len());
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(line["level"].is_string() && line["target"].is_string(), "{line}");
    }
    // The last of it is there: what waited was written before the end.
    assert!(text.lines().last().unwrap().contains("stopped"), "{text}");
    assert!(!text.contains("canary"));
    println!("{} bytes of log at trace level, no secret in them", text.len());
}

#[test]
fn without_a_place_for_files_there_are_none_and_all_else_goes_on() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("logs"), "in the way").unwrap();
    let program = Program::start(data.path(), QUIET);
    let told = get(program.at, "/api/v1/logs?level=warn").body;
    assert!(told.contains("no log files are written"), "{told}");
    let never = tempfile::tempdir().unwrap();
    drop(Program::start(never.path(), &[QUIET, &["--set", "log.files=never"]].concat()));
    assert!(!never.path().join("logs").exists());
}
