//! Runs whole networks through the CUDA kernels without a GPU: `emulate.cpp` builds `kernels.cu` for
//! the CPU, [`super::launch`] makes the very launches that a GPU would get, and the results are
//! compared with the CPU kernels'. Finds wrong arithmetic, wrong argument lists, wrong sizes.

#![allow(unsafe_code)]

use super::super::fuse::fuse;
use super::super::lower::lower;
use super::super::plan::{Plan, View, plan};
use super::super::read::read;
use super::super::{HandModel, LoadOptions, Network};
use super::launch::{BLOCK, CropArguments, Launch, MAX_ARGUMENTS};
use crate::vision::hand::crop::{Border, Grid, warp};
use crate::vision::hand::roi::Roi;
use crate::vision::picture;
use candle_core::{Device, Tensor};
use std::ffi::{CString, c_char, c_int, c_uint, c_void};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

type Emulate =
    unsafe extern "C" fn(*const c_char, c_uint, c_uint, c_uint, *mut *mut c_void, c_int) -> c_int;

/// The kernels, built for the CPU.
struct Emulator(libloading::Library);

impl Emulator {
    /// Builds the kernels once. The emulated GPU runs one launch at a time, hence the lock.
    fn get() -> Option<&'static Mutex<Self>> {
        static BUILT: OnceLock<Option<Mutex<Emulator>>> = OnceLock::new();
        BUILT.get_or_init(|| Self::build().map(Mutex::new)).as_ref()
    }

    fn build() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("libemulate.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/vision/nn/cuda/emulate.cpp");
        let mut compiler = Command::new("c++");
        compiler.args([
            "-std=c++20",
            "-O2",
            "-fPIC",
            "-shared",
            "-Wall",
            "-Wno-unknown-pragmas",
            "-o",
        ]);
        match compiler.arg(&library).arg(&source).status() {
            Ok(status) => assert!(status.success(), "the kernels do not compile for the CPU"),
            Err(e) => {
                println!("SKIPPED: the CUDA kernels' arithmetic: cannot run a C++ compiler: {e}");
                return None;
            }
        }
        // SAFETY: our own library, without constructors that need anything.
        Some(Self(unsafe { libloading::Library::new(&library) }.unwrap()))
    }

    fn launch<S>(&self, launch: &Launch, source: *const S, destination: *mut f32) {
        let addresses = [source as u64, destination as u64, launch.constants.as_ptr() as u64];
        let mut values = [0_u64; MAX_ARGUMENTS];
        let mut pointers = [std::ptr::null_mut(); MAX_ARGUMENTS];
        for (i, argument) in launch.arguments.iter().enumerate() {
            values[i] = argument.bits(addresses);
            pointers[i] = std::ptr::from_mut(&mut values[i]).cast::<c_void>();
        }
        let kernel = CString::new(launch.kernel).unwrap();
        let [x, y] = launch.grid;
        let count = c_int::try_from(launch.arguments.len()).unwrap();
        // SAFETY: `emulate` has this type; it checks the kernel's name and the number of arguments, and
        // the kernels read and write what the plan says that source and destination hold.
        let result = unsafe {
            let emulate = self.0.get::<Emulate>(b"emulate").unwrap();
            emulate(kernel.as_ptr(), x, y, BLOCK, pointers.as_mut_ptr(), count)
        };
        assert_eq!(result, 0, "{}: see emulate.cpp for what this number means", launch.kernel);
    }

    /// Runs a plan on `input` and gives its outputs.
    fn run(&self, plan: &Plan, input: &[f32]) -> Vec<Vec<f32>> {
        let mut buffers: Vec<Vec<f32>> =
            plan.buffers.iter().map(|&len| vec![f32::NAN; len]).collect();
        buffers[0].copy_from_slice(input);
        for step in &plan.steps {
            let source =
                step.source.map_or(std::ptr::null::<f32>(), |view| slice(&buffers, view).as_ptr());
            let View { buffer, offset, len } = step.destination;
            let destination = buffers[buffer][offset..offset + len].as_mut_ptr();
            self.launch(&Launch::new(step).unwrap(), source, destination);
        }
        plan.outputs.iter().map(|&view| slice(&buffers, view).to_vec()).collect()
    }
}

fn slice(buffers: &[Vec<f32>], view: View) -> &[f32] {
    &buffers[view.buffer][view.offset..view.offset + view.len]
}

/// Values in 0..1 without any pattern.
fn noise(len: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32
    };
    (0..len).map(|_| next()).collect()
}

fn by_cpu(model: HandModel, input: &[f32]) -> Vec<Vec<f32>> {
    let mut network = Network::load(model.bytes(), &LoadOptions::default()).unwrap();
    let shape = network.input().shape().clone();
    let values = Tensor::from_vec(input.to_vec(), shape, &Device::Cpu).unwrap();
    network.input().slice_set(&values, 0, 0).unwrap();
    network.run().unwrap();
    let read = |i| {
        let mut out = vec![0.0; network.output_len(i)];
        network.output(i, &mut out).unwrap();
        out
    };
    (0..network.outputs()).map(read).collect()
}

#[test]
fn the_kernels_compute_every_model_as_the_cpu_does() {
    let Some(emulator) = Emulator::get() else { return };
    let emulator = emulator.lock().unwrap_or_else(PoisonError::into_inner);
    for model in HandModel::ALL {
        let program = lower(&read(model.bytes()).unwrap()).unwrap();
        let input = noise(program.input_shape.iter().product());
        let plan = plan(fuse(program, false)).unwrap();
        let expected = by_cpu(model, &input);
        let got = emulator.run(&plan, &input);
        assert_eq!(got.len(), expected.len());
        for (i, (got, expected)) in got.iter().zip(&expected).enumerate() {
            assert_eq!(got.len(), expected.len());
            for (at, (got, expected)) in got.iter().zip(expected).enumerate() {
                let limit = 1e-3 * expected.abs().max(1.0);
                // Written so that NaN, which every buffer begins with, fails.
                assert!(
                    (got - expected).abs() <= limit,
                    "{model:?} {i}[{at}]: {got}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn crops_are_the_cpus_to_the_bit() {
    let Some(emulator) = Emulator::get() else { return };
    let emulator = emulator.lock().unwrap_or_else(PoisonError::into_inner);
    let (width, height, side) = (97_u32, 61_u32, 48_usize);
    let rgb: Vec<u8> = noise(97 * 61 * 3).iter().map(|v| (v * 255.0) as u8).collect();
    let picture = picture::View::new(width, height, &rgb).unwrap();
    let region = |cx, cy, side, rot| Roi { cx, cy, side, rot };
    let regions = [
        Roi::whole(width, height),
        region(40.3, 22.7, 50.2, 0.4),
        region(80.1, 10.2, 70.9, -2.3),
        region(-9e4, 9e4, 5e5, 3.0),
    ];
    for (roi, border) in regions.iter().flat_map(|r| [(r, Border::Zero), (r, Border::Replicate)]) {
        let mut expected = vec![0.0; side * side * 3];
        warp(picture, roi, border, (side, &mut expected));
        let mut got = vec![f32::NAN; side * side * 3];
        let grid = Grid::new(roi, side).positions();
        let replicate = border == Border::Replicate;
        let arguments = CropArguments { side, size: (width, height), replicate, grid };
        emulator.launch(&Launch::crop(&arguments).unwrap(), rgb.as_ptr(), got.as_mut_ptr());
        assert!(got == expected, "{roi:?} {border:?}");
    }
}
