//! Backups of the real program: made while it runs, restored by a restart, refused when damaged.

use serde_json::Value;

use super::client::{get, send};
use super::process::{Program, run, said};

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
    drop(Program::start(data.path(), QUIET));
    // As an older Dixi left it: the tables of the last version are not there yet.
    let sql = rusqlite::Connection::open(data.path().join("dixi.db")).unwrap();
    let newest = include_str!("../../src/store/4_audit.sql");
    let tables = newest.lines().filter_map(|l| l.strip_prefix("CREATE TABLE ")?.split(' ').next());
    for table in tables {
        sql.execute_batch(&format!("PRAGMA foreign_keys = OFF; DROP TABLE {table}")).unwrap();
    }
    sql.pragma_update(None, "user_version", 3).unwrap();
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
