//! The layers: who says what, strongest first, and every mistake reported, not just the first.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;

use super::environment::PLACES;
use super::file::{ConfigFile, FileMistake};
use super::{Kind, Setting, Settings, Strings, check, file};
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
    /// The configuration file.
    pub file: Option<ConfigFile>,
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
        let mut reading = Reading::of(sources);
        if let Some(file) = &sources.file {
            let path = file.path.display();
            let mistakes = std::mem::take(&mut reading.file_mistakes);
            let told = mistakes.iter().map(|m| Error::invalid(format!("{path}: {}", m.in_words())));
            reading.mistakes.extend(told);
        }
        reading.layers()
    }

    /// The same, but a mistake in the file only costs what it concerns: the rest of the file holds,
    /// and of a file that cannot be read at all, nothing. The mistakes come along.
    ///
    /// # Errors
    /// As [`Layers::read`], for flags and environment.
    pub fn read_past_the_file(sources: &Sources<'_>) -> Result<(Self, Vec<FileMistake>)> {
        let mut reading = Reading::of(sources);
        let mistakes = std::mem::take(&mut reading.file_mistakes);
        Ok((reading.layers()?, mistakes))
    }

    /// Fixes `key` whatever anybody said, for `why`.
    pub fn force(&mut self, key: &'static str, value: Value, why: &str) {
        let fixed = Fixed { layer: Layer::Flag, label: why.to_owned(), value };
        self.fixed.insert(key, fixed);
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
    file_lines: BTreeMap<&'static str, usize>,
    file_mistakes: Vec<FileMistake>,
}

impl Reading {
    fn of(sources: &Sources<'_>) -> Self {
        let mut reading = Self { table: Settings::declared(), ..Self::default() };
        for flag in &sources.flags {
            reading.text(&flag.key, &flag.value, Layer::Flag, &flag.label);
        }
        reading.environment(sources.environment);
        if let Some(file) = &sources.file {
            reading.file(file);
        }
        if reading.mistakes.is_empty() {
            reading.clashes();
        }
        reading
    }

    fn layers(self) -> Result<Layers> {
        match self.mistakes.is_empty() {
            true => Ok(Layers { fixed: self.fixed }),
            false => Err(all_of(&self.mistakes)),
        }
    }

    /// Finds what does not go together. Where the file has a part in it, that part is given up.
    fn clashes(&mut self) {
        let mut settings = Settings::default();
        for setting in &self.table {
            if let Some(Err(e)) =
                self.fixed.get(setting.key).map(|f| settings.set(setting, &f.value))
            {
                self.mistakes.push(e);
            }
        }
        for clash in check::together(&settings) {
            let of_file = |key: &&&str| self.file_lines.contains_key(**key);
            match clash.keys.iter().find(of_file) {
                Some(key) => {
                    let line = self.file_lines.get(key).copied();
                    self.file_mistakes.push(FileMistake::of(line, &clash.error));
                }
                None => self.mistakes.push(clash.error),
            }
            for key in clash.keys {
                if self.file_lines.remove(key).is_some() {
                    self.fixed.remove(key);
                }
            }
        }
    }

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

    fn file(&mut self, file: &ConfigFile) {
        let text = match &file.text {
            Ok(text) => text,
            Err(e) => return self.file_mistakes.push(FileMistake::of(None, e)),
        };
        let said = file::read(&self.table, text);
        let label = file.path.display().to_string();
        for (key, value, line) in said.values {
            if let Entry::Vacant(place) = self.fixed.entry(key) {
                place.insert(Fixed { layer: Layer::File, label: label.clone(), value });
                self.file_lines.insert(key, line);
            }
        }
        self.file_mistakes.extend(said.mistakes);
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
            file: Some(ConfigFile { path: "dixi.toml".into(), text: Ok(file.into()) }),
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
        assert!(said.contains("dixi.toml: line 2: this is not TOML"), "{said}");
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused() {
        let e = read(&[("camera.backoff_min_ms", "50000")], &[], "").unwrap_err();
        assert!(e.to_string().contains("camera.backoff_max_ms"), "{e}");
        let e = read(&[("server.listen", "here")], &[], "").unwrap_err();
        assert!(e.to_string().contains("server.listen"), "{e}");
    }
}
