//! A camera's frame, or a picture's file, as 8-bit RGB in a buffer that is used again and again.
//!
//! Sizes are checked against the limits before anything is allocated for them; whatever the bytes
//! are, the answer is a picture or an error in words. Knows nothing of hands.

use std::io::Cursor;

use turbojpeg::{Colorspace, Decompressor, Image, PixelFormat as Packing};

use crate::base::{Error, Result};
use crate::camera::limits::MAX_PIXELS;
use crate::camera::{Frame, PixelFormat, jpeg, png};

mod encode;
mod grey;
pub mod probe;
mod scans;
mod yuyv;

pub use encode::{Encoder, shrunk};
pub use grey::{GreyPixels, GreyReader};

/// The largest picture from a live source whose JPEG needs all coefficients at once (progressive
/// and other many-scan files, six bytes a pixel), pixels. No camera sends such pictures at all.
const MAX_LIVE_BUFFERED_PIXELS: u64 = 4 << 20;
/// More scans than any real progressive picture has; each costs a pass over the whole picture.
const MAX_SCANS: u32 = 100;
/// A buffer larger than this is given back once the pictures need less than a quarter of it.
const KEEP_BYTES: usize = 8 << 20;

/// RGB pixels, three bytes each, rows without padding.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    width: u32,
    height: u32,
    rgb: &'a [u8],
}

impl<'a> View<'a> {
    /// `rgb` as a picture of `width` × `height` pixels; bytes beyond that are left out.
    ///
    /// # Errors
    /// `Invalid` if it has no area, is too large, or there are fewer bytes than pixels.
    pub fn new(width: u32, height: u32, rgb: &'a [u8]) -> Result<Self> {
        let bytes = check_size(width, height)? * 3;
        let rgb = rgb.get(..bytes).ok_or_else(|| too_short(bytes, rgb.len()))?;
        Ok(Self { width, height, rgb })
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Width and height.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Width × height × 3 bytes.
    pub fn rgb(&self) -> &'a [u8] {
        self.rgb
    }
}

/// Turns frames and files into pixels, keeping its buffers.
#[derive(Debug)]
pub struct Decoder {
    jpeg: Decompressor,
    max_buffered_pixels: u64,
    rgb: Vec<u8>,
    /// Four-colour JPEGs, and PNGs before their alpha is taken away.
    scratch: Vec<u8>,
    png: Frame,
}

impl Decoder {
    /// For frames of a live source, whose memory is bounded tightly.
    ///
    /// # Errors
    /// `Internal` if the JPEG library cannot start.
    pub fn live() -> Result<Self> {
        Self::with_limit(MAX_LIVE_BUFFERED_PIXELS)
    }

    /// For the owner's own files: progressive photos may be as large as any.
    ///
    /// # Errors
    /// `Internal` if the JPEG library cannot start.
    pub fn files() -> Result<Self> {
        Self::with_limit(MAX_PIXELS)
    }

    fn with_limit(max_buffered_pixels: u64) -> Result<Self> {
        Ok(Self {
            jpeg: start()?,
            max_buffered_pixels,
            rgb: Vec::new(),
            scratch: Vec::new(),
            png: Frame::default(),
        })
    }

    /// The pixels of a camera's frame. RGB frames are seen in place.
    ///
    /// # Errors
    /// `Invalid`, saying what is wrong with the picture.
    pub fn frame<'a>(&'a mut self, frame: &'a Frame) -> Result<View<'a>> {
        match frame.format {
            PixelFormat::Jpeg => self.jpeg(&frame.data),
            PixelFormat::Rgb => View::new(frame.width, frame.height, &frame.data),
            PixelFormat::Yuyv => {
                let pixels = check_size(frame.width, frame.height)?;
                let needed = yuyv::bytes(frame.width, frame.height);
                if frame.data.len() < needed {
                    return Err(too_short(needed, frame.data.len()));
                }
                resize(&mut self.rgb, pixels * 3);
                yuyv::to_rgb(&frame.data, frame.width as usize, &mut self.rgb);
                View::new(frame.width, frame.height, &self.rgb)
            }
        }
    }

