//! Whole convolutions, row by row: input rows go, padded, into a ring of a few rows; depthwise rows
//! are computed from it; and the product after it turns a few of those at once into the result. What
//! lies in between never leaves the caches, and the result may overwrite the input.

#![allow(unsafe_code)]

use super::super::layer::{Depthwise, Pointwise, Slide};
use super::Kernels;
use super::depthwise::{DepthwiseRow, PackedDepthwise};
use super::pack::{LINE, PackedProduct};
use super::product::{Product, Scatter, product};
use super::tile::MAX_SEGMENTS;

/// Pixels that a product should have at once, so that its weights are worth loading.
const PIXELS_AT_ONCE: usize = 96;

/// `project(depthwise(expand(x)))` with packed weights; the outer parts may be missing.
#[derive(Debug)]
pub struct PackedBlock {
    slide: Slide,
    expand: Option<PackedProduct>,
    depthwise: PackedDepthwise,
    project: Option<PackedProduct>,
    ring: RingShape,
    /// Output rows computed together.
    rows_at_once: usize,
}

impl PackedBlock {
    /// Packs a block for `kernels`.
    pub fn new(
        parts: (Option<&Pointwise>, &Depthwise, Option<&Pointwise>),
        kernels: &Kernels,
    ) -> Self {
        let (expand, layer, project) = parts;
        let slide = layer.slide;
        let depthwise = PackedDepthwise::new(layer, kernels);
        let wanted = PIXELS_AT_ONCE.div_ceil(slide.out_w).min(slide.out_h);
        let rows_at_once = slide.out_h.div_ceil(slide.out_h.div_ceil(wanted));
        let rows = ((rows_at_once - 1) * slide.stride_h + slide.kh).min(slide.in_h + slide.kh);
        let ring = RingShape::new(slide, depthwise.width, rows);
        let pack = |product: &Pointwise| PackedProduct::new(product, kernels);
        Self {
            slide,
            expand: expand.map(pack),
            depthwise,
            project: project.map(pack),
            ring,
            rows_at_once,
        }
    }

    /// Scratch values that a run needs.
    pub fn scratch(&self) -> usize {
        self.ring.len() + self.rows_at_once * self.slide.out_w * self.depthwise.width
    }
}

/// Runs a block on a picture.
///
/// # Safety
/// `from` is valid for the block's input, `to` for its result, which nothing else refers to except
/// `from`, which may be the same where stride is 1 and sizes are equal. With `adds`, `to` holds values to add.
pub unsafe fn run_block(
    kernels: &Kernels,
    block: &PackedBlock,
    (from, to): (*const f32, *mut f32),
    adds: bool,
    scratch: &mut [f32],
) {
    let slide = &block.slide;
    let width = block.depthwise.width;
    let (ring, between) = scratch.split_at_mut(block.ring.len());
    let mut ring = Ring::new(block.ring, ring, width != slide.c);
    let mut y = 0;
    while y < slide.out_h {
        let end = (y + block.rows_at_once).min(slide.out_h);
        let needed =
            ((end - 1) * slide.stride_h + slide.kh).saturating_sub(slide.pad_top).min(slide.in_h);
        // SAFETY: `from` is valid for all rows up to `needed`; where the result overwrites the input it
        // has done so up to row `y` only, and those rows are in the ring already.
        unsafe { ring.fill(kernels, from, needed, block.expand.as_ref()) };
        for row in y..end {
            let at = (row - y) * slide.out_w * width;
            let one = DepthwiseRow {
                rows: ring.window(row),
                weights: block.depthwise.weights.as_slice().as_ptr(),
                bias: block.depthwise.bias.as_slice().as_ptr(),
                limits: block.depthwise.limits,
                width,
                out_w: slide.out_w,
                to: between[at..at + slide.out_w * width].as_mut_ptr(),
            };
            // SAFETY: the ring's rows are as long as the window's way over them; the result has room.
            unsafe { kernels.depthwise((slide.kh, slide.stride_h), &one) };
        }
        // SAFETY: the rows y..end of the result are ours to write.
        unsafe { finish(kernels, block, (y, end), between, (to, adds)) };
        y = end;
    }
}

