//! The ring menu: what is in it, where its items are, and which one is chosen.

use super::outline::place;
use super::view::RingView;
use crate::base::Stamp;
use crate::base::object::Form;
use crate::base::stage;
use crate::command::{Command, Mode};

/// From the ring's middle to the middle of its items, canvas widths.
pub const RADIUS: f32 = 0.1;
/// A pointer is on an item between these distances from the middle, canvas widths: what is further
/// in is nowhere yet.
const ON: [f32; 2] = [0.055, 0.165];
/// The middle stays this far from the canvas's edge, canvas widths, so that all items are on it.
const MARGIN: f32 = 0.135;
/// Hands further away than this, canvas widths, have left it.
const AWAY: f32 = 0.3;
/// After this long away it closes, milliseconds.
const AWAY_MS: f32 = 600.0;
/// And after this long in which no hand was on an item, milliseconds.
const NOTHING_MS: f32 = 6_000.0;
/// A dwell that a trembling interrupts for less than this goes on, milliseconds.
const FLICKER_MS: f32 = 120.0;

/// A pointer that may choose.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chooser {
    /// Canvas space.
    pub at: [f32; 2],
    /// Whether it began to pinch in this frame.
    pub pinched: bool,
}

/// The ring while it is open.
#[derive(Clone, Debug)]
pub(super) struct Ring {
    at: [f32; 2],
    mode: Mode,
    item: Option<u32>,
    /// Since when it is pointed at, and when it was last.
    since: Stamp,
    seen: Stamp,
    /// When a hand was last near, and when one was last on an item.
    near: Stamp,
    busy: Stamp,
    dwell: f32,
}

/// What came of a frame.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Choice {
    /// Nothing yet.
    Open,
    /// It is over.
    Closed,
    /// An item was chosen; it is over.
    Chosen(Command),
}

/// The items, clockwise from the top.
pub fn items(mode: Mode) -> [&'static str; 10] {
    let [box_, sphere, cone, cylinder, torus, plane] = Form::SOLIDS;
    let other = match mode {
        Mode::Shapes => "draw",
        Mode::Draw => "shapes",
    };
    [box_, sphere, cone, cylinder, torus, plane, "undo", "redo", other, "clear"]
}

/// What an item of a ring at `at` (canvas space) means; none for a name that is no item.
pub fn command_of(item: &str, at: [f32; 2]) -> Option<Command> {
    let form = match item {
        "box" => Form::Box {},
        "sphere" => Form::Sphere {},
        "cone" => Form::Cone {},
        "cylinder" => Form::Cylinder {},
        "torus" => Form::Torus {},
        "plane" => Form::Plane {},
        "undo" => return Some(Command::Undo {}),
        "redo" => return Some(Command::Redo {}),
        "shapes" => return Some(Command::SetMode { mode: Mode::Shapes }),
        "draw" => return Some(Command::SetMode { mode: Mode::Draw }),
        "clear" => return Some(Command::Clear {}),
        _ => return None,
    };
    Some(Command::Create {
        form: Some(form),
        position: Some(stage::to_scene(at, 0.0)),
        rotation: None,
        scale: None,
        colour: None,
        label: None,
    })
}

impl Ring {
    /// Opens at `at`, canvas space, or as near as there is room for all of it.
    pub fn new(now: Stamp, at: [f32; 2], mode: Mode) -> Self {
        let tall = MARGIN * stage::WIDTH / stage::HEIGHT;
        let within = |v: f32, margin: f32| {
            if v.is_finite() { v.clamp(margin, 1.0 - margin) } else { 0.5 }
        };
        let at = [within(at[0], MARGIN), within(at[1], tall)];
        let item = None;
        Self { at, mode, item, since: now, seen: now, near: now, busy: now, dwell: 0.0 }
    }

    fn off_middle(&self, at: [f32; 2]) -> [f32; 2] {
        let (p, m) = (place(at), place(self.at));
        [p[0] - m[0], p[1] - m[1]]
    }

    /// Whether a pointer is among the items.
    pub fn is_near(&self, at: [f32; 2]) -> bool {
        let [x, y] = self.off_middle(at);
        x.hypot(y) <= ON[1]
    }

    /// The item at a place, canvas space.
    pub fn item_at(&self, at: [f32; 2]) -> Option<u32> {
        let [x, y] = self.off_middle(at);
        if !(ON[0]..=ON[1]).contains(&x.hypot(y)) {
            return None;
        }
        let n = items(self.mode).len() as f32;
        // Clockwise from the top; y is down.
        let turn = x.atan2(-y) / std::f32::consts::TAU;
        Some((turn * n).round().rem_euclid(n) as u32)
    }

    /// Takes one frame; the first chooser that is on an item counts.
    pub fn update(&mut self, now: Stamp, choosers: &[Chooser], dwell_ms: u32) -> Choice {
        let near = |c: &Chooser| {
            let [x, y] = self.off_middle(c.at);
            x.hypot(y) <= AWAY
        };
        if choosers.is_empty() || choosers.iter().any(near) {
            self.near = now;
        }
        let on = choosers.iter().find_map(|c| self.item_at(c.at).map(|item| (item, c.pinched)));
        match on {
            Some((item, _)) if self.item == Some(item) => self.seen = now,
            Some((item, _)) => (self.item, self.since, self.seen) = (Some(item), now, now),
            None if now.ms_since(self.seen) > FLICKER_MS => self.item = None,
            None => {}
        }
        if self.item.is_some() {
            self.busy = now;
        }
        let held_ms = now.ms_since(self.since);
        self.dwell = match self.item {
            Some(_) if dwell_ms > 0 => (held_ms / dwell_ms as f32).min(1.0),
            _ => 0.0,
        };
        let chosen = self.dwell >= 1.0 || on.is_some_and(|(_, pinched)| pinched);
        let item =
            self.item.filter(|_| chosen).and_then(|i| items(self.mode).get(i as usize).copied());
        if let Some(command) = item.and_then(|item| command_of(item, self.at)) {
            return Choice::Chosen(command);
        }
        let over = now.ms_since(self.near) > AWAY_MS || now.ms_since(self.busy) > NOTHING_MS;
        if over { Choice::Closed } else { Choice::Open }
    }

    pub fn view(&self) -> RingView {
        RingView {
            at: self.at,
            radius: RADIUS,
            items: items(self.mode).map(String::from).to_vec(),
            item: self.item,
            dwell: self.dwell,
        }
    }
}
