//! The live socket, with clients that behave.

use std::time::Duration;

use dixi::base::Stamp;
use dixi::gesture::{Event, Gesture, Observation, Phase};
use dixi::server::live::to_picture;
use dixi::vision::Handedness;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::client::get;
use super::site::Site;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a socket; a page sends its origin, a program does not.
pub async fn open(site: &Site, path: &str, page: bool) -> Result<Socket, u16> {
    let mut request = format!("ws://{}{path}", site.at).into_client_request().unwrap();
    if page {
        let origin = format!("http://{}", site.at).parse().unwrap();
        request.headers_mut().insert("origin", origin);
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(e) => panic!("{e}"),
    }
}

/// The next text message of one of these types; others are passed over.
pub async fn wait(socket: &mut Socket, types: &[&str]) -> Value {
    loop {
        match socket.next().await.expect("closed").expect("broken") {
            Message::Text(text) => {
                let value: Value = serde_json::from_str(&text).unwrap();
                if types.iter().any(|t| value["type"] == *t) {
                    return value;
                }
            }
            Message::Close(reason) => panic!("closed: {reason:?}"),
            _ => {}
        }
    }
}

pub async fn say(socket: &mut Socket, value: Value) {
    socket.send(Message::text(value.to_string())).await.unwrap();
}

/// An observation of frame `seq`, with events of these phases.
pub fn observation(site: &Site, seq: u64, phases: &[Phase]) -> Observation {
    let now = site.clock.now();
    let mut o = Observation {
        seq,
        captured_at: now,
        finished_at: now,
        width: 640,
        height: 480,
        ..Observation::default()
    };
    o.timings_ms.total = 5.0;
    for phase in phases {
        o.events.push(Event {
            phase: *phase,
            gesture: Gesture::ThumbUp,
            track: 3,
            other_track: None,
            hand: Handedness::Left,
            confidence: 0.9,
            progress: 1.0,
            held_ms: 10,
            pointer: [0.5, 0.25],
        });
    }
    o
}

#[test]
fn a_viewer_gets_hello_states_observations_and_events_in_order() {
    let site = Site::start(&[("view.mirrored", "false")]);
    site.run(async {
        let mut socket = open(&site, "/api/v1/ws", true).await.unwrap();
        let hello = wait(&mut socket, &["hello", "camera", "vision", "status"]).await;
        assert_eq!((&hello["type"], &hello["mirrored"]), (&"hello".into(), &false.into()));
        assert_eq!(hello["publish_token"].as_str().unwrap().len(), 32);
        wait(&mut socket, &["camera"]).await;
        wait(&mut socket, &["vision"]).await;
        site.live.publish(&observation(&site, 7, &[Phase::Started, Phase::Held]));
        let event = wait(&mut socket, &["gesture", "observation"]).await;
        assert_eq!((&event["type"], &event["seq"]), (&"gesture".into(), &7.into()));
        assert_eq!(event["event"]["gesture"], "thumb_up");
        let seen = wait(&mut socket, &["gesture", "observation"]).await;
        assert_eq!((&seen["type"], &seen["seq"]), (&"observation".into(), &7.into()));
        assert_eq!(seen["events"].as_array().unwrap().len(), 2, "held is in the observation only");
        assert_eq!(get(site.at, "/api/v1/vision").json()["seq"], 7);

        say(&mut socket, json!({"type":"ping","t":12.5})).await;
        let pong = wait(&mut socket, &["pong"]).await;
        assert_eq!(pong["t"], 12.5);
        assert!(pong["now_us"].as_u64().unwrap() <= site.clock.now().us);

        site.camera.send_modify(|c| c.phase = dixi::camera::Phase::Paused);
        assert_eq!(wait(&mut socket, &["camera"]).await["state"], "paused");

        site.settings.set("vision.num_hands", &json!(3)).unwrap();
        let setting = wait(&mut socket, &["setting"]).await;
        assert_eq!((&setting["value"], &setting["from"]), (&3.into(), &"ui".into()));

        say(
            &mut socket,
            json!({"type":"latency","capture_to_screen_ms":41.5,"capture_to_drawn_ms":52.5}),
        )
        .await;
        loop {
            let status = wait(&mut socket, &["status"]).await;
            assert_eq!(status["viewers"], 1);
            if status["capture_to_screen_ms"]["p50"] == 41.5
                && status["capture_to_drawn_ms"]["p50"] == 52.5
            {
                assert!(status["capture_to_event_ms"]["p95"].as_f64().unwrap() > 0.0);
                break;
            }
        }
    });
}

#[test]
fn only_pages_of_this_box_learn_the_publish_token() {
    let site = Site::start(&[]);
    site.run(async {
        let mut program = open(&site, "/api/v1/ws", false).await.unwrap();
        assert!(wait(&mut program, &["hello"]).await.get("publish_token").is_none());
    });
}

