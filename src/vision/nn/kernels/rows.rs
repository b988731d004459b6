//! The cheap layers, a row at a time: pooling, upsampling, sums and activations, mean.

#![allow(unsafe_code)]

use super::super::layer::Slide;
use super::Kernels;
use super::epilogue::{Activation, load, store};
use super::isa::Isa;

/// One output row of a max pool. Valid when `from` is valid for `rows` rows (at least 1) of `row_pitch` values, and `to`
/// for `slide.out_w * out_c` values that nothing else refers to.
#[derive(Debug)]
pub struct PoolRow {
    /// The first input row that the window meets, and how many it meets.
    pub from: *const f32,
    pub rows: usize,
    pub slide: Slide,
    pub out_c: usize,
    pub act: Activation,
    pub to: *mut f32,
}

/// # Safety
/// As said at [`PoolRow`] and [`Isa`].
#[inline(always)]
pub unsafe fn pool_row<I: Isa>(r: &PoolRow) {
    let s = &r.slide;
    for x in 0..s.out_w {
        let begin = (x * s.stride_w).saturating_sub(s.pad_left);
        let end = (x * s.stride_w + s.kw - s.pad_left.min(x * s.stride_w + s.kw)).min(s.in_w);
        // SAFETY: columns begin..end lie in the row, by the slide's own geometry; all other addresses
        // are those that the contract of `PoolRow` names.
        unsafe {
            let to = r.to.add(x * r.out_c);
            let mut channel = 0;
            while channel < s.c {
                let n = s.c - channel;
                let mut most = I::splat(f32::NEG_INFINITY);
                for row in 0..r.rows {
                    for column in begin..end {
                        let from = r.from.add((row * s.in_w + column) * s.c + channel);
                        most = I::max(most, load::<I>(from, n));
                    }
                }
                store::<I>(to.add(channel), r.act.apply::<I>(most, channel, n), n);
                channel += I::LANES;
            }
            std::ptr::write_bytes(to.add(s.c), 0, r.out_c - s.c);
        }
    }
}

/// Max pooling of a whole picture.
///
/// # Safety
/// `from` is valid for the picture that `slide` describes, `to` for the result of `out_c` channels, which nothing
/// else refers to; every window meets at least one pixel; `out_c >= slide.c`.
pub unsafe fn pool(
    kernels: &Kernels,
    (slide, out_c): (Slide, usize),
    from: *const f32,
    act: Activation,
    to: *mut f32,
) {
    for y in 0..slide.out_h {
        let begin = (y * slide.stride_h).saturating_sub(slide.pad_top);
        let end = (y * slide.stride_h + slide.kh).saturating_sub(slide.pad_top).min(slide.in_h);
        let row = PoolRow {
            from: from.wrapping_add(begin * slide.in_w * slide.c),
            rows: end - begin,
            slide,
            out_c,
            act,
            to: to.wrapping_add(y * slide.out_w * out_c),
        };
        // SAFETY: rows begin..end lie in the picture; the rest is the caller's contract.
        unsafe { (kernels.pool)(&row) }
    }
}

/// One output row of an upsampling. Valid when `near` and `far` are valid for `in_w * c` values, and `to` for `2 * in_w * c`
/// values that nothing else refers to and that hold values to add where `adds` is set.
#[derive(Debug)]
pub struct UpsampleRow {
    /// The input row with weight 3/4, and that with 1/4.
    pub near: *const f32,
    pub far: *const f32,
    pub in_w: usize,
    pub c: usize,
    pub act: Activation,
    pub adds: bool,
    pub to: *mut f32,
}

/// # Safety
/// As said at [`UpsampleRow`] and [`Isa`].
#[inline(always)]
pub unsafe fn upsample_row<I: Isa>(r: &UpsampleRow) {
    for x in 0..2 * r.in_w {
        let near = x / 2;
        let far = if x % 2 == 0 { near.saturating_sub(1) } else { (near + 1).min(r.in_w - 1) };
        let (near, far) = (near * r.c, far * r.c);
        let mut channel = 0;
        // SAFETY: all addresses are those that the contract of `UpsampleRow` names.
        unsafe {
            while channel < r.c {
                let n = r.c - channel;
                let at = |row: *const f32, column: usize| load::<I>(row.add(column + channel), n);
                let corner = I::mul(at(r.near, near), I::splat(0.5625));
                let sides = I::add(at(r.near, far), at(r.far, near));
                let mut v = I::fma(
                    at(r.far, far),
                    I::splat(0.0625),
                    I::fma(sides, I::splat(0.1875), corner),
                );
                v = r.act.apply::<I>(v, channel, n);
                let to = r.to.add(x * r.c + channel);
                if r.adds {
                    v = I::add(v, load::<I>(to, n));
                }
                store::<I>(to, v, n);
                channel += I::LANES;
            }
        }
    }
}

/// Doubles a picture's height and width.
///
/// # Safety
/// `row.near` is the start of a picture of `in_h` rows and `row.to` that of its result; otherwise as said at
/// [`UpsampleRow`].
pub unsafe fn upsample(kernels: &Kernels, in_h: usize, row: &UpsampleRow) {
    let pitch = row.in_w * row.c;
    for y in 0..2 * in_h {
        let near = y / 2;
        let far = if y % 2 == 0 { near.saturating_sub(1) } else { (near + 1).min(in_h - 1) };
        let one = UpsampleRow {
            near: row.near.wrapping_add(near * pitch),
            far: row.near.wrapping_add(far * pitch),
            to: row.to.wrapping_add(y * 2 * pitch),
            ..*row
        };
        // SAFETY: the rows lie in the pictures; the rest is the caller's contract.
        unsafe { (kernels.upsample)(&one) }
    }
}

/// `to = act(to + from)` over pixels; without `from`, `act(to)`. Valid when both are valid for `pixels * c` values and
/// do not overlap, and alphas for `c`.
#[derive(Debug)]
pub struct AddRows {
    pub from: Option<*const f32>,
    pub to: *mut f32,
    pub pixels: usize,
    pub c: usize,
    pub act: Activation,
}

/// # Safety
/// As said at [`AddRows`] and [`Isa`].
#[inline(always)]
pub unsafe fn add_rows<I: Isa>(r: &AddRows) {
    for pixel in 0..r.pixels {
        let mut channel = 0;
        // SAFETY: all addresses are those that the contract of `AddRows` names.
        unsafe {
            while channel < r.c {
                let (n, at) = (r.c - channel, pixel * r.c + channel);
                let mut v = load::<I>(r.to.add(at), n);
                if let Some(from) = r.from {
                    v = I::add(v, load::<I>(from.add(at), n));
                }
                store::<I>(r.to.add(at), r.act.apply::<I>(v, channel, n), n);
                channel += I::LANES;
            }
        }
    }
}

/// Mean of `pixels` pixels of `c` channels.
///
/// # Safety
/// `from` is valid for `pixels * c` values and `to` for `c`, and they do not overlap; and as said at [`Isa`].
#[inline(always)]
pub unsafe fn mean<I: Isa>(from: *const f32, pixels: usize, c: usize, to: *mut f32) {
    let mut channel = 0;
    // SAFETY: the caller's contract.
    unsafe {
        while channel < c {
            let n = c - channel;
            let mut sum = I::splat(0.0);
            for pixel in 0..pixels {
                sum = I::add(sum, load::<I>(from.add(pixel * c + channel), n));
            }
            store::<I>(to.add(channel), I::mul(sum, I::splat(1.0 / pixels as f32)), n);
            channel += I::LANES;
        }
    }
}
