//! What blocks (database, devices) is done beside the runtime, so that it holds nobody up.

use super::{Error, Result};

/// Runs what may block where it holds nobody up. Call it inside the runtime.
///
/// # Errors
/// The job's own; `Internal` if it panicked.
pub async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(job).await {
        Ok(outcome) => outcome,
        Err(e) => Err(Error::internal("a task ended early").source(e)),
    }
}
