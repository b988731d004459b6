//! Cuts a stream of bytes into JPEG pictures by walking JPEG's own markers: multipart responses,
//! plain concatenated files and pipes alike, whatever stands between the pictures.
//!
//! Our own, because what multipart parsers trust is just what cameras get wrong: boundaries
//! with and without dashes or quotes, no `Content-Length` or a false one, no blank line. The
//! pictures say themselves where they begin and end; a thumbnail inside a segment is skipped by the
//! segment's length. Decodes nothing, and never holds more than one picture of limited size.

use std::io::Read;

use crate::base::{Error, Kind, Result};

/// What came of feeding bytes to a [`Splitter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Bytes consumed; feed the rest again.
    pub used: usize,
    /// The buffer holds a whole picture.
    pub whole: bool,
}

/// What a [`Splitter`] threw away so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Bytes since the end of the last whole picture that belong to no picture.
    pub junk_bytes: u64,
    /// Pictures begun and broken off: truncated, or with markers that make no sense.
    pub broken: u64,
    /// Pictures larger than the limit.
    pub oversized: u64,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Between pictures; whether the last byte was FF.
    Seek { ff: bool },
    /// A marker must begin here.
    Marker,
    /// After the FF of a marker.
    Code,
    /// The two bytes of a segment's length; whether it is a scan's header.
    Length { scan: bool, high: Option<u8> },
    /// Inside a segment.
    Segment { left: usize, scan: bool },
    /// Inside the scan's data; whether the last byte was FF.
    Scan { ff: bool },
}

/// The marker walk as a state machine that takes bytes in pieces of any size.
#[derive(Debug)]
pub struct Splitter {
    state: State,
    /// The picture in hand has a scan, so it is worth showing even without its end.
    scanned: bool,
    /// The start of the next picture ended the last one and is not in any buffer yet.
    carried_start: bool,
    max_bytes: usize,
    losses: Losses,
}

impl Splitter {
    /// A splitter that gives up on pictures of more than `max_bytes`.
    pub fn new(max_bytes: usize) -> Self {
        Self {
            state: State::Seek { ff: false },
            scanned: false,
            carried_start: false,
            max_bytes,
            losses: Losses::default(),
        }
    }

    /// What was thrown away so far.
    pub fn losses(&self) -> Losses {
        self.losses
    }

    /// Takes bytes from `chunk` and adds them to `picture` until that is whole. Clear `picture`
    /// after each whole one and leave it alone in between.
    pub fn feed(&mut self, chunk: &[u8], picture: &mut Vec<u8>) -> Step {
        if std::mem::take(&mut self.carried_start) {
            self.begin(picture);
        }
        let mut at = 0;
        while at < chunk.len() {
            let run = self.run_length(&chunk[at..]);
            if run > 0 {
                self.keep(&chunk[at..at + run], picture);
                at += run;
                continue;
            }
            let whole = self.byte(chunk[at], picture);
            at += 1;
            if whole {
                self.losses.junk_bytes = 0;
                return Step { used: at, whole: true };
            }
        }
        Step { used: at, whole: false }
    }

    /// The stream has ended: whether `picture` is worth showing although its end is missing. Gives
    /// it an end if so.
    pub fn finish(&mut self, picture: &mut Vec<u8>) -> bool {
        let worth = self.scanned && matches!(self.state, State::Scan { .. });
        self.lose(0);
        if worth {
            close(picture);
        } else {
            picture.clear();
        }
        worth
    }

    /// How many of the next bytes can be taken at once, without looking at each.
    fn run_length(&self, rest: &[u8]) -> usize {
        match self.state {
            State::Segment { left, .. } => left.min(rest.len()),
            State::Seek { ff: false } | State::Scan { ff: false } => {
                rest.iter().position(|&b| b == 0xFF).unwrap_or(rest.len())
            }
            _ => 0,
        }
    }

    fn keep(&mut self, run: &[u8], picture: &mut Vec<u8>) {
        if let State::Seek { .. } = self.state {
            self.losses.junk_bytes += run.len() as u64;
            return;
        }
        if picture.len() + run.len() > self.max_bytes {
            self.losses.oversized += 1;
            return self.lose(picture.len() + run.len());
        }
        picture.extend_from_slice(run);
        if let State::Segment { left, scan } = &mut self.state {
            *left -= run.len();
            if *left == 0 {
                self.state = if *scan { State::Scan { ff: false } } else { State::Marker };
            }
        }
    }

    /// One byte that matters; true when it completes the picture.
    fn byte(&mut self, byte: u8, picture: &mut Vec<u8>) -> bool {
        match self.state {
            State::Seek { ff } => {
                self.losses.junk_bytes += 1;
                match byte {
                    0xD8 if ff => self.begin(picture),
                    _ => self.state = State::Seek { ff: byte == 0xFF },
                }
                return false;
            }
            State::Scan { ff: true } if byte == 0xD8 => return self.next_begins(picture),
            State::Code if byte == 0xD8 => {
                self.losses.broken += 1;
                self.begin(picture);
                return false;
            }
            _ if picture.len() >= self.max_bytes => {
                self.losses.oversized += 1;
                self.lose(picture.len());
                return false;
            }
            _ => picture.push(byte),
        }
        self.walk(byte, picture)
    }

