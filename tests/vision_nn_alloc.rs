//! Running a network allocates nothing, from the first run on: shown by an allocator that counts.

#[path = "common/counting.rs"]
mod counting;

use dixi::vision::nn::{HandModel, LoadOptions, Network, Simd};

use counting::allocations;

#[test]
fn a_run_allocates_nothing() {
    for simd in [Simd::Auto, Simd::Portable] {
        for model in HandModel::ALL {
            let options = LoadOptions { simd, ..LoadOptions::default() };
            let before_load = allocations();
            let mut network = Network::load(model.bytes(), &options).expect("load");
            assert!(allocations() > before_load, "the allocator counts");
            let mut output = vec![0.0; network.output_len(0)];
            let before = allocations();
            for _ in 0..3 {
                network.run().expect("run");
                network.output(0, &mut output).expect("output");
            }
            assert_eq!(allocations() - before, 0, "{model:?} on {}", network.kernel());
        }
    }
}
