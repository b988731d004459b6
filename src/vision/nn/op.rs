//! One step of a plan as a candle in-place operation: checks that the tensors are what the plan says,
//! then hands their memory to the device's kernels. Decides nothing.

#![allow(unsafe_code)]

use super::kernels::{
    Activation, AddRows, Aligned, Kernels, PackedBlock, PackedConv, PackedProduct, Product,
    Scatter, UpsampleRow, pool, product, run_block, run_conv, upsample,
};
use super::layer::{Act, Layer};
use super::plan::Step;
use candle_core::{CpuStorage, InplaceOp1, InplaceOp2, Layout, Result, bail};
use std::sync::{Arc, Mutex, PoisonError};

/// A step made ready for the CPU.
#[derive(Debug)]
pub struct CpuOp {
    /// The layer; its weights are gone where `packed` holds them.
    layer: Layer,
    packed: Packed,
    /// Values of source and destination.
    lens: (usize, usize),
    adds: bool,
    kernels: &'static Kernels,
    scratch: Scratch,
}

/// Memory that all steps of a network use in turn. The lock is never contended: a network runs one
/// step at a time.
pub type Scratch = Arc<Mutex<Aligned>>;

#[derive(Debug)]
enum Packed {
    None,
    Product(PackedProduct),
    Conv(PackedConv),
    Block(PackedBlock),
}

impl CpuOp {
    /// Packs a step's weights. `scratch` must be at least as large as [`CpuOp::scratch`] says for every step
    /// that shares it before any of them runs.
    pub fn new(step: Step, kernels: &'static Kernels, scratch: Scratch) -> Self {
        let lens = (step.source.map_or(0, |view| view.len), step.destination.len);
        let packed = match &step.layer {
            Layer::Conv { slide, product } => {
                Packed::Conv(PackedConv::new(*slide, product, kernels))
            }
            Layer::Pointwise { product, .. } => {
                Packed::Product(PackedProduct::new(product, kernels))
            }
            Layer::Depthwise(depthwise) => {
                Packed::Block(PackedBlock::new((None, depthwise, None), kernels))
            }
            Layer::Block { expand, depthwise, project } => Packed::Block(PackedBlock::new(
                (expand.as_ref(), depthwise, Some(project)),
                kernels,
            )),
            _ => Packed::None,
        };
        let mut layer = step.layer;
        layer.drop_weights();
        Self { layer, packed, lens, adds: step.adds, kernels, scratch }
    }

    /// Values of scratch memory that the step needs.
    pub fn scratch(&self) -> usize {
        match &self.packed {
            Packed::Conv(conv) => conv.scratch(),
            Packed::Block(block) => block.scratch(),
            Packed::None | Packed::Product(_) => 0,
        }
    }

    /// Runs the step; without a source the destination is the input too.
    fn run(&self, from: Option<&[f32]>, to: &mut [f32]) -> Result<()> {
        if from.map_or(0, <[f32]>::len) != self.lens.0 || to.len() != self.lens.1 {
            bail!("a step was given tensors of other sizes than planned");
        }
        let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let scratch = scratch.as_mut_slice();
        if scratch.len() < self.scratch() {
            bail!("a step was given less scratch memory than planned");
        }
        let to_len = to.len();
        let to = to.as_mut_ptr();
        let source = from.map_or(to.cast_const(), <[f32]>::as_ptr);
        let (kernels, adds) = (self.kernels, self.adds);
        // SAFETY: the lengths of source and destination are those of the plan, which computed them from
        // the very layer that is run here (checked above), so every address that the layer's geometry
        // gives lies in them. They do not overlap, or are the same memory where the plan says so, which it
        // does only for blocks of stride 1, sums and activations. The scratch memory is large enough
        // and not shared while the lock is held. Layers without a source never read `source`.
        unsafe {
            match (&self.layer, &self.packed) {
                (_, Packed::Conv(conv)) => run_conv(kernels, conv, (source, to), adds, scratch),
                (_, Packed::Block(block)) => run_block(kernels, block, (source, to), adds, scratch),
                (Layer::Pointwise { pixels, .. }, Packed::Product(weights)) => {
                    let to = Scatter { to, width: *pixels, row_pitch: 0, pitch: weights.n };
                    product(
                        kernels,
                        &Product { adds, ..Product::of(source, weights.k, *pixels, weights, to) },
                    );
                }
                (Layer::Pool { slide, out_c, act }, _) => {
                    pool(kernels, (*slide, *out_c), source, Activation::of(act), to);
                }
                (Layer::Upsample { in_h, in_w, c, act }, _) => {
                    let act = Activation::of(act);
                    let row = UpsampleRow {
                        near: source,
                        far: source,
                        in_w: *in_w,
                        c: *c,
                        act,
                        adds,
                        to,
                    };
                    upsample(kernels, *in_h, &row);
                }
                (Layer::Add { c, act } | Layer::Activate { c, act }, _) => {
                    let from = from.map(<[f32]>::as_ptr);
                    kernels.add(&AddRows {
                        from,
                        to,
                        pixels: to_len / c,
                        c: *c,
                        act: Activation::of(act),
                    });
                }
                (Layer::Mean { pixels, c }, _) => kernels.mean(source, (*pixels, *c), to),
                (Layer::Copy { rows, len, pitch, offset }, _) => {
                    for row in 0..*rows {
                        std::ptr::copy_nonoverlapping(
                            source.add(row * len),
                            to.add(offset + row * pitch),
                            *len,
                        );
                    }
                }
                (Layer::Sigmoid, _) => {
                    for value in std::slice::from_raw_parts_mut(to, to_len) {
                        *value = 1.0 / (1.0 + (-*value).exp());
                    }
                }
                _ => bail!("a step was not packed for what it computes"),
            }
        }
        Ok(())
    }
}

