//! Fetching models, before an Ollama of the test's own.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use dixi::assistant::models::{self, Models, PullState};
use dixi::assistant::pool::Pool;
use dixi::base::Clock;

use super::fake::{Fake, TOTAL};
use super::steps::{act_on, have, model_when, pull, pull_is, pull_when, pulls, until};
use crate::client::{get, send};
use crate::process::Program;

/// A box before it, which knows where the models lie.
fn before(fake: &Fake, data: &std::path::Path) -> Program {
    let (url, folder) = (format!("ollama.url={}", fake.url), data.join("models"));
    std::fs::create_dir_all(&folder).unwrap();
    let folder = format!("ollama.models_folder={}", folder.display());
    Program::start(data, &["--camera", "browser", "--set", &url, "--set", &folder])
}

#[test]
fn a_pull_goes_on_when_the_tab_is_closed_is_stopped_and_goes_on_where_it_was() {
    let (fake, data) = (Fake::start(), tempfile::tempdir().unwrap());
    let program = before(&fake, data.path());
    let begun = pull(program.at, "slow");
    assert_eq!(begun.status, 201, "{begun:?}");
    // Whoever asked has closed the connection by now.
    let some = pull_when(program.at, "slow", "goes on", |p| p["bytes"].as_u64() > Some(TOTAL / 20));
    assert_eq!((&some["state"], &some["total_bytes"]), (&"running".into(), &TOTAL.into()));
    assert!(some["free_bytes"].as_u64() > Some(1 << 30), "{some}");
    pull_when(program.at, "slow", "has a rate", |p| {
        p["bytes_per_s"].as_u64() > Some(0) && p["left_s"].as_u64().is_some()
    });
    let again = pull(program.at, "library/slow:latest");
    assert_eq!(again.json()["id"], some["id"], "one of a model");
    assert_eq!(act_on(program.at, &some, "cancel").status, 204);
    until(
        "broken off",
        || (fake.seen.fetching.load(SeqCst) == 0).then(|| true.into()),
        || 0.into(),
    );
    let stopped = pull_is(program.at, "slow", "cancelled");
    let had = *fake.seen.have.lock().unwrap().get("slow").unwrap();
    assert!(had < TOTAL, "it was stopped in the middle");
    assert_eq!(act_on(program.at, &stopped, "resume").status, 200);
    let more = pull_when(program.at, "slow", "goes on", |p| p["state"] == "running");
    assert!(more["bytes"].as_u64().unwrap() + TOTAL / 10 > had, "{more}");
    let done = pull_is(program.at, "slow", "done");
    assert_eq!(done["bytes"], done["total_bytes"]);
    assert_eq!(done["total_bytes"], TOTAL + 500);
    assert_eq!(fake.seen.pulls.lock().unwrap().len(), 2);
    let body = fake.seen.pulls.lock().unwrap()[0].clone();
    assert_eq!(body, r#"{"model":"slow","stream":true}"#, "nothing else goes along");
    // It is on the list at once, not when that is old.
    model_when(program.at, "slow:latest", "is listed", |_| true);
    assert_eq!(act_on(program.at, &done, "cancel").status, 204);
    assert_eq!(pulls(program.at).as_array().unwrap().len(), 0, "no longer told of");
    assert_eq!(act_on(program.at, &done, "resume").status, 404);
}

#[test]
fn what_goes_wrong_is_told_by_a_code() {
    let (fake, data) = (Fake::start(), tempfile::tempdir().unwrap());
    let program = before(&fake, data.path());
    for (model, code) in
        [("missing", "model_missing"), ("fault", "ollama_said"), ("half", "ollama_broke_off")]
    {
        assert_eq!(pull(program.at, model).status, 201);
        let failed = pull_is(program.at, model, "failed");
        assert_eq!(failed["failure"]["code"], code, "{failed}");
    }
    // Refused at once, and nothing is left of it.
    let huge = pull(program.at, "huge");
    assert_eq!((huge.status, huge.kind().as_str()), (507, "disk_full"), "{huge:?}");
    assert_eq!(huge.json()["error"]["refusal"]["code"], "model_too_large");
    assert!(!pulls(program.at).to_string().contains("huge"));
    until(
        "broken off",
        || (fake.seen.fetching.load(SeqCst) == 0).then(|| true.into()),
        || 0.into(),
    );
    for bad in ["../x", "evil.example/x/y", "gpt:cloud", "", "x y"] {
        let refused = pull(program.at, bad);
        assert!([400, 403].contains(&refused.status), "{bad}: {refused:?}");
    }
    assert_eq!(
        send(program.at, "POST", "/api/v1/models/pulls", "{\"model\":\"x\",\"insecure\":true}")
            .status,
        400
    );
    assert_eq!(have(program.at, "delete", "nobody").status, 404);
    assert_eq!(fake.seen.pulls.lock().unwrap().len(), 4);
    let audit = get(program.at, "/api/v1/audit").body;
    assert!(audit.contains("model_pulled") && audit.contains("missing:latest"), "{audit}");
}

#[test]
fn two_run_at_once_and_the_box_goes_on_with_them_after_its_end() {
    let (fake, data) = (Fake::start(), tempfile::tempdir().unwrap());
    let mut program = before(&fake, data.path());
    for model in ["slow-1", "slow-2", "quick-3"] {
        assert_eq!(pull(program.at, model).status, 201);
    }
    pull_when(program.at, "slow-1", "runs", |p| p["bytes"].as_u64() > Some(0));
    pull_when(program.at, "slow-2", "runs", |p| p["bytes"].as_u64() > Some(0));
    pull_is(program.at, "quick-3", "waiting");
    assert_eq!(fake.seen.fetching.load(SeqCst), 2);
    program.kill();
    until(
        "broken off",
        || (fake.seen.fetching.load(SeqCst) == 0).then(|| true.into()),
        || 0.into(),
    );
    let had = *fake.seen.have.lock().unwrap().get("slow-1").unwrap();
    assert!(had < TOTAL);
    let program = before(&fake, data.path());
    for model in ["slow-1", "slow-2", "quick-3"] {
        pull_is(program.at, model, "done");
    }
    assert_eq!(fake.seen.pulls.lock().unwrap().len(), 5, "each once more, but the one that waited");
}

#[test]
fn without_ollama_it_says_so_at_once() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(
        data.path(),
        &["--camera", "browser", "--set", "ollama.url=http://127.0.0.1:9"],
    );
    let begun = std::time::Instant::now();
    let all = get(program.at, "/api/v1/models");
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    let all = all.json();
    assert_eq!(
        (&all["models"], &all["servers"][0]["answers"]),
        (&serde_json::json!([]), &false.into())
    );
    until(
        "refused",
        || {
            let load = have(program.at, "load", "plain");
            (load.status == 503 && load.json()["error"]["refusal"]["code"] == "ollama_unreachable")
                .then(|| true.into())
        },
        || have(program.at, "load", "plain").json(),
    );
    assert_eq!(pull(program.at, "plain").status, 201);
    let failed = pull_is(program.at, "plain", "failed");
    assert_eq!(failed["failure"]["code"], "ollama_unreachable");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_for_a_while_is_told_and_it_can_be_begun_again() {
    let fake = Fake::start();
    let (clock, url) = (Clock::new(), fake.url.parse::<url::Url>().unwrap());
    let pool = Pool::new(clock, Box::new(move || vec![url.clone()])).unwrap();
    pool.ask().await;
    let models = Models::new(models::Rooms {
        clock,
        pool,
        store: None,
        registries: Box::new(Vec::new),
        free: Box::new(|_| None),
        patience: models::Patience {
            stall: Duration::from_millis(600),
            ..models::Patience::default()
        },
    });
    let begun = models.pulls().begin("stuck").await.unwrap();
    let is = async |state: PullState| {
        for _ in 0..600 {
            if models.pulls().list()[0].state == state {
                return models.pulls().list()[0].clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never {state:?}: {:?}", models.pulls().list());
    };
    let stalled = is(PullState::Stalled).await;
    assert_eq!((stalled.left_s, stalled.free_bytes), (None, None), "nobody knows");
    models.pulls().resume(begun.id).await.unwrap();
    is(PullState::Running).await;
    is(PullState::Stalled).await;
    assert_eq!(fake.seen.pulls.lock().unwrap().len(), 2);
    models.pulls().cancel(begun.id).await.unwrap();
    let gone = async || {
        while fake.seen.fetching.load(SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone()).await.unwrap();
    assert_eq!(models.pulls().list()[0].state, PullState::Cancelled);
    drop(Arc::clone(&models));
}
