//! What stands on the stage: an object, its form and its place. The words that commands, the scene
//! document and the wire share; what may be done with objects is the canvas's.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::schema::{Quadruple, Triple};

/// An object's number within its scene; never given twice, not even after a deletion.
pub type ObjectId = u32;
/// A scene's number; never given twice.
pub type SceneId = u32;
/// Three numbers, scene units (see [`stage`](super::stage)): x right, y up, z to the viewer.
pub type Vec3 = [f32; 3];
/// A rotation: a unit quaternion x, y, z, w, as three.js keeps it.
pub type Quat = [f32; 4];

/// What an object is. Solids have unit size: they fit into a cube of side 1 around their middle,
/// the torus lies in the xy plane, cone and cylinder stand along y, the plane faces the viewer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Form {
    /// A cube of side 1.
    Box {},
    /// A sphere of diameter 1.
    Sphere {},
    /// A cone, height 1, base diameter 1.
    Cone {},
    /// A cylinder, height 1, diameter 1.
    Cylinder {},
    /// A ring, outer diameter 1, tube diameter 0.25.
    Torus {},
    /// A square of side 1.
    Plane {},
    /// A card with words; 2 wide and as high as they need at scale 1.
    Text {
        /// The words: at most 2,000 characters, plain text.
        text: String,
    },
    /// A card with a picture; 2 wide at scale 1.
    Picture {
        /// Which: SHA-256 of the stored file, 64 hexadecimal digits (`POST /api/v1/pictures`).
        picture: String,
        /// Width by height.
        aspect: f32,
    },
    /// A line drawn by hand.
    Stroke {
        /// Its points relative to the object's position, scene units; 1 to 2,000 of them.
        points: Vec<Vec3>,
        /// Thickness, scene units.
        width: f32,
    },
    /// A card with an answer of the model's.
    Answer {
        /// The answer: Markdown, at most 20,000 characters.
        text: String,
        /// What was asked; may be empty.
        #[serde(default)]
        question: String,
    },
}

impl Form {
    /// The forms that `create` makes out of nothing but their name.
    pub const SOLIDS: [&'static str; 6] = ["box", "sphere", "cone", "cylinder", "torus", "plane"];

    /// The name on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            Form::Box {} => "box",
            Form::Sphere {} => "sphere",
            Form::Cone {} => "cone",
            Form::Cylinder {} => "cylinder",
            Form::Torus {} => "torus",
            Form::Plane {} => "plane",
            Form::Text { .. } => "text",
            Form::Picture { .. } => "picture",
            Form::Stroke { .. } => "stroke",
            Form::Answer { .. } => "answer",
        }
    }
}

/// A form whose kind is said by its name: serde would take the number of one too.
struct ByName(Form);

impl<'de> Deserialize<'de> for ByName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        if value.get("kind").is_some_and(|kind| !kind.is_string()) {
            return Err(D::Error::custom("the `kind` of a form is a word"));
        }
        Form::deserialize(value).map(Self).map_err(D::Error::custom)
    }
}

/// Reads a form.
///
/// # Errors
/// If it is none, or its kind is not said by its name.
pub fn form_by_name<'de, D: Deserializer<'de>>(from: D) -> Result<Form, D::Error> {
    ByName::deserialize(from).map(|form| form.0)
}

/// Reads a form, if there is one.
///
/// # Errors
/// As [`form_by_name`].
pub fn form_by_name_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Form>, D::Error> {
    Option::<ByName>::deserialize(from).map(|form| form.map(|form| form.0))
}

/// Where an object is, how it is turned and how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transform {
    /// Which object.
    pub id: ObjectId,
    /// Its middle, scene units.
    pub position: Vec3,
    /// Its rotation.
    pub rotation: Quat,
    /// Its size along its own axes; each within 0.01..100 either way.
    pub scale: Vec3,
}

/// One object of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Its number.
    pub id: ObjectId,
    /// What it is.
    #[serde(deserialize_with = "form_by_name")]
    pub form: Form,
    /// Its middle, scene units.
    pub position: Vec3,
    /// Its rotation.
    pub rotation: Quat,
    /// Its size along its own axes.
    pub scale: Vec3,
    /// Its colour: `#rrggbb`, lower case.
    pub colour: String,
    /// What people call it; at most 200 characters, may be empty.
    pub label: String,
    /// Whether it may not be changed.
    pub locked: bool,
    /// The group it belongs to, by number; objects of a group are picked and moved together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub group: Option<u32>,
}

impl Object {
    /// Where it is.
    pub const fn transform(&self) -> Transform {
        Transform {
            id: self.id,
            position: self.position,
            rotation: self.rotation,
            scale: self.scale,
        }
    }
}

/// What happened to one object: with nothing before it is new, with nothing after it is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// As it was.
    pub before: Option<Arc<Object>>,
    /// As it is.
    pub after: Option<Arc<Object>>,
}

impl Change {
    /// From one to the other.
    pub fn from(before: &Arc<Object>, after: Object) -> Self {
        Self { before: Some(Arc::clone(before)), after: Some(Arc::new(after)) }
    }

    /// A new one.
    pub fn made(object: Object) -> Self {
        Self { before: None, after: Some(Arc::new(object)) }
    }

    /// One that is gone.
    pub fn gone(object: &Arc<Object>) -> Self {
        Self { before: Some(Arc::clone(object)), after: None }
    }

    /// Whose: 0 for a change of nothing.
    pub fn id(&self) -> ObjectId {
        self.after.as_ref().or(self.before.as_ref()).map_or(0, |o| o.id)
    }

    /// What takes it back.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self { before: self.after, after: self.before }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_number_of_a_form_is_no_form() {
        let object = |kind: Value| {
            serde_json::from_value::<Object>(json!({"id": 1, "form": {"kind": kind},
                "position": [0, 0, 0], "rotation": [0, 0, 0, 1], "scale": [1, 1, 1],
                "colour": "#ffffff", "label": "", "locked": false}))
        };
        assert_eq!(object(json!("box")).unwrap().form, Form::Box {});
        let e = object(json!(0)).unwrap_err().to_string();
        assert!(e.contains("`kind`"), "{e}");
        assert!(object(json!("cube")).unwrap_err().to_string().contains("unknown variant"));
    }
}
