//! A camera that is pulled out and put back, again and again: the box stays, and so do its open files.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::client::get;
use crate::pictures::jpeg;
use crate::process::{Program, rounds};

/// Patience with a busy machine; only a test that fails waits so long.
const LONGEST: Duration = Duration::from_secs(60);

/// A network camera, plugged in while it lives.
struct Camera {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Camera {
    fn plugged_in(at: SocketAddr) -> (Self, SocketAddr) {
        let listener = TcpListener::bind(at).unwrap();
        let at = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let (mut viewers, mut seed) = (Vec::new(), 0_u8);
            while !stopped.load(Ordering::Relaxed) {
                while let Ok((viewer, _)) = listener.accept() {
                    viewers.extend(greet(viewer));
                }
                seed = seed.wrapping_add(1);
                let picture = jpeg(seed);
                let head = format!(
                    "--frame\r\ncontent-type: image/jpeg\r\ncontent-length: {}\r\n\r\n",
                    picture.len()
                );
                viewers.retain_mut(|v: &mut TcpStream| {
                    v.write_all(head.as_bytes())
                        .and_then(|()| v.write_all(&picture))
                        .and_then(|()| v.write_all(b"\r\n"))
                        .is_ok()
                });
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        (Self { stop, thread: Some(thread) }, at)
    }
}

fn greet(mut viewer: TcpStream) -> Option<TcpStream> {
    viewer.set_nonblocking(false).ok()?;
    // What it asks for does not matter; that it asks does.
    viewer.read(&mut [0; 1024]).ok().filter(|bytes| *bytes > 0)?;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: multipart/x-mixed-replace; boundary=frame\r\n\r\n";
    viewer.write_all(head.as_bytes()).ok()?;
    Some(viewer)
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
    }
}

/// Waits until the camera runs, or does not; how long that took.
fn until(program: &Program, runs: bool) -> Duration {
    let begun = Instant::now();
    loop {
        let status = get(program.at, "/api/v1/status").json();
        let camera = &status["camera"];
        if (camera["state"] == "running" && camera["fps"] != 0.0) == runs {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < LONGEST, "running {runs}: {camera}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn open_files(program: &Program) -> usize {
    std::fs::read_dir(format!("/proc/{}/fd", program.id())).unwrap().count()
}

#[test]
fn a_camera_pulled_out_and_put_back_again_and_again_comes_back_and_costs_nothing() {
    let data = tempfile::tempdir().unwrap();
    let (camera, at) = Camera::plugged_in(([127, 0, 0, 1], 0).into());
    let source = format!("http://{at}/video.mjpeg");
    let program = Program::start(data.path(), &["--camera", &source, "--log-level", "error"]);
    until(&program, true);
    drop(camera);
    until(&program, false);
    let before = (open_files(&program), program.resident());
    let rounds = rounds(5);
    let (mut noticed, mut back) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..rounds {
        let (camera, _) = Camera::plugged_in(at);
        back = back.max(until(&program, true));
        drop(camera);
        noticed = noticed.max(until(&program, false));
    }
    let after = (open_files(&program), program.resident());
    println!(
        "{rounds} times: noticed within {noticed:?}, back within {back:?}; open files {} and {}, memory {:+} KiB",
        before.0,
        after.0,
        (after.1 as i64 - before.1 as i64) >> 10
    );
    // A request of this test's own may still be open.
    assert!(after.0 <= before.0 + 2, "{before:?} {after:?}");
    assert!(after.1 < before.1 + (64 << 20), "{before:?} {after:?}");
    let health = get(program.at, "/api/health/ready").json();
    assert_eq!(health["parts"]["threads"]["status"], "ok", "{health}");
}
