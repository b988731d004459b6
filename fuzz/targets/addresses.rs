//! Addresses that people type: cameras, webhooks, ntfy, Ollama, traces. No password of theirs is in what is
//! shown or in what is said against them.
#![no_main]

use dixi::camera::SourceSpec;
use dixi::config::{AlertSettings, OllamaSettings, TraceSettings};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(spec) = SourceSpec::parse(text) {
        let (shown, secret) = (spec.to_string(), spec.with_secrets());
        let again = SourceSpec::parse(&secret).expect("what we keep we read");
        assert_eq!((again.to_string(), again.kind()), (shown, spec.kind()));
    }
    if let Ok(spec) = SourceSpec::parse(&format!("http://me:hunter2@{text}")) {
        assert!(text.contains("hunter2") || !spec.to_string().contains("hunter2"), "{spec}");
    }
    let alert =
        AlertSettings { webhook_url: text.into(), ntfy_url: text.into(), ..AlertSettings::default() };
    for url in [alert.webhook().ok().flatten(), alert.ntfy().ok().flatten().map(|(url, _)| url)]
        .into_iter()
        .flatten()
        .chain(OllamaSettings { url: text.into(), ..Default::default() }.addresses().into_iter().flatten())
        .chain(TraceSettings { endpoint: text.into(), ..Default::default() }.address().ok().flatten())
    {
        assert!(matches!(url.scheme(), "http" | "https") && url.host_str().is_some(), "{url}");
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    }
});
