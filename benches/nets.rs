//! How long one run of each hand network takes on one thread.
//!
//! `cargo bench --bench nets` measures with criterion. With `--peer` the program instead answers lines
//! `MODEL RUNS` on its input with one line of that many times in nanoseconds, so that
//! `scripts/bench_peers.py` can alternate with XNNPACK in one run. `DIXI_SIMD` chooses the kernels.

use criterion::Criterion;
use dixi::vision::nn::{HandModel, LoadOptions, Network, Simd};
use std::io::{BufRead as _, Write as _};
use std::time::{Duration, Instant};

fn load(model: HandModel) -> Network {
    let simd = match std::env::var("DIXI_SIMD").as_deref() {
        Ok("avx512") => Simd::Avx512,
        Ok("avx2") => Simd::Avx2,
        Ok("neon") => Simd::Neon,
        Ok("portable") => Simd::Portable,
        _ => Simd::Auto,
    };
    let network = Network::load(model.bytes(), &LoadOptions { simd, ..LoadOptions::default() })
        .expect("load");
    let noise =
        candle_core::Tensor::rand(0_f32, 1.0, network.input().shape(), &candle_core::Device::Cpu);
    network.input().slice_set(&noise.expect("noise"), 0, 0).expect("input");
    network
}

fn answer_peer() {
    let mut networks: Vec<_> =
        HandModel::ALL.into_iter().map(|model| (model.name(), load(model))).collect();
    println!("{}", networks[0].1.kernel());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let (name, runs) = line.split_once(' ').expect("MODEL RUNS");
        let (_, network) = networks.iter_mut().find(|(known, _)| *known == name).expect("a model");
        let times: Vec<String> = (0..runs.parse().expect("a number"))
            .map(|_| {
                let begin = Instant::now();
                network.run().expect("run");
                begin.elapsed().as_nanos().to_string()
            })
            .collect();
        println!("{}", times.join(" "));
        std::io::stdout().flush().expect("flush");
    }
}

fn main() {
    if std::env::args().any(|arg| arg == "--peer") {
        return answer_peer();
    }
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    for model in HandModel::ALL {
        let mut network = load(model);
        criterion
            .bench_function(model.name(), |bencher| bencher.iter(|| network.run().expect("run")));
    }
    criterion.final_summary();
}
