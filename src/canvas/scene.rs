//! The scene document: what is kept, exported and shown.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

// utoipa takes `Object` for one of its own words.
use crate::base::object::Object as OnStage;
use crate::base::object::{Change, Object, ObjectId, SceneId};

/// The most objects in one scene: beyond, pages would no longer move fluently.
pub const MAX_OBJECTS: usize = 2_000;

/// A scene, whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Scene {
    /// Its number.
    pub id: SceneId,
    /// Its name.
    pub name: String,
    /// Grows by one with every step, undone or done again too.
    pub revision: u64,
    /// Its objects, in the order in which they were made: by number. Shared, as most of them stay
    /// the same from one revision to the next.
    #[schema(value_type = Vec<OnStage>)]
    pub objects: Vec<Arc<Object>>,
}

impl Scene {
    /// The object of this number.
    pub fn object(&self, id: ObjectId) -> Option<&Arc<Object>> {
        self.objects.binary_search_by_key(&id, |o| o.id).ok().and_then(|at| self.objects.get(at))
    }

    /// The scene after `changes` (each object at most once), one revision on.
    #[must_use]
    pub fn after(&self, changes: &[Change]) -> Self {
        let mut news: Vec<&Change> = changes.iter().collect();
        news.sort_by_key(|c| c.id());
        let mut news = news.into_iter().peekable();
        let mut objects = Vec::with_capacity(self.objects.len() + changes.len());
        for object in &self.objects {
            while let Some(new) = news.next_if(|c| c.id() < object.id) {
                objects.extend(new.after.clone());
            }
            match news.peek().map(|c| c.id().cmp(&object.id)) {
                Some(Ordering::Equal) => objects.extend(news.next().and_then(|c| c.after.clone())),
                _ => objects.push(Arc::clone(object)),
            }
        }
        objects.extend(news.filter_map(|c| c.after.clone()));
        Self { id: self.id, name: self.name.clone(), revision: self.revision + 1, objects }
    }
}

/// What one step changed, for whoever has the revision before.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
pub struct SceneChange {
    /// Which scene.
    pub scene: SceneId,
    /// The revision it leads to; the one before is one less.
    pub revision: u64,
    /// Who made it.
    pub who: String,
    /// The command's name, `undo` and `redo` included.
    pub command: String,
    /// When, RFC 3339 UTC.
    #[ts(type = "string")]
    pub at: jiff::Timestamp,
    /// Objects that are new or changed, as they are now.
    pub objects: Vec<Arc<Object>>,
    /// Objects that are gone.
    pub removed: Vec<ObjectId>,
}

/// A step that can be taken back or done again.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct StepView {
    /// Who made it.
    pub who: String,
    /// The command's name.
    pub command: String,
    /// When, RFC 3339 UTC.
    #[ts(type = "string")]
    pub at: jiff::Timestamp,
    /// How many objects it touched.
    pub objects: u32,
}

/// A scene in the list.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct SceneInfo {
    /// Its number.
    pub id: SceneId,
    /// Its name.
    pub name: String,
    /// Its revision.
    pub revision: u64,
    /// How many objects it has.
    pub objects: u32,
    /// When it was begun, RFC 3339 UTC.
    #[ts(type = "string")]
    pub created_at: jiff::Timestamp,
    /// When it was changed last, RFC 3339 UTC.
    #[ts(type = "string")]
    pub changed_at: jiff::Timestamp,
    /// The revision that its thumbnail shows; none while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub thumbnail: Option<u64>,
    /// When it was deleted, RFC 3339 UTC; only in the list of deleted ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub deleted_at: Option<jiff::Timestamp>,
}
