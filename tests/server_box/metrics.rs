//! What Prometheus gets, and that dashboard and alerts ask for nothing else.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::client::{get, send};
use super::process::Program;

/// The names of what is measured: the part of each sample before its labels.
fn names(text: &str) -> BTreeSet<&str> {
    let samples = text.lines().filter(|l| !l.starts_with('#'));
    samples.filter_map(|l| l.split(['{', ' ']).next()).collect()
}

/// Every `dixi_…` word in a file.
fn asked_for(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|w| w.starts_with("dixi_")).collect()
}

fn shipped(name: &str) -> String {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/monitoring");
    std::fs::read_to_string(format!("{dir}/{name}")).unwrap()
}

/// The value of a sample.
fn value(text: &str, sample: &str) -> f64 {
    let line = text.lines().find(|l| l.strip_prefix(sample).is_some_and(|v| v.starts_with(' ')));
    let line = line.unwrap_or_else(|| panic!("{sample} is missing in\n{text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// No page is open and nobody asked before: the box measures all the same.
fn the_history_begins_by_itself(program: &Program) {
    let until = Instant::now() + Duration::from_secs(40);
    let history = loop {
        let answer = get(program.at, "/api/v1/history?span=hour");
        assert_eq!(answer.status, 200, "{answer:?}");
        let history = answer.json();
        if history["at_ms"].as_array().unwrap().len() >= 2 || Instant::now() > until {
            break history;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    let at: Vec<i64> =
        history["at_ms"].as_array().unwrap().iter().map(|at| at.as_i64().unwrap()).collect();
    assert!(at.len() >= 2 && at[1] - at[0] >= 4_900, "{history}");
    for series in ["frames_per_s", "pipeline_p50_ms", "memory_bytes", "cpu_percent", "hands"] {
        let column = history["series"][series].as_array().unwrap();
        assert_eq!(column.len(), at.len(), "{series}: {history}");
        assert!(column.iter().any(|v| v.as_f64().is_some_and(|v| v > 0.0)), "{series}: {history}");
    }
    let last = at.last().unwrap();
    let later = get(program.at, &format!("/api/v1/history?after_ms={last}")).json();
    assert!(later["at_ms"].as_array().unwrap().len() <= 1, "{later}");
    for wrong in ["span=year", "after_ms=x", "before=1"] {
        assert_eq!(get(program.at, &format!("/api/v1/history?{wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn the_metrics_tell_what_the_box_does() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--camera", "demo"]);
    let refused = send(program.at, "POST", "/api/v1/command", r#"{"command":"delete","ids":[99]}"#);
    assert_ne!(refused.status, 200);
    let until = Instant::now() + Duration::from_secs(40);
    let text = loop {
        let answer = get(program.at, "/metrics");
        assert_eq!(answer.status, 200, "{answer:?}");
        let seen = value(&answer.body, "dixi_frames_total") > 10.0
            && value(&answer.body, "dixi_hands") > 0.0;
        if seen || Instant::now() > until {
            break answer.body;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(text.ends_with("# EOF\n"));
    assert!(value(&text, "dixi_frames_total") > 10.0, "{text}");
    let total = "dixi_stage_seconds_count{stage=\"total\"}";
    assert_eq!(value(&text, total), value(&text, "dixi_frames_total"), "{text}");
    assert_eq!(value(&text, "dixi_part{part=\"vision\",status=\"ok\"}"), 1.0, "{text}");
    assert!(
        value(&text, "dixi_database_bytes") > 4096.0
            && value(&text, "dixi_cpu_seconds_total") > 0.0
    );
    let command =
        "dixi_http_requests_total{route=\"/api/v1/command\",method=\"POST\",status=\"404\"}";
    assert_eq!(value(&text, command), 1.0, "{text}");
    assert_eq!(value(&text, "dixi_commands_total{command=\"delete\",outcome=\"not_found\"}"), 1.0);
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        assert!(line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{line}");
    }

    the_history_begins_by_itself(&program);

    let names = names(&text);
    for file in ["alerts.yml", "alerts_test.yml", "grafana.json"] {
        let asked = shipped(file);
        let missing: Vec<_> =
            asked_for(&asked).into_iter().filter(|w| !names.contains(w)).collect();
        assert!(missing.is_empty(), "{file} asks for {missing:?}, there are {names:?}");
    }
}
