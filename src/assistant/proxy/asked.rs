//! What of a request's body matters to the policy: which model, and whether the answer is a stream. The rest
//! is Ollama's, and goes there as it came.
//!
//! Ollama's JSON reader takes `Model` and `MODEL` for `model`, and of two the last; so all spellings count
//! here, and a field that is there twice is refused. How deep the rest is nested does not matter: it is
//! skipped without recursion.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::base::{Error, Result};

/// What matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The model's name.
    pub model: Option<String>,
    /// The same as older clients send it.
    pub name: Option<String>,
    /// Whether the answer is to come in pieces.
    pub stream: Option<bool>,
}

impl Asked {
    /// Reads a body.
    ///
    /// # Errors
    /// `Invalid` if it is no JSON object, or one that can be understood in two ways.
    pub fn read(body: &[u8]) -> Result<Self> {
        if body.is_empty() {
            return Err(Error::invalid("missing request body"));
        }
        serde_json::from_slice(body).map_err(|e| {
            // What serde says may repeat what was sent, so only where it happened is told.
            Error::invalid("the body is not understood")
                .why(format!("line {}, column {}", e.line(), e.column()))
                .next("send one JSON object in which `model` is there once, and is a text")
        })
    }

    /// The one name; `older` says whether `name` counts.
    ///
    /// # Errors
    /// `Invalid` if two names are there that differ.
    pub fn one_name(&self, older: bool) -> Result<&str> {
        let of = |name: &'_ Option<String>| name.clone().filter(|n| !n.is_empty());
        let (model, name) = (of(&self.model), of(&self.name));
        if older && model.is_some() && name.is_some() && model != name {
            return Err(Error::invalid("`model` and `name` are two models"));
        }
        let older_name = if older { self.name.as_deref() } else { None };
        Ok(self.model.as_deref().filter(|m| !m.is_empty()).or(older_name).unwrap_or_default())
    }
}

/// A key as Ollama's reader folds it.
fn folded(key: &str) -> String {
    let fold = |c| match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    key.chars().take(16).map(fold).collect()
}

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        from.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Asked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Asked, A::Error> {
        let mut asked = Asked::default();
        let (mut model, mut name, mut stream) = (false, false, false);
        while let Some(key) = map.next_key::<String>()? {
            let again = match folded(&key).as_str() {
                "model" => {
                    asked.model = map.next_value()?;
                    std::mem::replace(&mut model, true)
                }
                "name" => {
                    asked.name = map.next_value()?;
                    std::mem::replace(&mut name, true)
                }
                "stream" => {
                    asked.stream = map.next_value()?;
                    std::mem::replace(&mut stream, true)
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    false
                }
            };
            if again {
                return Err(serde::de::Error::custom("a field is there twice"));
            }
        }
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(body: &str, older: bool) -> Result<String> {
        Asked::read(body.as_bytes())?.one_name(older).map(str::to_owned)
    }

    #[test]
    fn a_body_names_one_model_in_one_way() {
        assert_eq!(name(r#"{"messages":[{"model":"x"}],"MODEL":"a","n":1}"#, false).unwrap(), "a");
        assert_eq!(name(r#"{"name":"a"}"#, true).unwrap(), "a");
        assert_eq!(name(r#"{"model":"","name":"a"}"#, true).unwrap(), "a");
        assert_eq!(name(r#"{"name":"a"}"#, false).unwrap(), "");
        assert_eq!(name(r#"{"model":null}"#, false).unwrap(), "");
        for bad in [
            "",
            "[]",
            "\"x\"",
            "{",
            "null",
            r#"{"model":7}"#,
            r#"{"model":"a","model":"b"}"#,
            r#"{"model":"a","Model":"b"}"#,
            r#"{"model":"a"} x"#,
            r#"{"stream":"yes"}"#,
            r#"{"model":"a","mod\u0065l":"b"}"#,
            "{\"model\":\"\u{7f}\u{fffd}",
            "{\"a\":\"\x01\"}",
            r#"{"\u017ftream":true,"stream":true}"#,
        ] {
            assert!(name(bad, false).is_err(), "{bad}");
        }
        assert!(name(r#"{"model":"a","name":"b"}"#, true).is_err());
        assert!(Asked::read(b"{\"model\":\"\xff\"}").is_err());
    }

    #[test]
    fn a_million_brackets_are_skipped() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        let asked = Asked::read(format!(r#"{{"x":{deep},"model":"a"}}"#).as_bytes()).unwrap();
        assert_eq!(asked.model.as_deref(), Some("a"));
        assert!(Asked::read("[".repeat(1_000_000).as_bytes()).is_err());
    }
}
