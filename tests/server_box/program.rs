//! The real program: what it keeps, what it refuses, how it starts and stops.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::client::{get, request, send};
use super::process::{Program, command, on_a_disk, run, said};

/// A camera that needs nothing and does nothing.
const QUIET: &[&str] = &["--camera", "browser", "--log-level", "debug"];

fn setting(program: &Program, key: &str) -> Value {
    let all = get(program.at, "/api/v1/settings").json();
    all.as_array().unwrap().iter().find(|s| s["key"] == key).unwrap().clone()
}

#[test]
fn settings_survive_kill_9() {
    let data = tempfile::tempdir().unwrap();
    for hands in [4, 1, 3] {
        let mut program = Program::start(data.path(), QUIET);
        let body = format!("{{\"value\":{hands}}}");
        let answer = send(program.at, "PUT", "/api/v1/settings/vision.num_hands", &body);
        assert_eq!((answer.status, &answer.json()["kept"]), (200, &true.into()), "{answer:?}");
        // At once: what was acknowledged is on the disk.
        program.kill();
        let program = Program::start(data.path(), QUIET);
        let kept = setting(&program, "vision.num_hands");
        assert_eq!((&kept["value"], &kept["from"]), (&hands.into(), &"ui".into()));
    }
}

#[test]
fn it_stops_when_asked_whoever_is_connected() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), &["--camera", "demo"]);
    let idle: Vec<_> = (0..5).map(|_| std::net::TcpStream::connect(program.at).unwrap()).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _sockets: Vec<_> = (0..5)
        .map(|_| {
            let url = format!("ws://{}/api/v1/ws", program.at);
            runtime.block_on(tokio_tungstenite::connect_async(url)).unwrap()
        })
        .collect();
    let (status, took) = program.terminate();
    println!("stopped in {took:?} with 5 sockets and 5 idle connections open");
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    drop(idle);
    let mut left: Vec<_> =
        std::fs::read_dir(data.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(
        left,
        ["alerts.json", "dixi.db", "logs"],
        "the database is closed and its log folded in"
    );
}

