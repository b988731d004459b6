//! Conversations as a page has them: the built binary before a real Ollama, asked over HTTP and heard over
//! the live socket.

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
#[path = "ollama_box/fake.rs"]
mod fake;
#[path = "common/ollama.rs"]
mod ollama;
#[path = "server_box/process.rs"]
mod process;

mod chat_box {
    pub mod asking;
    pub mod files;
    pub mod hostile;
    pub mod page;
    pub mod trouble;
}
