//! The same frames without colour, and as small as will do: a JPEG is decoded no further than asked.

use turbojpeg::{Decompressor, Image, PixelFormat as Packing, ScalingFactor};

use super::{
    MAX_LIVE_BUFFERED_PIXELS, check_size, damaged, is_harmless, scans, start, too_short, yuyv,
};
use crate::base::{Error, Result};
use crate::camera::{Frame, PixelFormat};

/// One byte a pixel, rows without padding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GreyPixels {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// Width × height bytes.
    pub pixels: Vec<u8>,
}

/// Turns frames into grey pixels.
#[derive(Debug)]
pub struct GreyReader {
    jpeg: Decompressor,
}

impl GreyReader {
    /// Ready to read.
    ///
    /// # Errors
    /// `Internal` if the JPEG library cannot start.
    pub fn new() -> Result<Self> {
        Ok(Self { jpeg: start()? })
    }

    /// A frame's pixels. Where that saves work, the picture is halved, quartered or less, but is
    /// at least `least_width` pixels wide if the frame is.
    ///
    /// # Errors
    /// `Invalid`, saying what is wrong with the picture.
    pub fn read(&mut self, frame: &Frame, least_width: u32) -> Result<GreyPixels> {
        let (width, height) = (frame.width as usize, frame.height as usize);
        if frame.format == PixelFormat::Jpeg {
            return self.jpeg(&frame.data, least_width as usize);
        }
        let count = check_size(frame.width, frame.height)?;
        let needed = match frame.format {
            PixelFormat::Yuyv => yuyv::bytes(frame.width, frame.height),
            _ => count * 3,
        };
        let data = frame.data.get(..needed).ok_or_else(|| too_short(needed, frame.data.len()))?;
        let mut pixels = Vec::with_capacity(count);
        match frame.format {
            PixelFormat::Yuyv => {
                let stride = width.div_ceil(2) * 4;
                for row in data.chunks_exact(stride) {
                    pixels.extend(row.iter().step_by(2).take(width));
                }
            }
            // BT.601 luma in 1/256.
            _ => pixels.extend(data.as_chunks::<3>().0.iter().map(|[r, g, b]| {
                ((77 * u32::from(*r) + 150 * u32::from(*g) + 29 * u32::from(*b)) >> 8) as u8
            })),
        }
        Ok(GreyPixels { width, height, pixels })
    }

    fn jpeg(&mut self, bytes: &[u8], least_width: usize) -> Result<GreyPixels> {
        let failed = |e| damaged(bytes, e);
        let header = self.jpeg.read_header(bytes).map_err(failed)?;
        let area = header.width as u64 * header.height as u64;
        check_size(super::side(header.width)?, super::side(header.height)?)?;
        let buffered = header.is_progressive || scans::first_is_partial(bytes);
        if buffered && area > MAX_LIVE_BUFFERED_PIXELS {
            return Err(Error::invalid("this picture is too large")
                .why("it comes in many scans, which takes memory"));
        }
        let factors =
            [ScalingFactor::ONE_EIGHTH, ScalingFactor::ONE_QUARTER, ScalingFactor::ONE_HALF];
        let wide = |f: &ScalingFactor| f.scale(header.width) >= least_width;
        let factor = factors.into_iter().find(wide).unwrap_or(ScalingFactor::ONE);
        self.jpeg.set_scaling_factor(factor).map_err(failed)?;
        let scaled = header.scaled(factor);
        let mut pixels = vec![0; scaled.width * scaled.height];
        let image = Image {
            pixels: &mut pixels[..],
            width: scaled.width,
            pitch: scaled.width,
            height: scaled.height,
            format: Packing::GRAY,
        };
        match self.jpeg.decompress(bytes, image) {
            Err(e) if !is_harmless(&e) => {
                // As the colour decoder does: after a broken picture the library starts anew.
                self.jpeg = start()?;
                Err(failed(e))
            }
            _ => Ok(GreyPixels { width: scaled.width, height: scaled.height, pixels }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::jpeg::tests::real;

    #[test]
    fn every_format_becomes_grey_and_a_jpeg_only_as_large_as_asked() {
        let mut reader = GreyReader::new().unwrap();
        let frame =
            |format, data| Frame { width: 64, height: 48, format, data, ..Frame::default() };
        let rgb =
            reader.read(&frame(PixelFormat::Rgb, [100, 100, 100].repeat(64 * 48)), 8).unwrap();
        assert_eq!((rgb.width, rgb.height, rgb.pixels[77]), (64, 48, 100));
        let yuyv = frame(PixelFormat::Yuyv, [90, 1, 91, 2].repeat(32 * 48));
        assert_eq!(reader.read(&yuyv, 8).unwrap().pixels[..3], [90, 91, 90]);
        let jpeg = Frame { data: real(640, 480, 1), format: PixelFormat::Jpeg, ..Frame::default() };
        for (least, width, height) in [(160, 160, 120), (161, 320, 240), (640, 640, 480)] {
            let grey = reader.read(&jpeg, least).unwrap();
            assert_eq!((grey.width, grey.height), (width, height));
            assert_eq!(grey.pixels.len(), width * height);
        }
        let broken = Frame { data: b"\xFF\xD8 no".to_vec(), ..jpeg };
        assert!(reader.read(&broken, 1).is_err());
        assert!(reader.read(&frame(PixelFormat::Rgb, vec![0; 9]), 1).is_err());
    }
}
