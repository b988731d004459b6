//! A JPEG's size from its header, and nothing more: no pixel is decoded and nothing allocated, so
//! that a picture that promises 100 megapixels is refused for the price of reading a few bytes.

use super::limits::MAX_PIXELS;
use crate::base::{Error, Result};

/// What every JPEG begins with: start of image and the first byte of the next marker.
pub const START: [u8; 3] = [0xFF, 0xD8, 0xFF];

/// Reads width and height, in pixels, from the frame header (SOF) of the JPEG in `data`.
///
/// # Errors
/// `Invalid` if it is not a JPEG, ends before its frame header, has no area, or is larger than
/// [`MAX_PIXELS`].
pub fn peek(data: &[u8]) -> Result<(u32, u32)> {
    if !data.starts_with(&START) {
        return Err(Error::invalid("this is not a JPEG").why(match data.is_empty() {
            true => "it is empty",
            false => "it does not begin with the bytes FF D8 FF",
        }));
    }
    let (height, width) = frame_header(&data[2..])
        .ok_or_else(|| Error::invalid("this JPEG is broken").why("it has no frame header"))?;
    check_size(u32::from(width), u32::from(height))?;
    Ok((u32::from(width), u32::from(height)))
}

/// Refuses a size without area, or larger than [`MAX_PIXELS`].
///
/// # Errors
/// `Invalid`, with the size and the limit.
pub fn check_size(width: u32, height: u32) -> Result<()> {
    if width == 0 || height == 0 {
        return Err(Error::invalid("this picture has no area")
            .why(format!("its header says {width}×{height}")));
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        let (limit, size) = (MAX_PIXELS / 1_000_000, format!("{width}×{height}"));
        return Err(Error::invalid("this picture is too large")
            .why(format!("its header says {size} pixels, the limit is {limit} megapixels"))
            .next("make it smaller"));
    }
    Ok(())
}

/// Walks the segments from the first marker to SOF; gives (height, width).
fn frame_header(mut rest: &[u8]) -> Option<(u16, u16)> {
    loop {
        let (&first, tail) = rest.split_first()?;
        if first != 0xFF {
            return None;
        }
        let fill = tail.iter().take_while(|&&b| b == 0xFF).count();
        let (&code, tail) = tail.get(fill..)?.split_first()?;
        match code {
            0x01 | 0xD0..=0xD7 => rest = tail,
            // SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC).
            0xC0..=0xCF if !matches!(code, 0xC4 | 0xC8 | 0xCC) => {
                let at = |i: usize| Some(u16::from_be_bytes([*tail.get(i)?, *tail.get(i + 1)?]));
                return Some((at(3)?, at(5)?));
            }
            // No frame header can follow the scan, the end, or a second start.
            0x00 | 0xD8 | 0xD9 | 0xDA => return None,
            _ => {
                let length = usize::from(u16::from_be_bytes([*tail.first()?, *tail.get(1)?]));
                if length < 2 {
                    return None;
                }
                rest = tail.get(length..)?;
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A real picture: a gradient of the given size, encoded by turbojpeg.
    pub(crate) fn real(width: usize, height: usize, seed: u8) -> Vec<u8> {
        let pixels: Vec<u8> = (0..width * height)
            .flat_map(|i| [(i % width) as u8, (i / width) as u8, seed])
            .collect();
        let image = turbojpeg::Image {
            pixels: pixels.as_slice(),
            width,
            pitch: width * 3,
            height,
            format: turbojpeg::PixelFormat::RGB,
        };
        turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2).unwrap().to_vec()
    }

    /// The same picture with another size in its header.
    pub(crate) fn lying(width: u16, height: u16) -> Vec<u8> {
        let mut jpeg = real(16, 16, 1);
        let sof = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
        jpeg[sof + 5..sof + 7].copy_from_slice(&height.to_be_bytes());
        jpeg[sof + 7..sof + 9].copy_from_slice(&width.to_be_bytes());
        jpeg
    }

    #[test]
    fn reads_the_size_of_a_real_picture() {
        assert_eq!(peek(&real(64, 48, 0)).unwrap(), (64, 48));
    }

    #[test]
    fn is_not_fooled_by_a_thumbnail_inside_a_segment() {
        let thumb = real(8, 8, 0);
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xE1];
        jpeg.extend(((thumb.len() + 2) as u16).to_be_bytes());
        jpeg.extend(&thumb);
        jpeg.extend(&real(64, 48, 0)[2..]);
        assert_eq!(peek(&jpeg).unwrap(), (64, 48));
    }

    #[test]
    fn giant_headers_are_refused_in_words() {
        let e = peek(&lying(10_000, 10_000)).unwrap_err();
        assert!(e.to_string().contains("10000×10000"), "{e}");
        assert!(peek(&lying(65_535, 65_535)).is_err());
        assert!(peek(&lying(0, 480)).is_err());
        assert!(peek(&lying(4096, 3072)).is_ok());
    }

    #[test]
    fn every_truncation_is_an_error_or_the_right_size() {
        let jpeg = real(64, 48, 0);
        for end in 0..jpeg.len() {
            if let Ok(size) = peek(&jpeg[..end]) {
                assert_eq!(size, (64, 48));
            }
        }
        assert!(peek(b"").is_err());
        assert!(peek(b"<html>").is_err());
    }
}
