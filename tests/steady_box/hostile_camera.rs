//! A network camera that lies, floods, breaks off and falls silent: the whole box stays, in little memory.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::client::{get, send};
use crate::pictures::jpeg;
use crate::process::{Program, rounds};

/// What a hostile camera may cost.
const GROWTH: u64 = 64 << 20;

/// Each is what a camera sends after its head, for as long as it is taken. `turn` counts.
type Piece = fn(turn: u64) -> Vec<u8>;

const WAYS: [(&str, Piece); 8] = [
    ("cut off", |turn| {
        let picture = jpeg(turn as u8);
        let keep = 4 + (turn as usize * 37) % (picture.len() - 6);
        part(&picture[..keep])
    }),
    ("without an end", |turn| match turn {
        0 => part(&jpeg(1)[..200]),
        _ => vec![0x55; 64 << 10],
    }),
    ("garbage between start and end", |turn| {
        let noise = (0..20_000_u64).map(|i| ((i * 2_654_435_761 + turn * 97) >> 7) as u8);
        // No marker of an end within, so that it counts as one picture.
        let noise = noise.map(|b| if b == 0xFF { 0xFE } else { b });
        part(&[&[0xFF, 0xD8, 0xFF], noise.collect::<Vec<_>>().as_slice(), &[0xFF, 0xD9]].concat())
    }),
    ("100 megapixels by its header", |turn| part(&claiming(turn, 10_000, 10_000))),
    ("65,535 squared by its header", |turn| part(&claiming(turn, 65_535, 65_535))),
    ("noise that is no picture", |turn| vec![(turn % 251) as u8; 64 << 10]),
    ("a length that is a lie", |turn| {
        let picture = jpeg(turn as u8);
        let head = "--b\r\ncontent-type: image/jpeg\r\ncontent-length: 99999999999\r\n\r\n";
        [head.as_bytes(), &picture, b"\r\n"].concat()
    }),
    ("a head without an end", |turn| match turn {
        0 => b"--b\r\n".to_vec(),
        _ => b"x-more: and more\r\n".repeat(4_000),
    }),
];

fn part(picture: &[u8]) -> Vec<u8> {
    let head =
        format!("--b\r\ncontent-type: image/jpeg\r\ncontent-length: {}\r\n\r\n", picture.len());
    [head.as_bytes(), picture, b"\r\n"].concat()
}

/// A good picture whose header claims another size.
fn claiming(turn: u64, width: u16, height: u16) -> Vec<u8> {
    let mut picture = jpeg(turn as u8);
    let sof = picture.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    picture[sof + 5..sof + 7].copy_from_slice(&height.to_be_bytes());
    picture[sof + 7..sof + 9].copy_from_slice(&width.to_be_bytes());
    picture
}

/// Serves `/0` … by [`WAYS`], `/good` as a camera should, `/fast` at 1,000 pictures a second, `/silent` not at
/// all after its head.
fn camera() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A viewer that goes ends it.
            std::thread::spawn(move || drop(serve(stream)));
        }
    });
    at
}

fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = vec![0; 2048];
    let read = stream.read(&mut head)?;
    let head = String::from_utf8_lossy(&head[..read]).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    stream.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: multipart/x-mixed-replace; boundary=b\r\n\r\n",
    )?;
    let way = path.parse::<usize>().ok().map(|i| WAYS[i].1);
    for turn in 0.. {
        let bytes = match (path, way) {
            (_, Some(piece)) => piece(turn),
            ("silent", _) => Vec::new(),
            _ => part(&jpeg(turn as u8)),
        };
        stream.write_all(&bytes)?;
        let pause = match (path, way) {
            ("fast", _) => Duration::from_millis(1),
            ("silent", _) => Duration::from_secs(1),
            (_, Some(_)) => Duration::from_micros(200),
            _ => Duration::from_millis(30),
        };
        std::thread::sleep(pause);
    }
    Ok(())
}

fn choose(program: &Program, source: &str) {
    let body = format!(r#"{{"command":"select_camera","source":"{source}"}}"#);
    let answer = send(program.at, "POST", "/api/v1/command", &body);
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Waits until hands are looked for in that many more frames; how many pictures a second came at last.
fn frames(program: &Program, more: f64) -> f64 {
    let seen = || {
        let text = get(program.at, "/metrics").body;
        let line = text.lines().find_map(|l| l.strip_prefix("dixi_frames_total "));
        line.unwrap().parse::<f64>().unwrap()
    };
    let (before, begun) = (seen(), Instant::now());
    while seen() < before + more {
        assert!(begun.elapsed() < Duration::from_secs(60), "no frames come");
        std::thread::sleep(Duration::from_millis(50));
    }
    get(program.at, "/api/v1/status").json()["camera"]["fps"].as_f64().unwrap()
}

#[test]
fn a_hostile_camera_costs_little_and_the_next_one_works() {
    let data = tempfile::tempdir().unwrap();
    let at = camera();
    let good = format!("http://{at}/good");
    let options = ["--camera", &good, "--log-level", "error", "--set", "camera.stall_ms=1000"];
    let program = Program::start(data.path(), &options);
    frames(&program, 20.0);
    let before = program.resident();
    let each = Duration::from_secs(rounds(2));
    let mut most = before;
    let mut told = Vec::new();
    let silent = [("silent", "silent", "0 a second"), ("fast", "fast", "1,000 a second")];
    let ways = WAYS.iter().enumerate().map(|(i, (name, _))| (i.to_string(), *name));
    for (path, name) in ways.chain(silent.map(|(path, _, name)| (path.to_owned(), name))) {
        choose(&program, &format!("http://{at}/{path}"));
        let until = Instant::now() + each;
        let mut here = 0;
        while Instant::now() < until {
            here = here.max(program.resident());
            std::thread::sleep(Duration::from_millis(20));
        }
        most = most.max(here);
        let camera = get(program.at, "/api/v1/status").json()["camera"].clone();
        told.push(format!(
            "{name}: {}, {} refused, memory {:+} KiB",
            camera["state"].as_str().unwrap(),
            camera["bad"],
            (here as i64 - before as i64) >> 10
        ));
        if name == "1,000 a second" {
            let fps = frames(&program, 10.0);
            assert!(fps <= 121.0, "what comes too fast is dropped: {fps}");
        }
        let health = get(program.at, "/api/health/ready").json();
        assert_eq!(health["parts"]["threads"]["status"], "ok", "{name}: {health}");
    }
    choose(&program, &good);
    frames(&program, 20.0);
    println!(
        "{}\nat most {:+} KiB over {} ways",
        told.join("\n"),
        (most - before) >> 10,
        told.len()
    );
    assert!(most - before < GROWTH, "{} bytes", most - before);
}
