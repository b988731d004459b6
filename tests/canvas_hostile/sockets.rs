//! Sockets: two that want the same, and messages that make no sense.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::victim::Victim;

type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn open(v: &Victim) -> Socket {
    let url = format!("ws://{}/api/v1/ws", v.program.at);
    tokio_tungstenite::connect_async(url).await.unwrap().0
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// The next message of one of these types.
async fn hear(socket: &mut Socket, types: &[&str]) -> Value {
    let wait = async {
        loop {
            let Message::Text(text) = socket.next().await.expect("the socket ends").unwrap() else {
                continue;
            };
            let value: Value = serde_json::from_str(&text).unwrap();
            if types.iter().any(|t| value["type"] == *t) {
                return value;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .unwrap_or_else(|_| panic!("no {types:?}"))
}

async fn ask(socket: &mut Socket, id: u64, command: Value) -> Value {
    say(socket, &json!({"type":"do","id":id,"command":command})).await;
    loop {
        let answer = hear(socket, &["did", "refused"]).await;
        if answer["id"] == id {
            return answer;
        }
    }
}

fn run<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(job)
}

#[test]
fn two_that_want_the_same_get_one_yes_and_one_reason() {
    let v = Victim::start();
    run(async {
        let (mut a, mut b) = (open(&v).await, open(&v).await);
        let grab = || json!({"command":"grab","ids":[1]});
        assert_eq!(ask(&mut a, 1, grab()).await["type"], "did");
        let before = v.state();
        let place = json!({"id":1,"position":[3,3,0],"rotation":[0,0,0,1],"scale":[1,1,1]});
        let other = json!({"id":2,"position":[3,3,0],"rotation":[0,0,0,1],"scale":[1,1,1]});
        let refusals = [
            (grab(), "conflict"),
            (json!({"command":"delete","ids":[1]}), "conflict"),
            (json!({"command":"move","ids":[1],"by":[1,0,0]}), "conflict"),
            (json!({"command":"drag","transforms":[place]}), ""),
        ];
        for (command, kind) in refusals {
            let answer = ask(&mut b, 2, command.clone()).await;
            assert_eq!(answer["type"], "refused", "{command}: {answer}");
            if !kind.is_empty() {
                assert_eq!(answer["error"]["kind"], kind, "{command}: {answer}");
                assert!(answer["error"].to_string().contains("page 1"), "who holds it: {answer}");
            }
        }
        // Letting go what one does not hold takes it from nobody.
        for nothing in ["release", "let_back"] {
            ask(&mut b, 5, json!({"command":nothing})).await;
        }
        assert_eq!(ask(&mut b, 6, grab()).await["type"], "refused");
        // Not even the holder may drag what it does not hold.
        let answer = ask(&mut a, 3, json!({"command":"drag","transforms":[other]})).await;
        assert_eq!(answer["type"], "refused", "{answer}");
        assert_eq!(v.state(), before);
        // Who goes lets go.
        drop(a);
        let until = std::time::Instant::now() + Duration::from_secs(20);
        while ask(&mut b, 4, grab()).await["type"] != "did" {
            assert!(std::time::Instant::now() < until, "it is held for ever");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
}

#[test]
fn messages_that_make_no_sense_are_refused_and_the_box_goes_on() {
    let v = Victim::start();
    let before = v.state();
    run(async {
        let mut honest = open(&v).await;
        let deep = format!(
            r#"{{"type":"do","id":1,"command":{}{}}}"#,
            "[".repeat(50_000),
            "]".repeat(50_000)
        );
        for bad in [
            json!({"type":"do"}).to_string(),
            json!({"type":"do","id":-1,"command":{"command":"clear"}}).to_string(),
            json!({"type":"do","id":1.5,"command":{"command":"clear"}}).to_string(),
            json!({"type":"do","id":"1","command":{"command":"clear"}}).to_string(),
            json!({"type":"do","id":1,"command":{"command":"clear"},"as":"owner"}).to_string(),
            json!({"type":"do","id":1,"command":[]}).to_string(),
            json!({"type":"do","id":1,"command":{"command":"cleer"}}).to_string(),
            json!({"type":"do","id":1,"command":"clear"}).to_string(),
            json!({"type":"subscribe","canvas":true,"have":{"scene":-1,"revision":0}}).to_string(),
            json!({"type":"subscribe","output":"x".repeat(100_000)}).to_string(),
            deep,
        ] {
            let mut socket = open(&v).await;
            socket.send(Message::text(bad.clone())).await.unwrap();
            let shown: String = bad.chars().take(100).collect();
            let answer = hear(&mut socket, &["error", "refused"]).await;
            assert!(answer["error"]["what"].is_string(), "{shown}: {answer}");
        }
        let mut socket = open(&v).await;
        let huge = json!({"type":"do","id":1,"command":{"command":"write","id":3,"text":"x".repeat(3 << 20)}});
        let _ = socket.send(Message::text(huge.to_string())).await;
        let mut told = false;
        while let Ok(Some(Ok(message))) =
            tokio::time::timeout(Duration::from_secs(20), socket.next()).await
        {
            told |= matches!(&message, Message::Text(text) if text.contains("too large"));
            if matches!(message, Message::Close(_)) {
                break;
            }
        }
        assert!(told, "a message that is too large is told so");
        // A revision that never was: the scene comes whole.
        say(&mut honest, &json!({"type":"subscribe","canvas":true,"have":{"scene":v.scene,"revision":9_000_000_000_u64}})).await;
        assert_eq!(hear(&mut honest, &["scene"]).await["objects"].as_array().unwrap().len(), 5);
        assert_eq!(ask(&mut honest, 1, json!({"command":"select","ids":[]})).await["type"], "did");
    });
    assert_eq!(v.state(), before);
}
