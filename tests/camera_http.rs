//! Network cameras with the quirks of real ones, served on loopback byte by byte.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail, and say what it saw"
)]

#[path = "common/pictures.rs"]
mod pictures;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dixi::base::{Clock, Kind, Result};
use dixi::camera::http::{HttpSource, Patience};
use dixi::camera::{Frame, Phase, Source, SourceSpec, Supervisor};
use dixi::config::CameraSettings;

use pictures::jpeg;

/// Serves each connection on a thread of its own; gives `host:port`.
fn serve(
    answer: impl Fn(&mut TcpStream, &str) -> std::io::Result<()> + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || {
                let (mut stream, mut head) = (stream, Vec::new());
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
                    head.push(byte[0]);
                }
                let _ = answer(&mut stream, &String::from_utf8_lossy(&head));
            });
        }
    });
    at
}

/// Serves the same bytes to everybody and closes.
fn serve_bytes(head: &str, body: Vec<u8>) -> String {
    let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
    serve(move |s, _| s.write_all(head.as_bytes()).and_then(|()| s.write_all(&body)))
}

fn patience() -> Patience {
    let ms = Duration::from_millis;
    Patience { connect: ms(2_000), answer: ms(1_500), read: ms(800), picture: ms(1_500) }
}

fn open(url: &str) -> Result<HttpSource> {
    let SourceSpec::Http(address) = SourceSpec::parse(url)? else { panic!("{url}") };
    HttpSource::open(&address, patience(), Clock::new())
}

fn next(source: &mut HttpSource) -> Result<Vec<u8>> {
    let mut frame = Frame::default();
    source.next(&mut frame).map(|()| frame.data)
}

#[test]
fn multipart_as_cameras_really_write_it() {
    let (a, b) = (jpeg(1), jpeg(2));
    let multipart = "200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=";
    let heads = ["--myboundary", "\"my boundary\"", "x", ";broken", "myboundary"];
    let parts: [&str; 5] = [
        "--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: LEN\r\n\r\n",
        "\r\n----myboundary\r\nContent-Type: image/jpeg\r\n\r\n",
        "--x\nContent-type: image/jpg\nX-Timestamp: 1.2\n\n",
        "\r\nContent-Length: 7\r\n\r\n",
        "",
    ];
    for (boundary, part) in heads.iter().zip(parts) {
        let mut body = Vec::new();
        for picture in [&a, &b, &a] {
            body.extend(part.replace("LEN", &picture.len().to_string()).bytes());
            body.extend(picture);
        }
        let at = serve_bytes(&format!("{multipart}{boundary}"), body);
        let mut camera = open(&format!("http://{at}/stream")).unwrap();
        for want in [&a, &b, &a] {
            assert_eq!(&next(&mut camera).unwrap(), want, "{boundary} {part:?}");
        }
        assert!(next(&mut camera).is_err(), "the end of the stream is an error");
    }
}

#[test]
fn chunked_bodies_and_no_content_type_at_all() {
    let (a, b) = (jpeg(1), jpeg(2));
    let stream = [&a[..], &b].concat();
    let mut chunked = Vec::new();
    for chunk in stream.chunks(100) {
        chunked.extend(format!("{:x}\r\n", chunk.len()).bytes());
        chunked.extend(chunk);
        chunked.extend(b"\r\n");
    }
    for at in [
        serve_bytes("200 OK\r\nTransfer-Encoding: chunked", [&chunked[..], b"0\r\n\r\n"].concat()),
        serve_bytes("200 OK", stream),
    ] {
        let mut camera = open(&format!("http://{at}/")).unwrap();
        assert_eq!(
            [next(&mut camera).unwrap(), next(&mut camera).unwrap()],
            [a.clone(), b.clone()]
        );
    }
}

#[test]
fn an_address_of_single_pictures_is_asked_again_and_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let at = serve(move |s, _| {
        let picture = jpeg(count.fetch_add(1, SeqCst) as u8 + 1);
        let length = picture.len();
        write!(
            s,
            "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )?;
        s.write_all(&picture)
    });
    let mut camera = open(&format!("http://{at}/snapshot.jpg")).unwrap();
    let begun = Instant::now();
    for seed in 1..=5 {
        assert_eq!(next(&mut camera).unwrap(), jpeg(seed));
    }
    assert!(begun.elapsed() >= Duration::from_millis(380), "no faster than ten a second");
    assert_eq!(asked.load(SeqCst), 5);
}

