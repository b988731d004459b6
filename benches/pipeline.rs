//! How long the pipeline takes on one thread: decoding a JPEG, the two crops, and the whole way from
//! RGB to hands with one hand to follow.
//!
//! `cargo bench --bench pipeline` measures with criterion. With `--peer` the program instead serves
//! `scripts/bench_peers.py`: `dump PATH` writes the clip's RGB pixels there and answers `COUNT WIDTH
//! HEIGHT`; `CASE RUNS` takes that many frames (the clip is repeated) and answers with one line of
//! their times in nanoseconds. The clip is `DIXI_BENCH_CLIP` (MJPEG, 640×480) or the demo hand.

use std::hint::black_box;
use std::io::{BufRead as _, Write as _};
use std::time::{Duration, Instant};

use criterion::Criterion;
use dixi::base::Stamp;
use dixi::camera::demo::{Performance, Renderer};
use dixi::camera::mjpeg::Pictures;
use dixi::gesture::Gesture;
use dixi::vision::hand::crop::{Border, warp};
use dixi::vision::hand::roi::Roi;
use dixi::vision::hand::{HandLandmarker, HandOptions, Model};
use dixi::vision::picture::{Decoder, View};

const SIZE: (u32, u32) = (640, 480);
const DEMO_FRAMES: u32 = 40;
/// Time between two frames of a camera.
const FRAME_US: u64 = 33_333;

/// RGB pictures of [`SIZE`].
fn clip() -> Vec<Vec<u8>> {
    let Ok(path) = std::env::var("DIXI_BENCH_CLIP") else { return demo() };
    let file = std::fs::File::open(path).expect("the clip");
    let mut pictures = Pictures::new(file, 4 << 20, 1 << 20);
    let (mut jpeg, mut decoder) = (Vec::new(), Decoder::live().expect("decoder"));
    let mut frames = Vec::new();
    while pictures.next_into(&mut jpeg).expect("a picture") {
        let view = decoder.jpeg(&jpeg).expect("a JPEG");
        assert_eq!(view.size(), SIZE, "the clip's size");
        frames.push(view.rgb().to_vec());
    }
    frames
}

/// One moving hand, played to and fro so that the repetition has no jump.
fn demo() -> Vec<Vec<u8>> {
    let demo = Performance::of(Gesture::Wave, 1);
    let mut renderer = Renderer::new(SIZE.0);
    let draw = |i: u32| {
        let mut rgb = Vec::new();
        renderer.render(&demo.at(demo.length() / 4 + Duration::from_millis(33) * i), &mut rgb);
        rgb
    };
    let mut frames: Vec<Vec<u8>> = (0..DEMO_FRAMES).map(draw).collect();
    frames.extend_from_within(1..frames.len() - 1);
    frames[DEMO_FRAMES as usize..].reverse();
    frames
}

/// A landmarker and where it is in the endless clip.
struct Case {
    name: &'static str,
    landmarker: HandLandmarker,
    next: usize,
    hands: usize,
}

impl Case {
    fn new(name: &'static str, model: Model, num_hands: usize, search_interval_ms: u32) -> Self {
        let options =
            HandOptions { model, num_hands, search_interval_ms, ..HandOptions::default() };
        let landmarker = HandLandmarker::new(&options).expect("models");
        Self { name, landmarker, next: 0, hands: 0 }
    }

    fn frame(&mut self, frames: &[Vec<u8>]) {
        let rgb = &frames[self.next % frames.len()];
        let at = Stamp::from_us(self.next as u64 * FRAME_US);
        self.next += 1;
        let view = View::new(SIZE.0, SIZE.1, rgb).expect("a picture");
        self.hands += self.landmarker.detect(view, at).expect("hands").hands.len();
    }
}

/// One hand to follow; the names say model, most hands, and whether every frame is searched.
fn cases() -> [Case; 4] {
    [
        Case::new("full_max2", Model::Full, 2, 200),
        Case::new("full_max2_always", Model::Full, 2, 0),
        Case::new("full_max1", Model::Full, 1, 200),
        Case::new("lite_max2", Model::Lite, 2, 200),
    ]
}

fn answer_peer() {
    let (frames, mut cases) = (clip(), cases());
    println!("{}", cases[0].landmarker.kernel());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        match line.split_once(' ').expect("WHAT HOW") {
            ("dump", path) => {
                let mut file = std::fs::File::create(path).expect("a file");
                frames.iter().for_each(|f| file.write_all(f).expect("space"));
                println!("{} {} {}", frames.len(), SIZE.0, SIZE.1);
            }
            ("hands", name) => {
                let case = cases.iter().find(|c| c.name == name).expect("a case");
                println!("{} {}", case.hands, case.next);
            }
            (name, runs) => {
                let case = cases.iter_mut().find(|c| c.name == name).expect("a case");
                let times: Vec<String> = (0..runs.parse().expect("a number"))
                    .map(|_| {
                        let begin = Instant::now();
                        case.frame(&frames);
                        begin.elapsed().as_nanos().to_string()
                    })
                    .collect();
                println!("{}", times.join(" "));
            }
        }
        std::io::stdout().flush().expect("output");
    }
}

fn measure() {
    let frames = clip();
    let mut c = Criterion::default().configure_from_args();
    let mut group = c.benchmark_group("pipeline");
    group.sample_size(30).measurement_time(Duration::from_secs(2));
    let image = turbojpeg::Image {
        pixels: &frames[0][..],
        width: SIZE.0 as usize,
        pitch: SIZE.0 as usize * 3,
        height: SIZE.1 as usize,
        format: turbojpeg::PixelFormat::RGB,
    };
    let jpeg = turbojpeg::compress(image, 85, turbojpeg::Subsamp::Sub2x1).expect("a JPEG");
    let mut decoder = Decoder::live().expect("decoder");
    group.bench_function("decode JPEG 640x480", |b| {
        b.iter(|| decoder.jpeg(black_box(&jpeg)).expect("a picture").rgb()[0]);
    });
    let view = View::new(SIZE.0, SIZE.1, &frames[0]).expect("a picture");
    let hand = Roi { cx: 300.0, cy: 250.0, side: 280.0, rot: 0.3 };
    let crops =
        [("palm", 192, Roi::whole(640, 480), Border::Zero), ("hand", 224, hand, Border::Replicate)];
    for (name, side, roi, border) in crops {
        let mut out = vec![0.0; side * side * 3];
        group.bench_function(format!("crop {name}"), |b| {
            b.iter(|| warp(black_box(view), &roi, border, (side, &mut out)));
        });
    }
    for mut case in cases() {
        let name = format!("RGB to hands, {}", case.name);
        group.bench_function(name, |b| b.iter(|| case.frame(&frames)));
    }
    group.finish();
}

fn main() {
    if std::env::args().any(|a| a == "--peer") { answer_peer() } else { measure() }
}
