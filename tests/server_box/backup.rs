//! Backups of the real program: made while it runs, restored by a restart, refused when damaged.

use serde_json::Value;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use super::client::{Answer, get, raw, request, send};
use super::process::{Program, command, run, said};

const QUIET: &[&str] = &["--camera", "browser"];

fn hands(program: &Program) -> Value {
    let all = get(program.at, "/api/v1/settings").json();
    let hands = all.as_array().unwrap().iter().find(|s| s["key"] == "vision.num_hands").unwrap();
    hands["value"].clone()
}

fn set_hands(program: &Program, n: u32) {
    let body = format!("{{\"value\":{n}}}");
    assert_eq!(send(program.at, "PUT", "/api/v1/settings/vision.num_hands", &body).status, 200);
}

#[test]
fn a_box_goes_back_to_its_backup() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    set_hands(&program, 3);
    let made = send(program.at, "POST", "/api/v1/backups", "").json();
    let name = made["name"].as_str().unwrap_or_else(|| panic!("{made}"));
    assert_eq!(made["why"], "asked");
    set_hands(&program, 1);
    let listed = get(program.at, "/api/v1/backups").json();
    assert_eq!(listed[0]["name"], name, "{listed}");
    let wrong = send(program.at, "POST", "/api/v1/backups/..%2Fdixi.db/restore", "");
    assert_eq!(wrong.status, 404, "{wrong:?}");

    let restore = send(program.at, "POST", &format!("/api/v1/backups/{name}/restore"), "");
    assert_eq!(restore.status, 200, "{restore:?}");
    assert_eq!(restore.json()["rows"]["setting"], 1, "{restore:?}");
    assert_eq!(hands(&program), 1, "nothing changes before the restart");
    assert_eq!(send(program.at, "POST", "/api/v1/command", r#"{"command":"restart"}"#).status, 200);
    program.wait_until_ready_again();
    assert_eq!(hands(&program), 3);

    // From the command line, beside the running box and without it.
    let list = said(&run(data.path(), &["backup", "list"]));
    assert!(list.contains(name), "{list}");
    let path = said(&run(data.path(), &["backup"]));
    let check = run(data.path(), &["backup", "check", path.trim()]);
    assert!(check.status.success() && said(&check).contains("setting 1"), "{}", said(&check));
    set_hands(&program, 2);
    assert!(program.terminate().0.success());
    let restored = run(data.path(), &["restore", path.trim()]);
    assert!(restored.status.success(), "{}", said(&restored));
    let program = Program::start(data.path(), QUIET);
    assert_eq!(hands(&program), 3);
    let text = std::fs::read(path.trim()).unwrap();
    std::fs::write(data.path().join("half.tar.gz"), &text[..text.len() / 2]).unwrap();
    let half = run(data.path(), &["restore", data.path().join("half.tar.gz").to_str().unwrap()]);
    assert_eq!(half.status.code(), Some(2), "{}", said(&half));
    assert!(said(&half).contains("nothing has been changed"), "{}", said(&half));
}

#[test]
fn an_older_database_is_backed_up_before_it_is_changed() {
    let data = tempfile::tempdir().unwrap();
    // As an older Dixi left it.
    let sql = rusqlite::Connection::open(data.path().join("dixi.db")).unwrap();
    sql.execute_batch(include_str!("../fixtures/version_4.sql")).unwrap();
    drop(sql);
    let program = Program::start(data.path(), QUIET);
    assert_eq!(get(program.at, "/api/health/ready").json()["parts"]["database"]["status"], "ok");
    let listed = get(program.at, "/api/v1/backups").json();
    assert_eq!(
        (listed.as_array().unwrap().len(), &listed[0]["why"]),
        (1, &"before_upgrade".into())
    );
    let name = listed[0]["name"].as_str().unwrap();
    let file = data.path().join("backups").join(name);
    let check = run(data.path(), &["backup", "check", file.to_str().unwrap()]);
    assert!(check.status.success(), "{}", said(&check));
}

/// Sends a file as it is.
fn bring(at: SocketAddr, path: &str, head: &str, file: &[u8]) -> Answer {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\ncontent-type: application/gzip\r\n\
         {head}content-length: {}\r\n\r\n",
        file.len()
    );
    raw(at, &[head.as_bytes(), file].concat())
}

