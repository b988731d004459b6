//! Tests of the room as a whole: real models, made models, and models made to hurt.

mod golden;
mod hostile;
mod made;
mod random;
mod reference;

use super::kernels::Simd;
use super::{LoadOptions, Network};
use candle_core::{Device, Tensor};

/// Loads with the given kernels.
fn load(bytes: &[u8], simd: Simd) -> crate::base::Result<Network> {
    Network::load(bytes, &LoadOptions { simd, ..LoadOptions::default() })
}

/// Fills the input.
fn set_input(network: &Network, values: Vec<f32>) {
    let values = Tensor::from_vec(values, network.input().shape(), &Device::Cpu).unwrap();
    network.input().slice_set(&values, 0, 0).unwrap();
}

/// All outputs.
fn outputs(network: &Network) -> Vec<Vec<f32>> {
    let read = |i| {
        let mut out = vec![0.0; network.output_len(i)];
        network.output(i, &mut out).unwrap();
        out
    };
    (0..network.outputs()).map(read).collect()
}
