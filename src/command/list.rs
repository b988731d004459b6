//! Every command there is. Names and fields are the wire's; the groups below are in the order in
//! which a newcomer meets them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Binding;
use crate::base::object::{Form, ObjectId, Quat, SceneId, Transform, Vec3, form_by_name_if_any};
use crate::base::schema::{Quadruple, Triple};

/// Something that Dixi can be told to do.
///
/// Where a command takes `ids` and none are given, it means the selection. Hands fill in what they
/// point at before they give a command, so that every command means the same from anybody.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    ts_rs::TS,
    utoipa::ToSchema,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
#[strum(serialize_all = "snake_case")]
pub enum Command {
    // The camera.
    /// Take pictures from another camera.
    SelectCamera {
        /// As in the setting `camera.source`: `auto`, `demo`, `demo:canvas`, `browser`, `v4l2:…`, `http…`, `file:…`.
        source: String,
    },
    /// Take no more pictures until told to.
    PauseCamera {},
    /// Take pictures again.
    ResumeCamera {},

    // Settings.
    /// Change a setting.
    SetSetting {
        /// Which, as `group.name`.
        key: String,
        /// The new value.
        #[ts(type = "boolean | number | string")]
        #[schema(schema_with = crate::base::schema::plain)]
        value: Value,
    },
    /// Put a setting back to its default.
    ResetSetting {
        /// Which, as `group.name`.
        key: String,
    },

    /// Start Dixi again, as settings ask for that take effect only then.
    Restart {},

