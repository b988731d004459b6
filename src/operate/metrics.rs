//! What Dixi counts while it works, for Prometheus: frames, every stage of the pipeline, gestures,
//! requests, commands. Recording waits for nobody's scrape and allocates nothing once a label has
//! been seen; what others count themselves (camera, disk, memory) is read when it is asked for.
//!
//! Names end in their unit, as OpenMetrics wants it, and labels have few values by construction:
//! routes, commands and gestures are closed lists.

mod sample;

use std::fmt::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::traces::Counts;
use crate::base::gesture::Gesture;
pub use sample::{PartState, Sample};

/// The `Content-Type` of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of a frame's stages, seconds: a frame of a 30 fps camera has 0.033.
const STAGE_S: [f64; 9] = [0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.033, 0.066, 0.2];
/// Upper bounds of what a person notices, seconds.
const DELAY_S: [f64; 8] = [0.01, 0.02, 0.04, 0.06, 0.08, 0.12, 0.25, 1.0];
/// Upper bounds of an answer to a request, seconds.
const ANSWER_S: [f64; 9] = [0.000_1, 0.000_5, 0.002, 0.01, 0.05, 0.2, 0.5, 2.0, 10.0];

/// Upper bounds of the time to a model's first word, seconds.
const FIRST_TOKEN_S: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

