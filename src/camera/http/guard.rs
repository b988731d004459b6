//! What becomes of user and password in a camera's address: they go into a header, for their own host.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use url::Url;

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
    fn user_and_password_leave_the_address() {
        let url = Url::parse("http://ad%40min:p%3Aa+b@cam/x").unwrap();
        let (bare, login) = without_login(&url);
        assert_eq!(bare.as_str(), "http://cam/x");
        let encoded = login.unwrap().strip_prefix("Basic ").unwrap().to_owned();
        assert_eq!(BASE64_STANDARD.decode(encoded).unwrap(), b"ad@min:p:a+b");
        assert_eq!(without_login(&bare).1, None);
    }
}
