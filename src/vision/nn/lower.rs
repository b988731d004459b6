//! From a checked graph to a program: constants converted and given to the layers that use them,
//! shapes computed and compared with what the file claims, reshapes and concatenations turned into
//! views. Decides nothing about speed.

use super::graph::{Dtype, Fused, Graph, Kind, Operator, Padding, Window};
use super::layer::{Act, Depthwise, Layer, Node, Pointwise, Program, Slide, Value};
use super::refuse;
use crate::base::Result;
use half::f16;

/// Turns a graph into a program.
///
/// # Errors
/// `Invalid` where shapes contradict each other or an operator is used in a way we do not support.
pub fn lower(graph: &Graph<'_>) -> Result<Program> {
    let values = graph.tensors.iter().map(|t| Value { len: t.len(), within: None }).collect();
    let shape = &graph.tensors[graph.input].shape;
    let (Ok(input_shape), Dtype::F32) =
        (<[usize; 4]>::try_from(shape.as_slice()), graph.tensors[graph.input].dtype)
    else {
        return Err(refuse("its input is not a float32 picture in NHWC order"));
    };
    if input_shape[0] != 1 {
        return Err(refuse(format!(
            "its input is a batch of {}, and only 1 is supported",
            input_shape[0]
        )));
    }
    let program = Program {
        nodes: Vec::new(),
        values,
        input: graph.input,
        input_shape,
        outputs: graph.outputs.clone(),
    };
    let from_constant = vec![None; graph.tensors.len()];
    let mut lowering = Lowering { graph, from_constant, budget: graph.file_len, program };
    for (index, op) in graph.operators.iter().enumerate() {
        lowering.operator(op).map_err(|e| {
            let why = e.reason().unwrap_or_default();
            refuse(format!("operator {index}: {why}"))
        })?;
    }
    lowering.check_outputs()?;
    Ok(lowering.program)
}

struct Lowering<'g> {
    graph: &'g Graph<'g>,
    /// For tensors made by DEQUANTIZE from a constant: that constant.
    from_constant: Vec<Option<usize>>,
    /// Constant values that may still be converted. All of a model's constants together have fewer
    /// than one value a byte of file; a file that uses one constant very often would have more.
    budget: usize,
    program: Program,
}

impl<'g> Lowering<'g> {
    fn operator(&mut self, op: &'g Operator) -> Result<()> {
        let out = &self.graph.tensors[op.output];
        if out.dtype != Dtype::F32 {
            return Err(refuse("only operators with float32 results are supported"));
        }
        match op.kind {
            Kind::Dequantize => self.dequantize(op),
            Kind::Conv { window, fused } => self.conv(op, window, fused),
            Kind::Depthwise { window, fused } => self.depthwise(op, window, fused),
            Kind::MaxPool { window, height, width, fused } => {
                let slide = self.slide("MAX_POOL_2D", op, (height, width), window)?;
                self.expect(op, "MAX_POOL_2D", &[1, slide.out_h, slide.out_w, slide.c])?;
                self.node(op, Layer::Pool { slide, out_c: slide.c, act: act(fused) })
            }
            Kind::Prelu => {
                let [_, _, _, c] = self.picture("PRELU", op)?;
                let alpha = self.constant("PRELU", op, 1)?;
                if alpha.len() != c {
                    return Err(refuse(format!(
                        "PRELU has {} alphas for {c} channels",
                        alpha.len()
                    )));
                }
                self.same_shape(op, "PRELU")?;
                self.node(op, Layer::Activate { c, act: Act::Prelu(alpha) })
            }
            Kind::Add { fused } => self.add(op, fused),
            Kind::Pad => self.pad(op),
            Kind::ResizeBilinear => self.resize(op),
            Kind::Reshape => self.reshape(op),
            Kind::Concat { axis, fused } => self.concat(op, axis, fused),
            Kind::Mean { keep_dims } => self.mean(op, keep_dims),
            Kind::FullyConnected { fused } => self.fully_connected(op, fused),
            Kind::Logistic => {
                self.same_shape(op, "LOGISTIC")?;
                self.node(op, Layer::Sigmoid)
            }
        }
    }

    fn dequantize(&mut self, op: &Operator) -> Result<()> {
        let [input] = op.inputs[..] else { return Err(refuse("DEQUANTIZE takes 1 input")) };
        let tensor = &self.graph.tensors[input];
        if tensor.dtype != Dtype::F16 || tensor.data.is_none() {
            return Err(refuse("DEQUANTIZE is supported for float16 constants only"));
        }
        if tensor.shape != self.graph.tensors[op.output].shape {
            return Err(refuse("DEQUANTIZE changes the shape"));
        }
        self.from_constant[op.output] = Some(input);
        Ok(())
    }

