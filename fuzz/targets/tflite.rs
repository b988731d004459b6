//! A model file that lies about what is in it: it is refused, or it runs without reading past its end.
#![no_main]

use dixi::vision::nn::{LoadOptions, Network};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(mut network) = Network::load(data, &LoadOptions::default()) {
        let _ = network.run();
    }
});
