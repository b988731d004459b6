//! The last lines of the log, in memory, for the page: bounded by number and by bytes, so that neither many
//! lines nor long ones cost more than a picture does. Whoever looks takes a copy of the list and searches that.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tracing::{Level, Metadata};

use super::layer::Sink;
use crate::base::Clock;

/// Lines kept.
const LINES: usize = 10_000;
/// Bytes of text kept.
const BYTES: usize = 4 << 20;
/// Lines of one answer, and how many where nothing is said.
const MOST: usize = 2_000;
const USUAL: usize = 500;

/// How much a line matters.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ts_rs::TS,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the levels of `tracing`")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl From<&Level> for LogLevel {
    fn from(level: &Level) -> Self {
        match *level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warn,
            Level::INFO => Self::Info,
            Level::DEBUG => Self::Debug,
            Level::TRACE => Self::Trace,
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct LogLine {
    /// Grows by one with each line.
    pub seq: u64,
    /// When, RFC 3339 UTC.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// How much it matters.
    pub level: LogLevel,
    /// The part of the program that says it, as `log.level` names it: `dixi::camera::supervisor`.
    pub module: &'static str,
    /// What it says, and its fields as `name=value`.
    pub text: String,
}

/// What somebody wants to see.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Only lines after this one.
    #[serde(default)]
    pub after: i64,
    /// Only lines that matter at least this much.
    pub level: Option<LogLevel>,
    /// Only of this module and those within it.
    pub module: Option<String>,
    /// Only with this in their text, in capitals or not.
    pub text: Option<String>,
    /// At most so many, the newest.
    pub limit: Option<u16>,
}

/// The answer of `GET /api/v1/logs`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct LogsView {
    /// The lines, the oldest first.
    pub lines: Vec<Arc<LogLine>>,
    /// The newest line there is: ask for those after it.
    pub newest: u64,
    /// Lines after the one asked for that are gone already.
    pub missed: u64,
    /// Every module with a line in memory.
    pub modules: BTreeSet<&'static str>,
}

/// The last lines.
pub struct Ring {
    clock: Clock,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    lines: VecDeque<Arc<LogLine>>,
    bytes: usize,
    newest: u64,
}

impl Ring {
    /// An empty one.
    pub fn new(clock: Clock) -> Self {
        Self { clock, kept: Mutex::default() }
    }

    /// Keeps a line, and lets go of the oldest ones where there is no room.
    pub fn add(&self, level: LogLevel, module: &'static str, text: String) {
        let at = self.clock.utc(self.clock.now());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.newest += 1;
        kept.bytes += text.len();
        let line = LogLine { seq: kept.newest, at, level, module, text };
        kept.lines.push_back(Arc::new(line));
        while kept.lines.len() > LINES || kept.bytes > BYTES {
            let Some(oldest) = kept.lines.pop_front() else { break };
            kept.bytes -= oldest.text.len();
        }
    }

    /// What is asked for.
    pub fn view(&self, asked: &Asked) -> LogsView {
        let (all, newest) = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            (kept.lines.iter().cloned().collect::<Vec<_>>(), kept.newest)
        };
        let oldest = all.first().map_or(newest + 1, |line| line.seq);
        let text = asked.text.as_deref().unwrap_or_default().trim().to_lowercase();
        let most = asked.limit.map_or(USUAL, usize::from).min(MOST);
        let after = asked.after.max(0).cast_unsigned();
        let wanted = |line: &&Arc<LogLine>| {
            line.seq > after
                && asked.level.is_none_or(|level| line.level <= level)
                && asked.module.as_deref().is_none_or(|module| within(line.module, module))
                && (text.is_empty() || line.text.to_lowercase().contains(&text))
        };
        let mut lines: Vec<_> = all.iter().rev().filter(wanted).take(most).cloned().collect();
        lines.reverse();
        LogsView {
            lines,
            newest,
            missed: if after == 0 { 0 } else { (oldest - 1).saturating_sub(after) },
            modules: all.iter().map(|line| line.module).collect(),
        }
    }
}

/// Whether `module` is `of` or lies within it.
fn within(module: &str, of: &str) -> bool {
    of.is_empty()
        || module.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

impl Sink for Arc<Ring> {
    fn take(&self, about: &Metadata<'static>, text: &str, fields: &[(&'static str, String)]) {
        let mut whole = text.to_owned();
        for (name, value) in fields {
            if !whole.is_empty() {
                whole.push(' ');
            }
            whole.extend([name, "=", value]);
        }
        self.add(about.level().into(), about.target(), whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(view: &LogsView) -> Vec<&str> {
        view.lines.iter().map(|l| l.text.as_str()).collect()
    }

    #[test]
    fn it_is_bounded_by_lines_and_by_bytes() {
        let ring = Ring::new(Clock::new());
        for n in 0..LINES + 500 {
            ring.add(LogLevel::Info, "dixi", n.to_string());
        }
        let view = ring.view(&Asked { after: 100, limit: Some(1), ..Asked::default() });
        assert_eq!((view.newest, view.missed), (LINES as u64 + 500, 400));
        for _ in 0..4_000 {
            ring.add(LogLevel::Info, "dixi", "x".repeat(4 << 10));
        }
        let kept = ring.kept.lock().unwrap();
        assert!(kept.bytes <= BYTES && kept.lines.len() <= BYTES / (4 << 10));
        assert_eq!(kept.bytes, kept.lines.iter().map(|l| l.text.len()).sum::<usize>());
    }

    #[test]
    fn lines_are_found_by_level_module_and_text() {
        let ring = Ring::new(Clock::new());
        ring.add(LogLevel::Info, "dixi::camera", "Opened the Camera".into());
        ring.add(LogLevel::Warn, "dixi::camera::mjpeg", "a picture is broken".into());
        ring.add(LogLevel::Error, "dixi::camerastore", "other".into());
        let ask = |asked: Asked| ring.view(&asked);
        let by = Asked { level: Some(LogLevel::Warn), ..Asked::default() };
        assert_eq!(texts(&ask(by)), ["a picture is broken", "other"]);
        let by = Asked { module: Some("dixi::camera".into()), ..Asked::default() };
        assert_eq!(texts(&ask(by)), ["Opened the Camera", "a picture is broken"]);
        let by = Asked { text: Some(" CAMERA ".into()), ..Asked::default() };
        assert_eq!(texts(&ask(by)), ["Opened the Camera"]);
        let by = Asked { after: 2, ..Asked::default() };
        assert_eq!(texts(&ask(by)), ["other"]);
        let by = Asked { limit: Some(2), ..Asked::default() };
        assert_eq!(texts(&ask(by)), ["a picture is broken", "other"]);
        assert_eq!(ask(Asked::default()).modules.len(), 3);
    }
}
