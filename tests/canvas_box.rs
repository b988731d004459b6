//! The canvas of the real program: pages that edit at once, crashes, files that mean harm. Nothing here
//! needs the network or a camera.

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
#[path = "server_box/process.rs"]
mod process;

mod canvas_box {
    pub mod crash;
    pub mod files;
    pub mod page;
    pub mod pictures;
    pub mod together;
}
