//! The hand models that the binary carries (MediaPipe 0.10.21, Apache-2.0). Only their bytes.

/// One of MediaPipe's hand models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HandModel {
    /// Palm detector of the full pair: 192x192 in, 2016 candidates out.
    PalmFull,
    /// Palm detector of the lite pair.
    PalmLite,
    /// Landmark model of the full pair: 224x224 in, landmarks, presence, handedness out.
    LandmarkFull,
    /// Landmark model of the lite pair.
    LandmarkLite,
}

impl HandModel {
    /// All four.
    pub const ALL: [Self; 4] =
        [Self::PalmFull, Self::PalmLite, Self::LandmarkFull, Self::LandmarkLite];

    /// The .tflite file.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::PalmFull => include_bytes!("../../../assets/models/palm_detection_full.tflite"),
            Self::PalmLite => include_bytes!("../../../assets/models/palm_detection_lite.tflite"),
            Self::LandmarkFull => {
                include_bytes!("../../../assets/models/hand_landmark_full.tflite")
            }
            Self::LandmarkLite => {
                include_bytes!("../../../assets/models/hand_landmark_lite.tflite")
            }
        }
    }

    /// The file's name without its extension.
    pub fn name(self) -> &'static str {
        match self {
            Self::PalmFull => "palm_detection_full",
            Self::PalmLite => "palm_detection_lite",
            Self::LandmarkFull => "hand_landmark_full",
            Self::LandmarkLite => "hand_landmark_lite",
        }
    }
}
