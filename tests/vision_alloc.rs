//! From JPEG to hands to gestures, on the worker's own thread, nothing is allocated per frame once
//! all buffers have grown. (The JPEG library's few kilobytes a picture are its own, in C.)

#[path = "common/counting.rs"]
mod counting;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dixi::base::{Latest, Stamp};
use dixi::camera::demo::{Performance, Renderer};
use dixi::camera::{Frame, PixelFormat};
use dixi::config::{GestureSettings, VisionSettings};
use dixi::gesture::{Engine, FrameInfo, Observation};
use dixi::vision::worker::Worker;
use dixi::vision::{Hands, Timings};

use counting::allocations;

/// What the sink saw of one frame.
#[derive(Clone, Copy, Default)]
struct Seen {
    allocations: usize,
    hands: usize,
    events: usize,
    searched: bool,
}

/// Every gesture of the demo, a picture each 300 ms, in turn as JPEG, YUYV and RGB.
fn frames() -> Vec<Frame> {
    let demo = Performance::demo();
    let mut renderer = Renderer::new(320);
    let (width, height) = (renderer.width(), renderer.height());
    let mut rgb = Vec::new();
    let steps = (demo.length().as_millis() / 300) as u64;
    let frame = |i: u64| {
        let at = Duration::from_millis(i * 300);
        renderer.render(&demo.at(at), &mut rgb);
        let (format, data) = match i % 3 {
            0 => (PixelFormat::Jpeg, jpeg(&rgb, width as usize, height as usize)),
            1 => (PixelFormat::Yuyv, yuyv(&rgb)),
            _ => (PixelFormat::Rgb, rgb.clone()),
        };
        Frame { seq: i + 1, captured_at: Stamp::default().plus(at), width, height, format, data }
    };
    (0..steps).map(frame).collect()
}

fn jpeg(rgb: &[u8], width: usize, height: usize) -> Vec<u8> {
    let format = turbojpeg::PixelFormat::RGB;
    let image = turbojpeg::Image { pixels: rgb, width, pitch: width * 3, height, format };
    turbojpeg::compress(image, 90, turbojpeg::Subsamp::Sub2x2).unwrap().to_vec()
}

/// BT.601, limited range; both pixels of a pair take the first one's colour.
fn yuyv(rgb: &[u8]) -> Vec<u8> {
    let luma = |p: &[u8]| {
        (16.5 + 0.257 * f32::from(p[0]) + 0.504 * f32::from(p[1]) + 0.098 * f32::from(p[2])) as u8
    };
    rgb.chunks_exact(6)
        .flat_map(|p| {
            let [r, g, b] = [0, 1, 2].map(|c| f32::from(p[c]));
            let u = (128.5 - 0.148 * r - 0.291 * g + 0.439 * b) as u8;
            let v = (128.5 + 0.439 * r - 0.368 * g - 0.071 * b) as u8;
            [luma(&p[..3]), u, luma(&p[3..]), v]
        })
        .collect()
}

#[test]
fn a_frame_allocates_nothing_after_warm_up() {
    const WARM_UP: usize = 6;
    let frames = frames();
    let seen = Arc::new(Mutex::new(vec![Seen::default(); frames.len()]));
    let done = Arc::new(AtomicUsize::new(0));
    let mut engine = Engine::new(&GestureSettings::default());
    let mut observation = Observation::default();
    let sink = {
        let (seen, done) = (Arc::clone(&seen), Arc::clone(&done));
        move |frame: &Arc<Frame>, hands: &Hands, timings: Timings| {
            let info =
                FrameInfo { at: frame.captured_at, width: frame.width, height: frame.height };
            engine.update(hands, info, &mut observation);
            seen.lock().unwrap()[frame.seq as usize - 1] = Seen {
                allocations: allocations(),
                hands: hands.len(),
                events: observation.events.len(),
                searched: timings.palm > 0.0,
            };
            done.store(frame.seq as usize, Ordering::Release);
        }
    };
    let slot = Arc::new(Latest::default());
    let settings = VisionSettings { device: "cpu".into(), ..VisionSettings::default() };
    let worker = Worker::start(Arc::clone(&slot), settings, || None, sink).unwrap();
    for frame in frames {
        let seq = frame.seq as usize;
        slot.put(Arc::new(frame));
        let begun = Instant::now();
        while done.load(Ordering::Acquire) < seq {
            assert!(begun.elapsed() < Duration::from_secs(60), "frame {seq} got stuck");
            std::thread::sleep(Duration::from_micros(300));
        }
    }
    worker.stop();

    let seen = seen.lock().unwrap();
    // Nothing is proven unless hands were there, came and went, and gestures began.
    assert!(seen.iter().filter(|s| s.hands > 0).count() * 2 > seen.len());
    assert!(seen.iter().any(|s| s.hands == 2) && seen.iter().any(|s| s.events > 0));
    assert!(seen.iter().any(|s| s.searched) && seen.iter().any(|s| !s.searched));
    assert!(seen[0].allocations > 0, "the counter counts");
    for (i, pair) in seen.windows(2).enumerate().skip(WARM_UP) {
        assert_eq!(pair[1].allocations - pair[0].allocations, 0, "frame {}", i + 2);
    }
}
