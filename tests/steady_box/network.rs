//! What the box talks to when nobody asks it anything: nobody. And where it can be reached: at one port.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::client::get;
use crate::process::{Program, rounds};

/// The sockets that a process has open, by their inodes.
fn inodes(process: u32) -> HashSet<String> {
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    files
        .filter_map(|file| std::fs::read_link(file.ok()?.path()).ok())
        .filter_map(|to| Some(to.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect()
}

/// `0100007F:0BB9` as `127.0.0.1:3001`; also with the 32 digits of an IPv6 address.
fn address(hex: &str) -> SocketAddr {
    let (ip, port) = hex.split_once(':').unwrap();
    let words: Vec<u8> = (0..ip.len() / 8)
        .flat_map(|i| u32::from_str_radix(&ip[i * 8..i * 8 + 8], 16).unwrap().to_le_bytes())
        .collect();
    let port = u16::from_str_radix(port, 16).unwrap();
    match <[u8; 4]>::try_from(words.as_slice()) {
        Ok(v4) => (v4, port).into(),
        Err(_) => (<[u8; 16]>::try_from(words.as_slice()).unwrap(), port).into(),
    }
}

/// The process's sockets: local address, remote address, state (0A listens).
fn sockets(process: u32) -> Vec<(SocketAddr, SocketAddr, String)> {
    let own = inodes(process);
    let mut found = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let Ok(text) = std::fs::read_to_string(format!("/proc/{process}/net/{table}")) else {
            continue;
        };
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if own.contains(fields[9]) {
                let state = if table.starts_with("udp") { "udp" } else { fields[3] };
                found.push((address(fields[1]), address(fields[2]), state.to_owned()));
            }
        }
    }
    found
}

/// Ten seconds, or as many rounds of ten seconds as are asked for: 60 are the ten minutes promised.
#[test]
fn an_idle_box_talks_to_nobody_and_listens_at_one_port() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--camera", "demo", "--log-level", "error"]);
    let time = Duration::from_secs(10) * u32::try_from(rounds(1)).unwrap();
    let (begun, mut looks) = (Instant::now(), 0);
    let (mut listening, mut strangers) = (HashSet::new(), HashSet::new());
    while begun.elapsed() < time {
        for (local, remote, state) in sockets(program.id()) {
            match state.as_str() {
                "0A" | "udp" => drop(listening.insert((local, state))),
                _ if remote.ip().to_canonical().is_loopback() => {}
                _ => drop(strangers.insert(remote)),
            }
        }
        looks += 1;
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("{looks} looks in {time:?}: listens at {listening:?}, talks to {strangers:?}");
    assert_eq!(listening, HashSet::from([(program.at, "0A".to_owned())]));
    assert!(strangers.is_empty());
    assert_eq!(get(program.at, "/api/health/live").status, 200);
}
