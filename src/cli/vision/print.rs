//! What `dixi vision` prints: one line a picture, JSON or words.

use std::io::{self, Write};

use serde::Serialize;

use super::input::Picture;
use crate::base::Error;
use crate::gesture::{Event, Gesture, HandView, Observation, Phase};
use crate::server::wire::{ErrorBody, GestureEvent, ObservedHand};
use crate::vision::{Handedness, Timings};

#[derive(Serialize)]
struct Seen<'a> {
    file: &'a str,
    frame: u64,
    width: u32,
    height: u32,
    hands: Vec<ObservedHand>,
    events: Vec<GestureEvent>,
    timings_ms: Timings,
}

#[derive(Serialize)]
struct Failed<'a> {
    file: &'a str,
    frame: u64,
    error: ErrorBody,
}

/// Prints to `out`, a line at a time.
pub struct Printer<W> {
    out: W,
    json: bool,
}

impl<W: Write> Printer<W> {
    /// Prints JSON, or words.
    pub fn new(out: W, json: bool) -> Self {
        Self { out, json }
    }

    /// What a picture showed.
    pub fn observation(&mut self, picture: &Picture, o: &Observation) -> io::Result<()> {
        if self.json {
            return self.line(&Seen {
                file: &picture.file,
                frame: picture.frame,
                width: o.width,
                height: o.height,
                hands: o.hands.iter().map(ObservedHand::from).collect(),
                events: o.events.iter().map(GestureEvent::from).collect(),
                timings_ms: o.timings_ms,
            });
        }
        self.place(picture)?;
        match &o.hands[..] {
            [] => write!(self.out, "no hand")?,
            hands => {
                for (i, hand) in hands.iter().enumerate() {
                    write!(self.out, "{}{}", if i == 0 { "" } else { ", " }, words(hand))?;
                }
            }
        }
        for event in o.events.iter().filter(|e| e.phase != Phase::Held) {
            write!(self.out, "; {}", news(event))?;
        }
        writeln!(self.out, " ({:.1} ms)", o.timings_ms.total)?;
        self.out.flush()
    }

    /// Why a picture could not be looked at.
    pub fn error(&mut self, picture: &Picture, e: &Error) -> io::Result<()> {
        if self.json {
            return self.line(&Failed {
                file: &picture.file,
                frame: picture.frame,
                error: ErrorBody::from(e),
            });
        }
        self.place(picture)?;
        writeln!(self.out, "error: {e}")?;
        self.out.flush()
    }

    fn place(&mut self, picture: &Picture) -> io::Result<()> {
        match picture.clip {
            true => write!(self.out, "{} frame {}: ", picture.file, picture.frame),
            false => write!(self.out, "{}: ", picture.file),
        }
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

fn words(view: &HandView) -> String {
    let side = match view.hand.handedness {
        Handedness::Left => "left",
        Handedness::Right => "right",
    };
    let gesture = match view.gesture {
        Gesture::None => "no gesture".to_owned(),
        named => format!("{named} {:.0} %", view.confidence * 100.0),
    };
    format!("{side} hand {}: {gesture}", view.hand.track)
}

fn news(event: &Event) -> String {
    let phase = match event.phase {
        Phase::Started => "started",
        Phase::Held => "held",
        Phase::Ended => "ended",
    };
    format!("{} {phase}", event.gesture)
}
