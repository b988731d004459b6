//! Has the hands' orders done, one after the other, on a thread that may wait for the disk.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use super::inbox::Post;
use crate::base::{Error, Kind, Result};
use crate::canvas::touch::Order;
use crate::command::{Bus, VerdictLog};

/// Orders that may wait: hands give a few a second, so that this is a disk that hangs.
const WAITING: usize = 64;

/// The running thread.
pub(super) struct Worker {
    queue: Queue,
    thread: JoinHandle<()>,
}

/// The way in.
#[derive(Clone)]
pub(super) struct Queue(SyncSender<Order>);

impl Queue {
    /// Has an order done, soon. Never waits; gives it back where too many wait already.
    pub fn put(&self, order: Order) -> Option<(Order, Error)> {
        match self.0.try_send(order) {
            Ok(()) => None,
            Err(TrySendError::Full(order)) => Some((
                order,
                Error::new(Kind::Exhausted, "too much waits to be done")
                    .why("the disk is slow")
                    .next("wait a moment"),
            )),
            Err(TrySendError::Disconnected(order)) => {
                Some((order, Error::unavailable("Dixi is stopping")))
            }
        }
    }
}

impl Worker {
    /// Starts the thread. What came of each order goes to `post`, and to the log if a gesture gave it.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(bus: Arc<Bus>, verdicts: Arc<VerdictLog>, post: Arc<Post>) -> Result<Self> {
        let (queue, orders) = sync_channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("dixi-orders".into())
            .spawn(move || work(&orders, &bus, &verdicts, &post))
            .map_err(|e| {
                Error::new(Kind::Exhausted, "cannot start the orders' thread").source(e)
            })?;
        Ok(Self { queue: Queue(queue), thread })
    }

    /// The way in.
    pub fn queue(&self) -> Queue {
        self.queue.clone()
    }

    /// Does what waits, and ends. All other ways in must be gone.
    pub fn stop(self) {
        drop(self.queue);
        if self.thread.join().is_err() {
            tracing::error!("orders: ended early");
        }
    }
}

fn work(orders: &Receiver<Order>, bus: &Bus, verdicts: &VerdictLog, post: &Post) {
    while let Ok(Order { number, who, command, firing }) = orders.recv() {
        let outcome = bus.run(&who, &command);
        if let Some(firing) = firing {
            verdicts.add(firing.judged(&outcome));
        }
        post.settle(number, outcome);
    }
}
