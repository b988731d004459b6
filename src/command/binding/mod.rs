//! Bindings: which gesture gives which command, and when it counts.
//!
//! A [`Binding`] is what people edit; checked, it is a [`Rule`]; all of them are a [`Table`], which
//! begins as the [`defaults`]. [`Triggers`] take what each frame's gestures do and say which
//! rules fire, and why the others do not. Nothing here does a command, nor knows the canvas.

mod defaults;
mod kept;
mod life;
mod moment;
mod over;
mod parts;
mod rule;
mod table;
mod trigger;
mod words;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Mode;
use crate::base::hand::Handedness;
pub use defaults::defaults;
pub use kept::{Bindings, InUse, Tell};
pub use moment::{Firing, Holding, Moment, Reaction, When};
pub use rule::{Lasting, Pointed, Rule};
pub use table::{MAX_BINDINGS, Table};
pub use trigger::Triggers;

/// One binding: a gesture, the conditions it must meet, and the command it gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// Its name among the bindings: 1 to 40 of `a-z`, `0-9`, `_` and `-`.
    pub id: String,
    /// The gesture, by name; aliases are taken.
    pub gesture: String,
    /// Which hand may make it.
    #[serde(default)]
    pub hand: BoundHand,
    /// In which mode it counts; in any if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub mode: Option<Mode>,
    /// The gesture must last this long before it counts, milliseconds, 0..10,000: beyond the
    /// recogniser's own hold. A shape must be held still; carried about, it is on its way to be a
    /// wave or a swipe. Gestures that are over at once take 0 only.
    #[serde(default)]
    pub hold_ms: u32,
    /// The gesture must be gone this long before it may count again, and before what lasts as long
    /// as the gesture (`grab`, `draw`) ends, milliseconds, 0..10,000.
    #[serde(default)]
    pub release_ms: u32,
    /// It does not count again within this time, milliseconds, 0..60,000.
    #[serde(default)]
    pub cooldown_ms: u32,
    /// The command, as JSON: `{"command":"undo"}`. What a hand adds itself (`ids`, `position`, `at`) is left out.
    #[ts(type = "{ command: string } & Record<string, unknown>")]
    #[schema(schema_with = crate::base::schema::command_by_name)]
    pub command: Value,
    /// Switched off, it never counts.
    #[serde(default = "on")]
    pub enabled: bool,
}

/// Which hand may make a gesture.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BoundHand {
    /// Either.
    #[default]
    Any,
    /// The person's left.
    Left,
    /// The person's right.
    Right,
}

impl BoundHand {
    /// Whether `hand` is meant.
    pub fn is(self, hand: Handedness) -> bool {
        match self {
            BoundHand::Any => true,
            BoundHand::Left => hand == Handedness::Left,
            BoundHand::Right => hand == Handedness::Right,
        }
    }

    /// Whether some hand is meant by both.
    pub fn overlaps(self, other: Self) -> bool {
        self == other || self == BoundHand::Any || other == BoundHand::Any
    }
}

const fn on() -> bool {
    true
}
