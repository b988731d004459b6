//! The audit log of the real program: exactly the rows that were earned, none lost by `kill -9`, a row
//! that was tampered with named, and no secret in any of them.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::client::{Answer, get, request};
use super::live::{say, wait};
use super::process::{Program, run, said};

const QUIET: &[&str] = &["--camera", "browser"];
const PASSWORD: &str = "plum canary-pw-7319 ladder";
const OTHERS: &str = "quince canary-pw-2214 anvil";
const WRONG: &str = "canary-wrong-5520 password";

/// Somebody at a page of the box.
struct Page<'p> {
    program: &'p Program,
    cookie: String,
}

impl Page<'_> {
    fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let at = self.program.at;
        let cookie = if self.cookie.is_empty() {
            String::new()
        } else {
            format!("cookie: {}\r\n", self.cookie)
        };
        let head = format!("origin: http://{at}\r\ncontent-type: application/json\r\n{cookie}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        request(at, method, path, &head, &body)
    }

    /// The same, which must be done; what it answers.
    fn done(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(method, path, body);
        assert!((200..300).contains(&answer.status), "{method} {path}: {answer:?}");
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    /// Has hold of a new object and draws it through a hundred places; over the socket of a page.
    fn drag(&self) {
        let mut hello =
            format!("ws://{}/api/v1/ws", self.program.at).into_client_request().unwrap();
        let headers = hello.headers_mut();
        headers.insert("origin", format!("http://{}", self.program.at).parse().unwrap());
        headers.insert("cookie", self.cookie.parse().unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (mut socket, _) = tokio_tungstenite::connect_async(hello).await.unwrap();
            let mut number = 0;
            let mut give = async |command: Value| {
                number += 1;
                say(&mut socket, json!({"type": "do", "id": number, "command": command})).await;
                loop {
                    let answer = wait(&mut socket, &["did", "refused"]).await;
                    if answer["id"] == number {
                        assert_eq!(answer["type"], "did", "{command}: {answer}");
                        return answer;
                    }
                }
            };
            let made = give(json!({"command": "create", "label": "canary-label-88"})).await;
            let id = made["outcome"]["ids"][0].as_u64().unwrap_or_else(|| panic!("{made}"));
            give(json!({"command": "grab", "ids": [id]})).await;
            for n in 0..100 {
                let place = json!({"id": id, "position": [n as f32 / 50.0, 0, 0],
                    "rotation": [0, 0, 0, 1], "scale": [1, 1, 1]});
                give(json!({"command": "drag", "transforms": [place]})).await;
            }
            give(json!({"command": "release"})).await;
        });
    }
}

fn rows(program: &Program) -> Vec<Value> {
    let mut rows =
        get(program.at, "/api/v1/audit?limit=500").json()["rows"].as_array().unwrap().clone();
    rows.reverse();
    rows
}

/// Kind, who, way and subject of each.
fn short(rows: &[Value]) -> Vec<String> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let line = |row: &Value| {
        let parts = ["kind", "who", "via", "subject"].map(|name| text(row, name));
        parts.join(" | ")
    };
    rows.iter().map(line).collect()
}

fn verified(data: &Path) -> (Option<i32>, String) {
    let output = run(data, &["audit", "verify"]);
    (output.status.code(), said(&output))
}

