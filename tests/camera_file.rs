//! Files and folders through the whole supervisor: paced and not, in little memory however large,
//! and without allocating once the buffers have grown.

#![allow(unsafe_code, reason = "a global allocator cannot be written without")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may fail, and say what it saw"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use dixi::base::Clock;
use dixi::camera::file::FileSource;
use dixi::camera::{Frame, Phase, Source, Supervisor};
use dixi::config::CameraSettings;

/// Counts what all threads allocate that is as large as a picture.
struct Counting;

static LARGE: AtomicUsize = AtomicUsize::new(0);
const LARGE_BYTES: usize = 2_000;

// SAFETY: everything is passed on to the system's allocator unchanged; counting is one atomic.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGE.fetch_add(usize::from(layout.size() >= LARGE_BYTES), SeqCst);
        // SAFETY: the caller's promise is the system allocator's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LARGE.fetch_add(usize::from(size >= LARGE_BYTES), SeqCst);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn jpeg(seed: u8) -> Vec<u8> {
    let pixels: Vec<u8> = (0..320 * 240 * 3).map(|i| ((i * 7 / 3) as u8) ^ seed).collect();
    let image = turbojpeg::Image {
        pixels: pixels.as_slice(),
        width: 320,
        pitch: 960,
        height: 240,
        format: turbojpeg::PixelFormat::RGB,
    };
    turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2).unwrap().to_vec()
}

/// One after the other: the allocator counts for the whole process.
#[test]
fn files_play() {
    large_files_take_little_memory();
    plays_at_its_rate_without_allocating();
}

fn large_files_take_little_memory() {
    // A quarter of a gigabyte, mostly holes, with a picture every four MiB.
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let picture = jpeg(1);
    for part in 0..64 {
        file.seek(SeekFrom::Start(part << 22)).unwrap();
        file.write_all(&picture).unwrap();
    }
    let mut source = FileSource::open(file.path(), None, Clock::new()).unwrap();
    let mut frame = Frame::default();
    let before = resident_mb();
    for _ in 0..70 {
        source.next(&mut frame).unwrap();
        assert_eq!(frame.data, picture);
    }
    let grown = resident_mb() - before;
    assert!(grown < 8.0, "grew by {grown:.1} MB");
}

fn plays_at_its_rate_without_allocating() {
    let dir = tempfile::tempdir().unwrap();
    let clip = dir.path().join("clip.mjpeg");
    std::fs::write(&clip, (0..10).flat_map(jpeg).collect::<Vec<u8>>()).unwrap();
    let settings = CameraSettings {
        source: clip.display().to_string(),
        rate_fps: 50,
        ..CameraSettings::default()
    };
    let camera = Supervisor::start(settings, Clock::new()).unwrap();
    let (frames, state) = (camera.frames(), camera.state());
    let deadline = Instant::now() + Duration::from_secs(20);
    while state.borrow().phase != Phase::Running {
        assert!(Instant::now() < deadline, "{:?}", state.borrow());
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut last = frames.take(Duration::from_secs(5)).unwrap();
    for _ in 0..20 {
        last = frames.take(Duration::from_secs(5)).unwrap();
    }
    let (large, first, begun) = (LARGE.load(SeqCst), last.seq, Instant::now());
    for _ in 0..50 {
        last = frames.take(Duration::from_secs(5)).unwrap();
    }
    let (allocated, played) = (LARGE.load(SeqCst) - large, last.seq - first);
    assert_eq!(allocated, 0, "allocations of {LARGE_BYTES} bytes or more");
    let fastest = begun.elapsed().as_secs_f64() * 50.0 + 2.0;
    assert!((played as f64) <= fastest, "{played} in {:?}", begun.elapsed());
    println!("{played} pictures in {:?}", begun.elapsed());
}

fn resident_mb() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / 1e6
}
