//! The poses the demo hand knows, as joint angles. See [`Pose`] for what each number means.

use super::skeleton::Pose;
use crate::base::gesture::Gesture;

const STRAIGHT: [f32; 4] = [4.0, 6.0, 4.0, 0.0];
const CURLED: [f32; 4] = [84.0, 102.0, 60.0, 0.0];
const CURLED_PINKY: [f32; 4] = [86.0, 100.0, 60.0, 2.0];
/// Curled, but with room for thumb and index to meet in front.
const HALF_CURLED: [[f32; 4]; 3] =
    [[62.0, 88.0, 48.0, 0.0], [68.0, 92.0, 50.0, 0.0], [72.0, 90.0, 50.0, 2.0]];

/// All five fingers out.
pub const OPEN_PALM: Pose = Pose {
    thumb: [48.0, 18.0, 40.0, 6.0, 4.0],
    fingers: [
        [4.0, 6.0, 4.0, 6.0],
        [2.0, 5.0, 3.0, 0.0],
        [4.0, 6.0, 4.0, -5.0],
        [6.0, 8.0, 5.0, -11.0],
    ],
    turn: [0.0; 3],
};

/// All fingers curled, the thumb over them.
pub const FIST: Pose = Pose {
    thumb: [24.0, 44.0, 34.0, 36.0, 50.0],
    fingers: [[80.0, 100.0, 58.0, 0.0], CURLED, [86.0, 102.0, 60.0, 0.0], CURLED_PINKY],
    turn: [0.0, -8.0, 0.0],
};

/// Index out, the others curled.
pub const POINTING: Pose = Pose {
    thumb: [24.0, 42.0, 34.0, 38.0, 40.0],
    fingers: [
        [4.0, 6.0, 4.0, 2.0],
        [82.0, 102.0, 60.0, 0.0],
        [86.0, 102.0, 60.0, 0.0],
        CURLED_PINKY,
    ],
    turn: [0.0; 3],
};

/// Index and middle out and apart.
pub const VICTORY: Pose = Pose {
    thumb: [22.0, 40.0, 34.0, 46.0, 44.0],
    fingers: [[3.0, 5.0, 4.0, 7.0], [2.0, 5.0, 3.0, -8.0], CURLED, CURLED_PINKY],
    turn: [0.0; 3],
};

/// Thumb out and up.
pub const THUMB_UP: Pose = Pose {
    thumb: [62.0, 14.0, 30.0, -6.0, -12.0],
    fingers: [
        [84.0, 102.0, 58.0, 0.0],
        [86.0, 102.0, 60.0, 0.0],
        [86.0, 102.0, 60.0, 0.0],
        CURLED_PINKY,
    ],
    turn: [90.0, -6.0, 0.0],
};

/// Thumb out and down.
pub const THUMB_DOWN: Pose = THUMB_UP.turned([-90.0, -6.0, 0.0]);

/// Thumb and index tips together, the other three out.
pub const OK: Pose = Pose {
    thumb: [22.0, 25.0, 32.0, 31.0, 10.0],
    fingers: [
        [49.0, 59.0, 42.0, 3.0],
        [12.0, 14.0, 8.0, 0.0],
        [6.0, 10.0, 6.0, -6.0],
        [4.0, 8.0, 5.0, -12.0],
    ],
    turn: [0.0, 0.0, -12.0],
};

/// Thumb, index and pinky out.
pub const I_LOVE_YOU: Pose = Pose {
    thumb: [52.0, 16.0, 38.0, 0.0, -6.0],
    fingers: [[4.0, 6.0, 4.0, 5.0], CURLED, [86.0, 102.0, 60.0, 0.0], [5.0, 8.0, 5.0, -9.0]],
    turn: [0.0; 3],
};

/// Thumb and index tips together, the other three curled.
pub const PINCH: Pose = Pose {
    thumb: OK.thumb,
    fingers: [OK.fingers[0], HALF_CURLED[0], HALF_CURLED[1], HALF_CURLED[2]],
    turn: [0.0, -8.0, 27.0],
};

/// About to pinch: turned as [`PINCH`], the fingers still at ease.
pub const PINCH_OPEN: Pose = Pose {
    thumb: [36.0, 26.0, 34.0, 16.0, 10.0],
    fingers: [
        [33.0, 42.0, 24.0, 2.0],
        [37.0, 46.0, 25.0, 0.0],
        [42.0, 49.0, 27.0, 0.0],
        [46.0, 49.0, 27.0, 1.0],
    ],
    turn: [0.0, -8.0, 27.0],
};

/// Nothing in particular: how a hand hangs when nobody thinks of it. None of the gestures.
pub const RELAXED: Pose = Pose {
    thumb: [36.0, 27.0, 36.0, 17.0, 19.0],
    fingers: [
        [33.0, 42.0, 22.0, 0.0],
        [39.0, 48.0, 26.0, 0.0],
        [44.0, 51.0, 28.0, 0.0],
        [47.0, 50.0, 28.0, 0.0],
    ],
    turn: [0.0, -4.0, 6.0],
};

/// An open hand half turned to the other one, about to clap.
pub const CLAPPING: Pose = Pose {
    thumb: [44.0, 20.0, 40.0, 8.0, 6.0],
    fingers: [STRAIGHT, [3.0, 5.0, 3.0, 0.0], [4.0, 6.0, 4.0, -1.0], [5.0, 8.0, 5.0, -4.0]],
    turn: [-8.0, 0.0, 34.0],
};

/// The pose of a shape; `None` for `none`, motions and two-hand gestures. [`Gesture::Point`] is
/// given pointing to the image's left for a right hand: index out, thumb's side up.
pub const fn of(shape: Gesture) -> Option<Pose> {
    Some(match shape {
        Gesture::ClosedFist => FIST,
        Gesture::OpenPalm => OPEN_PALM,
        Gesture::PointingUp => POINTING,
        Gesture::ThumbDown => THUMB_DOWN,
        Gesture::ThumbUp => THUMB_UP,
        Gesture::Victory => VICTORY,
        Gesture::ILoveYou => I_LOVE_YOU,
        Gesture::Pinch => PINCH,
        Gesture::Ok => OK,
        Gesture::Point => POINTING.turned([78.0, 0.0, 0.0]),
        _ => return None,
    })
}
