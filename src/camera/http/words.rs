//! What went wrong with a network camera, in words. Never repeats the address: it may hold a
//! password.

use ureq::Body;
use ureq::http::{Response, StatusCode};

use crate::base::{Error, Kind, Result};

const WHAT: &str = "the network camera cannot be reached";

/// Why a request failed.
pub(super) fn calling(error: &ureq::Error) -> Error {
    use ureq::Error as E;
    match error {
        E::Timeout(_) => Error::new(Kind::Timeout, WHAT)
            .why("it does not answer in time")
            .next("check that it is on and its address is right"),
        E::HostNotFound => Error::unavailable(WHAT)
            .why("its name leads to no address that may be used")
            .next("check the name, or use its IP address"),
        E::ConnectionFailed => Error::unavailable(WHAT)
            .why("it accepts no connection")
            .next("check its address and port"),
        E::Io(e) => io(e),
        E::Tls(_) | E::Rustls(_) | E::Pem(_) => Error::unavailable(WHAT)
            .why("its certificate is not trusted")
            .next("use its `http://` address inside your own network"),
        _ => Error::unavailable(WHAT).why("what it answers is not HTTP"),
    }
}

/// Why reading the answer failed.
pub(super) fn reading(error: Error) -> Error {
    match error.kind() {
        Kind::Invalid => error,
        Kind::Timeout => Error::new(Kind::Timeout, "the network camera sends no pictures")
            .why("it is connected, but no whole picture came in time"),
        _ => Error::unavailable("the network camera broke off").why(error.to_string()),
    }
}

fn io(error: &std::io::Error) -> Error {
    use std::io::ErrorKind as Io;
    let why = match error.kind() {
        Io::ConnectionRefused => "nothing listens at that address and port",
        Io::ConnectionReset | Io::BrokenPipe | Io::UnexpectedEof | Io::ConnectionAborted => {
            "it closed the connection"
        }
        Io::HostUnreachable | Io::NetworkUnreachable => "there is no way to its address",
        Io::TimedOut | Io::WouldBlock => "it does not answer in time",
        _ => "the connection failed",
    };
    Error::unavailable(WHAT).why(why).next("check that it is on and its address is right")
}

/// An answer that is not a picture by its status.
pub(super) fn status(response: &Response<Body>) -> Result<()> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let refused = |why: &str, next: &str| {
        Err(Error::new(Kind::Denied, "the network camera lets nobody in").why(why).next(next))
    };
    match status {
        StatusCode::UNAUTHORIZED => {
            let challenge = response.headers().get("www-authenticate");
            let challenge = challenge.and_then(|v| v.to_str().ok()).unwrap_or_default();
            if challenge.to_ascii_lowercase().trim_start().starts_with("digest") {
                return refused(
                    "it wants digest authentication, which Dixi does not speak",
                    "allow basic authentication in the camera's own settings",
                );
            }
            refused(
                "it wants a user and a password, or other ones",
                "write them in the address: `http://user:password@host/…`",
            )
        }
        StatusCode::FORBIDDEN => refused("it refuses", "check the rights of its user"),
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Err(Error::new(Kind::NotFound, "the network camera has nothing at this address")
                .why(format!("it answers {status}"))
                .next("look in the camera's manual for its MJPEG address"))
        }
        _ => Err(Error::unavailable("the network camera gives no pictures")
            .why(format!("it answers {status}"))),
    }
}
