//! The layers: who says what, strongest first, and every mistake reported, not just the first.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::environment::PLACES;
use super::{Kind, Setting, Settings, Strings};
use crate::base::{Error, Result};

/// Where a value comes from, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The command line.
    Flag,
    /// A `DIXI_…` variable.
    Environment,
    /// The configuration file.
    File,
    /// The settings page or the API; kept in the database.
    Ui,
    /// Nobody: the declaration.
    Default,
}

impl Layer {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Layer::Flag => "flag",
            Layer::Environment => "environment",
            Layer::File => "file",
            Layer::Ui => "ui",
            Layer::Default => "default",
        }
    }
}

/// A value given on the command line.
#[derive(Clone, Debug)]
pub struct Flag {
    /// The setting's key.
    pub key: String,
    /// As typed.
    pub value: String,
    /// The flag as people know it, such as `--camera`.
    pub label: String,
}

/// All that is said before the process runs.
pub struct Sources<'a> {
    /// From the command line.
    pub flags: Vec<Flag>,
    /// From the environment.
    pub environment: &'a dyn Strings,
    /// The configuration file's path and text.
    pub file: Option<(PathBuf, String)>,
}

/// A value that the UI cannot change, and who says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Fixed {
    /// Flag, environment or file.
    pub layer: Layer,
    /// The flag, variable or path.
    pub label: String,
    /// The value.
    pub value: Value,
}

/// What flags, environment and file say, the strongest only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    fixed: BTreeMap<&'static str, Fixed>,
}

impl Layers {
    /// Reads and checks all of them.
    ///
    /// # Errors
    /// One `Invalid` error that lists every mistake: unknown keys with the nearest known one,
    /// wrong types, values out of range, settings that do not go together.
    pub fn read(sources: &Sources<'_>) -> Result<Self> {
        let mut reading = Reading { table: Settings::declared(), ..Reading::default() };
        for flag in &sources.flags {
            reading.text(&flag.key, &flag.value, Layer::Flag, &flag.label);
        }
        reading.environment(sources.environment);
        if let Some((path, text)) = &sources.file {
            reading.file(&path.display().to_string(), text);
        }
        let mut mistakes = reading.mistakes;
        if mistakes.is_empty() {
            let mut settings = Settings::default();
            for setting in &reading.table {
                if let Some(fixed) = reading.fixed.get(setting.key) {
                    settings.set(setting, &fixed.value)?;
                }
            }
            mistakes.extend(super::check::together(&settings));
        }
        if mistakes.is_empty() { Ok(Self { fixed: reading.fixed }) } else { Err(all_of(&mistakes)) }
    }

    /// Who fixes `key`, if anybody does.
    pub fn fixed(&self, key: &str) -> Option<&Fixed> {
        self.fixed.get(key)
    }
}

/// One error that tells all mistakes, a line each.
fn all_of(mistakes: &[Error]) -> Error {
    let line = |e: &Error| match e.next_step() {
        Some(next) => format!("{e}; {next}"),
        None => e.to_string(),
    };
    match mistakes {
        [one] => Error::invalid("the configuration has a mistake").why(line(one)),
        many => {
            let lines: Vec<String> = many.iter().map(|e| format!("\n  - {}", line(e))).collect();
            Error::invalid(format!("the configuration has {} mistakes", many.len()))
                .why(lines.concat())
        }
    }
    .next("correct it; `dixi config show` lists every setting")
}

#[derive(Default)]
struct Reading {
    table: Vec<Setting>,
    fixed: BTreeMap<&'static str, Fixed>,
    mistakes: Vec<Error>,
}

impl Reading {
    /// A value typed as text: of a flag or a variable.
    fn text(&mut self, key: &str, text: &str, layer: Layer, label: &str) {
        match find(&self.table, key) {
            Ok(setting) => {
                let value = parse_text(&setting.kind, text);
                self.value(&setting.clone(), value, layer, label);
            }
            Err(e) => self.mistakes.push(at(label, &e)),
        }
    }

