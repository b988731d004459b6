//! What all rooms share: errors, the clock, the latest-value slot, the pool, secrets, guarded requests to
//! others, and the words: what a hand, a gesture and an object are called, and the stage they meet on.
//!
//! Depends on nothing above it and does nothing with cameras, hands or the web.

pub mod blocking;
pub mod clock;
pub mod error;
pub mod gesture;
pub mod hand;
pub mod json;
pub mod latest;
pub mod object;
pub mod one_euro;
pub mod outgoing;
pub mod pool;
pub mod refusal;
pub mod schema;
pub mod secret;
pub mod span;
pub mod stage;
pub mod trouble;
pub mod via;
pub mod vital;

pub use blocking::blocking;
pub use clock::{Clock, Stamp};
pub use error::{Error, Kind, Result};
pub use latest::Latest;
pub use pool::Pool;
pub use refusal::Refusal;
pub use secret::Secret;
pub use span::SPANS;
pub use trouble::Trouble;
pub use via::Via;
pub use vital::Vital;
