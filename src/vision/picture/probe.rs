//! Whether bytes really are the picture that they say: what they are is read from them, and they are
//! decoded to the end, with little memory whatever they promise. Gives no pixels to anybody.

use std::io::Cursor;
use std::sync::{Mutex, PoisonError};

use ::png::{Decoder, Limits};
use turbojpeg::{Image, PixelFormat as Packing, ScalingFactor};

use super::{damaged, is_harmless, scans, side, start};
use crate::base::{Error, Refusal, Result};
use crate::camera::png;

/// The largest picture whose JPEG needs all coefficients at once, pixels; six bytes each.
const MAX_BUFFERED_PIXELS: u64 = 16 << 20;
/// What a PNG's rows and chunks may take, bytes.
const PNG_MEMORY: usize = 64 << 20;
/// One at a time, so that many uploads at once take no more memory than one.
static ONE: Mutex<()> = Mutex::new(());

/// What a picture's file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probed {
    /// `image/png` or `image/jpeg`.
    pub mime: &'static str,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// What the bytes are.
///
/// # Errors
/// `Invalid` if they are neither a PNG nor a JPEG, have more than `max_pixels`, or are damaged.
pub fn probe(bytes: &[u8], max_pixels: u64) -> Result<Probed> {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    if bytes.starts_with(&png::START) {
        a_png(bytes, max_pixels)
    } else {
        a_jpeg(bytes, max_pixels)
    }
}

fn check(width: u32, height: u32, max_pixels: u64) -> Result<()> {
    let pixels = u64::from(width) * u64::from(height);
    if (1..=max_pixels).contains(&pixels) {
        return Ok(());
    }
    Err(Error::invalid("this picture is too large")
        .why(format!("it is {width}×{height}; {} megapixels fit", max_pixels / 1_000_000))
        .next("make it smaller")
        .refusal(Refusal::PictureTooLarge {}))
}

fn a_png(bytes: &[u8], max_pixels: u64) -> Result<Probed> {
    let broken = |e: ::png::DecodingError| Error::invalid("this PNG is damaged").why(e.to_string());
    let limits = Limits { bytes: PNG_MEMORY };
    let mut reader =
        Decoder::new_with_limits(Cursor::new(bytes), limits).read_info().map_err(broken)?;
    let (width, height) = reader.info().size();
    check(width, height, max_pixels)?;
    while reader.next_row().map_err(broken)?.is_some() {}
    reader.finish().map_err(broken)?;
    Ok(Probed { mime: "image/png", width, height })
}

fn a_jpeg(bytes: &[u8], max_pixels: u64) -> Result<Probed> {
    let mut jpeg = start()?;
    let header = jpeg.read_header(bytes).map_err(|e| damaged(bytes, e))?;
    let (width, height) = (side(header.width)?, side(header.height)?);
    let buffered = header.is_progressive || scans::first_is_partial(bytes);
    check(width, height, if buffered { max_pixels.min(MAX_BUFFERED_PIXELS) } else { max_pixels })?;
    // Every coefficient is read, an eighth of the pixels is made.
    jpeg.set_scaling_factor(ScalingFactor::ONE_EIGHTH).map_err(|e| damaged(bytes, e))?;
    let small = header.scaled(ScalingFactor::ONE_EIGHTH);
    let format = match small.colorspace {
        turbojpeg::Colorspace::CMYK | turbojpeg::Colorspace::YCCK => Packing::CMYK,
        _ => Packing::RGB,
    };
    let pitch = small.width * format.size();
    let mut pixels = vec![0; pitch * small.height];
    let (width_small, height_small) = (small.width, small.height);
    let image =
        Image { pixels: &mut pixels[..], width: width_small, pitch, height: height_small, format };
    match jpeg.decompress(bytes, image) {
        Err(e) if !is_harmless(&e) => Err(damaged(bytes, e)),
        _ => Ok(Probed { mime: "image/jpeg", width, height }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut file, width, height);
        encoder.set_color(::png::ColorType::Rgb);
        let pixels: Vec<u8> = (0..width * height * 3).map(|i| (i * 7) as u8).collect();
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        file
    }

    fn jpeg() -> Vec<u8> {
        let pixels: Vec<u8> = (0..64 * 48 * 3).map(|i| (i * 5) as u8).collect();
        let image =
            Image { pixels: &pixels[..], width: 64, pitch: 192, height: 48, format: Packing::RGB };
        turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2).unwrap().to_vec()
    }

    #[test]
    fn pictures_are_what_their_bytes_say() {
        let found = probe(&png(20, 10), 1000).unwrap();
        assert_eq!(found, Probed { mime: "image/png", width: 20, height: 10 });
        let found = probe(&jpeg(), 10_000).unwrap();
        assert_eq!(found, Probed { mime: "image/jpeg", width: 64, height: 48 });
    }

    #[test]
    fn liars_cripples_and_giants_are_refused() {
        let (png, jpeg) = (png(64, 64), jpeg());
        let mut bent = png.clone();
        let at = bent.len() / 2;
        bent[at] ^= 0xFF;
        let bad: [(&str, &[u8]); 8] = [
            ("empty", b""),
            ("a page", b"<html><script>alert(1)</script>"),
            ("an SVG", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("a GIF", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
            ("half a PNG", &png[..png.len() / 2]),
            ("a bent PNG", &bent),
            ("half a JPEG", &jpeg[..jpeg.len() / 2]),
            ("a JPEG's head", &jpeg[..4]),
        ];
        for (what, bytes) in bad {
            let e = probe(bytes, 1 << 20).expect_err(what);
            assert_eq!(e.kind(), crate::base::Kind::Invalid, "{what}: {e}");
        }
        assert!(probe(&png, 4095).unwrap_err().what().contains("too large"));
        assert!(probe(&jpeg, 64 * 48 - 1).unwrap_err().what().contains("too large"));
        // A head that promises 65,000 × 65,000 pixels and brings none.
        let mut giant = jpeg;
        let sof = giant.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
        giant[sof + 5..sof + 9].copy_from_slice(&[0xFD, 0xE8, 0xFD, 0xE8]);
        assert!(probe(&giant, 40_000_000).unwrap_err().what().contains("too large"));
    }
}
