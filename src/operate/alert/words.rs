//! What the alerts are called in messages. The page has words of its own, in its languages.

use super::AlertName;
use crate::base::{Error, Kind};

impl AlertName {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CameraLost => "camera_lost",
            Self::DiskLow => "disk_low",
            Self::GpuLost => "gpu_lost",
            Self::OllamaDown => "ollama_down",
            Self::BackupFailed => "backup_failed",
            Self::TooManyRestarts => "too_many_restarts",
        }
    }

    /// What it says while it goes on.
    pub const fn raised(self) -> &'static str {
        match self {
            Self::CameraLost => "The camera is lost",
            Self::DiskLow => "The disk is nearly full",
            Self::GpuLost => "The GPU is lost",
            Self::OllamaDown => "Ollama does not answer",
            Self::BackupFailed => "A backup failed",
            Self::TooManyRestarts => "Dixi keeps starting again",
        }
    }

    /// What it says when it is over.
    pub const fn cleared(self) -> &'static str {
        match self {
            Self::CameraLost => "The camera is back",
            Self::DiskLow => "The disk has room again",
            Self::GpuLost => "The GPU is back",
            Self::OllamaDown => "Ollama answers again",
            Self::BackupFailed => "A backup was made again",
            Self::TooManyRestarts => "Dixi stays up again",
        }
    }
}

pub(super) fn nobody_listens() -> Error {
    Error::new(Kind::Conflict, "there is nobody to send a test to")
        .why("neither a webhook nor ntfy is set")
        .next("set `alert.webhook_url` or `alert.ntfy_url` first")
}
