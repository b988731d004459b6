//! A loaded network: its buffers as candle tensors, its steps as candle operations. Knows nothing of
//! what the numbers mean.

#[cfg(feature = "cuda")]
use super::cuda::CudaOp;
use super::fuse::fuse;
use super::kernels::{Aligned, LINE, Simd, start};
use super::layer::Program;
use super::lower::lower;
use super::op::{CpuOp, Scratch};
use super::plan::{Plan, Step, View, plan};
use super::read::read;
use crate::base::{Error, Kind, Result};
#[cfg(feature = "cuda")]
use candle_core::CudaDevice;
use candle_core::{DType, Device, Storage, Tensor};
use std::sync::{Arc, Mutex, PoisonError};

/// Where and how a network runs.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The device that holds the tensors.
    pub device: Device,
    /// Which CPU kernels to use; without effect on other devices.
    pub simd: Simd,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self { device: Device::Cpu, simd: Simd::Auto }
    }
}

/// A network ready to run. All memory is allocated at load.
///
/// ```
/// use dixi::vision::nn::{HandModel, LoadOptions, Network};
/// let mut network = Network::load(HandModel::LandmarkLite.bytes(), &LoadOptions::default())?;
/// assert_eq!(network.input().dims(), [1, 224, 224, 3]);
/// network.run()?;
/// let mut presence = [0.0];
/// network.output(1, &mut presence)?;
/// assert!(presence[0] < 0.5, "a black picture shows no hand");
/// # Ok::<(), dixi::base::Error>(())
/// ```
#[derive(Debug)]
pub struct Network {
    input: Tensor,
    steps: Vec<Ready>,
    outputs: Vec<Tensor>,
    kernel: &'static str,
}

/// A step with its tensors' anchors. Without a source the destination is overwritten.
#[derive(Debug)]
struct Ready {
    op: Op,
    source: Option<Tensor>,
    destination: Tensor,
}

/// A step made ready for its device.
#[derive(Debug)]
enum Op {
    Cpu(CpuOp),
    #[cfg(feature = "cuda")]
    Cuda(CudaOp),
}

impl Network {
    /// Reads a .tflite model and makes everything ready to run it.
    ///
    /// # Errors
    /// `Invalid` if the file is broken or uses what is not supported, or this CPU lacks the kernels asked
    /// for; `Unsupported` if there are no kernels for the device; `Internal` if candle refuses.
    pub fn load(bytes: &[u8], options: &LoadOptions) -> Result<Self> {
        let program = lower(&read(bytes)?)?;
        match &options.device {
            Device::Cpu => Self::on_cpu(program, options.simd),
            #[cfg(feature = "cuda")]
            Device::Cuda(device) => Self::on_cuda(program, device),
            _ => Err(Error::new(Kind::Unsupported, "cannot run networks on this device")
                .why("this build has no kernels for it")
                .next("use `--device cpu`")),
        }
    }

    fn on_cpu(program: Program, simd: Simd) -> Result<Self> {
        let kernels = simd.kernels()?;
        let input_shape = program.input_shape;
        let plan = plan(fuse(program, true))?;
        let (input, buffers) = buffers(&plan, input_shape, &Device::Cpu)?;
        let scratch: Scratch = Arc::new(Mutex::new(Aligned::new(0)));
        let mut steps = Vec::with_capacity(plan.steps.len());
        let mut largest = 0;
        for step in plan.steps {
            let source = step.source.map(|view| anchor(&buffers, view)).transpose()?;
            let destination = anchor(&buffers, step.destination)?;
            let op = CpuOp::new(Step { ..step }, kernels, Arc::clone(&scratch));
            largest = largest.max(op.scratch());
            steps.push(Ready { op: Op::Cpu(op), source, destination });
        }
        *scratch.lock().unwrap_or_else(PoisonError::into_inner) = Aligned::new(largest);
        let outputs =
            plan.outputs.iter().map(|&view| tensor(&buffers, view)).collect::<Result<_>>()?;
        Ok(Self { input, steps, outputs, kernel: kernels.name })
    }

    #[cfg(feature = "cuda")]
    fn on_cuda(program: Program, device: &CudaDevice) -> Result<Self> {
        let input_shape = program.input_shape;
        let plan = plan(fuse(program, false))?;
        let (input, buffers) = buffers(&plan, input_shape, &Device::Cuda(device.clone()))?;
        let mut steps = Vec::with_capacity(plan.steps.len());
        for step in &plan.steps {
            let source = step.source.map(|view| tensor(&buffers, view)).transpose()?;
            let destination = tensor(&buffers, step.destination)?;
            steps.push(Ready { op: Op::Cuda(CudaOp::new(step, device)?), source, destination });
        }
        let outputs =
            plan.outputs.iter().map(|&view| tensor(&buffers, view)).collect::<Result<_>>()?;
        Ok(Self { input, steps, outputs, kernel: "CUDA" })
    }

