//! systemd's journal, by its own protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL), so that level, module and
//! fields stay what they are: `journalctl -u dixi -p warning`, `journalctl DIXI_MODULE=dixi::camera`.
//!
//! By hand and not by tracing-journald, which waits for a journal that is stuck: here a line that the journal
//! does not take at once is lost and counted.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::{Level, Metadata};

use super::layer::Sink;

/// Where the journal listens.
pub const SOCKET: &str = "/run/systemd/journal/socket";

/// The way to the journal.
pub struct Journal {
    socket: UnixDatagram,
    path: PathBuf,
    lost: AtomicU64,
}

impl Journal {
    /// The journal that listens at `path`.
    ///
    /// # Errors
    /// The system's, if nobody listens there.
    pub fn open(path: &Path) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        let journal = Self { socket, path: path.into(), lost: AtomicU64::new(0) };
        // An empty datagram is what systemd's own libraries try it with.
        journal.socket.send_to(&[], path)?;
        Ok(journal)
    }

    /// Whether standard error goes to the journal, as `JOURNAL_STREAM` says: by device and inode.
    pub fn takes_stderr(journal_stream: Option<&str>) -> bool {
        let Some((device, inode)) = journal_stream.and_then(|s| s.split_once(':')) else {
            return false;
        };
        let stderr = std::fs::metadata("/proc/self/fd/2");
        stderr.is_ok_and(|m| m.dev().to_string() == device && m.ino().to_string() == inode)
    }

    /// Lines that the journal did not take.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

impl Sink for Journal {
    fn take(&self, about: &Metadata<'static>, text: &str, fields: &[(&'static str, String)]) {
        // syslog's numbers.
        let priority = match *about.level() {
            Level::ERROR => "3",
            Level::WARN => "4",
            Level::INFO => "6",
            Level::DEBUG | Level::TRACE => "7",
        };
        let mut entry = Vec::with_capacity(256 + text.len());
        field(&mut entry, "PRIORITY", priority);
        field(&mut entry, "SYSLOG_IDENTIFIER", "dixi");
        field(&mut entry, "DIXI_MODULE", about.target());
        let mut whole = text.to_owned();
        for (name, value) in fields {
            field(&mut entry, &journal_name(name), value);
            // People read the message; that it is a field too helps programs.
            whole.extend([" ", name, "=", value]);
        }
        field(&mut entry, "MESSAGE", whole.trim_start());
        if self.socket.send_to(&entry, &self.path).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// `DIXI_RETRY_IN_MS` for `retry_in_ms`: capital letters, digits and `_`, at most 64 of them.
fn journal_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("DIXI_{}", name.chars().take(59).map(plain).collect::<String>())
}

/// A field of an entry. By its length, since a value may hold anything.
fn field(entry: &mut Vec<u8>, name: &str, value: &str) {
    entry.extend_from_slice(name.as_bytes());
    entry.push(b'\n');
    entry.extend_from_slice(&(value.len() as u64).to_le_bytes());
    entry.extend_from_slice(value.as_bytes());
    entry.push(b'\n');
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tracing_subscriber::layer::SubscriberExt;

    use super::super::layer::Tell;
    use super::*;

    /// An entry as the journal reads it.
    fn parse(mut entry: &[u8]) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        while !entry.is_empty() {
            let end = entry.iter().position(|b| *b == b'\n').unwrap();
            let name = String::from_utf8(entry[..end].to_vec()).unwrap();
            let length = u64::from_le_bytes(entry[end + 1..end + 9].try_into().unwrap()) as usize;
            let value = &entry[end + 9..end + 9 + length];
            assert_eq!(entry[end + 9 + length], b'\n');
            all.insert(name, String::from_utf8(value.to_vec()).unwrap());
            entry = &entry[end + 10 + length..];
        }
        all
    }

    #[test]
    fn the_journal_gets_level_module_and_fields_and_nobody_waits_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        assert!(Journal::open(&path).is_err(), "nobody listens yet");
        let journal = UnixDatagram::bind(&path).unwrap();
        let sink = std::sync::Arc::new(Journal::open(&path).unwrap());
        struct Shared(std::sync::Arc<Journal>);
        impl Sink for Shared {
            fn take(&self, m: &Metadata<'static>, t: &str, f: &[(&'static str, String)]) {
                self.0.take(m, t, f);
            }
        }
        let layer = Tell(Shared(std::sync::Arc::clone(&sink)));
        let subscriber = tracing_subscriber::registry().with(layer);
        let mut bytes = [0; 8192];
        assert_eq!(journal.recv(&mut bytes).unwrap(), 0);
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(retry_in_ms = 250, "two\nlines");
            let n = journal.recv(&mut bytes).unwrap();
            let entry = parse(&bytes[..n]);
            assert_eq!(entry["PRIORITY"], "4");
            assert_eq!(entry["DIXI_MODULE"], module_path!());
            assert_eq!(entry["DIXI_RETRY_IN_MS"], "250");
            assert_eq!(entry["MESSAGE"], "two\nlines retry_in_ms=250");
            // Nobody reads any more.
            (0..5_000).for_each(|n| tracing::info!(n, "a line"));
        });
        assert!(sink.lost() > 0, "the journal's queue is full, and nobody waited for it");
    }

    #[test]
    fn only_a_stream_that_is_ours_is_the_journals() {
        assert!(!Journal::takes_stderr(None));
        assert!(!Journal::takes_stderr(Some("1:1")));
        assert!(!Journal::takes_stderr(Some("nonsense")));
        let stderr = std::fs::metadata("/proc/self/fd/2").unwrap();
        assert!(Journal::takes_stderr(Some(&format!("{}:{}", stderr.dev(), stderr.ino()))));
    }
}
