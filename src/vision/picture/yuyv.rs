//! Packed YUV 4:2:2 (`Y0 U Y1 V`, BT.601 limited range) to RGB.

/// Bytes of a picture of this size: whole pairs of pixels.
pub fn bytes(width: u32, height: u32) -> usize {
    (width as usize).div_ceil(2) * 4 * height as usize
}

/// Fills `rgb`, whose rows are `width` pixels without padding. `yuyv` holds at least [`bytes`].
pub fn to_rgb(yuyv: &[u8], width: usize, rgb: &mut [u8]) {
    let stride = width.div_ceil(2) * 4;
    for (from, to) in yuyv.chunks_exact(stride).zip(rgb.chunks_exact_mut(width * 3)) {
        let (pairs, rest) = to.as_chunks_mut::<6>();
        let mut sources = from.as_chunks::<4>().0.iter();
        for (pair, &[y0, u, y1, v]) in pairs.iter_mut().zip(sources.by_ref()) {
            let (a, b) = (pixel(y0, u, v), pixel(y1, u, v));
            *pair = [a[0], a[1], a[2], b[0], b[1], b[2]];
        }
        // An odd width's last pixel has a pair of which only the first counts.
        if let (Some(&[y0, u, _, v]), [r, g, b]) = (sources.next(), rest) {
            [*r, *g, *b] = pixel(y0, u, v);
        }
    }
}

/// BT.601, limited range, in 1/256: 1.164 (Y-16) + 1.596 (V-128) and so on.
#[inline]
fn pixel(y: u8, u: u8, v: u8) -> [u8; 3] {
    let luma = 298 * (i32::from(y) - 16) + 128;
    let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
    [luma + 409 * v, luma - 100 * u - 208 * v, luma + 516 * u].map(|c| (c >> 8).clamp(0, 255) as u8)
}