#[test]
fn the_password_goes_to_its_host_only() {
    let seen = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&seen);
    let other = serve(move |s, head| {
        heard.lock().unwrap().push_str(head);
        write!(s, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
        s.write_all(&jpeg(1))
    });
    let away = other.clone();
    let at = serve(move |s, head| {
        // "user:pass word" in base64.
        if !head.contains("uthorization: Basic dXNlcjpwYXNzIHdvcmQ=") {
            return write!(
                s,
                "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
            );
        }
        match head.split(' ').nth(1) {
            Some("/away") => write!(
                s,
                "HTTP/1.1 302 Go\r\nLocation: http://{away}/x\r\nContent-Length: 0\r\n\r\n"
            ),
            Some("/near") => {
                write!(s, "HTTP/1.1 307 Go\r\nLocation: /here\r\nContent-Length: 0\r\n\r\n")
            }
            _ => {
                write!(s, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
                s.write_all(&jpeg(2))
            }
        }
    });
    assert_eq!(
        next(&mut open(&format!("http://user:pass%20word@{at}/near")).unwrap()).unwrap(),
        jpeg(2)
    );
    assert_eq!(
        next(&mut open(&format!("http://user:pass%20word@{at}/away")).unwrap()).unwrap(),
        jpeg(1)
    );
    let seen = seen.lock().unwrap().to_ascii_lowercase();
    assert!(
        seen.contains("get /x") && !seen.contains("authorization") && !seen.contains("dxnl"),
        "{seen}"
    );
    let e = open(&format!("http://user:wrong@{at}/near")).unwrap_err();
    assert_eq!(e.kind(), Kind::Denied);
    assert!(!format!("{e:?} {:?}", e.next_step()).contains("wrong@"));
}

#[test]
fn a_connection_that_the_camera_did_not_keep_is_made_anew() {
    // It promises to keep the connection and closes it.
    let at = serve(|s, _| {
        let picture = jpeg(4);
        let length = picture.len();
        write!(
            s,
            "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n"
        )?;
        s.write_all(&picture)
    });
    let mut source = open(&format!("http://{at}/still")).unwrap();
    for round in 0..20 {
        assert_eq!(next(&mut source).unwrap(), jpeg(4), "{round}");
    }
}

#[test]
fn refusals_are_explained() {
    // No test's server is ever given a port below 1024, so nothing comes to listen there meanwhile.
    let refused = "127.0.0.1:9".to_owned();
    let digest = "401 No\r\nWWW-Authenticate: Digest realm=\"x\", nonce=\"y\"";
    for (at, hint) in [
        (refused, "nothing listens"),
        (serve_bytes("404 Not Found", vec![]), "404"),
        (serve_bytes(digest, vec![]), "digest"),
        (serve_bytes("401 No\r\nWWW-Authenticate: Basic realm=x", vec![]), "password"),
        (
            serve_bytes("200 OK\r\nContent-Type: text/html; charset=utf-8", b"<html>".to_vec()),
            "text/html",
        ),
        (serve_bytes("302 Go\r\nLocation: /again", vec![]), "redirects"),
        (serve_bytes("302 Go\r\nLocation: file:///etc/passwd", vec![]), "cannot be read"),
        (
            serve_bytes("302 Go\r\nLocation: http://169.254.169.254/latest", vec![]),
            "no address that may",
        ),
        (serve(|s, _| s.write_all(b"\0\0nonsense\r\n\r\n")), "not HTTP"),
        (serve(|_, _| Ok(())), "camera"),
    ] {
        let e = open(&format!("http://{at}/")).unwrap_err();
        assert!(e.to_string().contains(hint), "{hint}: {e}");
    }
}

#[test]
fn silence_and_dripping_end_in_a_timeout() {
    let silent = serve(|s, _| {
        std::thread::sleep(Duration::from_secs(30));
        s.write_all(b"x")
    });
    let e = open(&format!("http://{silent}/")).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    let stalling = serve(|s, _| {
        s.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        s.write_all(&jpeg(1)[..200])?;
        std::thread::sleep(Duration::from_secs(30));
        Ok(())
    });
    let e = next(&mut open(&format!("http://{stalling}/")).unwrap()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    let dripping = serve(|s, _| {
        s.write_all(b"HTTP/1.1 200 OK\r\n\r\n\xFF\xD8\xFF\xE0\xFF\xFF")?;
        loop {
            s.write_all(b"x")?;
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let begun = Instant::now();
    let e = next(&mut open(&format!("http://{dripping}/")).unwrap()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(begun.elapsed() < Duration::from_secs(10));
}

/// Resident memory of this process, MB.
fn resident_mb() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / 1e6
}

#[test]
fn hostile_streams_through_the_whole_supervisor_never_grow_memory() {
    // An endless picture; giant headers; a flood of large pictures; all between good ones.
    let good = jpeg(7);
    let mut giant = jpeg(1);
    let sof = giant.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    giant[sof + 5..sof + 9].copy_from_slice(&[0x27, 0x10, 0x27, 0x10]);
    let mut large = jpeg(2);
    large.truncate(large.len() - 2);
    large.resize(3_900_000, 0x55);
    large.extend([0xFF, 0xD9]);
    let at = serve(move |s, _| {
        s.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n",
        )?;
        loop {
            for _ in 0..20 {
                s.write_all(&giant)?;
                s.write_all(&good)?;
                s.write_all(&good[..good.len() / 2])?;
                s.write_all(&large)?;
            }
            s.write_all(&good[..good.len() - 2])?;
            for _ in 0..2_000 {
                s.write_all(&[0x55; 8 << 10])?;
            }
        }
    });
    let settings = CameraSettings {
        source: format!("http://u:hidden@{at}/v"),
        backoff_min_ms: 100,
        ..CameraSettings::default()
    };
    let before = resident_mb();
    let camera = Supervisor::start(settings, Clock::new()).unwrap();
    let (frames, deadline) = (camera.frames(), Instant::now() + Duration::from_secs(40));
    let (mut most, mut taken) = (before, 0);
    let mut seen_bad = false;
    while Instant::now() < deadline && (taken < 120 || !seen_bad) {
        taken += usize::from(frames.take(Duration::from_millis(200)).is_some());
        most = most.max(resident_mb());
        seen_bad |= camera.state().borrow().bad > 0;
    }
    let state = camera.state().borrow().clone();
    assert!(taken >= 100 && seen_bad, "{taken} pictures, {state:?}");
    assert!(most - before < 64.0, "grew by {:.1} MB", most - before);
    assert!(!format!("{state:?}").contains("hidden"));
    assert!(matches!(state.phase, Phase::Running | Phase::Waiting | Phase::Starting), "{state:?}");
    println!("grew by {:.1} MB over {taken} pictures, {} refused", most - before, state.bad);
}