/// Turns depthwise rows into the result's rows `y..end`.
///
/// # Safety
/// As said at [`run_block`].
unsafe fn finish(
    kernels: &Kernels,
    block: &PackedBlock,
    (y, end): (usize, usize),
    between: &[f32],
    (to, adds): (*mut f32, bool),
) {
    let (slide, width) = (&block.slide, block.depthwise.width);
    let pixels = (end - y) * slide.out_w;
    match &block.project {
        Some(weights) => {
            let to = to.wrapping_add(y * slide.out_w * weights.n);
            let to = Scatter { to, width: pixels, row_pitch: 0, pitch: weights.n };
            let work =
                Product { adds, ..Product::of(between.as_ptr(), width, pixels, weights, to) };
            // SAFETY: `between` holds `pixels` pixels; the rest is the caller's contract.
            unsafe { product(kernels, &work) };
        }
        None => {
            for (pixel, values) in between.chunks_exact(width).take(pixels).enumerate() {
                // SAFETY: the result has `c` values for each of its pixels.
                unsafe {
                    let to = to.add((y * slide.out_w + pixel) * slide.c);
                    std::ptr::copy_nonoverlapping(values.as_ptr(), to, slide.c);
                }
            }
        }
    }
}

/// A dense convolution's weights and shape.
#[derive(Debug)]
pub struct PackedConv {
    slide: Slide,
    product: PackedProduct,
    ring: RingShape,
}

impl PackedConv {
    /// Packs a dense convolution for `kernels`.
    pub fn new(slide: Slide, product: &Pointwise, kernels: &Kernels) -> Self {
        let ring = RingShape::new(slide, slide.c, slide.kh);
        Self { slide, product: PackedProduct::new(product, kernels), ring }
    }

    /// Scratch values that a run needs.
    pub fn scratch(&self) -> usize {
        self.ring.len()
    }
}

/// Runs a dense convolution on a picture: each window row is a run of consecutive values.
///
/// # Safety
/// `from` is valid for the input and `to` for the result, which nothing else refers to. With `adds`, `to` holds
/// values to add.
pub unsafe fn run_conv(
    kernels: &Kernels,
    conv: &PackedConv,
    (from, to): (*const f32, *mut f32),
    adds: bool,
    scratch: &mut [f32],
) {
    let (slide, weights) = (&conv.slide, &conv.product);
    let mut ring = Ring::new(conv.ring, &mut scratch[..conv.ring.len()], false);
    for y in 0..slide.out_h {
        let needed = (y * slide.stride_h + slide.kh).saturating_sub(slide.pad_top).min(slide.in_h);
        // SAFETY: `from` is valid for all rows.
        unsafe { ring.fill(kernels, from, needed, None) };
        let to = to.wrapping_add(y * slide.out_w * weights.n);
        let to = Scatter { to, width: slide.out_w, row_pitch: 0, pitch: weights.n };
        let work = Product {
            from: ring.window(y),
            segments: slide.kh,
            pitch: slide.stride_w * slide.c,
            pixels: slide.out_w,
            weights,
            to,
            adds,
        };
        // SAFETY: a window row is `kw * c` consecutive values of a ring row, which is long enough for all
        // windows; the result's row is ours to write.
        unsafe { product(kernels, &work) };
    }
}

/// The measures of a ring of padded rows.
#[derive(Clone, Copy, Debug)]
struct RingShape {
    slide: Slide,
    /// Values of a pixel: its channels, rounded up.
    pitch: usize,
    /// Values of a row, padding included.
    row: usize,
    /// Rows in the ring; one more, of zeros, stands for all rows outside the picture.
    rows: usize,
}

impl RingShape {
    fn new(slide: Slide, pitch: usize, rows: usize) -> Self {
        let pixels =
            (slide.pad_left + slide.in_w).max((slide.out_w - 1) * slide.stride_w + slide.kw);
        Self { slide, pitch, row: (pixels * pitch).next_multiple_of(LINE), rows }
    }

