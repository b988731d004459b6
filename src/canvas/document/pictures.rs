//! Pictures on cards, thumbnails, and photographs of the canvas.

use super::Canvas;
use crate::base::{Error, Kind, Result};
use crate::store::pictures;

impl Canvas {
    /// Width by height of a picture that is kept.
    pub(super) fn aspect_of(&self, hash: &str) -> Result<f32> {
        match pictures::size(&self.store, hash)? {
            Some((width, height)) => Ok(width as f32 / height.max(1) as f32),
            None => Err(Error::new(Kind::NotFound, "this picture is not on the box")
                .next("send it first, with `POST /api/v1/pictures`")),
        }
    }
}
