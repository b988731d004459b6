//! Running a network allocates nothing, from the first run on: shown by an allocator that counts.
#![allow(unsafe_code, reason = "a counting allocator")]

use dixi::vision::nn::{HandModel, LoadOptions, Network, Simd};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Allocations of this thread; others (the test harness's) do not count.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: hands everything to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller's contract is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_run_allocates_nothing() {
    for simd in [Simd::Auto, Simd::Portable] {
        for model in HandModel::ALL {
            let options = LoadOptions { simd, ..LoadOptions::default() };
            let before_load = COUNT.get();
            let mut network = Network::load(model.bytes(), &options).expect("load");
            assert!(COUNT.get() > before_load, "the allocator counts");
            let mut output = vec![0.0; network.output_len(0)];
            let before = COUNT.get();
            for _ in 0..3 {
                network.run().expect("run");
                network.output(0, &mut output).expect("output");
            }
            assert_eq!(COUNT.get() - before, 0, "{model:?} on {}", network.kernel());
        }
    }
}
