//! On a machine with an NVIDIA GPU: do the networks give there what they give on the CPU, and how
//! long do they take? `make test-cuda` builds and runs this; without a GPU it says so and passes.

use candle_core::{Device, Tensor};
use dixi::vision::nn::{HandModel, LoadOptions, Network, describe_gpu, open_gpu};
use std::time::{Duration, Instant};

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
    let values: Vec<f32> = values;
    let values = Tensor::from_vec(values, network.input().shape(), network.input().device()).unwrap();
    network.input().slice_set(&values, 0, 0).unwrap();
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
