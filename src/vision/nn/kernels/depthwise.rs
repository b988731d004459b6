//! Depthwise convolution, one output row at a time from padded input rows. Borders are zeros in
//! memory, so that the loop has no branches.

#![allow(unsafe_code)]

use super::super::layer::{Act, Depthwise};
use super::Kernels;
use super::isa::Isa;
use super::pack::Aligned;

/// A depthwise layer's weights: for each vector of channels, for each tap, that vector. Where the
/// channels do not fill the last vector, it starts earlier and repeats some of the one before.
#[derive(Debug)]
pub struct PackedDepthwise {
    /// Channels; at least a whole vector.
    pub width: usize,
    pub weights: Aligned,
    /// In the order of the weights.
    pub bias: Aligned,
    /// The limits of its activation.
    pub limits: (f32, f32),
}

impl PackedDepthwise {
    /// Packs `layer` for `kernels`.
    pub fn new(layer: &Depthwise, kernels: &Kernels) -> Self {
        let (c, lanes) = (layer.slide.c, kernels.lanes);
        let width = c.max(lanes);
        let vectors = c.div_ceil(lanes);
        let taps = layer.slide.kh * layer.slide.kw;
        let mut weights = Aligned::new(vectors * lanes * taps);
        let mut bias = Aligned::new(vectors * lanes);
        for (at, value) in bias.as_mut_slice().iter_mut().enumerate() {
            let channel = first_channel(at / lanes, lanes, width) + at % lanes;
            *value = layer.bias.get(channel).copied().unwrap_or(0.0);
        }
        for (at, value) in weights.as_mut_slice().iter_mut().enumerate() {
            let (vector, tap) = (at / lanes / taps, at / lanes % taps);
            let channel = first_channel(vector, lanes, width) + at % lanes;
            if channel < c {
                *value = layer.weights[tap * c + channel];
            }
        }
        let limits = match layer.act {
            Act::Clamp(max) => (0.0, max),
            Act::None | Act::Prelu(_) => (f32::NEG_INFINITY, f32::INFINITY),
        };
        Self { width, weights, bias, limits }
    }
}

/// Where a vector of channels begins: one after the other, but none beyond the last channel.
#[inline(always)]
fn first_channel(vector: usize, lanes: usize, width: usize) -> usize {
    (vector * lanes).min(width - lanes)
}

/// One output row's work. Valid for size K and stride S when: `width` is at least a vector; each
/// of the first K pointers in `rows` is valid for `((out_w - 1) * S + K) * width` values; `weights` and `bias` are
/// packed for `width` channels; `to` is valid for `out_w * width` values that nothing else refers to.
#[derive(Debug)]
pub struct DepthwiseRow {
    pub rows: [*const f32; 5],
    pub weights: *const f32,
    pub bias: *const f32,
    pub limits: (f32, f32),
    pub width: usize,
    pub out_w: usize,
    pub to: *mut f32,
}

/// Computes a row.
///
/// # Safety
/// As said at [`DepthwiseRow`] and [`Isa`].
#[inline(always)]
pub unsafe fn row<I: Isa, const K: usize, const S: usize>(r: &DepthwiseRow) {
    for vector in 0..r.width.div_ceil(I::LANES) {
        let (mut x, mut left) = (0, r.out_w.div_ceil(I::SPAN));
        while left > 0 {
            let span = (r.out_w - x).div_ceil(left);
            // SAFETY: these pixels and channels are part of the row.
            unsafe {
                match span {
                    1 => some_pixels::<I, K, S, 1>(r, vector, x),
                    2 => some_pixels::<I, K, S, 2>(r, vector, x),
                    3 => some_pixels::<I, K, S, 3>(r, vector, x),
                    4 => some_pixels::<I, K, S, 4>(r, vector, x),
                    5 => some_pixels::<I, K, S, 5>(r, vector, x),
                    6 => some_pixels::<I, K, S, 6>(r, vector, x),
                    7 => some_pixels::<I, K, S, 7>(r, vector, x),
                    _ => some_pixels::<I, K, S, 8>(r, vector, x),
                }
            }
            x += span;
            left -= 1;
        }
    }
}

/// `P` pixels of one vector of channels.
///
/// # Safety
/// As said at [`DepthwiseRow`]; pixels `x .. x + P` and the channels are part of the row.
#[inline(always)]
unsafe fn some_pixels<I: Isa, const K: usize, const S: usize, const P: usize>(
    r: &DepthwiseRow,
    vector: usize,
    x: usize,
) {
    if P > I::SPAN {
        return; // Never asked for; keeps the compiler from making it.
    }
    let channel = first_channel(vector, I::LANES, r.width);
    // SAFETY: all addresses are those that the contract of `DepthwiseRow` names.
    unsafe {
        let mut acc = [I::load(r.bias.add(vector * I::LANES)); P];
        let mut weights = r.weights.add(vector * I::LANES * K * K);
        for ky in 0..K {
            let from = r.rows[ky].add(x * S * r.width + channel);
            // At most (8 - 1) * 2 + 5 columns; those beyond this K, S and P are never touched.
            let mut values = [I::splat(0.0); 19];
            for (column, value) in values.iter_mut().enumerate().take((P - 1) * S + K) {
                *value = I::load(from.add(column * r.width));
            }
            for kx in 0..K {
                let weight = I::load(weights);
                weights = weights.add(I::LANES);
                for (p, a) in acc.iter_mut().enumerate() {
                    *a = I::fma(values[p * S + kx], weight, *a);
                }
            }
        }
        let (low, high) = (I::splat(r.limits.0), I::splat(r.limits.1));
        for (p, a) in acc.iter().enumerate() {
            I::store(r.to.add((x + p) * r.width + channel), I::min(I::max(*a, low), high));
        }
    }
}
