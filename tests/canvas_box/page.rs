//! A page of the test's own: it has commands done, and follows the scene as a real one does.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::client::{get, send};
use crate::process::Program;

/// No camera, and a log that fits into the pipe that nobody reads.
pub const QUIET: &[&str] = &["--camera", "browser", "--log-level", "warn"];

/// Patience with a busy machine; only a test that fails waits so long.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub struct Page {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next: u64,
    /// The scene as this page knows it.
    pub scene: u64,
    pub revision: u64,
    pub objects: BTreeMap<u64, Value>,
    /// Scenes that came whole.
    pub wholes: u32,
    /// Steps that came.
    pub changes: u32,
    /// Answers to what it had done, by number.
    pub answers: BTreeMap<u64, Value>,
    /// The newest `canvas` message.
    pub canvas: Value,
    /// Messages of other types, as they came.
    pub others: Vec<Value>,
}

impl Page {
    /// Opens a socket and asks for the canvas.
    pub async fn open(at: SocketAddr) -> Self {
        let mut page = Self::away(at).await;
        page.say(json!({"type": "subscribe", "canvas": true, "observations": false})).await;
        page.until(|p| p.wholes > 0 && p.canvas.is_object()).await;
        page
    }

    /// Opens a socket that has asked for nothing.
    pub async fn away(at: SocketAddr) -> Self {
        let (socket, _) = connect_async(format!("ws://{at}/api/v1/ws")).await.unwrap();
        Self {
            socket,
            next: 0,
            scene: 0,
            revision: 0,
            objects: BTreeMap::new(),
            wholes: 0,
            changes: 0,
            answers: BTreeMap::new(),
            canvas: Value::Null,
            others: Vec::new(),
        }
    }

    pub async fn say(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    /// Gives a command, and does not wait; its number.
    pub async fn give(&mut self, command: Value) -> u64 {
        self.next += 1;
        self.say(json!({"type": "do", "id": self.next, "command": command})).await;
        self.next
    }

    /// Has a command done; its answer, `did` or `refused`.
    pub async fn run(&mut self, command: Value) -> Value {
        let id = self.give(command).await;
        self.until(|p| p.answers.contains_key(&id)).await;
        self.answers.remove(&id).unwrap()
    }

    /// Has a command done that must be.
    pub async fn done(&mut self, command: Value) -> Value {
        let answer = self.run(command.clone()).await;
        assert_eq!(answer["type"], "did", "{command}: {answer}");
        answer["outcome"].clone()
    }

    /// Takes messages until it is so.
    pub async fn until(&mut self, so: impl Fn(&Self) -> bool) {
        let wait = async {
            while !so(self) {
                self.take().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it never came to be so");
    }

    /// Takes one message.
    pub async fn take(&mut self) {
        match self.socket.next().await.expect("closed").expect("broken") {
            Message::Text(text) => self.hear(serde_json::from_str(&text).unwrap()),
            Message::Close(reason) => panic!("closed: {reason:?}"),
            _ => {}
        }
    }

    fn hear(&mut self, message: Value) {
        let number = |v: &Value| v.as_u64().unwrap();
        let put = |objects: &mut BTreeMap<u64, Value>| {
            for o in message["objects"].as_array().unwrap() {
                objects.insert(number(&o["id"]), o.clone());
            }
        };
        match message["type"].as_str().unwrap() {
            "scene" => {
                self.objects.clear();
                put(&mut self.objects);
                (self.scene, self.revision) =
                    (number(&message["id"]), number(&message["revision"]));
                self.wholes += 1;
            }
            "change" => {
                assert_eq!(number(&message["scene"]), self.scene);
                assert_eq!(number(&message["revision"]), self.revision + 1, "a change is missing");
                for id in message["removed"].as_array().unwrap() {
                    self.objects.remove(&number(id));
                }
                put(&mut self.objects);
                self.revision += 1;
                self.changes += 1;
            }
            "canvas" => self.canvas = message,
            "did" | "refused" => drop(self.answers.insert(number(&message["id"]), message)),
            "error" => panic!("{message}"),
            _ => self.others.push(message),
        }
    }

    /// The newest message of this type, waiting for one.
    pub async fn newest(&mut self, kind: &str) -> Value {
        self.until(|p| p.others.iter().any(|m| m["type"] == kind)).await;
        self.others.iter().rfind(|m| m["type"] == kind).unwrap().clone()
    }

    /// That the page shows exactly what the box has.
    pub fn is_right(&self, at: SocketAddr) {
        let scene = get(at, &format!("/api/v1/scenes/{}", self.scene)).json();
        assert_eq!(scene["revision"], self.revision);
        let mine: Vec<&Value> = self.objects.values().collect();
        let its: Vec<&Value> = scene["objects"].as_array().unwrap().iter().collect();
        assert_eq!(mine, its);
    }
}

/// Has a command done over HTTP.
pub fn post(program: &Program, command: Value) -> Value {
    let answer = send(program.at, "POST", "/api/v1/command", &command.to_string());
    assert_eq!(answer.status, 200, "{command}: {answer:?}");
    answer.json()
}

pub fn canvas(program: &Program) -> Value {
    get(program.at, "/api/v1/canvas").json()
}

/// The scene that is shown, whole.
pub fn shown(program: &Program) -> Value {
    get(program.at, &format!("/api/v1/scenes/{}", canvas(program)["scene"])).json()
}
