//! The little geometry that gestures need: lengths, angles and directions on landmarks whose x and
//! y have the same scale. Tolerates any numbers: what is not a usable hand gives `None`.

use crate::vision::{Landmarks, Point};

/// Beyond this a coordinate is not a place but an accident (image space is about 0..1, metres less).
const MAX_COORDINATE: f32 = 100.0;

/// A place in the picture, in picture heights: x to the image's right, y down.
pub(super) type Place = [f32; 2];

pub(super) fn sub(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(super) fn dot(a: Point, b: Point) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn length(a: Point) -> f32 {
    dot(a, a).sqrt()
}

pub(super) fn distance(a: Point, b: Point) -> f32 {
    length(sub(a, b))
}

/// `a / b`, and 0 where `b` is nothing.
pub(super) fn ratio(a: f32, b: f32) -> f32 {
    if b > 1e-9 { a / b } else { 0.0 }
}

/// The angle between two directions, degrees, 0..180; 90 if one of them has no length.
pub(super) fn angle_deg(a: Point, b: Point) -> f32 {
    ratio(dot(a, b), length(a) * length(b)).clamp(-1.0, 1.0).acos().to_degrees()
}

pub(super) fn minus(a: Place, b: Place) -> Place {
    [a[0] - b[0], a[1] - b[1]]
}

pub(super) fn far(a: Place, b: Place) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// `a` at 0, `b` at 1.
pub(super) fn lerp(a: Place, b: Place, t: f32) -> Place {
    [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
}

/// How sure one may be that `x` lies above `middle`: 0.5 there, 0.95 at `margin` above, 0.05 at
/// `margin` below.
pub(super) fn above(x: f32, middle: f32, margin: f32) -> f32 {
    // ln(0.95 / 0.05) = 2.944
    1.0 / (1.0 + (-2.944 * (x - middle) / margin).exp())
}

/// How sure one may be that `x` lies below `middle`, see [`above`].
pub(super) fn below(x: f32, middle: f32, margin: f32) -> f32 {
    above(-x, -middle, margin)
}

/// Image landmarks in picture heights, so that lengths do not depend on their direction; `None` if
/// they are no places.
pub(super) fn in_heights(landmarks: &Landmarks, aspect: f32) -> Option<Landmarks> {
    let usable = aspect.is_finite() && aspect > 0.0 && are_places(landmarks);
    usable.then(|| landmarks.map(|[x, y, z]| [x * aspect, y, z * aspect]))
}

/// Whether all coordinates are numbers that a hand may have.
pub(super) fn are_places(landmarks: &Landmarks) -> bool {
    // Written so that NaN fails.
    landmarks.iter().flatten().all(|v| v.abs() <= MAX_COORDINATE)
}

/// The hand's own size: the mean distance from the wrist to the four knuckles, in the landmarks'
/// unit. In three dimensions, so that it does not depend on how the hand is turned.
pub(super) fn palm_length(p: &Landmarks) -> f32 {
    [5, 9, 13, 17].iter().map(|&k| distance(p[0], p[k])).sum::<f32>() / 4.0
}

/// The middle of the palm.
pub(super) fn palm_centre(p: &Landmarks) -> Place {
    let sum = [0, 5, 9, 13, 17].iter().fold([0.0, 0.0], |s, &k| [s[0] + p[k][0], s[1] + p[k][1]]);
    [sum[0] / 5.0, sum[1] / 5.0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_symmetric_about_its_middle() {
        assert!((above(1.0, 1.0, 0.2) - 0.5).abs() < 1e-6);
        assert!((above(1.2, 1.0, 0.2) - 0.95).abs() < 1e-3);
        assert!((above(0.8, 1.0, 0.2) - 0.05).abs() < 1e-3);
        assert!((above(1.1, 1.0, 0.2) + below(1.1, 1.0, 0.2) - 1.0).abs() < 1e-6);
        assert_eq!(above(1e9, 0.0, 0.1), 1.0);
    }

    #[test]
    fn what_is_no_hand_is_refused() {
        let mut points = [[0.5; 3]; 21];
        assert!(in_heights(&points, 1.3).is_some());
        assert!(in_heights(&points, 0.0).is_none() && in_heights(&points, f32::NAN).is_none());
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30] {
            points[7][1] = bad;
            assert!(in_heights(&points, 1.3).is_none());
        }
    }

    #[test]
    fn angles_never_fail() {
        assert!((angle_deg([1.0, 0.0, 0.0], [0.0, 2.0, 0.0]) - 90.0).abs() < 1e-4);
        assert!((angle_deg([0.0; 3], [0.0, 2.0, 0.0]) - 90.0).abs() < 1e-4);
    }
}
