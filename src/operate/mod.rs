//! How the box is: measurements, host and accelerator probes, health.
//!
//! Must not be needed for the main job: everything here may fail or be missing, and hands are
//! still seen.

pub mod alert;
pub mod audit;
pub mod backup;
pub mod history;
pub mod host;
pub mod log;
pub mod meter;
pub mod metrics;
pub mod traces;
pub mod used;

pub use audit::Audit;
pub use history::History;
pub use meter::Meter;
pub use metrics::Metrics;
pub use traces::Traces;
