//! Which hand is which from frame to frame, where to look next, and when to look for more.
//!
//! Like MediaPipe's: every kept hand's landmarks say where it is looked for next; found palms that
//! overlap a followed hand are that hand; two answers for one hand are one. Ours besides: identity
//! (a track number is never given to another hand), the search interval, and a short memory, so
//! that a hand missed for a few frames comes back under its own number. Knows no network.

use std::time::Duration;

use arrayvec::ArrayVec;

use super::reading::Reading;
use super::roi::{Roi, Span};
use crate::base::Stamp;
use crate::vision::{Hand, Handedness, Hands, MAX_HANDS};

/// How long a lost hand's number waits for it.
const MEMORY: Duration = Duration::from_millis(300);
/// How far a hand may come back from where it was lost, in sides of its region.
const MEMORY_REACH: f32 = 0.75;
/// After a gap this long in the pictures nothing is where it was.
const MAX_GAP: Duration = Duration::from_secs(2);
/// One hand twice: this many of 21 landmarks within this part of the palm's length of each other,
/// and areas that overlap by this (MediaPipe's `HandLandmarksDeduplicationCalculator`).
const SAME_LANDMARKS: usize = 10;
const SAME_DISTANCE: f32 = 0.2;
const SAME_IOU: f32 = 0.2;

/// What the tracker goes by; see the settings of the same names.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The most hands at once, 1..=[`MAX_HANDS`].
    pub num_hands: usize,
    /// Overlap above which a palm and a followed hand are the same, 0..1.
    pub min_tracking_confidence: f32,
    /// How often to look for more hands while one is followed; zero: on every frame.
    pub search_interval: Duration,
}

/// A place to look for a hand in this frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// The track that is expected there; `None` for a new palm.
    pub track: Option<u32>,
    /// Where.
    pub roi: Roi,
}

#[derive(Clone, Copy, Debug)]
struct Track {
    id: u32,
    roi: Roi,
    handedness: Handedness,
}

#[derive(Clone, Copy, Debug)]
struct Lost {
    track: Track,
    at: Stamp,
}

/// Follows hands.
#[derive(Debug, Default)]
pub struct Tracker {
    tracks: ArrayVec<Track, MAX_HANDS>,
    lost: ArrayVec<Lost, MAX_HANDS>,
    last_id: u32,
    size: (u32, u32),
    at: Stamp,
    searched_at: Stamp,
}

impl Tracker {
    /// A new frame of this size, taken at `at`. Says whether to run the palm detector on it.
    pub fn begin(&mut self, size: (u32, u32), at: Stamp, rules: &Rules) -> bool {
        if self.size != size || at.since(self.at) > MAX_GAP || at < self.at {
            self.forget();
        }
        self.size = size;
        self.at = at;
        self.tracks.truncate(rules.num_hands);
        self.lost.retain(|l| at.since(l.at) <= MEMORY);
        let wanted = self.tracks.len() < rules.num_hands
            && (self.tracks.is_empty()
                || !self.lost.is_empty()
                || at.since(self.searched_at) >= rules.search_interval);
        if wanted {
            self.searched_at = at;
        }
        wanted
    }

    /// Nothing is followed any more. Numbers go on.
    pub fn forget(&mut self) {
        self.tracks.clear();
        self.lost.clear();
    }

    /// Where to look in this frame: first the followed hands, then palms that are none of them.
    pub fn regions(&self, palms: &[Roi], rules: &Rules) -> ArrayVec<Region, MAX_HANDS> {
        let (width, height) = self.size;
        let followed = self.tracks.iter().map(|t| Region { track: Some(t.id), roi: t.roi });
        let is_new =
            |p: &&Roi| self.tracks.iter().all(|t| t.roi.iou(p) <= rules.min_tracking_confidence);
        let new = palms.iter().filter(is_new).map(|&roi| Region { track: None, roi });
        followed
            .chain(new)
            .filter(|r| r.roi.is_usable(width, height))
            .take(rules.num_hands)
            .collect()
    }

    /// The hands that were there, by region, become the hands of this frame, oldest first.
    pub fn finish(&mut self, mut seen: ArrayVec<(Region, Reading), MAX_HANDS>) -> Hands {
        drop_doubles(&mut seen);
        let before = std::mem::take(&mut self.tracks);
        let mut hands = Hands::new();
        for (region, reading) in seen {
            let roi = Roi::from_landmarks(&reading.points_px);
            let id = match region.track {
                Some(id) => id,
                None => self.name(&roi, reading.handedness),
            };
            self.tracks.push(Track { id, roi, handedness: reading.handedness });
            hands.push(hand(id, reading));
        }
        for track in before {
            let gone = self.tracks.iter().all(|t| t.id != track.id);
            if gone && !self.lost.is_full() {
                self.lost.push(Lost { track, at: self.at });
            }
        }
        self.tracks.sort_unstable_by_key(|t| t.id);
        hands.sort_unstable_by_key(|h| h.track);
        hands
    }

    /// The number of a hand that was not followed: its old one if it was lost here just now.
    fn name(&mut self, roi: &Roi, handedness: Handedness) -> u32 {
        let back = self.lost.iter().position(|l| {
            let (dx, dy) = (l.track.roi.cx - roi.cx, l.track.roi.cy - roi.cy);
            l.track.handedness == handedness
                && dx.hypot(dy) <= MEMORY_REACH * l.track.roi.side.max(roi.side)
        });
        match back {
            Some(i) => self.lost.remove(i).track.id,
            None => {
                self.last_id += 1;
                self.last_id
            }
        }
    }
}

fn hand(track: u32, r: Reading) -> Hand {
    Hand {
        track,
        handedness: r.handedness,
        score: r.score,
        presence: r.presence,
        landmarks: r.landmarks,
        world_landmarks: r.world_landmarks,
    }
}

/// Removes the second answer for one hand: a new palm rather than a followed hand, and of two
/// followed hands the one that had to jump to get there, for that is the hand that was covered.
fn drop_doubles(seen: &mut ArrayVec<(Region, Reading), MAX_HANDS>) {
    let mut i = 0;
    while i < seen.len() {
        let Some(j) = (i + 1..seen.len()).find(|&j| same_hand(&seen[i].1, &seen[j].1)) else {
            i += 1;
            continue;
        };
        let both_followed = seen[j].0.track.is_some();
        let worse = if both_followed && jump(&seen[i]) > jump(&seen[j]) { i } else { j };
        seen.remove(worse);
    }
}

/// How far a hand is from where it was looked for, in sides of the region.
fn jump((region, reading): &(Region, Reading)) -> f32 {
    let now = Roi::from_landmarks(&reading.points_px);
    (now.cx - region.roi.cx).hypot(now.cy - region.roi.cy) / region.roi.side
}

fn same_hand(a: &Reading, b: &Reading) -> bool {
    let near = SAME_DISTANCE * palm_length(a).max(palm_length(b));
    let matching = a.points_px.iter().zip(&b.points_px).filter(|(a, b)| distance(a, b) < near);
    let span = |r: &Reading| Span::of(r.points_px.iter().copied());
    matching.count() >= SAME_LANDMARKS && span(a).iou(&span(b)) > SAME_IOU
}

/// The longest side of the triangle wrist, index knuckle, pinky knuckle, pixels.
fn palm_length(r: &Reading) -> f32 {
    let [wrist, index, pinky] = [0, 5, 17].map(|i| r.points_px[i]);
    distance(&wrist, &index).max(distance(&index, &pinky)).max(distance(&pinky, &wrist))
}

fn distance(a: &[f32; 2], b: &[f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[cfg(test)]
mod tests;
