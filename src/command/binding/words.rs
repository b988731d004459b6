//! The log's words: why a gesture did or did not do something, with the numbers.

use super::{BoundHand, Rule};
use crate::base::Error;
use crate::base::gesture::{Family, Gesture};
use crate::command::Mode;

/// How long it was held, where that matters.
fn held(rule: &Rule, held_ms: u32) -> String {
    match rule.binding.hold_ms {
        0 => String::new(),
        hold_ms => format!(" after {held_ms} of {hold_ms} ms"),
    }
}

pub(super) fn fired(rule: &Rule, held_ms: u32, done: &str) -> String {
    let held = held(rule, held_ms);
    if done.is_empty() {
        format!("`{}` was given{held}", rule.command)
    } else {
        format!("`{}` was given{held}: {done}", rule.command)
    }
}

pub(super) fn refused(rule: &Rule, e: &Error) -> String {
    format!("`{}` was refused: {e}", rule.command)
}

pub(super) fn dry_run(rule: &Rule, held_ms: u32) -> String {
    let held = held(rule, held_ms);
    format!("`{}` would have been given{held}, but this is a dry run", rule.command)
}

pub(super) fn not_bound(gesture: Gesture) -> String {
    use Gesture as G;
    match gesture {
        G::Point | G::PointingUp => "nothing is bound to it; pointing moves the pointer".into(),
        G::ZoomIn | G::ZoomOut | G::RotateClockwise | G::RotateCounterclockwise => {
            "nothing is bound to it; two pinching hands scale and turn what they hold".into()
        }
        _ => "nothing is bound to it".into(),
    }
}

pub(super) fn switched_off(rule: &Rule) -> String {
    format!("the binding `{}` is switched off", rule.id)
}

pub(super) fn other_hand(rule: &Rule) -> String {
    let meant = match rule.binding.hand {
        BoundHand::Left => "left",
        BoundHand::Right => "right",
        BoundHand::Any => "other",
    };
    format!("the {meant} hand is meant")
}

pub(super) fn other_mode(rule: &Rule) -> String {
    let meant = match rule.binding.mode {
        Some(Mode::Shapes) => "shapes",
        Some(Mode::Draw) => "draw",
        None => "other",
    };
    format!("it counts in the mode `{meant}`")
}

pub(super) fn not_armed() -> String {
    "hands are not armed".into()
}

pub(super) fn too_short(rule: &Rule, held_ms: u32) -> String {
    format!("held still for {held_ms} of {} ms", rule.binding.hold_ms)
}

pub(super) fn became(rule: &Rule, held_ms: u32, motion: Gesture) -> String {
    format!("held still for {held_ms} of {} ms, then it became `{motion}`", rule.binding.hold_ms)
}

pub(super) fn cooling_down(rule: &Rule, since_ms: u32) -> String {
    format!("{since_ms} of {} ms after the last time", rule.binding.cooldown_ms)
}

pub(super) fn not_released(rule: &Rule, gone_ms: u32) -> String {
    format!("it had been gone for {gone_ms} of {} ms", rule.binding.release_ms)
}

pub(super) fn part_of_double_pinch() -> String {
    "it was the second touch of a `double_pinch`".into()
}

pub(super) fn busy(rule: &Rule) -> String {
    match rule.gesture.family() {
        Family::TwoHands => "one of the hands was busy with something else".into(),
        _ => "the hand was busy with something else".into(),
    }
}
