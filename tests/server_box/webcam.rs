//! The socket that takes a browser's webcam.

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;

use super::live::{Socket, open, wait};
use super::site::Site;

/// A grey JPEG of 16 by 16, made by the same library that reads it.
fn jpeg() -> Vec<u8> {
    let pixels = vec![128; 16 * 16 * 3];
    let image = turbojpeg::Image {
        pixels: &pixels[..],
        width: 16,
        pitch: 48,
        height: 16,
        format: turbojpeg::PixelFormat::RGB,
    };
    turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2).unwrap().to_vec()
}

fn message(seq: u64, captured_us: u64, jpeg: &[u8]) -> Message {
    let mut bytes = vec![2, 1, 32, 0, 0, 0, 0, 0];
    bytes.extend(seq.to_le_bytes());
    bytes.extend(captured_us.to_le_bytes());
    bytes.extend([16, 0, 0, 0, 16, 0, 0, 0]);
    bytes.extend(jpeg);
    Message::binary(bytes)
}

async fn page(site: &Site) -> (Socket, String) {
    let mut live = open(site, "/api/v1/ws", true).await.unwrap();
    let hello = wait(&mut live, &["hello"]).await;
    let token = hello["publish_token"].as_str().unwrap();
    (live, format!("/api/v1/camera/browser?token={token}"))
}

#[test]
fn a_pages_pictures_are_taken_one_by_one() {
    let site = Site::start(&[]);
    site.run(async {
        let (_live, path) = page(&site).await;
        let mut webcam = open(&site, &path, true).await.unwrap();
        let claimed = site.clock.now().us;
        webcam.send(message(41, claimed, &jpeg())).await.unwrap();
        assert_eq!(wait(&mut webcam, &["taken"]).await["seq"], 41);
        // A clock that cannot be right is not believed.
        webcam.send(message(42, u64::MAX, &jpeg())).await.unwrap();
        assert_eq!(wait(&mut webcam, &["taken"]).await["seq"], 42);
        let taken = site.webcam.lock().unwrap().clone();
        assert_eq!(taken[0], (jpeg().len(), dixi::base::Stamp::from_us(claimed)));
        assert!(taken[1].1 <= site.clock.now());

        for bad in [Message::binary(vec![0; 40]), Message::text("hello"), message(1, 0, b"no jpeg")]
        {
            webcam.send(bad).await.unwrap();
            assert_eq!(wait(&mut webcam, &["error"]).await["error"]["kind"], "invalid");
        }
        webcam.send(message(43, 0, &jpeg())).await.unwrap();
        assert_eq!(wait(&mut webcam, &["taken"]).await["seq"], 43, "one mistake is forgiven");
    });
}

#[test]
fn nobody_else_may_send_and_too_much_is_too_much() {
    let site = Site::start(&[]);
    site.run(async {
        let none = open(&site, "/api/v1/camera/browser", true).await.err();
        let wrong = open(&site, "/api/v1/camera/browser?token=0123", true).await.err();
        assert_eq!((none, wrong), (Some(403), Some(403)));
        let (_live, path) = page(&site).await;
        let mut webcam = open(&site, &path, true).await.unwrap();
        // The server stops reading in the midst of this; it may not be possible to send it all.
        let _ = webcam.send(message(1, 0, &vec![0xff; 10 << 20])).await;
        let mut said = String::new();
        while let Some(Ok(next)) = webcam.next().await {
            if let Message::Text(text) = next {
                said.push_str(&text);
            }
        }
        assert!(said.is_empty() || said.contains("too large"), "{said}");
        assert!(site.webcam.lock().unwrap().is_empty());
        let _one = open(&site, &path, true).await.unwrap();
    });
}