    fn environment(&mut self, env: &dyn Strings) {
        let mut names = env.names();
        names.sort_unstable();
        for name in names.iter().filter(|n| n.starts_with("DIXI_")) {
            if PLACES.contains(&name.as_str()) {
                continue;
            }
            let setting = self.table.iter().find(|s| s.env() == *name).cloned();
            match (setting, env.get(name)) {
                (Some(setting), Some(text)) => {
                    let value = parse_text(&setting.kind, &text);
                    self.value(&setting, value, Layer::Environment, name);
                }
                // Set to nothing is as good as not set.
                (Some(_), None) => {}
                (None, _) => self.mistakes.extend(self.mistyped(name)),
            }
        }
    }

    /// A variable that is no setting, if it was meant to be one: it names a group of ours, or
    /// comes close to a name. Builds, tests and tools have `DIXI_…` variables of their own.
    fn mistyped(&self, name: &str) -> Option<Error> {
        const CLOSE: usize = 3;
        let known: Vec<String> = self.table.iter().map(Setting::env).collect();
        let known = || known.iter().map(String::as_str).chain(PLACES.iter().copied());
        let groups = self.table.iter().filter_map(|s| s.key.split('.').next());
        let of_a_group = groups.map(|g| format!("DIXI_{}_", g.to_ascii_uppercase()));
        let meant = of_a_group.into_iter().any(|g| name.starts_with(&g))
            || known().any(|k| strsim::damerau_levenshtein(k, name) <= CLOSE);
        meant.then(|| unknown("variable", name, known()))
    }

    fn file(&mut self, path: &str, text: &str) {
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(e) => {
                let e = Error::invalid(format!("{path} is not TOML")).why(e.to_string());
                return self.mistakes.push(e);
            }
        };
        for (group, inner) in table {
            let toml::Value::Table(inner) = inner else {
                let e = Error::invalid(format!("{path}: `{group}` stands outside of any group"))
                    .next("write it below a line such as `[camera]`");
                self.mistakes.push(e);
                continue;
            };
            for (name, value) in inner {
                let key = format!("{group}.{name}");
                match find(&self.table, &key) {
                    Ok(setting) => match serde_json::to_value(&value) {
                        Ok(value) => self.value(&setting.clone(), value, Layer::File, path),
                        Err(e) => {
                            self.mistakes.push(Error::invalid(format!("{path}: `{key}`")).source(e))
                        }
                    },
                    Err(e) => self.mistakes.push(at(path, &e)),
                }
            }
        }
    }

    /// Checks a value and keeps it unless a stronger layer has spoken already.
    fn value(&mut self, setting: &Setting, value: Value, layer: Layer, label: &str) {
        let mut scratch = Settings::default();
        if let Err(e) = scratch.set(setting, &value) {
            let e = Error::invalid(format!("{label}: `{}`: {}", setting.key, e.what()))
                .next(e.next_step().unwrap_or_default());
            return self.mistakes.push(e);
        }
        let value = scratch.get(setting.key).unwrap_or(value);
        let fixed = Fixed { layer, label: label.to_owned(), value };
        self.fixed.entry(setting.key).or_insert(fixed);
    }
}

fn at(label: &str, e: &Error) -> Error {
    let said = Error::invalid(format!("{label}: {}", e.what()));
    match e.next_step() {
        Some(next) => said.next(next),
        None => said,
    }
}

/// The declaration of `key`.
///
/// # Errors
/// `NotFound` with the nearest known key.
pub(super) fn find<'t>(table: &'t [Setting], key: &str) -> Result<&'t Setting> {
    table
        .iter()
        .find(|s| s.key == key)
        .ok_or_else(|| unknown("setting", key, table.iter().map(|s| s.key)))
}

fn unknown<'k>(what: &str, name: &str, known: impl Iterator<Item = &'k str>) -> Error {
    let shown: String = name.chars().take(80).collect();
    let near = known.min_by_key(|k| strsim::damerau_levenshtein(k, &shown)).unwrap_or_default();
    Error::new(crate::base::Kind::NotFound, format!("there is no {what} `{shown}`"))
        .next(format!("did you mean `{near}`?"))
}

