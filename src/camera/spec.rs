//! What a person writes to choose a camera, read into a [`SourceSpec`] and shown again without its
//! secrets. Opens nothing and asks no device.

use std::fmt;
use std::path::{Path, PathBuf};

use super::address::Address;
use crate::base::{Error, Kind, Result, Trouble};

/// A chosen source. Shown (`Display`, `Debug`) as it can be written again, but for credentials,
/// which show as `***`.
#[derive(Clone, PartialEq, Eq)]
pub enum SourceSpec {
    /// The first V4L2 camera that works, else the demo hand.
    Auto,
    /// The built-in demo hand, showing every gesture.
    Demo,
    /// The demo hands, playing on the canvas.
    DemoCanvas,
    /// The webcam of a page.
    Browser,
    /// A V4L2 camera by its stable id (see [`super::v4l2`]) or its node, `/dev/videoN`.
    V4l2(String),
    /// MJPEG, or single JPEGs, over the network.
    Http(Address),
    /// A file of pictures or a folder of them.
    File(PathBuf),
}

const WORDS: [&str; 7] = ["auto", "demo", "demo:canvas", "browser", "v4l2:", "http://", "file:"];
const HOW: &str = "use `auto`, `demo`, `demo:canvas`, `browser`, `v4l2:<id>`, an `http://` address \
                   or `file:<path>`";

impl SourceSpec {
    /// Reads a source as written in `camera.source` or after `--camera`. A path of something that
    /// exists is taken as `file:`, `/dev/videoN` as `v4l2:`.
    ///
    /// # Errors
    /// `Invalid` or `Unsupported` with the nearest thing that would be right; never repeats what
    /// could be a password.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "auto" => return Ok(Self::Auto),
            "demo" => return Ok(Self::Demo),
            "demo:canvas" => return Ok(Self::DemoCanvas),
            "browser" => return Ok(Self::Browser),
            _ => {}
        }
        if let Some(id) = strip(text, "v4l2:") {
            return v4l2(id);
        }
        if text.starts_with("/dev/video") || text.starts_with("/dev/v4l/") {
            return v4l2(text);
        }
        if strip(text, "http://").is_some() || strip(text, "https://").is_some() {
            return Address::parse(text).map(Self::Http);
        }
        if let Some(path) = strip(text, "file:") {
            return file(path);
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(foreign(scheme));
        }
        if Path::new(text).exists() {
            return file(text);
        }
        Err(unknown(text))
    }

    /// The text that [`SourceSpec::parse`] reads back to the very same source, **with** its
    /// credentials: for keeping the setting only, never for a log or an answer.
    pub fn with_secrets(&self) -> String {
        match self {
            Self::Http(address) => address.with_secrets().to_owned(),
            other => other.to_string(),
        }
    }

    /// `known` if this is what `known` looks like when shown, else itself: so that choosing a
    /// camera as it was shown does not lose its password.
    #[must_use]
    pub fn or_known(self, known: &SourceSpec) -> SourceSpec {
        if self.to_string() == known.to_string() { known.clone() } else { self }
    }

    /// What kind it is, in one word: `auto`, `demo`, `browser`, `v4l2`, `http` or `file`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Demo | Self::DemoCanvas => "demo",
            Self::Browser => "browser",
            Self::V4l2(_) => "v4l2",
            Self::Http(_) => "http",
            Self::File(_) => "file",
        }
    }
}

impl fmt::Display for SourceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4l2(id) => write!(f, "v4l2:{id}"),
            Self::Http(address) => write!(f, "{address}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::DemoCanvas => f.write_str("demo:canvas"),
            word => f.write_str(word.kind()),
        }
    }
}

impl fmt::Debug for SourceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What follows `prefix`, whatever its case.
fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn v4l2(id: &str) -> Result<SourceSpec> {
    let id = id.trim();
    let id = ["/dev/v4l/by-id/", "/dev/v4l/by-path/"]
        .iter()
        .find_map(|folder| id.strip_prefix(folder))
        .unwrap_or(id);
    if id.is_empty() {
        return Err(Error::invalid("`v4l2:` names no camera")
            .next("`dixi doctor` and the camera picker list the cameras with their ids"));
    }
    Ok(SourceSpec::V4l2(id.to_owned()))
}

fn file(path: &str) -> Result<SourceSpec> {
    if path.starts_with("//") {
        let url = url::Url::parse(&format!("file:{path}")).ok();
        let path = url.and_then(|u| u.to_file_path().ok());
        return path.map(SourceSpec::File).ok_or_else(|| {
            Error::invalid("a `file://` address must be a path on this machine")
                .next("write `file:/path/to/it`")
        });
    }
    if path.is_empty() {
        return Err(Error::invalid("`file:` names no file").next("write `file:/path/to/it`"));
    }
    Ok(SourceSpec::File(PathBuf::from(path)))
}

