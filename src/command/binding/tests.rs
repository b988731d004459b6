//! Tables of what hands do, and what that sets off.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod engine;
mod parts;
mod random;
mod rules;
mod stand;