    fn conv(&mut self, op: &Operator, window: Window, fused: Fused) -> Result<()> {
        let [n, kh, kw, c] = self.shape4("CONV_2D", op, 1)?;
        let slide = self.slide("CONV_2D", op, (kh, kw), window)?;
        if slide.c != c {
            return Err(refuse(format!(
                "CONV_2D has weights for {c} channels and an input of {}",
                slide.c
            )));
        }
        if kh.max(kw) > 7 {
            return Err(refuse(format!("CONV_2D {kh}x{kw} is not supported (at most 7x7)")));
        }
        self.expect(op, "CONV_2D", &[1, slide.out_h, slide.out_w, n])?;
        let product = self.product("CONV_2D", op, (kh * kw * c, n), fused)?;
        let plain = (kh, kw, window.stride_h, window.stride_w) == (1, 1, 1, 1);
        let pixels = slide.in_h * slide.in_w;
        self.node(
            op,
            if plain {
                Layer::Pointwise { pixels, product }
            } else {
                Layer::Conv { slide, product }
            },
        )
    }

    fn depthwise(&mut self, op: &Operator, window: Window, fused: Fused) -> Result<()> {
        let [one, kh, kw, c] = self.shape4("DEPTHWISE_CONV_2D", op, 1)?;
        let slide = self.slide("DEPTHWISE_CONV_2D", op, (kh, kw), window)?;
        if one != 1 || slide.c != c {
            return Err(refuse(
                "DEPTHWISE_CONV_2D is supported with one filter for each input channel only",
            ));
        }
        let square = kh == kw && window.stride_h == window.stride_w;
        if !square || !matches!(kh, 3 | 5) || !matches!(window.stride_h, 1 | 2) {
            let (h, w) = (window.stride_h, window.stride_w);
            return Err(refuse(format!(
                "DEPTHWISE_CONV_2D {kh}x{kw} with stride {h}x{w} is not supported (3x3 or 5x5, stride 1 or 2)"
            )));
        }
        self.expect(op, "DEPTHWISE_CONV_2D", &[1, slide.out_h, slide.out_w, c])?;
        let weights = self.constant("DEPTHWISE_CONV_2D", op, 1)?;
        let bias = self.constant("DEPTHWISE_CONV_2D", op, 2)?;
        if bias.len() != c {
            return Err(refuse(format!(
                "DEPTHWISE_CONV_2D has {} biases for {c} channels",
                bias.len()
            )));
        }
        self.node(op, Layer::Depthwise(Depthwise { slide, weights, bias, act: act(fused) }))
    }

    fn fully_connected(&mut self, op: &Operator, fused: Fused) -> Result<()> {
        let weights = &self.graph.tensors[self.input("FULLY_CONNECTED", op, 1)?].shape;
        let [n, k] = weights[..] else {
            return Err(refuse("FULLY_CONNECTED has weights that are no matrix"));
        };
        let len = self.graph.tensors[self.activation("FULLY_CONNECTED", op, 0)?].len();
        if !len.is_multiple_of(k) || self.graph.tensors[op.output].len() != len / k * n {
            return Err(refuse(
                "FULLY_CONNECTED has an input or output that does not fit its weights",
            ));
        }
        let product = self.product("FULLY_CONNECTED", op, (k, n), fused)?;
        self.node(op, Layer::Pointwise { pixels: len / k, product })
    }

    /// The matrix of a dense layer, from inputs 1 (weights) and 2 (bias).
    fn product(
        &mut self,
        name: &str,
        op: &Operator,
        (k, n): (usize, usize),
        fused: Fused,
    ) -> Result<Pointwise> {
        let weights = self.constant(name, op, 1)?;
        let bias = self.constant(name, op, 2)?;
        if weights.len() != k * n || bias.len() != n {
            return Err(refuse(format!("{name} has weights or biases of the wrong size")));
        }
        Ok(Pointwise { k, n, weights, bias, act: act(fused) })
    }

    fn add(&mut self, op: &Operator, fused: Fused) -> Result<()> {
        let (a, b) = (self.activation("ADD", op, 0)?, self.activation("ADD", op, 1)?);
        if self.graph.tensors[a].shape != self.graph.tensors[b].shape {
            return Err(refuse("ADD of tensors of different shapes is not supported"));
        }
        self.same_shape(op, "ADD")?;
        let c = self.graph.tensors[a].shape.last().copied().unwrap_or(1);
        let layer = Layer::Add { c, act: act(fused) };
        self.program.nodes.push(Node { layer, source: a, residual: Some(b), output: op.output });
        Ok(())
    }

