//! Names of models as clients send them: what is taken leads nowhere else, and is one name.
#![no_main]

use dixi::assistant::names::ModelName;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(name) = ModelName::parse(text, ["hf.co"]) else { return };
    let key = name.key();
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-:/".contains(c);
    assert!(key.chars().all(plain) && !key.contains("..") && !key.starts_with(['/', '.']), "{key}");
    let again = ModelName::parse(key, ["hf.co"]).expect("its one spelling is a name");
    assert_eq!(again.key(), key);
});
