//! What Ollama tells line by line while it fetches a model, as bytes, a rate and the time that is left. Knows no
//! server and no clock; whoever feeds it says when.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Deserialize;

use crate::base::Stamp;

/// The rate is taken over this long.
const WINDOW: Duration = Duration::from_secs(10);
/// And of moments this far apart.
const STEP: Duration = Duration::from_millis(250);
/// Less than this tells no rate.
const LEAST: Duration = Duration::from_millis(500);
/// The longest line, bytes.
const LINE: usize = 64 << 10;
/// Pieces that a model may consist of.
const LAYERS: usize = 2_000;
/// The longest word of Ollama's that is told, characters.
const STATUS: usize = 120;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    status: String,
    digest: String,
    total: u64,
    completed: u64,
    error: Option<String>,
}

struct Layer {
    digest: String,
    total: u64,
    done: u64,
    /// What was there before: it was not fetched now.
    before: u64,
}

/// What a line, or some, changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// No more than numbers.
    Numbers,
    /// More is to be fetched than was known.
    More,
    /// The model is there.
    Done,
    /// Ollama says that it failed.
    Error(String),
}

/// How far one pull has come.
pub(super) struct Progress {
    rest: Vec<u8>,
    layers: Vec<Layer>,
    status: String,
    moved: Stamp,
    fetched: VecDeque<(Stamp, u64)>,
}

impl Progress {
    pub(super) fn new(now: Stamp) -> Self {
        Self {
            rest: Vec::new(),
            layers: Vec::new(),
            status: String::new(),
            moved: now,
            fetched: VecDeque::new(),
        }
    }

