//! The scene document: what is kept, exported and shown.

use serde::{Deserialize, Serialize};

use crate::base::object::{Object, ObjectId, SceneId};

/// The most objects in one scene: beyond, pages would no longer move fluently.
pub const MAX_OBJECTS: usize = 2_000;

/// A scene, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct Scene {
    /// Its number.
    pub id: SceneId,
    /// Its name.
    pub name: String,
    /// Grows by one with every step, undone or done again too.
    pub revision: u64,
    /// Its objects, in the order in which they were made.
    pub objects: Vec<Object>,
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
    pub objects: Vec<Object>,
    /// Objects that are gone.
    pub removed: Vec<ObjectId>,
}

/// A step that can be taken back or done again.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
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
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
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
