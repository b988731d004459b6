//! What waits for the hands' thread. Vision puts a frame in and is gone: it never waits, and no
//! beginning or end of a gesture is lost. Where frames come faster than they are worked off, those
//! that say nothing but where hands are make way for newer ones.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::base::Result;
use crate::command::{Command, Outcome};
use crate::gesture::{MAX_EVENTS, Observation, Phase};

/// Frames that may wait: a fifth of a second at 30 a second. More would be shown late.
const FRAMES: usize = 6;
/// Commands of others that may wait; the oldest go.
const SAID: usize = 32;

/// What there is to do.
pub(super) enum Inbox {
    /// A frame; it was put where the caller wanted it.
    Frame,
    /// An order is done, or was refused.
    Settled(u64, Result<Outcome>),
    /// Somebody wants the hands to do something.
    Said(Command),
    /// Nothing came in time.
    Nothing,
    /// It is over.
    Closed,
}

/// The way in.
#[derive(Default)]
pub(super) struct Post {
    waiting: Mutex<Waiting>,
    news: Condvar,
}

#[derive(Default)]
struct Waiting {
    frames: VecDeque<Observation>,
    settled: VecDeque<(u64, Result<Outcome>)>,
    said: VecDeque<Command>,
    closed: bool,
}

impl Post {
    fn open(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a frame in.
    pub fn see(&self, seen: &Observation) {
        let mut waiting = self.open();
        if waiting.frames.len() >= FRAMES {
            make_room(&mut waiting.frames);
        }
        waiting.frames.push_back(seen.clone());
        drop(waiting);
        self.news.notify_one();
    }

    /// Tells what came of an order.
    pub fn settle(&self, number: u64, outcome: Result<Outcome>) {
        self.open().settled.push_back((number, outcome));
        self.news.notify_one();
    }

    /// Wants something done.
    pub fn say(&self, command: Command) {
        let mut waiting = self.open();
        if waiting.said.len() >= SAID {
            waiting.said.pop_front();
        }
        waiting.said.push_back(command);
        drop(waiting);
        self.news.notify_one();
    }

    /// Nothing more is worked off.
    pub fn close(&self) {
        self.open().closed = true;
        self.news.notify_one();
    }

    /// Waits for something to do; a frame is put into `seen`.
    pub fn wait(&self, patience: Duration, seen: &mut Observation) -> Inbox {
        let waiting = self.open();
        let (mut waiting, _) = self
            .news
            .wait_timeout_while(waiting, patience, |w| {
                !w.closed && w.frames.is_empty() && w.settled.is_empty() && w.said.is_empty()
            })
            .unwrap_or_else(PoisonError::into_inner);
        if waiting.closed {
            Inbox::Closed
        } else if let Some((number, outcome)) = waiting.settled.pop_front() {
            Inbox::Settled(number, outcome)
        } else if let Some(command) = waiting.said.pop_front() {
            Inbox::Said(command)
        } else if let Some(frame) = waiting.frames.pop_front() {
            *seen = frame;
            Inbox::Frame
        } else {
            Inbox::Nothing
        }
    }
}

/// Whether a frame tells only how things go on.
fn only_goes_on(frame: &Observation) -> bool {
    frame.events.iter().all(|e| e.phase == Phase::Held)
}

/// The oldest frame without news goes; where all have news, the two oldest become one.
fn make_room(frames: &mut VecDeque<Observation>) {
    if let Some(i) = frames.iter().position(only_goes_on) {
        frames.remove(i);
        return;
    }
    let Some(old) = frames.pop_front() else { return };
    let Some(next) = frames.front_mut() else { return };
    let news = |e: &&crate::gesture::Event| e.phase != Phase::Held;
    let both = || old.events.iter().filter(news).chain(&next.events);
    // What merely goes on will be told again.
    let fits = both().count() <= MAX_EVENTS;
    let merged = both().filter(|e| fits || e.phase != Phase::Held).take(MAX_EVENTS).cloned();
    next.events = merged.collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hand::Handedness;
    use crate::gesture::{Event, Gesture};

    fn frame(seq: u64, phases: &[(Phase, Gesture)]) -> Observation {
        let event = |(phase, gesture): &(Phase, Gesture)| Event {
            phase: *phase,
            gesture: *gesture,
            track: 1,
            other_track: None,
            hand: Handedness::Right,
            confidence: 1.0,
            progress: 1.0,
            held_ms: 0,
            pointer: [0.5; 2],
        };
        Observation { seq, events: phases.iter().map(event).collect(), ..Observation::default() }
    }

    fn taken(post: &Post) -> Vec<Observation> {
        let mut all = Vec::new();
        let mut seen = Observation::default();
        while let Inbox::Frame = post.wait(Duration::ZERO, &mut seen) {
            all.push(seen.clone());
        }
        all
    }

    #[test]
    fn a_slow_reader_loses_places_but_no_gesture() {
        let post = Post::default();
        for seq in 0..40 {
            let phase = match seq {
                3 => Phase::Started,
                30 => Phase::Ended,
                _ => Phase::Held,
            };
            post.see(&frame(seq, &[(phase, Gesture::Pinch)]));
        }
        let seen = taken(&post);
        assert_eq!(seen.len(), FRAMES);
        assert_eq!(seen.last().unwrap().seq, 39, "the newest is there");
        let news: Vec<u64> = seen.iter().filter(|f| !only_goes_on(f)).map(|f| f.seq).collect();
        assert_eq!(news, [3, 30]);
    }

    #[test]
    fn even_where_every_frame_has_news_none_is_lost() {
        let post = Post::default();
        for seq in 0..20_usize {
            let gesture = Gesture::ALL[seq];
            post.see(&frame(seq as u64, &[(Phase::Started, gesture), (Phase::Held, Gesture::Ok)]));
        }
        let seen = taken(&post);
        let started: Vec<Gesture> = seen
            .iter()
            .flat_map(|f| &f.events)
            .filter(|e| e.phase == Phase::Started)
            .map(|e| e.gesture)
            .collect();
        assert_eq!(started, Gesture::ALL[..20]);
    }

    #[test]
    fn what_was_ordered_comes_back_before_the_next_frame() {
        let post = Post::default();
        post.see(&frame(1, &[]));
        post.settle(7, Ok(Outcome::default()));
        let mut seen = Observation::default();
        assert!(matches!(post.wait(Duration::ZERO, &mut seen), Inbox::Settled(7, Ok(_))));
        assert!(matches!(post.wait(Duration::ZERO, &mut seen), Inbox::Frame));
        assert!(matches!(post.wait(Duration::ZERO, &mut seen), Inbox::Nothing));
        post.close();
        assert!(matches!(post.wait(Duration::ZERO, &mut seen), Inbox::Closed));
    }
}
