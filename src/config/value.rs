//! The types a setting can have, and how their values are checked.

use serde_json::Value;

use super::declare::Kind;
use crate::base::{Error, Result, Secret};

/// A Rust type that a setting can have.
pub trait Field: Sized + Clone + PartialEq {
    /// From JSON, checked against `kind`'s range or choices.
    ///
    /// # Errors
    /// `Invalid`, saying what is allowed, if the value has another type or lies outside.
    fn from_value(value: &Value, kind: &Kind) -> Result<Self>;
    /// To JSON.
    fn to_value(&self) -> Value;
}

impl Field for bool {
    fn from_value(value: &Value, _: &Kind) -> Result<Self> {
        value.as_bool().ok_or_else(|| wrong(value, "`true` or `false`"))
    }
    fn to_value(&self) -> Value {
        Value::from(*self)
    }
}

impl Field for u32 {
    fn from_value(value: &Value, kind: &Kind) -> Result<Self> {
        let allowed = || wrong(value, &kind.allowed());
        let n = value.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(allowed)?;
        if kind.admits(f64::from(n)) { Ok(n) } else { Err(allowed()) }
    }
    fn to_value(&self) -> Value {
        Value::from(*self)
    }
}

impl Field for f32 {
    fn from_value(value: &Value, kind: &Kind) -> Result<Self> {
        let allowed = || wrong(value, &kind.allowed());
        let n = value.as_f64().filter(|n| n.is_finite()).ok_or_else(allowed)?;
        if kind.admits(n) { Ok(n as f32) } else { Err(allowed()) }
    }
    fn to_value(&self) -> Value {
        // Through the shortest decimal, so that 0.7 stays 0.7 and not 0.699999988.
        self.to_string().parse::<f64>().map_or(Value::Null, Value::from)
    }
}

impl Field for String {
    fn from_value(value: &Value, kind: &Kind) -> Result<Self> {
        let s = value.as_str().ok_or_else(|| wrong(value, &kind.allowed()))?;
        match kind {
            Kind::Choice(choices) if !choices.contains(&s) => Err(wrong(value, &kind.allowed())),
            Kind::Text { max_chars } if s.chars().count() > *max_chars => {
                Err(wrong(value, &kind.allowed()))
            }
            _ => Ok(s.to_owned()),
        }
    }
    fn to_value(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Field for Secret {
    /// What was given stays out of the message.
    fn from_value(value: &Value, kind: &Kind) -> Result<Self> {
        let text = value.as_str();
        let text = text.filter(
            |s| !matches!(kind, Kind::Text { max_chars } if s.chars().count() > *max_chars),
        );
        text.map(Self::from).ok_or_else(|| {
            Error::invalid("that is not allowed here").next(format!("use {}", kind.allowed()))
        })
    }
    /// The words themselves, for whoever keeps them; [`super::SettingsHub`] shows nobody.
    fn to_value(&self) -> Value {
        Value::from(self.reveal())
    }
}

fn wrong(value: &Value, allowed: &str) -> Error {
    let mut shown = value.to_string();
    if shown.chars().count() > 60 {
        shown = shown.chars().take(60).collect::<String>() + "…";
    }
    Error::invalid(format!("`{shown}` is not allowed here")).next(format!("use {allowed}"))
}
