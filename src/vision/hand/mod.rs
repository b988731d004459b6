//! Hands in a picture, as MediaPipe finds them: the palm detector says where hands are ([`palm`]),
//! each becomes a region ([`roi`]), the region is cut out ([`crop`]) and read by the landmark network
//! ([`reading`]), and the tracker says which hand is which ([`tracker`]).
//!
//! Must not know gestures, or keep a picture beyond its frame.

pub mod crop;
pub mod palm;
pub mod reading;
pub mod roi;
pub mod tracker;
