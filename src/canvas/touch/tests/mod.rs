//! What hands may rely on: nothing jumps, nothing is taken that was not meant, everything that was
//! begun ends. Hands are the demo's, exact, seen by the real recogniser with the default bindings.

mod hold;
mod meant;
mod play;
mod point;
mod reach;
