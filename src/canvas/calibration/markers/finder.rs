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

/// Finds markers, keeping its buffers as long as pictures stay of one size.
#[derive(Default)]
pub struct Finder {
    decoder: Option<(ImageSize, AprilTagDecoder)>,
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
        let size = ImageSize { width: picture.width, height: picture.height };
        let failed = |e: String| Error::internal("markers cannot be looked for").why(e);
        // Whatever a camera sends, this thread must go on.
        let found = catch_unwind(AssertUnwindSafe(|| self.detect(size, picture)))
            .unwrap_or_else(|_| Err("the detector gave up on this picture".into()));
        let found = match found {
            Ok(found) => found,
            Err(e) => {
                self.decoder = None;
                return Err(failed(e));
            }
        };
        let mut seen: Vec<Sighting> = Vec::with_capacity(COUNT);
        for d in found {
            let id = usize::from(d.id);
            let sure = d.hamming <= MOST_WRONG_CELLS && d.decision_margin >= LEAST_MARGIN;
            if id < COUNT && sure && seen.iter().all(|s| s.id != id) {
                seen.push(Sighting { id, corners: in_order(&d, size) });
            }
        }
        Ok(seen)
    }

    fn detect(&mut self, size: ImageSize, picture: &Grey) -> Result<Vec<Detection>, String> {
        let words = |e: &dyn std::fmt::Display| e.to_string();
        if self.decoder.as_ref().is_none_or(|(s, _)| *s != size) {
            let mut config =
                DecodeTagsConfig::new(vec![TagFamilyKind::Tag36H11]).map_err(|e| words(&e))?;
            // Markers on a far surface are small: every pixel counts.
            config.downscale_factor = 1;
            let decoder = AprilTagDecoder::new(config, size).map_err(|e| words(&e))?;
            self.decoder = Some((size, decoder));
        }
        let Some((_, decoder)) = &mut self.decoder else { return Ok(Vec::new()) };
        let image =
            Image::<u8, 1>::from_size_slice(size, &picture.pixels).map_err(|e| words(&e))?;
        decoder.clear();
        decoder.decode(&image).map_err(|e| words(&e))
    }
}

/// The detector names them top right, bottom right, bottom left, top left, in pixels.
fn in_order(d: &Detection, size: ImageSize) -> [[f64; 2]; 4] {
    [3, 0, 1, 2].map(|i| {
        let c = d.quad.corners[i];
        [f64::from(c.x) / size.width as f64, f64::from(c.y) / size.height as f64]
    })
}
