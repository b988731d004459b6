//! Refusals that pages say in the language of whoever reads them: what people meet in daily use, by a
//! code and the numbers and names that belong to it.
//!
//! The words of an [`Error`](super::Error) stay English and say it all, for programs and logs; this is
//! beside them, so that a page needs to understand no sentence. A refusal that only programs meet needs
//! none. Knows no language itself: each of the page's catalogues has to have every code, or does not
//! compile.

use serde::Serialize;

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    // Objects.
    /// Nothing is selected.
    NothingSelected {},
    /// A hand closed on nothing.
    NothingInReach {},
    /// The object is not in this scene any more.
    ObjectGone {},
    /// The object is locked.
    Locked {
        /// What it is called.
        name: String,
    },
    /// Somebody else holds it.
    Held {
        /// What it is called.
        name: String,
        /// Who holds it, as in `undo.who`.
        who: String,
    },
    /// The scene holds as many objects as fit.
    SceneFull {
        /// How many fit.
        most: usize,
    },
    /// A group takes two.
    OneIsNoGroup {},
    /// Nothing of that is in a group.
    NoGroup {},
    /// The words are too long.
    TooLong {
        /// Characters that fit.
        most: usize,
    },
    /// The name is empty.
    NoName {},

    // Steps and scenes.
    /// There is no step to be taken back.
    NothingToUndo {},
    /// There is no step to be done again.
    NothingToRedo {},
    /// The scene was never saved.
    NothingSaved {
        /// The scene's name.
        scene: String,
    },
    /// There is no such scene, or not any more.
    SceneGone {},
    /// The scene is among the deleted ones.
    SceneDeleted {
        /// The scene's name.
        scene: String,
    },
    /// No scene was deleted.
    NothingDeleted {},
    /// The list holds as many scenes as fit.
    TooManyScenes {
        /// How many fit.
        most: usize,
    },
    /// A question is open, and hands answer nothing else.
    QuestionOpen {},

    // Files and pictures.
    /// The file is no scene.
    NotAScene {},
    /// The file is a scene with something wrong in it.
    BadScene {},
    /// The scene is of a newer Dixi.
    NewerScene {
        /// Its version.
        version: u64,
    },
    /// The file, or what it would become, is too large.
    FileTooLarge {
        /// How many MiB fit.
        most_mib: usize,
    },
    /// The picture is too large.
    PictureTooLarge {},
    /// The picture is of another type than it says.
    PictureLies {},
    /// The picture is damaged, or none that Dixi reads.
    PictureDamaged {},
    /// No page shows the canvas, and a page takes the picture.
    NobodyShows {},

    // Calibration.
    /// There is no camera.
    NoCamera {},
    /// The camera was changed meanwhile.
    CameraChanged {},
    /// The camera is gone.
    CameraGone {},
    /// No picture came from the camera.
    NoPictures {},
    /// Nobody answered in time.
    NobodyAnswered {},
    /// Nobody dragged the corners in time.
    NobodyDragged {},
    /// The output is being calibrated.
    BeingCalibrated {},
    /// The camera does not see the canvas from its front.
    NotFromFront {},
    /// Two corners are exchanged.
    CornersCrossed {},
    /// Two corners lie on each other.
    CornersTogether {},
    /// A corner is bent inwards, or lies on a line with its neighbours.
    CornerBent {
        /// Which: top left, top right, bottom right, bottom left.
        corner: usize,
    },
    /// A corner lies too far outside.
    CornerOutside {
        /// Which: top left, top right, bottom right, bottom left.
        corner: usize,
    },
    /// The corners span next to nothing.
    CornersSmall {},
    /// The camera's picture is dark.
    PictureDark {},
    /// None of the markers was found.
    NoMarkers {},
    /// The markers are too small in the camera's picture.
    MarkersSmall {
        /// How wide they are, pixels.
        pixels: u32,
    },
    /// The markers moved.
    MarkersMoved {},
    /// Not enough of the markers were found.
    FewMarkers {
        /// How many were.
        found: usize,
        /// How many there are.
        of: usize,
    },
    /// No hand pointed and held.
    NobodyPointed {},
    /// The places that were pointed at do not fit together.
    PointedAstray {},
    /// The last target was far off where the others say.
    TargetMissed {
        /// How far, percent of the canvas's width.
        percent: u32,
    },
    // Models.
    /// No Ollama server answers.
    OllamaUnreachable {
        /// Where it is looked for.
        url: String,
    },
    /// No server has this model; nor has the registry, where it is fetched from there.
    ModelMissing {
        /// Which.
        model: String,
    },
    /// The model does not fit into memory.
    ModelOutOfMemory {
        /// Which.
        model: String,
    },
    /// The model is being loaded.
    ModelStillLoading {
        /// Which.
        model: String,
    },
    /// Ollama has as much to do as it takes.
    OllamaQueueFull {},
    /// Ollama broke off.
    OllamaBrokeOff {},
    /// Ollama says that something else went wrong.
    OllamaSaid {
        /// What it says.
        said: String,
    },
    /// Ollama cannot reach the registry that it fetches models from.
    RegistryUnreachable {
        /// What it says.
        said: String,
    },
    /// The model does not fit on the disk.
    ModelTooLarge {
        /// Which.
        model: String,
        /// What is still to be fetched, bytes.
        needs_bytes: u64,
        /// What is free where Ollama keeps its models, without what is left to others, bytes.
        free_bytes: u64,
    },
    /// The disk that Ollama keeps its models on is full.
    OllamaDiskFull {},
    /// As many models are being fetched, or wait for it, as may.
    ManyPulls {
        /// How many may.
        most: usize,
    },
}
