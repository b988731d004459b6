//! The few vector instructions that the kernels are written in. One implementation an instruction
//! set; the kernels are compiled once for each. Decides nothing.

#![allow(unsafe_code)]

/// Vectors of f32 of one instruction set.
///
/// # Safety
/// All functions: the CPU must have the instruction set, and the caller must be compiled for it
/// (`#[target_feature]`), so that everything inlines. Pointers must be valid for `LANES` values (`n` for the
/// partial ones); they need no alignment.
pub trait Isa: Copy + 'static {
    /// One vector.
    type V: Copy;
    /// Values in a vector.
    const LANES: usize;
    /// Output pixels that the depthwise kernel computes at once, as registers allow.
    const SPAN: usize;

    unsafe fn splat(value: f32) -> Self::V;
    unsafe fn load(from: *const f32) -> Self::V;
    unsafe fn store(to: *mut f32, value: Self::V);
    /// Loads the first `n < LANES` values, the others zero.
    unsafe fn load_part(from: *const f32, n: usize) -> Self::V;
    /// Stores the first `n < LANES` values.
    unsafe fn store_part(to: *mut f32, value: Self::V, n: usize);
    unsafe fn add(a: Self::V, b: Self::V) -> Self::V;
    unsafe fn mul(a: Self::V, b: Self::V) -> Self::V;
    /// `a * b + c`.
    unsafe fn fma(a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    unsafe fn max(a: Self::V, b: Self::V) -> Self::V;
    unsafe fn min(a: Self::V, b: Self::V) -> Self::V;
    /// Asks for the cache line at an address, which need not be valid. Does nothing where the CPU
    /// cannot.
    #[inline(always)]
    unsafe fn prefetch(_: *const f32) {}
}
