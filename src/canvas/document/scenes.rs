//! Scenes: the list, which one is shown, and what happens to them as wholes.

use std::sync::Arc;

use super::{Canvas, Desk, check, start, tools};
use crate::base::object::{Object, SceneId};
use crate::base::{Error, Kind, Refusal, Result};
use crate::canvas::{MAX_OBJECTS, News, Scene, SceneInfo};
use crate::command::Outcome;
use crate::store::scenes::{self, NewScene, SceneRow};

/// The most scenes on the list: far more than people keep apart, and still a quick answer.
const MAX_SCENES: usize = 1_000;

impl From<SceneRow> for SceneInfo {
    fn from(row: SceneRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            revision: row.revision,
            objects: row.objects,
            created_at: row.created_at,
            changed_at: row.changed_at,
            thumbnail: row.thumbnail,
            deleted_at: row.deleted_at,
        }
    }
}

impl Canvas {
    /// The scenes on the list in their order, and the deleted ones, the last deleted first.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn scenes(&self) -> Result<(Vec<SceneInfo>, Vec<SceneInfo>)> {
        let all = scenes::list(&self.store)?.into_iter().map(SceneInfo::from);
        let (listed, mut deleted): (Vec<_>, Vec<_>) = all.partition(|s| s.deleted_at.is_none());
        deleted.sort_by_key(|s| std::cmp::Reverse(s.deleted_at));
        Ok((listed, deleted))
    }

    /// A scene, whole; deleted ones too.
    ///
    /// # Errors
    /// `NotFound`, or if it cannot be read.
    pub fn read_scene(&self, id: SceneId) -> Result<Arc<Scene>> {
        let shown = self.scene();
        if shown.id == id {
            return Ok(shown);
        }
        let (row, objects) = scenes::load(&self.store, id)?.ok_or_else(|| no_scene(id))?;
        Ok(Arc::new(whole(&row, objects)))
    }

    fn listed(&self) -> Result<Vec<SceneRow>> {
        let mut all = scenes::list(&self.store)?;
        all.retain(|s| s.deleted_at.is_none());
        Ok(all)
    }

    /// The scene of this number, if it is on the list.
    fn on_list(&self, id: SceneId) -> Result<(SceneRow, Vec<Object>)> {
        let (row, objects) = scenes::load(&self.store, id)?.ok_or_else(|| no_scene(id))?;
        if row.deleted_at.is_some() {
            return Err(Error::new(Kind::NotFound, format!("“{}” was deleted", row.name))
                .next("`restore_scene` brings it back")
                .refusal(Refusal::SceneDeleted { scene: row.name }));
        }
        Ok((row, objects))
    }

    /// Shows another scene: what is held is put down first.
    fn show(&self, desk: &mut Desk, id: SceneId) -> Result<()> {
        if id == desk.scene.id {
            return Ok(());
        }
        let (row, objects) = self.on_list(id)?;
        self.all_let_go(desk);
        tools::keep(&self.store, id, desk.mode, &desk.tray)?;
        start::take(desk, &self.store, row, objects)?;
        self.told.show(Arc::clone(&desk.scene));
        self.tell_state(desk);
        Ok(())
    }

    fn shown(&self, desk: &Desk, words: impl Into<String>) -> Outcome {
        Outcome { scene: Some(desk.scene.id), ..self.outcome(words) }
    }

    pub(super) fn new_scene(&self, name: Option<&str>) -> Result<Outcome> {
        let mut desk = self.desk();
        let listed = self.room_for_one()?;
        let name = match name {
            Some(name) => check::name(name)?,
            None => free_name(&listed, "Scene"),
        };
        let id = self.add(NewScene { name, after: None, objects: Vec::new(), next_id: 1 })?;
        self.show(&mut desk, id)?;
        Ok(self.shown(&desk, format!("“{}” is begun", desk.scene.name)))
    }

    fn room_for_one(&self) -> Result<Vec<SceneRow>> {
        let listed = self.listed()?;
        if listed.len() < MAX_SCENES {
            return Ok(listed);
        }
        Err(Error::new(Kind::Exhausted, format!("{MAX_SCENES} scenes are on the list already"))
            .next("delete some first")
            .refusal(Refusal::TooManyScenes { most: MAX_SCENES }))
    }

    fn add(&self, scene: NewScene) -> Result<SceneId> {
        let id = scenes::add(&self.store, scene)?;
        self.tell_scenes();
        Ok(id)
    }

    /// Adds a scene made elsewhere: its objects are what they are, its name is made its own.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn add_made(&self, name: &str, objects: Vec<Object>) -> Result<Outcome> {
        let desk = self.desk();
        let listed = self.room_for_one()?;
        let name = match listed.iter().any(|s| s.name == name) {
            true => free_name(&listed, name),
            false => name.to_owned(),
        };
        let next_id = objects.iter().map(|o| o.id).max().unwrap_or(0) + 1;
        let words = format!("“{name}” is on the list");
        // Beside the one that is shown, where people look for it.
        let after = Some(desk.scene.id);
        let id = self.add(NewScene { name, after, objects, next_id })?;
        Ok(Outcome { scene: Some(id), ..self.outcome(words) })
    }

    pub(super) fn tell_scenes(&self) {
        // Nobody may be listening.
        let _ = self.feeds.news.send(News::Scenes);
    }

    pub(super) fn open_scene(&self, id: SceneId) -> Result<Outcome> {
        let mut desk = self.desk();
        self.show(&mut desk, id)?;
        Ok(self.shown(&desk, format!("“{}” is shown", desk.scene.name)))
    }

    /// The scene so many places on; round the ends.
    pub(super) fn step_aside(&self, by: isize) -> Result<Outcome> {
        let mut desk = self.desk();
        let listed = self.listed()?;
        let at = listed.iter().position(|s| s.id == desk.scene.id).unwrap_or(0) as isize;
        let next = listed.get((at + by).rem_euclid(listed.len().max(1) as isize) as usize);
        if let Some(next) = next.filter(|s| s.id != desk.scene.id) {
            self.show(&mut desk, next.id)?;
            return Ok(self.shown(&desk, format!("“{}” is shown", desk.scene.name)));
        }
        Ok(self.shown(&desk, "this is the only scene"))
    }

    pub(super) fn rename_scene(&self, id: SceneId, name: &str) -> Result<Outcome> {
        let mut desk = self.desk();
        let name = check::name(name)?;
        self.on_list(id)?;
        scenes::rename(&self.store, id, &name)?;
        if id == desk.scene.id {
            desk.scene = Arc::new(Scene { name: name.clone(), ..Scene::clone(&desk.scene) });
            self.told.show(Arc::clone(&desk.scene));
            self.tell_state(&desk);
        }
        self.tell_scenes();
        Ok(Outcome { scene: Some(id), ..self.outcome(format!("it is called “{name}”")) })
    }

    pub(super) fn duplicate_scene(&self, id: SceneId) -> Result<Outcome> {
        let _desk = self.desk();
        let (row, objects) = self.on_list(id)?;
        let name = free_name(&self.room_for_one()?, &row.name);
        let words = format!("“{name}” is a copy of “{}”", row.name);
        let next_id = row.next_id;
        let copy = self.add(NewScene { name, after: Some(id), objects, next_id })?;
        Ok(Outcome { scene: Some(copy), ..self.outcome(words) })
    }

    /// Takes a scene off the list; if it is the one shown, the next is, and there always is one.
    pub(super) fn delete_scene(&self, id: SceneId) -> Result<Outcome> {
        let mut desk = self.desk();
        let (row, _) = self.on_list(id)?;
        if id == desk.scene.id {
            let listed = self.listed()?;
            let at = listed.iter().position(|s| s.id == id).unwrap_or(0);
            let next = listed.get(at + 1).or_else(|| at.checked_sub(1).and_then(|b| listed.get(b)));
            let next = match next {
                Some(next) => next.id,
                None => {
                    let name = free_name(&listed, "Scene");
                    self.add(NewScene { name, after: None, objects: Vec::new(), next_id: 1 })?
                }
            };
            self.show(&mut desk, next)?;
        }
        scenes::set_deleted(&self.store, id, true)?;
        self.tell_scenes();
        let words = format!("“{}” is deleted", row.name);
        Ok(Outcome { scene: Some(id), ..self.outcome(words) })
    }

    pub(super) fn restore_scene(&self, id: Option<SceneId>) -> Result<Outcome> {
        let _desk = self.desk();
        let (_, deleted) = self.scenes()?;
        let found = match id {
            Some(id) => deleted.into_iter().find(|s| s.id == id),
            None => deleted.into_iter().next(),
        };
        let Some(scene) = found else {
            return Err(match id {
                Some(id) => Error::new(Kind::NotFound, format!("no scene {id} was deleted"))
                    .refusal(Refusal::SceneGone {}),
                None => Error::new(Kind::NotFound, "no scene was deleted")
                    .refusal(Refusal::NothingDeleted {}),
            });
        };
        self.room_for_one()?;
        scenes::set_deleted(&self.store, scene.id, false)?;
        self.tell_scenes();
        let words = format!("“{}” is back", scene.name);
        Ok(Outcome { scene: Some(scene.id), ..self.outcome(words) })
    }
}