    // Objects.
    /// Put a new object on the stage, and select it.
    Create {
        /// What; the tray's kind if not said.
        #[serde(
            default,
            deserialize_with = "form_by_name_if_any",
            skip_serializing_if = "Option::is_none"
        )]
        #[ts(optional)]
        form: Option<Form>,
        /// Its middle; near the middle of the stage, where there is room, if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        position: Option<Vec3>,
        /// Its rotation; upright if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        rotation: Option<Quat>,
        /// Its size; 1.5 for solids, 1 for the rest, if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        scale: Option<Vec3>,
        /// Its colour, `#rrggbb`; the tray's if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        colour: Option<String>,
        /// What it is called; the form's name and a number if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        label: Option<String>,
    },
    /// Move objects along.
    Move {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
        /// How far, scene units.
        by: Vec3,
    },
    /// Turn objects about their common middle.
    Rotate {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
        /// About which axis; the viewer's, if not said: positive turns counterclockwise as seen.
        #[serde(default = "viewers_axis")]
        axis: Vec3,
        /// How far, degrees.
        degrees: f32,
    },
    /// Make objects larger or smaller about their common middle.
    Scale {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
        /// How many times as large, 0.01..100.
        factor: f32,
    },
    /// Put objects exactly so. All or none.
    Place {
        /// Where each goes.
        transforms: Vec<Transform>,
    },
    /// Give objects a colour.
    Colour {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
        /// `#rrggbb`.
        colour: String,
    },
    /// Give an object a name.
    Label {
        /// Which.
        id: ObjectId,
        /// The name; may be empty.
        label: String,
    },
    /// Change the words on a card.
    Write {
        /// Which card.
        id: ObjectId,
        /// The words.
        text: String,
    },
    /// Keep objects from being changed.
    Lock {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
    },
    /// Let objects be changed again.
    Unlock {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
    },
    /// Join objects, so that they are picked and moved together.
    Group {
        /// Which; at least two.
        #[serde(default)]
        ids: Vec<ObjectId>,
    },
    /// Part what was joined.
    Ungroup {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
    },
    /// Make copies a little aside, and select them.
    Duplicate {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
    },
    /// Take objects off the stage.
    Delete {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
    },
    /// Take all objects off the stage that are not locked.
    Clear {},

    // Selection, and holding things.
    /// Select objects.
    Select {
        /// Which; none clears the selection.
        ids: Vec<ObjectId>,
        /// Beside what is selected already.
        #[serde(default)]
        add: bool,
    },
    /// Select everything.
    SelectAll {},
    /// Take hold of objects: nobody else can, until they are let go. Not stored, no undo step yet.
    Grab {
        /// Which.
        #[serde(default)]
        ids: Vec<ObjectId>,
    },
    /// Move what the same one holds, for all to see. Not stored.
    Drag {
        /// Where everything held is now.
        transforms: Vec<Transform>,
    },
    /// Let go what the same one holds: where it is now is stored, as one step.
    Release {},
    /// Let go what the same one holds, and put it back.
    LetBack {},

    // Steps.
    /// Take back the last step of this scene, whoever made it.
    Undo {},
    /// Do again what was taken back last.
    Redo {},
    /// Keep the scene as it is now under `saved`, to come back to.
    Save {},
    /// Go back to what was saved. A step like any other: undo brings back what was there.
    Revert {},
    /// Say yes to the question that is open, else save.
    Approve {},
    /// Say no to the question that is open, else revert.
    Reject {},

    // Scenes.
    /// Begin a new scene, and show it.
    NewScene {
        /// Its name; made up if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        name: Option<String>,
    },
    /// Show a scene.
    OpenScene {
        /// Which.
        scene: SceneId,
    },
    /// Show the scene after this one; after the last comes the first.
    Next {},
    /// Show the scene before this one; before the first comes the last.
    Previous {},
    /// Give a scene another name.
    RenameScene {
        /// Which.
        scene: SceneId,
        /// Its name, 1 to 100 characters.
        name: String,
    },
    /// Make a copy of a scene.
    DuplicateScene {
        /// Which.
        scene: SceneId,
    },
    /// Take a scene off the list; `restore_scene` brings it back.
    DeleteScene {
        /// Which.
        scene: SceneId,
    },
    /// Bring a deleted scene back.
    RestoreScene {
        /// Which; the one deleted last if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        scene: Option<SceneId>,
    },
    /// Have a page that shows the canvas take a picture of it, kept with the scene.
    TakePicture {},

    // Tools.
    /// Choose what hands do: `shapes` or `draw`.
    SetMode {
        /// Which.
        mode: Mode,
    },
    /// Choose what the next object or stroke is like; what is left out stays.
    SetTray {
        /// A solid: `box`, `sphere`, `cone`, `cylinder`, `torus` or `plane`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        kind: Option<String>,
        /// `#rrggbb`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        colour: Option<String>,
        /// Thickness of the pen, scene units, 0.01..2.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pen_width: Option<f32>,
    },
    /// Put the pen to the canvas: what the hand's pointer passes is drawn. For hands.
    Draw {},
    /// Lift the pen: the stroke is done.
    LiftPen {},
    /// Open the ring menu. Where: the hand's pointer, else the middle.
    OpenRing {
        /// Canvas space.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        #[schema(value_type = Option<crate::base::schema::Point>)]
        at: Option<[f32; 2]>,
    },
    /// Close the ring menu.
    CloseRing {},
    /// Have hands do things.
    Arm {},
    /// Have hands do nothing until armed.
    Disarm {},

    // Questions.
    /// Ask the model, in the conversation "At the table". The answer comes by itself, as a card.
    Ask {
        /// What; if not said, the setting `chat.about_prompt` or, about nothing, `chat.look_prompt` with the
        /// camera's picture. At most 2,000 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        text: Option<String>,
        /// The object that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        about: Option<ObjectId>,
        /// Send the camera's clean picture of now along.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        frame: Option<bool>,
    },
    /// Have the model look again and again at what the camera sees, or no more.
    Watch {
        /// Whether.
        on: bool,
    },

    // Bindings.
    /// Add or change a binding, by its id.
    SetBinding {
        /// The binding.
        binding: Binding,
    },
    /// Remove a binding.
    RemoveBinding {
        /// Its id.
        id: String,
    },
    /// Put all bindings back to the default ones.
    ResetBindings {},
    /// Do now what a binding would do, as if its gesture had been made.
    TestBinding {
        /// Its id.
        id: String,
    },

    // Calibration.
    /// Begin to calibrate the canvas for the camera in use.
    Calibrate {
        /// How.
        method: CalibrationMethod,
        /// Which output, as its page calls itself; the only one there is, if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        output: Option<String>,
    },
    /// Give the canvas's four corners in the camera's picture, for the method `corners`.
    SetCorners {
        /// Top left, top right, bottom right, bottom left of the output; image space.
        #[schema(value_type = crate::base::schema::Corners)]
        corners: [[f32; 2]; 4],
        /// Which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        output: Option<String>,
    },
    /// Stop calibrating; what was there before stays.
    CancelCalibration {},
    /// Forget the calibration of the camera in use.
    ForgetCalibration {
        /// Which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        output: Option<String>,
    },
    /// Fit the picture to the surface: where the output's four corners are drawn.
    SetKeystone {
        /// Which output.
        output: String,
        /// Top left, top right, bottom right, bottom left; 0..1 of the output.
        #[schema(value_type = crate::base::schema::Corners)]
        corners: [[f32; 2]; 4],
    },
    /// Have the outputs show a grid and the pointers, to check the fit by. Not kept; saying `false`
    /// ends it, and so does the box's restart.
    ShowGrid {
        /// Whether.
        on: bool,
    },
}

/// What hands do on the canvas.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Make, move and change objects.
    #[default]
    Shapes,
    /// Draw with a pen.
    Draw,
}

/// How the canvas is calibrated.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationMethod {
    /// A hand points at four targets, one after the other, and holds.
    Pointing,
    /// The output shows coded markers and the camera finds them.
    Markers,
    /// A person drags the four corners in the camera's picture.
    Corners,
}

const fn viewers_axis() -> Vec3 {
    [0.0, 0.0, 1.0]
}
