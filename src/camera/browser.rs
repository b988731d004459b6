//! The webcam of a page: the server's socket puts JPEGs in, the capture thread takes the newest.
//! Knows no sockets.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::limits::MAX_JPEG_BYTES;
use super::{Frame, PixelFormat, Source, jpeg};
use crate::base::{Error, Kind, Result, Stamp};

/// Where a page's pictures arrive. Holds one, the newest; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct BrowserInbox(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    slot: Mutex<Slot>,
    ready: Condvar,
}

#[derive(Debug, Default)]
struct Slot {
    jpeg: Vec<u8>,
    captured_at: Stamp,
    full: bool,
}

impl BrowserInbox {
    /// Puts a page's JPEG in, in place of one that nobody took yet. `captured_at` is the box's
    /// clock as the page knows it. Copies the bytes; blocks for no longer than such a copy.
    ///
    /// # Errors
    /// `Exhausted` for more than [`MAX_JPEG_BYTES`], `Invalid` for what is not a JPEG or is larger
    /// than [`super::limits::MAX_PIXELS`].
    pub fn put(&self, jpeg: &[u8], captured_at: Stamp) -> Result<()> {
        if jpeg.len() > MAX_JPEG_BYTES {
            return Err(Error::new(Kind::Exhausted, "this picture is too large")
                .why(format!("at most {} MiB are taken", MAX_JPEG_BYTES >> 20))
                .next("send smaller pictures"));
        }
        jpeg::peek(jpeg)?;
        let mut slot = self.0.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.jpeg.clear();
        slot.jpeg.extend_from_slice(jpeg);
        slot.captured_at = captured_at;
        slot.full = true;
        drop(slot);
        self.0.ready.notify_one();
        Ok(())
    }

    /// Waits up to `patience` for a picture and swaps it into `frame`.
    fn take(&self, frame: &mut Frame, patience: Duration) -> bool {
        let slot = self.0.slot.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut slot, _) = self
            .0
            .ready
            .wait_timeout_while(slot, patience, |s| !s.full)
            .unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(&mut slot.full) {
            return false;
        }
        std::mem::swap(&mut slot.jpeg, &mut frame.data);
        frame.captured_at = slot.captured_at;
        true
    }

    fn forget(&self) {
        self.0.slot.lock().unwrap_or_else(PoisonError::into_inner).full = false;
    }
}

/// The source at the other end of a [`BrowserInbox`].
#[derive(Debug)]
pub struct BrowserSource {
    inbox: BrowserInbox,
}

impl BrowserSource {
    /// Takes pictures out of `inbox`, from the next one on.
    pub fn new(inbox: BrowserInbox) -> Self {
        inbox.forget();
        Self { inbox }
    }
}

impl Source for BrowserSource {
    fn next(&mut self, frame: &mut Frame) -> Result<()> {
        const LOOK_UP_EVERY: Duration = Duration::from_millis(250);
        if !self.inbox.take(frame, LOOK_UP_EVERY) {
            return Err(Error::new(Kind::Timeout, "no page sends its webcam"));
        }
        frame.format = PixelFormat::Jpeg;
        Ok(())
    }

    fn waits_for(&self) -> Option<(&'static str, &'static str)> {
        Some((
            "no page sends its webcam",
            "open this page where the webcam is, choose the browser's camera and allow it",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::jpeg::tests::{lying, real};

    #[test]
    fn the_newest_wins_and_bad_pictures_stay_out() {
        let inbox = BrowserInbox::default();
        let mut source = BrowserSource::new(inbox.clone());
        inbox.put(&real(16, 16, 1), Stamp::from_ms(1)).unwrap();
        inbox.put(&real(32, 16, 2), Stamp::from_ms(2)).unwrap();
        assert!(inbox.put(b"nonsense", Stamp::from_ms(3)).is_err());
        assert!(inbox.put(&lying(10_000, 10_000), Stamp::from_ms(3)).is_err());
        let huge = inbox.put(&vec![0xFF; MAX_JPEG_BYTES + 1], Stamp::from_ms(3)).unwrap_err();
        assert_eq!(huge.kind(), Kind::Exhausted);
        let mut frame = Frame::default();
        source.next(&mut frame).unwrap();
        assert_eq!((frame.data, frame.captured_at), (real(32, 16, 2), Stamp::from_ms(2)));
        assert_eq!(source.next(&mut Frame::default()).unwrap_err().kind(), Kind::Timeout);
    }

    #[test]
    fn what_was_sent_before_it_was_chosen_is_not_shown() {
        let inbox = BrowserInbox::default();
        inbox.put(&real(16, 16, 1), Stamp::from_ms(1)).unwrap();
        assert!(BrowserSource::new(inbox).next(&mut Frame::default()).is_err());
    }
}
