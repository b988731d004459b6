//! How much a camera may send: every number here is what keeps a broken or hostile source from
//! growing this process by more than 64 MB. At most five frames of one source are alive at once
//! (the pool's four and one that is being copied), and vision holds one decoded picture:
//! 5 × 4 MiB + 12 Mpx × 3 bytes < 64 MB.

use std::time::Duration;

/// Largest JPEG taken from a live source (network, V4L2, browser), bytes. 4K MJPEG cameras send
/// one to two MiB a picture.
pub const MAX_JPEG_BYTES: usize = 4 << 20;

/// Largest picture file, bytes: the owner's own, so photos of a phone fit.
pub const MAX_FILE_PICTURE_BYTES: usize = 16 << 20;

/// Largest picture, pixels: 4096 × 3072. A JPEG or PNG header that promises more is refused
/// before anything is allocated for it.
pub const MAX_PIXELS: u64 = 4096 * 3072;

/// Largest uncompressed frame (YUYV, RGB), bytes: 3840 × 2160 YUYV fits.
pub const MAX_RAW_BYTES: usize = 16 << 20;

/// Fastest rate taken from any source, frames per second; what comes faster is dropped.
pub const MAX_RATE_FPS: u32 = 120;

/// Bad pictures in a row after which the state says so and the source is opened again.
pub const MAX_BAD_IN_A_ROW: u32 = 30;

/// Bytes without the beginning of a picture after which a stream is not MJPEG at all.
pub const MAX_JUNK_BYTES: u64 = 8 << 20;

/// How often a missing device is looked for, and an automatic choice reconsidered.
pub const LOOK_EVERY: Duration = Duration::from_secs(3);

/// Capture threads that may hang in a device at once before nothing more is opened.
pub const MAX_STUCK: usize = 4;
