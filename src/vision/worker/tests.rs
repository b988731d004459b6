//! The real thread with the real models, fed with all that goes wrong.

use std::sync::mpsc::{Receiver, channel};

use super::*;
use crate::base::Stamp;
use crate::camera::PixelFormat;

const LONG: Duration = Duration::from_secs(60);

struct Bench {
    frames: Arc<Latest<Arc<Frame>>>,
    told: Receiver<(u64, Timings)>,
    worker: Worker,
    seq: u64,
}

/// A worker whose sink tells each frame's number, and panics at frame 3.
fn bench(settings: impl Settings + 'static) -> Bench {
    let frames = Arc::new(Latest::default());
    let (tell, told) = channel();
    let sink = move |frame: &Arc<Frame>, hands: &Hands, timings: Timings| {
        assert_ne!(frame.seq, 3, "the sink's own fault");
        assert_eq!(hands.len(), 0);
        tell.send((frame.seq, timings)).unwrap();
    };
    let first = VisionSettings { model: "lite".into(), ..VisionSettings::default() };
    let worker = Worker::start(Arc::clone(&frames), first, settings, sink).unwrap();
    Bench { frames, told, worker, seq: 0 }
}

impl Bench {
    /// Puts a frame in and waits until the worker has had it.
    fn put(&mut self, format: PixelFormat, data: Vec<u8>) {
        self.seq += 1;
        let captured_at = Stamp::from_ms(self.seq * 33);
        let frame =
            Arc::new(Frame { seq: self.seq, captured_at, width: 64, height: 48, format, data });
        self.frames.put(Arc::clone(&frame));
        let begun = Instant::now();
        while Arc::strong_count(&frame) > 1 {
            assert!(begun.elapsed() < LONG, "frame {} was never done with", self.seq);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn good(&mut self) {
        self.put(PixelFormat::Rgb, vec![0; 64 * 48 * 3]);
    }
}

#[test]
fn bad_pictures_and_a_panicking_sink_cost_their_frame_only() {
    let mut b = bench(|| None);
    b.good();
    let (seq, timings) = b.told.recv_timeout(LONG).unwrap();
    assert_eq!(seq, 1);
    assert!(timings.palm > 0.0 && timings.total >= timings.palm, "{timings:?}");
    b.put(PixelFormat::Jpeg, b"not a picture".to_vec());
    b.good(); // The sink panics at this one.
    b.put(PixelFormat::Yuyv, vec![0; 7]);
    b.good();
    assert_eq!(b.told.recv_timeout(LONG).unwrap().0, 5);
    let s = b.worker.status();
    assert_eq!((s.state, s.frames, s.bad_pictures, s.faults), (State::Ready, 3, 2, 1));
    assert!(s.problem.is_some());
    assert_eq!((s.about.model, s.about.kernel.is_empty()), ("lite", false));
    assert!(s.about.device == "cuda" || s.about.device_reason.is_some());
    b.worker.stop();
}

#[test]
fn settings_change_while_it_runs() {
    let (tell, changes) = channel::<VisionSettings>();
    let mut b = bench(move || changes.try_recv().ok());
    b.good();
    assert_eq!(b.worker.status().about.model, "lite");
    let full = VisionSettings { device: "cpu".into(), ..VisionSettings::default() };
    tell.send(full).unwrap();
    b.good();
    b.good();
    b.good();
    assert_eq!(b.told.try_iter().map(|(seq, _)| seq).collect::<Vec<_>>(), [1, 2, 4]);
    let s = b.worker.status();
    assert_eq!((s.about.model, s.about.device, s.about.device_reason), ("full", "cpu", None));
}
