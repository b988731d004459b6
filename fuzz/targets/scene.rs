//! A scene's file: what is taken in comes out again.
#![no_main]

use std::cell::RefCell;
use std::sync::Arc;

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

/// So many scenes fit; each input makes two at most.
const SCENES: u32 = 900;

fn canvas() -> Arc<Canvas> {
    let settings = Arc::new(SettingsHub::new(Layers::default(), Vec::new(), Arc::new(Keep)));
    Canvas::open(Store::in_memory().expect("a store"), None, settings, Clock::new()).expect("a canvas")
}

thread_local! {
    static NOW: RefCell<(u32, Arc<Canvas>)> = RefCell::new((0, canvas()));
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    NOW.with_borrow_mut(|(made, now)| {
        if *made >= SCENES {
            (*made, *now) = (0, canvas());
        }
        if let Ok(outcome) = now.import(data) {
            *made += 2;
            let id = outcome.scene.expect("which scene it made");
            let (_, file) = now.export(id).expect("what we took we give back");
            now.import(&file).expect("what we give we take");
        }
    });
});
