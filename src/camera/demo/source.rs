//! The demo hand as a camera: draws a performance at a steady rate, over and over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::performance::Performance;
use super::render::Renderer;
use crate::base::gesture::Gesture;
use crate::base::{Clock, Result, Stamp};
use crate::camera::{Frame, PixelFormat, Showing, Source};

/// Width of the demo's picture, pixels; its height is 360.
const WIDTH_PX: u32 = 480;
/// From frame to frame: 25 a second.
const FRAME_TIME: Duration = Duration::from_millis(40);

/// What the demo hand shows at this moment; cheap to ask from any thread.
#[derive(Debug)]
pub struct NowShowing(AtomicU64);

impl Default for NowShowing {
    fn default() -> Self {
        Self(AtomicU64::new(1 << 32))
    }
}

impl NowShowing {
    /// The gesture, and which round it is.
    pub fn get(&self) -> Showing {
        let both = self.0.load(Ordering::Relaxed);
        let gesture = Gesture::ALL.get((both & 0xffff_ffff) as usize).copied().unwrap_or_default();
        Showing { gesture, round: (both >> 32) as u32 }
    }

    fn set(&self, gesture: Gesture, round: u32) {
        let index = Gesture::ALL.iter().position(|g| *g == gesture).unwrap_or(0);
        self.0.store(u64::from(round) << 32 | index as u64, Ordering::Relaxed);
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
    /// Shows every gesture; begins with the first frame that is asked for.
    pub fn new(clock: Clock) -> Self {
        Self::playing(Performance::demo(), clock)
    }

    /// Plays `performance`; begins with the first frame that is asked for.
    pub fn playing(performance: Performance, clock: Clock) -> Self {
        Self {
            clock,
            performance,
            renderer: Renderer::new(WIDTH_PX),
            showing: Arc::default(),
            began: None,
            due: Stamp::default(),
        }
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
        let shown = self.performance.segment_at(t).map_or(Gesture::None, |s| s.gesture);
        self.showing.set(shown, self.performance.round_at(t));
        self.renderer.render(&self.performance.at(t), &mut frame.data);
        frame.width = self.renderer.width();
        frame.height = self.renderer.height();
        frame.format = PixelFormat::Rgb;
        frame.captured_at = self.clock.now();
        Ok(())
    }

    fn now_showing(&self) -> Option<Arc<NowShowing>> {
        Some(Arc::clone(&self.showing))
    }
}
