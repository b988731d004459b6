//! On a machine with an NVIDIA GPU: do the networks give there what they give on the CPU, and how
//! long do they take? `make test-cuda` builds and runs this; without a GPU it says so and passes.

use candle_core::{CpuStorage, CudaStorage, Device, InplaceOp1, Layout};
use dixi::base::Stamp;
use dixi::camera::demo::{Performance, Renderer};
use dixi::vision::hand::{HandLandmarker, HandOptions, Mode, Model};
use dixi::vision::nn::{HandModel, LoadOptions, Network, describe_gpu, open_gpu};
use dixi::vision::picture::{Decoder, View};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Width and height in pixels, and RGB.
type Picture = (u32, u32, Vec<u8>);

/// The GPU, or why there is none, said once a test.
fn gpu(what: &str) -> Option<Device> {
    match open_gpu() {
        Ok(device) => {
            println!("GPU: {}", describe_gpu(&device).unwrap_or_default());
            Some(device)
        }
        Err(e) => {
            println!("SKIPPED: no GPU here ({e}): {what}");
            None
        }
    }
}

fn load(model: HandModel, device: &Device) -> Network {
    let options = LoadOptions { device: device.clone(), ..LoadOptions::default() };
    Network::load(model.bytes(), &options).unwrap()
}

fn set_input(network: &Network, value: impl Fn(usize, usize, usize) -> f32) {
    let (_, h, w, c) = network.input().dims4().unwrap();
    let values = (0..h * w * c).map(|at| value(at / c / w, at / c % w, at % c)).collect();
    network.input().inplace_op1(&Fill(values)).unwrap();
}

/// Overwrites a tensor. (candle's own ways to do so need kernels of candle's on the GPU.)
struct Fill(Vec<f32>);

impl InplaceOp1 for Fill {
    fn name(&self) -> &'static str {
        "fill"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, _: &Layout) -> candle_core::Result<()> {
        if let CpuStorage::F32(values) = storage {
            values[..self.0.len()].copy_from_slice(&self.0);
        }
        Ok(())
    }

    fn cuda_fwd(&self, storage: &mut CudaStorage, _: &Layout) -> candle_core::Result<()> {
        let device = storage.device.clone();
        device.memcpy_htod(&self.0, storage.as_cuda_slice_mut::<f32>()?)
    }
}

fn outputs(network: &mut Network) -> Vec<Vec<f32>> {
    network.run().unwrap();
    let read = |i| {
        let mut out = vec![0.0; network.output_len(i)];
        network.output(i, &mut out).unwrap();
        out
    };
    (0..network.outputs()).map(read).collect()
}

/// The pattern for which XNNPACK's results are known.
fn pattern(y: usize, x: usize, c: usize) -> f32 {
    ((7 * y + 3 * x + 11 * c) % 17) as f32 / 16.0
}

fn noise(y: usize, x: usize, c: usize) -> f32 {
    let bits = (y * 224 * 3 + x * 3 + c) as u64;
    let mixed = (bits + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 40) as f32 / (1 << 24) as f32
}

#[test]
fn every_model_gives_the_cpus_numbers() {
    let Some(device) = gpu("the networks' numbers") else { return };
    for model in HandModel::ALL {
        let (mut on_gpu, mut on_cpu) = (load(model, &device), load(model, &Device::Cpu));
        assert_eq!(on_gpu.kernel(), "CUDA");
        let mut worst = 0.0_f32;
        for input in [pattern, noise] {
            set_input(&on_gpu, input);
            set_input(&on_cpu, input);
            let (got, expected) = (outputs(&mut on_gpu), outputs(&mut on_cpu));
            for (got, expected) in got.iter().flatten().zip(expected.iter().flatten()) {
                let off = (got - expected).abs() / expected.abs().max(1.0);
                assert!(off <= 1e-3, "{model:?}: {got} on the GPU, {expected} on the CPU");
                worst = worst.max(off);
            }
        }
        println!("{model:?}: at most {worst:.1e} (relative) from the CPU's numbers");
    }
}

/// Median and 95th percentile of `runs` runs.
fn time(network: &mut Network, runs: usize) -> (Duration, Duration) {
    let mut presence = vec![0.0; network.output_len(1)];
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            network.run().unwrap();
            // Reading waits for the GPU.
            network.output(1, &mut presence).unwrap();
            start.elapsed()
        })
        .collect();
    times.sort();
    (times[runs / 2], times[runs * 95 / 100])
}

