//! Depthwise convolution, one output row at a time from padded input rows. Borders are zeros in
//! memory, so that the loop has no branches.

#![allow(unsafe_code)]

use super::super::layer::{Act, Depthwise};
use super::Kernels;
use super::isa::Isa;
use super::pack::Aligned;

/// A depthwise layer's weights: for each vector of channels, for each tap, that vector.
#[derive(Debug)]
pub struct PackedDepthwise {
    /// Channels, rounded up to whole vectors.
    pub width: usize,
    pub weights: Aligned,
    pub bias: Aligned,
    /// The limits of its activation.
    pub limits: (f32, f32),
}

impl PackedDepthwise {
    /// Packs `layer` for `kernels`.
    pub fn new(layer: &Depthwise, kernels: &Kernels) -> Self {
        let c = layer.slide.c;
        let width = c.next_multiple_of(kernels.lanes);
        let taps = layer.slide.kh * layer.slide.kw;
        let mut weights = Aligned::new(width * taps);
        for (at, value) in weights.as_mut_slice().iter_mut().enumerate() {
            let (lane, tap) = (at % kernels.lanes, at / kernels.lanes % taps);
            let channel = at / kernels.lanes / taps * kernels.lanes + lane;
            if channel < c {
                *value = layer.weights[tap * c + channel];
            }
        }
        let mut bias = Aligned::new(width);
        bias.as_mut_slice()[..c].copy_from_slice(&layer.bias);
        let limits = match layer.act {
            Act::Clamp(max) => (0.0, max),
            Act::None | Act::Prelu(_) => (f32::NEG_INFINITY, f32::INFINITY),
        };
        Self { width, weights, bias, limits }
    }
}

/// One output row's work. Valid for size K and stride S when: `width` is a whole number of vectors; each
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
    let mut channel = 0;
    while channel < r.width {
        let (mut x, mut left) = (0, r.out_w.div_ceil(I::SPAN));
        while left > 0 {
            let span = (r.out_w - x).div_ceil(left);
            // SAFETY: these pixels and channels are part of the row.
            unsafe {
                match span {
                    1 => some_pixels::<I, K, S, 1>(r, channel, x),
                    2 => some_pixels::<I, K, S, 2>(r, channel, x),
                    3 => some_pixels::<I, K, S, 3>(r, channel, x),
                    4 => some_pixels::<I, K, S, 4>(r, channel, x),
                    5 => some_pixels::<I, K, S, 5>(r, channel, x),
                    6 => some_pixels::<I, K, S, 6>(r, channel, x),
                    7 => some_pixels::<I, K, S, 7>(r, channel, x),
                    _ => some_pixels::<I, K, S, 8>(r, channel, x),
                }
            }
            x += span;
            left -= 1;
        }
        channel += I::LANES;
    }
}

/// `P` pixels of one vector of channels.
///
/// # Safety
/// As said at [`DepthwiseRow`]; pixels `x .. x + P` and the channels are part of the row.
#[inline(always)]
unsafe fn some_pixels<I: Isa, const K: usize, const S: usize, const P: usize>(
    r: &DepthwiseRow,
    channel: usize,
    x: usize,
) {
    if P > I::SPAN {
        return; // Never asked for; keeps the compiler from making it.
    }
    // SAFETY: all addresses are those that the contract of `DepthwiseRow` names.
    unsafe {
        let mut acc = [I::load(r.bias.add(channel)); P];
        let mut weights = r.weights.add(channel * K * K);
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