    /// The pixels of a JPEG or PNG file.
    ///
    /// # Errors
    /// `Invalid`, saying what is wrong with the picture; `Unsupported` if it is neither.
    pub fn file(&mut self, bytes: &[u8]) -> Result<View<'_>> {
        if bytes.starts_with(&png::START) {
            let max_bytes = MAX_PIXELS as usize * 3;
            png::read(Cursor::new(bytes), max_bytes, &mut self.scratch, &mut self.png)?;
            View::new(self.png.width, self.png.height, &self.png.data)
        } else {
            self.jpeg(bytes)
        }
    }

    /// The pixels of a JPEG: grey, colour or four colours, baseline or progressive.
    ///
    /// # Errors
    /// `Invalid` if it is not a JPEG, too large, cut short or damaged.
    pub fn jpeg(&mut self, bytes: &[u8]) -> Result<View<'_>> {
        let header = match self.jpeg.read_header(bytes) {
            Ok(header) => header,
            Err(e) => return Err(self.gives_up(bytes, e)),
        };
        let (width, height) = (side(header.width)?, side(header.height)?);
        let pixels = check_size(width, height)?;
        let buffered = header.is_progressive || scans::first_is_partial(bytes);
        if buffered && pixels as u64 > self.max_buffered_pixels {
            return Err(Error::invalid("this picture is too large")
                .why(format!("it is {width}×{height} and comes in many scans, which takes memory"))
                .next("send baseline JPEGs, or smaller ones"));
        }
        let inks = matches!(header.colorspace, Colorspace::CMYK | Colorspace::YCCK);
        let (format, target) = match inks {
            true => (Packing::CMYK, &mut self.scratch),
            false => (Packing::RGB, &mut self.rgb),
        };
        resize(target, pixels * format.size());
        let image = Image {
            pixels: &mut target[..],
            width: header.width,
            pitch: header.width * format.size(),
            height: header.height,
            format,
        };
        match self.jpeg.decompress(bytes, image) {
            Err(e) if !is_harmless(&e) => return Err(self.gives_up(bytes, e)),
            _ => {}
        }
        if inks {
            resize(&mut self.rgb, pixels * 3);
            from_inks(&self.scratch, &mut self.rgb);
        }
        View::new(width, height, &self.rgb)
    }

    /// After a broken picture the library may read the next one from the middle of the last
    /// one's markers, so it starts anew.
    fn gives_up(&mut self, bytes: &[u8], e: turbojpeg::Error) -> Error {
        match start() {
            Ok(fresh) => self.jpeg = fresh,
            Err(e) => return e,
        }
        damaged(bytes, e)
    }
}

/// A JPEG decoder with the library's slow and exact defaults for DCT and upsampling: MediaPipe's
/// pictures are decoded with them.
fn start() -> Result<Decompressor> {
    let start = || {
        let mut jpeg = Decompressor::new()?;
        jpeg.set_scan_limit(MAX_SCANS)?;
        Ok::<_, turbojpeg::Error>(jpeg)
    };
    start().map_err(|e| Error::internal("cannot start the JPEG decoder").source(e))
}

/// Pixels of a picture of this size.
///
/// # Errors
/// `Invalid` if it has no area or more than [`MAX_PIXELS`].
fn check_size(width: u32, height: u32) -> Result<usize> {
    jpeg::check_size(width, height)?;
    Ok(width as usize * height as usize)
}

fn side(length: usize) -> Result<u32> {
    u32::try_from(length).map_err(|_| Error::invalid("this picture is too large"))
}

fn too_short(needed: usize, given: usize) -> Error {
    Error::invalid("this picture is cut short")
        .why(format!("it needs {needed} bytes and has {given}"))
}

fn damaged(bytes: &[u8], e: turbojpeg::Error) -> Error {
    match bytes {
        [] => Error::invalid("this picture is empty"),
        [0xFF, 0xD8, ..] => Error::invalid("this JPEG is damaged").source(e),
        _ => Error::invalid("this is not a picture Dixi can read")
            .why("it is neither a JPEG nor a PNG"),
    }
}

/// The library gives its warnings as errors. These leave the picture whole: many webcams pad their
/// JPEGs, and revisions and colour codes beyond the standard are read as the nearest known.
fn is_harmless(e: &turbojpeg::Error) -> bool {
    let turbojpeg::Error::TurboJpegError(text) = e else { return false };
    ["extraneous bytes before marker", "JFIF revision", "Adobe color transform"]
        .iter()
        .any(|known| text.contains(known))
}

/// Cyan, magenta, yellow, black to RGB. Nearly all such JPEGs come from Adobe's programs, which
/// store inks inverted (255 is none); OpenCV and Pillow take that for granted, and so do we.
fn from_inks(cmyk: &[u8], rgb: &mut [u8]) {
    for (ink, pixel) in cmyk.as_chunks::<4>().0.iter().zip(rgb.as_chunks_mut::<3>().0) {
        let black = u32::from(ink[3]);
        *pixel = [0, 1, 2].map(|c| ((u32::from(ink[c]) * black + 127) / 255) as u8);
    }
}

/// Sets the length, and gives memory back that one giant picture took.
fn resize(buffer: &mut Vec<u8>, bytes: usize) {
    if buffer.capacity() > KEEP_BYTES && bytes < buffer.capacity() / 4 {
        *buffer = Vec::new();
    }
    if buffer.capacity() < bytes {
        buffer.clear();
        buffer.reserve_exact(bytes);
    }
    buffer.resize(bytes, 0);
}

#[cfg(test)]
mod tests;
