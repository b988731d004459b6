//! The log's words: why a gesture did or did not do something, with the numbers.

use super::{BoundHand, Rule};
use crate::base::Error;
use crate::base::gesture::{Family, Gesture};
use crate::command::{Details, Mode, Said};

/// How long it was held, where that matters.
fn held(rule: &Rule, held_ms: u32) -> String {
    match rule.binding.hold_ms {
        0 => String::new(),
        hold_ms => format!(" after {held_ms} of {hold_ms} ms"),
    }
}

/// Of a measured time.
fn of_ms(text: String, had_ms: u32, needs_ms: u32) -> Said {
    let (had_ms, needs_ms) = (Some(had_ms), Some(needs_ms));
    Said { text, details: Details { had_ms, needs_ms, ..Details::default() } }
}

/// Of a gesture that counted: how long it was held, where that matters.
fn counted(text: String, rule: &Rule, held_ms: u32) -> Said {
    match rule.binding.hold_ms {
        0 => text.into(),
        hold_ms => of_ms(text, held_ms, hold_ms),
    }
}

pub(super) fn fired(rule: &Rule, held_ms: u32, done: &str) -> Said {
    let mut text = format!("`{}` was given{}", rule.command, held(rule, held_ms));
    if !done.is_empty() {
        text.push_str(": ");
        text.push_str(done);
    }
    counted(text, rule, held_ms)
}

pub(super) fn refused(rule: &Rule, e: &Error) -> Said {
    let text = format!("`{}` was refused: {e}", rule.command);
    Said { text, details: Details { refusal: e.coded().cloned(), ..Details::default() } }
}

pub(super) fn dry_run(rule: &Rule, held_ms: u32) -> Said {
    let held = held(rule, held_ms);
    let text = format!("`{}` would have been given{held}, but this is a dry run", rule.command);
    counted(text, rule, held_ms)
}

pub(super) fn not_bound(gesture: Gesture) -> Said {
    use Gesture as G;
    let text = match gesture {
        G::Point | G::PointingUp => "nothing is bound to it; pointing moves the pointer",
        G::ZoomIn | G::ZoomOut | G::RotateClockwise | G::RotateCounterclockwise => {
            "nothing is bound to it; two pinching hands scale and turn what they hold"
        }
        _ => "nothing is bound to it",
    };
    text.to_owned().into()
}

pub(super) fn switched_off(rule: &Rule) -> Said {
    format!("the binding `{}` is switched off", rule.id).into()
}

pub(super) fn other_hand(rule: &Rule) -> Said {
    let hand = rule.binding.hand;
    let meant = match hand {
        BoundHand::Left => "left",
        BoundHand::Right => "right",
        BoundHand::Any => "other",
    };
    let details = Details { meant_hand: Some(hand), ..Details::default() };
    Said { text: format!("the {meant} hand is meant"), details }
}

pub(super) fn other_mode(rule: &Rule) -> Said {
    let meant = match rule.binding.mode {
        Some(Mode::Shapes) => "shapes",
        Some(Mode::Draw) => "draw",
        None => "other",
    };
    let details = Details { meant_mode: rule.binding.mode, ..Details::default() };
    Said { text: format!("it counts in the mode `{meant}`"), details }
}

pub(super) fn not_armed() -> Said {
    "hands are not armed".to_owned().into()
}

pub(super) fn too_short(rule: &Rule, held_ms: u32) -> Said {
    let needs_ms = rule.binding.hold_ms;
    of_ms(format!("held still for {held_ms} of {needs_ms} ms"), held_ms, needs_ms)
}

pub(super) fn became(rule: &Rule, held_ms: u32, motion: Gesture) -> Said {
    let needs_ms = rule.binding.hold_ms;
    let text = format!("held still for {held_ms} of {needs_ms} ms, then it became `{motion}`");
    of_ms(text, held_ms, needs_ms)
}

pub(super) fn cooling_down(rule: &Rule, since_ms: u32) -> Said {
    let needs_ms = rule.binding.cooldown_ms;
    of_ms(format!("{since_ms} of {needs_ms} ms after the last time"), since_ms, needs_ms)
}

pub(super) fn not_released(rule: &Rule, gone_ms: u32) -> Said {
    let needs_ms = rule.binding.release_ms;
    of_ms(format!("it had been gone for {gone_ms} of {needs_ms} ms"), gone_ms, needs_ms)
}

pub(super) fn part_of_double_pinch() -> Said {
    "it was the second touch of a `double_pinch`".to_owned().into()
}

pub(super) fn busy(rule: &Rule) -> Said {
    let text = match rule.gesture.family() {
        Family::TwoHands => "one of the hands was busy with something else",
        _ => "the hand was busy with something else",
    };
    text.to_owned().into()
}
