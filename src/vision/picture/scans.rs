//! Whether a JPEG will need all its coefficients in memory at once: the library says so for
//! progressive ones, not for baseline ones whose colours come in scans of their own.

/// Whether the first scan of the JPEG holds fewer components than the picture. Also true where the
/// markers make no sense, which is then the decoder's to say.
pub fn first_is_partial(jpeg: &[u8]) -> bool {
    let mut components = None;
    let mut rest = jpeg.get(2..).unwrap_or_default();
    loop {
        let [0xFF, code, tail @ ..] = rest else { return true };
        match *code {
            0xFF => rest = &rest[1..],
            0x01 | 0xD0..=0xD8 => rest = tail,
            _ => {
                let [high, low, body @ ..] = tail else { return true };
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                match *code {
                    // SOF0..SOF15 without DHT, JPG and DAC: precision, height, width, components.
                    0xC0..=0xCF if !matches!(*code, 0xC4 | 0xC8 | 0xCC) => {
                        components = body.get(5).copied();
                    }
                    0xDA => return body.first().copied() != components,
                    _ => {}
                }
                match tail.get(length.max(2)..) {
                    Some(next) => rest = next,
                    None => return true,
                }
            }
        }
    }
}
