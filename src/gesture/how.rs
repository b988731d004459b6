//! How to make each gesture, in words for people: the gallery and `GET /api/v1/gestures`.

use super::Gesture;

impl Gesture {
    /// How to make it, in a sentence.
    pub const fn how(self) -> &'static str {
        how(self)
    }
}

const fn how(gesture: Gesture) -> &'static str {
    use Gesture as G;
    match gesture {
        G::None => "Do nothing in particular.",
        G::ClosedFist => "Close your hand, thumb over or beside the fingers.",
        G::OpenPalm => "Open your hand and spread thumb and fingers.",
        G::PointingUp => "Point up with your index finger, the others curled.",
        G::ThumbDown => "Make a fist with the thumb out, pointing down.",
        G::ThumbUp => "Make a fist with the thumb out, pointing up.",
        G::Victory => "Hold up index and middle finger, apart.",
        G::ILoveYou => "Stretch out thumb, index and little finger, the other two curled.",
        G::Pinch => {
            "Touch the tip of your thumb with your index finger, the others loosely curled."
        }
        G::Ok => "Make a ring of thumb and index finger, the other three out.",
        G::Point => "Point with your index finger to a side, down or ahead, the others curled.",
        G::SwipeLeft => "Sweep an open hand quickly to your left and let it rest there a moment.",
        G::SwipeRight => "Sweep an open hand quickly to your right and let it rest there a moment.",
        G::SwipeUp => "Sweep an open hand quickly up and let it rest there a moment.",
        G::SwipeDown => "Sweep an open hand quickly down and let it rest there a moment.",
        G::Wave => "Wave an open hand to and fro, twice or more.",
        G::CircleClockwise => "Draw a circle with your index finger, clockwise.",
        G::CircleCounterclockwise => "Draw a circle with your index finger, counterclockwise.",
        G::DoublePinch => "Pinch thumb and index finger twice, quickly.",
        G::Grab => {
            "Close your open hand to a fist, as if to take something; it lasts until you open it."
        }
        G::Release => "Open your closed fist, as if to let something go.",
        G::ZoomIn => "Pinch with both hands and move them apart.",
        G::ZoomOut => "Pinch with both hands and move them together.",
        G::RotateClockwise => "Pinch with both hands and turn them like a wheel, clockwise.",
        G::RotateCounterclockwise => {
            "Pinch with both hands and turn them like a wheel, counterclockwise."
        }
        G::Clap => "Bring two open hands together quickly.",
        G::Stretch => "Move two open hands far apart, quickly.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gesture_is_described_shortly() {
        for gesture in Gesture::ALL {
            assert!(gesture.how().ends_with('.') && gesture.how().len() < 100, "{gesture}");
        }
    }
}
