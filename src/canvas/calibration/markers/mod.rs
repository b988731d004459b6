//! Calibration by markers: which are shown and where ([`page`]), finding them in a grey picture
//! ([`Finder`]), and looking until enough of them are found steadily ([`Search`]).

mod finder;
mod search;
#[cfg(test)]
pub(super) mod tests;

use kornia_apriltag::family::TagFamily;

use super::MarkerView;
use crate::base::stage;
use crate::base::{Error, Result};
pub use finder::{Finder, Sighting};
pub use search::{Found, Progress, Search};

/// Columns and rows of markers.
const COLUMNS: u32 = 4;
const ROWS: u32 = 3;
/// Markers on the page.
pub const COUNT: usize = (COLUMNS * ROWS) as usize;
/// Side of a marker's black square, canvas widths: three rows with at least two of its eight cells
/// of white between them, as large as that allows.
const SIDE: f32 = 0.14;
/// Canvas heights in one canvas width.
pub const ASPECT: f32 = stage::WIDTH / stage::HEIGHT;

/// The markers to be shown: AprilTags of the family `tag36h11` (Olson, "AprilTag: a robust and
/// flexible visual fiducial system", 2011), any two of which differ in at least 11 of 36 cells.
///
/// # Errors
/// `Internal` if the library does not know the family.
pub fn page() -> Result<Vec<MarkerView>> {
    let family = TagFamily::tag36_h11()
        .map_err(|e| Error::internal("the markers cannot be made").source(e))?;
    Ok((0..COLUMNS * ROWS)
        .map(|id| MarkerView {
            id,
            at: place(id % COLUMNS, id / COLUMNS),
            side: SIDE,
            cells: cells(&family, id as usize),
        })
        .collect())
}

/// The middle of the marker in a column and row: equal gaps between markers and to the edges.
fn place(column: u32, row: u32) -> [f32; 2] {
    let side = [SIDE, SIDE * ASPECT];
    let along = |i: u32, of: u32, side: f32| {
        let gap = (1.0 - of as f32 * side) / (of + 1) as f32;
        gap + side / 2.0 + i as f32 * (side + gap)
    };
    [along(column, COLUMNS, side[0]), along(row, ROWS, side[1])]
}

/// Its corners: top left, top right, bottom right, bottom left; canvas space.
fn corners(marker: &MarkerView) -> [[f64; 2]; 4] {
    let (dx, dy) = (marker.side / 2.0, marker.side / 2.0 * ASPECT);
    [[-dx, -dy], [dx, -dy], [dx, dy], [-dx, dy]]
        .map(|[x, y]| [f64::from(marker.at[0] + x), f64::from(marker.at[1] + y)])
}

fn cells(family: &TagFamily, id: usize) -> Vec<String> {
    let width = family.width_at_border;
    let mut white = vec![vec![false; width]; width];
    let code = family.code_data.get(id).copied().unwrap_or_default();
    for (bit, (x, y)) in family.bit_x.iter().zip(&family.bit_y).enumerate() {
        white[*y as usize][*x as usize] = code >> (family.nbits - 1 - bit) & 1 == 1;
    }
    let text = |row: &Vec<bool>| row.iter().map(|w| if *w { '.' } else { '#' }).collect();
    white.iter().map(text).collect()
}
