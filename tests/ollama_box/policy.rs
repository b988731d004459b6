//! Who may ask what of which model, and that everything else passes as it is.

use std::net::SocketAddr;

use dixi::access::{Allowance, Principal, Role, Scope, TokenKind, TokenWish};
use serde_json::json;

use super::fake::{Fake, LAST, LINE};
use crate::client::{Answer, request};
use crate::site::Site;

pub fn token(site: &Site, role: Role, allowance: Allowance) -> String {
    let by = Principal::open([127, 0, 0, 1].into());
    let scopes = [Scope::Models].into_iter().collect();
    let (kind, name) = (TokenKind::Api, "lamp".into());
    let wish = TokenWish { kind, name, role, scopes, days: None, allowance };
    site.access.make_token(&by, wish).unwrap().token
}

pub fn before(fake: &Fake) -> Site {
    Site::start(&[("server.open_loopback", "false"), ("ollama.url", &fake.url)])
}

pub fn ask(at: SocketAddr, token: &str, method: &str, path: &str, body: &str) -> Answer {
    let headers = format!("authorization: Bearer {token}\r\naccept-encoding: gzip, br\r\n");
    request(at, method, path, &headers, body)
}

/// The pieces of a chunked answer together.
pub fn together(answer: &Answer) -> String {
    let (mut rest, mut all) = (answer.body.as_str(), String::new());
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length.trim(), 16).unwrap();
        if length == 0 {
            break;
        }
        all.push_str(&after[..length]);
        rest = &after[length + 2..];
    }
    all
}

