//! From the bytes of a .tflite file to a [`Graph`]. Every index, length and option is checked here;
//! what is not understood is refused by name. Allocates in proportion to the number of tensors and
//! operators, which is capped; constants stay in the file's bytes.

use super::graph::{Dtype, Fused, Graph, Kind, Operator, Padding, Shape, Tensor, Window};
use super::schema::tflite::{
    BuiltinOptionsRef as Options, ModelRef, OperatorCodeRef, OperatorRef, SubGraphRef, TensorRef,
};
use super::{MAX_ITEMS, MAX_VALUES, refuse};
use crate::base::{Error, Result};
use planus::ReadAsRoot as _;

/// The operators we run, by TFLite's builtin code.
const KNOWN: [(i32, &str); 13] = [
    (0, "ADD"),
    (2, "CONCATENATION"),
    (3, "CONV_2D"),
    (4, "DEPTHWISE_CONV_2D"),
    (6, "DEQUANTIZE"),
    (9, "FULLY_CONNECTED"),
    (14, "LOGISTIC"),
    (17, "MAX_POOL_2D"),
    (22, "RESHAPE"),
    (23, "RESIZE_BILINEAR"),
    (34, "PAD"),
    (40, "MEAN"),
    (54, "PRELU"),
];

/// Reads and checks a model.
///
/// # Errors
/// `Invalid`, saying what in the file is broken or not supported.
pub fn read(bytes: &[u8]) -> Result<Graph<'_>> {
    if bytes.get(4..8) != Some(b"TFL3") {
        return Err(refuse("it is not a TensorFlow Lite file (version 3)"));
    }
    let model = ModelRef::read_as_root(bytes).map_err(broken)?;
    let version = model.version().map_err(broken)?;
    if version != 3 {
        return Err(refuse(format!("its schema has version {version}, and only 3 is known")));
    }
    let graphs = model.subgraphs().map_err(broken)?.ok_or_else(|| missing("subgraphs"))?;
    if graphs.len() != 1 {
        return Err(refuse(format!("it has {} subgraphs, and only 1 is supported", graphs.len())));
    }
    let graph = graphs.get(0).ok_or_else(|| missing("subgraph"))?.map_err(broken)?;
    let tensors = tensors(&model, &graph)?;
    let operators = operators(&model, &graph, tensors.len())?;
    let inputs = indices(graph.inputs().map_err(broken)?, tensors.len(), "graph input")?;
    let outputs = indices(graph.outputs().map_err(broken)?, tensors.len(), "graph output")?;
    let [input] = inputs[..] else {
        return Err(refuse(format!("it has {} inputs, and only 1 is supported", inputs.len())));
    };
    if outputs.is_empty() {
        return Err(refuse("it has no outputs"));
    }
    let graph = Graph { tensors, operators, input, outputs, file_len: bytes.len() };
    check_order(&graph)?;
    Ok(graph)
}

fn broken(e: planus::Error) -> Error {
    refuse("the file is damaged").source(e).why(format!("the file is damaged ({e})"))
}

fn missing(what: &str) -> Error {
    refuse(format!("the file has no {what}"))
}

fn capped(count: usize, what: &str) -> Result<usize> {
    if count > MAX_ITEMS {
        return Err(refuse(format!("it has {count} {what}, more than the {MAX_ITEMS} allowed")));
    }
    Ok(count)
}

fn tensors<'a>(model: &ModelRef<'a>, graph: &SubGraphRef<'a>) -> Result<Vec<Tensor<'a>>> {
    let list = graph.tensors().map_err(broken)?.ok_or_else(|| missing("tensors"))?;
    let mut out = Vec::with_capacity(capped(list.len(), "tensors")?);
    for (i, tensor) in list.iter().enumerate() {
        out.push(one_tensor(model, &tensor.map_err(broken)?, i)?);
    }
    Ok(out)
}

fn one_tensor<'a>(model: &ModelRef<'a>, t: &TensorRef<'a>, i: usize) -> Result<Tensor<'a>> {
    let dtype = match t.type_().map_err(broken)? {
        0 => Dtype::F32,
        1 => Dtype::F16,
        2 => Dtype::I32,
        other => {
            return Err(refuse(format!(
                "tensor {i} has element type {other}, and only float32, float16 and int32 are supported"
            )));
        }
    };
    if t.is_variable().map_err(broken)? {
        return Err(refuse(format!("tensor {i} is a variable, which is not supported")));
    }
    if t.sparsity().map_err(broken)?.is_some() {
        return Err(refuse(format!("tensor {i} is sparse, which is not supported")));
    }
    let mut shape = Shape::new();
    let mut len = 1_usize;
    if let Some(dims) = t.shape().map_err(broken)? {
        for dim in dims.iter() {
            let size = usize::try_from(dim).ok().filter(|&d| d > 0);
            let size =
                size.ok_or_else(|| refuse(format!("tensor {i} has a dimension of {dim}")))?;
            len = len.checked_mul(size).filter(|&n| n <= MAX_VALUES).ok_or_else(|| {
                refuse(format!("tensor {i} has more than the {MAX_VALUES} values allowed"))
            })?;
            shape
                .try_push(size)
                .map_err(|_| refuse(format!("tensor {i} has more than 4 dimensions")))?;
        }
    }
    let data = constant(model, t.buffer().map_err(broken)?, i)?;
    if data.is_some_and(|d| d.len() != len * dtype.size()) {
        return Err(refuse(format!(
            "the constant of tensor {i} does not have the size that its shape asks for"
        )));
    }
    Ok(Tensor { shape, dtype, data })
}

