//! What a pointer reaches: the front-most object under it, else the nearest one close by.
//!
//! Keeps rough bounds of all objects, renewed when the scene or what is held changes, and the
//! outlines of those that were asked for. A question looks at 2,000 bounds and a few outlines.

use std::collections::HashMap;
use std::sync::Arc;

use super::outline::{Bound, Line, Outline, Place, bound, outline, place};
use crate::base::object::{Form, Object, ObjectId, SceneId, Transform};
use crate::canvas::{Held, Scene};

/// A target is given up only when it is missed by this much more than the reach.
const KEEP: f32 = 1.25;
/// And is left for another that is not hit either only if that is nearer by this part of the reach.
const NEARER: f32 = 0.3;

/// All that can be reached.
#[derive(Debug, Default)]
pub(super) struct Reach {
    scene: Option<Arc<Scene>>,
    held: Vec<Transform>,
    /// One for each object of the scene, in its order.
    spots: Vec<Spot>,
    by_id: HashMap<ObjectId, usize>,
    lines: HashMap<ObjectId, Line>,
    lines_of: SceneId,
}

#[derive(Debug)]
struct Spot {
    bound: Bound,
    at: Transform,
    outline: Option<Outline>,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub id: ObjectId,
    /// How far it is missed, canvas widths; 0 where it is hit.
    pub missed: f32,
    front: f32,
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quest {
    /// Canvas space.
    pub at: [f32; 2],
    /// Canvas widths.
    pub reach: f32,
    /// What was found before: it is not given up for a trembling.
    pub before: Option<ObjectId>,
    /// Whether objects that are locked are passed over.
    pub pass_locked: bool,
}

impl Reach {
    /// Takes the scene as it is shown, and where what is held is now.
    pub fn look_at(&mut self, scene: &Arc<Scene>, held: &[Held]) {
        if !self.scene.as_ref().is_some_and(|known| Arc::ptr_eq(known, scene)) {
            self.renew(scene);
        }
        let now = || held.iter().flat_map(|h| &h.objects);
        if now().eq(self.held.iter()) {
            return;
        }
        let before = std::mem::take(&mut self.held);
        for t in &before {
            let rests = self.object(t.id).map(Object::transform);
            self.put(rests);
        }
        self.held = before;
        self.held.clear();
        self.held.extend(now().copied());
        for i in 0..self.held.len() {
            self.put(Some(self.held[i]));
        }
    }

    fn renew(&mut self, scene: &Arc<Scene>) {
        if self.lines_of != scene.id || self.lines.len() > 2 * scene.objects.len() + 64 {
            self.lines.clear();
            self.lines_of = scene.id;
        }
        self.spots.clear();
        self.by_id.clear();
        self.held.clear();
        for (i, object) in scene.objects.iter().enumerate() {
            let line = line_of(&mut self.lines, object);
            let at = object.transform();
            self.spots.push(Spot { bound: bound(&object.form, &at, line), at, outline: None });
            self.by_id.insert(object.id, i);
        }
        self.scene = Some(Arc::clone(scene));
    }

    fn put(&mut self, t: Option<Transform>) {
        let (Some(t), Some(scene)) = (t, &self.scene) else { return };
        let Some(i) = self.by_id.get(&t.id).copied() else { return };
        let Some(object) = scene.objects.get(i) else { return };
        let line = self.lines.get(&t.id);
        self.spots[i] = Spot { bound: bound(&object.form, &t, line), at: t, outline: None };
    }

    /// The object by its number.
    pub fn object(&self, id: ObjectId) -> Option<&Object> {
        self.scene.as_ref()?.objects.get(*self.by_id.get(&id)?).map(|o| &**o)
    }

    /// Where an object is now, held or not.
    pub fn now(&self, id: ObjectId) -> Option<Transform> {
        self.spots.get(*self.by_id.get(&id)?).map(|s| s.at)
    }

    /// `id` and, if it belongs to a group, the others of it.
    pub fn with_group(&self, id: ObjectId) -> Vec<ObjectId> {
        let Some(object) = self.object(id) else { return Vec::new() };
        let (Some(_), Some(scene)) = (object.group, &self.scene) else { return vec![id] };
        scene.objects.iter().filter(|o| o.group == object.group).map(|o| o.id).collect()
    }

    /// The front-most object under the pointer, else the nearest within reach.
    pub fn find(&mut self, quest: &Quest) -> Option<Found> {
        let at = place(quest.at);
        if !at.iter().all(|v| v.is_finite()) {
            return None;
        }
        let (mut hit, mut near): (Option<Found>, Option<Found>) = (None, None);
        for i in 0..self.spots.len() {
            let b = self.spots[i].bound;
            if (at[0] - b.centre[0]).hypot(at[1] - b.centre[1]) > b.radius + quest.reach
                || hit.is_some_and(|h| h.front >= b.front)
            {
                continue;
            }
            let Some(found) = self.ask(i, at, quest.pass_locked) else { continue };
            if found.missed <= 0.0 {
                hit = Some(found);
            } else if found.missed <= quest.reach && near.is_none_or(|n| found.missed < n.missed) {
                near = Some(found);
            }
        }
        hit.or_else(|| self.keep(quest, at, near).or(near))
    }

    /// What was found before, if it is still as good.
    fn keep(&mut self, quest: &Quest, at: Place, near: Option<Found>) -> Option<Found> {
        let i = *self.by_id.get(&quest.before?)?;
        let before = self.ask(i, at, quest.pass_locked)?;
        let better = near.is_some_and(|n| n.missed + NEARER * quest.reach < before.missed);
        (before.missed <= KEEP * quest.reach && !better).then_some(before)
    }

    fn ask(&mut self, i: usize, at: Place, pass_locked: bool) -> Option<Found> {
        let object = self.scene.as_ref()?.objects.get(i)?;
        if pass_locked && object.locked {
            return None;
        }
        let spot = &mut self.spots[i];
        let t = spot.at;
        let line = self.lines.get(&object.id);
        let seen = spot.outline.get_or_insert_with(|| outline(object, &t, line));
        let missed = seen.distance(at).max(0.0);
        Some(Found { id: object.id, missed, front: spot.bound.front })
    }
}

/// Strokes keep their points as they are for life, so their thinned lines are made once.
fn line_of<'a>(lines: &'a mut HashMap<ObjectId, Line>, object: &Object) -> Option<&'a Line> {
    let Form::Stroke { points, width } = &object.form else { return None };
    Some(lines.entry(object.id).or_insert_with(|| Line::of(points, *width)))
}
