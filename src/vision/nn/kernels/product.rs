//! Matrix products of whole pictures: cuts pixels and channels into register tiles. Knows the order
//! that suits the caches, not the instructions.

#![allow(unsafe_code)]

use super::epilogue::Activation;
use super::pack::PackedProduct;
use super::tile::{MAX_SEGMENTS, Tile};
use super::{Kernels, MAX_TILE_ROWS};

/// Where results go: pixel `p` to `to + p / width * row_pitch + p % width * pitch`.
#[derive(Clone, Copy, Debug)]
pub struct Scatter {
    pub to: *mut f32,
    /// Pixels in a row.
    pub width: usize,
    pub row_pitch: usize,
    pub pitch: usize,
}

/// `pixels` pixels times packed weights. Valid to run when, for each of the first `segments` pointers in
/// `from`, moved by `p * pitch` for `p < pixels`, `k / segments` values can be read; every pixel's place in `to`
/// has room for `n` values, is referred to by nobody else, and, where `adds` is set, holds values to add.
#[derive(Debug)]
pub struct Product<'a> {
    pub from: [*const f32; MAX_SEGMENTS],
    pub segments: usize,
    pub pitch: usize,
    pub pixels: usize,
    pub weights: &'a PackedProduct,
    pub to: Scatter,
    pub adds: bool,
}

impl<'a> Product<'a> {
    /// A product of pixels that lie `pitch` apart.
    pub fn of(
        from: *const f32,
        pitch: usize,
        pixels: usize,
        weights: &'a PackedProduct,
        to: Scatter,
    ) -> Self {
        let mut segments = [std::ptr::null(); MAX_SEGMENTS];
        segments[0] = from;
        Self { from: segments, segments: 1, pitch, pixels, weights, to, adds: false }
    }
}

/// Runs a product.
///
/// # Safety
/// As said at [`Product`].
pub unsafe fn product(kernels: &Kernels, p: &Product<'_>) {
    let weights = p.weights;
    let mut panels = [Panel { first: 0, vectors: 0, at: 0 }; MAX_PANELS];
    let (mut first, mut at) = (0, 0);
    for chunk in weights.panels.chunks(MAX_PANELS) {
        for (panel, &vectors) in panels.iter_mut().zip(chunk) {
            *panel = Panel { first, vectors, at };
            first += vectors * kernels.lanes;
            at += vectors * kernels.lanes * weights.k;
        }
        let panels = &panels[..chunk.len()];
        // SAFETY: the caller's contract.
        unsafe { some_panels(kernels, p, panels) }
    }
}

/// Panels handled together; more are handled in several rounds.
const MAX_PANELS: usize = 64;

/// A panel: its first channel, how many vectors wide, and where its weights begin.
#[derive(Clone, Copy)]
struct Panel {
    first: usize,
    vectors: usize,
    at: usize,
}

/// Runs the product for some of the panels.
///
/// # Safety
/// As said at [`Product`].
unsafe fn some_panels(kernels: &Kernels, p: &Product<'_>, panels: &[Panel]) {
    // Either the pixels of a few rows or the weights of one panel stay in the first cache; what is
    // smaller in all may stream through it again and again.
    let panels_outside = p.weights.n > p.pixels;
    // SAFETY: the caller's contract.
    unsafe {
        if panels_outside {
            for panel in panels {
                rows_of(
                    kernels,
                    p,
                    std::slice::from_ref(panel),
                    kernels.tile_rows[panel.vectors - 1],
                );
            }
        } else {
            let widest = panels.iter().map(|panel| panel.vectors).max().unwrap_or(1);
            let rows = kernels.tile_rows[widest.min(kernels.panel) - 1];
            rows_of(kernels, p, panels, rows);
        }
    }
}

/// Runs the given panels for all pixels, in blocks of at most `most` rows, evenly cut.
///
/// # Safety
/// As said at [`Product`].
unsafe fn rows_of(kernels: &Kernels, p: &Product<'_>, panels: &[Panel], most: usize) {
    let mut pixel = 0;
    let mut left = p.pixels.div_ceil(most);
    while left > 0 {
        let rows = (p.pixels - pixel).div_ceil(left);
        let mut tile = pixels_of(p, pixel, rows);
        for panel in panels {
            let most = kernels.tile_rows[panel.vectors - 1];
            // SAFETY: these pixels and channels are part of the product.
            unsafe {
                if rows <= most {
                    one_tile(kernels, p, *panel, (&mut tile, rows));
                    continue;
                }
                // A wide last panel takes fewer rows at once.
                let mut done = 0;
                while done < rows {
                    let now = (rows - done).div_ceil((rows - done).div_ceil(most));
                    one_tile(kernels, p, *panel, (&mut pixels_of(p, pixel + done, now), now));
                    done += now;
                }
            }
        }
        pixel += rows;
        left -= 1;
    }
}

/// A tile's part that depends on its pixels only.
fn pixels_of(p: &Product<'_>, pixel: usize, rows: usize) -> Tile {
    let to = p.to;
    let mut tile = Tile {
        a: [std::ptr::null(); MAX_SEGMENTS],
        segments: p.segments,
        pitch: p.pitch,
        k: p.weights.k / p.segments,
        b: std::ptr::null(),
        bias: std::ptr::null(),
        out: [std::ptr::null_mut(); MAX_TILE_ROWS],
        first: 0,
        n: 0,
        act: Activation::None,
        adds: p.adds,
    };
    for (a, from) in tile.a.iter_mut().zip(p.from).take(p.segments) {
        *a = from.wrapping_add(pixel * p.pitch);
    }
    let (row, mut column) = (pixel / to.width, pixel % to.width);
    let mut start = to.to.wrapping_add(row * to.row_pitch);
    for out in &mut tile.out[..rows] {
        *out = start.wrapping_add(column * to.pitch);
        column += 1;
        if column == to.width {
            (start, column) = (start.wrapping_add(to.row_pitch), 0);
        }
    }
    tile
}

/// # Safety
/// As said at [`Product`]; `panel` and the tile's pixels are part of it.
unsafe fn one_tile(
    kernels: &Kernels,
    p: &Product<'_>,
    panel: Panel,
    (tile, rows): (&mut Tile, usize),
) {
    let weights = p.weights;
    tile.b = weights.weights.as_slice()[panel.at..].as_ptr();
    tile.bias = weights.bias.as_slice()[panel.first..].as_ptr();
    tile.first = panel.first;
    tile.n = (panel.vectors * kernels.lanes).min(weights.n - panel.first);
    tile.act = Activation::of(&weights.act).starting_at(panel.first);
    // SAFETY: the tile is part of the product, whose addresses the caller vouches for; the packing
    // gives every panel whole vectors of weights, biases and alphas.
    unsafe { (kernels.tiles[panel.vectors - 1][rows - 1])(tile) }
}
