//! The innermost product: a register tile of MR pixels by NR vectors of output channels. Reads its
//! pixels in place, weights in packed order.

#![allow(unsafe_code)]

use super::MAX_TILE_ROWS;
use super::epilogue::{Activation, load, prelu, store};
use super::isa::Isa;

/// Most window rows of a dense convolution.
pub const MAX_SEGMENTS: usize = 7;

/// How many `k` ahead weights are asked for: about the time that the last-level cache takes.
const AHEAD: usize = 24;

/// One tile's work: `out[i][..] = act(bias + sum over segments and k of a[i] * b (+ out[i]))`.
///
/// Valid for a call of a tile with MR rows and NR vectors when: each of the first `segments` pointers in
/// `a`, moved by `i * pitch` for `i < MR`, is valid for `k` values; `b` holds `segments * k` rows of NR vectors;
/// `bias`, and alphas, have NR vectors; each of the first MR pointers in `out`, moved by `first`, is valid for `n` values, which
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
    pub first: usize,
    pub n: usize,
    pub act: Activation,
    pub adds: bool,
}

/// Runs a block for each of up to 14 rows with the row's number as a constant. The accumulators stay in
/// registers only if every index into them is a constant before the optimiser looks.
macro_rules! each_row {
    ($row:ident < $count:ident, $body:block) => {
        each_row!(@ $row, $count, $body, 0 1 2 3 4 5 6 7 8 9 10 11 12 13)
    };
    (@ $row:ident, $count:ident, $body:block, $($number:literal)+) => {
        $( if $number < $count { const $row: usize = $number; $body } )+
    };
}

/// The same for each of up to 5 vectors.
macro_rules! each_vector {
    ($vector:ident < $count:ident, $body:block) => {
        each_row!(@ $vector, $count, $body, 0 1 2 3 4)
    };
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
        each_vector!(J < NR, {
            let bias = I::load(t.bias.add(J * I::LANES));
            each_row!(R < MR, { acc[R][J] = bias });
        });
        let mut b = t.b;
        for segment in 0..t.segments {
            let mut a = t.a[segment];
            for _ in 0..t.k {
                let mut weights = [I::splat(0.0); NR];
                each_vector!(J < NR, { weights[J] = I::load(b.add(J * I::LANES)) });
                // The weights come from far away, in one long run that the hardware's own prefetcher
                // loses at every page.
                each_vector!(J < NR, { I::prefetch(b.wrapping_add((AHEAD * NR + J) * I::LANES)) });
                each_row!(R < MR, {
                    let value = I::splat(*a.add(R * t.pitch));
                    each_vector!(J < NR, { acc[R][J] = I::fma(value, weights[J], acc[R][J]) });
                });
                a = a.add(1);
                b = b.add(NR * I::LANES);
            }
        }
        let last = t.n - (NR - 1) * I::LANES;
        if t.adds {
            each_row!(R < MR, {
                each_vector!(J < NR, {
                    let from = t.out[R].add(t.first + J * I::LANES);
                    let before = if J + 1 < NR { I::load(from) } else { load::<I>(from, last) };
                    acc[R][J] = I::add(acc[R][J], before);
                });
            });
        }
        match t.act {
            Activation::None => {}
            Activation::Clamp(max) => {
                let (low, high) = (I::splat(0.0), I::splat(max));
                each_row!(R < MR, {
                    each_vector!(J < NR, { acc[R][J] = I::min(I::max(acc[R][J], low), high) });
                });
            }
            Activation::Prelu(alphas) => {
                each_vector!(J < NR, {
                    let alpha = I::load(alphas.add(J * I::LANES));
                    each_row!(R < MR, { acc[R][J] = prelu::<I>(acc[R][J], alpha) });
                });
            }
        }
        each_row!(R < MR, {
            each_vector!(J < NR, {
                let to = t.out[R].add(t.first + J * I::LANES);
                if J + 1 < NR { I::store(to, acc[R][J]) } else { store::<I>(to, acc[R][J], last) }
            });
        });
    }
}
