//! What somebody may do: a role says how much, scopes say of what.

use serde::{Deserialize, Serialize};

/// How much somebody may do; each may what those before it may.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ts_rs::TS,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Look.
    Viewer,
    /// Use the box: the canvas, gestures, pausing the camera.
    User,
    /// Look after it: settings, cameras, people, tokens.
    Owner,
}

impl Role {
    /// All of them, least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::User, Self::Owner];

    /// As it is kept and written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::User => "user",
            Self::Owner => "owner",
        }
    }

    /// By its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }
}

/// A part of the box that a token can be limited to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Scenes, objects, pictures on cards, calibration, hands as dots on the canvas.
    Canvas,
    /// What hands do, and what that does: observations, gesture events, bindings, verdicts.
    Gestures,
    /// The camera's picture, and the camera itself.
    Camera,
    /// How the box is, its settings.
    System,
    /// People, sessions, tokens.
    Access,
    /// Language models: asking them, and which there are.
    Models,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Canvas, Self::Gestures, Self::Camera, Self::System, Self::Access, Self::Models];

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Canvas => "canvas",
            Self::Gestures => "gestures",
            Self::Camera => "camera",
            Self::System => "system",
            Self::Access => "access",
            Self::Models => "models",
        }
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Every scope: what a person has who logged in.
    pub const ALL: Self = Self(0b11_1111);

    /// Whether `scope` is among them.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// As a list.
    pub fn list(self) -> Vec<Scope> {
        Scope::ALL.into_iter().filter(|s| self.has(*s)).collect()
    }

    /// As it is kept; what is not understood gives no scope.
    pub(super) fn from_json(json: &str) -> Self {
        serde_json::from_str::<Vec<Scope>>(json).unwrap_or_default().into_iter().collect()
    }

    pub(super) fn to_json(self) -> String {
        let names: Vec<_> = self.list().into_iter().map(Scope::name).collect();
        serde_json::to_string(&names).unwrap_or_else(|_| "[]".into())
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |all, s| all | s.bit()))
    }
}
