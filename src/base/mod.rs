//! What all rooms share: errors, the clock, the latest-value slot, the pool, shutdown.
//!
//! Depends on nothing above it and knows nothing of cameras, hands or the web.

pub mod clock;
pub mod error;
pub mod latest;
pub mod pool;

pub use clock::{Clock, Stamp};
pub use error::{Error, Kind, Result};
pub use latest::Latest;
pub use pool::Pool;
