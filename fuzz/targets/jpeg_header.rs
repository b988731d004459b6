//! A JPEG's header: a size that is promised is one that we would take.
#![no_main]

use dixi::camera::{jpeg, limits};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok((width, height)) = jpeg::peek(data) {
        let pixels = u64::from(width) * u64::from(height);
        assert!(pixels > 0 && pixels <= limits::MAX_PIXELS);
    }
});
