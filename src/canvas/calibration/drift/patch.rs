//! A small square of a grey picture that can be told from its surroundings, and finding it again by
//! normalised cross-correlation, which minds neither brightness nor contrast.

use crate::canvas::calibration::Grey;
use crate::canvas::calibration::homography::Flat;

/// Half of a patch's side, without its middle pixel.
pub const HALF: usize = 7;
const SIDE: usize = 2 * HALF + 1;
/// The same at half the size.
const SMALL_HALF: usize = 4;
const SMALL_SIDE: usize = 2 * SMALL_HALF + 1;
/// Patches are chosen on a grid this wide, pixels.
const STEP: usize = 9;
/// Less structure than this in its weakest direction cannot be found again: mean squared gradient.
const TEXTURE: f32 = 12.0;
/// The near search goes this far, pixels.
const NEAR: isize = 7;
/// The far search goes this far, pixels of the half-size picture.
const FAR: isize = 24;
/// Less likeness than this is something else.
const LIKE: f32 = 0.8;
const LIKE_SMALL: f32 = 0.7;

/// A patch of the reference.
#[derive(Clone, Debug)]
pub struct Patch {
    x: usize,
    y: usize,
    pattern: [f32; SIDE * SIDE],
    small: [f32; SMALL_SIDE * SMALL_SIDE],
    /// How much it is background, 0..1.
    pub trust: f32,
}

/// The patches with most structure, where `free` allows their middle to be.
pub fn choose(grey: &Grey, free: impl Fn(usize, usize) -> bool, most: usize) -> Vec<Patch> {
    let half = grey.shrunk(grey.width / 2);
    let reach = HALF + 1;
    if grey.width <= 2 * reach || grey.height <= 2 * reach {
        return Vec::new();
    }
    let mut found: Vec<(f32, Patch)> = Vec::new();
    for y in (reach..grey.height - reach).step_by(STEP) {
        for x in (reach..grey.width - reach).step_by(STEP) {
            let texture = texture(grey, x, y);
            if texture < TEXTURE || !free(x, y) {
                continue;
            }
            let mut patch = Patch {
                x,
                y,
                pattern: [0.0; SIDE * SIDE],
                small: [0.0; SMALL_SIDE * SMALL_SIDE],
                trust: 1.0,
            };
            let whole = pattern(grey, x, y, HALF, &mut patch.pattern)
                && pattern(&half, x / 2, y / 2, SMALL_HALF, &mut patch.small);
            if whole {
                found.push((texture, patch));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(most);
    found.into_iter().map(|(_, p)| p).collect()
}

impl Patch {
    /// Its middle in the reference, pixels.
    pub fn at(&self) -> Flat {
        [self.x as f64, self.y as f64]
    }

    /// Where it is in `now`, not far from `from`; to parts of a pixel.
    pub fn find_near(&self, now: &Grey, from: Flat) -> Option<Flat> {
        let (x, y) = (from[0].round() as isize, from[1].round() as isize);
        let (at, like) = search(now, &self.pattern, HALF, [x, y], NEAR)?;
        if like < LIKE {
            return None;
        }
        let near =
            |dx: isize, dy: isize| likeness(now, &self.pattern, HALF, at[0] + dx, at[1] + dy);
        let peak = |before: Option<f32>, after: Option<f32>| match (before, after) {
            (Some(a), Some(b)) if a + b < 2.0 * like => {
                f64::from((a - b) / (2.0 * (a + b - 2.0 * like))).clamp(-0.5, 0.5)
            }
            _ => 0.0,
        };
        Some([
            at[0] as f64 + peak(near(-1, 0), near(1, 0)),
            at[1] as f64 + peak(near(0, -1), near(0, 1)),
        ])
    }

    /// About where it is in a picture of half the size; pixels of the whole size.
    pub fn find_anywhere(&self, half: &Grey) -> Option<Flat> {
        let from = [self.x as isize / 2, self.y as isize / 2];
        let (at, like) = search(half, &self.small, SMALL_HALF, from, FAR)?;
        (like >= LIKE_SMALL).then_some([at[0] as f64 * 2.0 + 0.5, at[1] as f64 * 2.0 + 0.5])
    }
}

/// The likest place within `reach` of `from`, and how like it is.
fn search(
    grey: &Grey,
    pattern: &[f32],
    half: usize,
    from: [isize; 2],
    reach: isize,
) -> Option<([isize; 2], f32)> {
    let mut best: Option<([isize; 2], f32)> = None;
    for y in from[1] - reach..=from[1] + reach {
        for x in from[0] - reach..=from[0] + reach {
            if let Some(like) = likeness(grey, pattern, half, x, y)
                && best.is_none_or(|(_, most)| like > most)
            {
                best = Some(([x, y], like));
            }
        }
    }
    best
}

/// Likeness of the place round (x, y) to a pattern, −1..1; none at the edge and for a blank place.
fn likeness(grey: &Grey, pattern: &[f32], half: usize, x: isize, y: isize) -> Option<f32> {
    let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
    let side = 2 * half + 1;
    if x < half || y < half || x + half >= grey.width || y + half >= grey.height {
        return None;
    }
    let (mut sum, mut squares, mut product) = (0_u32, 0_u32, 0.0_f32);
    for (row, wanted) in pattern.chunks_exact(side).enumerate() {
        let from = (y - half + row) * grey.width + x - half;
        for (p, w) in grey.pixels[from..from + side].iter().zip(wanted) {
            let v = u32::from(*p);
            sum += v;
            squares += v * v;
            product += *p as f32 * w;
        }
    }
    let n = (side * side) as f32;
    // The pattern has mean 0 and length 1, so that the mean here falls out of the product.
    let spread = squares as f32 - sum as f32 * (sum as f32 / n);
    (spread > n).then(|| product / spread.sqrt())
}

/// Takes the pattern round (x, y): mean 0, length 1; false at the edge and for a blank place.
fn pattern(grey: &Grey, x: usize, y: usize, half: usize, out: &mut [f32]) -> bool {
    let side = 2 * half + 1;
    if x < half || y < half || x + half >= grey.width || y + half >= grey.height {
        return false;
    }
    for (row, out) in out.chunks_exact_mut(side).enumerate() {
        let from = (y - half + row) * grey.width + x - half;
        for (o, p) in out.iter_mut().zip(&grey.pixels[from..from + side]) {
            *o = f32::from(*p);
        }
    }
    let mean = out.iter().sum::<f32>() / out.len() as f32;
    let length = out.iter().map(|v| (v - mean).powi(2)).sum::<f32>().sqrt();
    if length < 1.0 {
        return false;
    }
    for v in out.iter_mut() {
        *v = (*v - mean) / length;
    }
    true
}

/// How much there is to hold on to in the weakest direction: the lesser eigenvalue of the mean
/// structure tensor (Shi and Tomasi, "Good features to track", 1994).
fn texture(grey: &Grey, x: usize, y: usize) -> f32 {
    let at = |x: usize, y: usize| f32::from(grey.pixels[y * grey.width + x]);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for v in y - HALF..=y + HALF {
        for u in x - HALF..=x + HALF {
            let dx = (at(u + 1, v) - at(u - 1, v)) / 2.0;
            let dy = (at(u, v + 1) - at(u, v - 1)) / 2.0;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
    }
    let n = (SIDE * SIDE) as f32;
    let (mean, half_gap) = ((xx + yy) / 2.0, ((xx - yy) / 2.0).hypot(xy));
    (mean - half_gap) / n
}
