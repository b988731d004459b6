//! Real V4L2 drivers, which this needs root and kernel modules for: `make test-v4l2` runs it inside a
//! small virtual machine with `vivid` (a driver of pretended cameras) and `v4l2loopback`. Ignored
//! elsewhere. Deadlines are generous: the machine is emulated.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may fail, and say what it saw"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use dixi::base::Clock;
use dixi::camera::{CameraState, Phase, PixelFormat, SourceSpec, Supervisor, v4l2::list};
use dixi::config::CameraSettings;

const LONG: Duration = Duration::from_secs(60);

fn sh(command: &str) -> bool {
    Command::new("sh").args(["-c", command]).status().unwrap().success()
}

/// One pretended camera, without MJPG, with a stable link in by-path.
fn vivid() -> &'static str {
    sh(
        "modprobe -r vivid 2>/dev/null; modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0x00",
    );
    sh("udevadm settle");
    "platform-vivid.0-video-index0"
}

fn start(source: &str) -> Supervisor {
    let settings = CameraSettings { source: source.into(), ..CameraSettings::default() };
    Supervisor::start(settings, Clock::new()).unwrap()
}

fn until(camera: &Supervisor, what: &str, wanted: impl Fn(&CameraState) -> bool) -> CameraState {
    let (state, begun) = (camera.state(), Instant::now());
    loop {
        let now = state.borrow().clone();
        if wanted(&now) {
            println!(
                "{what} after {:.1} s: {:?} {} {:?} {:?}",
                begun.elapsed().as_secs_f32(),
                now.phase,
                now.source,
                now.reason,
                now.next
            );
            return now;
        }
        assert!(begun.elapsed() < LONG, "{what}: never so: {now:#?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn running(camera: &Supervisor, what: &str) -> CameraState {
    until(camera, what, |s| s.phase == Phase::Running)
}

fn holds_a_camera() -> bool {
    std::fs::read_dir("/proc/self/fd")
        .unwrap()
        .flatten()
        .any(|fd| std::fs::read_link(fd.path()).is_ok_and(|to| to.starts_with("/dev/video")))
}

#[test]
#[ignore = "needs kernel modules: make test-v4l2"]
fn a_vivid_camera_is_listed_and_streams() {
    let id = vivid();
    let all = list::cameras();
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!((all[0].id.as_str(), all[0].name.as_str()), (id, "vivid"));
    assert!(all[0].problem.is_none());
    let yuyv: Vec<_> = all[0].formats.iter().filter(|f| f.fourcc == "YUYV").collect();
    println!("YUYV: {yuyv:?}");
    assert!(!yuyv.is_empty());
    for name in [id, "/dev/video0", "platform:vivid-000", "vivid"] {
        let camera = start(&format!("v4l2:{name}"));
        let frames = camera.frames();
        let state = running(&camera, name);
        assert_eq!(state.source, format!("v4l2:{id}"), "by its stable id, however asked for");
        let frame = frames.take(LONG).unwrap();
        assert_eq!(frame.format, PixelFormat::Yuyv);
        assert_eq!(frame.data.len() as u32, state.width * state.height * 2);
        assert!(frame.data.iter().any(|&b| b != frame.data[0]), "a picture, not one colour");
    }
    let camera = start(&format!("v4l2:{id}"));
    let state = until(&camera, "measured", |s| s.fps > 5.0);
    println!("{}x{} at {} fps", state.width, state.height, state.fps);
    camera.pause();
    until(&camera, "paused", |s| s.phase == Phase::Paused);
    assert!(!holds_a_camera(), "the device is closed while paused");
    camera.resume();
    running(&camera, "resumed");
    assert!(
        camera.cameras().iter().any(|c| c.source == format!("v4l2:{id}") && c.problem.is_none())
    );
}

#[test]
#[ignore = "needs kernel modules: make test-v4l2"]
fn unplugging_is_noticed_and_plugging_in_again_heals() {
    let id = vivid();
    let camera = start(&format!("v4l2:{id}"));
    running(&camera, "first");
    // The node stays and every call fails.
    sh("v4l2-ctl -d /dev/video0 -c disconnect=1");
    let gone = until(&camera, "disconnected", |s| s.phase == Phase::Waiting);
    assert!(gone.reason.unwrap().contains("gone"));
    // The node vanishes.
    sh("echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind");
    until(&camera, "unbound", |s| {
        s.reason.as_deref().is_some_and(|r| r.contains("there is no camera"))
    });
    assert!(!holds_a_camera());
    sh("echo vivid.0 > /sys/bus/platform/drivers/vivid/bind");
    running(&camera, "plugged in again");
    // Straight from streaming to no node at all.
    sh("echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind");
    until(&camera, "unbound while streaming", |s| s.phase == Phase::Waiting);
    sh("echo vivid.0 > /sys/bus/platform/drivers/vivid/bind");
    running(&camera, "and again");
}

#[test]
#[ignore = "needs kernel modules: make test-v4l2"]
fn errors_injected_into_the_driver_are_survived() {
    let id = vivid();
    let camera = start(&format!("v4l2:{id}"));
    for fault in [
        "inject_fatal_streaming_error=1",
        "inject_vidioc_qbuf_error=1",
        "inject_v4l2_buf_flag_error=1",
    ] {
        running(&camera, "before");
        println!("{fault}: {}", sh(&format!("v4l2-ctl -d /dev/video0 -c {fault}")));
        std::thread::sleep(Duration::from_secs(4));
        running(&camera, fault);
    }
}

#[test]
#[ignore = "needs kernel modules: make test-v4l2"]
fn a_camera_in_use_or_forbidden_is_explained_and_taken_when_free() {
    let id = vivid();
    let mut other = Command::new("v4l2-ctl")
        .args(["-d", "/dev/video0", "--stream-mmap", "--stream-to=/dev/null"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(2));
    let camera = start(&format!("v4l2:{id}"));
    let busy = until(&camera, "in use", |s| s.phase == Phase::Waiting);
    assert!(busy.reason.unwrap().contains("another program"));
    other.kill().unwrap();
    other.wait().unwrap();
    running(&camera, "free again");
    drop(camera);
    // As somebody without the right: a second process lists, as this one is root.
    let exe = std::env::current_exe().unwrap();
    let listed = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(exe)
        .args(["--ignored", "--exact", "--nocapture", "only_lists"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    println!("{text}");
    assert!(text.contains("usermod -aG video"), "{text}");
}

#[test]
#[ignore = "run by another test as another user"]
fn only_lists() {
    for info in dixi::camera::list::v4l2() {
        println!("{info:?}");
    }
}

#[test]
#[ignore = "needs kernel modules: make test-v4l2"]
fn automatic_prefers_a_camera_and_takes_one_that_comes_later() {
    sh("modprobe -r vivid");
    let camera = start("auto");
    let demo = running(&camera, "without a camera");
    assert_eq!(demo.source, "demo");
    assert!(demo.reason.unwrap().contains("no camera"));
    let id = vivid();
    until(&camera, "plugged in", |s| s.phase == Phase::Running && s.source == format!("v4l2:{id}"));
    sh("echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind");
    let gone = until(&camera, "unplugged", |s| s.phase == Phase::Waiting);
    assert_ne!(gone.source, "demo");
}

/// Feeds a v4l2loopback device, in a process of its own that can be stopped; killed when dropped.
struct Feeder(Child);

impl Feeder {
    fn start(fourcc: &str, file: &Path) -> Self {
        let feeder = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "feeds"])
            .envs([("FEED_FOURCC", fourcc), ("FEED_FILE", file.to_str().unwrap())])
            .stdout(std::process::Stdio::null())
            .spawn();
        std::thread::sleep(Duration::from_secs(1));
        Self(feeder.unwrap())
    }
    fn signal(&self, signal: &str) {
        assert!(sh(&format!("kill -{signal} {}", self.0.id())));
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The feeding process: writes 320×240 pictures to the loopback device, 15 a second, for ever.
#[test]
#[ignore = "run by another test as another process"]
#[allow(
    clippy::disallowed_methods,
    reason = "a child process is told what to do by its environment"
)]
fn feeds() {
    use v4l::video::Output;
    let fourcc = std::env::var("FEED_FOURCC").unwrap();
    let data = std::fs::read(std::env::var("FEED_FILE").unwrap()).unwrap();
    let mut device = v4l::Device::with_path("/dev/video9").unwrap();
    let code = v4l::FourCC::new(fourcc.as_bytes().try_into().unwrap());
    let mut format = v4l::Format::new(320, 240, code);
    format.size = 320 * 240 * 2;
    format.stride = if fourcc == "MJPG" { 0 } else { 640 };
    Output::set_format(&device, &format).unwrap();
    let rate = v4l::video::output::Parameters::with_fps(15);
    Output::set_params(&device, &rate).unwrap();
    // Pictures begin at FF D8 FF; what has no such beginning is one picture.
    let mut starts: Vec<usize> =
        (0..data.len()).filter(|&i| data[i..].starts_with(&[0xFF, 0xD8, 0xFF])).collect();
    if fourcc != "MJPG" || starts.is_empty() {
        starts = vec![0];
    }
    starts.push(data.len());
    for picture in starts.windows(2).cycle() {
        device.write_all(&data[picture[0]..picture[1]]).unwrap();
        std::thread::sleep(Duration::from_millis(66));
    }
}

fn loopback() {
    sh(
        "modprobe videodev; rmmod v4l2loopback 2>/dev/null; modprobe v4l2loopback video_nr=9 exclusive_caps=1 card_label=Loop",
    );
    sh("udevadm settle");
}

fn picture(width: usize, height: usize, shade: u8) -> Vec<u8> {
    let pixels: Vec<u8> = (0..width * height * 3).map(|i| (i as u8) ^ shade).collect();
    let image = turbojpeg::Image {
        pixels: pixels.as_slice(),
        width,
        pitch: width * 3,
        height,
        format: turbojpeg::PixelFormat::RGB,
    };
    turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2).unwrap().to_vec()
}

#[test]
#[ignore = "needs kernel modules: make test-v4l2"]
fn mjpeg_stalls_and_lies_of_a_loopback_camera() {
    loopback();
    let dir = tempfile::tempdir().unwrap();
    let clip = dir.path().join("clip.mjpeg");
    let (a, b) = (picture(320, 240, 1), picture(320, 240, 200));
    std::fs::write(&clip, [&a[..], &b].concat()).unwrap();
    let feeder = Feeder::start("MJPG", &clip);
    println!("{:?}", list::cameras().iter().map(|c| (&c.id, &c.name)).collect::<Vec<_>>());
    let camera = start("v4l2:Loop");
    let frames = camera.frames();
    let state = running(&camera, "MJPEG");
    assert_eq!((state.width, state.height), (320, 240));
    let frame = frames.take(LONG).unwrap();
    assert_eq!(frame.format, PixelFormat::Jpeg);
    assert!(frame.data == a || frame.data == b, "cut to the very picture: {}", frame.data.len());
    // The producer hangs: reads never return.
    feeder.signal("STOP");
    until(&camera, "stalled", |s| s.phase == Phase::Stalled);
    until(&camera, "held", |s| {
        s.reason.as_deref().is_some_and(|r| r.contains("has not come back"))
    });
    camera.select(SourceSpec::Demo);
    running(&camera, "another source meanwhile");
    camera.select(SourceSpec::V4l2("Loop".into()));
    feeder.signal("CONT");
    until(&camera, "healed", |s| s.phase == Phase::Running && s.source.contains("loopback"));
    // It says MJPEG and sends noise.
    drop(feeder);
    let noise = dir.path().join("noise");
    std::fs::write(&noise, [0x5Au8; 20_000]).unwrap();
    let feeder = Feeder::start("MJPG", &noise);
    until(&camera, "noise", |s| {
        s.bad > 0 && s.reason.as_deref().is_some_and(|r| r.contains("broken"))
    });
    drop(feeder);
    let _feeder = Feeder::start("MJPG", &clip);
    running(&camera, "good pictures again");
}

#[test]
#[ignore = "needs kernel modules: make test-v4l2"]
fn stopping_is_bounded_with_a_hanging_read() {
    loopback();
    let dir = tempfile::tempdir().unwrap();
    let raw = dir.path().join("raw");
    std::fs::write(&raw, vec![0x80; 320 * 240 * 2]).unwrap();
    let feeder = Feeder::start("YUYV", &raw);
    let camera = start("v4l2:/dev/video9");
    let frames = camera.frames();
    running(&camera, "YUYV");
    assert_eq!(frames.take(LONG).unwrap().data, vec![0x80; 320 * 240 * 2]);
    feeder.signal("STOP");
    std::thread::sleep(Duration::from_secs(1));
    let begun = Instant::now();
    camera.stop();
    println!("stopped after {:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(4));
    feeder.signal("CONT");
}
