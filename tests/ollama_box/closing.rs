//! A client that leaves: nobody works for it any more within a second, a hundred times of a hundred.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use dixi::access::{Allowance, Role};

use super::fake::Fake;
use super::policy::{before, token};

/// Asks and leaves; waits for the first bytes of the answer if there are any.
fn ask(at: SocketAddr, token: &str, path: &str, model: &str) -> TcpStream {
    let body = format!("{{\"model\":\"{model}\"}}");
    let mut stream = TcpStream::connect(at).unwrap();
    let text = format!(
        "POST {path} HTTP/1.1\r\nhost: {at}\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

#[test]
fn a_hundred_clients_that_leave_are_a_hundred_answers_that_end() {
    let fake = Fake::start();
    let site = before(&fake);
    let token = token(&site, Role::User, Allowance::default());
    let mut slowest = Duration::ZERO;
    for round in 0..100 {
        // Most in the middle of the answer, some before its first word, some while nothing is said.
        let model = ["stream", "drip", "hang", "stream"][round % 4];
        let path = ["/ollama/api/chat", "/ollama/v1/chat/completions"][round % 2];
        let mut client = ask(site.at, &token, path, model);
        if model != "hang" {
            let mut some = [0; 600];
            client.read_exact(&mut some).unwrap();
        }
        let begun = Instant::now();
        while fake.seen.streaming.load(SeqCst) == 0 {
            assert!(begun.elapsed() < Duration::from_secs(10), "it was never asked");
            std::thread::sleep(Duration::from_millis(1));
        }
        let left = Instant::now();
        drop(client);
        while fake.seen.closed.lock().unwrap().len() <= round {
            assert!(left.elapsed() < Duration::from_secs(10), "{model}: it works on for nobody");
            std::thread::sleep(Duration::from_millis(1));
        }
        let took = fake.seen.closed.lock().unwrap()[round].saturating_duration_since(left);
        slowest = slowest.max(took);
    }
    println!("100 clients left, 100 answers ended, the slowest after {slowest:?}");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}

#[test]
fn answers_on_their_way_end_when_the_box_stops() {
    let fake = Fake::start();
    let mut site = before(&fake);
    let token = token(&site, Role::User, Allowance::default());
    let clients: Vec<_> =
        (0..5).map(|_| ask(site.at, &token, "/ollama/api/chat", "drip")).collect();
    let begun = Instant::now();
    while fake.seen.streaming.load(SeqCst) < clients.len() {
        assert!(begun.elapsed() < Duration::from_secs(10), "they were never asked");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(site.stop(), "everybody went in time");
}
