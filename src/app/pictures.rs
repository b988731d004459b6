//! The thread that makes the live picture: a JPEG goes on as it is, anything else is encoded once
//! for all viewers, and only while somebody looks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::base::{Error, Kind, Result, Vital};
use crate::camera::{Frame, PixelFormat};
use crate::config::SettingsHub;
use crate::server::Live;
use crate::server::live::{Picture, to_picture};
use crate::vision::picture::{Decoder, Encoder};

/// How often the thread looks whether it should end.
const PATIENCE: Duration = Duration::from_millis(200);
/// The slowest that a picture may be before the thread counts as hung.
const A_PICTURE: Duration = Duration::from_secs(10);

/// The running thread; ends when dropped.
pub(super) struct Pictures {
    stop: Arc<AtomicBool>,
    vital: Arc<Vital>,
    thread: Option<JoinHandle<()>>,
}

impl Pictures {
    /// Starts it. Call it inside the runtime.
    ///
    /// # Errors
    /// If the system gives no thread, or the JPEG library cannot start.
    pub(super) fn start(
        frames: watch::Receiver<Option<Arc<Frame>>>,
        live: Arc<Live>,
        settings: Arc<SettingsHub>,
    ) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let vital = Vital::new("the live pictures");
        let mut work = Work {
            frames,
            live,
            maker: Maker::new(settings)?,
            runtime: Handle::current(),
            vital: Arc::clone(&vital),
            stop: Arc::clone(&stop),
        };
        let thread = std::thread::Builder::new().name("dixi-pictures".into());
        let thread =
            thread.spawn(move || Arc::clone(&work.vital).keep(|_| work.run())).map_err(|e| {
                Error::new(Kind::Exhausted, "cannot start the pictures' thread").source(e)
            })?;
        Ok(Self { stop, vital, thread: Some(thread) })
    }

    /// Whether its thread lives.
    pub(super) fn vital(&self) -> Arc<Vital> {
        Arc::clone(&self.vital)
    }
}

impl Drop for Pictures {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of that thread has been reported where it happened.
            let _ = thread.join();
        }
    }
}

/// What lives on the thread.
struct Work {
    frames: watch::Receiver<Option<Arc<Frame>>>,
    live: Arc<Live>,
    maker: Maker,
    runtime: Handle,
    vital: Arc<Vital>,
    stop: Arc<AtomicBool>,
}

impl Work {
    fn run(&mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            self.vital.beat(A_PICTURE);
            if !self.live.demand().wait(PATIENCE) {
                // The next viewer must not begin with what the last one saw.
                self.live.show(None);
                self.frames.mark_changed();
                continue;
            }
            let changed = async { tokio::time::timeout(PATIENCE, self.frames.changed()).await };
            match self.runtime.block_on(changed) {
                Err(_) => continue,
                // The camera has ended, and so will we.
                Ok(Err(_)) => return,
                Ok(Ok(())) => {}
            }
            let frame = self.frames.borrow_and_update().clone();
            match frame.map(|f| self.maker.make(&f)).transpose() {
                Ok(picture) => self.live.show(picture),
                Err(e) => tracing::warn!("a picture could not be shown: {e}"),
            }
        }
    }
}

/// Makes pictures, keeping its buffers.
struct Maker {
    settings: Arc<SettingsHub>,
    decoder: Decoder,
    encoder: Encoder,
}

impl Maker {
    fn new(settings: Arc<SettingsHub>) -> Result<Self> {
        Ok(Self { settings, decoder: Decoder::live()?, encoder: Encoder::new()? })
    }

    fn make(&mut self, frame: &Frame) -> Result<Picture> {
        let size = (frame.width, frame.height);
        if frame.format == PixelFormat::Jpeg {
            return Ok(to_picture(frame.seq, frame.captured_at, size, &frame.data));
        }
        let quality = self.settings.current().view.jpeg_quality_percent;
        let jpeg = self.encoder.encode(self.decoder.frame(frame)?, quality)?;
        Ok(to_picture(frame.seq, frame.captured_at, size, jpeg))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Stamp;
    use crate::config::Layers;
    use crate::server::wire::HEADER_LEN;
    use crate::store::settings::NotKept;

    #[test]
    fn jpegs_go_on_as_they_are_and_pixels_become_jpegs() {
        let keeper = Arc::new(NotKept::because(&Error::invalid("a test")));
        let settings = Arc::new(SettingsHub::new(Layers::default(), Vec::new(), keeper));
        let mut maker = Maker::new(settings).unwrap();
        let mut frame = Frame {
            seq: 7,
            captured_at: Stamp::from_ms(9),
            width: 32,
            height: 16,
            format: PixelFormat::Rgb,
            data: [200, 100, 50].repeat(32 * 16),
        };
        let rgb = maker.make(&frame).unwrap();
        assert_eq!(rgb.seq, 7);
        let jpeg = rgb.message[HEADER_LEN..].to_vec();
        let mut decoder = Decoder::live().unwrap();
        let view = decoder.jpeg(&jpeg).unwrap();
        assert_eq!(view.size(), (32, 16));
        assert!(view.rgb()[0].abs_diff(200) < 8 && view.rgb()[2].abs_diff(50) < 8);

        frame.format = PixelFormat::Jpeg;
        frame.data = jpeg.clone();
        assert_eq!(maker.make(&frame).unwrap().message, rgb.message);
        frame.format = PixelFormat::Yuyv;
        assert!(maker.make(&frame).is_err(), "too short for YUYV");
        frame.data = [150, 120, 150, 130].repeat(32 * 16 / 2);
        assert!(maker.make(&frame).unwrap().message.len() > HEADER_LEN);
    }
}
