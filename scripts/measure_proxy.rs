//! The two ends of `scripts/measure-proxy`: an upstream that streams without thinking, and clients that take the
//! time. The standard library alone, compiled by the script: nothing of Dixi's is in what measures it.
//!
//!     measure_proxy serve
//!     measure_proxy ask MODEL CLIENTS ROUNDS TARGET…   (TARGET: ADDRESS PATH TOKEN; `-` is no token)
//!     measure_proxy hold MODEL STREAMS ADDRESS PATH TOKEN
//!
//! The upstream answers as the model's name says: `now-LINES` at once, `paced-LINES-MICROSECONDS` a line each so
//! often. `ask` lets all clients ask one target, then all the next, over connections that are kept: all in the same
//! instant, or, of `paced` answers, each at a moment of its own within half a second. It prints for each answer:
//! target, nanoseconds to the first line, nanoseconds to the end, bytes. `hold` opens streams, prints `held` and
//! keeps them, reading, until its input ends.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

const LINE: &str = "{\"model\":\"m\",\"created_at\":\"2026-11-22T12:00:00.000000000Z\",\"message\":{\"role\":\"assistant\",\"content\":\" word\"},\"done\":false}\n";
const LAST: &str = "{\"model\":\"m\",\"created_at\":\"2026-11-22T12:00:00.000000000Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"prompt_eval_count\":11,\"eval_count\":5}\n";
/// Within this long people ask who do not ask in the same instant.
const SPREAD: Duration = Duration::from_millis(500);
const END: &[u8] = b"\r\n0\r\n\r\n";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => serve(),
        ["ask", model, clients, rounds, targets @ ..] if targets.len() % 3 == 0 => {
            ask(model, number(clients), number(rounds), targets)
        }
        ["hold", model, streams, target @ ..] if target.len() == 3 => hold(model, number(streams), target),
        _ => panic!("measure_proxy: what? {words:?}"),
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{}", listener.local_addr().unwrap());
    for socket in listener.incoming() {
        let socket = socket.unwrap();
        // Whoever goes away in the middle is no fault.
        std::thread::spawn(move || drop(answer_all(socket)));
    }
}

fn answer_all(mut socket: TcpStream) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 16 << 10];
        let whole = loop {
            if let Some(whole) = complete(&bytes) {
                break whole;
            }
            match socket.read(&mut piece)? {
                0 => return Ok(()),
                n => bytes.extend_from_slice(&piece[..n]),
            }
        };
        let request = String::from_utf8_lossy(&bytes[..whole]).into_owned();
        bytes.drain(..whole);
        answer(&mut socket, &request)?;
    }
}

/// How long a request is, if all of it is there.
fn complete(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse::<usize>().ok());
    let whole = head + length.unwrap_or(0);
    (bytes.len() >= whole).then_some(whole)
}

fn answer(socket: &mut TcpStream, request: &str) -> std::io::Result<()> {
    let Some((_, rest)) = request.split_once("\"model\":\"") else {
        let body = "{\"version\":\"0.0.0\",\"models\":[]}";
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
        return socket.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes());
    };
    let name = rest.split('"').next().unwrap_or_default();
    let mut parts = name.split('-');
    let paced = parts.next() == Some("paced");
    let lines = parts.next().map_or(1, number);
    let pause = Duration::from_micros(parts.next().map_or(0, number) as u64);
    // Head and first line go apart, as Ollama's do.
    socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n")?;
    let begun = Instant::now();
    for line in 0..lines {
        if paced {
            let due = pause * line as u32;
            std::thread::sleep(due.saturating_sub(begun.elapsed()));
        }
        chunk(socket, LINE)?;
    }
    chunk(socket, LAST)?;
    socket.write_all(b"0\r\n\r\n")
}

fn chunk(socket: &mut TcpStream, line: &str) -> std::io::Result<()> {
    socket.write_all(format!("{:x}\r\n{line}\r\n", line.len()).as_bytes())
}

struct Client {
    socket: TcpStream,
    request: String,
}

