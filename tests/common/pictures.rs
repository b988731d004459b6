//! Pictures for tests that need some, whatever they show.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

/// A JPEG of 64×48 pixels; another `seed` gives other bytes.
pub fn jpeg(seed: u8) -> Vec<u8> {
    let pixels: Vec<u8> = (0..64 * 48 * 3).map(|i| (i as u8).wrapping_mul(seed)).collect();
    let image = turbojpeg::Image {
        pixels: pixels.as_slice(),
        width: 64,
        pitch: 192,
        height: 48,
        format: turbojpeg::PixelFormat::RGB,
    };
    turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2).unwrap().to_vec()
}
