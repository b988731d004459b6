//! A model as we understand it: tensors, and operators with their options, every index checked.
//! Holds no arithmetic and no knowledge of the file format.

use arrayvec::ArrayVec;

/// The dimensions of a tensor, outermost first; at most four, as everything we run is NHWC or less.
pub type Shape = ArrayVec<usize, 4>;

/// What a tensor's elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    F32,
    F16,
    I32,
}

impl Dtype {
    /// Bytes of one element.
    pub fn size(self) -> usize {
        match self {
            Self::F32 | Self::I32 => 4,
            Self::F16 => 2,
        }
    }
}

/// One tensor. `data` is there for constants only, and is exactly as long as shape and type say.
#[derive(Debug)]
pub struct Tensor<'a> {
    pub shape: Shape,
    pub dtype: Dtype,
    pub data: Option<&'a [u8]>,
}

impl Tensor<'_> {
    /// How many elements it has; checked at reading not to exceed [`super::MAX_VALUES`].
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

/// TensorFlow's padding rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    Same,
    Valid,
}

/// The activation that TFLite folds into an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fused {
    None,
    Relu,
    Relu6,
}

/// A window that slides over height and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub stride_h: usize,
    pub stride_w: usize,
    pub padding: Padding,
}

/// An operator's kind with its options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Dequantize,
    Conv { window: Window, fused: Fused },
    Depthwise { window: Window, fused: Fused },
    MaxPool { window: Window, height: usize, width: usize, fused: Fused },
    Prelu,
    Add { fused: Fused },
    Pad,
    ResizeBilinear,
    Reshape,
    Concat { axis: i32, fused: Fused },
    Mean { keep_dims: bool },
    FullyConnected { fused: Fused },
    Logistic,
}

/// One operator: indices into the graph's tensors.
#[derive(Debug)]
pub struct Operator {
    pub kind: Kind,
    pub inputs: Vec<usize>,
    pub output: usize,
}

/// A whole model: operators in an order in which each finds its inputs ready.
#[derive(Debug)]
pub struct Graph<'a> {
    pub tensors: Vec<Tensor<'a>>,
    pub operators: Vec<Operator>,
    pub input: usize,
    pub outputs: Vec<usize>,
    /// Length of the file; constants may not grow beyond it.
    pub file_len: usize,
}
