//! A finger that rests: since when, and where.

use std::time::Duration;

use arrayvec::ArrayVec;

use super::{Finger, apart};
use crate::base::Stamp;

/// Of a hold, the end counts: at its begin the hand is still arriving.
const COUNTED: Duration = Duration::from_millis(550);
/// Most samples of one hold: 800 ms at 120 frames a second.
const MOST_SAMPLES: usize = 96;
/// A resting fingertip stays within this of its middle, hand sizes (wrist to knuckles) …
const STEADY_SIZES: f32 = 0.25;
/// … or this, picture widths, for hands far away.
const STEADY_LEAST: f32 = 0.008;

/// A finger that rests.
#[derive(Clone, Debug)]
pub struct Rest {
    pub track: u32,
    pub since: Stamp,
    pub first_seen: Stamp,
    pub size: f32,
    pub samples: ArrayVec<(Stamp, [f32; 2]), MOST_SAMPLES>,
    /// A single jump is noise; two in a row are a movement.
    strayed: bool,
}

impl Rest {
    pub fn new(f: &Finger, at: Stamp, first_seen: Stamp) -> Self {
        let mut rest = Self {
            track: f.track,
            since: at,
            first_seen,
            size: f.size,
            samples: ArrayVec::new(),
            strayed: false,
        };
        rest.sample(f, at);
        rest
    }

    fn sample(&mut self, f: &Finger, at: Stamp) {
        if self.samples.is_full() {
            self.samples.remove(0);
        }
        self.samples.push((at, f.at));
        self.size = f.size;
    }

    /// Takes a frame; whether the finger moved on, so that resting begins anew.
    pub fn add(&mut self, f: &Finger, at: Stamp) -> bool {
        let within = STEADY_LEAST.max(STEADY_SIZES * f.size);
        if apart(f.at, self.middle()) <= within {
            self.strayed = false;
            self.sample(f, at);
            return false;
        }
        let moved = self.strayed;
        if moved {
            *self = Self::new(f, at, self.first_seen);
        } else {
            self.strayed = true;
        }
        moved
    }

    pub fn start_over(&mut self, at: Stamp) {
        self.since = at;
        let last = self.samples.last().copied();
        self.samples.clear();
        self.samples.extend(last);
    }

    pub fn middle(&self) -> [f32; 2] {
        middle(self.samples.iter().map(|(_, p)| *p))
    }

    /// The mean of the end of the hold, without what lies far from its middle.
    pub fn place(&self, at: Stamp) -> [f32; 2] {
        let counted: ArrayVec<[f32; 2], MOST_SAMPLES> =
            self.samples.iter().filter(|(t, _)| at.since(*t) <= COUNTED).map(|(_, p)| *p).collect();
        let middle = middle(counted.iter().copied());
        let mut far: ArrayVec<f32, MOST_SAMPLES> =
            counted.iter().map(|p| apart(*p, middle)).collect();
        far.sort_unstable_by(f32::total_cmp);
        let limit = 2.5 * far.get(far.len() / 2).copied().unwrap_or_default() + 1e-6;
        let (mut sum, mut n) = ([0.0; 2], 0.0);
        for p in counted.iter().filter(|p| apart(**p, middle) <= limit) {
            sum = [sum[0] + p[0], sum[1] + p[1]];
            n += 1.0;
        }
        if n > 0.0 { [sum[0] / n, sum[1] / n] } else { middle }
    }
}

/// The middle value in each direction.
fn middle(points: impl Iterator<Item = [f32; 2]>) -> [f32; 2] {
    let (mut xs, mut ys) =
        (ArrayVec::<f32, MOST_SAMPLES>::new(), ArrayVec::<f32, MOST_SAMPLES>::new());
    for [x, y] in points.take(MOST_SAMPLES) {
        xs.push(x);
        ys.push(y);
    }
    let of = |values: &mut [f32]| {
        values.sort_unstable_by(f32::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    [of(&mut xs), of(&mut ys)]
}
