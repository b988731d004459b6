//! A page: asks over HTTP, and hears over the live socket what comes.

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::client::{get, request, send};
use crate::ollama::Ollama;
use crate::process::Program;

/// A box before a real server.
pub fn before(ollama: &Ollama, data: &std::path::Path) -> Program {
    let url = format!("ollama.url={}", ollama.url);
    Program::start(data, &["--camera", "browser", "--set", &url])
}

pub struct Page {
    at: SocketAddr,
    socket: WebSocket<TcpStream>,
}

impl Page {
    pub fn open(at: SocketAddr) -> Self {
        let stream = TcpStream::connect(at).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
        let (mut socket, _) = client(format!("ws://{at}/api/v1/ws"), stream).unwrap();
        let wish = json!({"type": "subscribe", "chats": true, "observations": false});
        socket.send(Message::text(wish.to_string())).unwrap();
        // What is asked for is there once a ping said after it is answered.
        socket.send(Message::text(r#"{"type":"ping","t":1}"#)).unwrap();
        let mut page = Self { at, socket };
        while page.message()["type"] != "pong" {}
        page
    }

    fn message(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// The next piece of news of conversations.
    pub fn news(&mut self) -> Value {
        loop {
            let message = self.message();
            if message["type"] == "chat" {
                assert_ne!(message["news"]["what"], "missed", "this page was too slow");
                return message["news"].clone();
            }
        }
    }

    /// All of an answer as it came, and the message at its end.
    pub fn answer(&mut self, message: &Value) -> (Heard, Value) {
        self.rest(Heard::default(), message)
    }

    /// The rest of an answer.
    pub fn rest(&mut self, mut heard: Heard, message: &Value) -> (Heard, Value) {
        loop {
            let news = self.news();
            match news["what"].as_str().unwrap() {
                "more" if news["message"] == *message => heard.add(&news),
                "ended" if news["message"]["id"] == *message => {
                    return (heard, news["message"].clone());
                }
                _ => {}
            }
        }
    }

    /// Waits until so much of an answer is there.
    pub fn until_said(&mut self, heard: &mut Heard, characters: usize) {
        while heard.text.chars().count() < characters {
            let news = self.news();
            assert_ne!(news["what"], "ended", "{news}");
            if news["what"] == "more" {
                heard.add(&news);
            }
        }
    }

    pub fn begin(&self, how: Value) -> i64 {
        let begun = send(self.at, "POST", "/api/v1/chats", &json!({"how": how}).to_string());
        assert_eq!(begun.status, 201, "{begun:?}");
        begun.json()["id"].as_i64().unwrap()
    }

    /// Asks; the question and the coming answer.
    pub fn ask(&self, chat: i64, asking: Value) -> Value {
        let path = format!("/api/v1/chats/{chat}/messages");
        let asked = send(self.at, "POST", &path, &asking.to_string());
        assert_eq!(asked.status, 201, "{asked:?}");
        asked.json()
    }

    /// Asks and waits for the whole answer.
    pub fn talk(&mut self, chat: i64, text: &str) -> Value {
        let asked = self.ask(chat, json!({"text": text}));
        self.answer(&asked["answer"]["id"]).1
    }

    pub fn chat(&self, chat: i64) -> Value {
        get(self.at, &format!("/api/v1/chats/{chat}")).json()
    }

    pub fn post(&self, path: &str, body: &Value) -> crate::client::Answer {
        send(self.at, "POST", path, &body.to_string())
    }

    pub fn call(&self, method: &str, path: &str) -> crate::client::Answer {
        request(self.at, method, path, "", "")
    }
}

/// What came of an answer.
#[derive(Default, Debug)]
pub struct Heard {
    pub text: String,
    pub thinking: String,
    pub waited_for: Vec<String>,
}

impl Heard {
    fn add(&mut self, news: &Value) {
        for (part, all) in [("text", &mut self.text), ("thinking", &mut self.thinking)] {
            if let Some(more) = news[part]["text"].as_str() {
                let from = news[part]["from"].as_u64().unwrap() as usize;
                // As JavaScript counts.
                assert_eq!(from, all.encode_utf16().count(), "nothing is missing: {news}");
                all.push_str(more);
            }
        }
        if let Some(waiting) = news["waiting"].as_str() {
            self.waited_for.push(waiting.to_owned());
        }
    }
}

/// Waits until it is so, for at most a minute.
pub fn until(what: &str, mut so: impl FnMut() -> bool) {
    let late = Instant::now() + Duration::from_secs(60);
    while !so() {
        assert!(Instant::now() < late, "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
