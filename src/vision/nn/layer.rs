//! What a network computes, layer by layer: sizes, strides, and weights in plain order. A device's
//! kernels are free to repack the weights. Holds no buffers and knows no device.

/// What happens to a value before it is stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Nothing.
    None,
    /// Limited to `0..=max`: ReLU (`max` infinite) and ReLU6.
    Clamp(f32),
    /// `max(x, 0) + alpha * min(x, 0)`, one alpha a channel. Alphas above 1 occur, so the short cut
    /// `max(x, alpha * x)` would be wrong.
    Prelu(Vec<f32>),
}

/// A matrix product over the channels of each pixel: 1x1 convolution and fully connected layer, and
/// the inner product of every dense convolution.
#[derive(Clone, Debug)]
pub struct Pointwise {
    /// Values going in, a pixel.
    pub k: usize,
    /// Values coming out, a pixel.
    pub n: usize,
    /// `[n][k]`.
    pub weights: Vec<f32>,
    /// `[n]`.
    pub bias: Vec<f32>,
    pub act: Act,
}

/// A window sliding over an NHWC picture (batch 1). What lies outside is zero, or, for pooling, not
/// there at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slide {
    pub in_h: usize,
    pub in_w: usize,
    /// Channels of the input.
    pub c: usize,
    pub out_h: usize,
    pub out_w: usize,
    /// Size of the window.
    pub kh: usize,
    pub kw: usize,
    pub stride_h: usize,
    pub stride_w: usize,
    /// Rows and columns before the picture; those after it follow from the sizes.
    pub pad_top: usize,
    pub pad_left: usize,
}

/// One filter a channel, square, of side 3 or 5, stride 1 or 2.
#[derive(Clone, Debug)]
pub struct Depthwise {
    pub slide: Slide,
    /// `[kh][kw][c]`.
    pub weights: Vec<f32>,
    /// `[c]`.
    pub bias: Vec<f32>,
    /// `None` or `Clamp`.
    pub act: Act,
}

/// What one step computes from its source (and, where it says so, from what is in the destination).
#[derive(Clone, Debug)]
pub enum Layer {
    /// Dense convolution: `weights` of the product are `[n][kh][kw][c]`. May add (see [`Node`]).
    Conv { slide: Slide, product: Pointwise },
    /// 1x1 convolution of `pixels` pixels. May add.
    Pointwise { pixels: usize, product: Pointwise },
    /// Depthwise convolution alone.
    Depthwise(Depthwise),
    /// `project(depthwise(expand(x)))` in one pass over the rows, nothing in between stored. May
    /// add. Only planned where the device wants it.
    Block { expand: Option<Pointwise>, depthwise: Depthwise, project: Pointwise },
    /// Maximum over the window; channels beyond the input's are zero (TFLite's PAD of channels).
    Pool { slide: Slide, out_c: usize, act: Act },
    /// Twice as high and wide, bilinear with half-pixel centres, then `act`. Adding happens after `act`:
    /// `residual + act(up(x))`.
    Upsample { in_h: usize, in_w: usize, c: usize, act: Act },
    /// Sum of source and residual, then `act`, over pixels of `c` channels.
    Add { c: usize, act: Act },
    /// `act` alone, over pixels of `c` channels.
    Activate { c: usize, act: Act },
    /// Copies rows of `len` values to places `pitch` apart, from `offset` on.
    Copy { rows: usize, len: usize, pitch: usize, offset: usize },
    /// Mean over all `pixels`.
    Mean { pixels: usize, c: usize },
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
}

/// A layer and the values it works on. Where `residual` is set the result is
/// `act(layer(source) + residual)` (but see [`Layer::Upsample`]).
#[derive(Clone, Debug)]
pub struct Node {
    pub layer: Layer,
    pub source: usize,
    pub residual: Option<usize>,
    pub output: usize,
}

/// A value that nodes pass on: its length, and, when it is merely part of another value, where.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    pub len: usize,
    /// The value this one lies in, and at which element it begins.
    pub within: Option<(usize, usize)>,
}

/// A network as nodes in running order, over values.
#[derive(Clone, Debug)]
pub struct Program {
    pub nodes: Vec<Node>,
    pub values: Vec<Value>,
    pub input: usize,
    /// `[1, h, w, c]`.
    pub input_shape: [usize; 4],
    pub outputs: Vec<usize>,
}

impl Program {
    /// The value in which `value` lies, at last, and where.
    pub fn home(&self, value: usize) -> (usize, usize) {
        let (mut home, mut offset) = (value, 0);
        while let Some((parent, at)) = self.values[home].within {
            home = parent;
            offset += at;
        }
        (home, offset)
    }
}
