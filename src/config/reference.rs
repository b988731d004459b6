//! `docs/reference/settings.md`, from the declarations. The test fails when the file is stale, and
//! `make docs` writes it anew.

use super::{Kind, Setting, Settings};
use std::fmt::Write;

const HEAD: &str = "\
# Settings

<!-- Made from src/config/groups.rs: run `make docs` after a change there. -->

Where several places give a value, the first of these wins: a flag (`--camera`, `--set KEY=VALUE`), the
environment (`DIXI_CAMERA_SOURCE` for `camera.source`), the configuration file, the settings page, the
default. `dixi config show` prints what holds and where it comes from. In the file the part before
the dot is a table:

```toml
[camera]
source = \"demo\"
```

An unknown name is refused, with the nearest known one. What takes effect only after a restart says so.
";

fn reference() -> String {
    let mut text = String::from(HEAD);
    let mut group = "";
    for setting in Settings::declared() {
        let of = setting.key.split('.').next().unwrap_or_default();
        if of != group {
            group = of;
            let _ =
                write!(text, "\n## {group}\n\n| Setting | Default | Allowed | What it does |\n");
            let _ = writeln!(text, "| --- | --- | --- | --- |");
        }
        let _ = writeln!(text, "{}", row(&setting));
    }
    text
}

fn row(setting: &Setting) -> String {
    let Setting { key, doc, kind, default, restart, .. } = setting;
    let allowed = match kind {
        Kind::Bool => "true, false".into(),
        Kind::Int { min, max } | Kind::Float { min, max } => format!("{min} to {max}"),
        Kind::Choice(words) => words.join(", "),
        Kind::Text { max_chars } => format!("up to {max_chars} characters"),
    };
    // One line a setting, and a bar would end its cell.
    let doc = doc.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    let restart = if *restart { " Needs a restart." } else { "" };
    format!("| `{key}` | `{default}` | {allowed} | {doc}{restart} |")
}

fn path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/settings.md")
}

#[test]
fn the_reference_is_up_to_date() {
    let committed = std::fs::read_to_string(path()).unwrap_or_default();
    assert!(committed == reference(), "{} is stale: run `make docs`", path().display());
}

#[test]
#[ignore = "writes docs/reference/settings.md: `make docs`"]
fn export_settings_reference() {
    std::fs::write(path(), reference()).unwrap();
}
