//! From a step to a kernel launch: which kernel of `kernels.cu`, how many threads, which arguments,
//! and the weights in the order that it reads them. Pure, so that it is tested on any machine; knows
//! neither candle nor the driver.

use super::super::layer::{Act, Depthwise, Layer, Pointwise, Slide};
use super::super::plan::Step;
use crate::base::{Error, Kind, Result};

/// Threads of a block, for every kernel. The products rely on it (16 x 16).
pub const BLOCK: u32 = 256;
/// The most arguments a kernel has.
pub const MAX_ARGUMENTS: usize = 20;
/// From this many blocks on, the large tiles of a product keep a GPU busy.
const BUSY_BLOCKS: usize = 64;
/// Sides of a product's tiles.
const LARGE_TILE: usize = 64;
const SMALL_TILE: usize = 16;

/// One argument of a kernel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Argument {
    /// Address of the source's first value.
    Source,
    /// Address of the destination's first value.
    Destination,
    /// Address of this value of [`Launch::constants`].
    Constant(usize),
    /// A C `int`.
    Int(i32),
    /// A C `float`.
    Float(f32),
    /// A C `double`.
    Double(f64),
}

impl Argument {
    /// The argument's bits, for launches that take each as 8 bytes and read as many as it has (little
    /// endian). `addresses` are those of source, destination and constants.
    pub fn bits(self, addresses: [u64; 3]) -> u64 {
        match self {
            Self::Source => addresses[0],
            Self::Destination => addresses[1],
            Self::Constant(at) => addresses[2] + (at * size_of::<f32>()) as u64,
            Self::Int(int) => u64::from(int.cast_unsigned()),
            Self::Float(float) => u64::from(float.to_bits()),
            Self::Double(double) => double.to_bits(),
        }
    }
}

/// A crop of a picture of bytes, as the kernel `crop` takes it.
#[derive(Clone, Copy, Debug)]
pub struct CropArguments {
    /// Of the network's input, pixels.
    pub side: usize,
    /// Width and height of the picture, pixels.
    pub size: (u32, u32),
    /// Outside the picture is its edge, not black.
    pub replicate: bool,
    /// Where the first pixel lies in the picture, and how far it is to the next column and the next
    /// row: x and y of each, in 1/32 pixels.
    pub grid: [[f64; 2]; 3],
}

/// A kernel launch, but for the addresses.
#[derive(Debug)]
pub struct Launch {
    /// The kernel's name.
    pub kernel: &'static str,
    /// Blocks in x and y, of [`BLOCK`] threads.
    pub grid: [u32; 2],
    /// In the kernel's order; at most [`MAX_ARGUMENTS`].
    pub arguments: Vec<Argument>,
    /// Weights, biases and slopes; never empty.
    pub constants: Vec<f32>,
}

impl Launch {
    /// The launch that computes `step`.
    ///
    /// # Errors
    /// `Unsupported` for a step that no kernel computes: it was planned for another device.
    pub fn new(step: &Step) -> Result<Self> {
        let (len, adds) = (step.destination.len, step.adds);
        let builder = if step.source.is_some() {
            Builder::new().argument(Argument::Source).argument(Argument::Destination)
        } else {
            Builder::new().argument(Argument::Destination)
        };
        match (&step.layer, step.source.is_some(), adds) {
            (Layer::Pointwise { pixels, product }, true, _) => {
                let (kernel, grid) = tiles(["pointwise_64", "pointwise_16"], *pixels, product.n);
                builder.product(*pixels, product, adds).finish(kernel, grid)
            }
            (Layer::Conv { slide, product }, true, _) => {
                let pixels = slide.out_h * slide.out_w;
                let (kernel, grid) = tiles(["conv_64", "conv_16"], pixels, product.n);
                let builder = builder.product(pixels, product, adds);
                let builder =
                    builder.ints([slide.in_h, slide.in_w, slide.c, slide.out_w, slide.kw]);
                builder.steps(slide).finish(kernel, grid)
            }
            (Layer::Depthwise(Depthwise { slide, weights, bias, act }), true, false) => {
                let builder = builder.constants(weights).constants(bias);
                builder.ints([len]).clamp(act)?.window(slide).finish("depthwise", [len, 1])
            }
            (Layer::Pool { slide, out_c, act }, true, false) => {
                let builder = builder.slopes(act).ints([len, *out_c]).activation(act);
                builder.window(slide).finish("pool", [len, 1])
            }
            (Layer::Upsample { in_h, in_w, c, act }, true, _) => {
                let builder = builder.slopes(act).ints([len, *in_h, *in_w, *c]).activation(act);
                builder.ints([usize::from(adds)]).finish("upsample", [len, 1])
            }
            (Layer::Add { c, act }, true, true) => {
                builder.slopes(act).ints([len, *c]).activation(act).finish("add", [len, 1])
            }
            (Layer::Activate { c, act }, false, false) => {
                builder.slopes(act).ints([len, *c]).activation(act).finish("activation", [len, 1])
            }
            (Layer::Copy { rows, len, pitch, offset }, true, false) => {
                let total = rows * len;
                builder.ints([total, *len, *pitch, *offset]).finish("copy", [total, 1])
            }
            (Layer::Mean { pixels, c }, true, false) => {
                builder.ints([*pixels, *c]).finish("mean", [*c, 1])
            }
            (Layer::Sigmoid, false, false) => builder.ints([len]).finish("sigmoid", [len, 1]),
            (layer, ..) => Err(no_kernel(layer)),
        }
    }

