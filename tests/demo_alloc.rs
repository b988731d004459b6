//! The demo hand draws without allocating once its picture's buffer has grown.

#[path = "common/counting.rs"]
mod counting;

use std::time::Duration;

use dixi::camera::demo::{Performance, Renderer};

use counting::allocations;

#[test]
fn drawing_allocates_nothing_after_the_first_frame() {
    let demo = Performance::demo();
    let mut renderer = Renderer::new(320);
    let mut picture = Vec::new();
    renderer.render(&demo.at(Duration::ZERO), &mut picture);
    let before = allocations();
    let mut t = Duration::ZERO;
    while t < demo.length() {
        renderer.render(&demo.at(t), &mut picture);
        assert!(demo.segment_at(t).is_none_or(|s| s.from <= t));
        let _truth = demo.at(t).as_seen();
        t += Duration::from_millis(700);
    }
    assert_eq!(allocations(), before);
    assert!(before > 0, "the counter counts");
}