#[test]
fn mistakes_in_the_configuration_are_all_told_before_anything_starts() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("dixi.toml");
    std::fs::write(&file, "[vision]\nnum_hand = 3\n").unwrap();
    let config =
        ["--config", file.to_str().unwrap(), "--set", "view.mirored=true", "--camera", "dmeo"];
    let near =
        ["3 mistakes", "`vision.num_hands`", "`DIXI_CAMERA_SOURCE`", "`view.mirrored`", "next:"];
    let check = ["config", "check"].as_slice();
    for (what, near) in [(check, near), (&["serve"], ["2 mistakes", near[2], near[3], near[4], ""])]
    {
        let mut program = command(data.path());
        program.env("DIXI_CAMERA_SORCE", "demo").args(what).args(config);
        let output = program.output().unwrap();
        let text = said(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        for near in near {
            assert!(text.contains(near), "{near} is missing in {text}");
        }
    }
    let output = run(data.path(), &["serve", "--camera", "dmeo"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("did you mean `demo`"), "{}", said(&output));
    let output = run(data.path(), &["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(said(&output).contains("--allow-lan"), "{}", said(&output));
    let output = run(data.path(), &["serve", "--config", "/nowhere/dixi.toml"]);
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_port_in_use_is_told_with_the_next_step() {
    let data = tempfile::tempdir().unwrap();
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let output = run(data.path(), &["serve", "--listen", &address]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(5), "{text}");
    assert!(text.contains("another program uses that port") && text.contains("--listen"), "{text}");
}

/// Without a database the box runs, keeps nothing and says so.
fn runs_without_keeping(mut program: Program, reason: &str) {
    let ready = get(program.at, "/api/health/ready").json();
    let database = &ready["parts"]["database"];
    assert_eq!(database["status"], "degraded", "{ready}");
    assert!(database["reason"].as_str().unwrap().contains(reason), "{database}");
    assert!(!database["next"].as_str().unwrap_or_default().is_empty(), "{database}");
    let answer = send(program.at, "PUT", "/api/v1/settings/vision.num_hands", r#"{"value":3}"#);
    assert_eq!((answer.status, &answer.json()["kept"]), (200, &false.into()));
    assert!(answer.json()["reason"].as_str().unwrap().contains(reason), "{answer:?}");
    assert_eq!(setting(&program, "vision.num_hands")["value"], 3);
    assert!(program.terminate().0.success());
}

#[test]
fn a_database_that_cannot_be_used_stops_nothing_else() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    runs_without_keeping(Program::start(&file, QUIET), "cannot make the data directory");

    let db = data.path().join("dixi.db");
    std::fs::write(&db, [7; 9000]).unwrap();
    runs_without_keeping(Program::start(data.path(), QUIET), "is damaged");
    assert_eq!(std::fs::read(&db).unwrap(), [7; 9000], "it is left as it was");

    let newer = data.path().join("newer");
    drop(Program::start(&newer, QUIET));
    let sql = rusqlite::Connection::open(newer.join("dixi.db")).unwrap();
    sql.pragma_update(None, "user_version", 99).unwrap();
    drop(sql);
    runs_without_keeping(Program::start(&newer, QUIET), "newer Dixi");
}

#[test]
fn a_read_only_disk_still_gives_its_settings() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), QUIET);
    send(program.at, "PUT", "/api/v1/settings/view.jpeg_quality_percent", r#"{"value":33}"#);
    program.terminate();
    let path = data.path().display();
    let mount = format!("mount --bind '{path}' '{path}' && mount -o remount,ro,bind '{path}'");
    let Some(command) = on_a_disk(data.path(), &mount) else { return };
    let program = Program::spawn(command, QUIET);
    assert_eq!(setting(&program, "view.jpeg_quality_percent")["value"], 33);
    runs_without_keeping(program, "cannot");
}

#[test]
fn a_full_disk_refuses_settings_and_heals() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().display();
    let mount = format!("mount -t tmpfs -o size=1m none '{path}'");
    let Some(command) = on_a_disk(data.path(), &mount) else { return };
    let program = Program::spawn(command, QUIET);
    // The disk is only seen from inside its namespace: filled through the program's own files.
    let value = format!("{{\"value\":\"{}\"}}", "x".repeat(400));
    let put = |value: &str| send(program.at, "PUT", "/api/v1/settings/ollama.registries", value);
    let anna = r#"{"name":"Anna","role":"owner","password":"plum tortoise ladder"}"#;
    assert_eq!(send(program.at, "POST", "/api/v1/accounts", anna).status, 201);
    let pid = program_id(program.at.port());
    let filler = format!("/proc/{pid}/root{path}/filler");
    let mut left = Vec::new();
    while std::fs::write(&filler, &left).is_ok() {
        left.resize(left.len() + 4096, 0);
    }
    let refused = (0..200).map(|_| put(&value)).find(|a| a.status != 200);
    let refused = refused.expect("never full");
    assert_eq!((refused.status, refused.kind().as_str()), (507, "disk_full"), "{refused:?}");
    let health = get(program.at, "/api/health/ready").json();
    assert_eq!(health["parts"]["database"]["status"], "degraded");
    let paused = send(program.at, "POST", "/api/v1/command", r#"{"command":"pause_camera"}"#);
    assert_eq!((paused.status, &paused.json()["kept"]), (200, &false.into()), "privacy works on");
    // Who looks after the box comes in, and sees what there is.
    let login = r#"{"name":"Anna","password":"plum tortoise ladder"}"#;
    let login = send(program.at, "POST", "/api/v1/login", login);
    assert_eq!(login.status, 200, "{login:?}");
    let head = format!("cookie: {}\r\n", login.cookie);
    let me = request(program.at, "GET", "/api/v1/session", &head, "").json();
    assert_eq!((&me["via"], &me["name"]), (&"session".into(), &"Anna".into()), "{me}");
    assert_eq!(request(program.at, "GET", "/api/v1/scenes", &head, "").status, 200);
    std::fs::remove_file(&filler).unwrap();
    assert_eq!(put(&value).status, 200, "it heals when there is room again");
    // What waited to be noted is, too.
    let well = || {
        let health = get(program.at, "/api/health/ready").json();
        health["parts"]["database"]["status"] == "ok"
    };
    let begun = Instant::now();
    while !well() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it does not heal");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The process that listens on this port, found by its open sockets' owner.
fn program_id(port: u16) -> u32 {
    let wanted = format!(":{port:04X} 00000000:0000 0A");
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let line = table.lines().find(|l| l.contains(&wanted)).expect("listening");
    let inode = format!("socket:[{}]", line.split_whitespace().nth(9).unwrap());
    let owns = |pid: &u32| {
        std::fs::read_dir(format!("/proc/{pid}/fd")).is_ok_and(|mut fds| {
            fds.any(|fd| {
                std::fs::read_link(fd.unwrap().path()).is_ok_and(|l| l.to_string_lossy() == inode)
            })
        })
    };
    let pids = std::fs::read_dir("/proc").unwrap();
    let mut pids = pids.filter_map(|p| p.unwrap().file_name().to_str()?.parse().ok());
    pids.find(owns).expect("a process that listens")
}

#[test]
fn a_cameras_password_is_shown_nowhere() {
    let data = tempfile::tempdir().unwrap();
    let secret = "hunter2";
    let source = format!("http://admin:{secret}@127.0.0.1:9/video?pwd={secret}");
    let program = Program::start(data.path(), &["--log-level", "trace,hyper=info,mio=info"]);
    let body = format!("{{\"command\":\"select_camera\",\"source\":\"{source}\"}}");
    let answer = send(program.at, "POST", "/api/v1/command", &body);
    assert_eq!((answer.status, &answer.json()["kept"]), (200, &true.into()), "{answer:?}");
    let mut seen = answer.body;
    for path in ["/api/v1/status", "/api/v1/settings", "/api/v1/cameras", "/api/health/ready"] {
        seen.push_str(&get(program.at, path).body);
    }
    let shown = setting(&program, "camera.source")["value"].as_str().unwrap().to_owned();
    assert!(shown.contains("***"), "{shown}");
    // Chosen again as it is shown, it is still the same.
    let body = format!("{{\"value\":\"{shown}\"}}");
    let answer = send(program.at, "PUT", "/api/v1/settings/camera.source", &body);
    assert_eq!(answer.status, 200, "{answer:?}");
    seen.push_str(&answer.body);
    seen.push_str(&said(&run(data.path(), &["config", "show"])));
    seen.push_str(&said(&run(data.path(), &["config", "show", "--json"])));
    seen.push_str(&program.log());
    assert!(!seen.contains(secret), "{}", seen.lines().find(|l| l.contains(secret)).unwrap());
    let kept = std::fs::read(data.path().join("dixi.db-wal")).unwrap();
    assert!(kept.windows(secret.len()).any(|w| w == secret.as_bytes()), "but it is kept");
}

#[test]
fn the_small_commands_do_what_they_say() {
    let data = tempfile::tempdir().unwrap();
    let doctor = run(data.path(), &["doctor", "--json", "--listen", "127.0.0.1:0"]);
    let findings: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let parts: Vec<_> =
        findings.as_array().unwrap().iter().map(|f| f["part"].as_str().unwrap()).collect();
    for part in
        ["configuration", "database", "disk", "port", "web app", "vision", "cameras", "ollama"]
    {
        assert!(parts.contains(&part), "{part} is missing in {parts:?}");
    }
    let broken = findings.as_array().unwrap().iter().any(|f| f["verdict"] == "error");
    assert_eq!(doctor.status.success(), !broken, "{findings}");

    let file = data.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let doctor = run(&file, &["doctor"]);
    assert_eq!(doctor.status.code(), Some(1), "{}", said(&doctor));
    assert!(said(&doctor).contains("ERROR database"), "{}", said(&doctor));

    let show = run(data.path(), &["config", "show", "--set", "vision.num_hands=3"]);
    assert!(said(&show).contains("vision.num_hands = 3    # --set"), "{}", said(&show));
    let changed = said(&run(data.path(), &["config", "diff", "--set", "vision.num_hands=3"]));
    assert_eq!(changed, "vision.num_hands = 3    # --set; default 2\n");
    assert!(said(&run(data.path(), &["config", "reference"])).contains("#num_hands = 2\n"));
    assert!(run(data.path(), &["config", "check"]).status.success());
    assert_eq!(run(data.path(), &["config", "check", "--set", "x=1"]).status.code(), Some(2));
    let licences = said(&run(data.path(), &["licences"]));
    for text in ["MIT OR Apache-2.0", "The MediaPipe Authors", "Apache License"] {
        assert!(licences.contains(text), "no {text}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(said(&run(data.path(), &["completions", shell])).contains("serve"));
    }
    let json = Program::start(data.path(), &["--camera", "browser", "--log-format", "json"]).log();
    assert!(json.lines().count() > 3, "{json}");
    for line in json.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string() && line["message"].is_string(), "{line}");
    }
    let help = run(data.path(), &[]);
    assert!(said(&help).contains("dixi serve") && !help.status.success());
}

/// The whole box with its demo hand, seen by one viewer: how soon, how large, how quick.
#[test]
fn the_box_sees_its_demo_hand() {
    let data = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let program = Program::start(data.path(), &["--camera", "demo"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = format!("ws://{}/api/v1/ws", program.at);
        let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let pictures = r#"{"type":"subscribe","pictures":true}"#;
        socket.send(Message::text(pictures)).await.unwrap();
        let (mut first_hand, mut pictures, mut observations, mut event) = (None, 0, 0, false);
        let until = begun + Duration::from_secs(40);
        while Instant::now() < until && !(first_hand.is_some() && event && pictures > 20) {
            match socket.next().await.unwrap().unwrap() {
                Message::Binary(bytes) => {
                    assert!(bytes[32..].starts_with(&[0xff, 0xd8]), "a JPEG");
                    let seq = u64::from_le_bytes(bytes[8..16].try_into().unwrap());
                    let seen = format!("{{\"type\":\"seen\",\"seq\":{seq}}}");
                    socket.send(Message::text(seen)).await.unwrap();
                    pictures += 1;
                }
                Message::Text(text) => {
                    let value: Value = serde_json::from_str(&text).unwrap();
                    let hands = value["hands"].as_array().is_some_and(|h| !h.is_empty());
                    observations += u32::from(value["type"] == "observation");
                    event |= value["type"] == "gesture" && value["event"]["phase"] == "started";
                    if hands && first_hand.is_none() {
                        first_hand = Some(begun.elapsed());
                    }
                }
                _ => {}
            }
        }
        let megabytes = program.resident() >> 20;
        println!(
            "ready in {:?}, first hand in {first_hand:?}, {observations} observations, {pictures} \
             pictures, {megabytes} MiB resident",
            program.started_in
        );
        println!("{}", get(program.at, "/api/v1/status").body);
        assert!(first_hand.is_some(), "no hand was seen");
        assert!(event, "no gesture was named");
        assert!(pictures > 20, "{pictures} pictures");
        assert!(megabytes <= 150, "{megabytes} MiB");
    });
}
