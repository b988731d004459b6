//! Has the camera moved since it was calibrated? A small grey picture is kept then; every few
//! seconds patches of it are looked for in what the camera sees now. Only patches outside the canvas
//! count, as what is shown changes; hands and people before the camera cover patches, or move some
//! of them, but do not move most of them in the same way, as a moved camera does.

mod patch;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::Grey;
use super::homography::{Flat, Similarity};
use super::quad::{self, Corners};
use patch::Patch;

/// Width of the pictures that are compared, pixels.
pub const WIDTH: usize = 160;
/// From this shift of the canvas's corners on the camera has moved, percent of the picture's width …
pub const MOVED_PERCENT: f32 = 0.7;
/// … and below this it has not.
const STILL_PERCENT: f32 = 0.45;
/// So many looks in a row must agree, within this, percent.
const LOOKS: usize = 3;
const AGREE_PERCENT: f32 = 0.5;
/// Fewer patches than this tell nothing.
const FEWEST: usize = 8;
/// Most patches that are followed.
const MOST: usize = 60;
/// This share of all patches must be found again, …
const FOUND_SHARE: f32 = 0.35;
/// … and of those this share must move in the same way.
const SAME_SHARE: f32 = 0.6;
/// Patches move in the same way when they are this near to it, pixels.
const SAME_PX: f64 = 0.8;
/// A camera that was knocked does not come this much nearer or further.
const SCALES: std::ops::RangeInclusive<f64> = 0.75..=1.33;
/// Patches keep this far from the canvas, in picture widths: light spills over its edges.
const MARGIN: f32 = 0.06;
/// How fast a patch gains and loses trust with every look.
const LEARN: f32 = 0.1;

/// The first bytes of a kept reference: what it is, and the version.
const MAGIC: [u8; 2] = *b"D\x01";

/// What the camera saw when it was calibrated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(Grey);

impl Reference {
    /// Of a picture of any size.
    pub fn new(picture: &Grey) -> Self {
        Self(picture.shrunk(WIDTH))
    }

    /// As it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        let side = |n: usize| (n as u16).to_le_bytes();
        [&MAGIC[..], &side(self.0.width), &side(self.0.height), &self.0.pixels].concat()
    }

    /// As it was kept; none if that cannot be read.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [a, b, w0, w1, h0, h1, pixels @ ..] = bytes else { return None };
        let side = |l: &u8, h: &u8| usize::from(u16::from_le_bytes([*l, *h]));
        let grey = Grey { width: side(w0, w1), height: side(h0, h1), pixels: pixels.to_vec() };
        ([*a, *b] == MAGIC && grey.is_whole() && grey.width <= WIDTH).then_some(Self(grey))
    }
}

/// Looks whether the camera has moved.
#[derive(Clone, Debug)]
pub struct Watch {
    width: usize,
    height: usize,
    corners: Corners,
    patches: Vec<Patch>,
    /// Where the patches were at the last look.
    last: Similarity,
    looks: VecDeque<f32>,
    moved: Option<f32>,
}

/// A patch that was found again: which, where it was and where it is, pixels.
struct Pair {
    index: usize,
    was: Flat,
    is: Flat,
}

impl Watch {
    /// Against `reference`, for a canvas with these corners in image space.
    pub fn new(reference: &Reference, corners: Corners) -> Self {
        let grey = &reference.0;
        let size = [grey.width as f32, grey.height as f32];
        let half = patch::HALF as f32 / size[0];
        let free = |x: usize, y: usize| {
            let at = [x as f32 / size[0], y as f32 / size[1]];
            !quad::contains(&corners, at, MARGIN + half)
        };
        let patches = patch::choose(grey, free, MOST);
        Self {
            width: grey.width,
            height: grey.height,
            corners,
            patches,
            last: Similarity { terms: [1.0, 0.0, 0.0, 0.0] },
            looks: VecDeque::with_capacity(LOOKS),
            moved: None,
        }
    }

    /// Whether there is enough around the canvas to tell by.
    pub fn can_tell(&self) -> bool {
        self.patches.len() >= FEWEST
    }

    /// How far the camera has moved, percent of the picture's width; none if it has not, or nobody
    /// can tell.
    pub fn moved(&self) -> Option<f32> {
        self.moved
    }

    /// Takes a look at a picture of any size.
    pub fn look(&mut self, picture: &Grey) {
        let now = picture.shrunk(self.width);
        if !self.can_tell() || now.height != self.height || now.width != self.width {
            return;
        }
        let Some((motion, same)) = self.compare(&now) else { return };
        let moved = self.shift(&motion);
        self.last = motion;
        if moved < STILL_PERCENT {
            self.learn(&same);
        }
        if self.looks.len() == LOOKS {
            self.looks.pop_front();
        }
        self.looks.push_back(moved);
        self.conclude();
    }

