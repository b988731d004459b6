//! Paths to pictures: files, clips, folders and standard input, one picture after the other. What
//! cannot be read is a picture, too: one with an error in place of its bytes.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::about;
use crate::base::{Error, Result};
use crate::camera::mjpeg::Pictures;

/// The largest picture file read, bytes.
const MAX_PICTURE_BYTES: usize = 64 << 20;
/// A clip with nothing but junk for so long is not one.
const MAX_JUNK_BYTES: u64 = 64 << 20;
/// What a folder's files must end in to be looked at.
const ENDINGS: [&str; 7] = ["jpg", "jpeg", "jpe", "jfif", "png", "mjpeg", "mjpg"];
/// Files with these endings hold one picture, whatever follows it (phones append previews).
const ONE_PICTURE: [&str; 4] = ["jpg", "jpeg", "jpe", "jfif"];
const PNG: [u8; 4] = [0x89, b'P', b'N', b'G'];

/// One picture of one input.
#[derive(Debug)]
pub struct Picture {
    /// The path as given, or as found in a folder; `-` for standard input.
    pub file: String,
    /// Counts the pictures of one file, from 0.
    pub frame: u64,
    /// It is a frame of a clip.
    pub clip: bool,
    /// The JPEG or PNG, or why there is none.
    pub bytes: Result<Vec<u8>>,
}

/// All pictures of some paths.
pub struct Inputs {
    paths: VecDeque<String>,
    open: Option<Clip>,
}

impl Inputs {
    /// Over the pictures of `paths`, in their order.
    pub fn new(paths: &[String]) -> Self {
        Self { paths: paths.iter().cloned().collect(), open: None }
    }
}

impl Iterator for Inputs {
    type Item = Picture;

    fn next(&mut self) -> Option<Picture> {
        loop {
            if let Some(clip) = &mut self.open {
                match clip.next() {
                    Some(picture) => return Some(picture),
                    None => self.open = None,
                }
            }
            let path = self.paths.pop_front()?;
            match open(&path) {
                Ok(Opened::Folder(files)) => {
                    files.into_iter().rev().for_each(|f| self.paths.push_front(f));
                }
                Ok(Opened::One(bytes)) => return Some(single(path, Ok(bytes))),
                Ok(Opened::Clip(reader)) => self.open = Some(Clip::new(path, reader)),
                Err(e) => return Some(single(path, Err(e))),
            }
        }
    }
}

fn single(file: String, bytes: Result<Vec<u8>>) -> Picture {
    Picture { file, frame: 0, clip: false, bytes }
}

enum Opened {
    Folder(Vec<String>),
    One(Vec<u8>),
    Clip(Box<dyn BufRead>),
}

fn open(path: &str) -> Result<Opened> {
    if path == "-" {
        return content(path, Box::new(BufReader::new(io::stdin())));
    }
    let io = |e| about(path, e);
    if fs::metadata(path).map_err(io)?.is_dir() {
        return folder(path).map(Opened::Folder);
    }
    content(path, Box::new(BufReader::new(File::open(path).map_err(io)?)))
}

/// What a file holds, by its first bytes; the ending only tells a JPEG from a clip.
fn content(path: &str, mut reader: Box<dyn BufRead>) -> Result<Opened> {
    let io = |e| about(path, e);
    let start = reader.fill_buf().map_err(io)?;
    if !start.starts_with(&PNG) && !ends_in(path, &ONE_PICTURE) {
        return Ok(Opened::Clip(reader));
    }
    let mut bytes = Vec::new();
    reader.take(MAX_PICTURE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() > MAX_PICTURE_BYTES {
        return Err(Error::invalid("this file is too large for one picture")
            .why(format!("it has more than {} MiB", MAX_PICTURE_BYTES >> 20)));
    }
    Ok(Opened::One(bytes))
}

/// The pictures and clips right in a folder, by name.
fn folder(path: &str) -> Result<Vec<String>> {
    let io = |e| about(path, e);
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(io)? {
        let file = entry.map_err(io)?.path();
        let name = file.to_string_lossy().into_owned();
        if ends_in(&name, &ENDINGS) && !file.is_dir() {
            files.push(name);
        }
    }
    if files.is_empty() {
        return Err(Error::invalid(format!("there are no pictures in `{path}`"))
            .why(format!("no file in it ends in .{}", ENDINGS.join(", ."))));
    }
    files.sort_unstable();
    Ok(files)
}

fn ends_in(path: &str, endings: &[&str]) -> bool {
    let ending = Path::new(path).extension().unwrap_or_default();
    endings.iter().any(|e| ending.eq_ignore_ascii_case(e))
}

/// The pictures of a stream of JPEGs. Two are read before the first is given, for only then is it
/// known whether it is a clip.
struct Clip {
    file: String,
    pictures: Pictures<Box<dyn BufRead>>,
    waiting: VecDeque<Result<Vec<u8>>>,
    given: u64,
    lost: u64,
    is_clip: Option<bool>,
    ended: bool,
}

impl Clip {
    fn new(file: String, reader: Box<dyn BufRead>) -> Self {
        let pictures = Pictures::new(reader, MAX_PICTURE_BYTES, MAX_JUNK_BYTES);
        let waiting = VecDeque::new();
        Self { file, pictures, waiting, given: 0, lost: 0, is_clip: None, ended: false }
    }

    fn next(&mut self) -> Option<Picture> {
        let ahead = if self.is_clip.is_none() { 2 } else { 1 };
        while self.waiting.len() < ahead && !self.ended {
            self.read();
        }
        let clip = *self.is_clip.get_or_insert(self.waiting.len() > 1);
        let bytes = self.waiting.pop_front()?;
        self.given += 1;
        Some(Picture { file: self.file.clone(), frame: self.given - 1, clip, bytes })
    }

    /// Reads one picture, and says which were lost on the way to it.
    fn read(&mut self) {
        let mut bytes = Vec::new();
        let read = self.pictures.next_into(&mut bytes);
        let losses = self.pictures.losses();
        for _ in self.lost..losses.broken + losses.oversized {
            self.waiting.push_back(Err(
                Error::invalid("this JPEG is damaged").why("it breaks off, or is too large")
            ));
        }
        self.lost = losses.broken + losses.oversized;
        match read {
            Ok(true) => self.waiting.push_back(Ok(bytes)),
            Ok(false) => {
                self.ended = true;
                if self.given == 0 && self.waiting.is_empty() {
                    self.waiting.push_back(Err(Error::invalid("there is no picture in this file")
                        .why("it holds neither a JPEG nor a PNG")));
                }
            }
            Err(e) => {
                self.ended = true;
                self.waiting.push_back(Err(e));
            }
        }
    }
}
