//! HTTP and WebSocket: route registry, guards, UI assets, the live view, error to status.

pub mod wire;
