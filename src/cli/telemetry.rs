//! The log: to standard error, as text or JSON, its level changeable while running, and what
//! repeats told a few times only.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::{Event, Level, Metadata};
use tracing_subscriber::layer::{Context, Filter, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, reload};

use crate::app::SetLevel;
use crate::base::{Error, Result};
use crate::config::LogSettings;

/// Starts logging.
///
/// # Errors
/// `Invalid` if `log.level` is no filter.
pub(super) fn start(settings: &LogSettings) -> Result<SetLevel> {
    let (level, handle) = reload::Layer::new(filter(&settings.level)?);
    let lines = if settings.format == "json" {
        fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
    } else {
        let colours = std::io::stderr().is_terminal();
        fmt::layer().with_ansi(colours).with_writer(std::io::stderr).boxed()
    };
    let registry = tracing_subscriber::registry().with(level);
    // Already set only in tests that run this twice; the first logger is as good.
    let _ = registry.with(lines.with_filter(Seldom::default())).try_init();
    Ok(Arc::new(move |level: &str| {
        let filter = filter(level)?;
        handle
            .reload(filter)
            .map_err(|e| Error::internal("the log level cannot be changed").source(e))
    }))
}

fn filter(level: &str) -> Result<EnvFilter> {
    EnvFilter::try_new(level).map_err(|e| {
        Error::invalid(format!("`log.level`: `{level}` is no filter"))
            .source(e)
            .next("use `info`, `debug`, or by part, as in `info,dixi::camera=debug`")
    })
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
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
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
