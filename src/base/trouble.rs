//! Why a part of the box is not well, as pages say it in the language of whoever reads them: by a code
//! and the numbers and names that belong to it. What to do about it goes with the code.
//!
//! The words of an [`Error`](super::Error) stay English and say it all, for programs and logs; this is
//! beside them. What is met so seldom that nobody has worded it has none, and is shown in those words.
//! Knows no language itself: each of the page's catalogues has to have every code, or does not compile.

use serde::{Deserialize, Serialize};

/// Why a part is not well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Trouble {
    // The camera.
    /// The owner paused it.
    CameraPaused {},
    /// It is outside its hours.
    CameraHours {},
    /// It is being opened.
    CameraOpening {},
    /// It is open and sends nothing.
    CameraSilent {
        /// For so long, milliseconds.
        ms: u32,
    },
    /// It does not open.
    CameraShut {
        /// For so long, milliseconds.
        ms: u32,
    },
    /// It sends pictures that cannot be read.
    CameraBroken {
        /// What is wrong with them, in the box's words.
        detail: String,
    },
    /// None is connected.
    CameraNone {},
    /// The one that was chosen is not connected.
    CameraAway {
        /// Its id.
        id: String,
    },
    /// Dixi may not use it.
    CameraDenied {
        /// Its name.
        name: String,
    },
    /// Another program holds it.
    CameraInUse {
        /// Its name.
        name: String,
    },
    /// It was unplugged.
    CameraGone {
        /// Its name.
        name: String,
    },
    /// The USB bus has no room for its pictures.
    CameraBusFull {
        /// Its name.
        name: String,
    },
    /// Its driver does not answer.
    CameraHangs {
        /// Its name, or where it is.
        name: String,
    },
    /// It does not work, for another reason.
    CameraUnusable {
        /// Its name.
        name: String,
        /// In the box's words.
        detail: String,
    },
    /// No page sends its webcam.
    WebcamAwaited {},
    /// The network camera does not answer in time.
    NetworkSlow {},
    /// Its name leads nowhere.
    NetworkNameless {},
    /// It is not there, or lets nobody connect.
    NetworkAway {},
    /// Its certificate is not trusted.
    NetworkUntrusted {},
    /// It broke off, or closed the connection.
    NetworkBroke {},
    /// It is connected and sends nothing.
    NetworkSilent {},
    /// It wants a user and a password, or other ones.
    NetworkLogin {},
    /// It wants a way of logging in that Dixi does not speak.
    NetworkDigest {},
    /// Its user may not.
    NetworkForbidden {},
    /// What it answers is no picture.
    NetworkAnswers {
        /// Its HTTP status.
        status: u16,
    },
    /// What it sends is no MJPEG.
    NetworkNoPictures {},
    /// The file or folder cannot be opened.
    FileUnreadable {
        /// Which.
        path: String,
    },
    /// There is no picture in it.
    FileEmpty {},

    // Seeing hands.
    /// The models are being loaded.
    ModelsLoading {},
    /// They could not be loaded.
    ModelsFailed {
        /// In the box's words.
        detail: String,
    },
    /// Pictures cannot be read, or frames are lost.
    VisionFails {
        /// In the box's words.
        detail: String,
    },
    /// This build runs on the CPU only.
    NoGpuKernels {},
    /// The GPU cannot be used.
    GpuUnusable {
        /// In the box's words.
        detail: String,
    },
    /// It was used before, and cannot be now.
    GpuLost {},

    // What is kept.
    /// The disk takes nothing more.
    DatabaseFull {},
    /// The database cannot be used.
    DatabaseFails {
        /// In the box's words.
        detail: String,
    },
    /// No backup could be made.
    BackupFails {
        /// In the box's words.
        detail: String,
    },
    /// There was no room for a backup.
    BackupFull {},
    /// Little of the disk is free.
    DiskLow {
        /// Bytes.
        free_bytes: u64,
        /// Percent of the disk.
        percent: u32,
    },

    // The rest.
    /// Threads hang, or ended in too many panics.
    Threads {
        /// Those that hang.
        hang: Vec<String>,
        /// Those that ended.
        ended: Vec<String>,
    },
    /// Ollama does not answer.
    OllamaAway {
        /// Where it was asked.
        url: String,
    },
    /// Started again and again without having been stopped.
    Restarts {
        /// So often within an hour.
        times: u32,
    },
    /// The configuration file has mistakes.
    SafeMode {
        /// Where the file is, and its first mistake, in the box's words.
        detail: String,
    },
}
