//! By which way somebody did something: for the record, never for what they may do.

/// By which way.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    ts_rs::TS,
    utoipa::ToSchema,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Via {
    /// A page in a browser.
    Browser,
    /// A program, over HTTP or the live socket.
    Api,
    /// A hand before the camera.
    Hand,
    /// The command line of the machine itself.
    Console,
    /// The box by itself.
    #[default]
    Box,
}

impl Via {
    /// Its name, as it is kept.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
