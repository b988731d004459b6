//! Takes commands from anywhere, has them done, and remembers the last ones.

use std::collections::VecDeque;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Command, Outcome};
use crate::base::{Clock, Result, Stamp, Via};

/// Records kept: enough to answer "who did that just now?"; the audit log keeps the rest.
const TRAIL: usize = 200;

/// Who gave a command: a label for people, no proof of anything. One hand, one page and one program
/// each is somebody of its own, so that what one holds is not another's.
#[derive(Clone, Debug)]
pub struct Who {
    label: Arc<str>,
    /// Tells apart the pages of one person; 0 for whoever has no page.
    page: u64,
    /// By which way they came, and from where: carried for the record, never looked at.
    via: Via,
    from: Option<IpAddr>,
}

/// The way is no part of who somebody is.
impl PartialEq for Who {
    fn eq(&self, other: &Self) -> bool {
        (&self.label, self.page) == (&other.label, other.page)
    }
}
impl Eq for Who {}
impl std::hash::Hash for Who {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.label, self.page).hash(state);
    }
}

impl Who {
    /// By label, such as `browser 127.0.0.1`, `page 7` or `right hand`.
    pub fn new(label: impl Into<Arc<str>>) -> Self {
        Self { label: label.into(), page: 0, via: Via::Box, from: None }
    }

    /// One of somebody's pages: of the same label, with hands of its own.
    pub fn on_page(label: impl Into<Arc<str>>, page: u64) -> Self {
        Self { page, ..Self::new(label) }
    }

    /// A hand before the camera.
    pub fn hand(label: impl Into<Arc<str>>) -> Self {
        Self { via: Via::Hand, ..Self::new(label) }
    }

    /// Came by this way, from there.
    #[must_use]
    pub fn came(self, via: Via, from: Option<IpAddr>) -> Self {
        Self { via, from, ..self }
    }

    /// By which way they came.
    pub fn via(&self) -> Via {
        self.via
    }

    /// From where, if over the network.
    pub fn from(&self) -> Option<IpAddr> {
        self.from
    }

    /// The label.
    pub fn as_str(&self) -> &str {
        &self.label
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// Does commands. May block for as long as the database takes to write.
pub trait Handler: Send + Sync {
    /// Does one command for `who`.
    ///
    /// # Errors
    /// Whatever kept it from being done; nothing has changed then.
    fn handle(&self, who: &Who, command: &Command) -> Result<Outcome>;
}

/// One line of the trail.
#[derive(Clone, Debug)]
pub struct Record {
    /// When it was done.
    pub at: Stamp,
    /// By whom.
    pub who: Who,
    /// The command's name; its values may be private and are not kept.
    pub command: &'static str,
    /// Whether it succeeded.
    pub done: bool,
}

/// The command bus.
pub struct Bus {
    handler: Arc<dyn Handler>,
    clock: Clock,
    trail: Mutex<VecDeque<Record>>,
    ear: Option<Ear>,
}

/// Hears of every command that was done. Must not block.
pub type Ear = Box<dyn Fn(&Who, &Command) + Send + Sync>;

impl Bus {
    /// A bus that has its commands done by `handler`.
    pub fn new(handler: Arc<dyn Handler>, clock: Clock) -> Self {
        Self { handler, clock, trail: Mutex::new(VecDeque::with_capacity(TRAIL)), ear: None }
    }

    /// Tells `ear` of every command that was done, but of drags.
    #[must_use]
    pub fn with_ear(self, ear: Ear) -> Self {
        Self { ear: Some(ear), ..self }
    }

    /// Has `command` done and notes who wanted it. Blocks: call it where blocking is allowed.
    ///
    /// # Errors
    /// The handler's.
    pub fn run(&self, who: &Who, command: &Command) -> Result<Outcome> {
        let outcome = self.handler.handle(who, command);
        // Told at frame rate, and of no use afterwards: the release tells what came of it.
        if matches!((&outcome, command), (Ok(_), Command::Drag { .. })) {
            return outcome;
        }
        match &outcome {
            Ok(o) => tracing::info!(%who, command = command.name(), kept = o.kept, "{}", o.done),
            Err(e) => tracing::warn!(%who, command = command.name(), "refused: {e}"),
        }
        if let (Ok(_), Some(ear)) = (&outcome, &self.ear) {
            ear(who, command);
        }
        let record = Record {
            at: self.clock.now(),
            who: who.clone(),
            command: command.name(),
            done: outcome.is_ok(),
        };
        let mut trail = self.trail.lock().unwrap_or_else(PoisonError::into_inner);
        if trail.len() == TRAIL {
            trail.pop_front();
        }
        trail.push_back(record);
        outcome
    }

    /// What was done lately, oldest first.
    pub fn trail(&self) -> Vec<Record> {
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Error;

    struct OnlyPause;
    impl Handler for OnlyPause {
        fn handle(&self, _: &Who, command: &Command) -> Result<Outcome> {
            match command {
                Command::PauseCamera {} => {
                    Ok(Outcome { done: "paused".into(), kept: true, ..Outcome::default() })
                }
                _ => Err(Error::invalid("no")),
            }
        }
    }

    #[test]
    fn the_trail_says_who_did_what_and_stays_short() {
        let bus = Bus::new(Arc::new(OnlyPause), Clock::new());
        let who = Who::new("browser 127.0.0.1");
        bus.run(&who, &Command::PauseCamera {}).unwrap();
        bus.run(&who, &Command::ResumeCamera {}).unwrap_err();
        let trail = bus.trail();
        assert_eq!((trail[0].command, trail[0].done), ("pause_camera", true));
        assert_eq!(
            (trail[1].command, trail[1].done, &trail[1].who),
            ("resume_camera", false, &who)
        );
        for _ in 0..TRAIL {
            bus.run(&who, &Command::PauseCamera {}).unwrap();
        }
        assert_eq!(bus.trail().len(), TRAIL);
        assert!(bus.trail()[0].done);
    }
}
