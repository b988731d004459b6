//! Checks that what gets embedded is there, says what to do if not, tells the API's description what
//! our names for plain types mean, and, for the `cuda` feature, compiles our kernels to PTX. Never touches the network.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The embedded models; `scripts/fetch-models` fetches them and checks their SHA-256.
const MODELS: [(&str, u64); 4] = [
    ("palm_detection_full.tflite", 2_339_846),
    ("palm_detection_lite.tflite", 1_985_440),
    ("hand_landmark_full.tflite", 5_478_917),
    ("hand_landmark_lite.tflite", 2_071_597),
];

/// Our CUDA kernels, one PTX module each.
const KERNELS: &str = "src/vision/nn/cuda/kernels.cu";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let ready = models() & ui();
    version();
    aliases();
    if ready && env::var_os("CARGO_FEATURE_CUDA").is_some() {
        cuda();
    }
}

/// Says so if a model is absent or is not the one we know.
fn models() -> bool {
    let mut ready = true;
    for (name, bytes) in MODELS {
        let path = Path::new("assets/models").join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        let found = fs::metadata(&path).map(|m| m.len()).ok();
        if found != Some(bytes) {
            let state = found.map_or("missing".into(), |n| format!("{n} bytes instead of {bytes}"));
            println!("cargo::error={} is {state}: run `make models`", path.display());
            ready = false;
        }
    }
    ready
}

/// The web UI is embedded from `assets/ui/dist`. Without it Dixi builds, and its page says so.
fn ui() -> bool {
    let dist = Path::new("assets/ui/dist");
    if !dist.join("index.html").exists() {
        println!("cargo::warning=the web UI is not built, so the binary has none: run `make ui`");
        if let Err(e) = fs::create_dir_all(dist) {
            println!("cargo::error=cannot create {}: {e}", dist.display());
            return false;
        }
    }
    println!("cargo::rerun-if-changed={}", dist.display());
    true
}

/// `DIXI_VERSION` for `--version` and the API: the package's, and the commit where the builder
/// names one in `DIXI_COMMIT`. Not read from git: every commit would then compile the crate anew.
fn version() {
    println!("cargo::rerun-if-env-changed=DIXI_COMMIT");
    let mut version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    if let Ok(commit) = env::var("DIXI_COMMIT") {
        version = format!("{version} ({commit})");
    }
    println!("cargo::rustc-env=DIXI_VERSION={version}");
}

/// Names for plain types, which a derive cannot look through. It takes single words only: `Triple` and
/// `Quadruple` are of `base::schema`.
fn aliases() {
    utoipa_config::Config::new()
        .alias_for("ObjectId", "u32")
        .alias_for("SceneId", "u32")
        .alias_for("Vec3", "Triple")
        .alias_for("Quat", "Quadruple")
        .write_to_file();
}

/// Compiles our kernels and points the linker at the archives that load CUDA lazily
/// (`scripts/build-cuda` sets all this up).
fn cuda() {
    for name in ["DIXI_NVCC", "DIXI_CUDA_STUBS"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    println!("cargo::rerun-if-changed=src/vision/nn/cuda");
    let (Some(nvcc), Some(out)) = (env::var_os("DIXI_NVCC"), env::var_os("OUT_DIR")) else {
        println!(
            "cargo::error=the `cuda` feature needs CUDA's compiler: run `make cuda`, which fetches it"
        );
        return;
    };
    if let Ok(stubs) = env::var("DIXI_CUDA_STUBS") {
        println!("cargo::rerun-if-changed={stubs}");
        println!("cargo::rustc-link-search=native={stubs}");
    }
    let ptx = PathBuf::from(out).join("kernels.ptx");
    // compute_75 is the oldest that nvcc 13 knows; the driver makes machine code of it for its GPU.
    // No fused multiply-add across statements that we did not write ourselves: the CPU and the GPU
    // are to agree.
    let status = Command::new(&nvcc)
        .args(["--ptx", "-arch=compute_75", "-O3", "-std=c++17", "-o"])
        .arg(&ptx)
        .arg(KERNELS)
        .status();
    match status {
        Ok(s) if s.success() => {}
        Ok(s) => println!("cargo::error=nvcc failed on {KERNELS} ({s})"),
        Err(e) => println!("cargo::error=cannot run {}: {e}", Path::new(&nvcc).display()),
    }
}
