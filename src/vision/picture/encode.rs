//! Pixels as a JPEG, and a picture made smaller before: for whoever looks at pictures, never for hands.

use turbojpeg::{Compressor, Image, PixelFormat as Packing, Subsamp};

use super::View;
use crate::base::{Error, Result};

/// Makes JPEGs, keeping its buffer.
pub struct Encoder {
    jpeg: Compressor,
    bytes: Vec<u8>,
}

impl Encoder {
    /// Ready to encode.
    ///
    /// # Errors
    /// `Internal` if the JPEG library cannot start.
    pub fn new() -> Result<Self> {
        let start = |e| Error::internal("cannot start the JPEG encoder").source(e);
        let mut jpeg = Compressor::new().map_err(start)?;
        jpeg.set_subsamp(Subsamp::Sub2x2).map_err(start)?;
        Ok(Self { jpeg, bytes: Vec::new() })
    }

    /// A picture as a JPEG of this quality, percent.
    ///
    /// # Errors
    /// `Internal` if the library fails.
    pub fn encode(&mut self, picture: View<'_>, quality_percent: u32) -> Result<&[u8]> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let failed = |e| Error::internal("a picture could not be made a JPEG").source(e);
        self.jpeg.set_quality(quality_percent as i32).map_err(failed)?;
        let image = Image {
            pixels: picture.rgb(),
            width,
            pitch: width * Packing::RGB.size(),
            height,
            format: Packing::RGB,
        };
        let most = self.jpeg.buf_len(width, height).map_err(failed)?;
        if self.bytes.len() < most {
            self.bytes.resize(most, 0);
        }
        let len = self.jpeg.compress_to_slice(image, &mut self.bytes).map_err(failed)?;
        Ok(&self.bytes[..len])
    }
}

/// The same picture with at most `side` pixels on its longer side, each the mean of those that it covers:
/// its width, height and RGB pixels. None if it is no larger.
pub fn shrunk(picture: View<'_>, side: u32) -> Option<(u32, u32, Vec<u8>)> {
    let (width, height) = picture.size();
    let longer = width.max(height);
    if longer <= side || side == 0 {
        return None;
    }
    let part = |v: u32| {
        let rounded = (u64::from(v) * u64::from(side) + u64::from(longer) / 2) / u64::from(longer);
        (rounded as u32).max(1)
    };
    let (to_width, to_height) = (part(width), part(height));
    let span = |i: u32, to: u32, from: u32| {
        let at = |i: u32| (u64::from(i) * u64::from(from) / u64::from(to)) as usize;
        at(i)..at(i + 1).max(at(i) + 1)
    };
    let mut rgb = Vec::with_capacity(to_width as usize * to_height as usize * 3);
    for y in 0..to_height {
        let rows = span(y, to_height, height);
        for x in 0..to_width {
            let columns = span(x, to_width, width);
            let mut sums = [0_u32; 3];
            for row in rows.clone() {
                let from = row * width as usize;
                let pixels = &picture.rgb()[(from + columns.start) * 3..(from + columns.end) * 3];
                for pixel in pixels.as_chunks::<3>().0 {
                    for (sum, part) in sums.iter_mut().zip(pixel) {
                        *sum += u32::from(*part);
                    }
                }
            }
            let count = (rows.len() * columns.len()) as u32;
            rgb.extend(sums.map(|sum| (sum / count.max(1)) as u8));
        }
    }
    Some((to_width, to_height, rgb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_picture_becomes_as_large_as_asked_and_keeps_its_colours() {
        let rgb: Vec<u8> = (0..100 * 60)
            .flat_map(|i| if i % 100 < 50 { [200, 40, 10] } else { [20, 90, 250] })
            .collect();
        let picture = View::new(100, 60, &rgb).unwrap();
        assert!(shrunk(picture, 100).is_none());
        let (width, height, small) = shrunk(picture, 33).unwrap();
        assert_eq!((width, height, small.len()), (33, 20, 33 * 20 * 3));
        assert_eq!((&small[..3], &small[32 * 3..33 * 3]), (&[200, 40, 10][..], &[20, 90, 250][..]));
        let tall = View::new(1, 6_000, &rgb).unwrap();
        let (width, height, _) = shrunk(tall, 1_280).unwrap();
        assert_eq!((width, height), (1, 1_280));
        let mut encoder = Encoder::new().unwrap();
        let jpeg = encoder.encode(picture, 90).unwrap();
        assert_eq!(crate::camera::jpeg::peek(jpeg).unwrap(), (100, 60));
    }
}
