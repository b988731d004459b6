//! A log file that is set aside when it is full, and the few that were set aside: never more than
//! [`FILES`] times [`LARGEST`] on the disk. Meant for one thread that does nothing else: writing waits for
//! the disk.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Files, the one that is written included.
pub const FILES: usize = 5;
/// A file is full before it is larger than this, bytes. All together 25 MB: weeks of a quiet box, an hour of
/// one that logs everything.
pub const LARGEST: u64 = 5_000_000;
/// The newest file's name; older ones have `.1` and so on behind it.
const NAME: &str = "dixi.log";

/// The open file and those before it.
pub struct Rotated {
    path: PathBuf,
    file: File,
    bytes: u64,
    largest: u64,
}

impl Rotated {
    /// Goes on with the file in `dir`, which is made if need be; only the owner of the process may read them.
    ///
    /// # Errors
    /// The system's.
    pub fn open(dir: &Path) -> io::Result<Self> {
        Self::with_largest(dir, LARGEST)
    }

    fn with_largest(dir: &Path, largest: u64) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let path = dir.join(NAME);
        let file = append(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { path, file, bytes, largest })
    }

    fn older(&self, n: usize) -> PathBuf {
        match n {
            0 => self.path.clone(),
            n => self.path.with_extension(format!("log.{n}")),
        }
    }

    /// Sets the file aside and begins another; the oldest is lost.
    fn turn(&mut self) -> io::Result<()> {
        for n in (0..FILES - 1).rev() {
            match std::fs::rename(self.older(n), self.older(n + 1)) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        self.file = append(&self.path)?;
        self.bytes = 0;
        Ok(())
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

impl Write for Rotated {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let more = line.len() as u64;
        if self.bytes > 0 && self.bytes + more > self.largest {
            self.turn()?;
        }
        self.file.write_all(line)?;
        self.bytes += more;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_never_more_nor_larger_files_than_said() {
        let dir = tempfile::tempdir().unwrap();
        let logs = dir.path().join("logs");
        for run in 0..3 {
            let mut files = Rotated::with_largest(&logs, 1_000).unwrap();
            for n in 0..100 {
                writeln!(files, "run {run}, line {n:060}").unwrap();
            }
        }
        let found: Vec<_> = std::fs::read_dir(&logs).unwrap().map(|e| e.unwrap()).collect();
        assert_eq!(found.len(), FILES);
        assert!(found.iter().all(|e| e.metadata().unwrap().len() <= 1_000));
        let newest = std::fs::read_to_string(logs.join(NAME)).unwrap();
        assert!(newest.ends_with(&format!("run 2, line {:060}\n", 99)), "{newest}");
        // One line is never cut, however long.
        let mut files = Rotated::with_largest(&logs, 1_000).unwrap();
        files.write_all(&[b'x'; 3_000]).unwrap();
        assert_eq!(std::fs::metadata(logs.join(NAME)).unwrap().len(), 3_000);
    }
}
