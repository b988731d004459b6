//! The innermost product: a register tile of MR pixels by NR vectors of output channels. Reads its
//! pixels in place, weights in packed order.

#![allow(unsafe_code)]

use super::MAX_TILE_ROWS;
use super::epilogue::{Activation, load, prelu, store};
use super::isa::Isa;

/// Most window rows of a dense convolution.
pub const MAX_SEGMENTS: usize = 7;

/// One tile's work: `out[i][..] = act(bias + sum over segments and k of a[i] * b (+ out[i]))`.
///
/// Valid for a call of a tile with MR rows and NR vectors when: each of the first `segments` pointers in
/// `a`, moved by `i * pitch` for `i < MR`, is valid for `k` values; `b` holds `segments * k` rows of NR vectors;
/// `bias`, and alphas, have NR vectors; each of the first MR pointers in `out` is valid for `n` values, which
/// nothing else refers to; and `n` is more than NR - 1 vectors and at most NR.
#[derive(Debug)]
pub struct Tile {
    pub a: [*const f32; MAX_SEGMENTS],
    pub segments: usize,
    pub pitch: usize,
    pub k: usize,
    pub b: *const f32,
    pub bias: *const f32,
    pub out: [*mut f32; MAX_TILE_ROWS],
    pub n: usize,
    pub act: Activation,
    pub adds: bool,
}

/// Computes a tile.
///
/// # Safety
/// As said at [`Tile`] and [`Isa`].
#[inline(always)]
pub unsafe fn tile<I: Isa, const MR: usize, const NR: usize>(t: &Tile) {
    // SAFETY: all addresses are those that the contract of `Tile` names.
    unsafe {
        let mut acc = [[I::splat(0.0); NR]; MR];
        for j in 0..NR {
            let bias = I::load(t.bias.add(j * I::LANES));
            for row in &mut acc {
                row[j] = bias;
            }
        }
        let mut b = t.b;
        for segment in 0..t.segments {
            let mut a = t.a[segment];
            for _ in 0..t.k {
                step::<I, MR, NR>(&mut acc, a, t.pitch, b);
                a = a.add(1);
                b = b.add(NR * I::LANES);
            }
        }
        if t.adds {
            for (i, row) in acc.iter_mut().enumerate() {
                for (j, v) in row.iter_mut().enumerate() {
                    let before = if j + 1 < NR {
                        I::load(t.out[i].add(j * I::LANES))
                    } else {
                        load::<I>(t.out[i].add(j * I::LANES), t.n - j * I::LANES)
                    };
                    *v = I::add(*v, before);
                }
            }
        }
        activate::<I, MR, NR>(&mut acc, t.act);
        for (i, row) in acc.iter().enumerate() {
            for (j, v) in row.iter().enumerate() {
                let to = t.out[i].add(j * I::LANES);
                if j + 1 < NR { I::store(to, *v) } else { store::<I>(to, *v, t.n - j * I::LANES) }
            }
        }
    }
}

/// One `k`: every pixel's value times the row of weights.
#[inline(always)]
unsafe fn step<I: Isa, const MR: usize, const NR: usize>(
    acc: &mut [[I::V; NR]; MR],
    a: *const f32,
    pitch: usize,
    b: *const f32,
) {
    // SAFETY: the caller's addresses, one `k` of them.
    unsafe {
        let mut weights = [I::splat(0.0); NR];
        for (j, w) in weights.iter_mut().enumerate() {
            *w = I::load(b.add(j * I::LANES));
        }
        for (i, row) in acc.iter_mut().enumerate() {
            let value = I::splat(*a.add(i * pitch));
            for (v, w) in row.iter_mut().zip(&weights) {
                *v = I::fma(value, *w, *v);
            }
        }
    }
}

#[inline(always)]
unsafe fn activate<I: Isa, const MR: usize, const NR: usize>(acc: &mut [[I::V; NR]; MR], act: Activation) {
    // SAFETY: alphas have NR vectors.
    unsafe {
        match act {
            Activation::None => {}
            Activation::Clamp(max) => {
                let (low, high) = (I::splat(0.0), I::splat(max));
                for v in acc.iter_mut().flatten() {
                    *v = I::min(I::max(*v, low), high);
                }
            }
            Activation::Prelu(alphas) => {
                for j in 0..NR {
                    let alpha = I::load(alphas.add(j * I::LANES));
                    for row in acc.iter_mut() {
                        row[j] = prelu::<I>(row[j], alpha);
                    }
                }
            }
        }
    }
}
