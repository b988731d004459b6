//! Looks, picture after picture, until enough markers are found steadily; then the map from the
//! camera's picture to the canvas is known, and how far it is off. Gives up with words.

use std::collections::VecDeque;
use std::time::Duration;

use super::{ASPECT, COUNT, Sighting, corners};
use crate::base::{Error, Kind, Refusal, Stamp};
use crate::canvas::calibration::homography::{Flat, Homography};
use crate::canvas::calibration::{Grey, MarkerView};

/// Gives up after this long; the page needs a moment to show the markers.
const PATIENCE: Duration = Duration::from_secs(20);
/// Enough markers were found: wait this long for more of them.
const FOR_MORE: Duration = Duration::from_millis(1_500);
/// Sightings older than this do not count.
const FRESH: Duration = Duration::from_millis(2_500);
/// Sightings of one marker that are averaged.
const KEPT: usize = 10;
/// A marker is steady when it was seen this often …
const OFTEN: usize = 3;
/// … within this of its mean, picture widths.
const STILL: f64 = 0.004;
/// The fewest markers that a map is made of.
const ENOUGH: usize = 6;
/// They must spread over this much of the canvas's width and height.
const SPREAD: [f32; 2] = [0.4, 0.3];
/// A marker this far from where the others say is left out, picture widths; or three times the median.
const ASTRAY: f64 = 0.006;
/// A picture whose brightest parts are darker than this shows no projection.
const DARK: u8 = 60;
/// Markers narrower than this are read only by luck, pixels.
const SMALL_PX: f64 = 22.0;

/// What the markers told.
#[derive(Clone, Debug)]
pub struct Found {
    /// Image space to canvas space.
    pub to_canvas: Homography,
    /// Half of the corners of a marker are nearer than this to where the other markers say; percent
    /// of the canvas's width.
    pub error_percent: f32,
    /// How many markers it is made of.
    pub markers: usize,
}

/// How far looking has come.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Goes on; so many markers are found.
    Looking(u32),
    /// Done.
    Found(Box<Found>),
    /// Given up: why, and what to do.
    GaveUp(Error),
}

/// A search for markers that are shown.
#[derive(Debug)]
pub struct Search {
    markers: Vec<MarkerView>,
    begun: Option<Stamp>,
    seen: [VecDeque<(Stamp, [Flat; 4])>; COUNT],
    steady: usize,
    steady_since: Stamp,
    /// Ever seen, for the words when giving up.
    ever: [bool; COUNT],
    widest_px: f64,
    brightest: u8,
}

impl Search {
    /// For `markers`, as the page shows them.
    pub fn new(markers: Vec<MarkerView>) -> Self {
        Self {
            markers,
            begun: None,
            seen: Default::default(),
            steady: 0,
            steady_since: Stamp::default(),
            ever: [false; COUNT],
            widest_px: 0.0,
            brightest: 0,
        }
    }

    /// The markers that are looked for.
    pub fn markers(&self) -> &[MarkerView] {
        &self.markers
    }

    /// Takes what was found in one picture.
    pub fn look(&mut self, sightings: &[Sighting], picture: &Grey, at: Stamp) -> Progress {
        let begun = *self.begun.get_or_insert(at);
        self.remember(sightings, picture, at);
        let steady: Vec<usize> = (0..COUNT).filter(|id| self.is_steady(*id)).collect();
        if steady.len() != self.steady {
            (self.steady, self.steady_since) = (steady.len(), at);
        }
        let all = steady.len() == COUNT && steady.iter().all(|id| self.seen[*id].len() >= KEPT / 2);
        let enough = steady.len() >= ENOUGH && self.spreads(&steady);
        if (all || enough && at.since(self.steady_since) >= FOR_MORE)
            && let Some(found) = self.solve(&steady)
        {
            return Progress::Found(Box::new(found));
        }
        if at.since(begun) >= PATIENCE {
            return Progress::GaveUp(self.why_not(&steady));
        }
        Progress::Looking(self.seen.iter().filter(|s| !s.is_empty()).count() as u32)
    }

    fn remember(&mut self, sightings: &[Sighting], picture: &Grey, at: Stamp) {
        self.brightest = self.brightest.max(picture.percentile(0.98));
        for s in sightings {
            let Some(seen) = self.seen.get_mut(s.id) else { continue };
            self.ever[s.id] = true;
            let across = |a: Flat, b: Flat| {
                ((a[0] - b[0]) * picture.width as f64).hypot((a[1] - b[1]) * picture.height as f64)
            };
            self.widest_px = self.widest_px.max(across(s.corners[0], s.corners[2]) / 1.414);
            if seen.len() == KEPT {
                seen.pop_front();
            }
            seen.push_back((at, s.corners));
        }
        for seen in &mut self.seen {
            while seen.front().is_some_and(|(then, _)| at.since(*then) > FRESH) {
                seen.pop_front();
            }
        }
    }

