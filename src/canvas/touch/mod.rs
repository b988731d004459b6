//! How hands touch the canvas: pointers, reach, grabbing, drawing, the ring menu.
//!
//! Takes observations and gives commands; must not know pixels, pages or the database.

mod view;

pub use view::{Doing, HoldView, PointerView, RingView, TouchView};