/// Everything that is worth a row, with a secret in each that must be in none.
fn eventful(program: &Program) -> Vec<String> {
    let open = Page { program, cookie: String::new() };
    open.done(
        "POST",
        "/api/v1/accounts",
        &json!({"name": "Anna", "role": "owner", "password": PASSWORD}),
    );
    let wrong = |name: &str| {
        let body = json!({"name": name, "password": WRONG});
        assert_eq!(open.ask("POST", "/api/v1/login", &body).status, 401);
    };
    wrong("Anna");
    // People type their password where the name belongs.
    wrong("canary-name-4410");
    let login = open.ask("POST", "/api/v1/login", &json!({"name": "anna", "password": PASSWORD}));
    let anna = Page { program, cookie: login.cookie.clone() };
    let set = |key: &str, value: Value| {
        anna.done("PUT", &format!("/api/v1/settings/{key}"), &json!({ "value": value }));
    };
    set("vision.num_hands", 3.into());
    set("ui.owner_name", "canary-text-3305".into());
    let camera = "http://user:canary-url-6617@127.0.0.1:9/mjpeg?key=canary-key-1200";
    anna.done("POST", "/api/v1/command", &json!({"command": "select_camera", "source": camera}));
    anna.done("POST", "/api/v1/command", &json!({"command": "select_camera", "source": "browser"}));
    let token = |wish: Value| anna.done("POST", "/api/v1/tokens", &wish);
    let made = token(json!({"kind": "api", "name": "Lamp", "role": "user", "scopes": ["canvas"]}));
    let api = made["token"].as_str().unwrap().to_owned();
    let screen = token(json!({"kind": "kiosk", "name": "Wall", "scopes": ["canvas"]}));
    let kiosk = screen["token"].as_str().unwrap().to_owned();
    open.done("POST", "/api/v1/kiosk", &json!({ "token": kiosk }));
    let bad = json!({"token": "dixik_canary-link-9902"});
    assert_eq!(open.ask("POST", "/api/v1/kiosk", &bad).status, 401);
    anna.drag();
    let bearer = format!("authorization: Bearer {api}\r\ncontent-type: application/json\r\n");
    let lamp = |body: &str| request(program.at, "POST", "/api/v1/command", &bearer, body);
    assert_eq!(lamp(r#"{"command":"undo"}"#).status, 200);
    assert_eq!(lamp(r#"{"command":"restart"}"#).status, 403, "what was refused is no row");
    anna.done("DELETE", &format!("/api/v1/tokens/{}", made["id"]), &Value::Null);
    anna.done(
        "POST",
        "/api/v1/accounts",
        &json!({"name": "Ben", "role": "user", "password": OTHERS}),
    );
    let ben = anna.done("GET", "/api/v1/accounts", &Value::Null);
    let id = ben.as_array().unwrap().iter().find(|p| p["name"] == "Ben").unwrap()["id"].clone();
    anna.done("PUT", &format!("/api/v1/accounts/{id}"), &json!({"role": "viewer"}));
    anna.done("DELETE", &format!("/api/v1/accounts/{id}"), &Value::Null);
    let backup = anna.done("POST", "/api/v1/backups", &Value::Null);
    anna.done("POST", "/api/v1/logout", &json!({}));
    let session = login.cookie.split_once('=').unwrap().1.to_owned();
    vec![backup["name"].as_str().unwrap().to_owned(), api, kiosk, session]
}

#[test]
fn what_was_done_is_there_row_by_row_and_survives_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    let mut secrets = eventful(&program);
    let backup = secrets.remove(0);
    let found = rows(&program);
    let page = "browser 127.0.0.1";
    let expected = [
        format!("started |  | box | {}", found[0]["subject"].as_str().unwrap()),
        format!("account_added | {page} | browser | Anna"),
        "login_refused | Anna | browser | ".into(),
        "login_refused |  | browser | ".into(),
        "login | Anna | browser | ".into(),
        "setting | Anna | browser | vision.num_hands".into(),
        "setting | Anna | browser | ui.owner_name".into(),
        "command | Anna | browser | select_camera".into(),
        "command | Anna | browser | select_camera".into(),
        "token_made | Anna | browser | Lamp".into(),
        "token_made | Anna | browser | Wall".into(),
        "screen | Wall | browser | ".into(),
        "screen_refused |  | browser | ".into(),
        "command | Anna | browser | create".into(),
        "command | Anna | browser | move".into(),
        "command | Lamp | api | undo".into(),
        "token_revoked | Anna | browser | Lamp".into(),
        "account_added | Anna | browser | Ben".into(),
        "account_changed | Anna | browser | Ben".into(),
        "account_removed | Anna | browser | Ben".into(),
        format!("backup_made | Anna | browser | {backup}"),
        "logout | Anna | browser | ".into(),
    ];
    // A link for the first owner is made at the start, unless somebody became the owner before.
    let links = |row: &String| row.as_str() == "setup_link |  | box | ";
    let all = short(&found);
    let told: Vec<String> = all.iter().filter(|row| !links(row)).cloned().collect();
    assert_eq!(told, expected);
    assert!(all.len() <= expected.len() + 1);
    let setting = found.iter().find(|r| r["subject"] == "vision.num_hands").unwrap();
    assert_eq!(
        (&setting["details"]["value"], &setting["address"]),
        (&3.into(), &"127.0.0.1".into())
    );
    let text = found.iter().find(|r| r["subject"] == "ui.owner_name").unwrap();
    assert_eq!(text["details"], json!({}), "a text may hold a password");
    println!("100 drags and {} other deeds: {} rows", expected.len() - 1, found.len());

    // The power goes; what was told is there, and it goes on.
    program.kill();
    let (code, words) = verified(data.path());
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains(&format!("{} rows", found.len())), "{words}");
    let head = words.rsplit(' ').next().unwrap().trim().to_owned();
    let mut program = Program::start(data.path(), QUIET);
    let again = rows(&program);
    assert_eq!(again[..found.len()], found[..]);
    assert_eq!(again.last().unwrap()["kind"], "started");
    let verdict = get(program.at, &format!("/api/v1/audit/verify?head={head}")).json();
    assert_eq!(
        (&verdict["whole"], verdict["rows"].as_u64()),
        (&true.into(), Some(again.len() as u64))
    );

    // Pages, kinds, people, times.
    let asked = |query: &str| {
        let page = get(program.at, &format!("/api/v1/audit?{query}")).json();
        (page["rows"].as_array().unwrap().len(), page["more"].clone())
    };
    assert_eq!(asked("limit=5"), (5, true.into()));
    assert_eq!(asked("kind=login,login_refused"), (3, false.into()));
    assert_eq!(asked("who=lamp&kind=command"), (1, false.into()));
    assert_eq!(asked("until=2020-01-01T00:00:00Z"), (0, false.into()));
    assert_eq!(get(program.at, "/api/v1/audit?limit=x").status, 400);
    assert_eq!(get(program.at, "/api/v1/audit?nothing=1").status, 400);

    // Beside the running box: the command line writes into the same chain.
    let added = run(data.path(), &["backup"]);
    assert!(added.status.success(), "{}", said(&added));
    let list = said(&run(data.path(), &["audit", "list", "--kind", "backup_made"]));
    assert_eq!(list.lines().count(), 2, "{list}");
    assert!(list.contains("the operator  [console]"), "{list}");
    let json = said(&run(data.path(), &["audit", "list", "--since", "1h", "--json"]));
    assert_eq!(json.lines().count(), rows(&program).len());
    assert!(json.lines().all(|l| serde_json::from_str::<Value>(l).is_ok()));
    assert!(program.terminate().0.success());
    let (code, words) = verified(data.path());
    assert_eq!(code, Some(0), "{words}");
    assert!(said(&run(data.path(), &["audit", "list"])).trim().ends_with("{\"restarts\":false}"));

    // No canary sings, neither in the rows nor anywhere in the file's log.
    let mut canaries = ["canary-", "argon2"].map(str::to_owned).to_vec();
    canaries.extend(secrets);
    let everything = said(&run(data.path(), &["audit", "list", "--json"]));
    let sung: Vec<_> = canaries.iter().filter(|c| everything.contains(c.as_str())).collect();
    assert!(sung.is_empty(), "{sung:?}");
    println!("{} canaries in {} rows: none sings", canaries.len(), everything.lines().count());
}

#[test]
fn who_tampers_with_the_log_is_found_and_the_row_is_named() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    for n in [1, 2, 3, 4] {
        let body = format!("{{\"command\":\"create\",\"label\":\"{n}\"}}");
        let json = "content-type: application/json\r\n";
        assert_eq!(request(program.at, "POST", "/api/v1/command", json, &body).status, 200);
    }
    let found = rows(&program);
    assert!(program.terminate().0.success());
    let (code, words) = verified(data.path());
    assert_eq!(code, Some(0), "{words}");
    let head = words.rsplit(' ').next().unwrap().trim().to_owned();

    let db = data.path().join("dixi.db");
    let whole = std::fs::read(&db).unwrap();
    let sql = |sql: &str| Connection::open(&db).unwrap().execute_batch(sql);
    let e = sql("UPDATE audit SET who = 'Eve' WHERE number = 3").unwrap_err();
    assert!(e.to_string().contains("never changed"), "{e}");
    let at = found[2]["at"].as_str().unwrap();
    for (tamper, near) in [
        ("UPDATE audit SET who = 'Eve' WHERE number = 3", format!("row 3 ({at})")),
        ("DELETE FROM audit WHERE number = 3", "row 3 (".into()),
        ("DELETE FROM audit WHERE number >= 5", "row 5 (".into()),
    ] {
        // Without the log of the box that was killed below.
        for log in ["dixi.db-wal", "dixi.db-shm"] {
            let _ = std::fs::remove_file(data.path().join(log));
        }
        std::fs::write(&db, &whole).unwrap();
        let guards = "DROP TRIGGER audit_unchanged; DROP TRIGGER audit_kept;";
        sql(&format!("{guards} {tamper}")).unwrap();
        let (code, words) = verified(data.path());
        assert_eq!(code, Some(2), "{words}");
        assert!(words.contains(&near) && words.contains("next:"), "{tamper}: {words}");
        let json = run(data.path(), &["audit", "verify", "--json"]);
        assert_eq!(json.status.code(), Some(2));
        let told: Value = serde_json::from_str(&said(&json)).unwrap();
        assert_eq!((&told["whole"], told["broken"]["number"].is_u64()), (&false.into(), true));
        // The running box says so, too, and goes on.
        let program = Program::start(data.path(), QUIET);
        assert_eq!(get(program.at, "/api/v1/audit/verify").json()["whole"], false);
    }
    // Another database in its place: only an end that was noted elsewhere can tell.
    for file in ["dixi.db-wal", "dixi.db-shm", "dixi.db"] {
        let _ = std::fs::remove_file(data.path().join(file));
    }
    drop(Program::start(data.path(), QUIET));
    assert_eq!(verified(data.path()).0, Some(0));
    let against = run(data.path(), &["audit", "verify", "--head", &head]);
    assert_eq!(against.status.code(), Some(2), "{}", said(&against));
    assert!(said(&against).contains("taken off"), "{}", said(&against));
}

#[test]
fn going_back_to_a_backup_keeps_what_the_log_says() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    let json = "content-type: application/json\r\n";
    let made = request(program.at, "POST", "/api/v1/backups", json, "").json();
    let set = r#"{"value":4}"#;
    request(program.at, "PUT", "/api/v1/settings/vision.num_hands", json, set);
    let path = format!("/api/v1/backups/{}/restore", made["name"].as_str().unwrap());
    assert_eq!(request(program.at, "POST", &path, json, "").status, 200);
    let before = rows(&program);
    let restart = request(program.at, "POST", "/api/v1/command", json, r#"{"command":"restart"}"#);
    assert_eq!(restart.status, 200);
    program.wait_until_ready_again();
    let after = rows(&program);
    assert_eq!(after[..before.len()], before[..], "nothing of it is gone");
    let kinds: Vec<_> =
        after[before.len()..].iter().map(|r| r["kind"].as_str().unwrap().to_owned()).collect();
    let mut rest: Vec<_> =
        kinds.iter().map(String::as_str).filter(|k| *k != "setup_link").collect();
    // The box begins to stop while the command is still being told.
    rest[..2].sort_unstable();
    assert_eq!(rest, ["command", "stopped", "restored", "started"]);
    assert_eq!(get(program.at, "/api/v1/audit/verify").json()["whole"], true);
}
