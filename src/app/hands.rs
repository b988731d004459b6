//! The hands' thread: each observation becomes pointers, and gestures become commands.
//!
//! Vision leaves its observations in the [`Inbox`] and never waits. Here they become a view for the
//! pages and orders for the [`Worker`], in this order: what is shown must not wait for what is
//! done, which may have to wait for the disk. Knows no rules of its own: bindings say what fires,
//! touch says what that means.

mod inbox;
mod worker;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::demo::Manners;
use super::follow::Follow;
use crate::base::{Clock, Error, Kind, Refusal, Result, Stamp, Vital};
use crate::canvas::calibration::{Calibration, HandsFor};
use crate::canvas::touch::{Around, Doings, Order, Touch};
use crate::canvas::{Canvas, CanvasState};
use crate::command::binding::{Bindings, Moment, Reaction, Triggers, When};
use crate::command::{Bus, Command, Outcome, VerdictLog, Why};
use crate::config::{CanvasSettings, GestureSettings, SettingsHub};
use crate::gesture::Observation;
use inbox::{Inbox, Post};
use worker::Worker;

/// Without a frame for this long nobody is there, as far as we know.
const SILENCE: Duration = Duration::from_secs(1);
/// The slowest that a frame's hands may be before the thread counts as hung.
const A_FRAME: Duration = Duration::from_secs(10);
/// And while there is none, the ring menu and the arming grow older in such steps.
const TICK: Duration = Duration::from_millis(250);

/// The rooms that hands meet.
pub(super) struct Rooms {
    pub clock: Clock,
    pub settings: Arc<SettingsHub>,
    pub canvas: Arc<Canvas>,
    pub bindings: Arc<Bindings>,
    pub verdicts: Arc<VerdictLog>,
    pub calibration: Arc<Calibration>,
    pub manners: Manners,
}

/// The running thread.
pub(super) struct Hands {
    post: Arc<Post>,
    worker: Worker,
    vital: Arc<Vital>,
    thread: JoinHandle<()>,
}

/// Where others leave something for the hands; cheap to share, never waits.
#[derive(Clone)]
pub(super) struct HandsPost(Arc<Post>);

impl HandsPost {
    /// Somewhere for observations, before the hands themselves are there.
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    /// Leaves a frame's observation. Never waits.
    pub(super) fn see(&self, seen: &Observation) {
        self.0.see(seen);
    }

    /// Has the hands do what is theirs alone: the ring menu and the pen.
    ///
    /// # Errors
    /// For `draw`, which only a hand can.
    pub(super) fn tell(&self, command: &Command) -> Result<Outcome> {
        let done = match command {
            Command::OpenRing { .. } => "the ring menu is open",
            Command::CloseRing {} => "the ring menu is closed",
            Command::LiftPen {} => "the pen is lifted",
            other => {
                let what = format!("only a hand can `{}`", other.name());
                return Err(Error::new(Kind::Unsupported, what)
                    .next("bind a gesture to it, or draw with mouse or finger on the page"));
            }
        };
        self.0.say(command.clone());
        Ok(Outcome { done: done.into(), ..Outcome::default() })
    }
}

impl Hands {
    /// Starts the thread, and the worker's.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(super) fn start(post: HandsPost, rooms: Rooms, bus: Arc<Bus>) -> Result<Self> {
        let post = post.0;
        let worker = Worker::start(bus, Arc::clone(&rooms.verdicts), Arc::clone(&post))?;
        let mut desk = Desk::new(rooms, worker.queue());
        let inbox = Arc::clone(&post);
        let vital = Vital::new("the hands");
        let kept = Arc::clone(&vital);
        let run = move || {
            kept.keep(|anew| {
                if anew {
                    desk.begin_anew();
                }
                desk.run(&inbox, &kept);
            });
        };
        let thread = std::thread::Builder::new()
            .name("dixi-hands".into())
            .spawn(run)
            .map_err(|e| Error::new(Kind::Exhausted, "cannot start the hands' thread").source(e))?;
        Ok(Self { post, worker, vital, thread })
    }

    /// Whether its threads live.
    pub(super) fn vitals(&self) -> [Arc<Vital>; 2] {
        [Arc::clone(&self.vital), self.worker.vital()]
    }

    /// Lets everything go, and ends. Blocks until what was ordered is done.
    pub(super) fn stop(self) {
        self.post.close();
        if self.thread.join().is_err() {
            tracing::error!("hands: ended early");
        }
        self.worker.stop();
    }
}

