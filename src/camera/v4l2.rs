//! Cameras of this machine, through Video4Linux. `nokhwa` opens, sets and reads them; what it does
//! not tell (which nodes can capture at all, which rights are missing, by what id a camera is known
//! after a reboot) is asked of `v4l`, the layer below it.
//!
//! A read here may hang for ever, as nokhwa waits without an end: it must be done on a thread that
//! can be given up. Decodes nothing.

use nokhwa::Camera;
use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType,
    Resolution,
};
use v4l::video::Capture;

use self::choose::Choice;
use self::list::Found;
use super::limits::{MAX_JPEG_BYTES, MAX_RAW_BYTES};
use super::mjpeg::Splitter;
use super::open::{Opened, Opening};
use super::{Frame, PixelFormat, Source, SourceSpec};
use crate::base::{Clock, Error, Kind, Result};

pub mod choose;
pub mod list;
mod words;

/// Opens a camera in the format nearest to what the settings ask for.
///
/// # Errors
/// `Conflict` if another program, or a hanging read of ours, holds it; `Unsupported` if it has no
/// format that Dixi reads; else what its driver says.
pub fn open(found: &Found, opening: &Opening<'_>) -> Result<Opened> {
    if let Some(problem) = &found.problem {
        return Err(problem.clone());
    }
    let node = found.node.display().to_string();
    let claim = opening.claims.take(&node)?;
    let choice = choose::choose(&found.formats, opening.settings).ok_or_else(|| {
        Error::new(Kind::Unsupported, format!("{} cannot be used", found.name))
            .why("it offers neither MJPG nor YUYV at a whole number of frames a second")
            .next("choose another camera")
    })?;
    let set = prepare(found, choice)?;
    let mut camera = start(found.number, set.format)?;
    camera.open_stream().map_err(|e| words::driver(&found.name, &e.to_string()))?;
    tracing::debug!(%node, format = ?set.format, "V4L2 camera started");
    let source = V4l2Source { name: found.name.clone(), camera, set, clock: opening.clock };
    // By its stable id, however it was asked for.
    let spec = SourceSpec::V4l2(found.id.clone());
    let mut opened = Opened::new(spec, found.name.clone(), source);
    opened.claims.push(claim);
    Ok(opened)
}

/// What the driver really does after being asked.
#[derive(Clone, Copy, Debug)]
struct Set {
    format: CameraFormat,
    stride: usize,
}

/// Sets format and rate before nokhwa looks: it refuses cameras that an earlier program left in a
/// format or rate that it does not know, and drivers that give something near to what was asked.
fn prepare(found: &Found, choice: Choice) -> Result<Set> {
    let driver = |e: std::io::Error| words::io(&found.name, &e);
    let device = v4l::Device::with_path(&found.node).map_err(driver)?;
    let fourcc = v4l::FourCC::new(&choice.fourcc);
    let wanted = v4l::Format::new(choice.width, choice.height, fourcc);
    let format = device.set_format(&wanted).map_err(driver)?;
    if format.fourcc != fourcc {
        return Err(Error::unavailable(format!("{} does not keep its word", found.name))
            .why(format!("asked for {fourcc}, its driver gives {}", format.fourcc))
            .next("choose another camera or size"));
    }
    // Drivers without rates refuse this; then they send as they like.
    let _ = device.set_params(&v4l::video::capture::Parameters::with_fps(choice.rate_fps));
    let rate = device.params().map(|p| p.interval.denominator / p.interval.numerator.max(1));
    let kind = if &choice.fourcc == b"MJPG" { FrameFormat::MJPEG } else { FrameFormat::YUYV };
    let size = Resolution::new(format.width, format.height);
    Ok(Set {
        format: CameraFormat::new(size, kind, rate.unwrap_or(choice.rate_fps)),
        stride: (format.stride as usize).max(format.width as usize * 2),
    })
}

fn start(number: u32, format: CameraFormat) -> Result<Camera> {
    let request = RequestedFormatType::Exact(format);
    let request = RequestedFormat::with_formats(request, &[FrameFormat::MJPEG, FrameFormat::YUYV]);
    Camera::with_backend(CameraIndex::Index(number), request, ApiBackend::Video4Linux)
        .map_err(|e| words::driver("the camera", &e.to_string()))
}

/// An open V4L2 camera.
struct V4l2Source {
    name: String,
    camera: Camera,
    set: Set,
    clock: Clock,
}

impl Source for V4l2Source {
    fn next(&mut self, frame: &mut Frame) -> Result<()> {
        let raw = self.camera.frame_raw().map_err(|e| words::driver(&self.name, &e.to_string()))?;
        // nokhwa gives the whole mapped buffer and no time stamp: this is when the driver had the
        // picture complete, not when the sensor began it.
        frame.captured_at = self.clock.now();
        let size = self.set.format.resolution();
        (frame.width, frame.height) = (size.width(), size.height());
        frame.data.clear();
        if self.set.format.format() == FrameFormat::MJPEG {
            frame.format = PixelFormat::Jpeg;
            first_jpeg(&raw, &mut frame.data);
        } else {
            frame.format = PixelFormat::Yuyv;
            rows(&raw, self.set.stride, frame);
        }
        Ok(())
    }
}

/// The picture at the head of a mapped buffer; what follows it is left over from earlier ones. If
/// it is broken, its head is given, for the check that says so.
fn first_jpeg(raw: &[u8], jpeg: &mut Vec<u8>) {
    const HEAD_BYTES: usize = 64;
    if !Splitter::new(MAX_JPEG_BYTES).feed(raw, jpeg).whole {
        jpeg.clear();
        jpeg.extend_from_slice(&raw[..raw.len().min(HEAD_BYTES)]);
    }
}

/// The rows of a YUYV picture without padding, and without what the buffer has after them.
fn rows(raw: &[u8], stride: usize, frame: &mut Frame) {
    let (width, height) = (frame.width as usize * 2, frame.height as usize);
    if width * height > MAX_RAW_BYTES {
        return;
    }
    if stride == width {
        frame.data.extend_from_slice(&raw[..raw.len().min(width * height)]);
    } else {
        for row in raw.chunks(stride).take(height).filter(|row| row.len() >= width) {
            frame.data.extend_from_slice(&row[..width]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::jpeg::tests::real;

    #[test]
    fn buffers_are_cut_to_the_picture() {
        let jpeg = real(32, 24, 1);
        let mut out = Vec::new();
        first_jpeg(&[&jpeg[..], &[0; 500], &jpeg[50..]].concat(), &mut out);
        assert_eq!(out, jpeg);
        out.clear();
        first_jpeg(&[7; 1000], &mut out);
        assert_eq!(out, [7; 64]);
        let mut frame = Frame { width: 2, height: 2, ..Frame::default() };
        rows(&[1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 0, 0, 9, 9], 6, &mut frame);
        assert_eq!(frame.data, [1, 2, 3, 4, 5, 6, 7, 8]);
        frame.data.clear();
        rows(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 9], 4, &mut frame);
        assert_eq!(frame.data, [1, 2, 3, 4, 5, 6, 7, 8]);
    }
}
