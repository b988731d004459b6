//! Clients that send slowly, or without end: they cost the box nothing, and nobody else much.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::client::get;
use crate::process::Program;

const QUIET: &[&str] = &["--camera", "browser", "--log-level", "error"];
/// More than allocators keep for next time.
const GROWTH: u64 = 64 << 20;

/// The slowest of a hundred of an honest user's requests but one.
fn honest_p99(at: SocketAddr, requests: usize) -> Duration {
    let mut took: Vec<Duration> = (0..requests)
        .map(|_| {
            let begun = Instant::now();
            assert_eq!(get(at, "/api/v1/status").status, 200);
            begun.elapsed()
        })
        .collect();
    took.sort();
    took[(requests * 99).div_ceil(100) - 1]
}

#[test]
fn five_hundred_slow_heads_hold_nobody_up() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let (at, before) = (program.at, program.resident());
    let done = AtomicBool::new(false);
    let p99 = std::thread::scope(|scope| {
        scope.spawn(|| {
            // Each opens again when it is thrown out.
            let mut slow: Vec<Option<TcpStream>> = (0..500).map(|_| None).collect();
            while !done.load(Ordering::Relaxed) {
                for stream in &mut slow {
                    let alive = stream.as_mut().is_some_and(|s| s.write_all(b"x").is_ok());
                    if !alive {
                        *stream = TcpStream::connect(at).ok();
                        if let Some(s) = stream {
                            // What cannot be sent shows at the next turn.
                            let _ = s.write_all(b"GET / HTTP/1.1\r\nhost: ");
                        }
                    }
                }
                std::thread::sleep(Duration::from_millis(300));
            }
        });
        std::thread::sleep(Duration::from_secs(1));
        let p99 = honest_p99(at, 300);
        done.store(true, Ordering::Relaxed);
        p99
    });
    let grown = program.resident().saturating_sub(before);
    println!("500 slow heads: an honest user's p99 {p99:?}, memory +{} KiB", grown >> 10);
    assert!(p99 < Duration::from_secs(5), "{p99:?}");
    assert!(grown < GROWTH, "{grown}");
}

/// Sends a body for as long as it is taken; how much that was, and the first line of the answer.
fn pour(at: SocketAddr, head: &str, most: u64) -> (u64, String) {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(40))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let chunked = head.contains("chunked");
    let piece = vec![b'['; 1 << 16];
    let mut sent = 0;
    while sent < most {
        let wrote = if chunked {
            stream
                .write_all(b"10000\r\n")
                .and_then(|()| stream.write_all(&piece))
                .and_then(|()| stream.write_all(b"\r\n"))
        } else {
            stream.write_all(&piece)
        };
        if wrote.is_err() {
            break;
        }
        sent += piece.len() as u64;
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    (sent, text.lines().next().unwrap_or_default().to_owned())
}

#[test]
fn a_body_of_ten_gigabytes_is_refused_while_others_go_on() {
    const TEN_GB: u64 = 10_000_000_000;
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let (at, before) = (program.at, program.resident());
    let json = "content-type: application/json";
    for path in ["/api/v1/login", "/api/v1/command", "/api/v1/scenes", "/api/v1/pictures"] {
        let length = format!("content-length: {TEN_GB}");
        for how in [length.as_str(), "transfer-encoding: chunked"] {
            let head = format!("POST {path} HTTP/1.1\r\nhost: {at}\r\n{json}\r\n{how}\r\n\r\n");
            let (sent, answer) = std::thread::scope(|scope| {
                let pouring = scope.spawn(|| pour(at, &head, TEN_GB));
                let p99 = honest_p99(at, 20);
                let poured = pouring.join().unwrap();
                println!(
                    "{path}, {how}: took {} KiB, {}, others' p99 {p99:?}",
                    poured.0 >> 10,
                    poured.1
                );
                poured
            });
            assert!(sent < 256 << 20, "{path}: took {sent} bytes");
            // Whoever goes on sending may lose the answer with the connection.
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
        }
    }
    let grown = program.resident().saturating_sub(before);
    println!("memory +{} KiB", grown >> 10);
    assert!(grown < GROWTH, "{grown}");
}
