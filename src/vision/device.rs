//! Where the networks run: the CPU, or an NVIDIA GPU if this build and this machine have one. There
//! is always an answer; if it is not what was asked for, words say why.

use std::fmt;

use candle_core::Device;

use crate::base::{Error, Result};

/// What was asked for (`vision.device`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The GPU if there is one, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU.
    Cuda,
}

impl std::str::FromStr for Choice {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        match s {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda),
            _ => Err(Error::invalid(format!("`{s}` is not a device"))
                .next("use `auto`, `cpu` or `cuda`")),
        }
    }
}

/// What was chosen.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// For candle.
    pub device: Device,
    /// Why it is not the GPU, in words; `None` if it is, or if the CPU was asked for.
    pub reason: Option<String>,
}

impl Chosen {
    /// The CPU, because it was asked for.
    pub fn cpu() -> Self {
        Self { device: Device::Cpu, reason: None }
    }

    /// `cpu` or `cuda`.
    pub fn name(&self) -> &'static str {
        if self.device.is_cuda() { "cuda" } else { "cpu" }
    }
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Some(why) => write!(f, "{} ({why})", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

/// The device for a choice. Falls back to the CPU, never fails.
pub fn choose(choice: Choice) -> Chosen {
    match choice {
        Choice::Cpu => Chosen::cpu(),
        Choice::Auto | Choice::Cuda => match gpu() {
            Ok(device) => Chosen { device, reason: None },
            Err(why) => Chosen { device: Device::Cpu, reason: Some(why) },
        },
    }
}

/// Why a build without the feature `cuda` runs on the CPU.
pub const NO_KERNELS: &str = "this build has no CUDA kernels; `make cuda` builds one that has";

#[cfg(not(feature = "cuda"))]
fn gpu() -> std::result::Result<Device, String> {
    Err(NO_KERNELS.into())
}

#[cfg(feature = "cuda")]
fn gpu() -> std::result::Result<Device, String> {
    super::nn::open_gpu().map_err(|e| e.reason().unwrap_or_else(|| e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_needs_no_reason_and_a_missing_gpu_has_one() {
        assert_eq!(choose(Choice::Cpu).to_string(), "cpu");
        for choice in [Choice::Auto, Choice::Cuda] {
            let chosen = choose(choice);
            assert_eq!(chosen.reason.is_some(), chosen.name() == "cpu");
        }
        assert!("gpu".parse::<Choice>().unwrap_err().next_step().unwrap().contains("cuda"));
    }
}
