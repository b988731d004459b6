//! SQLite's errors in our words: which kind, why, and what to do.

use rusqlite::ErrorCode;

use crate::base::{Error, Kind};

/// `what` failed with `e`.
pub(super) fn explain(what: &str, e: rusqlite::Error) -> Error {
    let (kind, next) = match e.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => (Kind::DiskFull, "make room on the disk, then try again"),
        Some(
            ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied,
        ) => (Kind::Denied, "make the data directory writable for the user that runs Dixi"),
        Some(ErrorCode::CannotOpen) => {
            (Kind::Denied, "check that the data directory exists and can be written")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (Kind::Conflict, "another program holds the database; stop it, or try again")
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            (Kind::Invalid, "restore it from a backup, or move it aside and start fresh")
        }
        Some(ErrorCode::SystemIoFailure) => {
            (Kind::Unavailable, "check the disk: its input or output fails")
        }
        Some(ErrorCode::OutOfMemory) => (Kind::Exhausted, "free some memory"),
        _ => (Kind::Internal, ""),
    };
    let error = Error::new(kind, what).source(e);
    if next.is_empty() { error } else { error.next(next) }
}
