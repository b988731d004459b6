//! Edits: from a scene and a command to what changes. Pure: knows neither who, nor disk, nor
//! viewers, so that any sequence of them can be tried.

use glam::Vec3;

use super::check;
use super::words::{free_label, name_of, several};
use crate::base::object::{Change, Form, Object, ObjectId, Transform};
use crate::base::{Error, Kind, Refusal, Result};
use crate::canvas::{MAX_OBJECTS, Scene, Tray};
use crate::command::Command;

use super::moves::{place, rotate, scale, shift};
use super::room::{free_place, snapped};

/// What an edit is made on.
pub(super) struct Ground<'a> {
    pub scene: &'a Scene,
    pub selection: &'a [ObjectId],
    pub tray: &'a Tray,
    pub next_id: ObjectId,
    /// Grid for what is put down, scene units; 0 for none.
    pub snap: f32,
}

/// What an edit does. With no changes there is nothing to be done.
#[derive(Debug, Default)]
pub(super) struct Edit {
    pub changes: Vec<Change>,
    /// The selection afterwards, if it is another.
    pub select: Option<Vec<ObjectId>>,
    pub next_id: ObjectId,
    /// What is done then, in words.
    pub words: String,
}

/// Makes an edit of a command on objects.
///
/// # Errors
/// `NotFound` for objects that are gone, `Conflict` for locked ones, `Invalid` for what cannot be.
pub(super) fn make(on: &Ground<'_>, command: &Command) -> Result<Edit> {
    match command {
        Command::Create { .. } => create(on, command),
        Command::Move { ids, by } => shift(on, ids, check::vector("way", *by)?),
        Command::Rotate { ids, axis, degrees } => rotate(on, ids, *axis, *degrees),
        Command::Scale { ids, factor } => scale(on, ids, *factor),
        Command::Place { transforms } => place(on, transforms),
        Command::Colour { ids, colour } => {
            let colour = check::colour(colour)?;
            let objects = on.unlocked(on.exactly(ids)?)?;
            on.change(&objects, "has another colour", "have another colour", |o| {
                o.colour.clone_from(&colour);
            })
        }
        Command::Label { id, label } => {
            let label = check::label(label)?;
            let objects = on.unlocked(vec![on.object(*id)?])?;
            on.change(&objects, "has another name", "", |o| o.label.clone_from(&label))
        }
        Command::Write { id, text } => write(on, *id, text),
        Command::Lock { ids } => {
            on.change(&on.chosen(ids)?, "is locked", "are locked", |o| o.locked = true)
        }
        Command::Unlock { ids } => {
            on.change(&on.chosen(ids)?, "is unlocked", "are unlocked", |o| o.locked = false)
        }
        Command::Group { ids } => group(on, ids),
        Command::Ungroup { ids } => {
            let objects = on.unlocked(on.chosen(ids)?)?;
            if objects.iter().all(|o| o.group.is_none()) {
                return Err(
                    Error::invalid("nothing of that is in a group").refusal(Refusal::NoGroup {})
                );
            }
            on.change(&objects, "is parted", "are parted", |o| o.group = None)
        }
        Command::Duplicate { ids } => duplicate(on, ids),
        Command::Delete { ids } => remove(on, &on.unlocked(on.chosen(ids)?)?),
        Command::Clear {} => {
            remove(on, &on.scene.objects.iter().filter(|o| !o.locked).collect::<Vec<_>>())
        }
        other => Err(Error::internal(format!("`{}` is no edit", other.name()))),
    }
}

pub(super) type One<'a> = &'a std::sync::Arc<Object>;

