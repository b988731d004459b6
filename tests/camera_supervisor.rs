//! The supervisor against cameras that misbehave on purpose: each is scripted, none is real, and
//! every deadline is generous.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail, and say what it saw")]

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use dixi::base::{Clock, Error, Result};
use dixi::camera::{
    CameraState, Frame, Opened, Opener, Opening, Phase, PixelFormat, Source, SourceSpec, Supervisor,
};
use dixi::config::CameraSettings;

const LONG: Duration = Duration::from_secs(40);

fn jpeg(seed: u8) -> Vec<u8> {
    let pixels: Vec<u8> = (0..32 * 24 * 3).map(|i| (i as u8).wrapping_mul(seed)).collect();
    let image = turbojpeg::Image {
        pixels: pixels.as_slice(),
        width: 32,
        pitch: 96,
        height: 24,
        format: turbojpeg::PixelFormat::RGB,
    };
    turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2).unwrap().to_vec()
}

/// A door that a hanging read waits at.
#[derive(Default)]
struct Door(Mutex<bool>, Condvar);

impl Door {
    fn wait(&self) {
        let mut open = self.0.lock().unwrap();
        while !*open {
            open = self.1.wait(open).unwrap();
        }
    }
    fn open(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }
}

#[derive(Clone)]
enum Then {
    GoOn,
    Break,
    Panic,
    Hang(Arc<Door>),
}

/// What one opening gives.
#[derive(Clone)]
enum Script {
    Refuse(Error),
    Play { what: Vec<u8>, every: Duration, count: usize, then: Then },
}

fn play(count: usize, then: Then) -> Script {
    Script::Play { what: jpeg(3), every: Duration::from_millis(10), count, then }
}

struct Scripted {
    script: Script,
    played: usize,
    closed: Arc<AtomicUsize>,
}

impl Source for Scripted {
    fn next(&mut self, frame: &mut Frame) -> Result<()> {
        let Script::Play { what, every, count, then } = &self.script else { unreachable!() };
        if self.played == *count {
            match then {
                Then::GoOn => {}
                Then::Break => return Err(Error::unavailable("the cable was pulled")),
                Then::Panic => panic!("a driver's library fails"),
                Then::Hang(door) => {
                    door.wait();
                    return Err(Error::unavailable("back again"));
                }
            }
        }
        self.played += 1;
        std::thread::sleep(*every);
        frame.format = PixelFormat::Jpeg;
        frame.data.clear();
        frame.data.extend_from_slice(what);
        Ok(())
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.closed.fetch_add(1, SeqCst);
    }
}

/// Plays its scripts one after the other, the last one for ever.
#[derive(Default)]
struct Cameras {
    scripts: Mutex<VecDeque<Script>>,
    opened: AtomicUsize,
    closed: Arc<AtomicUsize>,
    devices: AtomicU64,
    plugged: AtomicBool,
    demo_allowed: Mutex<Vec<bool>>,
}

impl Cameras {
    fn with(scripts: impl IntoIterator<Item = Script>) -> Arc<Self> {
        Arc::new(Self { scripts: Mutex::new(scripts.into_iter().collect()), ..Self::default() })
    }
}

impl Opener for Cameras {
    fn open(&self, spec: &SourceSpec, opening: &Opening<'_>) -> Result<Opened> {
        self.opened.fetch_add(1, SeqCst);
        self.demo_allowed.lock().unwrap().push(opening.demo_allowed);
        let claim = match spec {
            SourceSpec::V4l2(id) => Some(opening.claims.take(id)?),
            _ => None,
        };
        let spec = match spec {
            SourceSpec::Auto if self.plugged.load(SeqCst) => SourceSpec::V4l2("first".into()),
            SourceSpec::Auto if opening.demo_allowed => SourceSpec::Demo,
            SourceSpec::Auto => return Err(Error::unavailable("no camera is connected")),
            other => other.clone(),
        };
        let script = {
            let mut scripts = self.scripts.lock().unwrap();
            let next = scripts.front().cloned().unwrap_or(play(usize::MAX, Then::GoOn));
            if scripts.len() > 1 {
                scripts.pop_front();
            }
            next
        };
        if let Script::Refuse(e) = script {
            return Err(e);
        }
        let source = Scripted { script, played: 0, closed: Arc::clone(&self.closed) };
        let mut opened = Opened::new(spec, "Scripted", source);
        opened.claims.extend(claim);
        Ok(opened)
    }

