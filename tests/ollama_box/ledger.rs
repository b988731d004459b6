//! Who used what: a row a request, in pages, sums, files and metrics.

use dixi::access::{Allowance, Role};
use serde_json::Value;

use super::fake::Fake;
use super::policy::{ask, before, together, token};
use crate::client::{Answer, request};

#[test]
fn every_request_is_a_row_with_its_tokens_and_its_end() {
    let fake = Fake::start();
    let site = before(&fake);
    let lamp = token(&site, Role::User, Allowance::default());
    let body = |model: &str| format!("{{\"model\":\"{model}\"}}");
    for model in ["m", "fault", "missing", "half"] {
        ask(site.at, &lamp, "POST", "/ollama/api/chat", &body(model));
    }
    ask(site.at, &lamp, "POST", "/ollama/v1/embeddings", &body("M"));
    ask(site.at, &lamp, "GET", "/ollama/api/tags", "");
    ask(site.at, &lamp, "POST", "/ollama/api/chat", &body("../x"));
    let headers = format!("authorization: Bearer {}\r\n", site.token());
    let get = |path: &str| -> Answer { request(site.at, "GET", path, &headers, "") };
    let page = get("/api/v1/usage").json();
    let rows = page["rows"].as_array().unwrap();
    let told: Vec<_> = rows
        .iter()
        .rev()
        .map(|r| {
            let model = r["model"].as_str().unwrap();
            (model, r["outcome"].as_str().unwrap(), r["answer_tokens"].as_u64(), r["exact"] == true)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("m:latest", "done", Some(5), true),
            ("fault:latest", "failed", Some(1), false),
            ("missing:latest", "failed", None, false),
            ("half:latest", "failed", Some(1), false),
            ("m:latest", "done", None, true),
        ],
        "{page}"
    );
    let first = &rows[4];
    assert_eq!((&first["who"], &first["route"]), (&"lamp".into(), &"/api/chat".into()));
    assert!(first["first_token_s"].as_f64().unwrap() <= first["seconds"].as_f64().unwrap());
    assert!(rows[0]["first_token_s"].is_null() && rows[0]["prompt_tokens"] == 3, "{page}");
    let more = get("/api/v1/usage?limit=2").json();
    assert_eq!((more["rows"].as_array().unwrap().len(), &more["more"]), (2, &true.into()));
    let sums = get("/api/v1/usage/sums?model=m:latest").json();
    assert_eq!(
        (&sums[0]["requests"], &sums[0]["prompt_tokens"]),
        (&2.into(), &14.into()),
        "{sums}"
    );
    let csv = get("/api/v1/usage/export");
    let csv = together(&csv);
    assert_eq!(csv.lines().count(), 6, "{csv}");
    assert!(csv.contains(",\"lamp\",") && csv.contains(",11,5,true,"), "{csv}");
    let json = together(&get("/api/v1/usage/export?format=json"));
    let last: Value = serde_json::from_str(json.lines().last().unwrap()).unwrap();
    assert_eq!(&last, first);
    assert_eq!(get("/api/v1/usage?nonsense=1").status, 400);
    let metrics = get("/metrics").body;
    for line in [
        "dixi_ollama_requests_total{route=\"/api/chat\",outcome=\"done\"} 1",
        "dixi_ollama_requests_total{route=\"/api/chat\",outcome=\"failed\"} 3",
        "dixi_ollama_tokens_total{of=\"prompt\"} 14",
        "dixi_ollama_first_token_seconds_count 3",
        "dixi_usage_lost_total 0",
        &format!("dixi_ollama_up{{server=\"{}/\"}} 1", fake.url),
        &format!("dixi_ollama_open{{server=\"{}/\"}} 0", fake.url),
    ] {
        assert!(metrics.lines().any(|l| l == line), "{line} is missing in\n{metrics}");
    }
}
