//! Vectors for any CPU: four values in an array, which compilers turn into whatever there is.

#![allow(unsafe_code)]

use super::isa::Isa;

/// No particular instruction set.
#[derive(Clone, Copy)]
pub struct Portable;

type V = [f32; 4];

#[inline(always)]
fn zip(a: V, b: V, f: impl Fn(f32, f32) -> f32) -> V {
    [f(a[0], b[0]), f(a[1], b[1]), f(a[2], b[2]), f(a[3], b[3])]
}

// SAFETY of all blocks below: the trait's contract says that the pointers are valid for the values
// touched, and arrays of f32 may be read and written unaligned through these calls.
impl Isa for Portable {
    type V = V;
    const LANES: usize = 4;
    const SPAN: usize = 3;

    #[inline(always)]
    unsafe fn splat(value: f32) -> V {
        [value; 4]
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> V {
        // SAFETY: see above.
        unsafe { from.cast::<V>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, value: V) {
        // SAFETY: see above.
        unsafe { to.cast::<V>().write_unaligned(value) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, n: usize) -> V {
        let mut v = [0.0; 4];
        // SAFETY: see above; `n` is below 4.
        unsafe { std::ptr::copy_nonoverlapping(from, v.as_mut_ptr(), n) };
        v
    }
    #[inline(always)]
    unsafe fn store_part(to: *mut f32, value: V, n: usize) {
        // SAFETY: see above; `n` is below 4.
        unsafe { std::ptr::copy_nonoverlapping(value.as_ptr(), to, n) };
    }
    #[inline(always)]
    unsafe fn add(a: V, b: V) -> V {
        zip(a, b, |a, b| a + b)
    }
    #[inline(always)]
    unsafe fn mul(a: V, b: V) -> V {
        zip(a, b, |a, b| a * b)
    }
    #[inline(always)]
    unsafe fn fma(a: V, b: V, c: V) -> V {
        zip(zip(a, b, |a, b| a * b), c, |p, c| p + c)
    }
    #[inline(always)]
    unsafe fn max(a: V, b: V) -> V {
        zip(a, b, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    unsafe fn min(a: V, b: V) -> V {
        zip(a, b, |a, b| if a < b { a } else { b })
    }
}

super::instantiate!(Portable, "portable", panel: 2, rows: [(1, 4), (2, 4), (3, 2)],);
