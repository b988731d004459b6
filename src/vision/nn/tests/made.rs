//! Makes small .tflite files.

use super::super::schema::tflite::{
    AddOptions, Buffer, BuiltinOptions, ConcatenationOptions, Conv2DOptions,
    DepthwiseConv2DOptions, FullyConnectedOptions, Model, Operator, OperatorCode, Pool2DOptions,
    ReducerOptions, ResizeBilinearOptions, SubGraph, Tensor,
};
use half::f16;

/// TFLite's number for an element type.
pub const F32: i8 = 0;
pub const F16: i8 = 1;
pub const I32: i8 = 2;

/// A model being made. Tensor 0 is the input.
#[derive(Clone)]
pub struct Made {
    pub model: Model,
}

impl Made {
    /// A model with an input of this shape and nothing else.
    pub fn new(shape: &[usize]) -> Self {
        let graph = SubGraph {
            tensors: Some(vec![tensor(shape, F32, 0)]),
            inputs: Some(vec![0]),
            outputs: Some(Vec::new()),
            operators: Some(Vec::new()),
        };
        Self {
            model: Model {
                version: 3,
                operator_codes: Some(Vec::new()),
                subgraphs: Some(vec![graph]),
                description: None,
                buffers: Some(vec![Buffer { data: None, offset: 0, size: 0 }]),
            },
        }
    }

    pub fn graph(&mut self) -> &mut SubGraph {
        &mut self.model.subgraphs.as_mut().unwrap()[0]
    }

    pub fn tensors(&mut self) -> &mut Vec<Tensor> {
        self.graph().tensors.as_mut().unwrap()
    }

    pub fn operators(&mut self) -> &mut Vec<Operator> {
        self.graph().operators.as_mut().unwrap()
    }

    fn push(&mut self, tensor: Tensor) -> usize {
        self.tensors().push(tensor);
        self.tensors().len() - 1
    }

    fn buffer(&mut self, data: Vec<u8>) -> u32 {
        let buffers = self.model.buffers.as_mut().unwrap();
        buffers.push(Buffer { data: Some(data), offset: 0, size: 0 });
        (buffers.len() - 1) as u32
    }

    /// A float32 constant.
    pub fn constant(&mut self, shape: &[usize], values: &[f32]) -> usize {
        let buffer = self.buffer(values.iter().flat_map(|v| v.to_le_bytes()).collect());
        self.push(tensor(shape, F32, buffer))
    }

    /// A float16 constant behind a DEQUANTIZE.
    pub fn half_constant(&mut self, shape: &[usize], values: &[f32]) -> usize {
        let bytes = values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect();
        let buffer = self.buffer(bytes);
        let half = self.push(tensor(shape, F16, buffer));
        self.op(6, None, &[half], shape)
    }

    /// An int32 constant.
    pub fn integers(&mut self, values: &[i32]) -> usize {
        let buffer = self.buffer(values.iter().flat_map(|v| v.to_le_bytes()).collect());
        self.push(tensor(&[values.len()], I32, buffer))
    }

    /// An operator with a new tensor for its result.
    pub fn op(
        &mut self,
        code: i32,
        builtin_options: Option<BuiltinOptions>,
        inputs: &[usize],
        shape: &[usize],
    ) -> usize {
        let output = self.push(tensor(shape, F32, 0));
        let codes = self.model.operator_codes.as_mut().unwrap();
        codes.push(OperatorCode {
            deprecated_builtin_code: i8::try_from(code).unwrap_or(127),
            custom_code: None,
            version: 1,
            builtin_code: code,
        });
        let opcode_index = (codes.len() - 1) as u32;
        self.operators().push(Operator {
            opcode_index,
            inputs: Some(inputs.iter().map(|&i| i as i32).collect()),
            outputs: Some(vec![output as i32]),
            builtin_options,
        });
        output
    }

    /// Names a tensor as an output.
    pub fn output(&mut self, tensor: usize) -> &mut Self {
        self.graph().outputs.as_mut().unwrap().push(tensor as i32);
        self
    }

    /// The file. The builder would put the file identifier before the root offset instead of after it,
    /// so it goes in here.
    pub fn bytes(&self) -> Vec<u8> {
        let mut builder = planus::Builder::new();
        let plain = builder.finish(&self.model, None);
        let root = u32::from_le_bytes(plain[..4].try_into().unwrap()) + 4;
        [&root.to_le_bytes()[..], b"TFL3", &plain[4..]].concat()
    }
}

fn tensor(shape: &[usize], type_: i8, buffer: u32) -> Tensor {
    let shape = Some(shape.iter().map(|&d| d as i32).collect());
    Tensor { shape, type_, buffer, name: None, is_variable: false, sparsity: None }
}

pub fn conv(stride: usize, same: bool, activation: i8) -> Option<BuiltinOptions> {
    Some(BuiltinOptions::Conv2DOptions(Box::new(Conv2DOptions {
        padding: i8::from(!same),
        stride_w: stride as i32,
        stride_h: stride as i32,
        activation,
        dilation_w: 1,
        dilation_h: 1,
    })))
}

pub fn depthwise(stride: usize, same: bool, activation: i8) -> Option<BuiltinOptions> {
    Some(BuiltinOptions::DepthwiseConv2DOptions(Box::new(DepthwiseConv2DOptions {
        padding: i8::from(!same),
        stride_w: stride as i32,
        stride_h: stride as i32,
        depth_multiplier: 1,
        activation,
        dilation_w: 1,
        dilation_h: 1,
    })))
}

pub fn pool(size: usize, stride: usize, same: bool) -> Option<BuiltinOptions> {
    Some(BuiltinOptions::Pool2DOptions(Box::new(Pool2DOptions {
        padding: i8::from(!same),
        stride_w: stride as i32,
        stride_h: stride as i32,
        filter_w: size as i32,
        filter_h: size as i32,
        activation: 0,
    })))
}

pub fn add(activation: i8) -> Option<BuiltinOptions> {
    Some(BuiltinOptions::AddOptions(Box::new(AddOptions { activation })))
}

pub fn concat(axis: i32) -> Option<BuiltinOptions> {
    Some(BuiltinOptions::ConcatenationOptions(Box::new(ConcatenationOptions {
        axis,
        activation: 0,
    })))
}

pub fn resize(align_corners: bool, half_pixel_centers: bool) -> Option<BuiltinOptions> {
    Some(BuiltinOptions::ResizeBilinearOptions(Box::new(ResizeBilinearOptions {
        align_corners,
        half_pixel_centers,
    })))
}

pub fn mean() -> Option<BuiltinOptions> {
    Some(BuiltinOptions::ReducerOptions(Box::new(ReducerOptions { keep_dims: false })))
}

pub fn fully_connected(activation: i8) -> Option<BuiltinOptions> {
    Some(BuiltinOptions::FullyConnectedOptions(Box::new(FullyConnectedOptions {
        activation,
        weights_format: 0,
        keep_num_dims: false,
    })))
}
