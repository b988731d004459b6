//! A disk that fills up, and one that becomes read-only under a running box: who looks after the box still
//! comes in, writes are refused in order, and it heals by itself. And an upgrade that is cut short.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::client::{get, request, send};
use crate::process::{Program, command, on_a_disk, rounds, run, said};

const QUIET: &[&str] = &["--camera", "browser", "--log-level", "error"];
const KEY: &str = "ui.owner_name";
/// A box is well again this soon after its disk is.
const HEALED: Duration = Duration::from_secs(10);
const PASSWORD: &str = "plum tortoise ladder";

fn keep(program: &Program, value: &str) -> (u16, String) {
    let body = format!("{{\"value\":\"{value}\"}}");
    let answer = send(program.at, "PUT", &format!("/api/v1/settings/{KEY}"), &body);
    (answer.status, answer.kind())
}

fn kept(program: &Program) -> String {
    let all = get(program.at, "/api/v1/settings").json();
    let setting = all.as_array().unwrap().iter().find(|s| s["key"] == KEY).unwrap();
    setting["value"].as_str().unwrap_or_default().to_owned()
}

fn login(program: &Program) -> String {
    let body = format!(r#"{{"name":"Anna","password":"{PASSWORD}"}}"#);
    let answer = send(program.at, "POST", "/api/v1/login", &body);
    assert_eq!(answer.status, 200, "{answer:?}");
    format!("cookie: {}\r\norigin: http://{}\r\n", answer.cookie, program.at)
}

fn add_anna(program: &Program) {
    let anna = format!(r#"{{"name":"Anna","role":"owner","password":"{PASSWORD}"}}"#);
    assert_eq!(send(program.at, "POST", "/api/v1/accounts", &anna).status, 201);
}

/// Waits until the box says that its database is well and takes something; how long that was.
fn healed(program: &Program, value: &str) -> Duration {
    let begun = Instant::now();
    loop {
        let well =
            || get(program.at, "/api/health/ready").json()["parts"]["database"]["status"] == "ok";
        if keep(program, value).0 == 200 && well() {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < HEALED, "it does not heal: {:?}", keep(program, value));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_disk_that_fills_up_again_and_again_keeps_nobody_out_and_loses_nothing() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().display();
    let mount = format!("mount -t tmpfs -o size=32m none '{path}'");
    let Some(command) = on_a_disk(data.path(), &mount) else { return };
    let mut program = Program::spawn(command, QUIET);
    add_anna(&program);
    // The disk is only seen from inside its namespace.
    let inside = format!("/proc/{}/root{path}", program.id());
    let filler = format!("{inside}/filler");
    let mut head = login(&program);
    let (rounds, mut slowest, mut acknowledged, mut refused) = (rounds(20), Duration::ZERO, 0, 0);
    for round in 0..rounds {
        let mut last = format!("before {round}");
        assert_eq!(keep(&program, &last).0, 200);
        // To the last byte.
        let mut left = vec![0; 1 << 20];
        let mut file = std::fs::File::create(&filler).unwrap();
        while !left.is_empty() {
            if std::io::Write::write_all(&mut file, &left).is_err() {
                left.truncate(left.len() / 2);
            }
        }
        drop(file);
        let mut n = 0;
        let answer = loop {
            let value = format!("{round} {n} {}", "x".repeat(40));
            match keep(&program, &value) {
                (200, _) => last = value,
                other => break other,
            }
            n += 1;
            assert!(n < 5_000, "never full");
        };
        acknowledged += n + 2;
        assert_eq!(answer, (507, "disk_full".to_owned()), "round {round}");
        refused += 1;
        assert_eq!(kept(&program), last, "what was acknowledged is there, what was refused is not");
        // An address may log in ten times at once: every third round.
        if round % 3 == 2 && round < 27 {
            let gone = request(program.at, "POST", "/api/v1/logout", &head, "");
            assert_eq!(gone.status, 204, "{gone:?}");
            assert_eq!(
                request(program.at, "GET", "/api/v1/session", &head, "").json()["via"],
                "open"
            );
            head = login(&program);
        }
        let me = request(program.at, "GET", "/api/v1/session", &head, "").json();
        assert_eq!((&me["via"], &me["name"]), (&"session".into(), &"Anna".into()), "{me}");
        assert_eq!(request(program.at, "GET", "/api/v1/scenes", &head, "").status, 200);
        std::fs::remove_file(&filler).unwrap();
        slowest = slowest.max(healed(&program, &format!("after {round}")));
    }
    let copy = tempfile::tempdir().unwrap();
    assert_eq!(kept(&program), format!("after {}", rounds - 1));
    for ending in ["", "-wal"] {
        let from = format!("{inside}/dixi.db{ending}");
        std::fs::copy(from, copy.path().join(format!("dixi.db{ending}"))).unwrap();
    }
    sound(copy.path());
    assert!(program.terminate().0.success());
    println!(
        "32 MiB full {rounds} times: {refused} refusals with 507, {acknowledged} writes acknowledged and kept, well again within {slowest:?}"
    );
}

fn sound(dir: &Path) {
    let db = rusqlite::Connection::open(dir.join("dixi.db")).unwrap();
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}

#[test]
fn a_disk_that_becomes_read_only_keeps_nobody_out() {
    let (data, image) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
    image.as_file().set_len(32 << 20).unwrap();
    // Without a journal it can be made writable again, as after a loose cable.
    let made =
        Command::new("mkfs.ext4").args(["-q", "-O", "^has_journal"]).arg(image.path()).output();
    if !made.is_ok_and(|o| o.status.success()) {
        println!("SKIPPED: there is no mkfs.ext4 to make a disk with");
        return;
    }
    let (path, file) = (data.path().display(), image.path().display());
    let mount = format!("mount -o loop,errors=remount-ro '{file}' '{path}'");
    let probe = Command::new("unshare").args(["-m", "sh", "-c", &mount]).output();
    if !probe.is_ok_and(|o| o.status.success()) {
        println!("SKIPPED: this user may not mount a disk of its own");
        return;
    }
    let Some(command) = on_a_disk(data.path(), &mount) else { return };
    let mut program = Program::spawn(command, QUIET);
    add_anna(&program);
    assert_eq!(keep(&program, "before").0, 200);
    // The kernel's own way to try this: the disk reports an error, and is read-only from then on.
    let mounts = std::fs::read_to_string(format!("/proc/{}/mounts", program.id())).unwrap();
    let line = mounts.lines().find(|l| l.contains(&*path.to_string())).unwrap();
    let device = line.split(' ').next().unwrap().trim_start_matches("/dev/").to_owned();
    let fault = format!("/sys/fs/ext4/{device}/trigger_fs_error");
    if std::fs::write(&fault, "1").is_err() {
        println!("SKIPPED: this kernel lets nobody make a disk fail");
        return;
    }
    let answer = keep(&program, "refused");
    assert_eq!(answer, (507, "disk_full".to_owned()));
    assert_eq!(kept(&program), "before");
    let head = login(&program);
    let me = request(program.at, "GET", "/api/v1/session", &head, "").json();
    assert_eq!((&me["via"], &me["name"]), (&"session".into(), &"Anna".into()), "{me}");
    assert_eq!(request(program.at, "GET", "/api/v1/scenes", &head, "").status, 200);
    let again = Command::new("nsenter")
        .args(["-t", &program.id().to_string(), "-m", "mount", "-o", "remount,rw"])
        .arg(data.path())
        .output()
        .unwrap();
    if !again.status.success() {
        println!("SKIPPED: this kernel makes no failed disk writable again: {}", said(&again));
        return;
    }
    let took = healed(&program, "after");
    assert_eq!(kept(&program), "after");
    assert!(program.terminate().0.success());
    println!(
        "a disk became read-only under a running box: login and reading went on, writes 507, well again within {took:?}"
    );
}

/// Every row of every table that a fixture has, as text.
fn rows(db: &rusqlite::Connection) -> Vec<String> {
    let tables = [
        "setting",
        "scene",
        "object",
        "step",
        "binding",
        "picture",
        "photograph",
        "calibration",
        "account",
        "session",
        "token",
    ];
    let of = |table: &str| {
        let Ok(mut all) = db.prepare(&format!("SELECT * FROM {table}")) else { return vec![] };
        let columns = all.column_count();
        let row = |r: &rusqlite::Row<'_>| {
            let values = (0..columns).map(|i| r.get::<_, rusqlite::types::Value>(i).unwrap());
            Ok(format!("{table}: {:?}", values.collect::<Vec<_>>()))
        };
        all.query_map([], row).unwrap().map(Result::unwrap).collect()
    };
    tables.into_iter().flat_map(of).collect()
}

fn version(db: &rusqlite::Connection) -> i64 {
    db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// Runs the real program on `data` and kills it at its n-th `call` on the database; false if it was done before.
fn killed_at(data: &Path, call: &str, n: u32) -> bool {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
    // Calls on these files alone are counted.
    for ending in ["", "-wal", "-journal"] {
        strace.arg("-P").arg(data.join(format!("dixi.db{ending}")));
    }
    strace.args(["-e", &format!("inject={call}:signal=SIGKILL:when={n}")]);
    // Opens the database for writing, and no more.
    strace.arg(env!("CARGO_BIN_EXE_dixi")).args(["user", "list"]);
    for (name, value) in command(data).get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    !strace.output().unwrap().status.success()
}

/// Kills the real program at every single write and sync of an upgrade: each time the database is of one
/// version as a whole, and the next start finishes.
#[test]
fn an_upgrade_that_is_killed_leaves_the_old_or_the_new_and_nothing_between() {
    if !Command::new("strace").arg("-V").output().is_ok_and(|o| o.status.success()) {
        println!("SKIPPED: there is no strace to kill a program at its n-th write");
        return;
    }
    let newest = newest_schema();
    let (mut killed, mut seen) = (0, std::collections::BTreeMap::new());
    for fixture in
        [include_str!("../fixtures/version_2.sql"), include_str!("../fixtures/version_3.sql")]
    {
        let first = tempfile::tempdir().unwrap();
        let old = rusqlite::Connection::open(first.path().join("dixi.db")).unwrap();
        old.execute_batch(fixture).unwrap();
        let (before, oldest) = (rows(&old), version(&old));
        drop(old);
        for call in ["pwrite64", "fsync", "fdatasync", "ftruncate", "unlink"] {
            for n in 1.. {
                let data = tempfile::tempdir().unwrap();
                std::fs::copy(first.path().join("dixi.db"), data.path().join("dixi.db")).unwrap();
                if !killed_at(data.path(), call, n) {
                    break;
                }
                killed += 1;
                let is = whole(data.path(), &before);
                assert!(is == oldest || is == newest, "version {is} after {call} {n}");
                *seen.entry(format!("{oldest} -> {is}")).or_insert(0) += 1;
                let again = run(data.path(), &["user", "list"]);
                assert!(again.status.success(), "{}", said(&again));
                assert_eq!(whole(data.path(), &before), newest, "after {call} {n}");
            }
        }
    }
    println!(
        "upgrades killed at {killed} of their writes and syncs: {seen:?}; 0 between, no row lost"
    );
    assert!(killed >= 50 && seen.len() >= 4, "{killed} {seen:?}");
}

/// The version of a database that is sound, has exactly that version's tables, and all of these rows.
fn whole(dir: &Path, before: &[String]) -> i64 {
    let db = rusqlite::Connection::open(dir.join("dixi.db")).unwrap();
    let sound: String = db.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let is = version(&db);
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('account', 'audit')";
    let tables: i64 = db.query_row(tables, [], |r| r.get(0)).unwrap();
    assert_eq!(tables, (is - 2).min(2), "the tables of version {is}");
    let now = rows(&db);
    // A later version may have more columns, after those that were there.
    let there = |row: &&String| now.iter().any(|n| n.starts_with(row.trim_end_matches(']')));
    let lost: Vec<_> = before.iter().filter(|row| !there(row)).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    is
}

/// The version that this program writes.
fn newest_schema() -> i64 {
    let data = tempfile::tempdir().unwrap();
    drop(Program::start(data.path(), QUIET));
    let db = rusqlite::Connection::open(data.path().join("dixi.db")).unwrap();
    version(&db)
}
