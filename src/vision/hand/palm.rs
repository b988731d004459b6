//! The palm detector's answer: 2016 anchored rows become at most a few palms, best first.
//!
//! Decoding and weighted non-maximum suppression are MediaPipe's, with its constants
//! (`palm_detection_cpu.pbtxt`). Allocates when made and never again.

use std::array;

use arrayvec::ArrayVec;

use crate::vision::MAX_HANDS;

/// Rows of the detector's output: 24×24 cells with 2 anchors each, then 12×12 with 6.
pub const ROWS: usize = 24 * 24 * 2 + 12 * 12 * 6;
/// Values of one row of boxes: centre, size and seven keypoints.
pub const ROW_VALUES: usize = 18;
/// Input side of the detector, pixels; boxes come in this unit.
pub const INPUT_PX: usize = 192;
/// Boxes that overlap the best one by more than this are the same palm.
const SAME_PALM_IOU: f32 = 0.3;

/// A found palm, in 0..1 of the picture (may lie partly outside).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palm {
    /// xmin, ymin, xmax, ymax.
    pub area: [f32; 4],
    /// The wrist (keypoint 0).
    pub wrist: [f32; 2],
    /// The middle finger's knuckle (keypoint 2).
    pub middle: [f32; 2],
    /// How sure the detector is, 0..1.
    pub score: f32,
}

/// The detector's two outputs, as the network gives them.
#[derive(Debug)]
pub struct PalmOutput {
    /// [`ROWS`] × [`ROW_VALUES`] box values, input pixels relative to the anchor.
    pub boxes: Vec<f32>,
    /// One score a row, before the sigmoid.
    pub logits: Vec<f32>,
}

impl Default for PalmOutput {
    fn default() -> Self {
        Self { boxes: vec![0.0; ROWS * ROW_VALUES], logits: vec![f32::MIN; ROWS] }
    }
}

/// What is averaged over the boxes of one palm: the area, the wrist, the middle knuckle.
const VALUES: usize = 8;

#[derive(Clone, Copy, Debug)]
struct Candidate {
    values: [f32; VALUES],
    score: f32,
}

impl Candidate {
    fn iou(&self, other: &Self) -> f32 {
        let [a, b] = [&self.values, &other.values];
        let w = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
        let h = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
        let area = |v: &[f32; VALUES]| (v[2] - v[0]) * (v[3] - v[1]);
        let union = area(a) + area(b) - w * h;
        if union > 0.0 { w * h / union } else { 0.0 }
    }
}

/// Turns the detector's output into palms.
#[derive(Debug)]
pub struct PalmDecoder {
    anchors: Vec<[f32; 2]>,
    candidates: Vec<Candidate>,
}

impl Default for PalmDecoder {
    fn default() -> Self {
        Self { anchors: anchors(), candidates: Vec::with_capacity(ROWS) }
    }
}

impl PalmDecoder {
    /// The best `limit` palms with at least `min_score`, best first, in 0..1 of a picture of
    /// `width` × `height` pixels that was shown to the detector centred in a square.
    pub fn decode(
        &mut self,
        output: &PalmOutput,
        min_score: f32,
        limit: usize,
        (width, height): (u32, u32),
    ) -> ArrayVec<Palm, MAX_HANDS> {
        self.collect(output, min_score);
        let size = width.max(height) as f32;
        let pad = [(1.0 - width as f32 / size) * 0.5, (1.0 - height as f32 / size) * 0.5];
        let mut palms = ArrayVec::new();
        while let Some(&best) = self.candidates.first().filter(|_| palms.len() < limit) {
            let palm = self.take_cluster(&best, pad);
            if palms.try_push(palm).is_err() {
                break;
            }
        }
        palms
    }

    /// All rows that score enough, best first.
    fn collect(&mut self, output: &PalmOutput, min_score: f32) {
        self.candidates.clear();
        let rows = output.boxes.chunks_exact(ROW_VALUES).zip(&output.logits).zip(&self.anchors);
        for ((row, &logit), &anchor) in rows {
            let score = 1.0 / (1.0 + (-logit.clamp(-100.0, 100.0)).exp());
            // Written so that a NaN is left out, too.
            if !(score >= min_score && row[2] >= 0.0 && row[3] >= 0.0) {
                continue;
            }
            let at = |i: usize| row[i] / INPUT_PX as f32 + anchor[i & 1];
            let (w, h) = (row[2] / INPUT_PX as f32, row[3] / INPUT_PX as f32);
            let (x, y) = (at(0) - w * 0.5, at(1) - h * 0.5);
            let values = [x, y, x + w, y + h, at(4), at(5), at(8), at(9)];
            if values.iter().all(|v| v.is_finite()) {
                self.candidates.push(Candidate { values, score });
            }
        }
        // Ties keep the detector's order, and `sort_unstable` does not allocate as `sort` does.
        // Candidates are told apart by their boxes: equal ones are interchangeable.
        self.candidates.sort_unstable_by(|a, b| {
            b.score.total_cmp(&a.score).then_with(|| a.values[0].total_cmp(&b.values[0]))
        });
    }

