//! From hands to the published observation nothing is allocated per frame: neither by the gestures
//! nor by leaving the newest where viewers find it.

#[path = "common/counting.rs"]
mod counting;

use std::sync::Arc;
use std::time::Duration;

use dixi::base::{Clock, Stamp};
use dixi::camera::Supervisor;
use dixi::camera::demo::Performance;
use dixi::config::{CameraSettings, GestureSettings};
use dixi::gesture::{Engine, FrameInfo, Observation};
use dixi::server::Live;

use counting::allocations;

#[test]
fn a_frame_is_published_without_allocating() {
    let clock = Clock::new();
    let quiet = CameraSettings { source: "browser".into(), ..CameraSettings::default() };
    let camera = Supervisor::start(quiet, clock).unwrap();
    let live = Arc::new(Live::new(clock, camera.state()));
    let mut engine = Engine::new(&GestureSettings::default());
    let mut observation = Observation::default();
    let demo = Performance::demo();
    let (mut t, mut frame, mut events, mut before) = (Duration::ZERO, 0, 0, 0);
    while t < demo.length() {
        if frame == 30 {
            before = allocations();
        }
        let hands = demo.at(t).as_seen();
        let at = Stamp::default().plus(t);
        engine.update(&hands, FrameInfo { at, width: 640, height: 480 }, &mut observation);
        (observation.seq, observation.captured_at) = (frame, at);
        events += observation.events.len();
        live.publish(&observation);
        t += Duration::from_millis(33);
        frame += 1;
    }
    assert_eq!(allocations(), before, "allocations in {frame} frames");
    assert!(before > 0, "the counter counts");
    assert!(events > 100, "the demo hand gestures: {events} events");
    let newest = live.latest().unwrap();
    assert_eq!(newest.captured_at(), observation.captured_at);
}