#[test]
fn times() {
    let Some(device) = gpu("the networks' times") else { return };
    println!("{:<14} {:>22} {:>22}", "", "GPU median (p95), ms", "CPU median (p95), ms");
    for model in HandModel::ALL {
        let mut line = format!("{:<14}", format!("{model:?}"));
        for (device, runs) in [(&device, 300), (&Device::Cpu, 50)] {
            let mut network = load(model, device);
            set_input(&network, noise);
            time(&mut network, 10);
            let (median, p95) = time(&mut network, runs);
            let ms = |t: Duration| t.as_secs_f64() * 1e3;
            line += &format!(" {:>12.3} ({:>7.3})", ms(median), ms(p95));
        }
        println!("{line}");
    }
}

/// Moments of the demo, evenly over its loop.
fn demo(count: u32) -> Vec<Picture> {
    let performance = Performance::demo();
    let mut renderer = Renderer::new(480);
    let moment = |i| {
        let mut rgb = Vec::new();
        renderer.render(&performance.at(performance.length() * i / count), &mut rgb);
        (renderer.width(), renderer.height(), rgb)
    };
    (0..count).map(moment).collect()
}

/// The shared pictures of hands: in `DIXI_SHARED`, or `../shared`.
fn photographs() -> Vec<Picture> {
    let shared = std::env::var_os("DIXI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let images = shared.join("data/hands/images");
    let Ok(entries) = std::fs::read_dir(&images) else {
        println!("SKIPPED: no shared pictures at {}", images.display());
        return Vec::new();
    };
    let mut decoder = Decoder::files().unwrap();
    let mut pictures = Vec::new();
    for entry in entries.flatten() {
        let bytes = std::fs::read(entry.path()).unwrap_or_default();
        if let Ok(picture) = decoder.file(&bytes) {
            pictures.push((picture.width(), picture.height(), picture.rgb().to_vec()));
        }
    }
    pictures
}

fn landmarker(model: Model, mode: Mode, device: &Device) -> HandLandmarker {
    let options = HandOptions { model, mode, device: device.clone(), ..HandOptions::default() };
    HandLandmarker::new(&options).unwrap()
}

#[test]
fn hands_are_found_where_the_cpu_finds_them() {
    let Some(device) = gpu("the whole pipeline") else { return };
    // Against the stand-in for a driver (`make test-cuda-host`) a picture takes seconds.
    let emulated = describe_gpu(&device).is_some_and(|name| name.contains("emulated"));
    let mut pictures = demo(if emulated { 6 } else { 40 });
    if !emulated {
        pictures.extend(photographs());
    }
    for model in [Model::Full, Model::Lite] {
        let mut on_gpu = landmarker(model, Mode::Image, &device);
        let mut on_cpu = landmarker(model, Mode::Image, &Device::Cpu);
        let (mut hands, mut worst) = (0, 0.0_f32);
        for (i, (width, height, rgb)) in pictures.iter().enumerate() {
            let picture = View::new(*width, *height, rgb).unwrap();
            let got = on_gpu.detect(picture, Stamp::default()).unwrap().hands;
            let expected = on_cpu.detect(picture, Stamp::default()).unwrap().hands;
            assert_eq!(got.len(), expected.len(), "{model:?}, picture {i}: hands");
            for (got, expected) in got.iter().zip(&expected) {
                assert_eq!(got.handedness, expected.handedness, "{model:?}, picture {i}");
                for (a, b) in got.landmarks.iter().zip(&expected.landmarks) {
                    let (x, y) = ((a[0] - b[0]) * *width as f32, (a[1] - b[1]) * *height as f32);
                    worst = worst.max(x.hypot(y));
                }
                hands += 1;
            }
        }
        println!(
            "{model:?}: {hands} hands in {} pictures, at most {worst:.4} px apart",
            pictures.len()
        );
        assert!(hands * 2 > pictures.len(), "nearly every picture shows a hand");
        assert!(worst <= 0.5);
    }
}

#[test]
fn times_of_the_pipeline() {
    let Some(device) = gpu("the pipeline's times") else { return };
    let pictures = demo(200);
    for model in [Model::Full, Model::Lite] {
        for device in [&device, &Device::Cpu] {
            let mut landmarker = landmarker(model, Mode::Video, device);
            let mut times = Vec::new();
            for (i, (width, height, rgb)) in pictures.iter().enumerate() {
                let picture = View::new(*width, *height, rgb).unwrap();
                let start = Instant::now();
                landmarker.detect(picture, Stamp::from_ms(i as u64 * 33)).unwrap();
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
            times.sort_by(f64::total_cmp);
            let (median, p95) = (times[times.len() / 2], times[times.len() * 95 / 100]);
            let name = if device.is_cuda() { "GPU" } else { "CPU" };
            println!("{model:?} pipeline, {name}: median {median:.2} ms, p95 {p95:.2} ms a frame");
        }
    }
}
