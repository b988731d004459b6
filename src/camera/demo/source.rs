//! The demo hand as a camera: draws the performance at a steady rate, over and over.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::performance::Performance;
use super::render::Renderer;
use crate::base::gesture::Gesture;
use crate::base::{Clock, Result, Stamp};
use crate::camera::{Frame, PixelFormat, Source};

/// Width of the demo's picture, pixels; its height is 360.
const WIDTH_PX: u32 = 480;
/// From frame to frame: 25 a second.
const FRAME_TIME: Duration = Duration::from_millis(40);

/// What the demo hand shows at this moment; cheap to ask from any thread.
#[derive(Debug, Default)]
pub struct NowShowing(AtomicUsize);

impl NowShowing {
    /// The gesture, or [`Gesture::None`] on the way from one to the next.
    pub fn gesture(&self) -> Gesture {
        Gesture::ALL.get(self.0.load(Ordering::Relaxed)).copied().unwrap_or(Gesture::None)
    }

    fn set(&self, gesture: Gesture) {
        let index = Gesture::ALL.iter().position(|g| *g == gesture).unwrap_or(0);
        self.0.store(index, Ordering::Relaxed);
    }
}

/// The built-in camera that is always there.
///
/// A frame shows the moment at which its drawing began, and `captured_at` is when the drawing was
/// finished: drawing stands for what a camera does before the picture exists. A machine too slow to
/// draw at full rate gets fewer frames, never slower gestures.
#[derive(Debug)]
pub struct DemoSource {
    clock: Clock,
    performance: Performance,
    renderer: Renderer,
    showing: Arc<NowShowing>,
    began: Option<Stamp>,
    due: Stamp,
}

impl DemoSource {
    /// Begins with the first frame that is asked for.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            performance: Performance::demo(),
            renderer: Renderer::new(WIDTH_PX),
            showing: Arc::default(),
            began: None,
            due: Stamp::default(),
        }
    }

    /// A handle that tells what is being shown, for a caption.
    pub fn now_showing(&self) -> Arc<NowShowing> {
        Arc::clone(&self.showing)
    }

    /// Waits until the next frame is due; one that is late is due at once and moves the beat.
    fn wait(&mut self) -> Stamp {
        let now = self.clock.now();
        if now < self.due {
            std::thread::sleep(self.due.since(now));
        }
        let now = self.clock.now();
        let late = now.since(self.due) > FRAME_TIME;
        self.due = if late { now } else { self.due }.plus(FRAME_TIME);
        now
    }
}

impl Source for DemoSource {
    fn next(&mut self, frame: &mut Frame) -> Result<()> {
        let now = self.wait();
        let t = now.since(*self.began.get_or_insert(now));
        self.showing.set(self.performance.segment_at(t).map_or(Gesture::None, |s| s.gesture));
        self.renderer.render(&self.performance.at(t), &mut frame.data);
        frame.width = self.renderer.width();
        frame.height = self.renderer.height();
        frame.format = PixelFormat::Rgb;
        frame.captured_at = self.clock.now();
        Ok(())
    }
}
