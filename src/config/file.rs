//! The configuration file: its values with the lines they stand on, and every mistake in it with
//! its line, so that whoever mends it finds the place. Reads no disk.

use std::ops::Range;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::layers::find;
use super::{Setting, Settings};
use crate::base::{Error, Result};

/// The configuration file as it was found.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it says, or why that cannot be read.
    pub text: Result<String>,
}

/// One mistake in the configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct FileMistake {
    /// On which line, from 1; absent for what concerns several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<String>,
}

impl FileMistake {
    /// In one line of text, as it follows the file's name.
    pub fn in_words(&self) -> String {
        let what = match self.line {
            Some(line) => format!("line {line}: {}", self.what),
            None => self.what.clone(),
        };
        match &self.next {
            Some(next) => format!("{what}; {next}"),
            None => what,
        }
    }

    pub(super) fn of(line: Option<usize>, e: &Error) -> Self {
        Self { line, what: e.to_string(), next: e.next_step().map(str::to_owned) }
    }
}

/// What one file says: settings that are right, and what is not.
#[derive(Default)]
pub(super) struct Said {
    /// Settings by their key, with the line of each; in range, and no key twice.
    pub(super) values: Vec<(&'static str, Value, usize)>,
    /// All else.
    pub(super) mistakes: Vec<FileMistake>,
}

/// Reads `text`. Of a file that is not TOML nothing is taken: half a file may say the opposite.
pub(super) fn read(table: &[Setting], text: &str) -> Said {
    let line_of = |span: Range<usize>| text[..span.start.min(text.len())].matches('\n').count() + 1;
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut said = Said::default();
    if !errors.is_empty() {
        said.mistakes.extend(errors.iter().map(|e| FileMistake {
            line: e.span().map(line_of),
            what: format!("this is not TOML: {}", e.message().trim()),
            next: None,
        }));
        return said;
    }
    for (group, inner) in document.get_ref() {
        let DeValue::Table(inner) = inner.get_ref() else {
            let e = Error::invalid(format!("`{}` stands outside of any group", group.get_ref()))
                .next("write it below a line such as `[camera]`");
            said.mistakes.push(FileMistake::of(Some(line_of(group.span())), &e));
            continue;
        };
        for (name, value) in inner {
            let line = line_of(name.span());
            match setting(
                table,
                &format!("{}.{}", group.get_ref(), name.get_ref()),
                value.get_ref(),
            ) {
                Ok((key, value)) => said.values.push((key, value, line)),
                Err(e) => said.mistakes.push(FileMistake::of(Some(line), &e)),
            }
        }
    }
    // In the order of the lines, as an editor shows them.
    said.mistakes.sort_by_key(|m| m.line);
    said
}

fn setting(table: &[Setting], key: &str, value: &DeValue<'_>) -> Result<(&'static str, Value)> {
    let setting = find(table, key)?;
    let mut checked = Settings::default();
    checked.set(setting, &json(value)).map_err(|e| {
        Error::invalid(format!("`{key}`: {}", e.what())).next(e.next_step().unwrap_or_default())
    })?;
    Ok((setting.key, checked.get(setting.key).unwrap_or_default()))
}

/// TOML's value as JSON. No setting takes a date, a list or a table: they become what no setting
/// takes either.
fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Boolean(yes) => Value::from(*yes),
        DeValue::Integer(n) => {
            i64::from_str_radix(n.as_str(), n.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(n) => n.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Datetime(_) => Value::Null,
        DeValue::Array(_) => Value::Array(Vec::new()),
        DeValue::Table(_) => Value::Object(serde_json::Map::new()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(text: &str) -> Said {
        read(&Settings::declared(), text)
    }

    #[test]
    fn values_come_with_their_lines() {
        let said = said(
            "# mine\n[vision]\nnum_hands = 0x3\n\nmodel = \"lite\"\n[canvas]\nreach_ratio = 1e-1\narming = true\n",
        );
        assert_eq!(
            said.values,
            [
                ("canvas.arming", json!(true), 8),
                ("canvas.reach_ratio", json!(0.1), 7),
                ("vision.model", json!("lite"), 5),
                ("vision.num_hands", json!(3), 3),
            ]
        );
        assert_eq!(said.mistakes, []);
    }

    #[test]
    fn every_mistake_names_its_line() {
        let said = said(
            "stray = 1\n[vision]\nnum_handz = 1\nmodel = \"huge\"\nnum_hands = [1]\n[camera]\nrate_fps = 2026-11-21\n[nowhere]\n[camera.deep]\nx = 1\n",
        );
        let lines: Vec<_> = said.mistakes.iter().map(|m| (m.line, m.in_words())).collect();
        let parts = [
            (1, "`stray` stands outside"),
            (3, "did you mean `vision.num_hands`?"),
            (4, "use one of `full`, `lite`"),
            (5, "use a whole number from 1 to 4"),
            (7, "use a whole number from 1 to 120"),
            (9, "there is no setting `camera.deep`"),
        ];
        assert_eq!(lines.len(), parts.len(), "{lines:?}");
        for ((line, words), (at, part)) in lines.iter().zip(parts) {
            assert_eq!(*line, Some(at), "{words}");
            assert!(words.contains(part) && words.starts_with(&format!("line {at}: ")), "{words}");
        }
        assert!(said.values.is_empty());
    }

    #[test]
    fn of_a_broken_file_nothing_is_taken_and_every_break_is_told() {
        let said = said("[camera]\npaused = true\nsource = demo\n[vision\nnum_hands = 2\n");
        assert!(said.values.is_empty());
        let lines: Vec<_> = said.mistakes.iter().filter_map(|m| m.line).collect();
        assert!(lines.contains(&3) && lines.contains(&4), "{:?}", said.mistakes);
    }
}