impl<'a> Ground<'a> {
    pub(super) fn object(&self, id: ObjectId) -> Result<One<'a>> {
        self.scene.object(id).ok_or_else(|| {
            Error::new(Kind::NotFound, format!("object {id} is not in this scene"))
                .why("it was deleted, or never was")
                .refusal(Refusal::ObjectGone {})
                .next("undo brings back what was deleted")
        })
    }

    /// The objects of these numbers, each once; those selected where none are given.
    pub(super) fn exactly(&self, ids: &[ObjectId]) -> Result<Vec<One<'a>>> {
        let mut ids = if ids.is_empty() { self.selection } else { ids }.to_vec();
        if ids.is_empty() {
            return Err(Error::invalid("nothing is selected")
                .next("select something first, or say which objects by `ids`")
                .refusal(Refusal::NothingSelected {}));
        }
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| self.object(id)).collect()
    }

    /// The same, and all that belong to their groups.
    pub(super) fn chosen(&self, ids: &[ObjectId]) -> Result<Vec<One<'a>>> {
        let exactly = self.exactly(ids)?;
        let mut groups: Vec<u32> = exactly.iter().filter_map(|o| o.group).collect();
        if groups.is_empty() {
            return Ok(exactly);
        }
        groups.sort_unstable();
        let is_in = |o: &Object| o.group.is_some_and(|g| groups.binary_search(&g).is_ok());
        let named = |id| exactly.binary_search_by_key(&id, |o| o.id).is_ok();
        Ok(self.scene.objects.iter().filter(|o| is_in(o) || named(o.id)).collect())
    }

    pub(super) fn unlocked(&self, objects: Vec<One<'a>>) -> Result<Vec<One<'a>>> {
        match objects.iter().find(|o| o.locked) {
            None => Ok(objects),
            Some(o) => Err(Error::new(Kind::Conflict, format!("{} is locked", name_of(o)))
                .next("unlock it first")
                .refusal(Refusal::Locked { name: name_of(o) })),
        }
    }

    /// What is chosen, for what moves: a locked member of a group stays where it is while the others
    /// move. What is locked and alone is refused.
    pub(super) fn movable(&self, ids: &[ObjectId]) -> Result<Vec<One<'a>>> {
        let (locked, free): (Vec<_>, Vec<_>) =
            self.chosen(ids)?.into_iter().partition(|o| o.locked);
        let with_others =
            |o: &&One<'_>| o.group.is_some() && free.iter().any(|f| f.group == o.group);
        match locked.iter().find(|o| !with_others(o)) {
            None => Ok(free),
            Some(_) => self.unlocked(locked),
        }
    }

    /// The edit that does `how` to each; those that stay the same are left out.
    pub(super) fn change(
        &self,
        objects: &[One<'a>],
        one: &str,
        many: &str,
        how: impl Fn(&mut Object),
    ) -> Result<Edit> {
        let changed = objects.iter().map(|before| {
            let mut after = Object::clone(before);
            how(&mut after);
            Change::from(before, after)
        });
        Ok(Edit {
            changes: changed.filter(|c| c.before != c.after).collect(),
            select: None,
            next_id: self.next_id,
            words: several(objects, one, many),
        })
    }

    fn room_for(&self, more: usize) -> Result<()> {
        if self.scene.objects.len() + more <= MAX_OBJECTS {
            return Ok(());
        }
        Err(Error::new(Kind::Exhausted, "the scene is full")
            .why(format!("{MAX_OBJECTS} objects are the most that still move fluently"))
            .next("delete some, or begin another scene")
            .refusal(Refusal::SceneFull { most: MAX_OBJECTS }))
    }
}

fn create(on: &Ground<'_>, command: &Command) -> Result<Edit> {
    let Command::Create { form, position, rotation, scale, colour, label } = command else {
        return Err(Error::internal("that makes nothing"));
    };
    on.room_for(1)?;
    let form = match form {
        Some(form) => check::form(form.clone())?,
        None => solid(&on.tray.kind)?,
    };
    let stroke = matches!(form, Form::Stroke { .. });
    let position = match position {
        Some(at) if stroke => check::within(check::vector("position", *at)?),
        Some(at) => snapped(check::within(check::vector("position", *at)?), on.snap),
        None if stroke => [0.0; 3],
        None => snapped(free_place(on.scene), on.snap),
    };
    let size = if Form::SOLIDS.contains(&form.name()) { 1.5 } else { 1.0 };
    let place = check::transform(Transform {
        id: on.next_id,
        position,
        rotation: rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]),
        scale: scale.unwrap_or([size; 3]),
    })?;
    let label = match label {
        Some(label) => check::label(label)?,
        None => free_label(on.scene, form.name()),
    };
    let object = Object {
        id: on.next_id,
        form,
        position: place.position,
        rotation: place.rotation,
        scale: place.scale,
        colour: check::colour(colour.as_ref().unwrap_or(&on.tray.colour))?,
        label,
        locked: false,
        group: None,
    };
    Ok(Edit {
        words: format!("{} is there", name_of(&object)),
        select: Some(vec![object.id]),
        next_id: on.next_id + 1,
        changes: vec![Change::made(object)],
    })
}

