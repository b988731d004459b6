//! Whether a picture has changed clearly: by the mean difference of two small grey ones. A sensor's noise
//! and a lamp's flicker vanish in them; a person who comes in does not.

use crate::assistant::context::Jpeg;
use crate::base::Result;
use crate::camera::{Frame, PixelFormat};
use crate::canvas::calibration::Grey;
use crate::vision::picture::GreyReader;

/// Width of the small picture, pixels.
const WIDTH: usize = 32;

/// A picture, small and grey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Small(Grey);

impl Small {
    /// Of a picture.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of(jpeg: &Jpeg) -> Result<Self> {
        let frame = Frame {
            width: jpeg.width,
            height: jpeg.height,
            format: PixelFormat::Jpeg,
            data: jpeg.bytes.to_vec(),
            ..Frame::default()
        };
        let read = GreyReader::new()?.read(&frame, 2 * WIDTH as u32)?;
        let grey = Grey { width: read.width, height: read.height, pixels: read.pixels };
        Ok(Self(grey.shrunk(WIDTH)))
    }

    /// How much two differ, percent of the brightness: 0 are the same, 100 black and white. Pictures of
    /// different shapes differ wholly.
    pub fn differs_percent(&self, other: &Self) -> f32 {
        let (a, b) = (&self.0, &other.0);
        if (a.width, a.height) != (b.width, b.height) || a.pixels.is_empty() {
            return 100.0;
        }
        let sum: u64 = a.pixels.iter().zip(&b.pixels).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum as f32 / a.pixels.len() as f32 / 255.0 * 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::picture::{Encoder, View};

    /// A grey room with noise, and a bright thing in it that takes up this much of the width.
    fn room(seed: u32, thing: f32) -> Small {
        let (width, height) = (320_u32, 240_u32);
        let mut noise = seed;
        let rgb: Vec<u8> = (0..width * height)
            .flat_map(|i| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let there = ((i % width) as f32) < thing * width as f32;
                let light = if there { 210 } else { 90 } + (noise >> 28) as u8;
                [light; 3]
            })
            .collect();
        let bytes = Encoder::new()
            .unwrap()
            .encode(View::new(width, height, &rgb).unwrap(), 90)
            .unwrap()
            .to_vec();
        let captured_at = jiff::Timestamp::UNIX_EPOCH;
        Small::of(&Jpeg { bytes: bytes.into(), width, height, seq: 1, captured_at }).unwrap()
    }

    #[test]
    fn noise_is_no_change_and_somebody_who_comes_in_is() {
        let empty = room(1, 0.0);
        assert!(empty.differs_percent(&room(99, 0.0)) < 0.5);
        let somebody = room(7, 0.15).differs_percent(&empty);
        assert!((5.0..10.0).contains(&somebody), "{somebody}");
        assert!(room(1, 1.0).differs_percent(&empty) > 40.0);
        let other = Small(Grey { width: 2, height: 1, pixels: vec![0, 0] });
        assert_eq!(empty.differs_percent(&other), 100.0);
    }
}
