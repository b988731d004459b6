//! Looking after what runs: introduces it, notices silence, takes a better choice when one comes, and
//! publishes the numbers.

use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::super::super::{CameraState, Phase, SourceSpec};
use super::{Control, Now};
use crate::base::{Error, Kind, Stamp, Trouble};

/// How often numbers are published and devices looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Opening may take this many times as long as a picture may.
const OPEN_FACTOR: u32 = 5;
/// The first picture may take this many times as long as the others: sensors wake slowly.
const FIRST_FACTOR: u32 = 3;

impl Control {
    pub(super) fn tick(&mut self) {
        let now = self.parts.clock.now();
        let look = now.since(self.looked) >= LOOK_EVERY;
        if look {
            self.look_at_hours();
        }
        match &self.now {
            Now::Idle => {}
            Now::Waiting { until, devices, .. } => {
                let moved = look && self.wants_device() && self.parts.opener.devices() != *devices;
                if moved {
                    self.backoff.forget();
                }
                if moved || now >= *until {
                    self.publish(|s| s.reopened += 1);
                    self.begin();
                }
            }
            Now::Running(_) => self.watch(now, look),
        }
        if look {
            self.count(now);
        }
    }

    /// Looks after the running source: introduces it, notices silence, and better choices.
    fn watch(&mut self, now: Stamp, look: bool) {
        self.introduce();
        let Now::Running(run) = &self.now else { return };
        let stall = Duration::from_millis(u64::from(self.parts.settings.stall_ms));
        let good = run.feed.last_good_us.load(Relaxed);
        let about = run.feed.about.get();
        let (since, patience) = match (about, good) {
            (None, _) => (run.started, stall * OPEN_FACTOR),
            (Some(about), 0) => (about.at, stall * FIRST_FACTOR),
            (Some(_), good) => (Stamp::from_us(good), stall),
        };
        let silence = now.since(since);
        let on_demo = about.is_some_and(|a| a.spec == SourceSpec::Demo);
        let auto = matches!(self.spec, Ok(SourceSpec::Auto));
        let showing = about.and_then(|a| a.now_showing.as_ref()).map(|shown| shown.get());
        self.publish(|s| s.showing = showing);
        if let Some((reason, next)) = about.and_then(|a| a.waits_for) {
            if silence > stall || good == 0 {
                let awaited = Error::unavailable(reason).next(next);
                return self.publish(|s| {
                    (s.phase, s.fps) = (Phase::Waiting, 0.0);
                    s.explain(&awaited.trouble(Trouble::WebcamAwaited {}));
                });
            }
        } else if silence > patience {
            return self.stalled(silence);
        } else if auto && on_demo && look && self.parts.opener.devices() != run.devices {
            tracing::info!("auto: the cameras have changed, looking again");
            return self.restart();
        }
        if good != 0 && silence <= stall {
            self.flows();
        }
    }

    fn stalled(&mut self, silence: Duration) {
        let Now::Running(run) = &self.now else { return };
        let bad = run.feed.last_bad.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let what = match run.feed.about.get() {
            None => "the camera does not open",
            Some(_) => "the camera sends no pictures",
        };
        let ms = silence.as_millis() as u32;
        let trouble = match (run.feed.about.get(), &bad) {
            (_, Some(bad)) => Trouble::CameraBroken { detail: bad.clone() },
            (None, None) => Trouble::CameraShut { ms },
            (Some(_), None) => Trouble::CameraSilent { ms },
        };
        let why = match bad {
            Some(bad) => format!("only broken ones: {bad}"),
            None => format!("none for {:.1} s", silence.as_secs_f32()),
        };
        let next =
            "check its cable and whether another program uses it; it is opened again by itself";
        self.retire(Duration::ZERO);
        let error = Error::new(Kind::Timeout, what).why(why).next(next);
        self.wait(Phase::Stalled, error.trouble(trouble));
    }

    /// Says what was opened, once it is.
    pub(super) fn introduce(&mut self) {
        let Now::Running(run) = &mut self.now else { return };
        let Some(about) = run.feed.about.get() else { return };
        if std::mem::replace(&mut run.introduced, true) {
            return;
        }
        let (source, name) = (about.spec.to_string(), about.name.clone());
        self.had_camera |= matches!(about.spec, SourceSpec::V4l2(_));
        tracing::info!(%source, %name, "camera opened");
        self.publish(|s| (s.source, s.name) = (source, name));
    }

    /// Pictures come.
    fn flows(&self) {
        let Now::Running(run) = &self.now else { return };
        let size = (run.feed.width.load(Relaxed), run.feed.height.load(Relaxed));
        {
            let s = self.parts.state.borrow();
            if s.phase == Phase::Running && (u64::from(s.width), u64::from(s.height)) == size {
                return;
            }
        }
        let note = run.feed.about.get().and_then(|a| a.note.clone());
        self.publish(|s| {
            s.phase = Phase::Running;
            (s.width, s.height) = (size.0 as u32, size.1 as u32);
            (s.reason, s.next, s.trouble, s.retry_in_ms) = (None, None, None, None);
            if let Some(note) = &note {
                s.explain(note);
            }
        });
    }

    fn wants_device(&self) -> bool {
        matches!(self.spec, Ok(SourceSpec::Auto | SourceSpec::V4l2(_)))
    }

    /// The numbers, once a second.
    fn count(&mut self, now: Stamp) {
        let outlet = &self.parts.outlet;
        let frames = outlet.count();
        let fps = (frames - self.counted) as f32 / now.since(self.looked).as_secs_f32();
        (self.counted, self.looked) = (frames, now);
        let dropped = outlet.latest.replaced() + outlet.surplus.load(Relaxed);
        let bad = outlet.bad.load(Relaxed);
        self.publish(|s| {
            s.fps = if s.phase == Phase::Running { (fps * 10.0).round() / 10.0 } else { 0.0 };
            (s.frames, s.dropped, s.bad) = (frames, dropped, bad);
        });
    }

    /// Changes the state; tells those who watch only if it is another one then.
    pub(super) fn publish(&self, change: impl FnOnce(&mut CameraState)) {
        let at = self.parts.clock.utc(self.parts.clock.now());
        self.parts.state.send_if_modified(|state| {
            let old = state.clone();
            change(state);
            if state.phase != old.phase {
                state.since = at;
            }
            *state != old
        });
    }
}
