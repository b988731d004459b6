//! An Ollama of the test's own, which behaves as the model's name says.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

/// A line of an answer, and its last one.
pub const LINE: &str =
    r#"{"model":"m","message":{"role":"assistant","content":"wörd "},"done":false}"#;
pub const LAST: &str = r#"{"model":"m","message":{"role":"assistant","content":""},"done":true,"total_duration":7,"prompt_eval_count":11,"eval_count":5}"#;

/// What it saw.
#[derive(Default)]
pub struct Seen {
    /// Requests, head and body as they came.
    pub requests: Mutex<Vec<Vec<u8>>>,
    /// Answers that are on their way.
    pub streaming: AtomicUsize,
    /// When answers were broken off by the other side.
    pub closed: Mutex<Vec<Instant>>,
    /// Answers are held back until this.
    pub go: AtomicBool,
}

pub struct Fake {
    pub url: String,
    pub seen: Arc<Seen>,
}

impl Fake {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let (socket, seen) = (socket.unwrap(), Arc::clone(&shared));
                // What goes wrong on a connection is what is tested.
                std::thread::spawn(move || drop(serve(socket, &seen)));
            }
        });
        Self { url, seen }
    }

    /// The last request about a model, head and body.
    pub fn last(&self) -> (String, Vec<u8>) {
        let all = self.seen.requests.lock().unwrap();
        let of_us = |r: &&Vec<u8>| !r.starts_with(b"GET /api/version");
        let last = all.iter().rfind(of_us).expect("nothing came").clone();
        let at = last.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(last[..at].to_vec()).unwrap().to_ascii_lowercase();
        (head, last[at + 4..].to_vec())
    }
}

fn serve(mut socket: TcpStream, seen: &Seen) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 16 << 10];
        let whole = loop {
            if let Some(length) = complete(&bytes) {
                break length;
            }
            match socket.read(&mut piece)? {
                0 => return Ok(()),
                n => bytes.extend_from_slice(&piece[..n]),
            }
        };
        let request: Vec<u8> = bytes.drain(..whole).collect();
        seen.requests.lock().unwrap().push(request.clone());
        answer(&mut socket, &request, seen)?;
    }
}

/// How long a request is, if all of it is there.
fn complete(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length =
        text.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse::<usize>().ok());
    let whole = head + length.unwrap_or(0);
    (bytes.len() >= whole).then_some(whole)
}

const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n";

fn chunk(socket: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    write!(socket, "{:x}\r\n", bytes.len())?;
    socket.write_all(bytes)?;
    socket.write_all(b"\r\n")
}

fn whole(socket: &mut TcpStream, mime: &str, body: &[u8]) -> std::io::Result<()> {
    write!(
        socket,
        "HTTP/1.1 200 OK\r\ncontent-type: {mime}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )?;
    socket.write_all(body)
}

/// Writes a little every few milliseconds until the other side is gone.
fn stream(socket: &mut TcpStream, seen: &Seen, pause: Duration) -> std::io::Result<()> {
    seen.streaming.fetch_add(1, SeqCst);
    socket.set_nonblocking(true)?;
    let mut gone = [0; 1];
    loop {
        let over = match socket.peek(&mut gone) {
            Ok(n) => n == 0,
            Err(e) => e.kind() != std::io::ErrorKind::WouldBlock,
        };
        // A socket that takes no more for a moment is not gone.
        if over || chunk(socket, format!("{LINE}\n").as_bytes()).is_err() {
            break;
        }
        std::thread::sleep(pause);
    }
    seen.closed.lock().unwrap().push(Instant::now());
    seen.streaming.fetch_sub(1, SeqCst);
    Err(std::io::ErrorKind::ConnectionReset.into())
}

/// 1 GB of nothing, packed.
pub fn bomb() -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&vec![0; 16 << 20]).unwrap();
    packed.finish().unwrap().repeat(64)
}

