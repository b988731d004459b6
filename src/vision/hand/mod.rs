//! Palm detector, region, landmarks, tracking: one frame's pixels to hands.
