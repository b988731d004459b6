//! A PNG file to packed RGB, for folders of pictures and `dixi vision`. The size is checked before
//! anything is allocated for the pixels.

use std::io::{BufRead, Seek};

use ::png::{ColorType, Decoder, Limits, Transformations};

use super::{Frame, PixelFormat, jpeg};
use crate::base::{Error, Result};

/// What every PNG begins with.
pub const START: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Reads the (first) picture of a PNG into `frame` as RGB of at most `max_bytes`. Transparent is as
/// opaque.
///
/// # Errors
/// `Invalid` if it is broken or larger than the limits.
pub fn read(
    file: impl BufRead + Seek,
    max_bytes: usize,
    scratch: &mut Vec<u8>,
    frame: &mut Frame,
) -> Result<()> {
    let broken = |e: ::png::DecodingError| Error::invalid("this PNG is broken").why(e.to_string());
    let mut decoder = Decoder::new_with_limits(file, Limits { bytes: max_bytes });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = reader.info().size();
    jpeg::check_size(width, height)?;
    let pixels = width as usize * height as usize;
    let size = reader.output_buffer_size().filter(|_| pixels * 3 <= max_bytes);
    let size = size.ok_or_else(|| {
        Error::invalid("this picture is too large")
            .why(format!("{width}×{height} pixels are more than a PNG may have here"))
            .next("make it smaller, or a JPEG")
    })?;
    scratch.clear();
    scratch.resize(size, 0);
    let info = reader.next_frame(scratch).map_err(broken)?;
    let samples = &scratch[..info.buffer_size()];
    let rgb = &mut frame.data;
    rgb.clear();
    rgb.reserve(pixels * 3);
    match info.color_type {
        ColorType::Grayscale => samples.iter().for_each(|&g| rgb.extend_from_slice(&[g; 3])),
        ColorType::GrayscaleAlpha => {
            samples.chunks_exact(2).for_each(|p| rgb.extend_from_slice(&[p[0]; 3]));
        }
        ColorType::Rgb | ColorType::Indexed => rgb.extend_from_slice(samples),
        ColorType::Rgba => {
            samples.chunks_exact(4).for_each(|p| rgb.extend_from_slice(&p[..3]));
        }
    }
    (frame.width, frame.height, frame.format) = (width, height, PixelFormat::Rgb);
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Cursor;

    use super::*;

    pub(crate) fn png(color: ColorType, width: u32, height: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(data).unwrap();
        drop(writer);
        bytes
    }

    fn rgb(bytes: &[u8]) -> Result<Frame> {
        let mut frame = Frame::default();
        read(Cursor::new(bytes), 16 << 20, &mut Vec::new(), &mut frame).map(|()| frame)
    }

    #[test]
    fn every_colour_kind_becomes_rgb() {
        for (color, data, want) in [
            (ColorType::Rgb, vec![1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
            (ColorType::Rgba, vec![1, 2, 3, 9, 4, 5, 6, 9], [1, 2, 3, 4, 5, 6]),
            (ColorType::Grayscale, vec![7, 8], [7, 7, 7, 8, 8, 8]),
            (ColorType::GrayscaleAlpha, vec![7, 0, 8, 0], [7, 7, 7, 8, 8, 8]),
        ] {
            let frame = rgb(&png(color, 2, 1, &data)).unwrap();
            assert_eq!((frame.data.as_slice(), frame.width, frame.height), (&want[..], 2, 1));
        }
    }

    #[test]
    fn giant_and_broken_ones_are_refused() {
        let good = png(ColorType::Rgb, 2, 1, &[0; 6]);
        let mut giant = good.clone();
        giant[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
        assert!(rgb(&giant).is_err());
        for end in 0..good.len() - 12 {
            assert!(rgb(&good[..end]).is_err(), "cut at {end}");
        }
    }
}
