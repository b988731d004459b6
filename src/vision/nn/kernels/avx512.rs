//! Vectors of sixteen values: AVX-512 (x86-64 servers since 2017).

#![allow(unsafe_code)]

use super::isa::Isa;
use std::arch::x86_64::{
    __m512, _MM_HINT_T0, _mm_prefetch, _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps,
    _mm512_mask_storeu_ps, _mm512_maskz_loadu_ps, _mm512_max_ps, _mm512_min_ps, _mm512_mul_ps,
    _mm512_set1_ps, _mm512_storeu_ps,
};

/// AVX-512F.
#[derive(Clone, Copy)]
pub struct Avx512;

// SAFETY of all blocks below: the trait's contract says that the CPU has AVX-512F and that the
// pointers are valid for the values touched; none of these instructions needs alignment, and masked
// ones do not touch what is masked out.
impl Isa for Avx512 {
    type V = __m512;
    const LANES: usize = 16;
    const SPAN: usize = 8;

    #[inline(always)]
    unsafe fn splat(value: f32) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_set1_ps(value) }
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, value: __m512) {
        // SAFETY: see above.
        unsafe { _mm512_storeu_ps(to, value) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, n: usize) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_maskz_loadu_ps((1_u32 << n) as u16 - 1, from) }
    }
    #[inline(always)]
    unsafe fn store_part(to: *mut f32, value: __m512, n: usize) {
        // SAFETY: see above.
        unsafe { _mm512_mask_storeu_ps(to, (1_u32 << n) as u16 - 1, value) }
    }
    #[inline(always)]
    unsafe fn add(a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_add_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn mul(a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_mul_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn fma(a: __m512, b: __m512, c: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    unsafe fn max(a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_max_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn min(a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_min_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn prefetch(from: *const f32) {
        // SAFETY: a prefetch has no effect on what a program sees, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(from.cast()) }
    }
}

super::instantiate!(
    Avx512, "AVX-512", panel: 2, rows: [(1, 14), (2, 14), (3, 9)],
    #[target_feature(enable = "avx512f")]
);
