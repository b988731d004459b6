//! The projection scene as a document: its objects, its operations and their undo, and the
//! calibration that maps the picture of the camera onto the wall (a homography).
//!
//! Nothing of it is built yet. Until a calibration exists the UI maps a pointer by the mirrored
//! identity, `(1 - x, y)`. Must not know the browser.
