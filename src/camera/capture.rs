//! The capture thread: opens one source, takes its pictures, refuses the broken ones and puts the
//! newest where vision and the viewers find it. It may hang in a device for ever; then it is
//! abandoned, and what it still brings is not let through. Decides nothing about healing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::demo::NowShowing;
use super::limits::{MAX_BAD_IN_A_ROW, MAX_FILE_PICTURE_BYTES, MAX_RAW_BYTES};
use super::open::Opened;
use super::rate::Rate;
use super::{Frame, PixelFormat, Source, SourceSpec, jpeg};
use crate::base::{Clock, Error, Kind, Latest, Pool, Result, Stamp};

/// Frames that one source keeps for reuse: one being filled, one with vision, two with viewers.
const POOL: usize = 4;

/// Where pictures go, whichever source they come from. Lives as long as the supervisor.
#[derive(Debug)]
pub(super) struct Outlet {
    pub(super) latest: Arc<Latest<Arc<Frame>>>,
    pub(super) pictures: watch::Sender<Option<Arc<Frame>>>,
    /// The run whose pictures are let through; 0 for none.
    gate: Mutex<u64>,
    paused: AtomicBool,
    /// Outside its hours.
    closed: AtomicBool,
    seq: AtomicU64,
    pub(super) surplus: AtomicU64,
    pub(super) bad: AtomicU64,
}

impl Outlet {
    pub(super) fn new() -> Self {
        Self {
            latest: Arc::default(),
            pictures: watch::Sender::new(None),
            gate: Mutex::new(0),
            paused: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            seq: AtomicU64::new(0),
            surplus: AtomicU64::new(0),
            bad: AtomicU64::new(0),
        }
    }

    /// Lets through the pictures of run `run` only; 0 shuts. Once this returns, no picture of
    /// another run comes.
    pub(super) fn open_for(&self, run: u64) {
        *self.gate.lock().unwrap_or_else(PoisonError::into_inner) = run;
    }

    /// Pausing takes effect before this returns: nothing new comes, and the last picture is gone.
    pub(super) fn pause(&self, paused: bool) {
        self.shut(&self.paused, paused);
    }

    /// The same, for its hours: neither opens what the other shuts.
    pub(super) fn close(&self, closed: bool) {
        self.shut(&self.closed, closed);
    }

    fn shut(&self, why: &AtomicBool, shut: bool) {
        let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        why.store(shut, Relaxed);
        if shut {
            self.latest.take(Duration::ZERO);
            self.pictures.send_replace(None);
        }
    }

    /// How many pictures were let through so far.
    pub(super) fn count(&self) -> u64 {
        self.seq.load(Relaxed)
    }

    fn publish(&self, run: u64, pool: &mut Pool<Frame>, spare: &mut Frame) -> bool {
        let gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if *gate != run || self.paused.load(Relaxed) || self.closed.load(Relaxed) {
            return false;
        }
        let seq = self.seq.fetch_add(1, Relaxed) + 1;
        let frame = pool.fill(|slot| {
            std::mem::swap(slot, spare);
            slot.seq = seq;
        });
        self.latest.put(Arc::clone(&frame));
        self.pictures.send_replace(Some(frame));
        true
    }
}

/// What is known of a source once it is open.
#[derive(Debug)]
pub(super) struct About {
    pub(super) spec: SourceSpec,
    pub(super) name: String,
    pub(super) note: Option<Error>,
    pub(super) waits_for: Option<(&'static str, &'static str)>,
    pub(super) now_showing: Option<Arc<NowShowing>>,
    pub(super) at: Stamp,
}

/// What capture and control threads know of each other.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) run: u64,
    pub(super) stop: AtomicBool,
    pub(super) about: OnceLock<About>,
    /// When the last good picture came, microseconds; 0 for never.
    pub(super) last_good_us: AtomicU64,
    pub(super) width: AtomicU64,
    pub(super) height: AtomicU64,
    /// Why the last picture was refused, since the last good one.
    pub(super) last_bad: Mutex<Option<String>>,
}

impl Feed {
    pub(super) fn new(run: u64) -> Self {
        Self {
            run,
            stop: AtomicBool::new(false),
            about: OnceLock::new(),
            last_good_us: AtomicU64::new(0),
            width: AtomicU64::new(0),
            height: AtomicU64::new(0),
            last_bad: Mutex::new(None),
        }
    }

