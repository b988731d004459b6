//! A configuration file with mistakes: the box starts all the same, with the camera off, says on
//! which line to look, takes a better text and starts again with it.

use serde_json::{Value, json};

use super::client::{get, send};
use super::process::Program;

const BAD: &str = "[vision]\nnum_hands = 3\n\n[camera]\nsorce = \"demo\"\n";
const GOOD: &str = "[vision]\nnum_hands = 3\n\n[camera]\nsource = \"demo\"\n";

fn part(program: &Program, name: &str) -> Value {
    get(program.at, "/api/health/ready").json()["parts"][name].take()
}

#[test]
fn a_bad_file_starts_safe_mode_and_a_good_one_ends_it() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("dixi.toml");
    std::fs::write(&file, BAD).unwrap();
    let mut program = Program::start(data.path(), &["--config", file.to_str().unwrap()]);

    let configuration = part(&program, "configuration");
    assert_eq!(configuration["status"], "degraded", "{configuration}");
    let reason = configuration["reason"].as_str().unwrap();
    for near in ["safe mode", "dixi.toml: line 5", "camera.sorce", "`camera.source`"] {
        assert!(reason.contains(near), "{near} is missing in {reason}");
    }
    assert_eq!(part(&program, "camera")["reason"], "paused");
    let resume = send(program.at, "POST", "/api/v1/command", r#"{"command":"resume_camera"}"#);
    assert_eq!((resume.status, resume.kind().as_str()), (409, "conflict"), "{resume:?}");
    let settings = get(program.at, "/api/v1/settings").json();
    let setting =
        |key: &str| settings.as_array().unwrap().iter().find(|s| s["key"] == key).unwrap();
    assert_eq!(setting("vision.num_hands")["value"], 3, "what is right in the file holds");
    assert_eq!(setting("camera.paused")["locked_by"], "safe mode");

    let shown = get(program.at, "/api/v1/configuration").json();
    assert_eq!((&shown["text"], &shown["writable"]), (&json!(BAD), &json!(true)), "{shown}");
    assert_eq!(shown["mistakes"][0]["line"], 5, "{shown}");
    let put = |text: &str, was: &str| {
        let body = json!({ "text": text, "was": was }).to_string();
        send(program.at, "PUT", "/api/v1/configuration", &body)
    };
    let worse = put("[camera\n", BAD);
    assert_eq!(worse.status, 400, "{worse:?}");
    assert!(worse.body.contains("line 1"), "{worse:?}");
    assert_eq!(put(GOOD, "something else").status, 409);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), BAD, "nothing was written yet");
    let better = put(GOOD, BAD);
    assert_eq!((better.status, &better.json()["mistakes"]), (200, &json!([])), "{better:?}");

    let restart = send(program.at, "POST", "/api/v1/command", r#"{"command":"restart"}"#);
    assert_eq!(restart.status, 200, "{restart:?}");
    program.wait_until_ready_again();
    assert_eq!(part(&program, "configuration")["status"], "ok");
    assert_ne!(part(&program, "camera")["reason"], "paused");
    assert_eq!(
        get(program.at, "/api/v1/configuration").status,
        404,
        "nothing to mend, nothing to see"
    );
    assert!(program.terminate().0.success());
}

#[test]
fn a_file_that_cannot_be_read_is_no_crash_loop() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("dixi.toml");
    std::fs::write(&file, [b'[', 0xff, b'\n']).unwrap();
    let program = Program::start(data.path(), &["--config", file.to_str().unwrap()]);
    let configuration = part(&program, "configuration");
    assert!(configuration["reason"].as_str().unwrap().contains("cannot read"), "{configuration}");
}
