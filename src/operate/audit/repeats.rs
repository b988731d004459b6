//! Streams: somebody hammers at the door, or draws a slider through a hundred values. The first is a row
//! at once; what follows is counted, and one more row says how often and how it ended.

use std::collections::HashMap;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{Entry, What};
use crate::base::Via;

/// A stream is over when nothing of it has come for this long …
const QUIET: SignedDuration = SignedDuration::from_secs(10);
/// … and is told of after this long, even if it goes on.
const LONGEST: SignedDuration = SignedDuration::from_secs(60);
/// Streams at once: whoever hammers from a thousand addresses makes one of them together.
const MOST: usize = 128;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    what: What,
    who: String,
    via: Via,
    from: Option<IpAddr>,
    subject: String,
}

struct Stream {
    begun: Timestamp,
    /// The last that came after the first, and how many they are.
    last: Option<Entry>,
    more: u64,
    seen: Timestamp,
}

/// The streams that go on now.
#[derive(Default)]
pub(super) struct Repeats {
    all: HashMap<Key, Stream>,
}

impl Repeats {
    /// The entry, if it is to be a row now; none if it goes on with a stream.
    pub(super) fn take(&mut self, entry: Entry, now: Timestamp) -> Option<Entry> {
        if !entry.stream {
            return Some(entry);
        }
        let mut key = Key {
            what: entry.what,
            who: entry.who.clone(),
            via: entry.via,
            from: entry.from,
            subject: entry.subject.clone(),
        };
        if self.all.len() >= MOST && !self.all.contains_key(&key) {
            key = Key { who: String::new(), from: None, subject: String::new(), ..key };
        }
        if let Some(stream) = self.all.get_mut(&key) {
            (stream.last, stream.seen) = (Some(entry), now);
            stream.more += 1;
            return None;
        }
        self.all.insert(key, Stream { begun: now, last: None, more: 0, seen: now });
        Some(entry)
    }

    /// The rows of streams that are over; of all of them with `all`.
    pub(super) fn over(&mut self, now: Timestamp, all: bool) -> Vec<Entry> {
        let mut told = Vec::new();
        self.all.retain(|key, stream| {
            let quiet = now.duration_since(stream.seen) >= QUIET;
            let long = now.duration_since(stream.begun) >= LONGEST;
            if !(all || quiet || long) {
                return true;
            }
            if let Some(mut last) = stream.last.take() {
                // The row's own time is when it is written: rows stay in the order of their times.
                last.at = None;
                let (since, until) = (super::stamp(stream.begun), super::stamp(stream.seen));
                let mut row = last.with("times", stream.more);
                row = row.with("since", since).with("until", until);
                // Those of many addresses together are nobody's in particular.
                if (&row.who, row.from) != (&key.who, key.from) {
                    (row.who, row.from, row.subject) = (String::new(), None, String::new());
                }
                told.push(row);
            }
            // A stream that goes on is counted further, without another first row.
            (stream.begun, stream.more) = (now, 0);
            !all && !quiet
        });
        told
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
