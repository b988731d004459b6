//! Pictures that lie about their type and size, and names that lead elsewhere.

use super::victim::Victim;
use crate::client::get;
use crate::pictures;

pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![0; (width * height) as usize]).unwrap();
    writer.finish().unwrap();
    file
}

/// The same PNG with another width and height in its head, its checksum made right.
fn promising(mut file: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&file[12..29]);
    file[29..33].copy_from_slice(&crc.to_be_bytes());
    file
}

/// PNG's checksum (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8)
            .fold(crc ^ u32::from(*byte), |c, _| (c >> 1) ^ (0xEDB8_8320 & (c & 1).wrapping_neg()))
    })
}

#[test]
fn pictures_that_lie_are_refused() {
    let v = Victim::start();
    let (before, good, jpeg) = (v.state(), png(64, 64), pictures::jpeg(5));
    let bomb = png(8_000, 8_000);
    println!("{} bytes that are 64 megapixels", bomb.len());
    assert!(bomb.len() < 1 << 20);
    let with_page = [b"<html><script>alert(1)</script></html>".as_slice(), &good].concat();
    let mut bent = good.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 0x55;
    let bad: Vec<(&str, &str, Vec<u8>)> = vec![
        ("100 megapixels promised", "image/png", promising(good.clone(), 10_000, 10_000)),
        ("4 gigapixels a side", "image/png", promising(good.clone(), u32::MAX, u32::MAX)),
        ("no width", "image/png", promising(good.clone(), 0, 64)),
        ("more rows than there are", "image/png", promising(good.clone(), 64, 4_000)),
        ("a bomb of 64 megapixels", "image/png", bomb),
        ("half a PNG", "image/png", good[..good.len() / 2].to_vec()),
        ("a PNG's head", "image/png", good[..33].to_vec()),
        ("a bent PNG", "image/png", bent),
        ("a JPEG called PNG", "image/png", jpeg.clone()),
        ("a PNG called JPEG", "image/jpeg", good.clone()),
        ("half a JPEG", "image/jpeg", jpeg[..jpeg.len() / 2].to_vec()),
        ("a page before a PNG", "image/png", with_page),
        (
            "an SVG",
            "image/png",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
        ),
        ("an SVG that says so", "image/svg+xml", b"<svg/>".to_vec()),
        ("a page", "text/html", b"<script>alert(1)</script>".to_vec()),
        ("a GIF", "image/gif", b"GIF89a".to_vec()),
        ("nothing", "image/png", Vec::new()),
        ("nothing that is said", "", good.clone()),
        ("11 MiB", "image/jpeg", [jpeg, vec![0; 11 << 20]].concat()),
    ];
    for (what, kind, bytes) in &bad {
        v.refused(what, &v.upload(kind, bytes));
        let path = format!("/api/v1/scenes/{}/thumbnail?revision=1", v.scene);
        v.refused(what, &v.bytes("PUT", &path, kind, bytes));
        v.refused(what, &v.bytes("POST", "/api/v1/photographs/1", kind, bytes));
    }
    // What hides a page behind a picture is a picture to every browser, and served as nothing else.
    let with_tail = [good.as_slice(), b"<html><script>alert(1)</script></html>"].concat();
    let answer = v.upload("image/png", &with_tail);
    if answer.status == 200 {
        let hash = answer.json()["picture"].as_str().unwrap().to_owned();
        let head = get(v.program.at, &format!("/api/v1/pictures/{hash}")).head;
        assert!(head.contains("content-type: image/png") && head.contains("nosniff"), "{head}");
    } else {
        v.refused("a page behind a PNG", &answer);
    }
    let good = v.bytes("PUT", "/api/v1/scenes/99999/thumbnail?revision=1", "image/png", &good);
    v.refused("a thumbnail of no scene", &good);
    for query in ["", "?revision=-1", "?revision=x", "?revision=99999999", "?revision=1&revision=2"]
    {
        let path = format!("/api/v1/scenes/{}/thumbnail{query}", v.scene);
        v.refused(query, &v.bytes("PUT", &path, "image/png", &png(8, 8)));
    }
    v.refused("nobody asked", &v.bytes("POST", "/api/v1/photographs/1", "image/png", &png(8, 8)));
    assert_eq!(v.state(), before);
}

#[test]
fn a_pictures_name_leads_nowhere_else() {
    let v = Victim::start();
    for path in [
        "../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "....//....//etc/passwd",
        "%00",
        "x",
        "",
        &v.picture.to_uppercase(),
        &v.picture[..63],
        &format!("{}0", v.picture),
        &format!("{}/..", v.picture),
        &"0".repeat(64),
        &"a".repeat(5_000),
        "1%20OR%201=1",
    ] {
        let answer = get(v.program.at, &format!("/api/v1/pictures/{path}"));
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.body.contains("root:"), "{path}: {answer:?}");
    }
    for scene in ["-1", "0", "x", "1e3", "99999999999999999999", "1;2", "%31%20"] {
        for rest in ["", "/file", "/thumbnail", "/photographs"] {
            let answer = get(v.program.at, &format!("/api/v1/scenes/{scene}{rest}"));
            assert!((400..500).contains(&answer.status), "{scene}{rest}: {answer:?}");
        }
    }
    let answer = get(v.program.at, &format!("/api/v1/pictures/{}", v.picture));
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("nosniff"), "{}", answer.head);
}

/// A PNG whose note of a few kilobytes is 64 MiB of text.
fn with_a_note_that_swells() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 8, 8);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.add_ztxt_chunk("Comment".into(), "x".repeat(64 << 20)).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0; 64]).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn pictures_that_swell_take_no_memory() {
    let v = Victim::start();
    let (note, large) = (with_a_note_that_swells(), png(6_000, 6_000));
    assert!(note.len() < 1 << 20 && large.len() < 1 << 20);
    let before = v.program.resident();
    std::thread::scope(|all| {
        for _ in 0..4 {
            for picture in [&note, &large] {
                let v = &v;
                all.spawn(move || {
                    let answer = v.upload("image/png", picture);
                    assert!(
                        answer.status == 200 || (400..500).contains(&answer.status),
                        "{answer:?}"
                    );
                });
            }
        }
    });
    let grown = v.program.resident().saturating_sub(before) >> 20;
    println!("grown by {grown} MiB");
    assert!(grown < 200, "{grown} MiB");
}
