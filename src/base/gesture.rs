//! The gestures Dixi knows, by MediaPipe's names where it has one, and the aliases people bring.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::{Error, Result};

macro_rules! gestures {
    ($($(#[$meta:meta])+ $variant:ident = $name:literal $(| $alias:literal)*,)*) => {
        /// A gesture. Its wire name is [`Gesture::name`]; [`FromStr`] also takes MediaPipe's
        /// spelling (`Closed_Fist`, `ILoveYou`) and the names of the system people come from.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Gesture { $($(#[$meta])+ $variant,)* }

        impl Gesture {
            /// Every gesture, shapes first, then motions, then two hands.
            pub const ALL: &'static [Gesture] = &[$(Gesture::$variant,)*];

            /// The name on the wire, in settings and in the UI.
            pub const fn name(self) -> &'static str {
                match self { $(Gesture::$variant => $name,)* }
            }

            fn from_lower(name: &str) -> Option<Self> {
                match name { $($name $(| $alias)* => Some(Gesture::$variant),)* _ => None }
            }
        }
    };
}

gestures! {
    /// No gesture.
    #[default]
    None = "none",
    /// All fingers curled, thumb over or beside them.
    ClosedFist = "closed_fist" | "fist" | "grab_hold",
    /// All five fingers out.
    OpenPalm = "open_palm" | "open_hand" | "five" | "palm",
    /// Index out and up, the others curled.
    PointingUp = "pointing_up" | "point_up",
    /// Thumb out and down, the others curled.
    ThumbDown = "thumb_down" | "thumbs_down",
    /// Thumb out and up, the others curled.
    ThumbUp = "thumb_up" | "thumbs_up",
    /// Index and middle out and apart.
    Victory = "victory" | "peace",
    /// Thumb, index and pinky out.
    ILoveYou = "i_love_you" | "iloveyou" | "ily" | "spiderman",
    /// Thumb and index tips together.
    Pinch = "pinch",
    /// Thumb and index tips together, the other three out.
    Ok = "ok",
    /// Index out in any direction but up, the others curled.
    Point = "point" | "pointing" | "point_left" | "point_right" | "point_down",
    /// The hand moved quickly to the person's left.
    SwipeLeft = "swipe_left",
    /// The hand moved quickly to the person's right.
    SwipeRight = "swipe_right",
    /// The hand moved quickly up.
    SwipeUp = "swipe_up",
    /// The hand moved quickly down.
    SwipeDown = "swipe_down",
    /// An open hand going to and fro.
    Wave = "wave",
    /// A fingertip circling clockwise as the person sees it.
    CircleClockwise = "circle_clockwise",
    /// A fingertip circling counterclockwise as the person sees it.
    CircleCounterclockwise = "circle_counterclockwise",
    /// Two pinches in quick succession.
    DoublePinch = "double_pinch" | "double_tap",
    /// An open hand closing.
    Grab = "grab",
    /// A closed hand opening.
    Release = "release",
    /// Two pinching hands moving apart.
    ZoomIn = "zoom_in",
    /// Two pinching hands moving together.
    ZoomOut = "zoom_out",
    /// Two pinching hands turning clockwise as the person sees it.
    RotateClockwise = "rotate_clockwise",
    /// Two pinching hands turning counterclockwise as the person sees it.
    RotateCounterclockwise = "rotate_counterclockwise",
    /// Two open hands meeting.
    Clap = "clap",
    /// Two open hands moving far apart.
    Stretch = "stretch",
}

/// What sort of gesture it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A hand held in a shape.
    Shape,
    /// One hand moving.
    Motion,
    /// Two hands together.
    TwoHands,
}

impl Gesture {
    /// What sort of gesture it is.
    pub fn family(self) -> Family {
        if self < Gesture::SwipeLeft {
            Family::Shape
        } else if self < Gesture::ZoomIn {
            Family::Motion
        } else {
            Family::TwoHands
        }
    }
}

/// In TypeScript a union of the names.
impl ts_rs::TS for Gesture {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "GestureName".into()
    }

    fn inline(_: &ts_rs::Config) -> String {
        Self::ALL.iter().map(|g| format!("\"{}\"", g.name())).collect::<Vec<_>>().join(" | ")
    }

    fn decl(cfg: &ts_rs::Config) -> String {
        format!("type GestureName = {};", Self::inline(cfg))
    }
}

/// In the API's description one of the names.
impl utoipa::PartialSchema for Gesture {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let names: Vec<&str> = Self::ALL.iter().map(|g| g.name()).collect();
        super::schema::one_of(&names).into()
    }
}

impl utoipa::ToSchema for Gesture {
    fn name() -> std::borrow::Cow<'static, str> {
        "GestureName".into()
    }
}

impl fmt::Display for Gesture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Gesture {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl FromStr for Gesture {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        Self::from_lower(&s.to_ascii_lowercase()).ok_or_else(|| {
            let near = Self::ALL
                .iter()
                .min_by_key(|g| strsim::levenshtein(g.name(), s))
                .map_or("none", |g| g.name());
            Error::invalid(format!("`{s}` is not a gesture"))
                .next(format!("did you mean `{near}`?"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_mediapipe_and_upstream_names_are_understood() {
        for g in Gesture::ALL {
            assert_eq!(g.name().parse::<Gesture>().unwrap(), *g);
        }
        for (theirs, ours) in [
            ("Closed_Fist", Gesture::ClosedFist),
            ("ILoveYou", Gesture::ILoveYou),
            ("None", Gesture::None),
            ("thumbs_up", Gesture::ThumbUp),
            ("peace", Gesture::Victory),
        ] {
            assert_eq!(theirs.parse::<Gesture>().unwrap(), ours);
        }
        let e = "thumb_upp".parse::<Gesture>().unwrap_err();
        assert!(e.next_step().unwrap().contains("thumb_up"));
    }
}
