//! Where things go: a free place for what is new, and the grid for what is put down.

use glam::Vec3;

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

/// The way that brings the middle of things held onto the grid: they keep their distances.
pub(super) fn snap_by(held: &[Transform], grid: f32) -> Vec3 {
    let sum: Vec3 = held.iter().map(|t| Vec3::from(t.position)).sum();
    let middle = sum / held.len().max(1) as f32;
    Vec3::from(snapped(middle.to_array(), grid)) - middle
}