fn foreign(scheme: &str) -> Error {
    let scheme: String = scheme.chars().take(16).collect();
    let error =
        Error::new(Kind::Unsupported, format!("`{scheme}://` is no camera that Dixi knows"));
    match scheme.to_ascii_lowercase().as_str() {
        "rtsp" | "rtsps" | "rtmp" => error.next(
            "most network cameras also have an MJPEG address: look for it in the manual and use \
             that, `http://…`",
        ),
        _ => error.next(HOW),
    }
}

fn unknown(text: &str) -> Error {
    if text.is_empty() {
        return Error::invalid("no camera source is given").next(HOW);
    }
    if text.contains('/') || text.starts_with('.') {
        let error =
            Error::new(Kind::NotFound, format!("there is no file or folder `{}`", brief(text)))
                .trouble(Trouble::FileUnreadable { path: brief(text) });
        return error.next(HOW);
    }
    let lower = text.to_ascii_lowercase();
    let near = WORDS
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&lower, word), word))
        .filter(|(distance, word)| *distance <= word.len() / 2)
        .min();
    let error = Error::invalid(format!("`{}` is no camera source", brief(text)));
    match near {
        Some((_, word)) => error.next(format!("did you mean `{word}`? Or {HOW}")),
        None => error.next(HOW),
    }
}

/// A short form fit for a message: not the end of something long, nothing before an `@`.
fn brief(text: &str) -> String {
    let text = text.rsplit_once('@').map_or(text, |(_, after)| after);
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_shown_as_it_can_be_written_again() {
        for (text, kind, shown) in [
            ("auto", "auto", "auto"),
            (" Demo ", "demo", "demo"),
            ("Demo:Canvas", "demo", "demo:canvas"),
            ("browser", "browser", "browser"),
            ("v4l2:usb-046d_C270-video-index0", "v4l2", "v4l2:usb-046d_C270-video-index0"),
            ("/dev/video2", "v4l2", "v4l2:/dev/video2"),
            ("/dev/v4l/by-path/pci-1-video-index0", "v4l2", "v4l2:pci-1-video-index0"),
            ("http://cam.local/mjpg", "http", "http://cam.local/mjpg"),
            ("HTTPS://cam.local:8443/", "http", "https://cam.local:8443/"),
            ("file:/tmp/a b.mjpeg", "file", "file:/tmp/a b.mjpeg"),
            ("file:///tmp/a%20b.mjpeg", "file", "file:/tmp/a b.mjpeg"),
            ("/tmp", "file", "file:/tmp"),
        ] {
            let spec = SourceSpec::parse(text).unwrap();
            assert_eq!((spec.kind(), spec.to_string().as_str()), (kind, shown));
            assert_eq!(SourceSpec::parse(&spec.with_secrets()).unwrap(), spec);
        }
    }

    #[test]
    fn what_is_wrong_gets_the_nearest_right_thing() {
        for (text, hint) in [
            ("dmeo", "did you mean `demo`"),
            ("Browsr", "did you mean `browser`"),
            ("demo:canvs", "did you mean `demo:canvas`"),
            ("v4l:0", "did you mean `v4l2:`"),
            ("rtsp://u:secret@cam/1", "MJPEG address"),
            ("v4l2:", "dixi doctor"),
            ("", "`auto`"),
            ("/no/such/file", "`file:<path>`"),
            ("file://elsewhere/x", "file:/path"),
        ] {
            let e = SourceSpec::parse(text).unwrap_err();
            let all = format!("{e} {}", e.next_step().unwrap_or(""));
            assert!(all.contains(hint), "{text}: {all}");
            assert!(!all.contains("secret"), "{all}");
        }
    }

    #[test]
    fn credentials_are_kept_but_never_shown() {
        for text in [
            "http://admin:hunter2@cam.local/video",
            "http://cam.local/v.cgi?user=admin&pwd=hunter2&res=1",
        ] {
            let spec = SourceSpec::parse(text).unwrap();
            for shown in [spec.to_string(), format!("{spec:?}"), format!("{:?}", Some(&spec))] {
                assert!(!shown.contains("hunter2") && !shown.contains("admin"), "{shown}");
                assert!(shown.contains("***"), "{shown}");
                assert_eq!(
                    SourceSpec::parse(&shown).map(|s| s.or_known(&spec)).ok().as_ref(),
                    shown.starts_with("http").then_some(&spec)
                );
            }
            assert!(spec.with_secrets().contains("hunter2"));
        }
        let e = SourceSpec::parse("http://u:hunter2@/").unwrap_err();
        assert!(!format!("{e:?} {:?}", e.next_step()).contains("hunter2"));
    }
}