/// What the thread works with.
struct Desk {
    rooms: Rooms,
    queue: worker::Queue,
    canvas_settings: Follow<CanvasSettings>,
    gesture_settings: Follow<GestureSettings>,
    triggers: Triggers,
    touch: Touch,
    reaction: Reaction,
    doings: Doings,
    /// The newest frame, and when it came.
    seen: Observation,
    came_at: Option<Stamp>,
    /// Whether triggers have been stopped, and have nothing going on.
    stopped: bool,
}

impl Desk {
    fn new(rooms: Rooms, queue: worker::Queue) -> Self {
        let canvas_settings = Follow::new(Arc::clone(&rooms.settings), |s| s.canvas.clone());
        let gesture_settings = Follow::new(Arc::clone(&rooms.settings), |s| s.gesture.clone());
        let touch = Touch::new(&canvas_settings.now(), &gesture_settings.now());
        Self {
            rooms,
            queue,
            canvas_settings,
            gesture_settings,
            triggers: Triggers::new(),
            touch,
            reaction: Reaction::default(),
            doings: Doings::default(),
            seen: Observation::default(),
            came_at: None,
            stopped: false,
        }
    }

    /// After a panic nobody knows what was held and how: all is let go.
    fn begin_anew(&mut self) {
        let (canvas, gestures) = (self.canvas_settings.now(), self.gesture_settings.now());
        self.triggers = Triggers::new();
        (self.reaction, self.doings) = (Reaction::default(), Doings::default());
        // It may be what panicked.
        if catch_unwind(AssertUnwindSafe(|| self.rest())).is_err() {
            tracing::error!("hands: what they held stays held until it is let go by itself");
        }
        self.touch = Touch::new(&canvas, &gestures);
    }

    fn run(&mut self, post: &Post, vital: &Vital) {
        loop {
            vital.beat(A_FRAME);
            let inbox = post.wait(if self.stopped { TICK } else { SILENCE }, &mut self.seen);
            self.follow_settings();
            match inbox {
                Inbox::Frame => self.frame(),
                Inbox::Nothing => self.rest(),
                Inbox::Closed => {
                    self.rest();
                    return;
                }
                Inbox::Settled(number, outcome) => self.touch.settled(number, &outcome),
                Inbox::Said(command) => self.said(&command),
            }
        }
    }

    fn follow_settings(&mut self) {
        let news = (self.canvas_settings.changed(), self.gesture_settings.changed());
        if news != (None, None) {
            self.touch.set(&self.canvas_settings.now(), &self.gesture_settings.now());
        }
    }

    /// A frame's hands.
    fn frame(&mut self) {
        (self.came_at, self.stopped) = (Some(self.rooms.clock.now()), false);
        self.rooms.calibration.see(&self.seen);
        let state = self.rooms.canvas.state();
        let hands_for = self.rooms.calibration.hands_are_for();
        let armed = state.armed && self.rooms.manners.allow(state.scene);
        self.trigger(&state, armed, hands_for);
        let acts = armed && !state.dry_run && hands_for == HandsFor::Canvas;
        self.touch_canvas(&state, acts, true);
        self.finish();
    }

    /// What the frame's gestures set off.
    fn trigger(&mut self, state: &CanvasState, armed: bool, hands_for: HandsFor) {
        if hands_for == HandsFor::Calibration {
            return self.triggers.stop(&mut self.reaction);
        }
        let (busy, near, aims) = (self.touch.busy(), self.touch.near(), self.touch.aims());
        let bindings = self.rooms.bindings.now();
        let moment = Moment {
            table: &bindings.table,
            mode: state.mode,
            armed,
            dry_run: state.dry_run,
            busy: &busy,
            near: &near,
            aims: &aims,
        };
        self.triggers.update(&self.seen, &moment, &mut self.reaction);
        for mut judged in self.reaction.judged.drain(..) {
            if judged.verdict == Why::NotArmed && state.armed {
                let (why, words) = self.rooms.manners.why_not();
                (judged.verdict, judged.said) = (why, words.to_owned().into());
            }
            self.rooms.verdicts.add(judged);
        }
        if hands_for == HandsFor::Answer {
            self.only_answers();
        }
    }

