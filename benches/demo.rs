//! How long a frame of the demo hand takes: it shares a core with the vision pipeline.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dixi::camera::demo::{Performance, Renderer};
use dixi::gesture::Gesture;

fn frame(c: &mut Criterion) {
    let demo = Performance::demo();
    let mut renderer = Renderer::new(480);
    let mut picture = Vec::new();
    let mut group = c.benchmark_group("demo");
    group.sample_size(30).measurement_time(std::time::Duration::from_secs(2));
    for (name, shown) in [("one hand", Gesture::OpenPalm), ("two hands", Gesture::Stretch)] {
        let Some(segment) = demo.segments().iter().find(|s| s.gesture == shown) else {
            continue;
        };
        let scene = demo.at((segment.from + segment.to) / 2);
        group.bench_function(name, |b| b.iter(|| renderer.render(black_box(&scene), &mut picture)));
        group.bench_function(format!("{name}, truth only"), |b| {
            b.iter(|| black_box(&scene).as_seen())
        });
    }
    group.finish();
}

criterion_group!(demo, frame);
criterion_main!(demo);
