//! What happens to a value before it is stored. Only activations.

#![allow(unsafe_code)]

use super::super::layer::Act;
use super::isa::Isa;

/// An activation as the loops see it.
#[derive(Clone, Copy, Debug)]
pub enum Activation {
    /// Nothing.
    None,
    /// Limited to `0..=max`.
    Clamp(f32),
    /// `max(x, 0) + alpha * min(x, 0)`; points to one alpha a channel.
    Prelu(*const f32),
}

impl Activation {
    /// The activation of a layer, whose alphas must live and stay as long as this is used.
    pub fn of(act: &Act) -> Self {
        match act {
            Act::None => Self::None,
            Act::Clamp(max) => Self::Clamp(*max),
            Act::Prelu(alphas) => Self::Prelu(alphas.as_ptr()),
        }
    }

    /// The same for the channels from `channel` on.
    #[inline(always)]
    pub fn starting_at(self, channel: usize) -> Self {
        match self {
            Self::Prelu(alphas) => Self::Prelu(alphas.wrapping_add(channel)),
            other => other,
        }
    }

    /// Applies it to a vector whose first value is of `channel`, of which `n` are meant.
    ///
    /// # Safety
    /// As at [`Isa`]; alphas are valid for those `n` channels.
    #[inline(always)]
    pub unsafe fn apply<I: Isa>(self, value: I::V, channel: usize, n: usize) -> I::V {
        // SAFETY: the caller's contract.
        unsafe {
            match self {
                Self::None => value,
                Self::Clamp(max) => I::min(I::max(value, I::splat(0.0)), I::splat(max)),
                Self::Prelu(alphas) => prelu::<I>(value, load::<I>(alphas.add(channel), n)),
            }
        }
    }
}

/// `max(x, 0) + alpha * min(x, 0)`.
///
/// # Safety
/// As at [`Isa`].
#[inline(always)]
pub unsafe fn prelu<I: Isa>(value: I::V, alpha: I::V) -> I::V {
    // SAFETY: the caller's contract.
    unsafe { I::fma(I::min(value, I::splat(0.0)), alpha, I::max(value, I::splat(0.0))) }
}

/// Loads a whole vector, or its first `n` values if there are fewer.
///
/// # Safety
/// As at [`Isa`], with `from` valid for the smaller of `n` and a vector.
#[inline(always)]
pub unsafe fn load<I: Isa>(from: *const f32, n: usize) -> I::V {
    // SAFETY: the caller's contract.
    unsafe { if n >= I::LANES { I::load(from) } else { I::load_part(from, n) } }
}

/// Stores a whole vector, or its first `n` values if there is less room.
///
/// # Safety
/// As at [`Isa`], with `to` valid for the smaller of `n` and a vector.
#[inline(always)]
pub unsafe fn store<I: Isa>(to: *mut f32, value: I::V, n: usize) {
    // SAFETY: the caller's contract.
    unsafe { if n >= I::LANES { I::store(to, value) } else { I::store_part(to, value, n) } }
}
