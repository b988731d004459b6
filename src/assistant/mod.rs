//! Ollama, and what goes through it: the [`pool`] of servers that all of Dixi's questions go to, the
//! guarded [`proxy`] for everything else on the network, and the [`ledger`] of who used what.
//!
//! Nothing in the box waits for it: Ollama may be absent, slow or something else altogether. Must not
//! know HTTP's routes: which path leads here, and who may use it, is the server's to say.

pub mod ledger;
pub mod names;
pub mod pool;
pub mod proxy;
