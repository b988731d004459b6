//! A hand that makes gestures before triggers, and what is said of them.

pub use serde_json::json;

pub use crate::base::Stamp;
pub use crate::base::gesture::Gesture;
pub use crate::base::hand::{Hand, Handedness};
pub use crate::command::Mode;
pub use crate::command::binding::{Binding, BoundHand, Moment, Reaction, Table, Triggers, When};
pub use crate::gesture::{Event, HandView, Observation, Phase};

pub use Gesture as G;
pub use Handedness::{Left, Right};

/// Milliseconds from frame to frame.
pub const FRAME: u64 = 33;

/// A hand that makes gestures before triggers.
pub struct Stand {
    pub triggers: Triggers,
    pub table: Table,
    pub mode: Mode,
    pub armed: bool,
    pub dry_run: bool,
    pub busy: Vec<u32>,
    pub near: Vec<u32>,
    pub aims: Vec<(u32, Stamp)>,
    pub now_ms: u64,
    pub said: Vec<String>,
    pub out: Reaction,
}

impl Stand {
    pub fn new(table: Table) -> Self {
        Self {
            triggers: Triggers::new(),
            table,
            mode: Mode::Shapes,
            armed: true,
            dry_run: false,
            busy: Vec::new(),
            near: Vec::new(),
            aims: Vec::new(),
            now_ms: 1_000,
            said: Vec::new(),
            out: Reaction::default(),
        }
    }

    pub fn defaults() -> Self {
        Self::new(Table::of_defaults())
    }

    pub fn with(bindings: &[Binding]) -> Self {
        let (table, left_out) = Table::of_kept(bindings.to_vec());
        assert!(left_out.is_empty(), "{left_out:?}");
        Self::new(table)
    }

    /// One frame with these events and hands.
    pub fn frame(&mut self, events: &[Event], hands: &[(u32, Gesture)]) {
        let mut frame =
            Observation { captured_at: Stamp::from_ms(self.now_ms), ..Observation::default() };
        frame.events.extend(events.iter().cloned());
        frame.hands.extend(hands.iter().map(|(track, gesture)| view(*track, *gesture)));
        let moment = Moment {
            table: &self.table,
            mode: self.mode,
            armed: self.armed,
            dry_run: self.dry_run,
            busy: &self.busy,
            near: &self.near,
            aims: &self.aims,
        };
        self.triggers.update(&frame, &moment, &mut self.out);
        self.note();
        self.now_ms += FRAME;
    }

    pub fn note(&mut self) {
        for f in &self.out.firings {
            let when = match f.when {
                When::Once => "",
                When::Begin => "begin ",
                When::End => "end ",
            };
            self.said.push(format!("{when}{} {}", f.rule.id, f.track));
        }
        for j in &self.out.judged {
            let id = j.binding.as_ref().map_or("-", |(id, _)| id);
            self.said.push(format!("{:?} {id}: {}", j.verdict, j.said.text));
        }
    }

    /// Makes a shape for at least `ms`, then none.
    pub fn shape(&mut self, gesture: Gesture, ms: u64) -> &mut Self {
        self.by(1, Right, gesture, ms)
    }

    pub fn by(&mut self, track: u32, hand: Handedness, gesture: Gesture, ms: u64) -> &mut Self {
        let begun = self.now_ms;
        self.frame(&[event(Phase::Started, gesture, track, hand, 0)], &[(track, gesture)]);
        while self.now_ms - begun <= ms {
            let held = self.now_ms - begun;
            self.frame(&[event(Phase::Held, gesture, track, hand, held)], &[(track, gesture)]);
        }
        let held = self.now_ms - begun;
        self.frame(&[event(Phase::Ended, gesture, track, hand, held)], &[(track, G::None)]);
        self
    }

    /// Something that is over at once.
    pub fn motion(&mut self, gesture: Gesture) -> &mut Self {
        self.by(1, Right, gesture, 300)
    }

    pub fn rest(&mut self, ms: u64) -> &mut Self {
        let until = self.now_ms + ms;
        while self.now_ms < until {
            self.frame(&[], &[(1, G::None)]);
        }
        self
    }

    pub fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }
}

pub fn event(phase: Phase, gesture: Gesture, track: u32, hand: Handedness, held_ms: u64) -> Event {
    Event {
        phase,
        gesture,
        track,
        other_track: None,
        hand,
        confidence: 0.9,
        progress: 1.0,
        held_ms: held_ms as u32,
        pointer: [0.5, 0.5],
    }
}

pub fn view(track: u32, gesture: Gesture) -> HandView {
    let hand = Hand {
        track,
        handedness: Right,
        score: 1.0,
        presence: 1.0,
        landmarks: [[0.5; 3]; 21],
        world_landmarks: [[0.0; 3]; 21],
    };
    HandView { hand, gesture, confidence: 0.9, pointer: [0.5, 0.5] }
}

pub fn binding(id: &str, gesture: Gesture, command: &str) -> Binding {
    Binding {
        id: id.into(),
        gesture: gesture.name().into(),
        hand: BoundHand::Any,
        mode: None,
        hold_ms: 0,
        release_ms: 0,
        cooldown_ms: 0,
        command: json!({ "command": command }),
        enabled: true,
    }
}
