//! A client that can say anything: HTTP by hand, so that wrong requests are possible too.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
    /// The cookie that it gives, as `name=value`; empty without one.
    pub cookie: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The error's kind.
    pub fn kind(&self) -> String {
        self.json()["error"]["kind"].as_str().unwrap_or_default().to_owned()
    }
}

/// Sends raw bytes and reads until the other side closes.
pub fn raw(at: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // The server may have answered and closed before all was sent.
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let cookie = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next())?
    });
    let cookie = cookie.unwrap_or_default().to_owned();
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned(), cookie }
}

/// A request as a program makes it, with further header lines.
pub fn request(at: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let text = format!(
        "{method} {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    );
    raw(at, text.as_bytes())
}

pub fn get(at: SocketAddr, path: &str) -> Answer {
    request(at, "GET", path, "", "")
}

/// A request with a JSON body.
pub fn send(at: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    request(at, method, path, "content-type: application/json\r\n", body)
}