#[test]
fn bytes_pass_as_they_are_and_no_secret_goes_along() {
    let fake = Fake::start();
    let site = before(&fake);
    let token = token(&site, Role::User, Allowance::default());
    let body =
        "{ \"model\" : \"m\",\n \"messages\":[{\"content\":\"gr\u{fc}\u{df}e\"}] , \"x\":1.50 }";
    let answer = ask(site.at, &token, "POST", "/ollama/api/chat", body);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(together(&answer), format!("{LINE}\n{LINE}\n{LAST}\n"));
    assert!(answer.head.contains("content-type: application/x-ndjson"), "{answer:?}");
    for gone in ["set-cookie", "access-control", "content-encoding"] {
        assert!(!answer.head.contains(gone), "{gone}: {answer:?}");
    }
    let (head, sent) = fake.last();
    assert_eq!(sent, body.as_bytes());
    assert!(head.starts_with("post /api/chat http/1.1"), "{head}");
    for secret in ["authorization", "cookie", "dixi", "accept-encoding", "origin"] {
        assert!(!head.contains(secret), "{secret}: {head}");
    }
    let answer = ask(site.at, &token, "GET", "/ollama/api/tags?x=1", "");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["status"], "success");
    assert!(fake.last().0.starts_with("get /api/tags http/1.1"));
    // Content that a browser would run on our origin is only bytes.
    let html = ask(site.at, &token, "POST", "/ollama/api/show", r#"{"model":"html"}"#);
    assert!(html.head.contains("content-type: application/octet-stream"), "{html:?}");
    let moved = ask(site.at, &token, "POST", "/ollama/api/show", r#"{"model":"redirect"}"#);
    assert_eq!((moved.status, moved.head.contains("evil")), (503, false), "{moved:?}");
}

#[test]
fn what_is_not_on_the_list_is_never_passed_on() {
    let fake = Fake::start();
    let site = before(&fake);
    let owner = token(&site, Role::Owner, Allowance::default());
    let asked = |method, path: &str| {
        let answer = ask(site.at, &owner, method, path, r#"{"model":"m"}"#);
        assert!(matches!(answer.status, 403..=405), "{method} {path}: {answer:?}");
        assert!(answer.json()["error"].is_string(), "{path}: {answer:?}");
    };
    for path in [
        "/ollama/api/create",
        "/ollama/api/push",
        "/ollama/api/copy",
        "/ollama/api/me",
        "/ollama/api/signout",
        "/ollama/api/blobs/sha256:00",
        "/ollama/api/experimental/web_search",
        "/ollama/api/chat/../create",
        "/ollama//api/create",
        "/ollama/api/chat/",
        "/ollama/api/%63reate",
        "/ollama/x",
    ] {
        asked("POST", path);
    }
    asked("HEAD_", "/ollama/api/blobs/sha256:00");
    asked("GET", "/ollama/api/chat");
    let seen = fake.seen.requests.lock().unwrap();
    assert!(seen.iter().all(|r| r.starts_with(b"GET /api/version")), "nothing reached it");
}

#[test]
fn names_that_lead_elsewhere_are_refused_in_ollamas_own_words() {
    let fake = Fake::start();
    let site = before(&fake);
    let owner = token(&site, Role::Owner, Allowance::default());
    let mut refused = 0;
    for name in [
        "..",
        "../x",
        "x/../y",
        "..\\\\x",
        "/etc/passwd",
        "//x",
        "x/",
        "x\\u0000",
        "x y",
        "x:../y",
        "x@sha256:0",
        "evil.example/x/y",
        "127.0.0.1:80/x/y",
        "http://evil.example/x/y",
        "a/b/c/d",
        "gpt-oss:20b-cloud",
        "",
        "\\u202ex",
    ] {
        for path in
            ["/ollama/api/chat", "/ollama/api/pull", "/ollama/api/delete", "/ollama/v1/embeddings"]
        {
            let method = if path.ends_with("delete") { "DELETE" } else { "POST" };
            let body = format!("{{\"model\":\"{name}\"}}");
            let answer = ask(site.at, &owner, method, path, &body);
            assert!(matches!(answer.status, 400 | 403), "{name}: {answer:?}");
            let said = &answer.json()["error"];
            let said = if path.contains("/v1/") { &said["message"] } else { said };
            assert!(!said.as_str().unwrap().is_empty(), "{answer:?}");
            refused += 1;
        }
    }
    for name in ["%2e%2e", "..%2fx", "x%2f..%2fy", "evil.example%2fx%2fy"] {
        let answer = ask(site.at, &owner, "GET", &format!("/ollama/v1/models/{name}"), "");
        assert!(matches!(answer.status, 400 | 403), "{name}: {answer:?}");
        refused += 1;
    }
    for body in [r#"{"model":"m","model":"n"}"#, r#"{"model":"m","MODEL":"n"}"#, "[]", "{", ""] {
        let answer = ask(site.at, &owner, "POST", "/ollama/api/chat", body);
        assert_eq!(answer.status, 400, "{body}: {answer:?}");
        refused += 1;
    }
    println!("{refused} refused");
    let seen = fake.seen.requests.lock().unwrap();
    assert!(seen.iter().all(|r| r.starts_with(b"GET /api/version")), "nothing reached it");
}

#[test]
fn pulling_and_deleting_are_an_owners_and_written_anew() {
    let fake = Fake::start();
    let site = before(&fake);
    let (owner, user) = (
        token(&site, Role::Owner, Allowance::default()),
        token(&site, Role::User, Allowance::default()),
    );
    let body =
        r#"{"name":"llama3.2","insecure":true,"in\u017fecure":true,"username":"x","stream":false}"#;
    assert_eq!(ask(site.at, &user, "POST", "/ollama/api/pull", body).status, 403);
    assert_eq!(ask(site.at, &user, "DELETE", "/ollama/api/delete", body).status, 403);
    let pulled = ask(site.at, &owner, "POST", "/ollama/api/pull", body);
    assert_eq!(pulled.status, 200, "{pulled:?}");
    let sent: serde_json::Value = serde_json::from_slice(&fake.last().1).unwrap();
    assert_eq!(sent, json!({ "model": "llama3.2", "stream": false }));
    assert_eq!(ask(site.at, &owner, "DELETE", "/ollama/api/delete", body).status, 200);
    let (head, sent) = fake.last();
    assert!(head.starts_with("delete /api/delete"));
    assert_eq!(sent, br#"{"model":"llama3.2"}"#);
}

#[test]
fn a_token_has_its_models_and_its_limits() {
    let fake = Fake::start();
    let site = before(&fake);
    let models = Some(vec!["m".to_owned(), "tiny*".to_owned()]);
    let some = token(&site, Role::User, Allowance { models, ..Allowance::default() });
    let chat = |token: &str, model: &str| {
        ask(site.at, token, "POST", "/ollama/api/chat", &json!({ "model": model }).to_string())
    };
    assert_eq!((chat(&some, "M:latest").status, chat(&some, "tiny:1b").status), (200, 200));
    let denied = chat(&some, "other");
    assert_eq!(denied.status, 403);
    assert!(denied.json()["error"].as_str().unwrap().contains("other:latest"), "{denied:?}");
    let body = json!({ "model": "other" }).to_string();
    let denied = ask(site.at, &some, "POST", "/ollama/v1/chat/completions", &body);
    assert_eq!(denied.json()["error"]["type"], "permission_error", "{denied:?}");

    let few = Allowance { requests_per_minute: Some(3), ..Allowance::default() };
    let few = token(&site, Role::User, few);
    let statuses: Vec<_> = (0..5).map(|_| chat(&few, "m").status).collect();
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    let refused = chat(&few, "m");
    assert!(refused.head.contains("retry-after: "), "{refused:?}");
    assert!(refused.json()["error"].as_str().unwrap().contains("3 requests a minute"));

    // Sixteen tokens each, as the answer itself tells at its end.
    let little = Allowance { tokens_per_minute: Some(20), ..Allowance::default() };
    let little = token(&site, Role::User, little);
    let statuses: Vec<_> = (0..3).map(|_| chat(&little, "m").status).collect();
    assert_eq!(statuses, [200, 200, 429]);

    let wrong = ask(site.at, "wrong", "POST", "/ollama/api/chat", r#"{"model":"m"}"#);
    assert_eq!((wrong.status, wrong.json()["error"].is_string()), (401, true), "{wrong:?}");
    let wrong = ask(site.at, "wrong", "GET", "/ollama/v1/models", "");
    assert_eq!(wrong.json()["error"]["type"], "authentication_error", "{wrong:?}");
    let foreign =
        request(site.at, "GET", "/ollama/api/tags", "origin: http://evil.example\r\n", "");
    assert_eq!((foreign.status, foreign.json()["error"].is_string()), (403, true), "{foreign:?}");
}

#[test]
fn large_questions_pass_and_too_large_ones_do_not() {
    let fake = Fake::start();
    let site = before(&fake);
    let token = token(&site, Role::User, Allowance::default());
    let question = |bytes: usize| {
        let picture = "A".repeat(bytes);
        format!("{{\"messages\":[{{\"images\":[\"{picture}\"]}}],\"model\":\"m\"}}")
    };
    let body = question(20 << 20);
    let answer = ask(site.at, &token, "POST", "/ollama/api/chat", &body);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(fake.last().1 == body.as_bytes(), "as it was");
    let answer = ask(site.at, &token, "POST", "/ollama/api/chat", &question(49 << 20));
    assert_eq!(answer.status, 413, "{:?}", answer.head);
}

#[test]
fn without_ollama_it_says_so_at_once() {
    let url = "http://127.0.0.1:9";
    let site = Site::start(&[("server.open_loopback", "false"), ("ollama.url", url)]);
    let token = token(&site, Role::User, Allowance::default());
    let answer = ask(site.at, &token, "POST", "/ollama/api/chat", r#"{"model":"m"}"#);
    assert_eq!(answer.status, 503, "{answer:?}");
    let said = answer.json()["error"].as_str().unwrap().to_owned();
    assert!(said.contains("nothing listens there") && said.contains("ollama.url"), "{said}");
    let answer = ask(site.at, &token, "POST", "/ollama/v1/completions", r#"{"model":"m"}"#);
    assert_eq!(answer.json()["error"]["type"], "api_error", "{answer:?}");
}

#[test]
fn a_token_for_models_only_has_nothing_of_the_room_told_to_a_model() {
    let fake = Fake::start();
    let site = before(&fake);
    let token = token(&site, Role::User, Allowance::default());
    let wish = r#"{"text":"{{scene}}","system":"","context":{"scene":true,"gesture":true}}"#;
    let asking = |path: &str, body: &str| {
        let headers =
            format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
        crate::client::request(site.at, "POST", path, &headers, body)
    };
    let told = asking("/api/v1/chats/preview", wish);
    assert_eq!(told.status, 200, "{told:?}");
    // The site's scene is called so: see `server_box/site.rs`.
    assert!(!told.body.contains("The bench"), "{}", told.body);
    let chat = asking("/api/v1/chats", r#"{"how":{"model":"m"}}"#).json()["id"].clone();
    let framed = asking(&format!("/api/v1/chats/{chat}/messages"), r#"{"text":"?","frame":true}"#);
    assert_eq!(framed.status, 403, "{framed:?}");
    assert!(framed.json()["error"]["why"].as_str().unwrap().contains("camera"), "{framed:?}");
}
