//! Edits that say where things are: moved, turned, sized, placed, put down. Pure, as all
//! [edits](super::edits).

use glam::{Quat, Vec3};

use super::check;
use super::edits::{Edit, Ground, One};
use super::room::put_on_grid;
use crate::base::object::{Object, ObjectId, Transform};
use crate::base::{Error, Result};

/// Moves all by the same way; where one would leave the room, all stop.
pub(super) fn shift(on: &Ground<'_>, ids: &[ObjectId], mut by: [f32; 3]) -> Result<Edit> {
    let objects = on.movable(ids)?;
    for (axis, most) in check::REACH.into_iter().enumerate() {
        for object in &objects {
            let at = object.position[axis];
            by[axis] = by[axis].clamp((-most - at).min(0.0), (most - at).max(0.0));
        }
    }
    on.change(&objects, "is moved", "are moved", |o| {
        o.position = (Vec3::from(o.position) + Vec3::from(by)).to_array();
    })
}

fn middle(objects: &[One<'_>]) -> Vec3 {
    let sum: Vec3 = objects.iter().map(|o| Vec3::from(o.position)).sum();
    sum / objects.len().max(1) as f32
}

pub(super) fn rotate(
    on: &Ground<'_>,
    ids: &[ObjectId],
    axis: [f32; 3],
    degrees: f32,
) -> Result<Edit> {
    let axis = Vec3::from(check::vector("axis", axis)?).try_normalize().ok_or_else(|| {
        Error::invalid("this axis points nowhere").next("send three numbers that are not all 0")
    })?;
    if !degrees.is_finite() {
        return Err(Error::invalid("this angle is no number"));
    }
    let objects = on.movable(ids)?;
    let (middle, turn) = (middle(&objects), Quat::from_axis_angle(axis, degrees.to_radians()));
    on.change(&objects, "is turned", "are turned", |o| {
        let at = middle + turn * (Vec3::from(o.position) - middle);
        if objects.len() > 1 {
            o.position = check::within(at.to_array());
        }
        if degrees != 0.0 {
            o.rotation = (turn * Quat::from_array(o.rotation)).normalize().to_array();
        }
    })
}

pub(super) fn scale(on: &Ground<'_>, ids: &[ObjectId], factor: f32) -> Result<Edit> {
    let [least, most] = check::SIZES;
    if !(least..=most).contains(&factor) {
        return Err(Error::invalid(format!("nothing can be made {factor} times as large"))
            .why(format!("the factor must be within {least}..{most}")));
    }
    let objects = on.movable(ids)?;
    let sizes = || objects.iter().flat_map(|o| o.scale).map(f32::abs);
    let largest = sizes().fold(least, f32::max);
    let smallest = sizes().fold(most, f32::min);
    // All by the same factor, so that they keep their proportions at the limits too.
    let factor = factor.clamp((least / smallest).min(1.0), (most / largest).max(1.0));
    let middle = middle(&objects);
    on.change(&objects, "has another size", "have another size", |o| {
        if objects.len() > 1 {
            let at = middle + (Vec3::from(o.position) - middle) * factor;
            o.position = check::within(at.to_array());
        }
        o.scale = o.scale.map(|s| (s * factor).abs().clamp(least, most).copysign(s));
    })
}

pub(super) fn place(on: &Ground<'_>, transforms: &[Transform]) -> Result<Edit> {
    let places = checked(transforms)?;
    let ids: Vec<ObjectId> = places.iter().map(|t| t.id).collect();
    if ids.is_empty() {
        return Err(Error::invalid("there is nothing to be placed").next("give `transforms`"));
    }
    let objects = on.unlocked(on.exactly(&ids)?)?;
    on.change(&objects, "is placed", "are placed", |o| put(o, &places))
}

/// Places that may be, by number, each object once.
///
/// # Errors
/// `Invalid`, naming what is wrong.
pub(super) fn checked(transforms: &[Transform]) -> Result<Vec<Transform>> {
    let mut places =
        transforms.iter().map(|t| check::transform(*t)).collect::<Result<Vec<Transform>>>()?;
    places.sort_unstable_by_key(|t| t.id);
    match places.windows(2).find(|two| two[0].id == two[1].id) {
        None => Ok(places),
        Some(two) => Err(Error::invalid(format!("object {} is placed twice", two[0].id))),
    }
}

fn put(o: &mut Object, places: &[Transform]) {
    if let Ok(at) = places.binary_search_by_key(&o.id, |t| t.id) {
        (o.position, o.rotation, o.scale) =
            (places[at].position, places[at].rotation, places[at].scale);
    }
}

/// Puts down what was held: as it lies, or on the grid. What is gone or
/// locked meanwhile stays as it is.
pub(super) fn put_down(on: &Ground<'_>, held: &[Transform]) -> Result<Edit> {
    let free = |t: &&Transform| on.scene.object(t.id).is_some_and(|o| !o.locked);
    let held: Vec<Transform> = held.iter().filter(free).copied().collect();
    let objects: Vec<_> = held.iter().filter_map(|t| on.scene.object(t.id)).collect();
    let before: Vec<Transform> = objects.iter().map(|o| o.transform()).collect();
    let places = put_on_grid(&before, &held, on.snap);
    on.change(&objects, "is put down", "are put down", |o| put(o, &places))
}
