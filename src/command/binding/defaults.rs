//! What the gestures do before anybody has changed anything.
//!
//! Why these: what is taken back easily is quick, what hurts is held; content follows the hand, so
//! a swipe to the left brings the scene on the right; a hand that is lowered quickly can look like
//! a swipe down, so that one only does again what was undone. Opening the hand lifts the pen, since
//! the pinch that draws is over then; held open, it brings the menu in both modes, so that nobody
//! is caught in one. Two pinching hands need no binding: they scale and turn what they hold.

use serde_json::{Value, json};

use super::{Binding, BoundHand};
use crate::command::Mode;

/// A line of the table: id, gesture, mode, hold ms, cool-down ms, command.
type Line = (&'static str, &'static str, Option<Mode>, u32, u32, Value);

const SHAPES: Option<Mode> = Some(Mode::Shapes);
const DRAW: Option<Mode> = Some(Mode::Draw);

/// The default bindings, in the order of the list.
pub fn defaults() -> Vec<Binding> {
    lines().into_iter().map(binding).collect()
}

fn lines() -> Vec<Line> {
    vec![
        ("grab", "pinch", SHAPES, 0, 0, json!({"command": "grab"})),
        ("draw", "pinch", DRAW, 0, 0, json!({"command": "draw"})),
        ("menu", "open_palm", None, 800, 1_000, json!({"command": "open_ring"})),
        ("create", "ok", SHAPES, 500, 1_000, json!({"command": "create"})),
        ("duplicate", "double_pinch", SHAPES, 0, 800, json!({"command": "duplicate"})),
        ("delete", "closed_fist", None, 900, 1_000, json!({"command": "delete"})),
        ("clear", "wave", None, 0, 3_000, json!({"command": "clear"})),
        (
            "turn-right",
            "circle_clockwise",
            SHAPES,
            0,
            500,
            json!({"command": "rotate", "degrees": -30}),
        ),
        (
            "turn-left",
            "circle_counterclockwise",
            SHAPES,
            0,
            500,
            json!({"command": "rotate", "degrees": 30}),
        ),
        ("undo", "swipe_up", None, 0, 800, json!({"command": "undo"})),
        ("redo", "swipe_down", None, 0, 800, json!({"command": "redo"})),
        ("approve", "thumb_up", None, 500, 1_500, json!({"command": "approve"})),
        ("reject", "thumb_down", None, 700, 1_500, json!({"command": "reject"})),
        ("picture", "victory", None, 600, 3_000, json!({"command": "take_picture"})),
        ("next", "swipe_left", None, 0, 800, json!({"command": "next"})),
        ("previous", "swipe_right", None, 0, 800, json!({"command": "previous"})),
        ("to-draw", "clap", SHAPES, 0, 1_500, json!({"command": "set_mode", "mode": "draw"})),
        ("to-shapes", "clap", DRAW, 0, 1_500, json!({"command": "set_mode", "mode": "shapes"})),
        // Pointing at a thing for long: the dwelling that selects it comes first.
        ("ask", "point", SHAPES, 2_500, 5_000, json!({"command": "ask"})),
        ("arm", "i_love_you", None, 800, 1_000, json!({"command": "arm"})),
    ]
}

fn binding((id, gesture, mode, hold_ms, cooldown_ms, command): Line) -> Binding {
    Binding {
        id: id.into(),
        gesture: gesture.into(),
        hand: BoundHand::Any,
        mode,
        hold_ms,
        release_ms: 0,
        cooldown_ms,
        command,
        enabled: true,
    }
}
