//! What a step costs on a full scene: applied, stored and told, with the disk and without.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use dixi::base::object::Transform;
use dixi::base::{Clock, Error};
use dixi::canvas::{Canvas, MAX_OBJECTS};
use dixi::command::{Command, Who};
use dixi::config::{Layers, SettingsHub};
use dixi::store::Store;
use dixi::store::settings::NotKept;

fn full(store: Arc<Store>) -> Arc<Canvas> {
    let keeper = Arc::new(NotKept::because(&Error::invalid("a bench")));
    let settings = Arc::new(SettingsHub::new(Layers::default(), Vec::new(), keeper));
    let canvas = Canvas::open(store, None, settings, Clock::new()).unwrap();
    let run =
        |json: &str| canvas.handle(&me(), &Command::from_json(json.as_bytes()).unwrap()).unwrap();
    run(r#"{"command":"new_scene"}"#);
    run(r#"{"command":"create"}"#);
    while canvas.scene().objects.len() * 2 <= MAX_OBJECTS {
        run(r#"{"command":"select_all"}"#);
        run(r#"{"command":"duplicate"}"#);
    }
    while canvas.scene().objects.len() < MAX_OBJECTS {
        run(r#"{"command":"create"}"#);
    }
    canvas
}

fn me() -> Who {
    Who::new("a bench")
}

fn step(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let stores = [
        ("in memory", Store::in_memory().unwrap()),
        ("on this disk", Store::open(dir.path()).unwrap()),
    ];
    for (name, store) in stores {
        let canvas = full(store);
        let mut by = 0.01;
        c.bench_function(&format!("a step on {MAX_OBJECTS} objects, {name}"), |b| {
            b.iter(|| {
                by = -by;
                let command = Command::Move { ids: vec![7], by: [by, 0.0, 0.0] };
                canvas.handle(&me(), &command).unwrap()
            });
        });
    }
}

fn drag(c: &mut Criterion) {
    let canvas = full(Store::in_memory().unwrap());
    canvas.handle(&me(), &Command::Grab { ids: vec![7] }).unwrap();
    let mut place: Transform = canvas.scene().object(7).unwrap().transform();
    let mut by = 0.01;
    c.bench_function(&format!("a drag of one of {MAX_OBJECTS} objects"), |b| {
        b.iter(|| {
            by = -by;
            place.position[0] += by;
            canvas.handle(&me(), &Command::Drag { transforms: vec![place] }).unwrap()
        });
    });
    canvas.handle(&me(), &Command::LetBack {}).unwrap();
    let ids = canvas.scene().objects.iter().map(|o| o.id).collect();
    canvas.handle(&me(), &Command::Grab { ids }).unwrap();
    let all: Vec<Transform> = canvas.scene().objects.iter().map(|o| o.transform()).collect();
    let json = serde_json::json!({ "command": "drag", "transforms": all }).to_string();
    c.bench_function(&format!("a drag of all {MAX_OBJECTS} objects, read from its message"), |b| {
        b.iter(|| {
            let command = Command::from_json(json.as_bytes()).unwrap();
            canvas.handle(&me(), &command).unwrap()
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = step, drag
}
criterion_main!(benches);
