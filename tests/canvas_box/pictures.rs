//! Pictures, thumbnails and photographs, honest and not.

use std::net::SocketAddr;

use serde_json::json;

use super::page::{Page, QUIET, canvas, post, runtime};
use crate::client::{Answer, get, raw, send};
use crate::process::Program;

#[path = "../common/pictures.rs"]
mod made;
use made::jpeg;

fn png(side: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Rgb);
    let pixels: Vec<u8> = (0..side * side * 3).map(|i| (i * 13) as u8).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    file
}

/// A PNG's head that promises so many pixels, and nothing after it.
fn promise(side: u32) -> Vec<u8> {
    let mut file = png(8);
    file[16..20].copy_from_slice(&side.to_be_bytes());
    file[20..24].copy_from_slice(&side.to_be_bytes());
    let mut crc = 0xFFFF_FFFF_u32;
    for byte in &file[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    file[29..33].copy_from_slice(&(!crc).to_be_bytes());
    file
}

fn bring(at: SocketAddr, method: &str, path: &str, mime: &str, bytes: &[u8]) -> Answer {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\ncontent-type: {mime}\r\n\
         content-length: {}\r\n\r\n",
        bytes.len()
    );
    raw(at, &[head.as_bytes(), bytes].concat())
}

#[test]
fn a_picture_is_taken_for_what_it_is_and_given_as_that() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    for (mime, bytes, width) in [("image/png", png(20), 20), ("image/jpeg", jpeg(5), 64)] {
        let answer = bring(program.at, "POST", "/api/v1/pictures", mime, &bytes);
        assert_eq!(answer.status, 200, "{answer:?}");
        let kept = answer.json();
        assert_eq!(kept["width"], width);
        let hash = kept["picture"].as_str().unwrap();
        let picture = get(program.at, &format!("/api/v1/pictures/{hash}"));
        assert!(picture.head.contains(&format!("content-type: {mime}\r\n")), "{}", picture.head);
        assert!(picture.head.contains("x-content-type-options: nosniff"), "{}", picture.head);
        assert!(picture.head.contains("immutable"), "{}", picture.head);
        let form = json!({"kind": "picture", "picture": hash, "aspect": 5});
        post(&program, json!({"command": "create", "form": form}));
        let again = bring(program.at, "POST", "/api/v1/pictures", mime, &bytes);
        assert_eq!(again.json()["picture"], hash);
    }
}

#[test]
fn a_picture_that_lies_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let (png, jpeg) = (png(64), jpeg(3));
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice();
    let cases: [(&str, &str, &[u8], u16, &str); 10] = [
        ("a PNG as JPEG", "image/jpeg", &png, 400, "not what it says"),
        ("a JPEG as PNG", "image/png", &jpeg, 400, "not what it says"),
        ("a page as PNG", "image/png", b"<html><script>alert(1)</script></html>", 400, "neither"),
        ("an SVG as PNG", "image/png", svg, 400, "neither"),
        ("an SVG", "image/svg+xml", svg, 415, "picture"),
        ("no type", "text/plain", &png, 415, "picture"),
        ("half a PNG", "image/png", &png[..png.len() / 2], 400, "damaged"),
        ("half a JPEG", "image/jpeg", &jpeg[..jpeg.len() / 2], 400, "damaged"),
        ("a bomb", "image/png", &promise(60_000), 400, "too large"),
        ("nothing", "image/png", b"", 400, "empty"),
    ];
    for (what, mime, bytes, status, word) in cases {
        let answer = bring(program.at, "POST", "/api/v1/pictures", mime, bytes);
        assert!(answer.status == status && answer.body.contains(word), "{what}: {answer:?}");
    }
    let answer = bring(program.at, "POST", "/api/v1/pictures", "image/png", &vec![0; 11 << 20]);
    assert!(matches!(answer.status, 413 | 0), "{answer:?}");
    let form = json!({"kind": "picture", "picture": "ab".repeat(32), "aspect": 1});
    let command = json!({"command": "create", "form": form}).to_string();
    let answer = send(program.at, "POST", "/api/v1/command", &command);
    assert_eq!(answer.status, 404, "{answer:?}");
}

#[test]
fn the_newest_thumbnail_stays() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let scene = canvas(&program)["scene"].clone();
    for _ in 0..3 {
        post(&program, json!({"command": "create"}));
    }
    let path = |revision: u32| format!("/api/v1/scenes/{scene}/thumbnail?revision={revision}");
    let put =
        |revision, bytes: &[u8]| bring(program.at, "PUT", &path(revision), "image/png", bytes);
    assert_eq!(put(2, &png(16)).status, 200);
    assert_eq!(put(1, &png(8)).status, 200);
    assert_eq!(get(program.at, "/api/v1/scenes").json()["scenes"][0]["thumbnail"], 2);
    assert_eq!(get(program.at, &format!("/api/v1/scenes/{scene}/thumbnail")).status, 200);
    assert_eq!(put(9, &png(8)).status, 400, "ahead of its scene");
    assert_eq!(put(3, b"GIF89a").status, 400);
    let no_revision = format!("/api/v1/scenes/{scene}/thumbnail");
    assert_eq!(bring(program.at, "PUT", &no_revision, "image/png", &png(8)).status, 400);
    assert_eq!(
        bring(program.at, "PUT", "/api/v1/scenes/99/thumbnail?revision=0", "image/png", &png(8))
            .status,
        404
    );
}

#[test]
fn the_first_page_to_bring_a_photograph_wins() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let refused = send(program.at, "POST", "/api/v1/command", r#"{"command":"take_picture"}"#);
    assert!(
        refused.status == 503 && refused.body.contains("no page shows the canvas"),
        "{refused:?}"
    );
    runtime().block_on(async {
        let (mut a, mut b) = (Page::open(program.at).await, Page::open(program.at).await);
        post(&program, json!({"command": "take_picture"}));
        let number = a.newest("photograph").await["photograph"].clone();
        assert_eq!(b.newest("photograph").await["photograph"], number);
        let path = format!("/api/v1/photographs/{number}");
        let lie = bring(program.at, "POST", &path, "image/png", &jpeg(1));
        assert_eq!(lie.status, 400, "{lie:?}");
        assert_eq!(bring(program.at, "POST", &path, "image/png", &png(9)).status, 200);
        assert_eq!(bring(program.at, "POST", &path, "image/png", &png(10)).status, 404);
        let list = get(program.at, &format!("/api/v1/scenes/{}/photographs", a.scene)).json();
        assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
        assert!(list[0]["who"].as_str().unwrap().starts_with("api "), "{list}");
        let picture = list[0]["picture"].as_str().unwrap();
        assert_eq!(get(program.at, &format!("/api/v1/pictures/{picture}")).status, 200);
    });
}
