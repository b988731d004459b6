//! The real program when things go wrong around it: a thread that hangs, being stopped, clients that
//! send slowly or too much. Nothing here needs the network or a camera.

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
#[path = "common/pictures.rs"]
mod pictures;
#[path = "server_box/process.rs"]
mod process;

mod steady_box {
    pub mod camera;
    pub mod disk;
    pub mod flood;
    pub mod hostile_camera;
    pub mod network;
    pub mod secrets;
    pub mod slow_links;
    pub mod stopping;
    pub mod watchdog;
}
