//! The landmark network's answer for one region, brought back into the picture.
//!
//! The one place where handedness is corrected: MediaPipe's label assumes a mirrored picture, ours
//! never is, so its "left" is the person's right hand.

use super::roi::Roi;
use crate::vision::{Handedness, Landmarks};

/// Input side of the landmark network, pixels; landmarks come in this unit.
pub const INPUT_PX: f32 = 224.0;
/// What the network's z is divided by, besides the input side.
const Z_SCALE: f32 = 0.4;

/// The landmark network's four outputs, as it gives them.
#[derive(Clone, Debug)]
pub struct HandOutput {
    /// 21 × (x, y, z), input pixels.
    pub landmarks: [f32; 63],
    /// 21 × (x, y, z), metres, in the region's turned frame.
    pub world: [f32; 63],
    /// Whether it is a hand, 0..1.
    pub presence: [f32; 1],
    /// Above 0.5: "left" of a mirrored picture.
    pub handedness: [f32; 1],
}

impl Default for HandOutput {
    fn default() -> Self {
        Self { landmarks: [0.0; 63], world: [0.0; 63], presence: [0.0], handedness: [0.0] }
    }
}

/// What one region held.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Whose hand.
    pub handedness: Handedness,
    /// How sure the network is of that, 0.5..1.
    pub score: f32,
    /// How sure it is that this is a hand, 0..1.
    pub presence: f32,
    /// In 0..1 of the picture.
    pub landmarks: Landmarks,
    /// In metres.
    pub world_landmarks: Landmarks,
    /// x and y in pixels of the picture.
    pub points_px: [[f32; 2]; 21],
}

impl Reading {
    /// The hand in `roi` of a picture of `width` × `height` pixels; `None` if presence is not above
    /// `min_presence` or the numbers make no sense.
    pub fn new(
        output: &HandOutput,
        roi: &Roi,
        min_presence: f32,
        (width, height): (u32, u32),
    ) -> Option<Self> {
        let [presence] = output.presence;
        let [left] = output.handedness;
        let finite = |values: &[f32]| values.iter().all(|v| v.is_finite());
        let sane = presence > min_presence && finite(&output.landmarks) && finite(&output.world);
        if !sane || !left.is_finite() {
            return None;
        }
        let (sin, cos) = roi.rot.sin_cos();
        let (w, h) = (width as f32, height as f32);
        let mut points_px = [[0.0; 2]; 21];
        let mut landmarks = [[0.0; 3]; 21];
        let raw = output.landmarks.as_chunks::<3>().0;
        for ((&[x, y, z], point), landmark) in raw.iter().zip(&mut points_px).zip(&mut landmarks) {
            let (dx, dy) = ((x / INPUT_PX - 0.5) * roi.side, (y / INPUT_PX - 0.5) * roi.side);
            *point = [dx * cos - dy * sin + roi.cx, dx * sin + dy * cos + roi.cy];
            *landmark = [point[0] / w, point[1] / h, z / (INPUT_PX * Z_SCALE) * roi.side / w];
        }
        let mut world_landmarks = [[0.0; 3]; 21];
        for (&[x, y, z], point) in output.world.as_chunks::<3>().0.iter().zip(&mut world_landmarks)
        {
            *point = [x * cos - y * sin, x * sin + y * cos, z];
        }
        Some(Self {
            handedness: if left > 0.5 { Handedness::Right } else { Handedness::Left },
            score: left.max(1.0 - left),
            presence,
            landmarks,
            world_landmarks,
            points_px,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output() -> HandOutput {
        let mut o = HandOutput { presence: [0.9], handedness: [0.8], ..Default::default() };
        o.landmarks[..3].copy_from_slice(&[224.0, 112.0, 22.4]);
        o.world[..3].copy_from_slice(&[0.1, 0.0, 0.02]);
        o
    }

    #[test]
    fn a_quarter_turn_brings_right_to_down() {
        let roi = Roi { cx: 320.0, cy: 240.0, side: 100.0, rot: std::f32::consts::FRAC_PI_2 };
        let r = Reading::new(&output(), &roi, 0.5, (640, 480)).unwrap();
        let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!((r.points_px[0][0] - 320.0).abs() < 1e-3);
        assert!((r.points_px[0][1] - 290.0).abs() < 1e-3);
        // z: 22.4 / (224 · 0.4) · 100 px, in picture widths.
        assert!(close(&r.landmarks[0], &[0.5, 290.0 / 480.0, 0.25 * 100.0 / 640.0]));
        assert!(close(&r.world_landmarks[0], &[0.0, 0.1, 0.02]));
    }

    #[test]
    fn mediapipes_left_is_the_persons_right() {
        let roi = Roi::whole(640, 480);
        let mut o = output();
        let r = Reading::new(&o, &roi, 0.5, (640, 480)).unwrap();
        assert_eq!((r.handedness, r.score), (Handedness::Right, 0.8));
        o.handedness = [0.25];
        let r = Reading::new(&o, &roi, 0.5, (640, 480)).unwrap();
        assert_eq!((r.handedness, r.score), (Handedness::Left, 0.75));
    }

    #[test]
    fn absent_hands_and_nonsense_are_none() {
        let roi = Roi::whole(640, 480);
        let read = |o: HandOutput| Reading::new(&o, &roi, 0.5, (640, 480));
        assert!(read(HandOutput { presence: [0.5], ..output() }).is_none());
        assert!(read(HandOutput { presence: [f32::NAN], ..output() }).is_none());
        assert!(read(HandOutput { handedness: [f32::NAN], ..output() }).is_none());
        let mut o = output();
        o.landmarks[40] = f32::INFINITY;
        assert!(read(o).is_none());
    }
}
