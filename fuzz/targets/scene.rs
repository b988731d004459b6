//! A scene's file: what is taken in comes out again.
#![no_main]

use std::sync::{Arc, OnceLock};

use dixi::base::{Clock, Result};
use dixi::canvas::Canvas;
use dixi::config::{Keeper, Kept, Layers, SettingsHub};
use dixi::store::Store;
use serde_json::Value;

struct Keep;
impl Keeper for Keep {
    fn keep(&self, _: &'static str, _: Option<&Value>) -> Result<Kept> {
        Ok(Kept::Yes)
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static CANVAS: OnceLock<Arc<Canvas>> = OnceLock::new();
    let canvas = CANVAS.get_or_init(|| {
        let settings = Arc::new(SettingsHub::new(Layers::default(), Vec::new(), Arc::new(Keep)));
        Canvas::open(Store::in_memory().expect("a store"), None, settings, Clock::new()).expect("a canvas")
    });
    if let Ok(outcome) = canvas.import(data) {
        let id = outcome.scene.expect("which scene it made");
        let (_, file) = canvas.export(id).expect("what we took we give back");
        canvas.import(&file).expect("what we give we take");
    }
});
