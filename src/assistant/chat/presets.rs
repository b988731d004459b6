//! What somebody keeps to begin with: system prompts with the way a model answers, and questions.

use serde::{Deserialize, Serialize};

use super::asking::check;
use super::{Chats, How, json};
use crate::base::json::object_or_null;
use crate::base::{Error, Kind, Result};
use crate::store::conversations::Whose;
pub use crate::store::presets::PresetKind;
use crate::store::presets::{self, PresetRow};

/// Longest name and text, characters.
const NAME: usize = 100;
const TEXT: usize = 16_000;

/// A system prompt or a question that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Preset {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub kind: PresetKind,
    /// Its name.
    pub name: String,
    /// A system prompt, or a question; with variables, as in [`How::system`].
    pub text: String,
    /// How the model answers, if the preset says so.
    pub how: Option<How>,
}

/// One to be kept.
#[derive(Clone, Debug, PartialEq, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPreset {
    /// What it is.
    pub kind: PresetKind,
    /// Its name, 1 to 100 characters.
    pub name: String,
    /// A system prompt, or a question, at most 16,000 characters.
    pub text: String,
    /// How the model answers.
    #[serde(default, deserialize_with = "object_or_null")]
    #[ts(optional = nullable)]
    pub how: Option<How>,
}

impl NewPreset {
    fn row(self, id: i64) -> Result<PresetRow> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME || self.text.chars().count() > TEXT {
            return Err(Error::invalid("this preset cannot be kept")
                .why(format!("its name has 1 to {NAME} characters, its text at most {TEXT}")));
        }
        let how = self.how.as_ref().map(|how| check(how).and_then(|()| json(how))).transpose()?;
        Ok(PresetRow { id, kind: self.kind, name, text: self.text, how })
    }
}

impl From<PresetRow> for Preset {
    fn from(row: PresetRow) -> Self {
        let PresetRow { id, kind, name, text, how } = row;
        Self { id, kind, name, text, how: how.and_then(|how| serde_json::from_str(&how).ok()) }
    }
}

impl Chats {
    /// Somebody's presets and the box's own, by name.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn presets(&self, whose: Whose) -> Result<Vec<Preset>> {
        Ok(presets::list(self.store()?, whose)?.into_iter().map(Preset::from).collect())
    }

    /// Keeps one.
    ///
    /// # Errors
    /// `Invalid` for what it cannot be, `Exhausted` when there are too many; if it cannot be written.
    pub fn add_preset(&self, whose: Whose, new: NewPreset) -> Result<Preset> {
        let row = new.row(0)?;
        let id = presets::add(self.store()?, whose, row.clone())?.ok_or_else(|| {
            Error::new(Kind::Exhausted, "there are too many presets")
                .why(format!("at most {} are kept", presets::MOST))
                .next("delete one")
        })?;
        Ok(PresetRow { id, ..row }.into())
    }

    /// Puts another in the place of one.
    ///
    /// # Errors
    /// `Invalid` for what it cannot be, `NotFound`; if it cannot be written.
    pub fn set_preset(&self, whose: Whose, id: i64, new: NewPreset) -> Result<Preset> {
        let row = new.row(id)?;
        if !presets::replace(self.store()?, whose, row.clone())? {
            return Err(no_preset(id));
        }
        Ok(row.into())
    }

    /// Deletes one.
    ///
    /// # Errors
    /// `NotFound`; if it cannot be written.
    pub fn remove_preset(&self, whose: Whose, id: i64) -> Result<()> {
        if presets::remove(self.store()?, whose, id)? { Ok(()) } else { Err(no_preset(id)) }
    }
}

fn no_preset(id: i64) -> Error {
    Error::new(Kind::NotFound, format!("there is no preset {id}"))
}
