//! Finds markers in one grey picture. The detector is kornia-apriltag, a port of the AprilTag 3
//! library (Wang and Olson, 2016) to Rust.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kornia_apriltag::decoder::Detection;
use kornia_apriltag::family::TagFamilyKind;
use kornia_apriltag::{AprilTagDecoder, DecodeTagsConfig};
use kornia_image::{Image, ImageSize};

use super::COUNT;
use crate::base::{Error, Result};
use crate::canvas::calibration::Grey;

/// More wrong cells than this are another marker, or none.
const MOST_WRONG_CELLS: u8 = 1;
/// Less contrast between black and white cells than this is noise, grey levels.
const LEAST_MARGIN: f32 = 8.0;

/// A marker in one picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// Its number.
    pub id: usize,
    /// Its top left, top right, bottom right and bottom left corner, image space.
    pub corners: [[f64; 2]; 4],
}

/// Wider pictures are looked at halved first: that takes noise away, which ruins the markers' edges
/// for the detector where they are large.
const LARGE: usize = 800;

/// Finds markers, keeping its buffers as long as pictures stay of one size.
#[derive(Default)]
pub struct Finder {
    /// For the picture as it is, and halved.
    decoders: [Option<(ImageSize, AprilTagDecoder)>; 2],
}

impl Finder {
    /// The markers of [`super::page`] in `picture`, each at most once.
    ///
    /// # Errors
    /// `Invalid` for a picture without area, `Internal` if the detector fails.
    pub fn find(&mut self, picture: &Grey) -> Result<Vec<Sighting>> {
        if !picture.is_whole() {
            return Err(Error::invalid("this picture is empty or cut short"));
        }
        let mut seen = Vec::with_capacity(COUNT);
        let large = picture.width > LARGE;
        let [first, second] = if large { [1, 0] } else { [0, 1] };
        self.find_at(first, picture, &mut seen)?;
        // What is far away needs every pixel; what is blurred and noisy fewer of them.
        if seen.len() < COUNT {
            self.find_at(second, picture, &mut seen)?;
        }
        Ok(seen)
    }

    /// Looks at the picture as it is (0) or halved (1), for what was not seen yet.
    fn find_at(&mut self, halved: usize, picture: &Grey, seen: &mut Vec<Sighting>) -> Result<()> {
        let small;
        let picture = match halved {
            0 => picture,
            _ => {
                small = picture.shrunk(picture.width / 2);
                &small
            }
        };
        let size = ImageSize { width: picture.width, height: picture.height };
        let decoder = &mut self.decoders[halved];
        // Whatever a camera sends, this thread must go on.
        let found = catch_unwind(AssertUnwindSafe(|| detect(decoder, size, picture)))
            .unwrap_or_else(|_| Err("the detector gave up on this picture".into()));
        let found = found.map_err(|why| {
            self.decoders[halved] = None;
            Error::internal("markers cannot be looked for").why(why)
        })?;
        for d in found {
            let id = usize::from(d.id);
            let sure = d.hamming <= MOST_WRONG_CELLS && d.decision_margin >= LEAST_MARGIN;
            if id < COUNT && sure && seen.iter().all(|s| s.id != id) {
                seen.push(Sighting { id, corners: in_order(&d, size) });
            }
        }
        Ok(())
    }
}

fn detect(
    decoder: &mut Option<(ImageSize, AprilTagDecoder)>,
    size: ImageSize,
    picture: &Grey,
) -> Result<Vec<Detection>, String> {
    let words = |e: &dyn std::fmt::Display| e.to_string();
    if decoder.as_ref().is_none_or(|(s, _)| *s != size) {
        let mut config =
            DecodeTagsConfig::new(vec![TagFamilyKind::Tag36H11]).map_err(|e| words(&e))?;
        config.downscale_factor = 1;
        let fresh = AprilTagDecoder::new(config, size).map_err(|e| words(&e))?;
        *decoder = Some((size, fresh));
    }
    let Some((_, decoder)) = decoder else { return Ok(Vec::new()) };
    let image = Image::<u8, 1>::from_size_slice(size, &picture.pixels).map_err(|e| words(&e))?;
    decoder.clear();
    decoder.decode(&image).map_err(|e| words(&e))
}

/// The detector names them top right, bottom right, bottom left, top left, in pixels.
fn in_order(d: &Detection, size: ImageSize) -> [[f64; 2]; 4] {
    [3, 0, 1, 2].map(|i| {
        let c = d.quad.corners[i];
        [f64::from(c.x) / size.width as f64, f64::from(c.y) / size.height as f64]
    })
}
