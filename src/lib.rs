//! Dixi: a private, hands-free AI box.
//!
//! One process: a camera's frames become hands ([`vision`]), hands become gestures
//! ([`gesture`]), gestures become commands ([`command`]), and the web UI ([`server`]) shows it
//! all. The rooms are listed in `docs/design/house.md`; a room uses only the rooms below it.

// For the program, not for its tests; clippy.toml says which methods are not to be used, and why.
#![cfg_attr(
    not(test),
    warn(
        clippy::disallowed_methods,
        clippy::expect_used,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]

pub mod access;
pub mod app;
pub mod assistant;
pub mod base;
pub mod camera;
pub mod canvas;
pub mod cli;
pub mod command;
pub mod config;
pub mod gesture;
pub mod operate;
pub mod server;
pub mod store;
pub mod vision;