fn answer(socket: &mut TcpStream, request: &[u8], seen: &Seen) -> std::io::Result<()> {
    let text = String::from_utf8_lossy(request);
    let path = text.split(' ').nth(1).unwrap_or_default();
    if path == "/api/version" {
        return whole(socket, "application/json", br#"{"version":"0.0.1"}"#);
    }
    let is = |name: &str| text.contains(&format!(":\"{name}\""));
    if is("stream") || is("drip") {
        socket.write_all(format!("{CHUNKED}\r\n").as_bytes())?;
        return stream(socket, seen, Duration::from_millis(if is("drip") { 200 } else { 5 }));
    }
    if is("hang") || is("wait") {
        // No head: until the other side has gone, or it may go on.
        seen.streaming.fetch_add(1, SeqCst);
        socket.set_read_timeout(Some(Duration::from_millis(20)))?;
        loop {
            match socket.read(&mut [0; 1]) {
                Err(e)
                    if matches!(
                        e.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) => {}
                _ => break,
            }
        }
        seen.closed.lock().unwrap().push(Instant::now());
        seen.streaming.fetch_sub(1, SeqCst);
        return Err(std::io::ErrorKind::ConnectionReset.into());
    }
    let half = format!("{LINE}\n{}", &LINE[..20]);
    if is("silent") || is("half") || is("reset") {
        socket.write_all(format!("{CHUNKED}\r\n").as_bytes())?;
        chunk(socket, half.as_bytes())?;
        if is("silent") {
            std::thread::sleep(Duration::from_secs(30));
        }
        if is("reset") {
            socket.write_all(b"zzzz not a chunk")?;
        }
        return Err(std::io::ErrorKind::ConnectionReset.into());
    }
    if is("fault") {
        socket.write_all(format!("{CHUNKED}\r\n").as_bytes())?;
        chunk(socket, format!("{LINE}\n{{\"error\":\"out of memory\"}}\n").as_bytes())?;
        return socket.write_all(b"0\r\n\r\n");
    }
    if is("bomb") {
        let head = format!("{CHUNKED}content-encoding: gzip\r\n\r\n");
        socket.write_all(head.as_bytes())?;
        for piece in bomb().chunks(64 << 10) {
            chunk(socket, piece)?;
        }
        return socket.write_all(b"0\r\n\r\n");
    }
    if is("line") {
        socket.write_all(format!("{CHUNKED}\r\n").as_bytes())?;
        chunk(socket, &vec![b'x'; 1 << 20])?;
        return socket.write_all(b"0\r\n\r\n");
    }
    if is("deep") {
        return whole(socket, "application/json", "[".repeat(1_000_000).as_bytes());
    }
    if is("endless-head") {
        socket.write_all(b"HTTP/1.1 200 OK\r\n")?;
        while socket.write_all(b"x-more: and more of it, and more of it\r\n").is_ok() {}
        return Err(std::io::ErrorKind::ConnectionReset.into());
    }
    if is("html") {
        return whole(socket, "text/html", b"<script src=/ollama/api/tags></script>");
    }
    if is("redirect") {
        return socket.write_all(
            b"HTTP/1.1 302 Found\r\nlocation: http://evil.example/\r\ncontent-length: 0\r\n\r\n",
        );
    }
    if is("missing") {
        let body = br#"{"error":"model 'missing' not found"}"#;
        write!(
            socket,
            "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )?;
        return socket.write_all(body);
    }
    if path == "/api/chat" {
        socket.write_all(
            format!(
                "{CHUNKED}set-cookie: dixi_session=evil\r\naccess-control-allow-origin: *\r\n\r\n"
            )
            .as_bytes(),
        )?;
        chunk(socket, format!("{LINE}\n").as_bytes())?;
        chunk(socket, format!("{LINE}\n{LAST}\n").as_bytes())?;
        return socket.write_all(b"0\r\n\r\n");
    }
    whole(
        socket,
        "application/json",
        br#"{"status":"success","usage":{"prompt_tokens":3,"total_tokens":3}}"#,
    )
}