    fn forget_bad(&self) {
        *self.last_bad.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Opens and runs a source until it is told to stop or breaks. Never panics, whatever a driver's
/// library does; the source and its claims are gone when this returns.
pub(super) fn run(
    feed: &Feed,
    outlet: &Outlet,
    clock: Clock,
    open: impl FnOnce() -> Result<Opened>,
) -> Result<()> {
    catch_unwind(AssertUnwindSafe(|| {
        let mut opened = open()?;
        let about = About {
            spec: opened.spec.clone(),
            name: opened.name.clone(),
            note: opened.note.take(),
            waits_for: opened.source.waits_for(),
            now_showing: opened.source.now_showing(),
            at: clock.now(),
        };
        let _ = feed.about.set(about);
        pump(opened.source.as_mut(), feed, outlet, clock)
    }))
    .unwrap_or_else(|_| {
        Err(Error::internal("the camera's driver library failed")
            .next("if it happens again, choose another camera and report it"))
    })
}

fn pump(source: &mut dyn Source, feed: &Feed, outlet: &Outlet, clock: Clock) -> Result<()> {
    let waits = source.waits_for().is_some();
    let mut pool = Pool::new(POOL, Frame::default);
    let mut rate = Rate::new(clock.now());
    let mut spare = Frame::default();
    let mut bad_in_a_row = 0;
    while !feed.stop.load(Relaxed) {
        match source.next(&mut spare) {
            Ok(()) => {}
            Err(e) if waits && e.kind() == Kind::Timeout => continue,
            Err(e) => return Err(e),
        }
        let bytes = spare.data.len();
        let now = clock.now();
        if let Err(error) = check(&mut spare) {
            bad_in_a_row += 1;
            refuse(error, feed, outlet, bad_in_a_row)?;
            std::thread::sleep(Rate::rest(bytes));
            continue;
        }
        bad_in_a_row = 0;
        feed.forget_bad();
        feed.width.store(u64::from(spare.width), Relaxed);
        feed.height.store(u64::from(spare.height), Relaxed);
        feed.last_good_us.store(now.us.max(1), Relaxed);
        if !rate.admits(now, bytes) {
            outlet.surplus.fetch_add(1, Relaxed);
            std::thread::sleep(Rate::rest(bytes));
            continue;
        }
        if !outlet.publish(feed.run, &mut pool, &mut spare) {
            // Paused, or somebody else's turn; the stop flag is about to be seen.
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    Ok(())
}

/// Counts a broken picture; an error once there were too many.
fn refuse(error: Error, feed: &Feed, outlet: &Outlet, in_a_row: u32) -> Result<()> {
    outlet.bad.fetch_add(1, Relaxed);
    let reason = error.to_string();
    if in_a_row == 1 {
        tracing::debug!(%reason, "the camera sent a broken picture");
    }
    if in_a_row >= MAX_BAD_IN_A_ROW {
        return Err(Error::new(
            Kind::Invalid,
            format!("the camera sent {in_a_row} broken pictures in a row"),
        )
        .why(reason)
        .next("choose another format or another camera; check its cable"));
    }
    *feed.last_bad.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
    Ok(())
}

/// Whether a frame is what it says it is; sets a JPEG's size from its header.
fn check(frame: &mut Frame) -> Result<()> {
    let (w, h) = match frame.format {
        PixelFormat::Jpeg => {
            if frame.data.len() > MAX_FILE_PICTURE_BYTES {
                return Err(Error::invalid("this picture is too large"));
            }
            let size = jpeg::peek(&frame.data)?;
            if !frame.data.ends_with(&[0xFF, 0xD9]) {
                return Err(Error::invalid("this JPEG is broken").why("its end is missing"));
            }
            (frame.width, frame.height) = size;
            return Ok(());
        }
        PixelFormat::Yuyv | PixelFormat::Rgb => (frame.width, frame.height),
    };
    jpeg::check_size(w, h)?;
    let bytes_a_pixel = if frame.format == PixelFormat::Yuyv { 2 } else { 3 };
    let wanted = u64::from(w) * u64::from(h) * bytes_a_pixel;
    if frame.data.len() as u64 != wanted || frame.data.len() > MAX_RAW_BYTES {
        return Err(Error::invalid("this picture has the wrong size")
            .why(format!("{w}×{h} takes {wanted} bytes, {} came", frame.data.len())));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::jpeg::tests::{lying, real};

    fn frame(format: PixelFormat, data: Vec<u8>) -> Frame {
        Frame { width: 4, height: 2, format, data, ..Frame::default() }
    }

    #[test]
    fn frames_must_be_what_they_say() {
        let mut good = frame(PixelFormat::Jpeg, real(32, 24, 1));
        check(&mut good).unwrap();
        assert_eq!((good.width, good.height), (32, 24));
        assert!(check(&mut frame(PixelFormat::Yuyv, vec![0; 16])).is_ok());
        assert!(check(&mut frame(PixelFormat::Rgb, vec![0; 24])).is_ok());
        for (format, bad) in [
            (PixelFormat::Jpeg, b"<html>".to_vec()),
            (PixelFormat::Jpeg, lying(20_000, 20_000)),
            (PixelFormat::Jpeg, real(32, 24, 1)[..300].to_vec()),
            (PixelFormat::Yuyv, vec![0; 15]),
            (PixelFormat::Rgb, vec![0; 25]),
        ] {
            assert!(check(&mut frame(format, bad)).is_err());
        }
    }

    #[test]
    fn nothing_comes_through_while_paused_or_out_of_turn() {
        let (outlet, mut pool) = (Outlet::new(), Pool::new(POOL, Frame::default));
        let put = |outlet: &Outlet, run, pool: &mut Pool<Frame>| {
            outlet.publish(run, pool, &mut frame(PixelFormat::Jpeg, vec![]))
        };
        assert!(!put(&outlet, 1, &mut pool));
        outlet.open_for(1);
        assert!(put(&outlet, 1, &mut pool));
        assert!(!put(&outlet, 2, &mut pool));
        outlet.pause(true);
        assert!(outlet.pictures.borrow().is_none() && outlet.latest.take(Duration::ZERO).is_none());
        assert!(!put(&outlet, 1, &mut pool));
        outlet.pause(false);
        assert!(put(&outlet, 1, &mut pool));
        assert_eq!(outlet.latest.take(Duration::ZERO).map(|f| f.seq), Some(2));
    }
}
