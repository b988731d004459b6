//! The document alone, on a database in memory.

mod holding;
mod objects;
mod random;
mod scenes;

use std::sync::Arc;

use super::*;
use crate::base::object::{Object, Transform};
use crate::base::{Error, Kind as Sort};
use crate::config::Layers;
use crate::store::settings::NotKept;

fn settings() -> Arc<SettingsHub> {
    let keeper = Arc::new(NotKept::because(&Error::invalid("a test")));
    Arc::new(SettingsHub::new(Layers::default(), Vec::new(), keeper))
}

fn on(store: &Arc<Store>) -> Arc<Canvas> {
    Canvas::open(Arc::clone(store), None, settings(), Clock::new()).unwrap()
}

/// A canvas with an empty scene.
fn empty() -> Arc<Canvas> {
    let canvas = on(&Store::in_memory().unwrap());
    canvas.handle(&ann(), &Command::NewScene { name: None }).unwrap();
    canvas
}

fn ann() -> Who {
    Who::new("page 1")
}

fn bob() -> Who {
    Who::new("right hand")
}

fn command(json: &str) -> Command {
    Command::from_json(json.as_bytes()).unwrap()
}

fn done(canvas: &Canvas, who: &Who, json: &str) -> Outcome {
    canvas.handle(who, &command(json)).unwrap_or_else(|e| panic!("{json}: {e}"))
}

fn refused(canvas: &Canvas, who: &Who, json: &str) -> Error {
    let before = (canvas.scene(), canvas.state());
    // By its words already, or by what it means.
    let e = Command::from_json(json.as_bytes())
        .and_then(|command| canvas.handle(who, &command))
        .unwrap_err();
    assert_eq!((canvas.scene(), canvas.state()), before, "{json}");
    e
}

fn boxed(canvas: &Canvas, x: f32) -> u32 {
    let json = format!(r#"{{"command":"create","form":{{"kind":"box"}},"position":[{x},0,0]}}"#);
    done(canvas, &ann(), &json).ids[0]
}

fn at(canvas: &Canvas, id: u32) -> [f32; 3] {
    canvas.scene().object(id).unwrap().position
}
