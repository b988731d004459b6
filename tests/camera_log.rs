//! What is logged of a network camera, at the finest level, from all libraries: no secret. A binary of
//! its own, as the log is taken of the whole process.

#![allow(clippy::unwrap_used, reason = "a test may fail, and say what it saw")]

#[path = "common/pictures.rs"]
mod pictures;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dixi::base::Clock;
use dixi::camera::Supervisor;
use dixi::config::CameraSettings;

use pictures::jpeg;

#[test]
fn nothing_secret_is_logged_even_at_the_finest_level() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .init();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(&[jpeg(1), jpeg(2)].concat());
        }
    });
    let settings = CameraSettings {
        source: format!("http://visible:s3cr3t@{at}/v.cgi?pwd=hunter2"),
        backoff_min_ms: 100,
        ..CameraSettings::default()
    };
    let camera = Supervisor::start(settings, Clock::new()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while camera.state().borrow().reopened < 2 {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(camera);
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(text.contains("camera opened"), "the log is really taken");
    // "visible:s3cr3t" in base64 begins with dmlzaWJsZT.
    for secret in ["s3cr3t", "hunter2", "dmlzaWJsZT"] {
        let line = text.lines().find(|l| l.contains(secret));
        assert_eq!(line, None);
    }
}
