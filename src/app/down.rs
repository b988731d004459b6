//! The ladder's way down: what was started is stopped in the order in which it can be, one log line a rung.

use std::sync::Arc;
use std::time::Duration;

use super::calibrating::Calibrating;
use super::eyes::Eyes;
use super::hands::Hands;
use super::pictures::Pictures;
use super::state::State;
use crate::assistant::chat::Chats;
use crate::assistant::ledger::Ledger;
use crate::camera::Supervisor;
use crate::canvas::Canvas;
use crate::operate::{Audit, Traces};
use crate::server::Server;

/// Open sockets and answers get this long when Dixi stops.
const DRAIN: Duration = Duration::from_secs(5);
/// A collector of traces gets this long to take the last ones.
const LAST_TRACES: Duration = Duration::from_secs(1);

/// What has to be closed, in this order.
pub(super) struct Rooms {
    pub calibrating: Calibrating,
    pub pictures: Pictures,
    pub eyes: Eyes,
    pub hands: Hands,
    pub camera: Arc<Supervisor>,
    pub canvas: Arc<Canvas>,
    pub chats: Arc<Chats>,
    pub ledger: Option<Arc<Ledger>>,
    pub audit: Option<Arc<Audit>>,
    pub state: State,
    pub traces: Traces,
}

/// The same rungs, downwards.
pub(super) async fn down(server: Server, rooms: Rooms) {
    tracing::info!("stopping: no more connections, {} s for the open ones", DRAIN.as_secs());
    if !server.stop(DRAIN).await {
        tracing::warn!("some connections did not close in time");
    }
    // What was said until now is kept; the store is still open.
    rooms.chats.close().await;
    // These join threads, which must not be done on the runtime's own.
    let closing = tokio::task::spawn_blocking(move || {
        drop(rooms.calibrating);
        drop(rooms.pictures);
        rooms.eyes.stop();
        tracing::info!("vision: stopped");
        rooms.hands.stop();
        let ended = rooms.camera.stop();
        tracing::info!(
            "camera: {}",
            if ended { "closed" } else { "left behind, it does not answer" }
        );
        rooms.canvas.close();
        if let Some(ledger) = &rooms.ledger {
            ledger.close();
        }
        if let Some(audit) = &rooms.audit {
            audit.close();
        }
        if let Ok(store) = &rooms.state.store {
            store.close();
            tracing::info!("store: closed");
        }
        rooms.traces.stop(LAST_TRACES);
    });
    if closing.await.is_err() {
        tracing::error!("closing ended early");
    }
}