    /// Removes all boxes of the best one's palm and averages them, weighted by score.
    fn take_cluster(&mut self, best: &Candidate, pad: [f32; 2]) -> Palm {
        let (mut sum, mut weight) = ([0.0; VALUES], 0.0);
        self.candidates.retain(|c| {
            let same = c.iou(best) > SAME_PALM_IOU;
            if same {
                weight += c.score;
                sum.iter_mut().zip(c.values).for_each(|(s, v)| *s += v * c.score);
            }
            !same
        });
        // A box without area overlaps nothing, not even itself: it is dropped alone.
        if weight == 0.0 {
            (sum, weight) = (best.values, 1.0);
            self.candidates.remove(0);
        }
        // Back from the square to the picture.
        let v: [f32; VALUES] =
            array::from_fn(|i| (sum[i] / weight - pad[i & 1]) / (1.0 - 2.0 * pad[i & 1]));
        Palm {
            area: [v[0], v[1], v[2], v[3]],
            wrist: [v[4], v[5]],
            middle: [v[6], v[7]],
            score: best.score,
        }
    }
}

/// The anchors' centres in 0..1 of the square, in the order of the rows.
fn anchors() -> Vec<[f32; 2]> {
    [(24_usize, 2_usize), (12, 6)]
        .into_iter()
        .flat_map(|(grid, per_cell)| {
            let centre = move |i: usize| (i as f32 + 0.5) / grid as f32;
            (0..grid * grid).flat_map(move |cell| {
                std::iter::repeat_n([centre(cell % grid), centre(cell / grid)], per_cell)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: f32 = -20.0;

    /// Output with the given rows set: (row, logit, values).
    fn output(rows: &[(usize, f32, [f32; 10])]) -> PalmOutput {
        let mut output = PalmOutput { logits: vec![QUIET; ROWS], ..Default::default() };
        for (row, logit, values) in rows {
            output.boxes[row * ROW_VALUES..][..10].copy_from_slice(values);
            output.logits[*row] = *logit;
        }
        output
    }

    fn palms(rows: &[(usize, f32, [f32; 10])], size: (u32, u32)) -> Vec<Palm> {
        PalmDecoder::default().decode(&output(rows), 0.5, MAX_HANDS, size).to_vec()
    }

    /// A box of 19.2 px (0.1) about its anchor, keypoints at its middle.
    const PLAIN: [f32; 10] = [0.0, 0.0, 19.2, 19.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];

    #[test]
    fn anchors_are_cell_centres_row_by_row() {
        let a = anchors();
        assert_eq!(a.len(), ROWS);
        assert_eq!((a[0], a[1]), ([0.5 / 24.0; 2], [0.5 / 24.0; 2]));
        assert_eq!(a[2], [1.5 / 24.0, 0.5 / 24.0]);
        assert_eq!(a[48], [0.5 / 24.0, 1.5 / 24.0]);
        assert_eq!(a[1152], [0.5 / 12.0; 2]);
        assert_eq!(a[ROWS - 1], [11.5 / 12.0; 2]);
    }

    #[test]
    fn overlapping_boxes_become_their_weighted_mean_with_the_best_score() {
        // Row 600 is cell (12, 12): centre 12.5/24. The second box lies 1.92 px (0.01) to the right.
        let mut shifted = PLAIN;
        (shifted[0], shifted[4], shifted[8]) = (1.92, 1.92, 1.92);
        let all = palms(&[(600, 3.0, PLAIN), (601, 0.5, shifted)], (640, 640));
        let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
        let (s, t) = (sigmoid(3.0), sigmoid(0.5));
        let shift = 0.01 * t / (s + t);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].score, s);
        assert!((all[0].area[0] - (12.5 / 24.0 - 0.05 + shift)).abs() < 1e-6);
        assert!((all[0].wrist[0] - (12.5 / 24.0 + shift)).abs() < 1e-6);
        assert!((all[0].area[3] - (12.5 / 24.0 + 0.05)).abs() < 1e-6);
    }

    #[test]
    fn separate_palms_come_best_first_and_weak_ones_not_at_all() {
        let all = palms(&[(0, 1.0, PLAIN), (600, 4.0, PLAIN), (1100, -0.1, PLAIN)], (640, 640));
        assert_eq!(all.len(), 2);
        assert!(all[0].score > all[1].score);
        let two = output(&[(0, 1.0, PLAIN), (600, 4.0, PLAIN)]);
        let one = PalmDecoder::default().decode(&two, 0.5, 1, (640, 640));
        assert_eq!(one[..], all[..1]);
    }

    #[test]
    fn the_letterbox_is_taken_away() {
        // 640x480 in a square: y runs from 1/8 to 7/8 of it.
        let all = palms(&[(600, 4.0, PLAIN)], (640, 480));
        let c = 12.5 / 24.0;
        assert!((all[0].wrist[0] - c).abs() < 1e-6);
        assert!((all[0].wrist[1] - (c - 0.125) / 0.75).abs() < 1e-6);
    }

    #[test]
    fn hostile_numbers_are_left_out() {
        let mut all = vec![
            (3, f32::NAN, PLAIN),
            (9, 9.0, [f32::NAN; 10]),
            (12, 9.0, [f32::INFINITY; 10]),
            (15, 9.0, [0.0, 0.0, -1.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        ];
        assert_eq!(palms(&all, (640, 480)), []);
        // A box without area is one palm, and the loop ends.
        all.push((600, 2.0, [0.0; 10]));
        assert_eq!(palms(&all, (640, 480)).len(), 1);
    }
}
