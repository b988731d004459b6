//! The live picture: a camera's JPEG as it is, anything else encoded once for all viewers, and
//! only while somebody looks.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::base::Stamp;
use crate::server::wire::{HEADER_LEN, PictureHeader, PictureKind};

/// A picture as it goes over the wire: header and JPEG.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The frame's number.
    pub seq: u64,
    /// The message's bytes.
    pub message: Bytes,
}

/// Puts the wire's header before a JPEG.
pub fn to_picture(seq: u64, captured_at: Stamp, size: (u32, u32), jpeg: &[u8]) -> Picture {
    let header = PictureHeader {
        kind: PictureKind::View,
        seq,
        captured_us: captured_at.us,
        width: size.0,
        height: size.1,
    };
    let mut message = BytesMut::with_capacity(HEADER_LEN + jpeg.len());
    message.extend_from_slice(&header.to_bytes());
    message.extend_from_slice(jpeg);
    Picture { seq, message: message.freeze() }
}

/// How many look at pictures: whoever makes them sleeps while nobody does.
#[derive(Debug, Default)]
pub struct PictureDemand {
    viewers: Mutex<usize>,
    changed: Condvar,
}

impl PictureDemand {
    /// Whether somebody looks, waiting up to `patience` for it.
    pub fn wait(&self, patience: Duration) -> bool {
        let viewers = self.viewers.lock().unwrap_or_else(PoisonError::into_inner);
        let (viewers, _) = self
            .changed
            .wait_timeout_while(viewers, patience, |n| *n == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *viewers > 0
    }

    /// One more looks, until the answer is dropped.
    pub(super) fn join(&self) -> Looking<'_> {
        *self.viewers.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
        Looking(self)
    }
}

/// Somebody looks at pictures.
#[derive(Debug)]
pub(super) struct Looking<'d>(&'d PictureDemand);

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        *self.0.viewers.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_follows_the_viewers() {
        let demand = PictureDemand::default();
        assert!(!demand.wait(Duration::ZERO));
        let (a, b) = (demand.join(), demand.join());
        assert!(demand.wait(Duration::ZERO));
        drop(a);
        assert!(demand.wait(Duration::ZERO));
        drop(b);
        assert!(!demand.wait(Duration::ZERO));
    }
}
