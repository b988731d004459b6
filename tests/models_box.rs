//! Models as a page has them: the built binary before an Ollama of the test's own that fetches as the model's
//! name says, and before the real one, which fetches from a registry of the test's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "helpers of tests are tests too, and not all use all of them"
)]

#[path = "server_box/client.rs"]
mod client;
#[path = "common/ollama.rs"]
mod ollama;
#[path = "server_box/process.rs"]
mod process;

mod models_box {
    pub mod fake;
    pub mod pulls;
    pub mod real;
    pub mod registry;
    pub mod steps;
}
