//! The CPU's part: loops over vectors, each written once over [`isa::Isa`] and compiled for every
//! instruction set, chosen at load by what the CPU has. Works on raw memory that [`super::op`] has
//! checked; knows no tensors.

#![allow(unsafe_code)]

mod block;
mod depthwise;
mod epilogue;
mod isa;
mod pack;
mod portable;
mod product;
mod rows;
mod tile;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;

pub use block::{PackedBlock, PackedConv, run_block, run_conv};
use depthwise::DepthwiseRow;
pub use epilogue::Activation;
pub use pack::{Aligned, LINE, PackedProduct, start};
pub use product::{Product, Scatter, product};
pub use rows::{AddRows, PoolRow, UpsampleRow, pool, upsample};
use tile::Tile;

use super::refuse;
use crate::base::Result;

/// Which instruction set the CPU kernels use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Simd {
    /// The best that this CPU has.
    #[default]
    Auto,
    /// x86-64 with AVX-512F.
    Avx512,
    /// x86-64 with AVX2 and FMA.
    Avx2,
    /// 64-bit ARM.
    Neon,
    /// Any CPU.
    Portable,
}

impl Simd {
    /// Every path that this CPU can run, best first.
    pub fn available() -> Vec<Self> {
        [Self::Avx512, Self::Avx2, Self::Neon, Self::Portable]
            .into_iter()
            .filter(|simd| simd.find().is_some())
            .collect()
    }

    /// The kernels, if this CPU can run them.
    fn find(self) -> Option<&'static Kernels> {
        match self {
            Self::Auto => [Self::Avx512, Self::Avx2, Self::Neon, Self::Portable]
                .into_iter()
                .find_map(Self::find),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                std::arch::is_x86_feature_detected!("avx512f").then_some(&avx512::KERNELS)
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => {
                let has = std::arch::is_x86_feature_detected!("avx2")
                    && std::arch::is_x86_feature_detected!("fma");
                has.then_some(&avx2::KERNELS)
            }
            #[cfg(target_arch = "aarch64")]
            Self::Neon => std::arch::is_aarch64_feature_detected!("neon").then_some(&neon::KERNELS),
            Self::Portable => Some(&portable::KERNELS),
            #[allow(unreachable_patterns)]
            _ => None,
        }
    }

    /// The kernels for this choice.
    ///
    /// # Errors
    /// `Invalid` if this CPU cannot run them.
    pub fn kernels(self) -> Result<&'static Kernels> {
        self.find().ok_or_else(|| refuse(format!("this CPU has no {self:?}")))
    }
}

/// Most rows of a register tile.
pub const MAX_TILE_ROWS: usize = 14;

/// The loops compiled for one instruction set. Calling one on a CPU without it is undefined, which is
/// why [`Simd::kernels`] is the only way to get them.
#[derive(Debug)]
pub struct Kernels {
    /// As shown to people.
    pub name: &'static str,
    /// Values in a vector.
    pub lanes: usize,
    /// Vectors in a panel of packed weights; the last panel has up to one more.
    pub panel: usize,
    /// For each panel width (from 1): most rows of a tile.
    pub tile_rows: &'static [usize],
    /// For each panel width and number of rows (both from 1): the tile's code.
    tiles: &'static [[unsafe fn(&Tile); MAX_TILE_ROWS]],
    /// 3x3 stride 1, 3x3 stride 2, 5x5 stride 1, 5x5 stride 2.
    depthwise: [unsafe fn(&DepthwiseRow); 4],
    pool: unsafe fn(&PoolRow),
    upsample: unsafe fn(&UpsampleRow),
    add: unsafe fn(&AddRows),
    mean: unsafe fn(*const f32, usize, usize, *mut f32),
}

impl Kernels {
    /// Computes one row of a depthwise convolution.
    ///
    /// # Safety
    /// As said at [`DepthwiseRow`].
    pub unsafe fn depthwise(&self, (size, stride): (usize, usize), row: &DepthwiseRow) {
        let kernel = self.depthwise[usize::from(size == 5) * 2 + usize::from(stride == 2)];
        // SAFETY: the caller keeps the contract; the CPU has the instruction set by construction.
        unsafe { kernel(row) }
    }

