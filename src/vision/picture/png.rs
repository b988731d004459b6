//! PNG files to RGB: every colour type and depth; alpha is left out.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};

use super::{check_size, resize};
use crate::base::{Error, Result};

/// What every PNG begins with.
pub const START: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
/// What the library may allocate besides the picture: rows, palette, text.
const MAX_WORK_BYTES: usize = 8 << 20;

/// Fills `rgb` and gives width and height, pixels.
///
/// # Errors
/// `Invalid` if it is too large or broken.
pub fn decode(bytes: &[u8], scratch: &mut Vec<u8>, rgb: &mut Vec<u8>) -> Result<(u32, u32)> {
    let broken = |e: png::DecodingError| Error::invalid("this PNG is damaged").source(e);
    let limits = Limits { bytes: MAX_WORK_BYTES };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = (reader.info().width, reader.info().height);
    let pixels = check_size(width, height)?;
    // At most four bytes a pixel of a size that was just checked.
    let size = reader
        .output_buffer_size()
        .filter(|&size| size <= pixels * 4)
        .ok_or_else(|| Error::invalid("this PNG is damaged").why("its size makes no sense"))?;
    resize(scratch, size);
    let info = reader.next_frame(scratch).map_err(broken)?;
    if (info.width, info.height) != (width, height) {
        return Err(Error::invalid("this PNG is damaged").why("its first frame has another size"));
    }
    resize(rgb, pixels * 3);
    let to = rgb.as_chunks_mut::<3>().0.iter_mut();
    match info.color_type {
        ColorType::Grayscale => to.zip(&*scratch).for_each(|(p, &g)| *p = [g; 3]),
        ColorType::GrayscaleAlpha => {
            to.zip(scratch.as_chunks::<2>().0).for_each(|(p, &[g, _])| *p = [g; 3]);
        }
        ColorType::Rgba => {
            to.zip(scratch.as_chunks::<4>().0).for_each(|(p, &[r, g, b, _])| *p = [r, g, b]);
        }
        // Palettes have been expanded to this.
        ColorType::Rgb | ColorType::Indexed => {
            to.zip(scratch.as_chunks::<3>().0).for_each(|(p, s)| *p = *s);
        }
    }
    Ok((width, height))
}