/// The document that rows make.
pub(super) fn whole(row: &SceneRow, mut objects: Vec<Object>) -> Scene {
    objects.truncate(MAX_OBJECTS);
    let objects = objects.into_iter().map(Arc::new).collect();
    Scene { id: row.id, name: row.name.clone(), revision: row.revision, objects }
}

pub(super) fn no_scene(id: SceneId) -> Error {
    Error::new(Kind::NotFound, format!("there is no scene {id}"))
        .next("`GET /api/v1/scenes` lists them")
        .refusal(Refusal::SceneGone {})
}

/// A name that no scene has: the stem of `like` with the next number.
fn free_name(listed: &[SceneRow], like: &str) -> String {
    let stem = match like.rsplit_once(' ') {
        Some((stem, number)) if !stem.is_empty() && number.parse::<u32>().is_ok() => stem,
        _ => like,
    };
    let stem: String = stem.chars().take(check::NAME_CHARS - 11).collect();
    let number = |s: &SceneRow| {
        let rest = s.name.strip_prefix(stem.as_str())?;
        if rest.is_empty() { Some(1) } else { rest.strip_prefix(' ')?.parse::<u32>().ok() }
    };
    let last = listed.iter().filter_map(number).max().unwrap_or(0);
    format!("{stem} {}", last.saturating_add(1))
}