    /// Reads a piece of the answer, which may end anywhere. Lines that are none are no fault of ours.
    pub(super) fn take(&mut self, piece: &[u8], now: Stamp) -> Heard {
        self.rest.extend_from_slice(piece);
        let mut heard = Heard::Numbers;
        while let Some(end) = self.rest.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            match self.line(&line, now) {
                Heard::Numbers => {}
                Heard::More => heard = Heard::More,
                end => return end,
            }
        }
        if self.rest.len() > LINE {
            return Heard::Error(format!("a line of Ollama's answer has over {LINE} bytes"));
        }
        heard
    }

    /// The answer has ended: its last line may have no end.
    pub(super) fn end(&mut self, now: Stamp) -> Heard {
        let line = std::mem::take(&mut self.rest);
        self.line(&line, now)
    }

    fn line(&mut self, line: &[u8], now: Stamp) -> Heard {
        let Ok(said) = serde_json::from_slice::<Said>(line) else { return Heard::Numbers };
        if let Some(error) = said.error {
            return Heard::Error(error);
        }
        if said.status != self.status {
            self.status = said.status.chars().take(STATUS).collect();
            self.moved = now;
        }
        if self.status == "success" {
            return Heard::Done;
        }
        if said.digest.is_empty() || said.total == 0 {
            return Heard::Numbers;
        }
        self.layer(&said, now)
    }

    fn layer(&mut self, said: &Said, now: Stamp) -> Heard {
        let done = said.completed.min(said.total);
        let many = self.layers.len() >= LAYERS;
        let known = self.layers.iter_mut().find(|l| l.digest == said.digest);
        let heard = match known {
            Some(layer) => {
                if layer.done != done {
                    self.moved = now;
                }
                let more = layer.total < said.total;
                (layer.done, layer.total) = (done, said.total);
                layer.before = layer.before.min(done);
                if more { Heard::More } else { Heard::Numbers }
            }
            None if many => Heard::Error(format!("the model consists of over {LAYERS} pieces")),
            None => {
                let (digest, total) = (said.digest.clone(), said.total);
                self.layers.push(Layer { digest, total, done, before: done });
                self.moved = now;
                Heard::More
            }
        };
        self.note(now);
        heard
    }

    fn note(&mut self, now: Stamp) {
        let each = self.layers.iter().map(|l| l.done.saturating_sub(l.before));
        let fetched = each.fold(0, u64::saturating_add);
        match self.fetched.back() {
            Some((at, _)) if now.since(*at) < STEP => return,
            _ => self.fetched.push_back((now, fetched)),
        }
        while self.fetched.front().is_some_and(|(at, _)| now.since(*at) > WINDOW) {
            self.fetched.pop_front();
        }
    }

    /// What Ollama does, in its words.
    pub(super) fn status(&self) -> &str {
        &self.status
    }

    /// Bytes that are there, and that there are as far as it is known.
    pub(super) fn bytes(&self) -> (u64, Option<u64>) {
        let sum = |of: fn(&Layer) -> u64| self.layers.iter().map(of).fold(0, u64::saturating_add);
        let total = (!self.layers.is_empty()).then(|| sum(|l| l.total));
        (sum(|l| l.done), total)
    }

    /// Bytes that are still to come, as far as it is known.
    pub(super) fn missing(&self) -> u64 {
        let (bytes, total) = self.bytes();
        total.unwrap_or_default().saturating_sub(bytes)
    }

    /// Bytes a second.
    pub(super) fn rate(&self, now: Stamp) -> u64 {
        let (Some((from, first)), Some((_, last))) = (self.fetched.front(), self.fetched.back())
        else {
            return 0;
        };
        let took = now.since(*from).max(LEAST).as_secs_f64();
        (last.saturating_sub(*first) as f64 / took) as u64
    }

    /// Whether it fetches, and has fetched nothing for so long. What it does afterwards (looking whether all is
    /// right) takes its time and tells nothing.
    pub(super) fn has_stalled(&self, patience: Duration, now: Stamp) -> bool {
        let fetches = self.status.is_empty() || self.status.starts_with("pulling");
        fetches && now.since(self.moved) >= patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(digest: &str, total: u64, completed: u64) -> Vec<u8> {
        format!("{{\"status\":\"pulling x\",\"digest\":\"{digest}\",\"total\":{total},\"completed\":{completed}}}\n")
            .into_bytes()
    }

    #[test]
    fn bytes_are_summed_and_what_was_there_before_makes_no_rate() {
        let mut p = Progress::new(Stamp::from_ms(0));
        assert_eq!(
            p.take(b"{\"status\":\"pulling manifest\"}\n", Stamp::from_ms(1)),
            Heard::Numbers
        );
        assert_eq!((p.bytes(), p.status()), ((0, None), "pulling manifest"));
        // It goes on where it was broken off.
        assert_eq!(p.take(&line("a", 1_000, 400), Stamp::from_ms(1_000)), Heard::More);
        assert_eq!((p.bytes(), p.rate(Stamp::from_ms(1_000))), ((400, Some(1_000)), 0));
        for s in 2..=4 {
            let heard = p.take(&line("a", 1_000, 300 + 100 * s), Stamp::from_ms(1_000 * s));
            assert_eq!(heard, Heard::Numbers);
        }
        assert_eq!((p.bytes(), p.rate(Stamp::from_ms(4_000))), ((700, Some(1_000)), 100));
        assert_eq!((p.missing(), p.rate(Stamp::from_ms(5_000))), (300, 75));
        // A piece that is there already.
        assert_eq!(p.take(&line("b", 50, 50), Stamp::from_ms(5_000)), Heard::More);
        assert_eq!((p.bytes(), p.rate(Stamp::from_ms(5_000))), ((750, Some(1_050)), 75));
    }

    #[test]
    fn an_error_and_the_end_are_heard_wherever_pieces_end() {
        let told =
            b"{\"status\":\"verifying sha256 digest\"}\nnonsense\n{\"status\":\"success\"}\n";
        for cut in 0..told.len() {
            let mut p = Progress::new(Stamp::from_ms(0));
            let first = p.take(&told[..cut], Stamp::from_ms(0));
            assert_eq!(
                (first, p.take(&told[cut..], Stamp::from_ms(0))),
                (Heard::Numbers, Heard::Done)
            );
        }
        let mut p = Progress::new(Stamp::from_ms(0));
        assert_eq!(p.take(b"{\"error\":\"no\"}", Stamp::from_ms(0)), Heard::Numbers);
        assert_eq!(p.end(Stamp::from_ms(0)), Heard::Error("no".into()));
        assert!(matches!(p.take(&vec![b'x'; LINE + 1], Stamp::from_ms(0)), Heard::Error(_)));
    }

    #[test]
    fn no_byte_for_a_while_is_a_stall_but_checking_is_not() {
        let (mut p, patience) = (Progress::new(Stamp::from_ms(0)), Duration::from_secs(30));
        for s in 0..40 {
            p.take(&line("a", 1_000, 400), Stamp::from_ms(s * 1_000));
        }
        assert!(p.has_stalled(patience, Stamp::from_ms(40_000)));
        p.take(&line("a", 1_000, 401), Stamp::from_ms(40_000));
        assert!(!p.has_stalled(patience, Stamp::from_ms(41_000)));
        p.take(b"{\"status\":\"verifying sha256 digest\"}\n", Stamp::from_ms(50_000));
        assert!(!p.has_stalled(patience, Stamp::from_ms(500_000)));
    }

    #[test]
    fn numbers_that_lie_break_nothing() {
        let mut p = Progress::new(Stamp::from_ms(0));
        p.take(&line("a", u64::MAX, 5), Stamp::from_ms(0));
        p.take(&line("b", u64::MAX, u64::MAX), Stamp::from_ms(300));
        p.take(&line("a", 10, 2), Stamp::from_ms(600));
        assert_eq!(p.rate(Stamp::from_ms(600)), 0);
        p.take(&line("a", 10, u64::MAX), Stamp::from_ms(900));
        let (bytes, total) = p.bytes();
        assert!(bytes <= total.unwrap());
    }
}