    fn len(&self) -> usize {
        (self.rows + 1) * self.row
    }
}

/// A ring of padded rows: input row `y` is in slot `y % rows`.
struct Ring<'s> {
    shape: RingShape,
    memory: &'s mut [f32],
    /// Input rows that have been put in.
    filled: usize,
}

impl<'s> Ring<'s> {
    /// An empty ring whose borders are zero; with `all`, everything is, for pixels with unused channels.
    fn new(shape: RingShape, memory: &'s mut [f32], all: bool) -> Self {
        let (left, right) = (
            shape.slide.pad_left * shape.pitch,
            (shape.slide.pad_left + shape.slide.in_w) * shape.pitch,
        );
        for (slot, row) in memory.chunks_exact_mut(shape.row).enumerate() {
            if all || slot == shape.rows {
                row.fill(0.0);
            } else {
                row[..left].fill(0.0);
                row[right..].fill(0.0);
            }
        }
        Self { shape, memory, filled: 0 }
    }

    /// The rows under output row `y`'s window.
    fn window<const N: usize>(&self, y: usize) -> [*const f32; N] {
        let (slide, shape) = (&self.shape.slide, &self.shape);
        std::array::from_fn(|ky| {
            let row = (y * slide.stride_h + ky)
                .checked_sub(slide.pad_top)
                .filter(|&row| row < slide.in_h);
            let slot = row.filter(|_| ky < slide.kh).map_or(shape.rows, |row| row % shape.rows);
            self.memory[slot * shape.row..(slot + 1) * shape.row].as_ptr()
        })
    }

    /// Puts in the rows before `until`, each pixel expanded by a product if there is one.
    ///
    /// # Safety
    /// `from` is valid for the rows before `until`.
    unsafe fn fill(
        &mut self,
        kernels: &Kernels,
        from: *const f32,
        until: usize,
        expand: Option<&PackedProduct>,
    ) {
        let (slide, shape) = (self.shape.slide, self.shape);
        while self.filled < until {
            let slot = self.filled % shape.rows;
            let rows = (until - self.filled).min(shape.rows - slot);
            let memory = &mut self.memory[slot * shape.row..(slot + rows) * shape.row];
            match expand {
                Some(weights) => {
                    let from = from.wrapping_add(self.filled * slide.in_w * weights.k);
                    let to = memory[slide.pad_left * shape.pitch..].as_mut_ptr();
                    let to =
                        Scatter { to, width: slide.in_w, row_pitch: shape.row, pitch: shape.pitch };
                    let work = Product::of(from, weights.k, rows * slide.in_w, weights, to);
                    // SAFETY: the caller vouches for the rows read; those written lie in the ring.
                    unsafe { product(kernels, &work) };
                }
                None => {
                    let from = from.wrapping_add(self.filled * slide.in_w * slide.c);
                    // SAFETY: the caller vouches for these rows, and the ring is other memory.
                    let values =
                        unsafe { std::slice::from_raw_parts(from, rows * slide.in_w * slide.c) };
                    copy_rows(&shape, values, memory);
                }
            }
            self.filled += rows;
        }
    }
}

/// Copies whole input rows to ring rows.
fn copy_rows(shape: &RingShape, from: &[f32], to: &mut [f32]) {
    let slide = &shape.slide;
    let left = slide.pad_left * shape.pitch;
    for (from, to) in from.chunks_exact(slide.in_w * slide.c).zip(to.chunks_exact_mut(shape.row)) {
        let to = &mut to[left..left + slide.in_w * shape.pitch];
        if shape.pitch == slide.c {
            to.copy_from_slice(from);
        } else {
            for (from, to) in from.chunks_exact(slide.c).zip(to.chunks_exact_mut(shape.pitch)) {
                to[..slide.c].copy_from_slice(from);
            }
        }
    }
}

const _: () = assert!(MAX_SEGMENTS >= 5, "a depthwise window has up to five rows");
