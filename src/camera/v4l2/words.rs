//! What a V4L2 driver says, in words, with what to do about it.

use crate::base::{Error, Kind, Trouble};

/// No right to open a node.
pub(super) fn denied(name: &str) -> Error {
    Error::new(Kind::Denied, format!("{name} may not be used"))
        .why("no permission to open it")
        .next(
            "add the user that runs Dixi to the group video, `sudo usermod -aG video $USER`, and \
             log in again; in a container, pass the device in",
        )
        .trouble(Trouble::CameraDenied { name: name.to_owned() })
}

/// A failed call to the driver.
pub(super) fn io(name: &str, error: &std::io::Error) -> Error {
    // errno values of Linux, the same on every architecture.
    const EIO: i32 = 5;
    const ENXIO: i32 = 6;
    const ENODEV: i32 = 19;
    const EBUSY: i32 = 16;
    const ENOSPC: i32 = 28;
    let named = || name.to_owned();
    match error.raw_os_error() {
        _ if error.kind() == std::io::ErrorKind::PermissionDenied => denied(name),
        Some(EBUSY) => Error::new(Kind::Conflict, format!("{name} is in use"))
            .why("another program holds the camera")
            .next("close that program, a browser's or a meeting's camera for example")
            .trouble(Trouble::CameraInUse { name: named() }),
        Some(ENODEV | ENXIO) => Error::unavailable(format!("{name} is gone"))
            .why("it was unplugged, or its driver let go of it")
            .next("plug it in again; it is noticed by itself")
            .trouble(Trouble::CameraGone { name: named() }),
        Some(ENOSPC) => Error::new(Kind::Exhausted, format!("{name} does not start"))
            .why("the USB bus has no room for this size and rate")
            .next("plug it into another port, or choose a smaller size or rate")
            .trouble(Trouble::CameraBusFull { name: named() }),
        Some(EIO) => Error::unavailable(format!("{name} does not answer properly"))
            .why("its driver reports an input error")
            .next("unplug it and plug it in again")
            .trouble(Trouble::CameraHangs { name: named() }),
        _ if error.kind() == std::io::ErrorKind::NotFound => {
            Error::new(Kind::NotFound, format!("{name} is gone"))
                .next("plug it in again")
                .trouble(Trouble::CameraGone { name: named() })
        }
        _ => unusable(name, &error.to_string()),
    }
}

fn unusable(name: &str, why: &str) -> Error {
    let (name, detail) = (name.to_owned(), why.to_owned());
    Error::unavailable(format!("{name} cannot be used"))
        .why(why)
        .trouble(Trouble::CameraUnusable { name, detail })
}

/// What nokhwa reports: its text ends with the system's, `(os error N)`.
pub(super) fn driver(name: &str, text: &str) -> Error {
    let errno = text.rsplit_once("os error ").and_then(|(_, rest)| {
        rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
    });
    match errno {
        Some(errno) => io(name, &std::io::Error::from_raw_os_error(errno)),
        None => unusable(name, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_troubles_are_explained() {
        for (text, kind, hint) in [
            (
                "Could not capture frame: No such device (os error 19)",
                Kind::Unavailable,
                "plug it in",
            ),
            ("Device or resource busy (os error 16)", Kind::Conflict, "close that program"),
            ("Permission denied (os error 13)", Kind::Denied, "usermod -aG video"),
            ("No space left on device (os error 28)", Kind::Exhausted, "another port"),
        ] {
            let e = driver("Cam", text);
            assert_eq!(e.kind(), kind);
            assert!(e.next_step().unwrap().contains(hint), "{e:?}");
        }
        assert!(driver("Cam", "Failed to Fufill").to_string().contains("Fufill"));
    }
}
