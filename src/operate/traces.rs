//! Sends the spans of [`SPANS`] to a collector of the owner's, as OTLP over HTTP; off unless an address is
//! set.
//!
//! Whoever ends a span hands it over and goes on: a thread of the exporter's own sends what waits, in
//! batches, and what finds no room or no receiver is lost and counted. Sends nothing but spans (what the
//! log says stays here), and only where our other requests may go ([`outgoing`]).

mod client;
mod queue;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider,
};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, reload};

use crate::base::{Error, Result, SPANS, outgoing};
use crate::config::TraceSettings;
use client::Guarded;
pub use queue::Counts;
use queue::{Bounded, Counted, Shared};

/// Spans that may wait for the receiver; a busy box makes some ten a second.
const WAITING: usize = 2_048;
/// Spans of one request.
const BATCH: usize = 512;
/// What waits is sent this often.
const EVERY: Duration = Duration::from_secs(2);
/// For the connection, and for all of a request.
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(10);

/// Makes the traces' layer follow spans.
type Attach = dyn Fn(SdkTracer) -> Result<()> + Send + Sync;

/// The way to the collector.
pub struct Traces {
    attach: Box<Attach>,
    counts: Counts,
    provider: Mutex<Option<SdkTracerProvider>>,
}

impl Traces {
    /// One that is off, and the layer that will tell it of spans.
    pub fn new<S>() -> (Self, Box<dyn Layer<S> + Send + Sync>)
    where
        S: Subscriber + for<'s> LookupSpan<'s> + Send + Sync,
    {
        let (layer, handle) = reload::Layer::new(None::<OpenTelemetryLayer<S, SdkTracer>>);
        let attach = Box::new(move |tracer| {
            // Where in our code and on which thread, and lines of the log, are nothing to send away.
            let layer = OpenTelemetryLayer::new(tracer)
                .with_location(false)
                .with_threads(false)
                .with_target(false)
                .with_tracked_inactivity(false);
            handle
                .reload(Some(layer))
                .map_err(|e| Error::internal("spans cannot be followed").source(e))
        });
        let spans = FilterFn::new(|about| about.is_span() && about.target() == SPANS);
        let (counts, provider) = (Counts::default(), Mutex::default());
        (Self { attach, counts, provider }, layer.with_filter(spans).boxed())
    }

    /// What was sent and lost.
    pub fn counts(&self) -> Counts {
        self.counts.clone()
    }

    /// Begins to send, if the settings name an address.
    ///
    /// # Errors
    /// If the address is none, or the exporter cannot be made.
    pub fn start(&self, settings: &TraceSettings) -> Result<()> {
        let Some(address) = settings.address()? else { return Ok(()) };
        let agent = outgoing::agent(
            outgoing::config()
                .timeout_resolve(Some(CONNECT))
                .timeout_connect(Some(CONNECT))
                .timeout_global(Some(WHOLE))
                .build(),
        );
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Guarded(agent))
            .with_endpoint(address.as_str())
            .with_timeout(WHOLE)
            .build()
            .map_err(|e| Error::internal("the exporter of traces cannot be made").source(e))?;
        let shared = Shared::new(self.counts());
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(EVERY)
            .build();
        let exporter = Counted::new(exporter, Arc::clone(&shared));
        let batches = BatchSpanProcessor::new(exporter, config);
        let share = f64::from(settings.sample_percent) / 100.0;
        let provider = SdkTracerProvider::builder()
            .with_span_processor(Bounded::new(batches, shared))
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share))))
            .with_resource(who())
            .build();
        (self.attach)(provider.tracer("dixi"))?;
        *self.provider() = Some(provider);
        let place = address.host_str().unwrap_or_default();
        tracing::info!("traces: {} % go to {place}", settings.sample_percent);
        Ok(())
    }

    /// Sends what waits, for `patience` at most, and nothing after that. Blocks.
    pub fn stop(&self, patience: Duration) {
        let Some(provider) = self.provider().take() else { return };
        if let Err(e) = provider.shutdown_with_timeout(patience) {
            tracing::info!("traces: the last ones did not arrive: {e}");
        }
    }

    fn provider(&self) -> MutexGuard<'_, Option<SdkTracerProvider>> {
        self.provider.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who tells: what this program is, and nothing of the machine.
fn who() -> Resource {
    Resource::builder_empty()
        .with_service_name("dixi")
        .with_attribute(KeyValue::new("service.version", env!("DIXI_VERSION")))
        .build()
}
