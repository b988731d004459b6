//! Clients that mean harm or know no better: nobody else notices, and memory stays where it is.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use dixi::server::Patience;
use dixi::server::live::to_picture;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::client::get;
use super::live::{Socket, observation, open, say, wait};
use super::process::Program;
use super::site::Site;

/// Reads until the socket ends; the text of it all.
async fn drain(socket: &mut Socket) -> String {
    let mut said = String::new();
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) => said.push_str(&text),
            Message::Close(Some(reason)) => said.push_str(&format!("[closed {}]", reason.code)),
            _ => {}
        }
    }
    said
}

#[test]
fn nonsense_is_answered_nine_times_and_then_ends() {
    let site = Site::start(&[]);
    site.run(async {
        let mut socket = open(&site, "/api/v1/ws", false).await.unwrap();
        let nonsense = [
            Message::text("hello?"),
            Message::text("{}"),
            Message::text(r#"{"type":"subscribe","pictures":"yes"}"#),
            Message::text(r#"{"type":"drop_tables"}"#),
            Message::text("[".repeat(60_000)),
            Message::binary(vec![1, 2, 3]),
            Message::text(r#"{"type":"seen","seq":-1}"#),
            Message::text(r#"{"type":"ping","t":1e999}"#),
            Message::text("\u{0}"),
        ];
        for bad in nonsense {
            let shown = format!("{bad:?}").chars().take(60).collect::<String>();
            socket.send(bad).await.unwrap();
            let error = wait(&mut socket, &["error"]).await;
            assert_eq!(error["error"]["kind"], "invalid", "{shown}");
        }
        socket.send(Message::text("the tenth")).await.unwrap();
        assert!(drain(&mut socket).await.contains("[closed 1008]"));
    });
}

#[test]
fn a_message_that_is_too_large_gets_a_reason_and_ends() {
    let site = Site::start(&[]);
    site.run(async {
        for size in [(512 << 10) + 1, 10 << 20] {
            let socket = open(&site, "/api/v1/ws", false).await.unwrap();
            let (mut sink, mut stream) = socket.split();
            let sender = tokio::spawn(async move {
                // Cannot be sent to the end: the server stops reading.
                let _ = sink.send(Message::text("x".repeat(size))).await;
            });
            let mut said = String::new();
            while let Some(Ok(message)) = stream.next().await {
                match message {
                    Message::Text(text) => said.push_str(&text),
                    Message::Close(Some(reason)) => {
                        said.push_str(&format!("[closed {}]", reason.code));
                        break;
                    }
                    _ => {}
                }
            }
            assert!(said.contains("too large") && said.contains("[closed 1009]"), "{size}: {said}");
            sender.abort();
        }
    });
}

#[test]
fn too_many_messages_are_refused() {
    let site = Site::start(&[]);
    site.run(async {
        let mut socket = open(&site, "/api/v1/ws", false).await.unwrap();
        for _ in 0..2_000 {
            if socket.feed(Message::text(r#"{"type":"ping","t":0}"#)).await.is_err() {
                break;
            }
        }
        let _ = socket.flush().await;
        let said = drain(&mut socket).await;
        assert!(said.contains("too many messages") && said.contains("[closed 1008]"), "{said}");
    });
}

#[test]
fn a_viewer_that_reads_nothing_delays_nobody() {
    let site = Site::start(&[]);
    site.run(async {
        let mut deaf = open(&site, "/api/v1/ws", true).await.unwrap();
        say(&mut deaf, json!({"type":"subscribe","pictures":true})).await;
        let mut honest = open(&site, "/api/v1/ws", true).await.unwrap();
        wait(&mut honest, &["hello"]).await;
        let big = vec![7; 3 << 20];
        let (mut worst, before) = (Duration::ZERO, resident());
        for seq in 1..=200 {
            site.live.show(Some(to_picture(seq, site.clock.now(), (640, 480), &big)));
            let begun = Instant::now();
            site.live.publish(&observation(&site, seq, &[]));
            assert!(begun.elapsed() < Duration::from_secs(5), "publishing waited");
            while wait(&mut honest, &["observation"]).await["seq"] != seq {}
            worst = worst.max(begun.elapsed());
        }
        println!(
            "the slowest of 200 observations took {worst:?} beside a viewer that reads nothing"
        );
        // Generous, for a busy machine; a viewer that held others up would hold them up for 10 s.
        assert!(worst < Duration::from_secs(5), "{worst:?}");
        let grown = resident().saturating_sub(before) >> 20;
        assert!(grown < 64, "memory grew by {grown} MiB");
        drop(deaf);
    });
}

#[test]
fn idle_connections_make_room_for_a_request() {
    let site = Site::start(&[]);
    let mut idle = Vec::new();
    for _ in 0..400 {
        let mut stream = TcpStream::connect(site.at).unwrap();
        // Half a head, as slowly as it goes.
        stream.write_all(b"GET / HTTP/1.1\r\nhost: loc").unwrap();
        idle.push(stream);
    }
    for _ in 0..20 {
        assert_eq!(get(site.at, "/api/health/live").status, 200);
    }
    // Those that had to make room are really gone.
    let gone = |stream: &mut TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        std::io::Read::read(stream, &mut [0; 256]).is_ok()
    };
    let until = Instant::now() + Duration::from_secs(5);
    while idle.iter_mut().map(gone).filter(|gone| *gone).count() < 400 - 256 {
        assert!(Instant::now() < until, "idle connections linger");
    }
}

#[test]
fn who_is_silent_or_deaf_or_slow_is_dropped() {
    let patience = Patience {
        head: Duration::from_millis(400),
        ping: Duration::from_millis(250),
        silent: Duration::from_secs(2),
        stall: Duration::from_secs(1),
        ..Patience::default()
    };
    let site = Site::patient("127.0.0.1:0", &[], patience);
    let viewers = |site: &Site| get(site.at, "/api/v1/status").json()["viewers"].clone();
    // Never answers a ping: its socket is not even read.
    let mut silent = TcpStream::connect(site.at).unwrap();
    let upgrade = format!(
        "GET /api/v1/ws HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        site.at
    );
    silent.write_all(upgrade.as_bytes()).unwrap();
    let mut slow = TcpStream::connect(site.at).unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: loc").unwrap();
    site.run(async {
        let mut honest = open(&site, "/api/v1/ws", false).await.unwrap();
        while wait(&mut honest, &["status"]).await["viewers"] != 2 {}
        while wait(&mut honest, &["status"]).await["viewers"] != 1 {}
        let mut deaf = open(&site, "/api/v1/ws", false).await.unwrap();
        say(&mut deaf, json!({"type":"subscribe","pictures":true})).await;
        while !site.live.demand().wait(Duration::ZERO) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let big = vec![7; 12 << 20];
        site.live.show(Some(to_picture(1, site.clock.now(), (640, 480), &big)));
        while wait(&mut honest, &["status"]).await["viewers"] != 1 {}
        drop(deaf);
    });
    // The honest one has just left too; the server hears of that a moment later.
    let until = Instant::now() + Duration::from_secs(20);
    while viewers(&site) != 0 {
        assert!(Instant::now() < until, "a viewer lingers");
        std::thread::sleep(Duration::from_millis(5));
    }
    slow.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut rest = Vec::new();
    std::io::Read::read_to_end(&mut slow, &mut rest).expect("closed by the server");
}

#[test]
fn memory_stays_where_it_is_whatever_clients_do() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--camera", "browser"]);
    // Vision loads its models on the side: wait until that is done.
    while get(program.at, "/api/health/ready").status != 200 {
        std::thread::sleep(Duration::from_millis(50));
    }
    let before = program.resident();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for _ in 0..4 {
            let clients = (0..16).map(|_| {
                let url = format!("ws://{}/api/v1/ws", program.at);
                tokio::spawn(async move {
                    let Ok((mut socket, _)) = tokio_tungstenite::connect_async(url).await else {
                        return;
                    };
                    let _ = socket.send(Message::text("x".repeat(10 << 20))).await;
                })
            });
            for client in clients.collect::<Vec<_>>() {
                let _ = client.await;
            }
        }
    });
    let head = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(1 << 20));
    for _ in 0..20 {
        let answer = super::client::raw(program.at, head.as_bytes());
        assert!(matches!(answer.status, 431 | 400 | 0), "{answer:?}");
    }
    let grown = program.resident().saturating_sub(before) >> 20;
    println!("64 clients with 10 MiB messages and 20 with 1 MiB heads: memory grew by {grown} MiB");
    assert!(grown < 64, "memory grew by {grown} MiB");
    assert_eq!(get(program.at, "/api/health/live").status, 200);
}

/// This process's resident memory, bytes.
fn resident() -> u64 {
    dixi::operate::host::resident_bytes().unwrap()
}
