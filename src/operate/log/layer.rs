//! Makes one line of an event, for sinks that take lines and not text for a terminal.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// The longest line, bytes; the rest of it is cut off. One may hold an error with all its reasons, none a
/// file.
const LONGEST: usize = 4 << 10;
/// What stands in place of the rest.
const CUT: &str = " …";

/// Takes lines. Must not wait for anything.
pub trait Sink: Send + Sync + 'static {
    /// Takes one line: what it is about, what it says, and its fields by name.
    fn take(&self, about: &Metadata<'static>, text: &str, fields: &[(&'static str, String)]);
}

/// Tells a sink of every event.
pub struct Tell<S>(pub S);

impl<S: Subscriber, T: Sink> Layer<S> for Tell<T> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.0.take(event.metadata(), &line.text, &line.fields);
    }
}

#[derive(Default)]
struct Line {
    text: String,
    fields: Vec<(&'static str, String)>,
}

impl Line {
    fn add(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let mut short = Short(String::new());
        // It says that it is full, which is meant.
        let _ = short.write_fmt(value);
        match field.name() {
            "message" => self.text = short.0,
            // What the `log` crate's records bring along.
            name if name.starts_with("log.") => {}
            name => self.fields.push((name, short.0)),
        }
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format_args!("{value:?}"));
    }
}

/// Text that stops growing.
struct Short(String);

impl Write for Short {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let room = LONGEST.saturating_sub(self.0.len());
        if s.len() <= room {
            self.0.push_str(s);
            return Ok(());
        }
        if !self.0.ends_with(CUT) {
            let end = (0..=room).rev().find(|at| s.is_char_boundary(*at)).unwrap_or(0);
            self.0.push_str(&s[..end]);
            self.0.push_str(CUT);
        }
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_where_a_letter_ends() {
        let mut short = Short(String::new());
        assert!(short.write_str(&"ä".repeat(LONGEST)).is_err());
        assert!(short.write_str("more").is_err());
        assert!(short.0.len() <= LONGEST + CUT.len() && short.0.ends_with("ä …"));
    }
}
