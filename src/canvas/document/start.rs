//! What the canvas begins with: the scene that was shown last, else the first there is, else a small
//! one that shows what can be done.

use std::sync::Arc;

use super::scenes::whole;
use super::tools::{self, Tools};
use super::{Desk, StepView};
use crate::base::object::{Form, Object, Quat, Vec3};
use crate::base::{Error, Result};
use crate::canvas::{Scene, Tray};
use crate::command::Mode;
use crate::store::Store;
use crate::store::scenes::{self, NewScene, SceneRow};
use crate::store::steps;

/// The desk as it was left.
///
/// # Errors
/// If the store cannot be read or written.
pub(super) fn desk(store: &Arc<Store>, arming: bool) -> Result<Desk> {
    let (shown, tools) = scenes::canvas(store)?;
    let tools = tools.and_then(|t| serde_json::from_str::<Tools>(&t).ok());
    let (mode, tray) = tools.map(|t| (t.mode, t.tray())).unwrap_or_default();
    let listed: Vec<SceneRow> =
        scenes::list(store)?.into_iter().filter(|s| s.deleted_at.is_none()).collect();
    let id = match listed.iter().find(|s| Some(s.id) == shown).or(listed.first()) {
        Some(scene) => scene.id,
        None => first_scene(store)?,
    };
    if Some(id) != shown {
        tools::keep(store, id, mode, &tray)?;
    }
    let (row, objects) =
        scenes::load(store, id)?.ok_or_else(|| Error::internal("the first scene is gone"))?;
    let mut desk = empty(mode, tray, arming);
    take(&mut desk, store, row, objects)?;
    Ok(desk)
}

fn empty(mode: Mode, tray: Tray, arming: bool) -> Desk {
    Desk {
        scene: Arc::new(Scene::default()),
        next_id: 1,
        done: 0,
        undo: None,
        redo: None,
        saved: None,
        selection: Vec::new(),
        mode,
        tray,
        armed: !arming,
        arming,
    }
}

/// Puts a scene on the desk in place of the one that is there.
///
/// # Errors
/// If its steps cannot be read; the desk stays as it is then.
pub(super) fn take(
    desk: &mut Desk,
    store: &Store,
    row: SceneRow,
    objects: Vec<Object>,
) -> Result<()> {
    let undo = steps::step_row(store, row.id, row.done)?.map(StepView::from);
    let redo = steps::step_row(store, row.id, row.done + 1)?.map(StepView::from);
    (desk.undo, desk.redo) = (undo, redo);
    (desk.next_id, desk.done, desk.saved) = (row.next_id, row.done, row.saved);
    desk.selection.clear();
    desk.scene = Arc::new(whole(&row, objects));
    Ok(())
}

fn first_scene(store: &Store) -> Result<u32> {
    let objects = welcome();
    let next_id = objects.len() as u32 + 1;
    scenes::add(store, NewScene { name: "Scene 1".into(), after: None, objects, next_id })
}

/// Four things that ask to be taken: well apart, so that each is caught at the first try.
fn welcome() -> Vec<Object> {
    type Thing = (Form, &'static str, &'static str, Vec3, f32, Quat);
    let things: [Thing; 4] = [
        (Form::Sphere {}, "Sphere 1", "#4be3b4", [-4.2, -0.7, 0.0], 1.9, [0.0, 0.0, 0.0, 1.0]),
        (Form::Box {}, "Box 1", "#6b8afd", [-1.4, 0.5, -0.6], 1.7, [0.19, 0.36, -0.08, 0.91]),
        (Form::Torus {}, "Torus 1", "#ffb454", [1.5, -0.6, 0.2], 2.2, [-0.35, 0.22, 0.0, 0.91]),
        (Form::Cone {}, "Cone 1", "#f2708f", [4.3, 0.3, -0.4], 1.9, [0.1, 0.0, -0.17, 0.98]),
    ];
    let made = things.into_iter().zip(1..).map(|((form, label, colour, position, size, q), id)| {
        let length = q.iter().map(|x| x * x).sum::<f32>().sqrt();
        Object {
            id,
            form,
            position,
            rotation: q.map(|x| x / length),
            scale: [size; 3],
            colour: colour.into(),
            label: label.into(),
            locked: false,
            group: None,
        }
    });
    made.collect()
}
