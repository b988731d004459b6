//! Ollama, and what goes through it: the [`pool`] of servers that all of Dixi's questions go to, the
//! guarded [`proxy`] for everything else on the network, and the [`ledger`] of who used what. On top of them
//! the conversations ([`chat`]), the [`engine`] that answers in them, and what of the box a model can be told
//! ([`context`]); and [`watch`] mode, which looks by itself.
//!
//! Nothing in the box waits for it: Ollama may be absent, slow or something else altogether. Must not
//! know HTTP's routes: which path leads here, and who may use it, is the server's to say.

pub mod chat;
pub mod context;
pub mod engine;
pub mod ledger;
pub mod models;
pub mod names;
pub mod pool;
pub mod proxy;
pub mod watch;
