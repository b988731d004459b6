//! The GPU itself: opening it, with words for what is missing, and running steps on it as candle
//! in-place operations. Decides nothing: [`super::launch`] says what to launch.

#![allow(unsafe_code)]

use super::super::plan::Step;
use super::launch::{Argument, BLOCK, Launch, MAX_ARGUMENTS};
use crate::base::{Error, Kind, Result};
use candle_core::cuda_backend::CudaDevice;
use candle_core::cuda_backend::cudarc::driver::{
    CudaFunction, CudaSlice, DevicePtr, DevicePtrMut, LaunchConfig, PushKernelArg,
};
use candle_core::{CpuStorage, CudaStorage, Device, InplaceOp1, InplaceOp2, Layout, bail};

/// Our kernels, for the driver to compile to its GPU's machine code.
const PTX: &str = include_str!(concat!(env!("OUT_DIR"), "/kernels.ptx"));
/// Under this name candle keeps the compiled module.
const MODULE: &str = "dixi";

/// Opens the first GPU and compiles our kernels for it.
///
/// # Errors
/// `Unavailable`, with what is missing and what to do, where there is no driver, no GPU, or one of
/// them is too old.
pub fn open() -> Result<Device> {
    // SAFETY: the driver's library is made to be loaded like this; its constructors have no contract.
    if let Err(e) = unsafe { libloading::Library::new("libcuda.so.1") } {
        return Err(missing("no NVIDIA driver is installed").source(e));
    }
    // A stream of its own: candle's default is one for each thread, and a network is loaded on one
    // thread and runs on another.
    let device = Device::new_cuda_with_stream(0)
        .map_err(|e| missing(format!("the driver offers no GPU ({})", first_line(&e))))?;
    let cuda = device.as_cuda_device().map_err(failed)?;
    // SAFETY: all work of ours is on that one stream, so nothing needs events to wait for another.
    unsafe { cuda.disable_event_tracking() };
    cuda.get_or_load_custom_func("copy", MODULE, PTX).map_err(|e| {
        missing(format!("the driver cannot load the kernels ({})", first_line(&e)))
    })?;
    Ok(device)
}

/// The GPU's name, for people.
pub fn describe(device: &Device) -> Option<String> {
    device.as_cuda_device().ok()?.cuda_stream().context().name().ok()
}

fn missing(why: impl Into<String>) -> Error {
    Error::new(Kind::Unavailable, "cannot use an NVIDIA GPU")
        .why(why)
        .next("install NVIDIA's driver 580 or newer for a GPU of 2018 or newer, or use `--device cpu`")
}

/// candle adds a backtrace to some errors; people need the first line.
fn first_line(e: &candle_core::Error) -> String {
    e.to_string().lines().next().unwrap_or_default().to_owned()
}

fn failed(e: candle_core::Error) -> Error {
    Error::internal("the GPU failed").source(e)
}

/// A step made ready for the GPU.
pub struct CudaOp {
    name: &'static str,
    kernel: CudaFunction,
    grid: [u32; 2],
    arguments: Vec<Argument>,
    constants: CudaSlice<f32>,
    /// Values of source and destination.
    lens: (usize, usize),
}

impl std::fmt::Debug for CudaOp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CudaOp").field("name", &self.name).field("grid", &self.grid).finish()
    }
}

impl CudaOp {
    /// Finds a step's kernel and uploads its weights.
    ///
    /// # Errors
    /// `Unsupported` where there is no kernel for the step; `Internal` where the GPU fails.
    pub fn new(step: &Step, device: &CudaDevice) -> Result<Self> {
        let Launch { kernel, grid, arguments, constants } = Launch::new(step)?;
        Ok(Self {
            name: step.layer.name(),
            kernel: device
                .get_or_load_custom_func(kernel, MODULE, PTX)
                .map_err(failed)?
                .into_cuda_function(),
            grid,
            arguments,
            constants: device.clone_htod(&constants).map_err(failed)?,
            lens: (step.source.map_or(0, |view| view.len), step.destination.len),
        })
    }

    fn run(
        &self,
        from: Option<(&CudaStorage, &Layout)>,
        (to, to_layout): (&mut CudaStorage, &Layout),
    ) -> candle_core::Result<()> {
        let stream = to.device.cuda_stream();
        let Some((to_start, to_end)) = to_layout.contiguous_offsets() else {
            bail!("a step needs contiguous tensors")
        };
        let mut to = to.as_cuda_slice_mut::<f32>()?.try_slice_mut(to_start..to_end);
        let from = match from {
            Some((storage, layout)) => match layout.contiguous_offsets() {
                Some((start, end)) => storage.as_cuda_slice::<f32>()?.try_slice(start..end),
                None => bail!("a step needs contiguous tensors"),
            },
            None => None,
        };
        let lens = (from.as_ref().map_or(0, |from| from.len()), to.as_ref().map_or(0, |to| to.len()));
        let (Some(to), true) = (&mut to, lens == self.lens) else {
            bail!("a step was given tensors of other sizes than planned")
        };
        let source = from.as_ref().map(|from| from.device_ptr(&stream));
        let constants = self.constants.device_ptr(&stream);
        let destination = to.device_ptr_mut(&stream);
        let source = source.as_ref().map_or(0, |(address, _)| *address);
        // Each in 8 bytes; the driver reads as many as the kernel's parameter has (little endian).
        let mut values = [0_u64; MAX_ARGUMENTS];
        for (value, argument) in values.iter_mut().zip(&self.arguments) {
            *value = match *argument {
                Argument::Source => source,
                Argument::Destination => destination.0,
                Argument::Constant(at) => constants.0 + (at * size_of::<f32>()) as u64,
                Argument::Int(int) => u64::from(int.cast_unsigned()),
                Argument::Float(float) => u64::from(float.to_bits()),
            };
        }
        let mut launch = stream.launch_builder(&self.kernel);
        for value in &values[..self.arguments.len()] {
            launch.arg(value);
        }
        let shape = LaunchConfig {
            grid_dim: (self.grid[0], self.grid[1], 1),
            block_dim: (BLOCK, 1, 1),
            shared_mem_bytes: 0,
        };
        // SAFETY: the arguments are those of the kernel (launch.rs, whose tests run the two together),
        // and source and destination have the lengths of the plan, which computed them from the very
        // layer that the kernel was chosen for; they outlive the launch, as all later work on them is
        // queued on the same stream.
        unsafe { launch.launch(shape) }
            .map(drop)
            .map_err(|e| candle_core::Error::Cuda(Box::new(e)))
    }
}

impl InplaceOp1 for CudaOp {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, _: &mut CpuStorage, _: &Layout) -> candle_core::Result<()> {
        bail!("a step made for the GPU was given to the CPU")
    }

    fn cuda_fwd(&self, storage: &mut CudaStorage, layout: &Layout) -> candle_core::Result<()> {
        self.run(None, (storage, layout))
    }
}

impl InplaceOp2 for CudaOp {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(
        &self,
        _: &mut CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> candle_core::Result<()> {
        bail!("a step made for the GPU was given to the CPU")
    }

    fn cuda_fwd(
        &self,
        to: &mut CudaStorage,
        to_layout: &Layout,
        from: &CudaStorage,
        from_layout: &Layout,
    ) -> candle_core::Result<()> {
        self.run(Some((from, from_layout)), (to, to_layout))
    }
}
