//! The GPU itself: opening it, with words for what is missing, and running steps on it as candle
//! in-place operations. Decides nothing: [`super::launch`] says what to launch.

#![allow(unsafe_code)]

use super::super::plan::Step;
use super::launch::{Argument, BLOCK, CropArguments, Launch, MAX_ARGUMENTS};
use crate::base::{Error, Kind, Result};
use candle_core::cuda_backend::CudaDevice;
use candle_core::cuda_backend::cudarc::driver::{
    CudaFunction, CudaSlice, CudaStream, DevicePtr, DevicePtrMut, LaunchConfig, PushKernelArg,
};
use candle_core::{CpuStorage, CudaStorage, Device, InplaceOp1, InplaceOp2, Layout, Tensor, bail};
use std::sync::Arc;

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
    // The CUDA bindings panic where a driver is too old to have a function they know.
    std::panic::catch_unwind(first_device)
        .unwrap_or_else(|_| Err(missing("the driver does not fit this build")))
}

fn first_device() -> Result<Device> {
    // A stream of its own: candle's default is one for each thread, and a network is loaded on one
    // thread and runs on another.
    let device = Device::new_cuda_with_stream(0)
        .map_err(|e| missing(format!("the driver offers no GPU ({})", first_line(&e))))?;
    let cuda = device.as_cuda_device().map_err(failed)?;
    // SAFETY: all work of ours is on that one stream, so nothing needs events to wait for another.
    unsafe { cuda.disable_event_tracking() };
    cuda.get_or_load_custom_func("copy", MODULE, PTX)
        .map_err(|e| missing(format!("the driver cannot load the kernels ({})", first_line(&e))))?;
    Ok(device)
}

/// The GPU's name, for people.
pub fn describe(device: &Device) -> Option<String> {
    device.as_cuda_device().ok()?.cuda_stream().context().name().ok()
}

fn missing(why: impl Into<String>) -> Error {
    Error::new(Kind::Unavailable, "cannot use an NVIDIA GPU").why(why).next(
        "install NVIDIA's driver 580 or newer for a GPU of 2018 or newer, or use `--device cpu`",
    )
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
        let lens =
            (from.as_ref().map_or(0, |from| from.len()), to.as_ref().map_or(0, |to| to.len()));
        let (Some(to), true) = (&mut to, lens == self.lens) else {
            bail!("a step was given tensors of other sizes than planned")
        };
        let source = from.as_ref().map(|from| from.device_ptr(&stream));
        let constants = self.constants.device_ptr(&stream);
        let destination = to.device_ptr_mut(&stream);
        let source = source.as_ref().map_or(0, |(address, _)| *address);
        let launch = (&self.kernel, self.grid, self.arguments.as_slice());
        // SAFETY: the arguments are those of the kernel (launch.rs, whose tests run the two together),
        // and source and destination have the lengths of the plan, which computed them from the very
        // layer that the kernel was chosen for.
        unsafe { start(&stream, launch, [source, destination.0, constants.0]) }
    }
}

/// Queues a launch. `addresses` are those of source, destination and constants.
///
/// # Safety
/// The arguments must be the kernel's, and the addresses valid for what it reads and writes until all
/// that is queued on the stream is done.
unsafe fn start(
    stream: &Arc<CudaStream>,
    (kernel, grid, arguments): (&CudaFunction, [u32; 2], &[Argument]),
    addresses: [u64; 3],
) -> candle_core::Result<()> {
    let mut values = [0_u64; MAX_ARGUMENTS];
    for (value, argument) in values.iter_mut().zip(arguments) {
        *value = argument.bits(addresses);
    }
    let mut launch = stream.launch_builder(kernel);
    for value in &values[..arguments.len()] {
        launch.arg(value);
    }
    let shape = LaunchConfig {
        grid_dim: (grid[0], grid[1], 1),
        block_dim: (BLOCK, 1, 1),
        shared_mem_bytes: 0,
    };
    // SAFETY: the caller's contract.
    unsafe { launch.launch(shape) }.map(drop).map_err(|e| candle_core::Error::Cuda(Box::new(e)))
}

/// A picture in the GPU's memory, from which every network of a frame takes its crop. The memory is
/// kept for the next picture.
#[derive(Default)]
pub struct GpuPicture {
    bytes: Option<CudaSlice<u8>>,
    size: (u32, u32),
}

impl GpuPicture {
    /// Uploads a picture of `size`, three bytes a pixel.
    ///
    /// # Errors
    /// `Internal` if `rgb` is shorter than the size says, or the GPU fails.
    pub fn upload(&mut self, device: &CudaDevice, size: (u32, u32), rgb: &[u8]) -> Result<()> {
        let len = size.0 as usize * size.1 as usize * 3;
        let rgb =
            rgb.get(..len).ok_or_else(|| Error::internal("a picture is shorter than its size"))?;
        if self.bytes.as_ref().is_none_or(|bytes| bytes.len() < len) {
            self.bytes = Some(device.alloc_zeros::<u8>(len).map_err(failed)?);
        }
        if let Some(bytes) = &mut self.bytes {
            device.memcpy_htod(rgb, &mut bytes.slice_mut(..len)).map_err(failed)?;
        }
        self.size = size;
        Ok(())
    }

    /// Crops the picture into a network's input (1 x side x side x 3): `grid` and `replicate` as in
    /// [`CropArguments`].
    ///
    /// # Errors
    /// `Internal` if there is no picture, the input has another shape, or the GPU fails.
    pub fn crop(&self, input: &Tensor, grid: [[f64; 2]; 3], replicate: bool) -> Result<()> {
        let side = match *input.dims() {
            [1, h, w, 3] if h == w => w,
            _ => return Err(Error::internal("the crop needs a 1 x S x S x 3 input")),
        };
        let Some(bytes) = &self.bytes else {
            return Err(Error::internal("no picture was uploaded"));
        };
        let launch = Launch::crop(&CropArguments { side, size: self.size, replicate, grid })?;
        input.inplace_op1(&CropOp { bytes, launch }).map_err(failed)
    }
}

struct CropOp<'a> {
    bytes: &'a CudaSlice<u8>,
    launch: Launch,
}

impl InplaceOp1 for CropOp<'_> {
    fn name(&self) -> &'static str {
        "crop"
    }

    fn cpu_fwd(&self, _: &mut CpuStorage, _: &Layout) -> candle_core::Result<()> {
        bail!("a picture on the GPU was to be cropped on the CPU")
    }

    fn cuda_fwd(&self, storage: &mut CudaStorage, layout: &Layout) -> candle_core::Result<()> {
        let device = storage.device.clone();
        let stream = device.cuda_stream();
        let kernel = device.get_or_load_custom_func(self.launch.kernel, MODULE, PTX)?;
        let Some((from, to)) = layout.contiguous_offsets() else {
            bail!("the crop needs a contiguous input")
        };
        let Some(mut input) = storage.as_cuda_slice_mut::<f32>()?.try_slice_mut(from..to) else {
            bail!("the crop's input is shorter than its shape")
        };
        let picture = self.bytes.device_ptr(&stream);
        let input = input.device_ptr_mut(&stream);
        let launch = (&*kernel, self.launch.grid, self.launch.arguments.as_slice());
        // SAFETY: the arguments are those of the kernel (launch.rs); the picture holds as many bytes as
        // its size says (`upload`), the input as many values as its shape (`GpuPicture::crop`).
        unsafe { start(&stream, launch, [picture.0, input.0, 0]) }
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