/// The bytes of buffer `index`; none for the empty buffers of activations.
fn constant<'a>(model: &ModelRef<'a>, index: u32, tensor: usize) -> Result<Option<&'a [u8]>> {
    if index == 0 {
        return Ok(None);
    }
    let buffers = model.buffers().map_err(broken)?.ok_or_else(|| missing("buffers"))?;
    let buffer = usize::try_from(index).ok().and_then(|i| buffers.get(i));
    let buffer = buffer.ok_or_else(|| {
        refuse(format!("tensor {tensor} names buffer {index}, which is not there"))
    })?;
    let buffer = buffer.map_err(broken)?;
    if buffer.offset().map_err(broken)? > 1 || buffer.size().map_err(broken)? > 1 {
        return Err(refuse(format!(
            "buffer {index} lies outside the flatbuffer, which is not supported"
        )));
    }
    Ok(buffer.data().map_err(broken)?.filter(|data| !data.is_empty()))
}

fn indices(
    list: Option<planus::Vector<'_, i32>>,
    tensors: usize,
    what: &str,
) -> Result<Vec<usize>> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let mut out = Vec::with_capacity(capped(list.len(), "tensor indices")?);
    for index in list.iter() {
        let checked = usize::try_from(index).ok().filter(|&i| i < tensors);
        out.push(
            checked.ok_or_else(|| {
                refuse(format!("{what} names tensor {index}, which is not there"))
            })?,
        );
    }
    Ok(out)
}

fn operators(
    model: &ModelRef<'_>,
    graph: &SubGraphRef<'_>,
    tensors: usize,
) -> Result<Vec<Operator>> {
    let codes = model.operator_codes().map_err(broken)?.ok_or_else(|| missing("operator codes"))?;
    let list = graph.operators().map_err(broken)?.ok_or_else(|| missing("operators"))?;
    let mut out = Vec::with_capacity(capped(list.len(), "operators")?);
    for (i, op) in list.iter().enumerate() {
        let op = op.map_err(broken)?;
        let code =
            usize::try_from(op.opcode_index().map_err(broken)?).ok().and_then(|c| codes.get(c));
        let code = code.ok_or_else(|| {
            refuse(format!("operator {i} names an operator code that is not there"))
        })?;
        let name = name(&code.map_err(broken)?)?;
        let kind = kind(name, &op)?;
        let inputs = indices(op.inputs().map_err(broken)?, tensors, name)?;
        let outputs = indices(op.outputs().map_err(broken)?, tensors, name)?;
        let [output] = outputs[..] else {
            return Err(refuse(format!(
                "{name} (operator {i}) has {} outputs instead of 1",
                outputs.len()
            )));
        };
        out.push(Operator { kind, inputs, output });
    }
    Ok(out)
}

