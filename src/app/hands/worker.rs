//! Has the hands' orders done, one after the other, on a thread that may wait for the disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::inbox::Post;
use crate::base::{Error, Kind, Result, Vital};
use crate::canvas::touch::Order;
use crate::command::{Bus, VerdictLog};

/// Orders that may wait: hands give a few a second, so that this is a disk that hangs.
const WAITING: usize = 64;
/// The slowest that an order may be before the thread counts as hung: a disk that hangs for as long.
const AN_ORDER: Duration = Duration::from_secs(30);

/// The running thread.
pub(super) struct Worker {
    queue: Queue,
    vital: Arc<Vital>,
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
        let vital = Vital::new("the hands' orders");
        let kept = Arc::clone(&vital);
        let thread = std::thread::Builder::new()
            .name("dixi-orders".into())
            .spawn(move || kept.keep(|_| work(&orders, &bus, &verdicts, (&post, &kept))))
            .map_err(|e| {
                Error::new(Kind::Exhausted, "cannot start the orders' thread").source(e)
            })?;
        Ok(Self { queue: Queue(queue), vital, thread })
    }

    /// Whether its thread lives.
    pub fn vital(&self) -> Arc<Vital> {
        Arc::clone(&self.vital)
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

fn work(
    orders: &Receiver<Order>,
    bus: &Bus,
    verdicts: &VerdictLog,
    (post, vital): (&Post, &Vital),
) {
    loop {
        vital.rest();
        let Ok(Order { number, who, command, firing }) = orders.recv() else { return };
        vital.beat(AN_ORDER);
        // Hands wait for the answer: it comes, whatever happens.
        let outcome = catch_unwind(AssertUnwindSafe(|| bus.run(&who, &command)));
        let outcome = outcome
            .unwrap_or_else(|_| Err(Error::internal(format!("`{}` panicked", command.name()))));
        if let Some(firing) = firing {
            verdicts.add(firing.judged(&outcome));
        }
        post.settle(number, outcome);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::{Sender, channel};

    use super::super::inbox::Inbox;
    use super::*;
    use crate::base::Clock;
    use crate::canvas::Feeds;
    use crate::command::{Command, Handler, Outcome, Who};
    use crate::gesture::Observation;

    /// A disk that does one thing for every word it is given.
    struct SlowDisk {
        begun: Sender<()>,
        go: Mutex<Receiver<()>>,
    }

    impl Handler for SlowDisk {
        fn handle(&self, _: &Who, _: &Command) -> Result<Outcome> {
            self.begun.send(()).unwrap();
            self.go.lock().unwrap().recv().unwrap();
            Ok(Outcome::default())
        }
    }

    fn order(number: u64) -> Order {
        Order { number, who: Who::new("left hand"), command: Command::Undo {}, firing: None }
    }

    #[test]
    fn orders_wait_for_a_slow_disk_and_nobody_else_does() {
        let ((begun, has_begun), (say_go, go)) = (channel(), channel());
        let disk = SlowDisk { begun, go: Mutex::new(go) };
        let bus = Arc::new(Bus::new(Arc::new(disk), Clock::new()));
        let verdicts = VerdictLog::new(Clock::new(), Feeds::default().verdicts);
        let post = Arc::new(Post::default());
        let worker = Worker::start(bus, Arc::new(verdicts), Arc::clone(&post)).unwrap();
        let queue = worker.queue();
        assert!(queue.put(order(0)).is_none());
        has_begun.recv().unwrap();
        // The disk hangs at the first; the others wait, and what is too much comes back at once.
        for number in 1..=WAITING as u64 {
            assert!(queue.put(order(number)).is_none(), "{number}");
        }
        let (back, e) = queue.put(order(99)).expect("too much");
        assert_eq!((back.number, e.kind()), (99, Kind::Exhausted));
        (0..=WAITING).for_each(|_| say_go.send(()).unwrap());
        drop(queue);
        worker.stop();
        let mut seen = Observation::default();
        for number in 0..=WAITING as u64 {
            let Inbox::Settled(n, Ok(_)) = post.wait(Duration::ZERO, &mut seen) else { panic!() };
            assert_eq!(n, number, "in their sequence");
        }
    }

    /// Panics at every `undo`.
    struct Broken;

    impl Handler for Broken {
        fn handle(&self, _: &Who, command: &Command) -> Result<Outcome> {
            assert!(!matches!(command, Command::Undo {}), "a fault");
            Ok(Outcome::default())
        }
    }

    #[test]
    fn an_order_that_panics_is_answered_and_the_next_one_is_done() {
        let bus = Arc::new(Bus::new(Arc::new(Broken), Clock::new()));
        let verdicts = VerdictLog::new(Clock::new(), Feeds::default().verdicts);
        let post = Arc::new(Post::default());
        let worker = Worker::start(bus, Arc::new(verdicts), Arc::clone(&post)).unwrap();
        let queue = worker.queue();
        assert!(queue.put(order(1)).is_none());
        assert!(queue.put(Order { command: Command::Save {}, ..order(2) }).is_none());
        drop(queue);
        worker.stop();
        let mut seen = Observation::default();
        let Inbox::Settled(1, Err(e)) = post.wait(Duration::ZERO, &mut seen) else { panic!() };
        assert!(e.to_string().contains("`undo` panicked"), "{e}");
        let Inbox::Settled(2, Ok(_)) = post.wait(Duration::ZERO, &mut seen) else { panic!() };
    }
}
