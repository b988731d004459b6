//! What keeps requests to cameras from going astray: names are resolved once, checked and then
//! connected to, and link-local addresses, where clouds keep their secrets, are left alone.

use std::net::IpAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::Url;

/// The system's resolver without forbidden addresses.
#[derive(Debug, Default)]
pub(super) struct GuardedResolver(DefaultResolver);

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

fn forbidden(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            v4.is_link_local() || v4.is_unspecified() || v4.is_broadcast() || v4.is_multicast()
        }
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.is_unspecified() || v6.is_multicast(),
    }
}

/// The address without user and password, and these as a value for `Authorization`.
pub(super) fn without_login(url: &Url) -> (Url, Option<String>) {
    let decode = |text: &str| {
        let pair = format!("x={}", text.replace('+', "%2B"));
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, v)| v.into_owned())
    };
    let user = decode(url.username()).unwrap_or_default();
    let password = url.password().and_then(decode).unwrap_or_default();
    let login = (!user.is_empty() || !password.is_empty())
        .then(|| format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}"))));
    let mut bare = url.clone();
    // These fail only for addresses that cannot have a user, and those have none.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    (bare, login)
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

    #[test]
    fn user_and_password_leave_the_address() {
        let url = Url::parse("http://ad%40min:p%3Aa+b@cam/x").unwrap();
        let (bare, login) = without_login(&url);
        assert_eq!(bare.as_str(), "http://cam/x");
        let encoded = login.unwrap().strip_prefix("Basic ").unwrap().to_owned();
        assert_eq!(BASE64_STANDARD.decode(encoded).unwrap(), b"ad@min:p:a+b");
        assert_eq!(without_login(&bare).1, None);
    }
}