    fn pad(&mut self, op: &Operator) -> Result<()> {
        let [_, h, w, c] = self.picture("PAD", op)?;
        let amounts = self.integers("PAD", op, 1)?;
        let [0, 0, 0, 0, 0, 0, 0, after] = amounts[..] else {
            return Err(refuse("PAD is supported for channels, after the existing ones, only"));
        };
        let out_c = usize::try_from(after).ok().and_then(|after| c.checked_add(after));
        let out_c = out_c.ok_or_else(|| refuse(format!("PAD by {after} channels")))?;
        self.expect(op, "PAD", &[1, h, w, out_c])?;
        let (kh, kw, stride_h, stride_w) = (1, 1, 1, 1);
        let slide = Slide {
            in_h: h,
            in_w: w,
            c,
            out_h: h,
            out_w: w,
            kh,
            kw,
            stride_h,
            stride_w,
            pad_top: 0,
            pad_left: 0,
        };
        self.node(op, Layer::Pool { slide, out_c, act: Act::None })
    }

    fn resize(&mut self, op: &Operator) -> Result<()> {
        let [_, in_h, in_w, c] = self.picture("RESIZE_BILINEAR", op)?;
        let size = self.integers("RESIZE_BILINEAR", op, 1)?;
        let twice = [2 * in_h, 2 * in_w].map(|d| i32::try_from(d).unwrap_or(0));
        if size[..] != twice {
            return Err(refuse("RESIZE_BILINEAR is supported for doubling height and width only"));
        }
        self.expect(op, "RESIZE_BILINEAR", &[1, 2 * in_h, 2 * in_w, c])?;
        self.node(op, Layer::Upsample { in_h, in_w, c, act: Act::None })
    }

    fn reshape(&mut self, op: &Operator) -> Result<()> {
        let input = self.activation("RESHAPE", op, 0)?;
        if self.graph.tensors[input].len() != self.graph.tensors[op.output].len() {
            return Err(refuse("RESHAPE changes the number of values"));
        }
        self.program.values[op.output].within = Some((input, 0));
        Ok(())
    }

    fn concat(&mut self, op: &Operator, axis: i32, fused: Fused) -> Result<()> {
        let shape = &self.graph.tensors[op.output].shape;
        let rank = i32::try_from(shape.len()).unwrap_or(0);
        let index = usize::try_from(if axis < 0 { axis.saturating_add(rank) } else { axis }).ok();
        let index = index.filter(|&i| i < shape.len());
        let index =
            index.ok_or_else(|| refuse(format!("CONCATENATION along axis {axis} of {rank}")))?;
        if fused != Fused::None {
            return Err(refuse("CONCATENATION with an activation is not supported"));
        }
        let rows: usize = shape[..index].iter().product();
        let inner: usize = shape[index + 1..].iter().product();
        let pitch = shape[index] * inner;
        let mut offset = 0;
        for i in 0..op.inputs.len() {
            let input = self.activation("CONCATENATION", op, i)?;
            let part = &self.graph.tensors[input].shape;
            let fits = part.len() == shape.len()
                && (0..shape.len()).all(|d| d == index || part[d] == shape[d]);
            if !fits {
                return Err(refuse("CONCATENATION of shapes that do not fit together"));
            }
            let len = part[index] * inner;
            let layer = Layer::Copy { rows, len, pitch, offset };
            self.program.nodes.push(Node {
                layer,
                source: input,
                residual: None,
                output: op.output,
            });
            offset += len;
        }
        if offset != pitch {
            return Err(refuse("CONCATENATION whose parts do not add up to its result"));
        }
        Ok(())
    }

    fn mean(&mut self, op: &Operator, keep_dims: bool) -> Result<()> {
        let [_, h, w, c] = self.picture("MEAN", op)?;
        let mut axes = self.integers("MEAN", op, 1)?;
        axes.sort_unstable();
        if axes[..] != [1, 2] {
            return Err(refuse(format!(
                "MEAN over axes {axes:?} is not supported (height and width only)"
            )));
        }
        let (kept, dropped) = ([1, 1, 1, c], [1, c]);
        self.expect(op, "MEAN", if keep_dims { &kept } else { &dropped })?;
        self.node(op, Layer::Mean { pixels: h * w, c })
    }

    /// Adds a node from the operator's first input to its output.
    fn node(&mut self, op: &Operator, layer: Layer) -> Result<()> {
        let source = self.activation("operator", op, 0)?;
        self.program.nodes.push(Node { layer, source, residual: None, output: op.output });
        Ok(())
    }

    fn input(&self, name: &str, op: &Operator, at: usize) -> Result<usize> {
        op.inputs.get(at).copied().ok_or_else(|| refuse(format!("{name} has no input {at}")))
    }

    /// Input `at`, which must be computed, not constant.
    fn activation(&self, name: &str, op: &Operator, at: usize) -> Result<usize> {
        let input = self.input(name, op, at)?;
        let tensor = &self.graph.tensors[input];
        if tensor.data.is_some()
            || self.from_constant[input].is_some()
            || tensor.dtype != Dtype::F32
        {
            return Err(refuse(format!("{name} of a constant is not supported")));
        }
        Ok(input)
    }