#[test]
fn two_pictures_are_in_flight_at_most_and_the_newest_wins() {
    let site = Site::start(&[]);
    site.run(async {
        let mut socket = open(&site, "/api/v1/ws", true).await.unwrap();
        let subscribe = json!({"type":"subscribe","pictures":true,"observations":false});
        say(&mut socket, subscribe).await;
        while !site.live.demand().wait(Duration::ZERO) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let picture = async |socket: &mut Socket| loop {
            if let Message::Binary(bytes) = socket.next().await.unwrap().unwrap() {
                assert_eq!((bytes[0], bytes[1], bytes[2], &bytes[32..]), (1, 1, 32, &b"jpeg"[..]));
                return u64::from_le_bytes(bytes[8..16].try_into().unwrap());
            }
        };
        let show =
            |seq| site.live.show(Some(to_picture(seq, Stamp::from_ms(1), (640, 480), b"jpeg")));
        show(1);
        assert_eq!(picture(&mut socket).await, 1);
        show(2);
        assert_eq!(picture(&mut socket).await, 2);
        for seq in 3..=9 {
            show(seq);
        }
        // No credit is left: the answer to a ping overtakes all pictures.
        say(&mut socket, json!({"type":"ping","t":1.0})).await;
        wait_without_pictures(&mut socket).await;
        say(&mut socket, json!({"type":"seen","seq":2})).await;
        assert_eq!(picture(&mut socket).await, 9);
        say(&mut socket, json!({"type":"subscribe","pictures":false})).await;
        while site.live.demand().wait(Duration::ZERO) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
}

async fn wait_without_pictures(socket: &mut Socket) {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Binary(_) => panic!("a picture without credit"),
            Message::Text(t) if t.contains("\"pong\"") => return,
            _ => {}
        }
    }
}

#[test]
fn viewers_are_limited_and_their_places_come_back() {
    let site = Site::start(&[("view.max_viewers", "2")]);
    site.run(async {
        let first = open(&site, "/api/v1/ws", false).await.unwrap();
        let _second = open(&site, "/api/v1/ws", false).await.unwrap();
        assert_eq!(open(&site, "/api/v1/ws", false).await.err(), Some(429));
        drop(first);
        loop {
            match open(&site, "/api/v1/ws", false).await {
                Ok(_) => break,
                Err(status) => assert_eq!(status, 429),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
}

/// Once an observation could overtake the events of its own frame.
#[test]
fn an_event_comes_before_the_observation_of_its_frame() {
    let site = Site::start(&[]);
    site.run(async {
        let mut socket = open(&site, "/api/v1/ws", true).await.unwrap();
        wait(&mut socket, &["vision"]).await;
        for seq in 1..=300 {
            site.live.publish(&observation(&site, seq, &[Phase::Started]));
            for kind in ["gesture", "observation"] {
                let next = wait(&mut socket, &["gesture", "observation"]).await;
                assert_eq!((&next["type"], &next["seq"]), (&kind.into(), &seq.into()));
            }
        }
    });
}

#[test]
fn a_viewer_that_falls_behind_is_told_how_many_events_it_missed() {
    let site = Site::start(&[]);
    site.run(async {
        let mut socket = open(&site, "/api/v1/ws", false).await.unwrap();
        wait(&mut socket, &["observation", "vision"]).await;
        // Within one poll of the viewer's task: published faster than anybody can send.
        for seq in 1..=5_000 {
            site.live.publish(&observation(&site, seq, &[Phase::Started, Phase::Ended]));
        }
        let (mut events, mut missed) = (0, 0);
        while events + missed < 10_000 {
            let next = wait(&mut socket, &["gesture", "missed"]).await;
            match next["count"].as_u64() {
                Some(count) => missed += count,
                None => events += 1,
            }
        }
        assert_eq!(events + missed, 10_000);
    });
}

#[test]
fn stopping_says_goodbye_to_everybody() {
    let mut site = Site::start(&[]);
    let mut sockets = site.run(async {
        let mut all = Vec::new();
        for _ in 0..5 {
            let mut socket = open(&site, "/api/v1/ws", false).await.unwrap();
            wait(&mut socket, &["hello"]).await;
            all.push(socket);
        }
        all
    });
    assert!(site.stop(), "somebody held it up");
    site.run(async {
        for socket in &mut sockets {
            loop {
                match socket.next().await {
                    Some(Ok(Message::Close(Some(reason)))) => {
                        assert_eq!(u16::from(reason.code), 1001);
                        break;
                    }
                    Some(Ok(_)) => {}
                    end => panic!("{end:?}"),
                }
            }
        }
    });
}
