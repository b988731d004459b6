//! What the box sees, for the conversations.

use crate::assistant::context::{Jpeg, Sensed, Senses};
use crate::base::{Error, Result};

/// Sees nothing yet.
pub(super) struct Sensing;

impl Senses for Sensing {
    fn now(&self) -> Sensed {
        Sensed::default()
    }

    fn frame(&self) -> Result<Jpeg> {
        Err(Error::unavailable("there is no picture"))
    }
}