/// The solid of this name.
///
/// # Errors
/// `Invalid` for any other name.
pub(super) fn solid(name: &str) -> Result<Form> {
    Ok(match name {
        "box" => Form::Box {},
        "sphere" => Form::Sphere {},
        "cone" => Form::Cone {},
        "cylinder" => Form::Cylinder {},
        "torus" => Form::Torus {},
        "plane" => Form::Plane {},
        other => {
            let shown: String = other.chars().take(40).collect();
            return Err(Error::invalid(format!("there is no solid `{shown}`"))
                .next(format!("take one of {}", Form::SOLIDS.join(", "))));
        }
    })
}

fn write(on: &Ground<'_>, id: ObjectId, words: &str) -> Result<Edit> {
    let objects = on.unlocked(vec![on.object(id)?])?;
    let form = match &objects[0].form {
        Form::Text { .. } => Form::Text { text: words.to_owned() },
        Form::Answer { question, .. } => {
            Form::Answer { text: words.to_owned(), question: question.clone() }
        }
        _ => {
            return Err(Error::invalid(format!("{} holds no words", name_of(objects[0])))
                .next("write on a card of words or an answer; `label` names other things"));
        }
    };
    let form = check::form(form)?;
    on.change(&objects, "says something else", "", |o| o.form.clone_from(&form))
}

fn next_group(scene: &Scene) -> u32 {
    scene.objects.iter().filter_map(|o| o.group).max().unwrap_or(0).saturating_add(1)
}

fn group(on: &Ground<'_>, ids: &[ObjectId]) -> Result<Edit> {
    let objects = on.unlocked(on.chosen(ids)?)?;
    if objects.len() < 2 {
        return Err(Error::invalid("one thing alone is no group")
            .next("choose at least two")
            .refusal(Refusal::OneIsNoGroup {}));
    }
    let together = objects[0].group.filter(|g| objects.iter().all(|o| o.group == Some(*g)));
    let number = together.unwrap_or_else(|| next_group(on.scene));
    on.change(&objects, "", "are joined", |o| o.group = Some(number))
}

/// How far aside copies are put, scene units: seen, and still beside what they were copied from.
const ASIDE: Vec3 = Vec3::new(0.7, -0.7, 0.0);

fn duplicate(on: &Ground<'_>, ids: &[ObjectId]) -> Result<Edit> {
    let objects = on.chosen(ids)?;
    on.room_for(objects.len())?;
    let first_group = next_group(on.scene);
    let mut groups: Vec<u32> = Vec::new();
    let mut scene = on.scene.clone();
    let mut changes = Vec::with_capacity(objects.len());
    for (number, original) in objects.iter().enumerate() {
        let mut copy = Object::clone(original);
        copy.id = on.next_id + number as u32;
        copy.locked = false;
        copy.position = check::within((Vec3::from(copy.position) + ASIDE).to_array());
        copy.group = copy.group.map(|old| {
            let known = groups.iter().position(|g| *g == old).unwrap_or_else(|| {
                groups.push(old);
                groups.len() - 1
            });
            first_group + known as u32
        });
        if !copy.label.is_empty() {
            copy.label = free_label(&scene, &copy.label);
        }
        let change = Change::made(copy);
        scene.objects.extend(change.after.clone());
        changes.push(change);
    }
    Ok(Edit {
        select: Some(changes.iter().map(Change::id).collect()),
        next_id: on.next_id + changes.len() as u32,
        words: several(&objects, "has a copy", "have copies"),
        changes,
    })
}

fn remove(on: &Ground<'_>, objects: &[One<'_>]) -> Result<Edit> {
    Ok(Edit {
        changes: objects.iter().map(|o| Change::gone(o)).collect(),
        select: None,
        next_id: on.next_id,
        words: several(objects, "is gone", "are gone"),
    })
}
