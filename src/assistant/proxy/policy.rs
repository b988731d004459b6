//! Who may ask how much: models by pattern, requests and tokens a minute, answers at once. Counts in
//! memory; a restart begins afresh.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::access::{Allowance, Caller, Principal};
use crate::assistant::names::{ModelName, Patterns};
use crate::base::{Clock, Error, Kind, Stamp};

/// Answers at once for one caller, and for all; Ollama itself queues 512.
const EACH: usize = 32;
const ALL: usize = 128;
/// Callers from which on those are forgotten who would start afresh anyway.
const MANY: usize = 1_024;
const MINUTE_S: f64 = 60.0;

/// Whose limits count: a token's, a person's, or those of whoever is at an open box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    Open,
    Person(i64),
    Token(i64),
}

impl Who {
    const fn of(caller: &Caller) -> Self {
        match caller {
            Caller::Open => Self::Open,
            Caller::Session { account, .. } => Self::Person(*account),
            Caller::Token { id, .. } => Self::Token(*id),
        }
    }
}

/// A refusal, and how long to wait where that helps.
#[derive(Debug)]
pub struct Refused {
    /// What is said.
    pub error: Error,
    /// When to try again.
    pub wait: Option<Duration>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, wait: None }
    }
}

/// A bucket that fills up to a minute's worth; it may be overdrawn by what turns out only afterwards.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    holds: f64,
    at: Stamp,
}

impl Bucket {
    /// How long until there is something in it again, at `per_minute`.
    fn wait(&mut self, per_minute: u32, least: f64, now: Stamp) -> Option<Duration> {
        let (most, each_s) = (f64::from(per_minute), f64::from(per_minute) / MINUTE_S);
        self.holds = (self.holds + now.since(self.at).as_secs_f64() * each_s).min(most);
        self.at = now;
        (self.holds < least).then(|| Duration::from_secs_f64((least - self.holds) / each_s))
    }
}

#[derive(Default)]
struct Use {
    open: usize,
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
}

/// Everybody's use.
pub struct Policy {
    clock: Clock,
    users: Mutex<HashMap<Who, Use>>,
}

impl Policy {
    /// Nobody has asked yet.
    pub fn new(clock: Clock) -> Arc<Self> {
        Arc::new(Self { clock, users: Mutex::default() })
    }

    fn users(&self) -> MutexGuard<'_, HashMap<Who, Use>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a request through, and takes it off what is left.
    ///
    /// # Errors
    /// `Denied` for a model that is not theirs, `Exhausted` for too much.
    pub fn admit(
        self: &Arc<Self>,
        principal: &Principal,
        model: Option<&ModelName>,
    ) -> Result<Permit, Refused> {
        let Principal { allowance, caller, .. } = principal;
        may(allowance, model)?;
        let (who, now) = (Who::of(caller), self.clock.now());
        let mut users = self.users();
        if users.len() >= MANY {
            users.retain(|_, used| used.open > 0 || !used.is_rested(now));
        }
        if users.values().map(|used| used.open).sum::<usize>() >= ALL {
            return Err(too_much(format!("{ALL} answers are on their way"), None));
        }
        let used = users.entry(who).or_default();
        if used.open >= EACH {
            return Err(too_much(format!("{EACH} of your answers are on their way"), None));
        }
        if let Some(most) = allowance.tokens_per_minute {
            let full = Bucket { holds: most.into(), at: now };
            if let Some(wait) = used.tokens.get_or_insert(full).wait(most, 1.0, now) {
                return Err(too_much(format!("{most} tokens a minute are allowed"), Some(wait)));
            }
        }
        if let Some(most) = allowance.requests_per_minute {
            let full = Bucket { holds: most.into(), at: now };
            let bucket = used.requests.get_or_insert(full);
            if let Some(wait) = bucket.wait(most, 1.0, now) {
                return Err(too_much(format!("{most} requests a minute are allowed"), Some(wait)));
            }
            bucket.holds -= 1.0;
        }
        used.open += 1;
        Ok(Permit { policy: Arc::clone(self), who })
    }
}

