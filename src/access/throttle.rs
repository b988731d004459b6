//! How often somebody may try: ten times at once, then once a minute, from one address and for one
//! account alike. Bounded in memory, whatever is tried.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use jiff::Timestamp;

use super::Now;

/// Tries at once.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// Then one in this time.
const EACH: Duration = Duration::from_secs(60);
/// Keys from which on those are forgotten that would start afresh anyway.
const MANY: usize = 4_096;
/// Keys that are remembered at most: beyond, a stranger has to wait.
const MOST: usize = 65_536;

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, Ticks, NoOpMiddleware<Duration>>;

/// The handed-in time as governor wants it.
#[derive(Clone)]
pub(super) struct Ticks {
    now: Now,
    begun: Timestamp,
}

impl Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let passed = (self.now)().duration_since(self.begun);
        Duration::try_from(passed).unwrap_or_default()
    }
}

pub(super) struct Throttle {
    ticks: Ticks,
    addresses: Limiter<[u8; 16]>,
    accounts: Limiter<[u8; 32]>,
}

impl Throttle {
    pub(super) fn new(now: Now) -> Self {
        let ticks = Ticks { begun: now(), now };
        Self { addresses: limiter(&ticks), accounts: limiter(&ticks), ticks }
    }

    /// Takes one try from this address, for this account.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn take(&self, from: IpAddr, account: &str) -> Result<(), Duration> {
        self.take_address(from)?;
        let account = super::principal::fingerprint(&account.to_lowercase());
        take(&self.accounts, &account, &self.ticks)
    }

    /// Takes one try from this address.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn take_address(&self, from: IpAddr) -> Result<(), Duration> {
        take(&self.addresses, &neighbourhood(from), &self.ticks)
    }
}

fn limiter<K: Hash + Eq + Clone>(ticks: &Ticks) -> Limiter<K> {
    let quota = Quota::with_period(EACH).unwrap_or(Quota::per_minute(NonZeroU32::MIN));
    RateLimiter::new(quota.allow_burst(BURST), HashMapStateStore::default(), ticks.clone())
}

fn take<K: Hash + Eq + Clone>(
    limiter: &Limiter<K>,
    key: &K,
    ticks: &Ticks,
) -> Result<(), Duration> {
    if limiter.len() >= MANY {
        limiter.retain_recent();
    }
    if limiter.len() >= MOST {
        return Err(EACH);
    }
    limiter.check_key(key).map_err(|until| until.wait_time_from(ticks.now()))
}

/// An IPv6 host has a whole /64 to come from.
fn neighbourhood(address: IpAddr) -> [u8; 16] {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => {
            let mut octets = v6.octets();
            octets[8..].fill(0);
            octets
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn ten_at_once_then_one_a_minute_by_address_and_by_account() {
        let time = Arc::new(Mutex::new(Timestamp::UNIX_EPOCH));
        let clock = Arc::clone(&time);
        let throttle = Throttle::new(Arc::new(move || *clock.lock().unwrap()));
        let from = |n: u8| IpAddr::from([192, 0, 2, n]);
        let tries =
            |from, name: &str| (0..200).filter(|_| throttle.take(from, name).is_ok()).count();
        assert_eq!(tries(from(1), "anna"), 10);
        assert_eq!(tries(from(1), "ben"), 0, "the address is used up");
        assert_eq!(tries(from(2), "ANNA"), 0, "and so is the account");
        assert_eq!(tries(from(3), "carl"), 10);
        let wait = throttle.take(from(1), "anna").unwrap_err();
        assert!(wait > Duration::from_secs(50) && wait <= EACH, "{wait:?}");
        *time.lock().unwrap() += jiff::SignedDuration::from_secs(61);
        assert_eq!(tries(from(1), "anna"), 1);
        *time.lock().unwrap() += jiff::SignedDuration::from_hours(1);
        assert_eq!(tries(from(1), "anna"), 10);
    }

    #[test]
    fn one_network_of_ipv6_is_one_address() {
        let of = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