    /// The launch that crops a picture (the source) into a network's input (the destination).
    ///
    /// # Errors
    /// `Internal` if a size is beyond what a kernel takes.
    pub fn crop(crop: &CropArguments) -> Result<Self> {
        let CropArguments { side, size: (width, height), replicate, grid } = *crop;
        let builder = Builder::new().argument(Argument::Source).argument(Argument::Destination);
        let size = [width as usize, height as usize, usize::from(replicate)];
        let builder = builder.ints([side]).ints(size);
        let positions = grid.into_iter().flatten().map(Argument::Double);
        positions.fold(builder, Builder::argument).finish("crop", [side * side, 1])
    }
}

fn no_kernel(layer: &Layer) -> Error {
    Error::new(Kind::Unsupported, "cannot run this network on the GPU")
        .why(format!("there is no CUDA kernel for this {}", layer.name()))
        .next("use `--device cpu`")
}

/// The kernel with the better tile size, and its tiles (as threads, see [`Builder::finish`]).
fn tiles([large, small]: [&'static str; 2], rows: usize, n: usize) -> (&'static str, [usize; 2]) {
    let count = |tile: usize| [rows.div_ceil(tile), n.div_ceil(tile)];
    let [x, y] = count(LARGE_TILE);
    let (kernel, [x, y]) =
        if x * y >= BUSY_BLOCKS { (large, [x, y]) } else { (small, count(SMALL_TILE)) };
    (kernel, [x * BLOCK as usize, y])
}

/// Collects arguments in the order in which they are given.
struct Builder {
    arguments: Vec<Argument>,
    constants: Vec<f32>,
    /// A size that does not fit into a C int was met.
    too_large: bool,
}

impl Builder {
    fn new() -> Self {
        // One value, so that the address of a constant that is never read is still a real one.
        Self {
            arguments: Vec::with_capacity(MAX_ARGUMENTS),
            constants: vec![0.0],
            too_large: false,
        }
    }

    fn argument(mut self, argument: Argument) -> Self {
        self.arguments.push(argument);
        self
    }

    fn constants(mut self, values: &[f32]) -> Self {
        let at = self.constants.len();
        self.constants.extend_from_slice(values);
        self.argument(Argument::Constant(at))
    }

    fn ints<const N: usize>(mut self, values: [usize; N]) -> Self {
        for value in values {
            let int = i32::try_from(value);
            self.too_large |= int.is_err();
            self.arguments.push(Argument::Int(int.unwrap_or(0)));
        }
        self
    }

    /// The slopes of a PReLU; otherwise an address that is not read.
    fn slopes(self, act: &Act) -> Self {
        match act {
            Act::Prelu(alpha) => self.constants(alpha),
            _ => self.argument(Argument::Constant(0)),
        }
    }

    /// `act` and `max`.
    fn activation(self, act: &Act) -> Self {
        let (code, max) = match act {
            Act::None => (0, 0.0),
            Act::Clamp(max) => (1, *max),
            Act::Prelu(_) => (2, 0.0),
        };
        self.argument(Argument::Int(code)).argument(Argument::Float(max))
    }

    /// The same for a kernel that takes no slopes.
    fn clamp(self, act: &Act) -> Result<Self> {
        match act {
            Act::Prelu(_) => Err(Error::internal("a depthwise step with a PReLU was planned")),
            _ => Ok(self.activation(act)),
        }
    }

    /// Weights, turned to `[k][n]` so that neighbouring threads read neighbouring values, and all
    /// that follows them up to `adds`.
    fn product(self, rows: usize, product: &Pointwise, adds: bool) -> Self {
        let Pointwise { k, n, weights, bias, act } = product;
        let turned: Vec<f32> = (0..k * n).map(|at| weights[at % n * k + at / n]).collect();
        let builder = self.constants(&turned).constants(bias).slopes(act);
        builder.ints([rows, *k, *n]).activation(act).ints([usize::from(adds)])
    }

    /// A window with its picture, from `in_h` on.
    fn window(self, slide: &Slide) -> Self {
        let Slide { in_h, in_w, c, out_w, kh, kw, .. } = *slide;
        self.ints([in_h, in_w, c, out_w, kh, kw]).steps(slide)
    }

    /// From `stride_h` on.
    fn steps(self, slide: &Slide) -> Self {
        self.ints([slide.stride_h, slide.stride_w, slide.pad_top, slide.pad_left])
    }

    /// `threads` in x and y; blocks are [`BLOCK`] wide and 1 high.
    fn finish(self, kernel: &'static str, threads: [usize; 2]) -> Result<Launch> {
        let grid = [threads[0].div_ceil(BLOCK as usize).max(1), threads[1].max(1)];
        let grid = grid.map(|blocks| u32::try_from(blocks).unwrap_or(0));
        let Self { arguments, constants, too_large } = self;
        // 65,535 is CUDA's limit in y.
        if too_large || grid[0] == 0 || grid[1] > 65_535 || arguments.len() > MAX_ARGUMENTS {
            return Err(Error::internal(format!("a step is too large for the kernel `{kernel}`")));
        }
        Ok(Launch { kernel, grid, arguments, constants })
    }
}
