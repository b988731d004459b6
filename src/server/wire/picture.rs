//! The binary messages: a header of 32 bytes, little endian, then a JPEG.

use crate::base::{Error, Result};

/// Bytes before the JPEG.
pub const HEADER_LEN: usize = 32;
const VERSION: u8 = 1;

/// Which way a picture goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PictureKind {
    /// From the box to a viewer.
    View = 1,
    /// From a browser's webcam to the box.
    Webcam = 2,
}

/// What is known of a picture besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureHeader {
    /// Which way it goes.
    pub kind: PictureKind,
    /// The frame's number (the sender's own, for a webcam).
    pub seq: u64,
    /// When it was captured, microseconds of the box's clock; 0 where not known.
    pub captured_us: u64,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
}

impl PictureHeader {
    /// The header's bytes.
    pub fn to_bytes(self) -> [u8; HEADER_LEN] {
        let mut out = [0; HEADER_LEN];
        out[0] = self.kind as u8;
        out[1] = VERSION;
        out[2..4].copy_from_slice(&(HEADER_LEN as u16).to_le_bytes());
        out[8..16].copy_from_slice(&self.seq.to_le_bytes());
        out[16..24].copy_from_slice(&self.captured_us.to_le_bytes());
        out[24..28].copy_from_slice(&self.width.to_le_bytes());
        out[28..32].copy_from_slice(&self.height.to_le_bytes());
        out
    }

    /// Splits a webcam's message into header and JPEG.
    ///
    /// # Errors
    /// `Invalid` if it is too short, of another kind or version, or has no JPEG behind the header.
    pub fn split_webcam(message: &[u8]) -> Result<(Self, &[u8])> {
        let (head, rest) = message.split_first_chunk::<HEADER_LEN>().ok_or_else(|| {
            bad(format!("it has {} bytes and the header alone needs {HEADER_LEN}", message.len()))
        })?;
        if head[0] != PictureKind::Webcam as u8 || head[1] != VERSION {
            return Err(bad(format!(
                "kind {} version {} is not a webcam picture",
                head[0], head[1]
            )));
        }
        let len = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let jpeg = len.checked_sub(HEADER_LEN).and_then(|more| rest.get(more..));
        let jpeg = jpeg.ok_or_else(|| bad(format!("a header length of {len} cannot be")))?;
        if !jpeg.starts_with(&[0xff, 0xd8]) {
            return Err(bad("what follows the header is not a JPEG".into()));
        }
        let header = Self {
            kind: PictureKind::Webcam,
            seq: u64_at(head, 8),
            captured_us: u64_at(head, 16),
            width: u32_at(head, 24),
            height: u32_at(head, 28),
        };
        Ok((header, jpeg))
    }
}

fn bad(why: String) -> Error {
    Error::invalid("that is not a picture of a webcam")
        .why(why)
        .next("see docs/reference/api.md, the browser's webcam")
}

fn u64_at(head: &[u8; HEADER_LEN], at: usize) -> u64 {
    head[at..at + 8].iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
}

fn u32_at(head: &[u8; HEADER_LEN], at: usize) -> u32 {
    head[at..at + 4].iter().rev().fold(0, |n, b| n << 8 | u32::from(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_and_refusals() {
        let header = PictureHeader {
            kind: PictureKind::Webcam,
            seq: 0x0102_0304_0506_0708,
            captured_us: 27_066_000,
            width: 640,
            height: 480,
        };
        let mut message = header.to_bytes().to_vec();
        assert!(PictureHeader::split_webcam(&message).is_err(), "no JPEG");
        message.extend([0xff, 0xd8, 1, 2]);
        assert_eq!(
            PictureHeader::split_webcam(&message).unwrap(),
            (header, &[0xff, 0xd8, 1, 2][..])
        );
        for cut in 0..=HEADER_LEN + 1 {
            assert!(PictureHeader::split_webcam(&message[..cut]).is_err(), "{cut}");
        }
        for (at, value) in [(0, 1), (1, 2), (2, 31), (3, 255)] {
            let mut wrong = message.clone();
            wrong[at] = value;
            assert!(PictureHeader::split_webcam(&wrong).is_err(), "byte {at}");
        }
    }
}
