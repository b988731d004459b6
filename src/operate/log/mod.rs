//! Where log lines go: a bounded ring for the logs page ([`Ring`]), systemd's journal ([`Journal`]), and files
//! of bounded number and size ([`Rotated`]). Which lines there are, and who reads the settings, is the command
//! line's; a line that cannot be written is lost, and nobody waits for it.

pub mod files;
pub mod journal;
mod layer;
pub mod ring;

pub use files::Rotated;
pub use journal::Journal;
pub use layer::{Sink, Tell};
pub use ring::{Asked, LogLevel, LogLine, LogsView, Ring};
