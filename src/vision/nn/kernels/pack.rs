//! Memory for the kernels: aligned, zeroed, of fixed size; and weights in the order in which the
//! tiles read them. Everything here happens at load.

use super::super::layer::{Act, Pointwise};
use super::Kernels;

/// Values in a cache line.
pub const LINE: usize = 16;

/// Zeroed values that begin at a cache line.
#[derive(Debug)]
pub struct Aligned {
    memory: Vec<f32>,
    start: usize,
    len: usize,
}

impl Aligned {
    /// `len` zeros.
    pub fn new(len: usize) -> Self {
        let memory = vec![0.0; len + LINE];
        let start = start(memory.as_ptr());
        Self { memory, start, len }
    }

    pub fn as_slice(&self) -> &[f32] {
        &self.memory[self.start..self.start + self.len]
    }

    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        &mut self.memory[self.start..self.start + self.len]
    }
}

/// How many values after `pointer` the next cache line begins.
pub fn start(pointer: *const f32) -> usize {
    let past = (pointer.addr() / size_of::<f32>()) % LINE;
    (LINE - past) % LINE
}

/// A product's weights in panels: for each panel, for each `k`, its vectors of output channels.
/// Channels beyond the last are zero.
#[derive(Debug)]
pub struct PackedProduct {
    pub k: usize,
    pub n: usize,
    /// Vectors in each panel.
    pub panels: Vec<usize>,
    pub weights: Aligned,
    /// Padded to whole panels, like the alphas.
    pub bias: Aligned,
    pub act: Act,
}

impl PackedProduct {
    /// Packs `product` for `kernels`.
    pub fn new(product: &Pointwise, kernels: &Kernels) -> Self {
        let panels = panels(product.n.div_ceil(kernels.lanes), kernels.panel);
        let width = panels.iter().sum::<usize>() * kernels.lanes;
        let mut weights = Aligned::new(width * product.k);
        let (mut first, mut at) = (0, 0);
        let packed = weights.as_mut_slice();
        for &panel in &panels {
            let columns = panel * kernels.lanes;
            for k in 0..product.k {
                for column in first..first + columns {
                    if column < product.n {
                        packed[at] = product.weights[column * product.k + k];
                    }
                    at += 1;
                }
            }
            first += columns;
        }
        let mut bias = Aligned::new(width);
        bias.as_mut_slice()[..product.n].copy_from_slice(&product.bias);
        let mut act = product.act.clone();
        if let Act::Prelu(alphas) = &mut act {
            alphas.resize(width, 0.0);
        }
        Self { k: product.k, n: product.n, panels, weights, bias, act }
    }
}

/// Splits `vectors` into panels of `width`, the last one up to one wider so that no thin one is left.
fn panels(vectors: usize, width: usize) -> Vec<usize> {
    let mut panels = Vec::with_capacity(vectors / width + 1);
    let mut left = vectors;
    while left > width + 1 {
        panels.push(width);
        left -= width;
    }
    panels.push(left);
    panels
}
