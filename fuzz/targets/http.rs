//! Raw bytes to the real server on loopback, everything behind it: head, router, guard, bodies. It answers
//! with no fault of its own, and goes on.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../../tests/server_box/site.rs"]
mod site;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static SITE: OnceLock<site::Site> = OnceLock::new();
    let at = SITE.get_or_init(|| site::Site::start(&[])).at;
    // This machine may have no port left for a moment: that is no fault of the box.
    let Ok(mut stream) = TcpStream::connect(at) else { return };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
    let _ = stream.write_all(data);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    if let Err(e) = stream.take(4 << 20).read_to_end(&mut answer) {
        use std::io::ErrorKind::{TimedOut, WouldBlock};
        assert!(!matches!(e.kind(), TimedOut | WouldBlock), "no answer and no end");
    }
    // What the test's own rooms refuse: a disk that is full, a part that is not there.
    let faults = [&b"HTTP/1.1 500"[..], b"HTTP/1.1 502", b"HTTP/1.1 504"];
    assert!(!faults.iter().any(|f| answer.starts_with(f)), "{}", String::from_utf8_lossy(&answer));
});
