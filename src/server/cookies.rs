//! The two cookies of this box: a session's and a screen's. Over TLS their names carry `__Host-`, which
//! binds them to this very host; not every browser takes that on a plain loopback address, so there
//! they have other names.

use axum::http::{HeaderMap, HeaderValue, header};

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// A session.
    Session,
    /// A screen's token.
    Kiosk,
}

impl Cookie {
    const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-dixi_session",
            (Self::Session, false) => "dixi_session",
            (Self::Kiosk, true) => "__Host-dixi_kiosk",
            (Self::Kiosk, false) => "dixi_kiosk",
        }
    }

    /// Its value in a request; none if it is there twice, which no browser of ours would send.
    pub(super) fn read(self, headers: &HeaderMap, secure: bool) -> Option<&str> {
        let mut values = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.name(secure))
            .map(|(_, value)| value);
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// The header line that gives it to a browser, for so many seconds; 0 takes it away.
    pub(super) fn write(self, value: &str, secure: bool, max_age_s: i64) -> HeaderValue {
        let name = self.name(secure);
        let secure = if secure { "; Secure" } else { "" };
        let line = format!(
            "{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{secure}",
            max_age_s.max(0)
        );
        // Our tokens are letters and digits.
        HeaderValue::try_from(line).unwrap_or(HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_by_its_whole_name_and_only_once() {
        let read = |cookie: &str, secure| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, cookie.parse().unwrap());
            Cookie::Session.read(&headers, secure).map(str::to_owned)
        };
        assert_eq!(read("a=b; dixi_session=x; c=d", false), Some("x".into()));
        assert_eq!(read("dixi_session=x; dixi_session=y", false), None);
        assert_eq!(read("xdixi_session=x", false), None);
        // Over TLS only the name counts that nobody but this host can set.
        assert_eq!(read("dixi_session=x", true), None);
        assert_eq!(read("__Host-dixi_session=x", true), Some("x".into()));
        assert_eq!(read("__Host-dixi_session=x", false), None);
    }

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let line = Cookie::Session.write("x", true, 60);
        assert_eq!(
            line,
            "__Host-dixi_session=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure"
        );
        assert!(!Cookie::Kiosk.write("x", false, 60).to_str().unwrap().contains("Secure"));
    }
}