impl Use {
    /// A minute without use fills every bucket.
    fn is_rested(&self, now: Stamp) -> bool {
        let full = |b: &Bucket| b.holds >= 0.0 && now.since(b.at).as_secs_f64() >= MINUTE_S;
        [&self.requests, &self.tokens].into_iter().flatten().all(full)
    }
}

/// Whether somebody may use a model.
///
/// # Errors
/// `Denied` if it is not among theirs.
pub fn may_use(principal: &Principal, model: &ModelName) -> Result<(), Error> {
    may(&principal.allowance, Some(model))
}

fn may(allowance: &Allowance, model: Option<&ModelName>) -> Result<(), Error> {
    let (Some(patterns), Some(model)) = (&allowance.models, model) else { return Ok(()) };
    if Patterns::parse(patterns).is_ok_and(|p| p.allow(model)) {
        return Ok(());
    }
    Err(Error::new(Kind::Denied, format!("this token may not use the model `{}`", model.key()))
        .next("use one that it may, or ask an owner of this box for another token"))
}

fn too_much(why: String, wait: Option<Duration>) -> Refused {
    let error = Error::new(Kind::Exhausted, "too much is asked at once").why(why);
    let error = match wait {
        Some(wait) => error.next(format!("try again in {} s", wait.as_secs() + 1)),
        None => error.next("try again when one of them is done"),
    };
    Refused { error, wait }
}

/// A request on its way.
pub struct Permit {
    policy: Arc<Policy>,
    who: Who,
}

impl Permit {
    /// It used so many tokens, as it turned out.
    pub fn charge(&self, tokens: u64) {
        if let Some(used) = self.policy.users().get_mut(&self.who)
            && let Some(bucket) = &mut used.tokens
        {
            bucket.holds -= tokens as f64;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(used) = self.policy.users().get_mut(&self.who) {
            used.open -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody(allowance: Allowance) -> Principal {
        Principal { allowance, ..Principal::open([127, 0, 0, 1].into()) }
    }

    #[test]
    fn requests_a_minute_are_counted_and_come_back() {
        let (policy, some) = (
            Policy::new(Clock::new()),
            somebody(Allowance { requests_per_minute: Some(6_000), ..Allowance::default() }),
        );
        let let_in = (0..10_000).filter(|_| policy.admit(&some, None).is_ok()).count();
        assert!((6_000..7_000).contains(&let_in), "{let_in}");
        let refused = policy.admit(&some, None).err().unwrap();
        assert_eq!(refused.error.kind(), Kind::Exhausted);
        std::thread::sleep(refused.wait.unwrap() + Duration::from_millis(20));
        assert!(policy.admit(&some, None).is_ok());
    }

    #[test]
    fn tokens_are_counted_when_they_are_known() {
        let policy = Policy::new(Clock::new());
        let some = somebody(Allowance { tokens_per_minute: Some(600), ..Allowance::default() });
        policy.admit(&some, None).unwrap().charge(100);
        policy.admit(&some, None).unwrap().charge(1_100);
        let wait = policy.admit(&some, None).err().unwrap().wait.unwrap();
        assert!(wait > Duration::from_secs(50) && wait < Duration::from_secs(62), "{wait:?}");
    }

    #[test]
    fn so_many_answers_at_once_and_only_ones_own_models() {
        let policy = Policy::new(Clock::new());
        let some = somebody(Allowance::default());
        let mut open: Vec<_> = (0..EACH).map(|_| policy.admit(&some, None).unwrap()).collect();
        assert!(policy.admit(&some, None).is_err());
        open.pop();
        assert!(policy.admit(&some, None).is_ok());
        let model = ModelName::parse("llama3.2", []).unwrap();
        let models = |m: &[&str]| Some(m.iter().map(|m| (*m).to_owned()).collect());
        let of = |m| somebody(Allowance { models: models(m), ..Allowance::default() });
        assert!(policy.admit(&of(&["llama*"]), Some(&model)).is_ok());
        let denied = policy.admit(&of(&["qwen*"]), Some(&model)).err().unwrap();
        assert_eq!(denied.error.kind(), Kind::Denied);
    }
}