    fn is_steady(&self, id: usize) -> bool {
        let mean = self.mean(id);
        self.seen[id].len() >= OFTEN
            && self.seen[id].iter().all(|(_, c)| {
                c.iter().zip(&mean).all(|(p, m)| (p[0] - m[0]).hypot(p[1] - m[1]) <= STILL)
            })
    }

    fn mean(&self, id: usize) -> [Flat; 4] {
        let seen = &self.seen[id];
        let n = seen.len().max(1) as f64;
        let sum = |i: usize, axis: usize| seen.iter().map(|(_, c)| c[i][axis]).sum::<f64>() / n;
        std::array::from_fn(|i| [sum(i, 0), sum(i, 1)])
    }

    fn spreads(&self, ids: &[usize]) -> bool {
        (0..2).all(|axis| {
            let at = ids.iter().map(|id| self.markers[*id].at[axis]);
            let (low, high) = at.fold((f32::MAX, f32::MIN), |(l, h), v| (l.min(v), h.max(v)));
            high - low >= SPREAD[axis]
        })
    }

    /// The map by these markers, without those that lie astray.
    fn solve(&self, ids: &[usize]) -> Option<Found> {
        let all = self.fit(ids)?;
        let mut off: Vec<(f64, usize)> =
            ids.iter().map(|id| (self.astray(&all, *id), *id)).collect();
        off.sort_by(|a, b| a.0.total_cmp(&b.0));
        let limit = ASTRAY.max(3.0 * off[off.len() / 2].0);
        let good: Vec<usize> = off.iter().filter(|(d, _)| *d <= limit).map(|(_, id)| *id).collect();
        if good.len() < ENOUGH || !self.spreads(&good) {
            return None;
        }
        let to_canvas = self.fit(&good)?.inverse()?;
        Some(Found { to_canvas, error_percent: self.error(&good)?, markers: good.len() })
    }

    /// Canvas to image: the noise is in the picture, so distances are measured there.
    fn fit(&self, ids: &[usize]) -> Option<Homography> {
        let from: Vec<Flat> = ids.iter().flat_map(|id| corners(&self.markers[*id])).collect();
        let to: Vec<Flat> = ids.iter().flat_map(|id| self.mean(*id)).collect();
        Homography::fit(&from, &to)
    }

    /// How far a marker's corners lie from where `to_image` has them, picture widths.
    fn astray(&self, to_image: &Homography, id: usize) -> f64 {
        let pairs = corners(&self.markers[id]).into_iter().zip(self.mean(id));
        let far = pairs.map(|(c, seen)| {
            to_image.apply(c).map_or(1.0, |p| (p[0] - seen[0]).hypot(p[1] - seen[1]))
        });
        far.sum::<f64>() / 4.0
    }

    /// Leaves out one marker after the other and asks the rest where it is.
    fn error(&self, ids: &[usize]) -> Option<f32> {
        let mut off = Vec::with_capacity(ids.len() * 4);
        for left_out in ids {
            let others: Vec<usize> = ids.iter().copied().filter(|id| id != left_out).collect();
            let to_canvas = self.fit(&others)?.inverse()?;
            for (seen, c) in self.mean(*left_out).into_iter().zip(corners(&self.markers[*left_out]))
            {
                let p = to_canvas.apply(seen)?;
                off.push((p[0] - c[0]).hypot((p[1] - c[1]) / f64::from(ASPECT)));
            }
        }
        off.sort_by(f64::total_cmp);
        Some(off[off.len() / 2] as f32 * 100.0)
    }

    fn why_not(&self, steady: &[usize]) -> Error {
        let refused = |what: &str, next: &str, refusal: Refusal| {
            Error::new(Kind::Timeout, what).next(next).refusal(refusal)
        };
        let ever = self.ever.iter().filter(|e| **e).count();
        if self.brightest < DARK {
            let next = "is the projector on, and does the camera look at what it shows?";
            return refused("the camera's picture is too dark", next, Refusal::PictureDark {});
        }
        if ever == 0 {
            let next = "open the projector page on the output, let the camera see all of what it \
                        shows, and keep bright light off it";
            return refused("none of the markers was found", next, Refusal::NoMarkers {});
        }
        let small = self.widest_px < SMALL_PX;
        if small {
            let pixels = self.widest_px.round() as u32;
            let what =
                format!("the markers are too small in the camera's picture, {pixels} pixels wide");
            let next = "bring the camera nearer, or give it more pixels in the settings";
            return refused(&what, next, Refusal::MarkersSmall { pixels });
        }
        if steady.len() < ENOUGH && ever >= ENOUGH {
            let next = "fasten the camera and the projector";
            return refused("the markers did not stand still", next, Refusal::MarkersMoved {});
        }
        let next =
            "let the camera see the whole of what is shown, and take away what stands before it";
        let what = format!("only {ever} of {COUNT} markers were found");
        refused(&what, next, Refusal::FewMarkers { found: ever, of: COUNT })
    }
}
