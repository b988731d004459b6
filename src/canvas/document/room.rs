//! Where things go: a free place for what is new, and the grid for what is put down.

use std::f32::consts::{PI, TAU};

use glam::{Quat, Vec3};

use super::check;
use crate::base::object::{Transform, Vec3 as Point};
use crate::canvas::Scene;

/// Distance of the places tried, scene units: a solid of size 1.5 has room.
const STEP: f32 = 1.9;
/// Places to each side of the middle, and up and down: all well within the stage.
const PLACES: [i32; 2] = [3, 1];
/// How near another object's middle may be, scene units.
const NEAR: f32 = 1.7;

/// A place near the middle of the stage with nothing near it; the middle where all are taken.
pub(super) fn free_place(scene: &Scene) -> Point {
    let [across, up] = PLACES;
    let mut places: Vec<[i32; 2]> =
        (-across..=across).flat_map(|x| (-up..=up).map(move |y| [x, y])).collect();
    places.sort_by_key(|[x, y]| (x * x + y * y, *y, *x));
    let points = places.into_iter().map(|[x, y]| [x as f32 * STEP, y as f32 * STEP, 0.0]);
    let free = |at: &Point| {
        let near = |p: Point| (p[0] - at[0]).hypot(p[1] - at[1]) < NEAR;
        !scene.objects.iter().any(|o| near(o.position))
    };
    let mut points = points;
    points.find(free).unwrap_or_default()
}

/// The nearest point of a grid; the point itself without one.
pub(super) fn snapped(at: Point, grid: f32) -> Point {
    if grid <= 0.0 {
        return at;
    }
    check::within(at.map(|x| (x / grid).round() * grid))
}

/// Sizes on a grid are multiples of this part of it: a solid of 1.5 stands well on a grid of 1.
const SIZE_STEP: f32 = 0.25;
/// Turns on a grid are multiples of this, degrees.
const TURN_STEP_DEG: f32 = 15.0;
/// Sizes (part of them) and turns (radians) that differ by less have not been changed.
const SAME: f32 = 1e-4;
/// Rotations whose scalar product is more than this are the same: half a degree apart.
const ALIKE: f32 = 1.0 - 1e-5;

/// What was held, put on a grid: its middle on a point of it, its size and turn, where they were
/// changed, in steps. All of it by the same way, so that things keep their distances and proportions.
/// `before` is where each was, in the same order.
pub(super) fn put_on_grid(before: &[Transform], held: &[Transform], grid: f32) -> Vec<Transform> {
    if grid <= 0.0 || before == held {
        return held.to_vec();
    }
    let factor = size_factor(before, held, grid * SIZE_STEP);
    let turns: Vec<Quat> = before.iter().zip(held).map(|(b, h)| turn_left(b, h)).collect();
    let sum: Vec3 = held.iter().map(|t| Vec3::from(t.position)).sum();
    let middle = sum / held.len().max(1) as f32;
    let to = Vec3::from(snapped(middle.to_array(), grid));
    let about = turns.first().copied().unwrap_or_default();
    let put = |((t, b), turn): ((&Transform, &Transform), &Quat)| {
        let from_middle = about * (Vec3::from(t.position) - middle) * factor;
        let turned = (*turn * Quat::from_array(t.rotation)).normalize();
        let as_it_was = turned.dot(Quat::from_array(b.rotation).normalize()).abs() > ALIKE;
        Transform {
            id: t.id,
            position: check::within((to + from_middle).to_array()),
            rotation: if as_it_was { b.rotation } else { turned.to_array() },
            scale: t.scale.map(|s| size(rounded(s * factor, grid * SIZE_STEP))),
        }
    };
    held.iter().zip(before).zip(&turns).map(put).collect()
}

/// The factor that brings the largest of what was made larger or smaller to a multiple of `step`.
fn size_factor(before: &[Transform], held: &[Transform], step: f32) -> f32 {
    let largest =
        |all: &[Transform]| all.iter().flat_map(|t| t.scale).map(f32::abs).fold(0.0_f32, f32::max);
    let (was, is) = (largest(before), largest(held));
    if is <= 0.0 || (is - was).abs() <= SAME * was {
        return 1.0;
    }
    ((is / step).round() * step).max(step) / is
}

/// A size that may be, either way round.
fn size(s: f32) -> f32 {
    s.abs().clamp(check::SIZES[0], check::SIZES[1]).copysign(s)
}

/// A size that should be a multiple of `step`, without what is left of a division.
fn rounded(size: f32, step: f32) -> f32 {
    let whole = (size / step).round() * step;
    if whole != 0.0 && (size - whole).abs() < SAME * step { whole } else { size }
}

/// What is missing until the turn from `before` to `now` is one of whole steps.
fn turn_left(before: &Transform, now: &Transform) -> Quat {
    let (b, n) = (Quat::from_array(before.rotation), Quat::from_array(now.rotation));
    let (axis, angle) = (n.normalize() * b.normalize().inverse()).to_axis_angle();
    // The short way round.
    let angle = if angle > PI { angle - TAU } else { angle };
    if angle.abs() < SAME || !axis.is_finite() {
        return Quat::IDENTITY;
    }
    let step = TURN_STEP_DEG.to_radians();
    Quat::from_axis_angle(axis, (angle / step).round() * step - angle)
}
