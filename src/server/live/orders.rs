//! What a page has done over its socket: one command after the other, in the order sent, while the
//! socket goes on. The page is a holder of its own: when it is gone, so is its hold.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::access::{By, Caller, Principal};
use crate::base::Error;
use crate::command::{Command, Who};
use crate::server::App;
use crate::server::wire::ServerMessage;

/// Commands of one page that may wait; the page is not heard while there are more.
const WAITING: usize = 64;

pub(super) struct Orders {
    queue: mpsc::Sender<(u64, Command)>,
    answers: mpsc::Receiver<ServerMessage>,
    worker: JoinHandle<()>,
}

impl Orders {
    /// Takes the commands of a new page.
    pub(super) fn new(site: &App, principal: &Principal) -> Self {
        let page = site.pages.fetch_add(1, Ordering::Relaxed) + 1;
        let who = match principal.caller {
            // Nobody in particular: a number is all that tells one page from another.
            Caller::Open => Who::on_page(format!("page {page}"), page),
            _ => Who::on_page(Arc::clone(&principal.name), page),
        };
        let By { via, from, .. } = By::from(principal);
        let who = who.came(via, from);
        let (queue, orders) = mpsc::channel(WAITING);
        let (answer, answers) = mpsc::channel(WAITING);
        let worker = tokio::spawn(work(Arc::clone(site), who, orders, answer));
        Self { queue, answers, worker }
    }

    /// Whether another command may wait.
    pub(super) fn have_room(&self) -> bool {
        self.queue.capacity() > 0
    }

    /// Has a command done; its answer comes by [`Orders::answer`].
    pub(super) fn give(&self, id: u64, command: Command) -> Option<ServerMessage> {
        self.queue.try_send((id, command)).err().map(|_| {
            let e = Error::unavailable("too many commands of this page wait");
            ServerMessage::Refused { id, error: (&e).into() }
        })
    }

    /// The next answer; cancel safe.
    pub(super) async fn answer(&mut self) -> Option<ServerMessage> {
        self.answers.recv().await
    }

    /// The page is gone: finishes what was given, and puts down what it holds.
    pub(super) async fn end(self) {
        let Self { queue, answers, worker } = self;
        drop((queue, answers));
        // A panic of it has been reported where it happened.
        let _ = worker.await;
    }
}

async fn work(
    site: App,
    who: Who,
    mut orders: mpsc::Receiver<(u64, Command)>,
    answers: mpsc::Sender<ServerMessage>,
) {
    while let Some((id, command)) = orders.recv().await {
        let (bus, who) = (Arc::clone(&site.parts.bus), who.clone());
        let done = tokio::task::spawn_blocking(move || bus.run(&who, &command)).await;
        let answer = match done {
            Ok(Ok(outcome)) => ServerMessage::Did { id, outcome },
            Ok(Err(e)) => ServerMessage::Refused { id, error: (&e).into() },
            Err(e) => {
                let e = Error::internal("a task ended early").source(e);
                ServerMessage::Refused { id, error: (&e).into() }
            }
        };
        // The page may be gone; what it asked for is done all the same.
        let _ = answers.send(answer).await;
    }
    let canvas = Arc::clone(&site.parts.canvas);
    // As above.
    let _ = tokio::task::spawn_blocking(move || canvas.gone(&who)).await;
}
