//! Vectors of four values: NEON (every 64-bit ARM).

#![allow(unsafe_code)]

use super::isa::Isa;
use std::arch::aarch64::{
    float32x4_t, vaddq_f32, vdupq_n_f32, vfmaq_f32, vld1q_f32, vmaxnmq_f32, vminnmq_f32, vmulq_f32,
    vst1q_f32,
};

/// NEON.
#[derive(Clone, Copy)]
pub struct Neon;

// SAFETY of all blocks below: the trait's contract says that the CPU has NEON and that the pointers
// are valid for the values touched; these instructions need the alignment of one f32 only.
impl Isa for Neon {
    type V = float32x4_t;
    const LANES: usize = 4;
    const SPAN: usize = 8;

    #[inline(always)]
    unsafe fn splat(value: f32) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vdupq_n_f32(value) }
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vld1q_f32(from) }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, value: float32x4_t) {
        // SAFETY: see above.
        unsafe { vst1q_f32(to, value) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, n: usize) -> float32x4_t {
        let mut values = [0.0_f32; 4];
        // SAFETY: see above; `n` is below 4.
        unsafe {
            std::ptr::copy_nonoverlapping(from, values.as_mut_ptr(), n);
            vld1q_f32(values.as_ptr())
        }
    }
    #[inline(always)]
    unsafe fn store_part(to: *mut f32, value: float32x4_t, n: usize) {
        let mut values = [0.0_f32; 4];
        // SAFETY: see above; `n` is below 4.
        unsafe {
            vst1q_f32(values.as_mut_ptr(), value);
            std::ptr::copy_nonoverlapping(values.as_ptr(), to, n);
        }
    }
    #[inline(always)]
    unsafe fn add(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vaddq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn mul(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vmulq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn fma(a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vfmaq_f32(c, a, b) }
    }
    #[inline(always)]
    unsafe fn max(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vmaxnmq_f32(a, b) }
    }
    #[inline(always)]
    unsafe fn min(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vminnmq_f32(a, b) }
    }
}

super::instantiate!(
    Neon, "NEON", panel: 4, rows: [(1, 14), (2, 12), (3, 8), (4, 6), (5, 5)],
    #[target_feature(enable = "neon")]
);