/// A step of a frame's way through the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(missing_docs, reason = "the names are those of `vision::Timings`")]
#[allow(non_camel_case_types, reason = "the label is the variant's name")]
pub enum Stage {
    decode,
    palm,
    landmarks,
    gesture,
    total,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfStage {
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfGesture {
    gesture: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRequest {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCommand {
    command: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRelayed {
    route: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTokens {
    of: &'static str,
}

/// All that is counted.
pub struct Metrics {
    registry: Registry,
    frames: Counter,
    hands: Gauge,
    hands_seen: AtomicU64,
    stages: Family<OfStage, Histogram, fn() -> Histogram>,
    gestures: Family<OfGesture, Counter>,
    to_event: Histogram,
    to_drawn: Histogram,
    requests: Family<OfRequest, Counter>,
    answers: Family<OfRoute, Histogram, fn() -> Histogram>,
    commands: Family<OfCommand, Counter>,
    spans: OnceLock<Counts>,
    relayed: Family<OfRelayed, Counter>,
    tokens: Family<OfTokens, Counter>,
    to_first_token: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        let all = Self {
            registry: Registry::with_prefix("dixi"),
            frames: Counter::default(),
            hands: Gauge::default(),
            hands_seen: AtomicU64::new(0),
            stages: Family::new_with_constructor(|| Histogram::new(STAGE_S)),
            gestures: Family::default(),
            to_event: Histogram::new(DELAY_S),
            to_drawn: Histogram::new(DELAY_S),
            requests: Family::default(),
            answers: Family::new_with_constructor(|| Histogram::new(ANSWER_S)),
            commands: Family::default(),
            spans: OnceLock::new(),
            relayed: Family::default(),
            tokens: Family::default(),
            to_first_token: Histogram::new(FIRST_TOKEN_S),
        };
        // So that nothing is made while frames come, and a dashboard shows zero instead of nothing.
        for gesture in Gesture::ALL.iter().filter(|g| **g != Gesture::None) {
            drop(all.gestures.get_or_create(&OfGesture { gesture: gesture.name() }));
        }
        for stage in [Stage::decode, Stage::palm, Stage::landmarks, Stage::gesture, Stage::total] {
            drop(all.stages.get_or_create(&OfStage { stage }));
        }
        for of in ["prompt", "answer"] {
            drop(all.tokens.get_or_create(&OfTokens { of }));
        }
        all.registered()
    }
}

impl Metrics {
    fn registered(mut self) -> Self {
        let r = &mut self.registry;
        r.register("frames", "Frames in which hands were looked for", self.frames.clone());
        r.register("hands", "Hands seen in the last frame", self.hands.clone());
        let stages = self.stages.clone();
        r.register_with_unit("stage", "Time of each step of a frame", Unit::Seconds, stages);
        r.register("gestures", "Gestures that began, by name", self.gestures.clone());
        let what = "From a frame's capture to its events on a viewer's socket";
        r.register_with_unit("capture_to_event", what, Unit::Seconds, self.to_event.clone());
        let what =
            "From a frame's capture to its hands on a viewer's canvas, as the pages report it";
        r.register_with_unit("capture_to_drawn", what, Unit::Seconds, self.to_drawn.clone());
        r.register("http_requests", "Answered requests", self.requests.clone());
        let answers = self.answers.clone();
        r.register_with_unit("http_answer", "Time to answer a request", Unit::Seconds, answers);
        r.register("commands", "Commands, by name and outcome", self.commands.clone());
        let what = "Requests that went through to Ollama, by route and outcome";
        r.register("ollama_requests", what, self.relayed.clone());
        let what = "Tokens of prompts and answers, as Ollama told them";
        r.register("ollama_tokens", what, self.tokens.clone());
        let what = "From a request to the first piece of Ollama's streamed answer";
        let first = self.to_first_token.clone();
        r.register_with_unit("ollama_first_token", what, Unit::Seconds, first);
        self
    }

    /// A frame went through the pipeline with `hands` in it.
    pub fn frame(&self, hands: usize) {
        self.frames.inc();
        self.hands_seen.fetch_add(hands as u64, Ordering::Relaxed);
        self.hands.set(i64::try_from(hands).unwrap_or(i64::MAX));
    }

    /// Frames so far, and hands in all of them together.
    pub fn seen(&self) -> (u64, u64) {
        (self.frames.get(), self.hands_seen.load(Ordering::Relaxed))
    }

    /// A step of it took `ms` milliseconds; one that did not run counts as nothing.
    pub fn stage(&self, stage: Stage, ms: f32) {
        if ms > 0.0 {
            self.stages.get_or_create(&OfStage { stage }).observe(f64::from(ms) / 1e3);
        }
    }

    /// A gesture began.
    pub fn gesture(&self, name: &'static str) {
        self.gestures.get_or_create(&OfGesture { gesture: name }).inc();
    }

    /// A frame's events left for a viewer, `ms` milliseconds after its capture.
    pub fn event(&self, ms: f32) {
        self.to_event.observe(f64::from(ms) / 1e3);
    }

    /// A viewer drew a frame's hands, `ms` milliseconds after its capture.
    pub fn drawn(&self, ms: f32) {
        self.to_drawn.observe(f64::from(ms) / 1e3);
    }

    /// A request was answered.
    pub fn request(&self, route: &'static str, method: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&OfRequest { route, method, status }).inc();
        self.answers.get_or_create(&OfRoute { route }).observe(took.as_secs_f64());
    }

    /// A command was done, or refused with an error of `outcome`'s kind.
    pub fn command(&self, command: &'static str, outcome: &'static str) {
        self.commands.get_or_create(&OfCommand { command, outcome }).inc();
    }

    /// What the traces count is told too, from now on.
    pub fn tell_of_spans(&self, counts: Counts) {
        // Only the first are told of, and there is one place that has any.
        let _ = self.spans.set(counts);
    }

    /// What others keep, registered for one answer.
    fn kept_elsewhere(&self) -> Registry {
        let mut registry = Registry::with_prefix("dixi");
        if let Some(spans) = self.spans.get() {
            let what = "Spans that the collector of traces took";
            registry.register("traces_sent", what, spans.sent.clone());
            let what = "Spans that it did not take, or that found no room to wait";
            registry.register("traces_lost", what, spans.lost.clone());
        }
        registry
    }

    /// A request that went through to Ollama has ended: tokens of its prompt and its answer and the seconds
    /// to its first piece, as far as they are known.
    pub fn relayed(
        &self,
        (route, outcome): (&'static str, &'static str),
        tokens: [Option<u64>; 2],
        first_token_s: Option<f64>,
    ) {
        self.relayed.get_or_create(&OfRelayed { route, outcome }).inc();
        for (of, tokens) in ["prompt", "answer"].into_iter().zip(tokens) {
            self.tokens.get_or_create(&OfTokens { of }).inc_by(tokens.unwrap_or_default());
        }
        if let Some(seconds) = first_token_s {
            self.to_first_token.observe(seconds);
        }
    }

    /// Everything as OpenMetrics text, with what is read only now.
    pub fn text(&self, sample: Sample) -> String {
        let mut text = String::with_capacity(16 << 10);
        let told = encode_registry(&mut text, &self.registry)
            .and_then(|()| encode_registry(&mut text, &self.kept_elsewhere()))
            .and_then(|()| encode_registry(&mut text, &sample.registry()))
            .and_then(|()| encode_eof(&mut text));
        if told.is_err() {
            // Writing to a string cannot fail; a scraper takes a comment for what it is.
            let _ = writeln!(text, "# some of it could not be written");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_told() {
        let metrics = Metrics::default();
        metrics.frame(2);
        metrics.stage(Stage::palm, 4.0);
        metrics.stage(Stage::decode, 0.0);
        metrics.gesture("pinch");
        metrics.request("/api/v1/status", "GET", 200, Duration::from_millis(1));
        metrics.command("create", "done");
        let text = metrics.text(Sample { uptime_s: 7.5, ..Sample::default() });
        for line in [
            "dixi_frames_total 1",
            "dixi_hands 2",
            "dixi_stage_seconds_bucket{le=\"0.005\",stage=\"palm\"} 1",
            "dixi_stage_seconds_count{stage=\"decode\"} 0",
            "dixi_gestures_total{gesture=\"pinch\"} 1",
            "dixi_gestures_total{gesture=\"wave\"} 0",
            "dixi_http_requests_total{route=\"/api/v1/status\",method=\"GET\",status=\"200\"} 1",
            "dixi_commands_total{command=\"create\",outcome=\"done\"} 1",
            "dixi_uptime_seconds 7.5",
            "# EOF",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is missing in\n{text}");
        }
    }
}
