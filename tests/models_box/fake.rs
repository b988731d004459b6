//! An Ollama of the test's own, which fetches as the model's name says and keeps what it has of it.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What there is of a model that is fetched slowly, bytes, and how much comes at once.
pub const TOTAL: u64 = 4_000_000;
const PIECE: u64 = 40_000;

#[derive(Default)]
pub struct Seen {
    /// Bodies of what was asked to be fetched.
    pub pulls: Mutex<Vec<String>>,
    /// What is there of each model.
    pub have: Mutex<HashMap<String, u64>>,
    /// Those that are there whole.
    pub whole: Mutex<HashSet<String>>,
    /// Answers that are on their way.
    pub fetching: AtomicUsize,
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
}

fn serve(mut socket: TcpStream, seen: &Seen) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let whole = loop {
            if let Some(whole) = complete(&bytes) {
                break whole;
            }
            match socket.read(&mut piece)? {
                0 => return Ok(()),
                n => bytes.extend_from_slice(&piece[..n]),
            }
        };
        let request = String::from_utf8(bytes.drain(..whole).collect()).unwrap();
        answer(&mut socket, &request, seen)?;
    }
}

fn complete(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length =
        text.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse::<usize>().ok());
    let whole = head + length.unwrap_or(0);
    (bytes.len() >= whole).then_some(whole)
}

fn json(socket: &mut TcpStream, body: &str) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
    write!(socket, "{head}{}\r\n\r\n{body}", body.len())
}

fn line(socket: &mut TcpStream, line: &str) -> std::io::Result<()> {
    write!(socket, "{:x}\r\n{line}\n\r\n", line.len() + 1)
}

/// Whether the other side is still there; waits for so long.
fn stays(socket: &mut TcpStream, long: Duration) -> bool {
    socket.set_read_timeout(Some(long)).unwrap();
    let gone = matches!(socket.peek(&mut [0; 1]), Ok(0));
    socket.set_read_timeout(None).unwrap();
    !gone
}

struct Fetching<'s>(&'s Seen);

impl Drop for Fetching<'_> {
    fn drop(&mut self) {
        self.0.fetching.fetch_sub(1, SeqCst);
    }
}

fn answer(socket: &mut TcpStream, request: &str, seen: &Seen) -> std::io::Result<()> {
    let path = request.split(' ').nth(1).unwrap_or_default();
    match path {
        "/api/version" => return json(socket, r#"{"version":"0.0.1"}"#),
        "/api/tags" => {
            let whole = seen.whole.lock().unwrap();
            let each = whole
                .iter()
                .map(|m| format!("{{\"name\":\"{m}:latest\",\"digest\":\"{m}\",\"size\":7}}"));
            return json(
                socket,
                &format!("{{\"models\":[{}]}}", each.collect::<Vec<_>>().join(",")),
            );
        }
        "/api/pull" => {}
        "/api/delete" => {
            let body = r#"{"error":"model not found"}"#;
            let head = "HTTP/1.1 404 Not Found\r\ncontent-length: ";
            return write!(socket, "{head}{}\r\n\r\n{body}", body.len());
        }
        _ => return json(socket, "{}"),
    }
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    seen.pulls.lock().unwrap().push(body.to_owned());
    let name = body.split("\"model\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    seen.fetching.fetch_add(1, SeqCst);
    let _fetching = Fetching(seen);
    write!(
        socket,
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
    )?;
    line(socket, r#"{"status":"pulling manifest"}"#)?;
    let kind = name.split('-').next().unwrap();
    let layer = |digest: &str, total: u64, done: u64| {
        format!(
            "{{\"status\":\"pulling {digest}\",\"digest\":\"sha256:{digest}\",\"total\":{total},\"completed\":{done}}}"
        )
    };
    match kind {
        "missing" => line(socket, r#"{"error":"pull model manifest: file does not exist"}"#)?,
        "fault" => {
            line(socket, &layer("aa", TOTAL, PIECE))?;
            line(socket, r#"{"error":"digest mismatch, file must be downloaded again"}"#)?;
        }
        "huge" => {
            line(socket, &layer("aa", 1 << 50, 0))?;
            while stays(socket, Duration::from_millis(20)) {}
            return Err(std::io::ErrorKind::ConnectionReset.into());
        }
        "half" => {
            line(socket, &layer("aa", TOTAL, PIECE))?;
            return Err(std::io::ErrorKind::ConnectionReset.into());
        }
        "stuck" => {
            line(socket, &layer("aa", TOTAL, PIECE))?;
            while stays(socket, Duration::from_millis(20)) {
                line(socket, &layer("aa", TOTAL, PIECE))?;
            }
            return Err(std::io::ErrorKind::ConnectionReset.into());
        }
        _ => {
            let mut done = seen.have.lock().unwrap().get(&name).copied().unwrap_or_default();
            while done < TOTAL {
                line(socket, &layer("aa", TOTAL, done))?;
                let pause = if kind == "slow" { 60 } else { 2 };
                if !stays(socket, Duration::from_millis(pause)) {
                    return Err(std::io::ErrorKind::ConnectionReset.into());
                }
                done = (done + PIECE).min(TOTAL);
                seen.have.lock().unwrap().insert(name.clone(), done);
            }
            line(socket, &layer("aa", TOTAL, TOTAL))?;
            line(socket, &layer("bb", 500, 500))?;
            line(socket, r#"{"status":"verifying sha256 digest"}"#)?;
            seen.whole.lock().unwrap().insert(name);
            line(socket, r#"{"status":"success"}"#)?;
        }
    }
    socket.write_all(b"0\r\n\r\n")
}
