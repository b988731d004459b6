//! Every setting, declared once: name, doc text, type, default, unit, range, whether it needs a
//! restart and whether it is secret. From that come the typed structs, the environment's names,
//! the file's keys, the checks, the API's answer and the settings page.
//!
//! The only room that reads the environment. Knows no other room.

mod check;
mod declare;
mod environment;
mod file;
mod groups;
mod hours;
mod hub;
mod layers;
mod mending;
mod place;
#[cfg(test)]
mod reference;
mod template;
mod value;

pub use declare::{Kind, Setting};
pub use environment::{ProcessEnvironment, Strings};
pub use file::{ConfigFile, FileMistake};
pub use groups::{
    AlertSettings, BackupSettings, CameraSettings, CanvasSettings, GestureSettings, LogSettings,
    OllamaSettings, ServerSettings, Settings, TraceSettings, UiSettings, ViewSettings,
    VisionSettings, WatchSettings,
};
pub use hours::Hours;
pub use hub::{Change, Keeper, Kept, SettingsHub, Valued};
pub use layers::{Fixed, Flag, Layer, Layers, Sources};
pub use mending::{CheckFile, FileView, Mending, NewText};
pub use place::{DEFAULT_FILE, DataDir, OWN_CERTIFICATE};
pub use template::template;
pub use value::Field;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_default_is_allowed_and_survives_the_round_trip() {
        let mut settings = Settings::default();
        for s in Settings::declared() {
            assert!(!s.doc.is_empty(), "{} has no doc", s.key);
            settings.set(&s, &s.default).unwrap();
            assert_eq!(settings.get(s.key), Some(s.default), "{}", s.key);
        }
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn values_out_of_range_are_refused_with_what_is_allowed() {
        let mut settings = Settings::default();
        let all = Settings::declared();
        let hands = all.iter().find(|s| s.key == "vision.num_hands").unwrap();
        for bad in [json!(0), json!(5), json!(-1), json!(1.5), json!("2"), json!(null)] {
            let e = settings.set(hands, &bad).unwrap_err();
            assert_eq!(e.next_step(), Some("use a whole number from 1 to 4"));
        }
        assert_eq!(settings, Settings::default());
    }
}