/// Text to the JSON value that its kind wants; what cannot be one stays text and is refused later.
fn parse_text(kind: &Kind, text: &str) -> Value {
    let text = text.trim();
    let parsed = match kind {
        Kind::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(Value::Bool(true)),
            "false" | "no" | "off" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Int { .. } => text.parse::<i64>().ok().map(Value::from),
        Kind::Float { .. } => text.parse::<f64>().ok().map(Value::from),
        Kind::Choice(_) | Kind::Text { .. } => None,
    };
    parsed.unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        flags: &[(&str, &str)],
        env: &[(&'static str, &'static str)],
        file: &str,
    ) -> Result<Layers> {
        let flags = flags.iter().map(|(k, v)| Flag {
            key: (*k).into(),
            value: (*v).into(),
            label: format!("--set {k}"),
        });
        Layers::read(&Sources {
            flags: flags.collect(),
            environment: &env.iter().copied().collect::<BTreeMap<&str, &str>>(),
            file: Some(("dixi.toml".into(), file.into())),
        })
    }

    #[test]
    fn the_stronger_layer_wins_whatever_the_order() {
        let file = "[vision]\nnum_hands = 1\nmodel = \"lite\"\n[camera]\nsource = \"demo\"";
        let env =
            [("DIXI_VISION_NUM_HANDS", "3"), ("DIXI_CAMERA_SOURCE", "browser"), ("PATH", "x")];
        let layers = read(&[("vision.num_hands", "4")], &env, file).unwrap();
        let of = |key| layers.fixed(key).map(|f| (f.layer, f.value.clone(), f.label.as_str()));
        assert_eq!(of("vision.num_hands"), Some((Layer::Flag, 4.into(), "--set vision.num_hands")));
        let source = (Layer::Environment, "browser".into(), "DIXI_CAMERA_SOURCE");
        assert_eq!(of("camera.source"), Some(source));
        assert_eq!(of("vision.model"), Some((Layer::File, "lite".into(), "dixi.toml")));
        assert_eq!(of("view.mirrored"), None);
    }

    #[test]
    fn every_mistake_is_told_with_the_nearest_name() {
        let file = "stray = 1\n[vision]\nnum_hand = 1\nmodel = \"huge\"";
        let env = [
            ("DIXI_CAMERA_SORCE", "demo"),
            ("DIXI_VIEW_MIRRORED", "maybe"),
            ("DIXI_DATADIR", "/x"),
            ("DIXI_SHARED", "/x"),
            ("DIXI_CACHE", "/x"),
        ];
        let e = read(&[("vision.num_hands", "9")], &env, file).unwrap_err();
        let said = e.to_string();
        for part in [
            "7 mistakes",
            "did you mean `DIXI_DATA_DIR`?",
            "--set vision.num_hands: `vision.num_hands`",
            "use a whole number from 1 to 4",
            "did you mean `DIXI_CAMERA_SOURCE`?",
            "use `true` or `false`",
            "`stray` stands outside",
            "did you mean `vision.num_hands`?",
            "use one of `full`, `lite`",
        ] {
            assert!(said.contains(part), "{part:?} is missing in {said}");
        }
        assert!(!said.contains("DIXI_SHARED") && !said.contains("DIXI_CACHE"));
    }

    #[test]
    fn broken_toml_names_the_line() {
        let said = read(&[], &[], "[camera]\nsource = demo").unwrap_err().to_string();
        assert!(said.contains("dixi.toml is not TOML") && said.contains("line 2"), "{said}");
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused() {
        let e = read(&[("camera.backoff_min_ms", "50000")], &[], "").unwrap_err();
        assert!(e.to_string().contains("camera.backoff_max_ms"), "{e}");
        let e = read(&[("server.listen", "here")], &[], "").unwrap_err();
        assert!(e.to_string().contains("server.listen"), "{e}");
    }
}