/// The `len` values of a buffer from where its anchor lies.
///
/// Tensors come as anchors: views of a buffer's first value alone. Before every in-place operation candle
/// lists the destination's axes longer than 1 in a fresh `Vec`; an anchor has none, so nothing is
/// allocated.
fn values<'t>(storage: &'t CpuStorage, anchor: &Layout, len: usize) -> Result<&'t [f32]> {
    let start = anchor.start_offset();
    match storage {
        CpuStorage::F32(all) => all.get(start..start + len).ok_or_else(too_short),
        _ => bail!("a step needs f32 tensors"),
    }
}

/// The same, to write.
fn values_mut<'t>(
    storage: &'t mut CpuStorage,
    anchor: &Layout,
    len: usize,
) -> Result<&'t mut [f32]> {
    let start = anchor.start_offset();
    match storage {
        CpuStorage::F32(all) => all.get_mut(start..start + len).ok_or_else(too_short),
        _ => bail!("a step needs f32 tensors"),
    }
}

fn too_short() -> candle_core::Error {
    candle_core::Error::Msg("a step was given a smaller buffer than planned".into())
}

impl InplaceOp1 for CpuOp {
    fn name(&self) -> &'static str {
        self.layer.name()
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        self.run(None, values_mut(storage, layout, self.lens.1)?)
    }
}

impl InplaceOp2 for CpuOp {
    fn name(&self) -> &'static str {
        self.layer.name()
    }

    fn cpu_fwd(
        &self,
        to: &mut CpuStorage,
        to_layout: &Layout,
        from: &CpuStorage,
        from_layout: &Layout,
    ) -> Result<()> {
        let from = values(from, from_layout, self.lens.0)?;
        self.run(Some(from), values_mut(to, to_layout, self.lens.1)?)
    }
}

impl Layer {
    /// What it is called in errors and traces.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Conv { .. } => "conv",
            Self::Pointwise { .. } => "pointwise",
            Self::Depthwise(_) => "depthwise",
            Self::Block { .. } => "block",
            Self::Pool { .. } => "pool",
            Self::Upsample { .. } => "upsample",
            Self::Add { .. } => "add",
            Self::Activate { .. } => "activate",
            Self::Copy { .. } => "copy",
            Self::Mean { .. } => "mean",
            Self::Sigmoid => "sigmoid",
        }
    }

    /// Frees the weights, once a device has its own copy of them.
    fn drop_weights(&mut self) {
        let drop = |product: &mut super::layer::Pointwise| {
            product.weights = Vec::new();
            product.act = Act::None;
        };
        match self {
            Self::Conv { product, .. } | Self::Pointwise { product, .. } => drop(product),
            Self::Depthwise(depthwise) => depthwise.weights = Vec::new(),
            Self::Block { expand, depthwise, project } => {
                expand.iter_mut().for_each(drop);
                drop(project);
                depthwise.weights = Vec::new();
            }
            _ => {}
        }
    }
}
