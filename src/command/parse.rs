//! JSON to [`Command`], with words that help when it is wrong.

use serde_json::Value;

use super::Command;
use crate::base::{Error, Result};

impl Command {
    /// Every command's name on the wire.
    pub const NAMES: &'static [&'static str] = <Self as strum::VariantNames>::VARIANTS;

    /// The name on the wire.
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// Reads one command.
    ///
    /// # Errors
    /// `Invalid`, naming the nearest command, or the field that is missing, unknown or of a wrong type.
    pub fn from_json(bytes: &[u8]) -> Result<Self> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|e| Error::invalid("that is not JSON").source(e).next(EXAMPLE))?;
        Self::from_value(value)
    }

    /// Reads one command that is JSON already.
    ///
    /// # Errors
    /// As [`Command::from_json`].
    pub fn from_value(value: Value) -> Result<Self> {
        let name = value.get("command").and_then(Value::as_str).ok_or_else(|| {
            Error::invalid("the command has no name")
                .why("there is no text field `command`")
                .next(EXAMPLE)
        })?;
        if !Self::NAMES.contains(&name) {
            let shown: String = name.chars().take(60).collect();
            let near = Self::NAMES.iter().min_by_key(|n| strsim::levenshtein(n, &shown));
            return Err(Error::invalid(format!("there is no command `{shown}`"))
                .next(format!("did you mean `{}`?", near.unwrap_or(&""))));
        }
        let name = name.to_owned();
        if is_beyond(&value) {
            return Err(Error::invalid(format!("a number of the command `{name}` is too large")));
        }
        serde_json::from_value(value)
            .map_err(|e| Error::invalid(format!("the command `{name}` is not complete")).source(e))
    }
}

/// Whether a number in it would become infinite where we keep it, as `f32`.
fn is_beyond(value: &Value) -> bool {
    match value {
        Value::Number(n) => n.as_f64().is_some_and(|x| x.abs() > f64::from(f32::MAX)),
        Value::Array(all) => all.iter().any(is_beyond),
        Value::Object(all) => all.values().any(is_beyond),
        _ => false,
    }
}

const EXAMPLE: &str = r#"send an object like {"command":"select_camera","source":"demo"}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_variants_agree() {
        let all = [
            Command::SelectCamera { source: "demo".into() },
            Command::PauseCamera {},
            Command::SetSetting { key: "a.b".into(), value: Value::from(1) },
            Command::SelectAll {},
            Command::Undo {},
        ];
        for c in all {
            let json = serde_json::to_vec(&c).unwrap();
            assert_eq!(Command::from_json(&json).unwrap(), c);
            assert!(String::from_utf8(json).unwrap().contains(c.name()));
            assert!(Command::NAMES.contains(&c.name()));
        }
    }

    #[test]
    fn mistakes_are_named() {
        let said = |json: &str| {
            let e = Command::from_json(json.as_bytes()).unwrap_err();
            format!("{e} | {}", e.next_step().unwrap_or(""))
        };
        assert!(said("{").contains("not JSON"));
        assert!(said("[]").contains("`command`"));
        assert!(said(r#"{"command":7}"#).contains("`command`"));
        assert!(said(r#"{"command":"pause_camra"}"#).contains("did you mean `pause_camera`?"));
        assert!(said(r#"{"command":"select_camera"}"#).contains("missing field `source`"));
        assert!(
            said(r#"{"command":"pause_camera","force":true}"#).contains("unknown field `force`")
        );
        assert!(said(r#"{"command":"select_camera","source":1}"#).contains("expected a string"));
        assert!(said(r#"{"command":"scale","factor":1e39}"#).contains("too large"));
        assert!(said(r#"{"command":"create","form":{"kind":0}}"#).contains("`kind`"));
        let within = r#"{"command":"set_binding","binding":{"id":"x","gesture":"ok","command":{"command":"scale","factor":-1e300}}}"#;
        assert!(said(within).contains("too large"));
    }
}
