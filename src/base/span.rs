//! Under which name work is followed from its beginning to its end, for traces.
//!
//! What is worth following takes long enough for a person to wonder where the time went: a request, a
//! backup, opening a camera, asking a model. Nothing that happens with every frame is. Spans carry names of
//! closed lists, numbers and outcomes; never what people wrote, addresses or secrets. The log does not
//! show them.

/// The target of every such span: `tracing::info_span!(target: SPANS, "backup")`.
pub const SPANS: &str = "dixi_spans";
