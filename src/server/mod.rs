//! (see docs/design/house.md)
