//! Before the real Ollama server.

use std::path::Path;
use std::sync::atomic::Ordering::SeqCst;

use serde_json::json;

use super::registry::{Registry, SIZE};
use super::steps::{act_on, have, model, model_when, pull, pull_is, pull_when};
use crate::client::{get, send};
use crate::ollama::Ollama;
use crate::process::{Program, run, said};

fn before(ollama: &Ollama, data: &Path, more: &[&str]) -> Program {
    let url = format!("ollama.url={}", ollama.url);
    let mut args = vec!["--camera", "browser", "--set", &url];
    args.extend(more);
    Program::start(data, &args)
}

#[test]
fn models_are_listed_shown_loaded_unloaded_and_deleted() {
    let Some(ollama) = Ollama::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let program = before(&ollama, data.path(), &[]);
    let able = |name: &str, what: &str| {
        let has =
            |m: &serde_json::Value| m["capabilities"].as_array().unwrap().contains(&what.into());
        model_when(program.at, name, what, has)
    };
    able("seer:latest", "vision");
    able("reciter:latest", "thinking");
    able("embedder:latest", "embedding");
    let plain = able("plain:latest", "completion");
    assert_eq!((&plain["context_length"], &plain["servers"]), (&4096.into(), &1.into()), "{plain}");
    assert!(plain["size_bytes"].as_u64() > Some(100_000) && plain["loaded"].is_null(), "{plain}");
    let shown = get(program.at, "/api/v1/models/show?model=plain").json();
    assert_eq!(
        (&shown["family"], &shown["context_length"]),
        (&"llama".into(), &4096.into()),
        "{shown}"
    );
    assert_eq!(get(program.at, "/api/v1/models/show?model=nobody").status, 404);
    assert_eq!(get(program.at, "/api/v1/models/show?model=../x").status, 400);
    // One that answers, and one that only makes vectors, which is loaded in another way.
    for name in ["plain", "embedder"] {
        let wish = json!({"model": name, "keep_alive": "10m"}).to_string();
        let loaded = send(program.at, "POST", "/api/v1/models/load", &wish);
        assert_eq!((loaded.status, &loaded.json()["loaded"]), (200, &true.into()), "{loaded:?}");
        let full = format!("{name}:latest");
        let there = model_when(program.at, &full, "is loaded", |m| !m["loaded"].is_null());
        assert!(there["loaded"]["size_bytes"].as_u64() > Some(0), "{there}");
        let until: jiff::Timestamp =
            there["loaded"]["expires_at"].as_str().unwrap().parse().unwrap();
        let minutes = until.duration_since(jiff::Timestamp::now()).as_mins();
        assert!((8..=10).contains(&minutes), "{there}");
        assert_eq!(have(program.at, "unload", name).status, 204);
        model_when(program.at, &full, "is unloaded", |m| m["loaded"].is_null());
    }
    let wish = json!({"model": "plain", "keep_alive": "for ever"}).to_string();
    assert_eq!(send(program.at, "POST", "/api/v1/models/load", &wish).status, 400);
    let missing = have(program.at, "load", "nobody");
    assert_eq!(missing.status, 404, "{missing:?}");
    assert_eq!(missing.json()["error"]["refusal"]["code"], "model_missing");
    assert_eq!(have(program.at, "delete", "plain").status, 204);
    assert!(model(program.at, "plain:latest").is_none(), "it is gone at once");
    assert_eq!(have(program.at, "delete", "plain").status, 404);
    let audit = get(program.at, "/api/v1/audit").body;
    assert!(audit.contains("model_deleted") && audit.contains("plain:latest"), "{audit}");
}

#[test]
fn the_real_one_fetches_from_a_registry_is_stopped_and_goes_on_where_it_was() {
    let data = tempfile::tempdir().unwrap();
    let registry = Registry::start(data.path());
    let Some(ollama) = Ollama::trusting(&registry.certificate) else { return };
    let registries = format!("ollama.registries={}", registry.host);
    let program = before(&ollama, data.path(), &["--set", &registries]);
    let name = format!("{}/library/tiny", registry.host);
    registry.asked.pause_us.store(60_000, SeqCst);
    assert_eq!(pull(program.at, &name).status, 201);
    let some =
        pull_when(program.at, &name, "is on its way", |p| p["bytes"].as_u64() > Some(500_000));
    assert_eq!(some["total_bytes"], SIZE);
    assert_eq!(act_on(program.at, &some, "cancel").status, 204);
    let stopped = pull_is(program.at, &name, "cancelled");
    assert!(model(program.at, &format!("{name}:latest")).is_none());
    // Ollama has to notice first that nobody is there any more.
    std::thread::sleep(std::time::Duration::from_millis(500));
    registry.asked.pause_us.store(0, SeqCst);
    assert_eq!(act_on(program.at, &stopped, "resume").status, 200);
    let done = pull_is(program.at, &name, "done");
    assert_eq!(done["bytes"], done["total_bytes"], "{done}");
    let from = registry.asked.from.lock().unwrap().clone();
    assert!(
        from[0] == 0 && from[1..].iter().any(|at| *at > 500_000),
        "not from the start: {from:?}"
    );
    println!("the model was asked for from {from:?} of {SIZE}");
    model_when(program.at, &format!("{name}:latest"), "is listed", |m| {
        m["size_bytes"].as_u64() > Some(SIZE as u64 - 1)
    });
}

#[test]
fn the_doctor_says_what_to_do_where_there_is_no_model() {
    let fake = super::fake::Fake::start();
    let data = tempfile::tempdir().unwrap();
    let doctor = run(data.path(), &["doctor", "--set", &format!("ollama.url={}", fake.url)]);
    let text = said(&doctor);
    assert!(
        text.lines().any(|l| l.starts_with("ok    ollama") && l.contains("answers at")),
        "{text}"
    );
    assert!(
        text.lines().any(|l| l.starts_with("warn  models") && l.contains("no model")),
        "{text}"
    );
    fake.seen.whole.lock().unwrap().insert("tiny".into());
    let doctor = run(data.path(), &["doctor", "--set", &format!("ollama.url={}", fake.url)]);
    let text = said(&doctor);
    assert!(text.lines().any(|l| l.starts_with("ok    models") && l.contains("1 model")), "{text}");
}