    fn devices(&self) -> u64 {
        self.devices.load(SeqCst)
    }
}

fn settings(source: &str) -> CameraSettings {
    CameraSettings {
        source: source.into(),
        stall_ms: 400,
        backoff_min_ms: 300,
        backoff_max_ms: 600,
        ..CameraSettings::default()
    }
}

fn start(source: &str, cameras: &Arc<Cameras>) -> Supervisor {
    Supervisor::start_with(settings(source), Clock::new(), Arc::clone(cameras) as _).unwrap()
}

/// Waits for the state to be as wanted; shows the last one if it never is.
fn until(camera: &Supervisor, wanted: impl Fn(&CameraState) -> bool) -> CameraState {
    let state = camera.state();
    let deadline = Instant::now() + LONG;
    loop {
        let now = state.borrow().clone();
        if wanted(&now) {
            return now;
        }
        assert!(Instant::now() < deadline, "never so: {now:#?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn running(camera: &Supervisor) -> CameraState {
    until(camera, |s| s.phase == Phase::Running)
}

#[test]
fn pictures_come_numbered_and_the_newest_wins() {
    let camera = start("v4l2:a", &Cameras::with([play(usize::MAX, Then::GoOn)]));
    let (frames, pictures) = (camera.frames(), camera.pictures());
    let state = running(&camera);
    assert_eq!((state.source.as_str(), state.width, state.height), ("v4l2:a", 32, 24));
    let first = frames.take(LONG).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let second = frames.take(LONG).unwrap();
    assert!(second.seq > first.seq + 1, "a slow taker misses the ones between");
    assert!(pictures.borrow().as_ref().unwrap().seq >= second.seq);
    let state = until(&camera, |s| s.frames > 0 && s.dropped > 0 && s.fps > 0.0);
    assert!(state.fps <= 120.0 && state.reopened == 0, "{state:?}");
}

#[test]
fn a_source_that_breaks_is_opened_again_by_itself() {
    let cameras = Cameras::with([
        play(3, Then::Break),
        Script::Refuse(Error::unavailable("not there yet")),
        play(3, Then::Panic),
        play(usize::MAX, Then::GoOn),
    ]);
    // Slow pictures of a busy machine are no fault of a source here.
    let patient = CameraSettings { stall_ms: 20_000, ..settings("v4l2:a") };
    let camera = Supervisor::start_with(patient, Clock::new(), Arc::clone(&cameras) as _).unwrap();
    let healed = until(&camera, |s| s.phase == Phase::Running && s.reopened == 3);
    assert_eq!((healed.reason, healed.retry_in_ms), (None, None));
    assert_eq!(cameras.opened.load(SeqCst), 4);
    assert_eq!(cameras.closed.load(SeqCst), 2, "broken sources are closed, a panicking one too");
}

#[test]
fn meanwhile_it_says_why_and_choosing_it_again_tries_at_once() {
    let refused = Script::Refuse(Error::unavailable("not there yet").next("plug it in"));
    let cameras = Cameras::with([
        play(3, Then::Break),
        refused,
        play(3, Then::Panic),
        play(usize::MAX, Then::GoOn),
    ]);
    // So patient that each state lasts until it is chosen again.
    let patient =
        CameraSettings { backoff_min_ms: 60_000, backoff_max_ms: 60_000, ..settings("v4l2:a") };
    let camera = Supervisor::start_with(patient, Clock::new(), Arc::clone(&cameras) as _).unwrap();
    let broken = until(&camera, |s| s.phase == Phase::Waiting);
    assert_eq!(broken.reason.as_deref(), Some("the cable was pulled"));
    assert_eq!(broken.retry_in_ms, Some(60_000));
    let again = || camera.select(camera.selected());
    again();
    let refused = until(&camera, |s| s.reason.as_deref() == Some("not there yet"));
    assert_eq!((refused.phase, refused.next.as_deref()), (Phase::Waiting, Some("plug it in")));
    again();
    until(&camera, |s| s.reason.as_deref().is_some_and(|r| r.contains("driver library")));
    again();
    assert_eq!(running(&camera).reason, None);
    assert_eq!(cameras.opened.load(SeqCst), 4);
}

#[test]
fn a_read_that_hangs_for_ever_holds_up_nobody() {
    let door = Arc::new(Door::default());
    let cameras =
        Cameras::with([play(2, Then::Hang(Arc::clone(&door))), play(usize::MAX, Then::GoOn)]);
    let slow = CameraSettings { backoff_min_ms: 2_000, ..settings("v4l2:stuck") };
    let camera = Supervisor::start_with(slow, Clock::new(), Arc::clone(&cameras) as _).unwrap();
    let stalled = until(&camera, |s| s.phase == Phase::Stalled);
    assert!(stalled.reason.unwrap().contains("no pictures"));
    // Not opened again while the hanging read holds it; and that is said.
    until(&camera, |s| s.reason.as_deref().is_some_and(|r| r.contains("has not come back")));
    assert_eq!(cameras.closed.load(SeqCst), 0);
    // Another camera works meanwhile.
    camera.select(SourceSpec::V4l2("other".into()));
    assert_eq!(running(&camera).source, "v4l2:other");
    // When the read comes back its device is free, and can be had again.
    camera.select(SourceSpec::V4l2("stuck".into()));
    until(&camera, |s| s.reason.as_deref().is_some_and(|r| r.contains("has not come back")));
    door.open();
    assert_eq!(running(&camera).source, "v4l2:stuck");
}

#[test]
fn stopping_takes_no_longer_than_two_seconds_even_then() {
    let door = Arc::new(Door::default());
    let camera = start("v4l2:stuck", &Cameras::with([play(2, Then::Hang(Arc::clone(&door)))]));
    running(&camera);
    std::thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    camera.stop();
    assert!(begun.elapsed() < Duration::from_millis(2_500), "{:?}", begun.elapsed());
    door.open();
}

#[test]
fn only_so_many_reads_may_hang() {
    let door = Arc::new(Door::default());
    let cameras = Cameras::with([play(0, Then::Hang(Arc::clone(&door)))]);
    let camera = start("http://cam.local/", &cameras);
    until(&camera, |s| s.reason.as_deref().is_some_and(|r| r.contains("reads hang")));
    assert_eq!(cameras.opened.load(SeqCst), 4);
    door.open();
}

#[test]
fn pausing_closes_the_device_and_nothing_more_comes() {
    let cameras = Cameras::with([play(usize::MAX, Then::GoOn)]);
    let camera = start("v4l2:a", &cameras);
    running(&camera);
    let frames = camera.frames();
    camera.pause();
    assert!(frames.take(Duration::from_millis(300)).is_none(), "nothing comes once it returned");
    assert!(camera.pictures().borrow().is_none());
    until(&camera, |s| s.phase == Phase::Paused);
    let deadline = Instant::now() + LONG;
    while cameras.closed.load(SeqCst) == 0 {
        assert!(Instant::now() < deadline, "the device stays open");
        std::thread::sleep(Duration::from_millis(5));
    }
    camera.resume();
    running(&camera);
    assert!(frames.take(LONG).is_some());
}

#[test]
fn outside_its_hours_the_camera_is_closed_until_somebody_has_it_go_on() {
    let go_on = || play(usize::MAX, Then::GoOn);
    let cameras = Cameras::with([go_on(), go_on(), go_on()]);
    let camera = start("v4l2:a", &cameras);
    running(&camera);
    let hours = |hours: &str| {
        let settings = settings("v4l2:a");
        camera.apply(CameraSettings { hours: hours.to_owned(), ..settings });
    };
    hours("off");
    let closed = until(&camera, |s| s.phase == Phase::Paused);
    assert!(closed.reason.unwrap().contains("camera.hours"));
    assert!(camera.pictures().borrow().is_none());
    camera.resume();
    running(&camera);
    // Pausing is stronger than any hours.
    camera.pause();
    until(&camera, |s| s.phase == Phase::Paused && s.reason.is_none());
    hours("24/7");
    running(&camera);
}

#[test]
fn a_flood_is_cut_to_what_is_useful() {
    let flood =
        Script::Play { what: jpeg(5), every: Duration::ZERO, count: usize::MAX, then: Then::GoOn };
    let camera = start("http://cam.local/", &Cameras::with([flood]));
    running(&camera);
    let (begun, before) = (Instant::now(), camera.pictures().borrow().as_ref().unwrap().seq);
    std::thread::sleep(Duration::from_secs(2));
    let after = camera.pictures().borrow().as_ref().unwrap().seq;
    let most = begun.elapsed().as_secs_f64() * 120.0 + 10.0;
    assert!(((after - before) as f64) < most, "{} of {most}", after - before);
    assert!(after > before + 20);
}

#[test]
fn a_source_that_sends_garbage_is_called_out() {
    let garbage = Script::Play {
        what: b"<html>".to_vec(),
        every: Duration::from_millis(10),
        count: usize::MAX,
        then: Then::GoOn,
    };
    let camera = start("http://cam.local/", &Cameras::with([garbage]));
    let state = until(&camera, |s| s.reason.as_deref().is_some_and(|r| r.contains("broken")));
    assert!(state.reason.unwrap().contains("not a JPEG"));
    assert!(until(&camera, |s| s.bad > 0).frames == 0);
    assert!(camera.pictures().borrow().is_none());
}

#[test]
fn automatic_takes_a_camera_that_is_plugged_in_and_never_replaces_it_by_the_demo() {
    let cameras = Cameras::with([
        play(usize::MAX, Then::GoOn),
        play(300, Then::Break),
        play(usize::MAX, Then::GoOn),
    ]);
    let camera = start("auto", &cameras);
    assert_eq!(running(&camera).source, "demo");
    cameras.plugged.store(true, SeqCst);
    cameras.devices.store(1, SeqCst);
    until(&camera, |s| s.source == "v4l2:first" && s.selected == "auto");
    // It breaks; while it is gone there is no demo hand instead of it.
    cameras.plugged.store(false, SeqCst);
    until(&camera, |s| s.reason.as_deref() == Some("no camera is connected"));
    assert_eq!(cameras.demo_allowed.lock().unwrap().last(), Some(&false));
    cameras.plugged.store(true, SeqCst);
    cameras.devices.store(2, SeqCst);
    assert_eq!(running(&camera).source, "v4l2:first");
}

#[test]
fn bad_sources_and_changed_settings() {
    let cameras = Cameras::with([play(usize::MAX, Then::GoOn)]);
    let camera = start("rtsp://u:secret@cam/", &cameras);
    let state = until(&camera, |s| s.phase == Phase::Failed);
    assert!(!format!("{state:?}").contains("secret"));
    assert!(state.next.unwrap().contains("MJPEG"));
    camera.apply(settings("http://user:secret@cam.local/v"));
    let state = running(&camera);
    assert_eq!(state.source, "http://***@cam.local/v");
    assert!(!format!("{camera:?} {state:?}").contains("secret"));
    let again = camera.parse("http://***@cam.local/v").unwrap();
    assert!(again.with_secrets().contains("user:secret@"), "as shown is as chosen");
    // The same settings again change nothing; another size opens it again.
    let opened = cameras.opened.load(SeqCst);
    camera.apply(settings("http://user:secret@cam.local/v"));
    camera.apply(CameraSettings { stall_ms: 900, ..settings("http://user:secret@cam.local/v") });
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(cameras.opened.load(SeqCst), opened);
    camera.apply(CameraSettings { width_px: 1280, ..settings("http://user:secret@cam.local/v") });
    let deadline = Instant::now() + LONG;
    while cameras.opened.load(SeqCst) == opened {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_pages_webcam_is_waited_for_without_reproach() {
    struct Pages;
    impl Opener for Pages {
        fn open(&self, spec: &SourceSpec, opening: &Opening<'_>) -> Result<Opened> {
            let source = dixi::camera::browser::BrowserSource::new(opening.browser.clone());
            Ok(Opened::new(spec.clone(), "Page", source))
        }
    }
    let camera =
        Supervisor::start_with(settings("browser"), Clock::new(), Arc::new(Pages)).unwrap();
    let waiting = until(&camera, |s| s.phase == Phase::Waiting);
    assert!(waiting.reason.unwrap().contains("no page"));
    let clock = Clock::new();
    let (inbox, frames) = (camera.browser(), camera.frames());
    let deadline = Instant::now() + LONG;
    while camera.state().borrow().phase != Phase::Running {
        inbox.put(&jpeg(9), clock.now()).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        assert!(Instant::now() < deadline);
    }
    assert!(frames.take(LONG).is_some());
    let waiting = until(&camera, |s| s.phase == Phase::Waiting);
    assert_eq!(waiting.reopened, 0, "silence of a page is no fault");
}
