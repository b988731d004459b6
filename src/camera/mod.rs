//! Where frames come from, and keeping them coming: V4L2, MJPEG over the network, a file or
//! folder, the browser's webcam, the built-in demo hand. Each is a [`Source`]; the supervisor runs
//! one of them, heals it, and puts its newest frame in a slot.
//!
//! Must not decode more than it must: a JPEG stays a JPEG until vision asks for its pixels.

pub mod address;
pub mod browser;
mod capture;
pub mod demo;
pub mod file;
mod folder;
pub mod http;
pub mod jpeg;
pub mod limits;
pub mod list;
pub mod mjpeg;
pub mod open;
pub mod png;
mod rate;
pub mod spec;
pub mod state;
pub mod supervisor;
pub mod v4l2;

pub use browser::BrowserInbox;
pub use list::CameraInfo;
pub use open::{Opened, Opener, Opening, StandardOpener};
pub use spec::SourceSpec;
pub use state::{CameraState, Phase, Showing};
pub use supervisor::Supervisor;
pub use v4l2::list::Format as CameraFormat;

use std::sync::Arc;

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

/// Somewhere frames come from. Opened, used and dropped on the capture thread, so it need not be
/// `Send`; blocking is its right.
pub trait Source {
    /// Waits for the next picture and fills `frame` (all but `seq`), reusing its buffer.
    ///
    /// # Errors
    /// Any error means that the source is broken: the supervisor drops it and opens it again. Only
    /// from a source that [waits](Source::waits_for), `Timeout` means that there is nothing yet.
    fn next(&mut self, frame: &mut Frame) -> Result<()>;

    /// For a source whose silence is no fault, because somebody else must do something first: what
    /// it waits for, and what the person can do. Such a source is never taken for stalled.
    fn waits_for(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// For a source that plays: where it tells what it shows.
    fn now_showing(&self) -> Option<Arc<demo::NowShowing>> {
        None
    }
}