/// The operator's name, if it is one of those we run.
fn name(code: &OperatorCodeRef<'_>) -> Result<&'static str> {
    // Old writers fill only the first field, a byte; new ones both. TFLite takes the larger.
    let builtin = i32::from(code.deprecated_builtin_code().map_err(broken)?)
        .max(code.builtin_code().map_err(broken)?);
    if let Some((_, name)) = KNOWN.iter().find(|(known, _)| *known == builtin) {
        return Ok(name);
    }
    match code.custom_code().map_err(broken)? {
        Some(custom) => {
            let custom: String = custom.chars().take(40).collect();
            Err(refuse(format!("it uses the custom operator {custom:?}, which is not supported")))
        }
        None => Err(refuse(format!("it uses builtin operator {builtin}, which is not supported"))),
    }
}

fn kind(name: &'static str, op: &OperatorRef<'_>) -> Result<Kind> {
    let options = op.builtin_options().map_err(broken)?;
    Ok(match (name, options) {
        ("DEQUANTIZE", _) => Kind::Dequantize,
        ("PRELU", _) => Kind::Prelu,
        ("PAD", _) => Kind::Pad,
        ("RESHAPE", _) => Kind::Reshape,
        ("LOGISTIC", _) => Kind::Logistic,
        ("CONV_2D", Some(Options::Conv2DOptions(o))) => {
            undilated(name, o.dilation_h().map_err(broken)?, o.dilation_w().map_err(broken)?)?;
            let strides = (o.stride_h().map_err(broken)?, o.stride_w().map_err(broken)?);
            Kind::Conv {
                window: window(name, strides, o.padding().map_err(broken)?)?,
                fused: fused(name, o.activation().map_err(broken)?)?,
            }
        }
        ("DEPTHWISE_CONV_2D", Some(Options::DepthwiseConv2DOptions(o))) => {
            undilated(name, o.dilation_h().map_err(broken)?, o.dilation_w().map_err(broken)?)?;
            let strides = (o.stride_h().map_err(broken)?, o.stride_w().map_err(broken)?);
            Kind::Depthwise {
                window: window(name, strides, o.padding().map_err(broken)?)?,
                fused: fused(name, o.activation().map_err(broken)?)?,
            }
        }
        ("MAX_POOL_2D", Some(Options::Pool2DOptions(o))) => {
            let strides = (o.stride_h().map_err(broken)?, o.stride_w().map_err(broken)?);
            Kind::MaxPool {
                window: window(name, strides, o.padding().map_err(broken)?)?,
                height: size(name, "filter height", o.filter_h().map_err(broken)?)?,
                width: size(name, "filter width", o.filter_w().map_err(broken)?)?,
                fused: fused(name, o.activation().map_err(broken)?)?,
            }
        }
        ("ADD", Some(Options::AddOptions(o))) => {
            Kind::Add { fused: fused(name, o.activation().map_err(broken)?)? }
        }
        ("ADD", None) => Kind::Add { fused: Fused::None },
        ("RESIZE_BILINEAR", Some(Options::ResizeBilinearOptions(o))) => {
            if o.align_corners().map_err(broken)? || !o.half_pixel_centers().map_err(broken)? {
                return Err(refuse(
                    "RESIZE_BILINEAR is supported with half_pixel_centers and without align_corners only",
                ));
            }
            Kind::ResizeBilinear
        }
        ("CONCATENATION", Some(Options::ConcatenationOptions(o))) => Kind::Concat {
            axis: o.axis().map_err(broken)?,
            fused: fused(name, o.activation().map_err(broken)?)?,
        },
        ("MEAN", Some(Options::ReducerOptions(o))) => {
            Kind::Mean { keep_dims: o.keep_dims().map_err(broken)? }
        }
        ("MEAN", None) => Kind::Mean { keep_dims: false },
        ("FULLY_CONNECTED", Some(Options::FullyConnectedOptions(o))) => {
            if o.weights_format().map_err(broken)? != 0 {
                return Err(refuse("FULLY_CONNECTED with shuffled weights is not supported"));
            }
            Kind::FullyConnected { fused: fused(name, o.activation().map_err(broken)?)? }
        }
        _ => return Err(refuse(format!("{name} comes without its options"))),
    })
}

fn size(name: &str, what: &str, value: i32) -> Result<usize> {
    let ok = usize::try_from(value).ok().filter(|v| (1..=64).contains(v));
    ok.ok_or_else(|| refuse(format!("{name} has a {what} of {value}")))
}

fn window(name: &str, (stride_h, stride_w): (i32, i32), padding: i8) -> Result<Window> {
    let padding = match padding {
        0 => Padding::Same,
        1 => Padding::Valid,
        other => {
            return Err(refuse(format!(
                "{name} has padding {other}, and only SAME and VALID are known"
            )));
        }
    };
    Ok(Window {
        stride_h: size(name, "stride", stride_h)?,
        stride_w: size(name, "stride", stride_w)?,
        padding,
    })
}

fn undilated(name: &str, h: i32, w: i32) -> Result<()> {
    if (h, w) != (1, 1) {
        return Err(refuse(format!("{name} with a dilation of {h}x{w} is not supported")));
    }
    Ok(())
}

fn fused(name: &str, activation: i8) -> Result<Fused> {
    match activation {
        0 => Ok(Fused::None),
        1 => Ok(Fused::Relu),
        3 => Ok(Fused::Relu6),
        other => Err(refuse(format!("{name} with fused activation {other} is not supported"))),
    }
}

/// Each tensor is written once, before it is read: what a graph with a cycle cannot do.
fn check_order(graph: &Graph<'_>) -> Result<()> {
    let mut ready: Vec<bool> = graph.tensors.iter().map(|t| t.data.is_some()).collect();
    if std::mem::replace(&mut ready[graph.input], true) {
        return Err(refuse("its input is a constant"));
    }
    for (i, op) in graph.operators.iter().enumerate() {
        if let Some(input) = op.inputs.iter().find(|&&input| !ready[input]) {
            return Err(refuse(format!(
                "operator {i} reads tensor {input} before anything wrote it: a cycle, or operators out of order"
            )));
        }
        if std::mem::replace(&mut ready[op.output], true) {
            return Err(refuse(format!(
                "operator {i} writes tensor {}, which already has a value",
                op.output
            )));
        }
    }
    match graph.outputs.iter().find(|&&output| !ready[output]) {
        Some(output) => Err(refuse(format!("nothing writes its output, tensor {output}"))),
        None => Ok(()),
    }
}
