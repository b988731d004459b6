//! The canvas as an adversary meets it: the built program, real sockets, input that lies, is huge,
//! or makes no sense. Everything is refused with its reason, and the scene is byte for byte what it
//! was before.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "a test may fail, and uses part of its helpers"
)]

#[path = "server_box/client.rs"]
mod client;
#[path = "common/pictures.rs"]
mod pictures;
#[path = "server_box/process.rs"]
mod process;

mod canvas_hostile {
    pub mod commands;
    pub mod files;
    pub mod pictures;
    pub mod sockets;
    pub mod victim;
}