    /// The input: `[1, height, width, 3]`, f32, RGB in 0..1, contiguous. Write it in place; no run changes it.
    pub fn input(&self) -> &Tensor {
        &self.input
    }

    /// Computes the outputs from what is in the input. Allocates nothing.
    ///
    /// # Errors
    /// `Internal` if candle or the device fails.
    pub fn run(&mut self) -> Result<()> {
        for step in &self.steps {
            let to = &step.destination;
            match (&step.op, &step.source) {
                (Op::Cpu(op), Some(from)) => to.inplace_op2(from, op),
                (Op::Cpu(op), None) => to.inplace_op1(op),
                #[cfg(feature = "cuda")]
                (Op::Cuda(op), Some(from)) => to.inplace_op2(from, op),
                #[cfg(feature = "cuda")]
                (Op::Cuda(op), None) => to.inplace_op1(op),
            }
            .map_err(failed)?;
        }
        Ok(())
    }

    /// How many outputs there are.
    pub fn outputs(&self) -> usize {
        self.outputs.len()
    }

    /// Values in output `i`; 0 if there is no such output.
    pub fn output_len(&self, i: usize) -> usize {
        self.outputs.get(i).map_or(0, Tensor::elem_count)
    }

    /// Copies output `i` of the last run into `into`. Allocates nothing on the CPU.
    ///
    /// # Errors
    /// `Internal` if there is no such output or `into` is not exactly as long, or the device fails.
    pub fn output(&self, i: usize, into: &mut [f32]) -> Result<()> {
        let tensor = self.outputs.get(i).filter(|tensor| tensor.elem_count() == into.len());
        let tensor = tensor.ok_or_else(|| {
            let (asked, has) = (into.len(), self.output_len(i));
            Error::internal("cannot read a network's output")
                .why(format!("output {i} has {has} values, not {asked}"))
        })?;
        let (storage, layout) = tensor.storage_and_layout();
        match (&*storage, layout.contiguous_offsets()) {
            (Storage::Cpu(storage), Some((start, end))) => {
                into.copy_from_slice(&storage.as_slice::<f32>().map_err(failed)?[start..end]);
            }
            _ => {
                drop(storage);
                into.copy_from_slice(&tensor.to_vec1::<f32>().map_err(failed)?);
            }
        }
        Ok(())
    }

    /// The kernels in use: "AVX-512", "AVX2", "NEON", "portable" or "CUDA".
    pub fn kernel(&self) -> &'static str {
        self.kernel
    }
}

/// A candle error as ours.
fn failed(e: candle_core::Error) -> Error {
    Error::internal("the vision network failed").source(e)
}

/// The plan's buffers; the first is the input, in the shape of a picture.
fn buffers(plan: &Plan, input_shape: [usize; 4], device: &Device) -> Result<(Tensor, Vec<Tensor>)> {
    let mut buffers = Vec::with_capacity(plan.buffers.len());
    let input = Tensor::zeros(&input_shape, DType::F32, device).map_err(failed)?;
    buffers.push(input.flatten_all().map_err(failed)?);
    for &len in &plan.buffers[1..] {
        buffers.push(aligned(len, device)?);
    }
    Ok((input, buffers))
}

/// A tensor of `len` zeros that, on the CPU, begins at a cache line: vectors across lines cost twice.
fn aligned(len: usize, device: &Device) -> Result<Tensor> {
    let whole = Tensor::zeros(len + LINE, DType::F32, device).map_err(failed)?;
    let skip = match &*whole.storage_and_layout().0 {
        Storage::Cpu(storage) => start(storage.as_slice::<f32>().map_err(failed)?.as_ptr()),
        _ => 0,
    };
    whole.narrow(0, skip, len).map_err(failed)
}

/// The first value of a buffer's part, which stands for the part: see [`CpuOp`].
fn anchor(buffers: &[Tensor], view: View) -> Result<Tensor> {
    buffers[view.buffer].narrow(0, view.offset, 1).map_err(failed)
}

/// A part of a buffer.
fn tensor(buffers: &[Tensor], view: View) -> Result<Tensor> {
    buffers[view.buffer].narrow(0, view.offset, view.len).map_err(failed)
}