impl Client {
    fn to(target: &[&str], model: &str) -> Self {
        let [address, path, token] = target else { panic!("a target has three words") };
        let socket = TcpStream::connect(address).unwrap();
        socket.set_nodelay(true).unwrap();
        let body = format!("{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"Tell me.\"}}]}}");
        let login = if *token == "-" { String::new() } else { format!("authorization: Bearer {token}\r\n") };
        let request = format!(
            "POST {path}/api/chat HTTP/1.1\r\nhost: {address}\r\n{login}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        Self { socket, request }
    }

    /// Nanoseconds to the first line and to the end, and bytes.
    fn ask(&mut self) -> (u128, u128, usize) {
        let begun = Instant::now();
        self.socket.write_all(self.request.as_bytes()).unwrap();
        let (mut piece, mut head, mut first, mut bytes) = ([0; 64 << 10], Vec::new(), 0, 0);
        let mut tail: Vec<u8> = Vec::new();
        loop {
            let n = self.socket.read(&mut piece).unwrap();
            assert!(n > 0, "the answer broke off: {}", String::from_utf8_lossy(&head));
            bytes += n;
            if first == 0 {
                head.extend_from_slice(&piece[..n]);
                let after = head.windows(4).position(|w| w == b"\r\n\r\n");
                if after.is_some_and(|at| head[at..].contains(&b'{')) {
                    first = begun.elapsed().as_nanos();
                    assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
                }
            }
            tail.extend_from_slice(&piece[n.saturating_sub(END.len())..n]);
            let old = tail.len().saturating_sub(END.len());
            tail.drain(..old);
            if tail == END {
                return (first, begun.elapsed().as_nanos(), bytes);
            }
        }
    }
}

fn ask(model: &str, clients: usize, rounds: usize, targets: &[&str]) {
    let targets: Vec<&[&str]> = targets.chunks(3).collect();
    let (barrier, lines) = (Arc::new(Barrier::new(clients)), Arc::new(Mutex::new(String::new())));
    let spread = if model.starts_with("paced") && clients > 1 { SPREAD } else { Duration::ZERO };
    let threads: Vec<_> = (0..clients)
        .map(|n| {
            let mut ends: Vec<Client> = targets.iter().map(|t| Client::to(t, model)).collect();
            let (barrier, lines) = (Arc::clone(&barrier), Arc::clone(&lines));
            std::thread::spawn(move || {
                let mut own = String::new();
                for round in 0..rounds {
                    for turn in 0..ends.len() {
                        // Who goes first changes, so that neither always follows the other's noise.
                        let which = (turn + round) % ends.len();
                        barrier.wait();
                        // Any order, but the same for all targets.
                        let place = (n * 7 + round * 13) % clients;
                        std::thread::sleep(spread * place as u32 / clients as u32);
                        let (first, whole, bytes) = ends[which].ask();
                        own += &format!("{which} {first} {whole} {bytes}\n");
                    }
                }
                *lines.lock().unwrap() += &own;
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    print!("{}", lines.lock().unwrap());
}

fn hold(model: &str, streams: usize, target: &[&str]) {
    let mut open: Vec<Client> = (0..streams).map(|_| Client::to(target, model)).collect();
    for client in &mut open {
        client.socket.write_all(client.request.as_bytes()).unwrap();
        let mut first = [0; 4096];
        let n = client.socket.read(&mut first).unwrap();
        assert!(first[..n].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&first[..n]));
        client.socket.set_nonblocking(true).unwrap();
    }
    println!("held");
    std::thread::spawn(move || loop {
        for client in &mut open {
            match client.socket.read(&mut [0; 64 << 10]) {
                Ok(0) => panic!("a stream ended"),
                Err(e) if e.kind() != ErrorKind::WouldBlock => panic!("{e}"),
                _ => {}
            }
        }
        std::thread::sleep(Duration::from_millis(20));
    });
    let _ = std::io::stdin().read(&mut [0; 1]);
}
