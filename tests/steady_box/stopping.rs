//! Being asked to stop, at any moment and with whoever connected: soon, cleanly, with everything kept.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::client::{get, send};
use crate::process::{Program, rounds};

/// Someone who stays: a live socket, or a request that never ends.
fn stay(at: SocketAddr, socket: bool) -> TcpStream {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let request = if socket {
        format!(
            "GET /api/v1/ws HTTP/1.1\r\nhost: {at}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
    } else {
        format!(
            "POST /api/v1/command HTTP/1.1\r\nhost: {at}\r\ncontent-type: application/json\r\n\
             content-length: 100\r\n\r\n{{"
        )
    };
    stream.write_all(request.as_bytes()).unwrap();
    if socket {
        let mut head = [0; 12];
        stream.read_exact(&mut head).unwrap();
        assert_eq!(&head, b"HTTP/1.1 101");
    }
    stream
}

#[test]
fn asked_to_stop_again_and_again_it_ends_cleanly_whoever_is_connected() {
    let data = tempfile::tempdir().unwrap();
    let rounds = rounds(6);
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        let mut program =
            Program::start(data.path(), &["--camera", "demo", "--log-level", "error"]);
        let staying: Vec<_> = (0..10).map(|n| stay(program.at, n % 2 == 0)).collect();
        let body = format!(r#"{{"command": "new_scene", "name": "Round {round}"}}"#);
        assert_eq!(send(program.at, "POST", "/api/v1/command", &body).status, 200);
        // Another moment each time: while models load, while hands are seen.
        std::thread::sleep(Duration::from_millis(round * 37 % 400));
        let (exit, took) = program.terminate();
        assert_eq!(exit.code(), Some(0), "round {round}");
        assert!(took < Duration::from_secs(10), "round {round}: {took:?}");
        slowest = slowest.max(took);
        drop(staying);
        let left = std::fs::metadata(data.path().join("dixi.db-wal")).map_or(0, |wal| wal.len());
        assert_eq!(left, 0, "round {round}: all is in the database's file");
    }
    let db = rusqlite::Connection::open(data.path().join("dixi.db")).unwrap();
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let program = Program::start(data.path(), &["--camera", "browser", "--log-level", "error"]);
    let scenes = get(program.at, "/api/v1/scenes").json();
    let names: Vec<_> = scenes["scenes"].as_array().unwrap().iter().map(|s| &s["name"]).collect();
    for round in 0..rounds {
        assert!(names.iter().any(|name| **name == format!("Round {round}")), "{names:?}");
    }
    println!("{rounds} stops with 5 sockets and 5 requests open: slowest {slowest:?}, 0 lost");
}
