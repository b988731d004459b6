//! The way to Ollama as programs on the network meet it: the real server of Dixi's before an Ollama that
//! lies, hangs and breaks off, and before the real one.

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
#[path = "server_box/site.rs"]
mod site;

mod ollama_box {
    pub mod closing;
    pub mod fake;
    pub mod hostile;
    pub mod ledger;
    pub mod policy;
    pub mod real;
}
