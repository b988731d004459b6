//! A file of pictures, or a folder of them, as a camera: MJPEG (plain or inside another container,
//! as the pictures are found by their own markers), JPEG and PNG; played over and over. Reads as it
//! goes: a file of any size takes the memory of one picture.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

use super::folder::Folder;
use super::limits::{MAX_FILE_PICTURE_BYTES, MAX_JUNK_BYTES, MAX_RATE_FPS, MAX_RAW_BYTES};
use super::mjpeg::Pictures;
use super::{Frame, PixelFormat, Source, png};
use crate::base::{Clock, Error, Result, Trouble};

/// A file or folder, played in a loop.
#[derive(Debug)]
pub struct FileSource {
    reel: Reel,
    pace: Pace,
    clock: Clock,
}

#[derive(Debug)]
enum Reel {
    Mjpeg { pictures: Box<Pictures<File>>, in_this_round: u64 },
    Png { rgb: Frame },
    Folder(Folder),
}

impl FileSource {
    /// Opens a file or folder. With `rate_fps` it plays at that many pictures a second (files of
    /// pictures carry no rate of their own), without as fast as it goes, but no faster than
    /// [`MAX_RATE_FPS`].
    ///
    /// # Errors
    /// `NotFound` or `Denied` from the system, `Invalid` if there is no picture in it.
    pub fn open(path: &Path, rate_fps: Option<u32>, clock: Clock) -> Result<Self> {
        let shown = path.display();
        let failed = |e: std::io::Error| {
            let why = match e.kind() {
                std::io::ErrorKind::NotFound => "there is no such file or folder".into(),
                std::io::ErrorKind::PermissionDenied => "Dixi may not read it".into(),
                _ => e.to_string(),
            };
            Error::new(Error::from(e).kind(), format!("cannot open {shown}"))
                .why(why)
                .next("check the path, and that Dixi's user may read it")
                .trouble(Trouble::FileUnreadable { path: shown.to_string() })
        };
        let about = std::fs::metadata(path).map_err(failed)?;
        let reel = if about.is_dir() {
            Reel::Folder(Folder::open(path)?)
        } else {
            let mut file = File::open(path).map_err(failed)?;
            if is_png(&mut file).map_err(failed)? {
                let mut rgb = Frame::default();
                png::read(BufReader::new(file), MAX_RAW_BYTES, &mut Vec::new(), &mut rgb)?;
                Reel::Png { rgb }
            } else {
                let pictures = Pictures::new(file, MAX_FILE_PICTURE_BYTES, MAX_JUNK_BYTES);
                Reel::Mjpeg { pictures: Box::new(pictures), in_this_round: 0 }
            }
        };
        let pace = Pace::new(rate_fps.unwrap_or(MAX_RATE_FPS).clamp(1, MAX_RATE_FPS));
        Ok(Self { reel, pace, clock })
    }
}

impl Source for FileSource {
    fn next(&mut self, frame: &mut Frame) -> Result<()> {
        match &mut self.reel {
            Reel::Mjpeg { pictures, in_this_round } => {
                frame.format = PixelFormat::Jpeg;
                while !pictures.next_into(&mut frame.data)? {
                    rewind(pictures, in_this_round)?;
                }
                *in_this_round += 1;
            }
            Reel::Png { rgb } => {
                (frame.width, frame.height, frame.format) = (rgb.width, rgb.height, rgb.format);
                frame.data.clear();
                frame.data.extend_from_slice(&rgb.data);
            }
            Reel::Folder(folder) => folder.next(frame)?,
        }
        self.pace.wait();
        frame.captured_at = self.clock.now();
        Ok(())
    }
}

/// Back to the beginning, if the round that ends here had a picture.
fn rewind(pictures: &mut Pictures<File>, in_this_round: &mut u64) -> Result<()> {
    if std::mem::take(in_this_round) == 0 {
        return Err(Error::invalid("there are no pictures in this file")
            .why("it holds no whole JPEG, and is no PNG")
            .next("use an MJPEG, JPEG or PNG file, or a folder of JPEG and PNG files")
            .trouble(Trouble::FileEmpty {}));
    }
    pictures.get_mut().seek(SeekFrom::Start(0)).map_err(|_| {
        Error::unavailable("this file has ended").why("it cannot be played from its beginning")
    })?;
    Ok(())
}

fn is_png(file: &mut File) -> std::io::Result<bool> {
    let mut start = Vec::new();
    file.by_ref().take(png::START.len() as u64).read_to_end(&mut start)?;
    // What cannot be rewound (a pipe) loses eight bytes, which a stream of pictures survives.
    let _ = file.seek(SeekFrom::Start(0));
    Ok(start == png::START)
}

/// Holds a source to a rate, without drift, and without catching up after a long pause.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    due: Instant,
}

impl Pace {
    pub(super) fn new(rate_fps: u32) -> Self {
        Self { interval: Duration::from_secs(1) / rate_fps, due: Instant::now() }
    }

    /// Sleeps until the next picture is due.
    pub(super) fn wait(&mut self) {
        let now = Instant::now();
        std::thread::sleep(self.due.saturating_duration_since(now));
        self.due = (self.due + self.interval).max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::jpeg::tests::real;

    fn open(path: &Path) -> Result<FileSource> {
        FileSource::open(path, None, Clock::new())
    }

    fn play(source: &mut FileSource, count: usize) -> Vec<Vec<u8>> {
        let mut frame = Frame::default();
        (0..count).map(|_| source.next(&mut frame).map(|()| frame.data.clone()).unwrap()).collect()
    }

    #[test]
    fn mjpeg_and_single_pictures_play_over_and_over() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (real(32, 24, 1), real(32, 24, 2));
        let clip = dir.path().join("clip.mjpeg");
        std::fs::write(&clip, [&b"header"[..], &a, b"between", &b, &a[..40]].concat()).unwrap();
        let played = play(&mut open(&clip).unwrap(), 5);
        assert_eq!(played, [&a, &b, &a, &b, &a].map(Clone::clone));
        let still = dir.path().join("still.jpg");
        std::fs::write(&still, &a).unwrap();
        assert_eq!(play(&mut open(&still).unwrap(), 2), [a.clone(), a]);
    }

    #[test]
    fn what_holds_no_picture_is_an_error_in_words() {
        let dir = tempfile::tempdir().unwrap();
        let text = dir.path().join("notes.txt");
        std::fs::write(&text, "no picture here").unwrap();
        for (path, hint) in [
            (text.as_path(), "no pictures"),
            (&dir.path().join("missing.jpg"), "no such file"),
            (dir.path(), "no pictures"),
            (Path::new("/dev/zero"), "no JPEG"),
        ] {
            let e = open(path).and_then(|mut s| s.next(&mut Frame::default())).unwrap_err();
            assert!(e.to_string().contains(hint), "{e}");
        }
    }

    #[test]
    fn the_pace_is_kept() {
        let mut pace = Pace::new(100);
        let start = Instant::now();
        (0..11).for_each(|_| pace.wait());
        assert!(start.elapsed() >= Duration::from_millis(95), "{:?}", start.elapsed());
    }
}
