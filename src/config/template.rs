//! A configuration file with every setting in it, commented out: what `dixi config reference`
//! prints and what a package can ship.

use std::fmt::Write;

use super::{Kind, Settings};

const HEAD: &str = "\
# Dixi's configuration. Every line that begins with `#` is a comment; each setting stands here with
# its default. To change one, remove the `#` before its name and before the `[group]` above it.
# Stronger than this file are flags (`--set KEY=VALUE`) and DIXI_… variables; weaker is the settings
# page, which cannot change what this file sets. `dixi config check` finds mistakes.
";

/// The widest line, characters.
const WIDTH: usize = 100;

/// The file's text.
pub fn template() -> String {
    let mut text = String::from(HEAD);
    let mut group = "";
    for setting in Settings::declared() {
        let (of, name) = setting.key.split_once('.').unwrap_or_default();
        if of != group {
            group = of;
            // Writing to a string cannot fail, here and below.
            let _ = write!(text, "\n#[{group}]\n");
        }
        let restart = if setting.restart { " Needs a restart." } else { "" };
        let doc = format!("{}{restart} {}", setting.doc, allowed(&setting.kind));
        for line in wrapped(&doc) {
            let _ = writeln!(text, "# {line}");
        }
        // JSON's booleans, numbers and strings are TOML's too.
        let _ = writeln!(text, "#{name} = {}", setting.default);
    }
    text
}

fn allowed(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "(true or false)".into(),
        Kind::Int { min, max } | Kind::Float { min, max } => format!("({min} to {max})"),
        Kind::Choice(words) => format!("({})", words.join(", ")),
        Kind::Text { max_chars } => format!("(text, up to {max_chars} characters)"),
    }
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines.last().is_some_and(|l| l.len() + 1 + word.len() > WIDTH - 2);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::{ConfigFile, Layers, Sources};

    fn read(text: String) -> Layers {
        let environment = BTreeMap::<&str, &str>::new();
        let file = ConfigFile { path: "dixi.toml".into(), text: Ok(text) };
        Layers::read(&Sources { flags: vec![], environment: &environment, file: Some(file) })
            .unwrap()
    }

    #[test]
    fn as_it_is_it_says_nothing_and_without_the_marks_it_says_every_default() {
        assert_eq!(read(template()), Layers::default());
        let said = template().lines().fold(String::new(), |text, line| {
            let bare = line.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or("");
            text + bare + "\n"
        });
        let layers = read(said);
        for setting in Settings::declared() {
            let fixed = layers.fixed(setting.key).unwrap_or_else(|| panic!("{}", setting.key));
            assert_eq!(fixed.value, setting.default, "{}", setting.key);
        }
        assert!(template().lines().all(|l| l.chars().count() <= WIDTH + 20));
    }
}
