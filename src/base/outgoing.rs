//! What keeps our own requests from going astray: names are resolved once, checked and then connected
//! to; link-local addresses, where clouds keep their secrets, are left alone; and nothing of an address is
//! logged by the client that asks there. Decides nothing about whom to ask.

use std::net::IpAddr;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// The one HTTP client for requests to others: no proxy, no redirects, and no forbidden address.
pub fn agent(config: Config) -> ureq::Agent {
    ureq::Agent::with_parts(config, DefaultConnector::default(), GuardedResolver::default())
}

/// What such a client begins with; times are for the caller to set.
pub fn config() -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent("dixi")
}

/// Does a request without its client's own log lines: ureq logs whole addresses at its debug level, and
/// many hold a password or are one.
pub fn silently<T>(request: impl FnOnce() -> T) -> T {
    tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::new(), request)
}

/// The system's resolver without forbidden addresses.
#[derive(Debug, Default)]
struct GuardedResolver(DefaultResolver);

impl Resolver for GuardedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        found.iter().filter(|a| !forbidden(a.ip())).for_each(|a| allowed.push(*a));
        if allowed.is_empty() {
            return Err(ureq::Error::HostNotFound);
        }
        Ok(allowed)
    }
}

/// Whether we never connect to `ip`: link-local, where clouds keep their secrets, and what is no host's.
pub fn forbidden(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            v4.is_link_local() || v4.is_unspecified() || v4.is_broadcast() || v4.is_multicast()
        }
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.is_unspecified() || v6.is_multicast(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_and_other_link_local_addresses_are_left_alone() {
        for (ip, no) in [
            ("169.254.169.254", true),
            ("::ffff:169.254.169.254", true),
            ("fe80::1", true),
            ("0.0.0.0", true),
            ("192.168.1.20", false),
            ("127.0.0.1", false),
            ("fd00::1", false),
        ] {
            assert_eq!(forbidden(ip.parse().unwrap()), no, "{ip}");
        }
    }
}
