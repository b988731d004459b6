//! Once a day the canvas empties what was deleted long ago. Only when; what is emptied is the canvas's.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinHandle;

use crate::canvas::Canvas;
use crate::operate::audit::{Audit, Entry, What};

/// How often.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// The first time this long after the start: starting is not slowed, and a machine without a clock of
/// its own has the time by then.
const FIRST: Duration = Duration::from_secs(10 * 60);

/// Begins; ends when it is aborted.
pub(super) fn start(canvas: Arc<Canvas>, audit: Option<Arc<Audit>>) -> JoinHandle<()> {
    tokio::spawn(every(EVERY, FIRST, move || {
        sweep(Arc::clone(&canvas), audit.clone(), Timestamp::now())
    }))
}

/// Does `what` again and again.
async fn every<F: Future<Output = ()>>(
    period: Duration,
    first: Duration,
    mut what: impl FnMut() -> F,
) {
    tokio::time::sleep(first).await;
    loop {
        what().await;
        tokio::time::sleep(period).await;
    }
}

async fn sweep(canvas: Arc<Canvas>, audit: Option<Arc<Audit>>, now: Timestamp) {
    match tokio::task::spawn_blocking(move || canvas.sweep(now)).await {
        Ok(Ok(emptied)) if emptied.scenes.is_empty() && emptied.pictures == 0 => {}
        Ok(Ok(emptied)) => {
            let (scenes, pictures) = (emptied.scenes.len(), emptied.pictures);
            tracing::info!(scenes, pictures, "emptied what was deleted long ago");
            if let Some(audit) = audit {
                let entry = Entry::new(What::Emptied);
                audit.note(entry.with("scenes", scenes).with("pictures", pictures));
            }
        }
        Ok(Err(e)) => tracing::warn!("what was deleted long ago is still there: {e}"),
        // A panic has been reported where it happened.
        Err(_) => {}
    }
}
