//! The password once more: for what opens the door, and for who hears what goes on inside.

use std::sync::atomic::Ordering;

use dixi::access::{Role, Scope, TokenKind};
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::client::{get, request};
use super::door::{GOOD, add, page, session, token};
use super::live::wait;
use super::site::Site;

/// With a value that each takes. `server.open_loopback` is fixed by a flag here: whoever gets that far is
/// told so.
const GUARDED: [(&str, &str, u16); 6] = [
    ("server.open_loopback", "true", 409),
    ("server.allowed_hosts", "\"dixi.example\"", 200),
    ("alert.webhook_url", "\"https://example.org/x\"", 200),
    ("alert.webhook_key", "\"0123456789abcdef0123456789abcdef\"", 200),
    ("alert.ntfy_url", "\"https://ntfy.sh/x\"", 200),
    ("alert.ntfy_token", "\"tk_x\"", 200),
];

#[test]
fn the_door_and_the_alerts_destinations_change_only_after_the_password() {
    let site = Site::closed();
    add(&site, "olga", Role::Owner);
    add(&site, "uwe", Role::User);
    let (olga, uwe) = (session(&site, "olga"), session(&site, "uwe"));
    let program = token(&site, TokenKind::Api, Role::Owner, &[Scope::System]);
    let program = format!("authorization: Bearer {program}\r\ncontent-type: application/json\r\n");
    let (mut asked, mut wrong) = (0, Vec::new());
    let mut expect = |what: String, got: (u16, String), wanted: (u16, &str)| {
        asked += 1;
        if (got.0, got.1.as_str()) != wanted {
            wrong.push(format!("{what}: {got:?}, not {wanted:?}"));
        }
    };
    let mut round = |when: &str, lately: bool| {
        for (key, value, done) in GUARDED {
            let path = format!("/api/v1/settings/{key}");
            let body = format!("{{\"value\":{value}}}");
            let set = format!(r#"{{"command":"set_setting","key":"{key}","value":{value}}}"#);
            let reset = json!({"command": "reset_setting", "key": key}).to_string();
            let ways = [
                ("PUT", path.as_str(), body.as_str()),
                ("POST", "/api/v1/command", set.as_str()),
                ("POST", "/api/v1/command", reset.as_str()),
                ("DELETE", path.as_str(), ""),
            ];
            for (method, path, body) in ways {
                let what = format!("{when}: {method} {key} {path}");
                let told = |a: super::client::Answer| {
                    (a.status, if a.status == 403 { a.kind() } else { String::new() })
                };
                let right = if lately { (done, "") } else { (403, "confirm") };
                expect(what.clone(), told(page(site.at, method, path, &olga, body)), right);
                let user = page(site.at, method, path, &uwe, body);
                expect(format!("{what} as a user"), told(user), (403, "denied"));
                // No token can give a password; of the door it may not even ask.
                let may_ask = key.starts_with("alert.");
                let no = (403, if may_ask { "confirm" } else { "denied" });
                let answer = request(site.at, method, path, &program, body);
                expect(format!("{what} as a program"), told(answer), no);
            }
        }
        let file = page(site.at, "PUT", "/api/v1/configuration", &olga, "{}");
        let kind = if file.status == 403 { file.kind() } else { String::new() };
        assert_eq!(kind == "confirm", !lately, "{when}: the file decides it too: {file:?}");
    };
    round("after the login", true);
    site.later_s.store(30 * 60, Ordering::Relaxed);
    round("half an hour later", false);
    let body = json!({ "password": GOOD }).to_string();
    let confirmed = page(site.at, "POST", "/api/v1/session/confirm", &olga, &body);
    assert_eq!(confirmed.status, 204, "{confirmed:?}");
    round("with the password again", true);
    println!("{asked} changes of {} settings: {} wrong", GUARDED.len(), wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    // All else goes on without.
    site.later_s.store(90 * 60, Ordering::Relaxed);
    let body = r#"{"value":"Anna"}"#;
    assert_eq!(page(site.at, "PUT", "/api/v1/settings/ui.owner_name", &olga, body).status, 200);
}

#[test]
fn a_live_socket_is_no_way_around_the_password() {
    let site = Site::closed();
    add(&site, "olga", Role::Owner);
    let olga = session(&site, "olga");
    site.later_s.store(30 * 60, Ordering::Relaxed);
    site.run(async {
        let mut request = format!("ws://{}/api/v1/ws", site.at).into_client_request().unwrap();
        let origin = format!("http://{}", site.at).parse().unwrap();
        request.headers_mut().insert("origin", origin);
        request.headers_mut().insert("cookie", olga.parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let set = json!({"command": "set_setting", "key": "alert.ntfy_url", "value": "https://e.example/x"});
        // Nor is a hand that would do it.
        let binding = json!({"id": "x", "gesture": "ok", "command": set});
        for command in [set, json!({"command": "set_binding", "binding": binding})] {
            let order = json!({"type": "do", "id": 1, "command": command}).to_string();
            socket.send(Message::Text(order.into())).await.unwrap();
            let answer = wait(&mut socket, &["did", "refused"]).await;
            assert_eq!(answer["error"]["kind"], "confirm", "{answer}");
        }
    });
}

#[test]
fn whoever_asks_is_told_which_settings_they_may_change() {
    let site = Site::closed();
    let of = |name: &str, role| {
        add(&site, name, role);
        let headers = format!("cookie: {}\r\n", session(&site, name));
        let all = request(site.at, "GET", "/api/v1/settings", &headers, "").json();
        let may = |s: &&Value| s["may"] == true;
        let key = |s: &Value| s["key"].as_str().unwrap().to_owned();
        let all = all.as_array().unwrap();
        (all.len(), all.iter().filter(may).map(key).collect::<Vec<_>>())
    };
    let (seen, may) = of("olga", Role::Owner);
    assert_eq!(seen, may.len());
    let (seen, may) = of("uwe", Role::User);
    assert!(seen > may.len() && may.iter().any(|key| key == "canvas.dry_run"), "{may:?}");
    assert!(may.iter().all(|key| key.starts_with("canvas.") || key == "view.mirrored"), "{may:?}");
    let (seen, may) = of("vera", Role::Viewer);
    assert!(seen > 0 && may.is_empty(), "{may:?}");
}

#[test]
fn whoever_finds_a_weakness_is_told_whom_to_tell() {
    let site = Site::closed();
    let read = || {
        let answer = get(site.at, "/.well-known/security.txt");
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.head.contains("content-type: text/plain"), "{answer:?}");
        let line = |name: &str| {
            let found = answer.body.lines().find_map(|l| l.strip_prefix(name));
            found.map(|text| text.trim().to_owned())
        };
        let expires: jiff::Timestamp = line("Expires:").unwrap().parse().unwrap();
        let ahead = expires.duration_since(jiff::Timestamp::now()).as_hours();
        assert!((24 * 30..24 * 365).contains(&ahead), "{ahead} h ahead");
        assert!(answer.body.contains("private security advisory"), "{}", answer.body);
        line("Contact:")
    };
    assert_eq!(read(), None);
    site.settings.set("server.security_contact", &json!("anna@example.org")).unwrap();
    assert_eq!(read().as_deref(), Some("mailto:anna@example.org"));
}
