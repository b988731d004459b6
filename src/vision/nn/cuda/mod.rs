//! Networks on an NVIDIA GPU: our kernels (`kernels.cu`, compiled to PTX by `build.rs`), what each
//! step launches ([`launch`]), and, in builds with the `cuda` feature, the device that runs them.
//!
//! Must not: be needed for anything. A build without the feature has no trace of it, and a build with
//! it starts and works on a machine without a driver.

mod launch;

#[cfg(feature = "cuda")]
mod device;
#[cfg(test)]
mod emulate;

#[cfg(feature = "cuda")]
pub use device::{CudaOp, GpuPicture, describe, open};
