//! A folder of JPEG and PNG files, played in the order of their names. Holds the names only.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::limits::{MAX_FILE_PICTURE_BYTES, MAX_RAW_BYTES};
use super::{Frame, PixelFormat, png};
use crate::base::{Error, Kind, Result, Trouble};

/// As many names are kept of one folder.
const MAX_FILES: usize = 100_000;

/// The pictures of a folder, in a loop.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    names: Vec<std::ffi::OsString>,
    at: usize,
    scratch: Vec<u8>,
}

impl Folder {
    /// Lists the pictures of a folder, not those of folders inside it.
    ///
    /// # Errors
    /// `Invalid` without any, `Exhausted` with too many, or what the system says.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let name = entry?.file_name();
            if is_picture(&name) {
                names.push(name);
            }
            if names.len() > MAX_FILES {
                return Err(Error::new(
                    Kind::Exhausted,
                    format!("{} has too many files", path.display()),
                )
                .why(format!("at most {MAX_FILES} are played")));
            }
        }
        if names.is_empty() {
            return Err(Error::invalid(format!("there are no pictures in {}", path.display()))
                .why("no file in it ends in .jpg, .jpeg or .png")
                .trouble(Trouble::FileEmpty {}));
        }
        names.sort_unstable();
        Ok(Self { path: path.to_owned(), names, at: 0, scratch: Vec::new() })
    }

    /// The next picture that can be read; the others are skipped, and logged.
    ///
    /// # Errors
    /// `Invalid` if none of them can be read.
    pub(super) fn next(&mut self, frame: &mut Frame) -> Result<()> {
        let mut last = None;
        for _ in 0..self.names.len() {
            let path = self.path.join(&self.names[self.at]);
            self.at = (self.at + 1) % self.names.len();
            match self.read(&path, frame) {
                Ok(()) => return Ok(()),
                Err(e) => {
                    tracing::debug!(file = %path.display(), reason = %e, "skipping a picture");
                    last = Some(e);
                }
            }
        }
        let why = last.map_or_else(String::new, |e| e.to_string());
        Err(Error::invalid(format!("no picture in {} can be read", self.path.display())).why(why))
    }

    fn read(&mut self, path: &Path, frame: &mut Frame) -> Result<()> {
        let file = File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(Error::invalid("this is not a file"));
        }
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("png")) {
            return png::read(BufReader::new(file), MAX_RAW_BYTES, &mut self.scratch, frame);
        }
        frame.data.clear();
        file.take(MAX_FILE_PICTURE_BYTES as u64 + 1).read_to_end(&mut frame.data)?;
        if frame.data.len() > MAX_FILE_PICTURE_BYTES {
            return Err(Error::invalid("this picture is too large"));
        }
        frame.format = PixelFormat::Jpeg;
        (frame.width, frame.height) = super::jpeg::peek(&frame.data)?;
        // Editors leave things behind the picture; the picture ends where it says.
        match frame.data.windows(2).rposition(|w| w == [0xFF, 0xD9]) {
            Some(end) => frame.data.truncate(end + 2),
            None => return Err(Error::invalid("this JPEG is broken").why("its end is missing")),
        }
        Ok(())
    }
}

fn is_picture(name: &OsStr) -> bool {
    let extension = Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default();
    ["jpg", "jpeg", "png"].iter().any(|e| extension.eq_ignore_ascii_case(e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::jpeg::tests::real;
    use crate::camera::png::tests::png;

    #[test]
    fn plays_by_name_and_skips_what_is_broken() {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, data: &[u8]| std::fs::write(dir.path().join(name), data).unwrap();
        put("b.JPG", &real(40, 24, 1));
        put("a.png", &png(::png::ColorType::Rgb, 2, 1, &[1, 2, 3, 4, 5, 6]));
        put("c.jpeg", b"broken");
        put("notes.txt", b"not a picture");
        std::fs::create_dir(dir.path().join("d.png")).unwrap();
        let mut folder = Folder::open(dir.path()).unwrap();
        let mut frame = Frame::default();
        let mut widths = Vec::new();
        for _ in 0..4 {
            folder.next(&mut frame).unwrap();
            widths.push(frame.width);
        }
        assert_eq!(widths, [2, 40, 2, 40]);
    }
}
