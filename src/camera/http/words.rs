//! What went wrong with a network camera, in words. Never repeats the address: it may hold a
//! password.

use ureq::Body;
use ureq::http::{Response, StatusCode};

use crate::base::{Error, Kind, Result, Trouble};

const WHAT: &str = "the network camera cannot be reached";

/// Why a request failed.
pub(super) fn calling(error: &ureq::Error) -> Error {
    use ureq::Error as E;
    match error {
        E::Timeout(_) => Error::new(Kind::Timeout, WHAT)
            .why("it does not answer in time")
            .next("check that it is on and its address is right")
            .trouble(Trouble::NetworkSlow {}),
        E::HostNotFound => Error::unavailable(WHAT)
            .why("its name leads to no address that may be used")
            .next("check the name, or use its IP address")
            .trouble(Trouble::NetworkNameless {}),
        E::ConnectionFailed => Error::unavailable(WHAT)
            .why("it accepts no connection")
            .next("check its address and port")
            .trouble(Trouble::NetworkAway {}),
        E::Io(e) => io(e),
        E::Tls(_) | E::Rustls(_) | E::Pem(_) => Error::unavailable(WHAT)
            .why("its certificate is not trusted")
            .next("use its `http://` address inside your own network")
            .trouble(Trouble::NetworkUntrusted {}),
        _ => Error::unavailable(WHAT)
            .why("what it answers is not HTTP")
            .trouble(Trouble::NetworkNoPictures {}),
    }
}

/// Whether the other side closed the connection without an answer.
pub(super) fn hung_up(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Io(e) if closed(e.kind()))
}

fn closed(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind as Io;
    matches!(kind, Io::ConnectionReset | Io::BrokenPipe | Io::UnexpectedEof | Io::ConnectionAborted)
}

/// Why reading the answer failed.
pub(super) fn reading(error: Error) -> Error {
    match error.kind() {
        Kind::Invalid => error,
        Kind::Timeout => Error::new(Kind::Timeout, "the network camera sends no pictures")
            .why("it is connected, but no whole picture came in time")
            .trouble(Trouble::NetworkSilent {}),
        _ => Error::unavailable("the network camera broke off")
            .why(error.to_string())
            .trouble(Trouble::NetworkBroke {}),
    }
}

fn io(error: &std::io::Error) -> Error {
    use std::io::ErrorKind as Io;
    let (why, trouble) = match error.kind() {
        Io::ConnectionRefused => {
            ("nothing listens at that address and port", Trouble::NetworkAway {})
        }
        kind if closed(kind) => ("it closed the connection", Trouble::NetworkBroke {}),
        Io::HostUnreachable | Io::NetworkUnreachable => {
            ("there is no way to its address", Trouble::NetworkAway {})
        }
        Io::TimedOut | Io::WouldBlock => ("it does not answer in time", Trouble::NetworkSlow {}),
        _ => ("the connection failed", Trouble::NetworkAway {}),
    };
    Error::unavailable(WHAT)
        .why(why)
        .next("check that it is on and its address is right")
        .trouble(trouble)
}

/// An answer that is not a picture by its status.
pub(super) fn status(response: &Response<Body>) -> Result<()> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let refused = |why: &str, next: &str, trouble: Trouble| {
        let error = Error::new(Kind::Denied, "the network camera lets nobody in");
        Err(error.why(why).next(next).trouble(trouble))
    };
    let answers = Trouble::NetworkAnswers { status: status.as_u16() };
    match status {
        StatusCode::UNAUTHORIZED => {
            let challenge = response.headers().get("www-authenticate");
            let challenge = challenge.and_then(|v| v.to_str().ok()).unwrap_or_default();
            if challenge.to_ascii_lowercase().trim_start().starts_with("digest") {
                return refused(
                    "it wants digest authentication, which Dixi does not speak",
                    "allow basic authentication in the camera's own settings",
                    Trouble::NetworkDigest {},
                );
            }
            refused(
                "it wants a user and a password, or other ones",
                "write them in the address: `http://user:password@host/…`",
                Trouble::NetworkLogin {},
            )
        }
        StatusCode::FORBIDDEN => {
            refused("it refuses", "check the rights of its user", Trouble::NetworkForbidden {})
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Err(Error::new(Kind::NotFound, "the network camera has nothing at this address")
                .why(format!("it answers {status}"))
                .next("look in the camera's manual for its MJPEG address")
                .trouble(answers))
        }
        _ => Err(Error::unavailable("the network camera gives no pictures")
            .why(format!("it answers {status}"))
            .trouble(answers)),
    }
}