    fn conclude(&mut self) {
        if self.looks.len() < LOOKS {
            return;
        }
        let (least, most) =
            self.looks.iter().fold((f32::MAX, 0.0_f32), |(l, m), v| (l.min(*v), m.max(*v)));
        let agree = most - least <= AGREE_PERCENT.max(0.1 * most);
        if least >= MOVED_PERCENT && agree {
            let mut sorted: Vec<f32> = self.looks.iter().copied().collect();
            sorted.sort_by(f32::total_cmp);
            let now = sorted[LOOKS / 2];
            // Told anew only when it differs: no flicker.
            if self.moved.is_none_or(|said| (said - now).abs() > 0.2) {
                self.moved = Some(now);
            }
        } else if most < STILL_PERCENT {
            self.moved = None;
        }
    }

    /// How most patches moved since the reference, and which did so.
    fn compare(&self, now: &Grey) -> Option<(Similarity, Vec<bool>)> {
        let near = self.find(|p| p.find_near(now, self.last.apply(p.at())));
        let mut best = self.agree(&near);
        if best.is_none() {
            // Perhaps it was knocked further than the near search reaches.
            let half = now.shrunk(self.width / 2);
            let far = self.find(|p| {
                let rough = p.find_anywhere(&half)?;
                p.find_near(now, rough)
            });
            best = self.agree(&far);
        }
        best
    }

    fn find(&self, search: impl Fn(&Patch) -> Option<Flat>) -> Vec<Pair> {
        let each = self.patches.iter().enumerate();
        each.filter_map(|(index, p)| Some(Pair { index, was: p.at(), is: search(p)? })).collect()
    }

    /// The motion that most pairs share: of all that two of them give, the one with the least median
    /// distance (Rousseeuw, "Least median of squares regression", 1984), then least squares.
    fn agree(&self, pairs: &[Pair]) -> Option<(Similarity, Vec<bool>)> {
        let weight = |list: &mut dyn Iterator<Item = &Pair>| {
            list.map(|p| self.patches[p.index].trust).sum::<f32>()
        };
        let all: f32 = self.patches.iter().map(|p| p.trust).sum();
        let found = weight(&mut pairs.iter());
        if pairs.len() < FEWEST || found < FOUND_SHARE * all {
            return None;
        }
        let motion = least_median(pairs)?;
        let same: Vec<&Pair> = pairs.iter().filter(|p| off(&motion, p) < SAME_PX).collect();
        if same.len() < FEWEST || weight(&mut same.iter().copied()) < SAME_SHARE * found {
            return None;
        }
        let (was, is): (Vec<Flat>, Vec<Flat>) = same.iter().map(|p| (p.was, p.is)).unzip();
        let motion = Similarity::fit(&was, &is)?;
        let mut marks = vec![false; self.patches.len()];
        for p in same {
            marks[p.index] = true;
        }
        Some((motion, marks))
    }

    /// What stays when the camera stays is background; what does not is people and what they carry.
    fn learn(&mut self, same: &[bool]) {
        for (patch, same) in self.patches.iter_mut().zip(same) {
            patch.trust += LEARN * (f32::from(u8::from(*same)) - patch.trust);
        }
    }

    /// How far the canvas's corners and middle went, percent of the picture's width.
    fn shift(&self, motion: &Similarity) -> f32 {
        let size = [self.width as f64, self.height as f64];
        let mean =
            self.corners.iter().fold([0.0; 2], |m, c| [m[0] + c[0] / 4.0, m[1] + c[1] / 4.0]);
        let points = self.corners.iter().copied().chain([mean]);
        let shifts = points.map(|c| {
            // Corners may lie outside the picture, where nothing is known.
            let p = [0, 1].map(|i| f64::from(c[i].clamp(0.0, 1.0)) * size[i]);
            let q = motion.apply(p);
            (q[0] - p[0]).hypot(q[1] - p[1])
        });
        (shifts.sum::<f64>() / 5.0 / size[0] * 100.0) as f32
    }
}

fn off(motion: &Similarity, p: &Pair) -> f64 {
    let q = motion.apply(p.was);
    (q[0] - p.is[0]).hypot(q[1] - p.is[1])
}

fn least_median(pairs: &[Pair]) -> Option<Similarity> {
    let mut best: Option<(f64, Similarity)> = None;
    let mut distances = Vec::with_capacity(pairs.len());
    for (i, a) in pairs.iter().enumerate() {
        for b in &pairs[i + 1..] {
            // Two that are near each other tell little about a turn.
            if (a.was[0] - b.was[0]).hypot(a.was[1] - b.was[1]) < 20.0 {
                continue;
            }
            let Some(motion) = Similarity::fit(&[a.was, b.was], &[a.is, b.is]) else { continue };
            if !SCALES.contains(&motion.terms[0].hypot(motion.terms[1])) {
                continue;
            }
            distances.clear();
            distances.extend(pairs.iter().map(|p| off(&motion, p)));
            let middle = distances.len() / 2;
            let (_, median, _) = distances.select_nth_unstable_by(middle, f64::total_cmp);
            if best.is_none_or(|(least, _)| *median < least) {
                best = Some((*median, motion));
            }
        }
    }
    best.map(|(_, motion)| motion)
}