    /// `to = act(to + from)`, or `act(to)` without `from`.
    ///
    /// # Safety
    /// As said at [`AddRows`].
    pub unsafe fn add(&self, rows: &AddRows) {
        // SAFETY: the caller keeps the contract; the CPU has the instruction set by construction.
        unsafe { (self.add)(rows) }
    }

    /// Mean of `pixels` pixels of `c` channels.
    ///
    /// # Safety
    /// `from` is valid for `pixels * c` values, `to` for `c`, and they do not overlap.
    pub unsafe fn mean(&self, from: *const f32, (pixels, c): (usize, usize), to: *mut f32) {
        // SAFETY: the caller keeps the contract; the CPU has the instruction set by construction.
        unsafe { (self.mean)(from, pixels, c, to) }
    }
}

/// Compiles all loops for one instruction set and lists them as `KERNELS`.
macro_rules! instantiate {
    ($isa:ident, $name:literal, panel: $panel:literal, rows: [$(($nr:literal, $mr:literal)),+], $(#[$attr:meta])*) => {
        /// The loops for this instruction set.
        pub static KERNELS: super::Kernels = super::Kernels {
            name: $name,
            lanes: <$isa as Isa>::LANES,
            panel: $panel,
            tile_rows: &[$($mr),+],
            tiles: &[$([
                code::tile::<1, $nr>, code::tile::<{ at_most(2, $mr) }, $nr>, code::tile::<{ at_most(3, $mr) }, $nr>,
                code::tile::<{ at_most(4, $mr) }, $nr>, code::tile::<{ at_most(5, $mr) }, $nr>,
                code::tile::<{ at_most(6, $mr) }, $nr>, code::tile::<{ at_most(7, $mr) }, $nr>,
                code::tile::<{ at_most(8, $mr) }, $nr>, code::tile::<{ at_most(9, $mr) }, $nr>,
                code::tile::<{ at_most(10, $mr) }, $nr>, code::tile::<{ at_most(11, $mr) }, $nr>,
                code::tile::<{ at_most(12, $mr) }, $nr>, code::tile::<{ at_most(13, $mr) }, $nr>,
                code::tile::<{ at_most(14, $mr) }, $nr>,
            ]),+],
            depthwise: [code::depthwise::<3, 1>, code::depthwise::<3, 2>, code::depthwise::<5, 1>, code::depthwise::<5, 2>],
            pool: code::pool,
            upsample: code::upsample,
            add: code::add,
            mean: code::mean,
        };

        const fn at_most(rows: usize, most: usize) -> usize {
            if rows < most { rows } else { most }
        }

        // SAFETY of all functions: they only compile the generic loop, whose contract they pass on,
        // for this instruction set.
        mod code {
            use super::$isa;
            use super::super::{depthwise, rows, tile};

            $(#[$attr])*
            pub unsafe fn tile<const MR: usize, const NR: usize>(args: &tile::Tile) {
                // SAFETY: see above.
                unsafe { tile::tile::<$isa, MR, NR>(args) }
            }
            $(#[$attr])*
            pub unsafe fn depthwise<const K: usize, const S: usize>(args: &depthwise::DepthwiseRow) {
                // SAFETY: see above.
                unsafe { depthwise::row::<$isa, K, S>(args) }
            }
            $(#[$attr])*
            pub unsafe fn pool(args: &rows::PoolRow) {
                // SAFETY: see above.
                unsafe { rows::pool_row::<$isa>(args) }
            }
            $(#[$attr])*
            pub unsafe fn upsample(args: &rows::UpsampleRow) {
                // SAFETY: see above.
                unsafe { rows::upsample_row::<$isa>(args) }
            }
            $(#[$attr])*
            pub unsafe fn add(args: &rows::AddRows) {
                // SAFETY: see above.
                unsafe { rows::add_rows::<$isa>(args) }
            }
            $(#[$attr])*
            pub unsafe fn mean(from: *const f32, pixels: usize, c: usize, to: *mut f32) {
                // SAFETY: see above.
                unsafe { rows::mean::<$isa>(from, pixels, c, to) }
            }
        }
    };
}
use instantiate;
