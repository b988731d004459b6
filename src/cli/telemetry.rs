//! The log: lines for the page in memory, to systemd's journal where that takes them, else to standard
//! error and files; its level changeable while running, and what repeats told a few times only.
//!
//! Nothing waits for it: what a terminal or a disk does not take in time is lost, and whoever logs goes on.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::{Event, Level, Metadata};
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::layer::{Context, Filter, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, reload};

use crate::app::{Logging, SetLevel};
use crate::base::{Clock, Error, Result, SPANS};
use crate::config::{LogSettings, ProcessEnvironment, Strings};
use crate::operate::Traces;
use crate::operate::log::{Journal, Ring, Rotated, Tell, journal};

/// Lines that may wait for a terminal or a disk; a slow one then loses some.
const WAITING: usize = 4_096;

/// The files' folder, within the data directory.
const FOLDER: &str = "logs";

/// What writes on threads of its own: when it goes, what waits is written first.
#[derive(Default)]
pub(super) struct Writers(Vec<WorkerGuard>);

type Lines = Box<dyn Layer<Filtered> + Send + Sync>;
type Filtered = tracing_subscriber::layer::Layered<reload::Layer<EnvFilter, Registry>, Registry>;

/// Starts logging. What cannot be opened is left out, and the rest says so.
///
/// # Errors
/// `Invalid` if `log.level` is no filter.
pub(super) fn start(
    settings: &LogSettings,
    data_dir: &Path,
    clock: Clock,
) -> Result<(Logging, Writers)> {
    let (level, handle) = reload::Layer::new(filter(&settings.level)?);
    let (ring, mut writers) = (Arc::new(Ring::new(clock)), Writers::default());
    let (traces, spans) = Traces::new();
    let mut all: Vec<Lines> = vec![seldom(Tell(Arc::clone(&ring))), spans];
    let mut trouble = Vec::new();
    let stream = ProcessEnvironment.get("JOURNAL_STREAM");
    let journal = match Journal::takes_stderr(stream.as_deref()) {
        true => Journal::open(Path::new(journal::SOCKET))
            .inspect_err(|e| trouble.push(format!("the journal gets plain lines only: {e}")))
            .ok(),
        false => None,
    };
    let files = settings.files == "always" || (settings.files == "auto" && journal.is_none());
    match journal {
        Some(journal) => all.push(seldom(Tell(journal))),
        None => {
            let colours = std::io::stderr().is_terminal();
            let to = writers.beside("dixi-stderr", std::io::stderr());
            all.push(lines(&settings.format, colours, to));
        }
    }
    if files {
        match Rotated::open(&data_dir.join(FOLDER)) {
            Ok(file) => {
                let to = writers.beside("dixi-logfile", file);
                all.push(lines(&settings.format, false, to));
            }
            Err(e) => trouble.push(format!("no log files are written: {e}")),
        }
    }
    // Already set only in tests that run this twice; the first logger is as good.
    let _ = tracing_subscriber::registry().with(level).with(all).try_init();
    trouble.iter().for_each(|why| tracing::warn!("{why}"));
    let set_level: SetLevel = Arc::new(move |level: &str| {
        let filter = filter(level)?;
        handle
            .reload(filter)
            .map_err(|e| Error::internal("the log level cannot be changed").source(e))
    });
    Ok((Logging { set_level, ring, traces }, writers))
}

impl Writers {
    /// Writes on a thread of its own.
    fn beside(&mut self, name: &str, to: impl std::io::Write + Send + 'static) -> NonBlocking {
        let builder = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(WAITING);
        let (writer, guard) = builder.thread_name(name).finish(to);
        self.0.push(guard);
        writer
    }
}

/// Lines of text or JSON.
fn lines(format: &str, colours: bool, to: NonBlocking) -> Lines {
    match format {
        "json" => seldom(fmt::layer().json().flatten_event(true).with_writer(to)),
        _ => seldom(fmt::layer().with_ansi(colours).with_writer(to)),
    }
}

fn seldom(layer: impl Layer<Filtered> + Send + Sync) -> Lines {
    layer.with_filter(Seldom::default()).boxed()
}

fn filter(level: &str) -> Result<EnvFilter> {
    let filter = EnvFilter::try_new(level).map_err(|e| {
        Error::invalid(format!("`log.level`: `{level}` is no filter"))
            .source(e)
            .next("use `info`, `debug`, or by part, as in `info,dixi::camera=debug`")
    })?;
    // How much is logged does not decide what is traced.
    let spans = format!("{SPANS}=info").parse();
    Ok(filter.add_directive(spans.map_err(|e| Error::internal("the spans' filter").source(e))?))
}

/// Lets each warning and error through ten times in half a minute, so that a fault that repeats
/// with every frame does not fill the disk.
#[derive(Default)]
struct Seldom {
    seen: Mutex<HashMap<Identifier, (Instant, u32)>>,
}

const BURST: u32 = 10;
const WINDOW: Duration = Duration::from_secs(30);

impl Seldom {
    fn lets(&self, place: Identifier, now: Instant) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = seen.entry(place).or_insert((now, 0));
        if now.duration_since(*since) > WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count <= BURST
    }
}

impl<S> Filter<S> for Seldom {
    fn enabled(&self, about: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        // Spans are for traces; a line stands for itself.
        about.is_event()
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        let about = event.metadata();
        *about.level() > Level::WARN || self.lets(about.callsite(), Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_is_told_a_few_times_a_while() {
        let seldom = Seldom::default();
        let place = tracing::Span::current().metadata().map(|m| m.callsite());
        let place =
            place.unwrap_or_else(|| tracing::info_span!("x").metadata().unwrap().callsite());
        let start = Instant::now();
        let told = (0..100).filter(|_| seldom.lets(place.clone(), start)).count();
        assert_eq!(told, BURST as usize);
        assert!(seldom.lets(place, start + WINDOW + Duration::from_secs(1)));
    }

    #[test]
    fn a_wrong_level_is_refused() {
        assert!(filter("info,dixi::camera=debug").is_ok());
        assert!(filter("dixi=loud").unwrap_err().next_step().unwrap().contains("debug"));
    }
}
