//! Reads .tflite models and runs them on candle. Knows nothing of hands.
//!
//! The way of a model: [`read`] turns the file's bytes into a checked [`graph`]; [`lower`] folds
//! constants and turns it into layers; [`fuse`] joins neighbours that can be computed in one pass;
//! [`plan`] gives every value a buffer; [`network`] holds the buffers as candle tensors and runs the
//! steps as candle in-place operations ([`op`]), whose CPU work is done by [`kernels`]. Everything is
//! allocated at load; a run allocates nothing.
//!
//! Must not: trust a byte of the file, or do anything at run time that load could have done.

#[cfg(any(test, feature = "cuda"))]
mod cuda;
mod fuse;
mod graph;
mod kernels;
mod layer;
mod lower;
mod models;
mod network;
mod op;
mod plan;
mod read;
#[allow(
    unsafe_code,
    missing_docs,
    unused_imports,
    dead_code,
    elided_lifetimes_in_paths,
    rust_2018_idioms,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]
mod schema;

#[cfg(test)]
mod tests;

#[cfg(feature = "cuda")]
pub use cuda::{GpuPicture, describe as describe_gpu, open as open_gpu};
pub use kernels::Simd;
pub use models::HandModel;
pub use network::{LoadOptions, Network};

use crate::base::Error;

/// Values of one tensor at most: 16 MiB of f32. The largest of the hand models has 0.8 million.
const MAX_VALUES: usize = 4 << 20;
/// Values of all buffers of one network together at most: 64 MiB of f32.
const MAX_ARENA: usize = 16 << 20;
/// Tensors, operators and buffers of one model at most. The largest of the hand models has 413.
const MAX_ITEMS: usize = 16 << 10;

/// A model that cannot be used, and why.
fn refuse(why: impl Into<String>) -> Error {
    Error::invalid("cannot use this .tflite model")
        .why(why)
        .next("use one of the MediaPipe hand models that Dixi ships, or a float model of the same operators")
}
