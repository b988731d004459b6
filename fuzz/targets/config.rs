//! A configuration file: whatever it says, its mistakes are told with lines that exist, and what is right
//! of it holds.
#![no_main]

use dixi::config::{ConfigFile, Layers, ProcessEnvironment, Sources};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let file = ConfigFile { path: "/etc/dixi/dixi.toml".into(), text: Ok(text.to_owned()) };
    let sources =
        Sources { flags: Vec::new(), environment: &ProcessEnvironment, file: Some(file) };
    let (_, mistakes) = Layers::read_past_the_file(&sources).expect("only the file has mistakes");
    for mistake in &mistakes {
        assert!(mistake.line.is_none_or(|n| n >= 1 && n <= text.lines().count() + 1), "{mistake:?}");
        assert!(!mistake.in_words().is_empty());
    }
    assert_eq!(Layers::read(&sources).is_err(), !mistakes.is_empty());
});
