//! Which of a camera's formats to use. Pure.

use super::list::Format;
use crate::config::CameraSettings;

/// A format to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// `MJPG` or `YUYV`.
    pub fourcc: [u8; 4],
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Frames per second.
    pub rate_fps: u32,
}

/// The nearest to the settings among what Dixi reads, or none. Size counts most, then reaching the
/// rate; of two alike MJPG wins, as it goes to the viewers as it is.
pub fn choose(formats: &[Format], wanted: &CameraSettings) -> Option<Choice> {
    let mut best: Option<(f32, Choice)> = None;
    for format in formats.iter().filter(|f| f.is_readable()) {
        for &rate in format.rates_fps.iter().filter(|r| r.fract() == 0.0 && **r >= 1.0) {
            let cost = cost(format, rate, wanted);
            if best.is_none_or(|(least, _)| cost < least) {
                let fourcc = if format.fourcc == "MJPG" { *b"MJPG" } else { *b"YUYV" };
                let (width, height) = (format.width, format.height);
                best = Some((cost, Choice { fourcc, width, height, rate_fps: rate as u32 }));
            }
        }
    }
    best.map(|(_, choice)| choice)
}

fn cost(format: &Format, rate: f32, wanted: &CameraSettings) -> f32 {
    let apart = |is: u32, want: u32| (is as f32 / want as f32).ln().abs();
    let size = apart(format.width, wanted.width_px) + apart(format.height, wanted.height_px);
    let want = wanted.rate_fps as f32;
    let rate = if rate < want { (want - rate) / want } else { 0.1 * (rate - want) / want };
    size + rate + if format.fourcc == "MJPG" { 0.0 } else { 0.05 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(fourcc: &str, width: u32, height: u32, rates_fps: &[f32]) -> Format {
        Format { fourcc: fourcc.into(), width, height, rates_fps: rates_fps.to_vec() }
    }

    fn pick(formats: &[Format]) -> Option<(String, u32, u32, u32)> {
        choose(formats, &CameraSettings::default()).map(|c| {
            (String::from_utf8_lossy(&c.fourcc).into_owned(), c.width, c.height, c.rate_fps)
        })
    }

    #[test]
    fn the_nearest_readable_format_wins() {
        let webcam = [
            format("YUYV", 640, 480, &[30.0, 15.0]),
            format("MJPG", 640, 480, &[30.0, 60.0]),
            format("MJPG", 1920, 1080, &[30.0]),
        ];
        assert_eq!(pick(&webcam), Some(("MJPG".into(), 640, 480, 30)));
        let slow_raw = [format("YUYV", 640, 480, &[5.0]), format("MJPG", 800, 600, &[30.0])];
        assert_eq!(pick(&slow_raw), Some(("MJPG".into(), 800, 600, 30)));
        let vivid =
            [format("BGR3", 640, 480, &[60.0]), format("YUYV", 640, 360, &[12.5, 25.0, 50.0])];
        assert_eq!(pick(&vivid), Some(("YUYV".into(), 640, 360, 50)));
        assert_eq!(pick(&[format("GREY", 640, 480, &[30.0])]), None);
        assert_eq!(pick(&[format("MJPG", 640, 480, &[29.97])]), None);
    }
}
