//! The demo hand draws without allocating once its picture's buffer has grown.
#![allow(unsafe_code, reason = "a global allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use dixi::camera::demo::{Performance, Renderer};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// Counts what the calling thread allocates.
struct Counting;

// SAFETY: everything is passed on to the system's allocator unchanged; counting touches only a
// thread-local that needs no allocation of its own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|n| n.set(n.get() + 1));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn drawing_allocates_nothing_after_the_first_frame() {
    let demo = Performance::demo();
    let mut renderer = Renderer::new(320);
    let mut picture = Vec::new();
    renderer.render(&demo.at(Duration::ZERO), &mut picture);
    let before = ALLOCATIONS.with(Cell::get);
    let mut t = Duration::ZERO;
    while t < demo.length() {
        renderer.render(&demo.at(t), &mut picture);
        assert!(demo.segment_at(t).is_none_or(|s| s.from <= t));
        let _truth = demo.at(t).as_seen();
        t += Duration::from_millis(700);
    }
    assert_eq!(ALLOCATIONS.with(Cell::get), before);
    assert!(before > 0, "the counter counts");
}