    /// The marker grammar, for a byte that is already in `picture`.
    fn walk(&mut self, byte: u8, picture: &[u8]) -> bool {
        self.state = match self.state {
            State::Marker if byte == 0xFF => State::Code,
            State::Code => match byte {
                0xFF => State::Code,
                0x01 | 0xD0..=0xD7 => State::Marker,
                0xD9 if self.scanned => State::Seek { ff: false },
                0x00 | 0xD9 => return self.broken(picture.len()),
                _ => State::Length { scan: byte == 0xDA, high: None },
            },
            State::Length { scan, high: None } => State::Length { scan, high: Some(byte) },
            State::Length { scan, high: Some(high) } => {
                let length = usize::from(u16::from_be_bytes([high, byte]));
                self.scanned |= scan;
                match (length, scan) {
                    (0 | 1, _) => return self.broken(picture.len()),
                    (2, true) => State::Scan { ff: false },
                    (2, false) => State::Marker,
                    _ => State::Segment { left: length - 2, scan },
                }
            }
            State::Scan { ff: false } => State::Scan { ff: byte == 0xFF },
            State::Scan { ff: true } => match byte {
                0xFF => State::Scan { ff: true },
                0xD9 => State::Seek { ff: false },
                // Tables, further scans, line counts, comments: segments of a progressive picture.
                0xC4 | 0xDA..=0xDE | 0xE0..=0xEF | 0xFE => {
                    State::Length { scan: byte == 0xDA, high: None }
                }
                // Stuffed FF, restart markers, and codes that only damage explains: still data.
                _ => State::Scan { ff: false },
            },
            _ => return self.broken(picture.len()),
        };
        let whole = matches!(self.state, State::Seek { .. });
        self.scanned &= !whole;
        whole
    }

    /// A start of image inside the scan: this picture has no end of its own.
    fn next_begins(&mut self, picture: &mut Vec<u8>) -> bool {
        picture.pop();
        close(picture);
        self.scanned = false;
        self.carried_start = true;
        self.state = State::Marker;
        true
    }

    fn begin(&mut self, picture: &mut Vec<u8>) {
        picture.clear();
        picture.extend_from_slice(&[0xFF, 0xD8]);
        self.scanned = false;
        self.state = State::Marker;
    }

    fn broken(&mut self, bytes: usize) -> bool {
        self.losses.broken += 1;
        self.lose(bytes);
        false
    }

    fn lose(&mut self, bytes: usize) {
        self.losses.junk_bytes += bytes as u64;
        self.scanned = false;
        self.carried_start = false;
        self.state = State::Seek { ff: false };
    }
}

/// Cuts off the text of a multipart boundary that ran into the scan, and ends the picture.
fn close(picture: &mut Vec<u8>) {
    const BOUNDARY: &[u8] = b"\r\n--";
    const LONGEST_HEADER_BYTES: usize = 512;
    let from = picture.len().saturating_sub(LONGEST_HEADER_BYTES);
    if let Some(at) = picture[from..].windows(BOUNDARY.len()).rposition(|w| w == BOUNDARY) {
        picture.truncate(from + at);
    }
    picture.extend_from_slice(&[0xFF, 0xD9]);
}

/// The pictures of anything that can be read: a file, a pipe, a response's body.
#[derive(Debug)]
pub struct Pictures<R> {
    reader: R,
    splitter: Splitter,
    buffer: Box<[u8]>,
    filled: usize,
    at: usize,
    max_junk_bytes: u64,
}

impl<R: Read> Pictures<R> {
    /// Reads pictures of at most `max_bytes` each from `reader`, and gives up once
    /// `max_junk_bytes` have gone by without one.
    pub fn new(reader: R, max_bytes: usize, max_junk_bytes: u64) -> Self {
        Self {
            reader,
            splitter: Splitter::new(max_bytes),
            buffer: vec![0; 64 << 10].into_boxed_slice(),
            filled: 0,
            at: 0,
            max_junk_bytes,
        }
    }

    /// Waits for the next picture and puts it in `picture`, in place of what was there; false at
    /// the end of the stream.
    ///
    /// # Errors
    /// What reading gives; `Invalid` if what comes is not JPEG at all.
    pub fn next_into(&mut self, picture: &mut Vec<u8>) -> Result<bool> {
        picture.clear();
        loop {
            if self.at == self.filled {
                self.at = 0;
                self.filled = match self.reader.read(&mut self.buffer) {
                    Ok(n) => n,
                    Err(e) => {
                        self.filled = 0;
                        if e.kind() == std::io::ErrorKind::Interrupted {
                            continue;
                        }
                        return Err(Error::from(e));
                    }
                };
                if self.filled == 0 {
                    return Ok(self.splitter.finish(picture));
                }
            }
            let step = self.splitter.feed(&self.buffer[self.at..self.filled], picture);
            self.at += step.used;
            if step.whole {
                return Ok(true);
            }
            if self.splitter.losses().junk_bytes > self.max_junk_bytes {
                return Err(Error::new(Kind::Invalid, "there are no JPEG pictures in this stream")
                    .why(format!("{} MiB went by without one", self.max_junk_bytes >> 20))
                    .next("check that the address or file is MJPEG"));
            }
        }
    }

    /// What was thrown away so far.
    pub fn losses(&self) -> Losses {
        self.splitter.losses()
    }

    /// The reader.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.reader
    }
}

#[cfg(test)]
mod tests;
