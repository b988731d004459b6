//! Passwords: what makes one good enough, and argon2id. Hashing takes much memory and time on
//! purpose, so at most two are hashed at once, few wait, and never while the database is held.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::base::{Error, Kind, Result};

/// The shortest password, characters.
pub const PASSWORD_MIN: usize = 12;
/// The longest, characters: a login's body is 1 KiB at most.
const PASSWORD_MAX: usize = 128;
/// A password is made of at least so many different characters.
const DIFFERENT_MIN: usize = 5;
/// Passwords hashed at once.
const AT_ONCE: usize = 2;
/// That may wait for it beside; more are asked to try again.
const WAITING: usize = 16;

/// How much work a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, KiB.
    memory_kib: u32,
    /// Passes over it.
    passes: u32,
}

impl Cost {
    /// OWASP's least for argon2id: 19 MiB, two passes, one lane.
    pub const LEAST: Self = Self { memory_kib: 19 << 10, passes: 2 };
    /// What a machine with room for it does: 64 MiB, three passes, one lane.
    pub const ROOMY: Self = Self { memory_kib: 64 << 10, passes: 3 };

    /// What fits a machine with so much memory, bytes.
    pub const fn for_memory(bytes: u64) -> Self {
        if bytes >= 2 << 30 { Self::ROOMY } else { Self::LEAST }
    }

    fn params(self) -> Result<Params> {
        Params::new(self.memory_kib, self.passes, 1, None).map_err(|e| hashing(&e))
    }
}

/// What came of looking at a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checked {
    /// It is the right one.
    pub right: bool,
    /// Its hash is of another cost than today's: hash it anew.
    pub stale: bool,
}

/// Hashes and checks passwords.
pub(super) struct Passwords {
    argon: Argon2<'static>,
    params: Params,
    /// Of nobody: checked where there is no account, so that this takes as long.
    nobody: String,
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// The right to hash one password now.
pub(super) struct Turn {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Passwords {
    pub(super) fn new(cost: Cost) -> Result<Self> {
        let params = cost.params()?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        // Any salt and any output will do: nothing is ever compared with it that could be right.
        let salt = "bm9ib2R5IGlzIGhlcmU";
        let nobody = format!(
            "$argon2id$v=19$m={},t={},p=1${salt}${}",
            cost.memory_kib,
            cost.passes,
            "A".repeat(43)
        );
        PasswordHash::new(&nobody).map_err(|e| hashing(&e))?;
        let (turns, places) = (Semaphore::new(AT_ONCE), Semaphore::new(AT_ONCE + WAITING));
        Ok(Self { argon, params, nobody, turns: Arc::new(turns), places: Arc::new(places) })
    }

    /// Waits for the right to hash.
    ///
    /// # Errors
    /// `Exhausted` if too many wait already.
    pub(super) async fn turn(&self) -> Result<Turn> {
        let busy = || {
            Error::new(Kind::Exhausted, "too many people log in at once")
                .next("try again in a moment")
        };
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| busy())?;
        Ok(Turn { _turn: turn, _place: place })
    }

    /// The hash of a password that is good enough. Takes long.
    ///
    /// # Errors
    /// If argon2 fails: no memory.
    pub(super) fn hash(&self, password: &str) -> Result<String> {
        let hash = self.argon.hash_password(password.as_bytes()).map_err(|e| hashing(&e))?;
        Ok(hash.to_string())
    }

    /// Whether a password is the one of `hash`; without one it takes as long and is not. Takes long.
    pub(super) fn check(&self, hash: Option<&str>, password: &str) -> Checked {
        let parsed = PasswordHash::new(hash.unwrap_or(&self.nobody));
        let Ok(parsed) = parsed else { return Checked { right: false, stale: false } };
        let right = self.argon.verify_password(password.as_bytes(), &parsed).is_ok();
        let same = Params::try_from(&parsed).is_ok_and(|p| {
            (p.m_cost(), p.t_cost(), p.p_cost())
                == (self.params.m_cost(), self.params.t_cost(), self.params.p_cost())
        });
        Checked { right: right && hash.is_some(), stale: !same }
    }
}

fn hashing(e: &dyn std::fmt::Display) -> Error {
    Error::internal("the password could not be hashed").why(e.to_string())
}

/// Refuses passwords that are too easy to guess or too long.
pub(super) fn good_enough(password: &str, name: &str) -> Result<()> {
    let length = password.chars().count();
    let bad = |why: String| {
        Err(Error::invalid("this password will not do")
            .why(why)
            .next("take a few words that nobody expects together"))
    };
    if length < PASSWORD_MIN {
        return bad(format!("it has {length} characters and needs at least {PASSWORD_MIN}"));
    }
    if length > PASSWORD_MAX {
        return bad(format!("it has {length} characters and may have at most {PASSWORD_MAX}"));
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT_MIN {
        return bad("it is the same few characters again and again".into());
    }
    let without_name = password.to_lowercase().replace(&name.to_lowercase(), "");
    if without_name.chars().count() < PASSWORD_MIN / 2 {
        return bad("it is hardly more than the name".into());
    }
    Ok(())
}
