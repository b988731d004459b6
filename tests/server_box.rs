//! The server and the whole binary, as the world meets them: the real server on a free port, the
//! real program with its own data directory. Nothing here needs the network or a camera.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests are tests too"
)]

mod server_box {
    pub mod alerts;
    pub mod audit;
    pub mod backup;
    pub mod client;
    pub mod confirm;
    pub mod door;
    pub mod hostile;
    pub mod http;
    pub mod live;
    pub mod logs;
    pub mod metrics;
    #[allow(dead_code, reason = "other tests use the rest of it")]
    pub mod process;
    pub mod program;
    pub mod safe_mode;
    pub mod site;
    pub mod tls;
    pub mod traces;
    pub mod webcam;
}
