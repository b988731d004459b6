//! The stage: the one frame of reference that hands, browsers and projectors share.
//!
//! *Canvas space* is 0..1 in x and y, origin top left, y down: what a viewer sees, whatever its
//! size; a viewer of another shape shows bars. *Scene space* is three-dimensional: x to the right,
//! y up, z towards the viewer, and the plane z = 0 fills the canvas exactly, so that a point on it
//! is known from its canvas position alone.

/// Width of the plane z = 0, scene units.
pub const WIDTH: f32 = 16.0;
/// Height of the plane z = 0, scene units.
pub const HEIGHT: f32 = 9.0;
/// The view's vertical angle, degrees: three.js's `PerspectiveCamera.fov`.
pub const FOV_Y_DEG: f32 = 30.0;
/// How far back and forth objects may be: behind it lies the wall, before it the viewer, scene units.
pub const DEPTH: [f32; 2] = [-6.0, 6.0];

/// Where the eye is, scene units before the plane z = 0: there the view is [`HEIGHT`] high.
pub fn eye_distance() -> f32 {
    HEIGHT / 2.0 / (FOV_Y_DEG.to_radians() / 2.0).tan()
}

/// The scene point at canvas position `at` and depth `z`.
pub fn to_scene(at: [f32; 2], z: f32) -> [f32; 3] {
    let nearer = (eye_distance() - z) / eye_distance();
    [(at[0] - 0.5) * WIDTH * nearer, (0.5 - at[1]) * HEIGHT * nearer, z]
}

/// Where a scene point is seen, canvas space; may lie outside 0..1. None at and behind the eye.
pub fn to_canvas(point: [f32; 3]) -> Option<[f32; 2]> {
    let away = eye_distance() - point[2];
    if away <= f32::EPSILON {
        return None;
    }
    let nearer = eye_distance() / away;
    Some([point[0] * nearer / WIDTH + 0.5, 0.5 - point[1] * nearer / HEIGHT])
}

/// How many times as large something at depth `z` is seen as it would be at z = 0; 0 at and behind the eye.
pub fn magnification(z: f32) -> f32 {
    let away = eye_distance() - z;
    if away <= f32::EPSILON { 0.0 } else { eye_distance() / away }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plane_fills_the_canvas() {
        assert_eq!(to_scene([0.0, 0.0], 0.0), [-8.0, 4.5, 0.0]);
        assert_eq!(to_scene([1.0, 1.0], 0.0), [8.0, -4.5, 0.0]);
        assert_eq!(to_canvas([0.0, 0.0, 3.0]), Some([0.5, 0.5]));
        assert_eq!(to_canvas([0.0, 0.0, 99.0]), None);
    }

    #[test]
    fn there_and_back_at_every_depth() {
        for z in [-6.0, -1.0, 0.0, 2.5, 6.0] {
            for at in [[0.1, 0.9], [0.5, 0.5], [1.2, -0.3]] {
                let [x, y] = to_canvas(to_scene(at, z)).unwrap();
                assert!((x - at[0]).abs() < 1e-5 && (y - at[1]).abs() < 1e-5, "{at:?} {z}");
            }
        }
    }

    #[test]
    fn nearer_is_larger() {
        assert!(
            magnification(1.0) > magnification(0.0) && magnification(0.0) > magnification(-1.0)
        );
        assert_eq!(magnification(0.0), 1.0);
    }
}
