//! Where frames come from, and keeping them coming: V4L2, MJPEG over the network, a file or
//! folder, the browser's webcam, the built-in demo hand. Each is a [`Source`]; the supervisor runs
//! one of them, heals it, and puts its newest frame in a slot.
//!
//! Must not decode more than it must: a JPEG stays a JPEG until vision asks for its pixels.

pub mod demo;

use crate::base::{Result, Stamp};

/// How the bytes of a [`Frame`] are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PixelFormat {
    /// One JPEG picture.
    Jpeg,
    /// Packed YUV 4:2:2, `Y0 U Y1 V`, two bytes a pixel, BT.601 limited range (V4L2 `YUYV`).
    Yuyv,
    /// Packed 8-bit RGB, three bytes a pixel, rows without padding.
    #[default]
    Rgb,
}

/// One picture from a camera, with the number and the time that it keeps to the very end.
///
/// Frames are pooled: a source fills `data` in place and nothing is allocated once it has grown.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Counts the frames of this process, from 1; set by the supervisor. Never repeats.
    pub seq: u64,
    /// When the picture was captured, as near to the sensor as the source can tell.
    pub captured_at: Stamp,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// How `data` is laid out.
    pub format: PixelFormat,
    /// The bytes.
    pub data: Vec<u8>,
}

/// Somewhere frames come from. Lives on the capture thread; blocking is its right.
pub trait Source: Send {
    /// Waits for the next picture and fills `frame` (all but `seq`), reusing its buffer.
    ///
    /// # Errors
    /// Any error means that the source is broken: the supervisor drops it and opens it again.
    fn next(&mut self, frame: &mut Frame) -> Result<()>;
}