    fn shape4(&self, name: &str, op: &Operator, at: usize) -> Result<[usize; 4]> {
        let shape = &self.graph.tensors[self.input(name, op, at)?].shape;
        <[usize; 4]>::try_from(shape.as_slice())
            .map_err(|_| refuse(format!("{name} of a tensor that has not 4 dimensions")))
    }

    /// The shape of the first input, a batch of one picture.
    fn picture(&self, name: &str, op: &Operator) -> Result<[usize; 4]> {
        let shape = self.shape4(name, op, 0)?;
        if shape[0] != 1 {
            return Err(refuse(format!("{name} of a batch of {} is not supported", shape[0])));
        }
        Ok(shape)
    }

    /// Checks what the file says of the result's shape.
    fn expect(&self, op: &Operator, name: &str, shape: &[usize]) -> Result<()> {
        let said = &self.graph.tensors[op.output].shape;
        if said[..] != *shape {
            return Err(refuse(format!(
                "{name} gives {shape:?}, but the file says {:?}",
                &said[..]
            )));
        }
        Ok(())
    }

    fn same_shape(&self, op: &Operator, name: &str) -> Result<()> {
        let shape = self.graph.tensors[self.input(name, op, 0)?].shape.clone();
        self.expect(op, name, &shape)
    }

    fn slide(
        &self,
        name: &str,
        op: &Operator,
        (kh, kw): (usize, usize),
        window: Window,
    ) -> Result<Slide> {
        let [_, in_h, in_w, c] = self.picture(name, op)?;
        let (stride_h, stride_w) = (window.stride_h, window.stride_w);
        let (out_h, pad_top) = extent(name, (in_h, kh, stride_h), window.padding)?;
        let (out_w, pad_left) = extent(name, (in_w, kw, stride_w), window.padding)?;
        Ok(Slide { in_h, in_w, c, out_h, out_w, kh, kw, stride_h, stride_w, pad_top, pad_left })
    }

    /// A float constant: given as such, or as float16 behind a DEQUANTIZE.
    fn constant(&mut self, name: &str, op: &Operator, at: usize) -> Result<Vec<f32>> {
        let input = self.input(name, op, at)?;
        let tensor = &self.graph.tensors[self.from_constant[input].unwrap_or(input)];
        let Some(data) = tensor.data else {
            return Err(refuse(format!(
                "{name} whose input {at} is not a constant is not supported"
            )));
        };
        self.budget = self.budget.checked_sub(tensor.len()).ok_or_else(|| {
            refuse("its constants, each counted as often as it is used, exceed the file's size")
        })?;
        let values: Vec<f32> = match tensor.dtype {
            Dtype::F32 => {
                data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
            }
            Dtype::F16 => {
                data.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect()
            }
            Dtype::I32 => return Err(refuse(format!("{name} has integers where it needs floats"))),
        };
        if values.iter().any(|v| !v.is_finite()) {
            return Err(refuse(format!("{name} has a constant that is infinite or not a number")));
        }
        Ok(values)
    }

    fn integers(&self, name: &str, op: &Operator, at: usize) -> Result<Vec<i32>> {
        let tensor = &self.graph.tensors[self.input(name, op, at)?];
        match (tensor.data, tensor.dtype) {
            (Some(data), Dtype::I32) if data.len() <= 64 => Ok(data
                .chunks_exact(4)
                .map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect()),
            _ => Err(refuse(format!(
                "{name} whose input {at} is not a short constant of int32 is not supported"
            ))),
        }
    }

    fn check_outputs(&self) -> Result<()> {
        for &output in &self.program.outputs {
            let (home, _) = self.program.home(output);
            if !self.program.nodes.iter().any(|node| node.output == home) {
                return Err(refuse(format!(
                    "its output, tensor {output}, does not depend on its input"
                )));
            }
        }
        Ok(())
    }
}

/// Size of the result along one axis, and the padding before it.
fn extent(
    name: &str,
    (input, kernel, stride): (usize, usize, usize),
    padding: Padding,
) -> Result<(usize, usize)> {
    match padding {
        Padding::Same => {
            let out = input.div_ceil(stride);
            // TensorFlow puts the smaller half before.
            Ok((out, ((out - 1) * stride + kernel).saturating_sub(input) / 2))
        }
        Padding::Valid if kernel <= input => Ok(((input - kernel) / stride + 1, 0)),
        Padding::Valid => Err(refuse(format!("{name} has a window larger than its input"))),
    }
}

fn act(fused: Fused) -> Act {
    match fused {
        Fused::None => Act::None,
        Fused::Relu => Act::Clamp(f32::INFINITY),
        Fused::Relu6 => Act::Clamp(6.0),
    }
}
