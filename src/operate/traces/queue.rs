//! How many spans wait, arrived and were lost. The exporter's own queue throws away silently; this stands
//! before and behind it, so that every span is either sent or counted as lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor};
use prometheus_client::metrics::counter::Counter;

use super::WAITING;

/// What became of the spans.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Those that the collector took.
    pub sent: Counter,
    /// Those that found no room, or no receiver.
    pub lost: Counter,
}

/// What both ends share.
#[derive(Debug)]
pub(super) struct Shared {
    counts: Counts,
    waiting: AtomicUsize,
}

impl Shared {
    pub(super) fn new(counts: Counts) -> Arc<Self> {
        Arc::new(Self { counts, waiting: AtomicUsize::new(0) })
    }
}

/// The way in: lets no more wait than there is room for.
#[derive(Debug)]
pub(super) struct Bounded {
    batches: BatchSpanProcessor,
    shared: Arc<Shared>,
}

impl Bounded {
    pub(super) fn new(batches: BatchSpanProcessor, shared: Arc<Shared>) -> Self {
        Self { batches, shared }
    }
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.batches.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if !span.span_context.is_sampled() {
            return;
        }
        if self.shared.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
            self.shared.counts.lost.inc();
            return;
        }
        self.batches.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

/// The way out: counts what arrived and what did not.
#[derive(Debug)]
pub(super) struct Counted<E> {
    exporter: E,
    shared: Arc<Shared>,
    /// The last batch did not arrive; said once.
    failing: AtomicBool,
}

impl<E> Counted<E> {
    pub(super) fn new(exporter: E, shared: Arc<Shared>) -> Self {
        Self { exporter, shared, failing: AtomicBool::new(false) }
    }
}

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        self.shared.waiting.fetch_sub(spans, Ordering::Relaxed);
        let outcome = self.exporter.export(batch).await;
        let was = self.failing.swap(outcome.is_err(), Ordering::Relaxed);
        match &outcome {
            Ok(()) => {
                self.shared.counts.sent.inc_by(spans as u64);
                if was {
                    tracing::info!("traces: the collector takes them again");
                }
            }
            Err(e) => {
                self.shared.counts.lost.inc_by(spans as u64);
                if !was {
                    tracing::warn!("traces: the collector does not take them: {e}");
                }
            }
        }
        outcome
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