/// A box with an owner, three hands and a secret, and its backup, sealed with a passphrase.
fn another_box(passphrase: Option<&str>) -> Vec<u8> {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let set = |key: &str, value: &str| {
        let body = format!("{{\"value\":\"{value}\"}}");
        assert_eq!(send(program.at, "PUT", &format!("/api/v1/settings/{key}"), &body).status, 200);
    };
    set_hands(&program, 3);
    set("alert.webhook_key", "whsec_canary");
    if let Some(words) = passphrase {
        set("backup.passphrase", words);
    }
    let anna = r#"{"name":"Anna","role":"owner","password":"plum tortoise ladder"}"#;
    assert_eq!(send(program.at, "POST", "/api/v1/accounts", anna).status, 201);
    // Beside the running box: what the page set is known there too.
    let path = said(&run(data.path(), &["backup"]));
    std::fs::read(path.lines().next().unwrap()).unwrap()
}

#[test]
fn a_backup_of_another_box_is_brought_and_gone_back_to() {
    let archive = another_box(None);
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    set_hands(&program, 1);
    let key = r#"{"value":"of this box"}"#;
    assert_eq!(send(program.at, "PUT", "/api/v1/settings/alert.webhook_key", key).status, 200);
    let path = "/api/v1/backups/brought";
    let broken = bring(program.at, path, "", &archive[..archive.len() / 2]);
    assert_eq!((broken.status, broken.kind().as_str()), (400, "invalid"), "{broken:?}");
    assert_eq!(get(program.at, "/api/v1/backups").json(), serde_json::json!([]));
    let brought = bring(program.at, path, "", &archive);
    assert_eq!(brought.status, 200, "{brought:?}");
    let brought = brought.json();
    assert_eq!(
        (&brought["backup"]["why"], &brought["manifest"]["rows"]["account"]),
        (&"brought".into(), &1.into())
    );
    assert_eq!(brought["manifest"]["left_out"], serde_json::json!(["alert.webhook_key"]));
    assert_eq!(get(program.at, "/api/v1/backups").json()[0], brought["backup"]);
    let name = brought["backup"]["name"].as_str().unwrap();
    let restore = send(program.at, "POST", &format!("/api/v1/backups/{name}/restore"), "{}");
    assert_eq!(restore.status, 200, "{restore:?}");
    assert_eq!(send(program.at, "POST", "/api/v1/command", r#"{"command":"restart"}"#).status, 200);
    program.wait_until_ready_again();
    assert_eq!(hands(&program), 3);
    let set = get(program.at, "/api/v1/settings").json();
    let key = set.as_array().unwrap().iter().find(|s| s["key"] == "alert.webhook_key").unwrap();
    assert_eq!(key["from"], "ui", "what this box had of keys stays: {key}");
}

#[test]
fn a_new_box_becomes_the_one_of_a_backup_by_the_first_owners_link() {
    let archive = another_box(Some("drei Pflaumen"));
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::closed(command(data.path()), QUIET);
    let link = said(&run(data.path(), &["setup-link"]));
    let token = link.lines().find_map(|l| l.trim().split("/#/setup/").nth(1)).unwrap().to_owned();
    let head = |token: &str| format!("dixi-setup: {token}\r\n");
    let (upload, go) = ("/api/v1/setup/backup", "/api/v1/setup/restore");
    for wrong in [String::new(), head("wrong"), format!("{}{}", head(&token), head(&token))] {
        assert_eq!(bring(program.at, upload, &wrong, &archive).status, 401, "{wrong}");
    }
    let brought = bring(program.at, upload, &head(&token), &archive);
    assert_eq!(brought.status, 200, "{brought:?}");
    let brought = brought.json();
    assert_eq!(brought["manifest"]["rows"]["account"], 1);
    let sealed = brought["manifest"]["sealed"].as_array().unwrap();
    assert_eq!(sealed, &["alert.webhook_key", "backup.passphrase"]);
    let name = brought["backup"]["name"].as_str().unwrap();
    let json = format!("{}content-type: application/json\r\n", head(&token));
    let restore = |words: &str| {
        let body = serde_json::json!({ "name": name, "passphrase": words }).to_string();
        request(program.at, "POST", go, &json, &body)
    };
    assert_eq!(restore("zwei Pflaumen").status, 403);
    assert_eq!(
        request(program.at, "POST", go, "content-type: application/json\r\n", "{}").status,
        401
    );
    let restored = restore("drei Pflaumen");
    assert_eq!(restored.status, 200, "{restored:?}");
    program.wait_until_ready_again();
    let state = get(program.at, "/api/v1/session").json();
    assert_eq!(state["needs_owner"], false, "{state}");
    // The link is no more, and the owner of the backup comes in.
    assert_eq!(bring(program.at, upload, &head(&token), &archive).status, 403);
    let login = r#"{"name":"Anna","password":"plum tortoise ladder"}"#;
    let login = send(program.at, "POST", "/api/v1/login", login);
    assert_eq!(login.status, 200, "{login:?}");
    let all = request(
        program.at,
        "GET",
        "/api/v1/settings",
        &format!("cookie: {}\r\n", login.cookie),
        "",
    )
    .json();
    let set = |key: &str| {
        all.as_array().unwrap().iter().find(|s| s["key"] == key).unwrap()["from"] == "ui"
    };
    assert!(set("alert.webhook_key") && set("backup.passphrase"), "{all}");
}

/// A backup is packed once: not again on its way to a browser that takes packed answers.
#[test]
fn a_backup_is_packed_once() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let made = send(program.at, "POST", "/api/v1/backups", "").json();
    let path = format!("/api/v1/backups/{}", made["name"].as_str().unwrap());
    let mut stream = TcpStream::connect(program.at).unwrap();
    let ask = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\naccept-encoding: gzip, br\r\nconnection: close\r\n\r\n",
        program.at
    );
    stream.write_all(ask.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200") && !head.contains("content-encoding"), "{head}");
    assert_eq!((answer.len() - end) as u64, made["bytes"].as_u64().unwrap());
}

/// Fills a box's database with this many megabytes of what does not pack.
pub fn fill(data: &Path, megabytes: u32) {
    let db = rusqlite::Connection::open(data.join("dixi.db")).unwrap();
    db.execute_batch("PRAGMA synchronous = OFF; BEGIN").unwrap();
    for n in 0..megabytes {
        db.execute(
            "INSERT INTO picture (hash, mime, width, height, bytes, added_at)
             VALUES (printf('%064x', ?1), 'image/jpeg', 10, 10, randomblob(1048576), '2026-11-01T00:00:00Z')",
            [n],
        )
        .unwrap();
    }
    db.execute_batch("COMMIT").unwrap();
}

/// While a large backup is packed, others are answered as ever.
#[test]
fn a_backup_holds_nobody_up() {
    let data = tempfile::tempdir().unwrap();
    drop(Program::start(data.path(), QUIET));
    fill(data.path(), 40);
    let program = Program::start(data.path(), QUIET);
    let at = program.at;
    let making =
        std::thread::spawn(move || (send(at, "POST", "/api/v1/backups", ""), Instant::now()));
    std::thread::sleep(Duration::from_millis(50));
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    while !making.is_finished() {
        let begun = Instant::now();
        assert_eq!(get(at, "/api/v1/settings").status, 200);
        let body = format!("{{\"value\":{}}}", asked % 4 + 1);
        assert_eq!(send(at, "PUT", "/api/v1/settings/vision.num_hands", &body).status, 200);
        slowest = slowest.max(begun.elapsed());
        asked += 1;
    }
    let (made, _) = making.join().unwrap();
    assert_eq!(made.status, 200, "{made:?}");
    println!("while 40 MB were backed up: {asked} reads and writes, the slowest pair {slowest:?}");
    assert!(asked > 3 && slowest < Duration::from_secs(5), "{asked} {slowest:?}");
}