    /// While a question is open, hands say yes or no and nothing else.
    fn only_answers(&mut self) {
        let verdicts = &self.rooms.verdicts;
        self.reaction.firings.retain(|firing| {
            let answers = matches!(firing.rule.command, "approve" | "reject");
            if !answers && firing.when != When::End {
                let e = Error::new(Kind::Conflict, "a question is open")
                    .next("answer it first: `approve` or `reject`")
                    .refusal(Refusal::QuestionOpen {});
                verdicts.add(firing.refused(&e));
            }
            answers || firing.when == When::End
        });
    }

    fn touch_canvas(&mut self, state: &CanvasState, acts: bool, frame: bool) {
        let scene = self.rooms.canvas.scene();
        let held = Arc::clone(&self.rooms.canvas.feeds().held.borrow());
        let mapping = self.rooms.calibration.mapping();
        let around = Around { scene: &scene, state, held: &held, mapping: &mapping, acts };
        if frame {
            self.touch.frame(&self.seen, &self.reaction, &around, &mut self.doings);
        } else {
            let late = self.late();
            self.touch.rest(late, &self.reaction, &around, &mut self.doings);
        }
    }

    /// The newest frame's time, later by as long as no other has come.
    fn late(&self) -> Stamp {
        let waited = self.came_at.map_or(Duration::ZERO, |then| self.rooms.clock.now().since(then));
        self.seen.captured_at.plus(waited)
    }

    /// No frame came: nobody is there.
    fn rest(&mut self) {
        self.triggers.stop(&mut self.reaction);
        self.stopped = true;
        let state = self.rooms.canvas.state();
        self.touch_canvas(&state, false, false);
        self.finish();
    }

    /// A page or a program has something of the hands' done.
    fn said(&mut self, command: &Command) {
        let state = self.rooms.canvas.state();
        let scene = self.rooms.canvas.scene();
        let mapping = self.rooms.calibration.mapping();
        let around =
            Around { scene: &scene, state: &state, held: &[], mapping: &mapping, acts: false };
        let late = self.late();
        if let Some(Err(e)) = self.touch.said(command, late, &around, &mut self.doings) {
            tracing::debug!(command = command.name(), "refused: {e}");
        }
        self.finish();
    }

    /// Shows first, then moves what is held, then has the rest done.
    fn finish(&mut self) {
        let feeds = self.rooms.canvas.feeds();
        feeds.touch.send_if_modified(|shown| {
            let news = **shown != self.doings.view;
            if news {
                *shown = Arc::new(self.doings.view.clone());
            }
            news
        });
        for (who, transforms) in self.doings.drags.drain(..) {
            let drag = Command::Drag { transforms };
            if let Err(e) = self.rooms.canvas.handle(&who, &drag) {
                tracing::debug!(%who, "what was held is not any more: {e}");
                let order = self.touch.dropped(&who);
                self.doings.orders.extend(order);
            }
        }
        for (firing, outcome) in self.doings.answers.drain(..) {
            self.rooms.verdicts.add(firing.judged(&outcome));
        }
        for order in self.doings.orders.drain(..) {
            if let Some((order, e)) = self.queue.put(order) {
                refuse(&self.rooms.verdicts, &order, &e);
                self.touch.settled(order.number, &Err(e));
            }
        }
    }
}

fn refuse(verdicts: &VerdictLog, order: &Order, e: &Error) {
    tracing::warn!(who = %order.who, command = order.command.name(), "refused: {e}");
    if let Some(firing) = &order.firing {
        verdicts.add(firing.refused(e));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_may_open_the_ring_but_only_hands_have_a_pen() {
        let post = HandsPost::new();
        post.tell(&Command::OpenRing { at: Some([0.2, 0.2]) }).unwrap();
        let mut seen = Observation::default();
        let Inbox::Said(said) = post.0.wait(Duration::ZERO, &mut seen) else { panic!() };
        assert_eq!(said, Command::OpenRing { at: Some([0.2, 0.2]) });
        let e = post.tell(&Command::Draw {}).unwrap_err();
        assert!(e.next_step().is_some_and(|next| next.contains("gesture")), "{e}");
    }
}
