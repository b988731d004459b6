//! Files made to hurt: each must give an error in words, or a network that runs; never a panic, and
//! never much memory.

use super::super::kernels::Simd;
use super::super::{HandModel, MAX_VALUES};
use super::made::{self, Made};
use super::{load, set_input};
use crate::base::Kind;
use proptest::prelude::*;

/// Loads, and runs what loads.
fn try_it(bytes: &[u8]) -> Result<(), String> {
    let mut network = load(bytes, Simd::Auto).map_err(|error| {
        assert_eq!(error.kind(), Kind::Invalid, "{error}");
        error.to_string()
    })?;
    network.run().map_err(|error| error.to_string())
}

fn refusal(made: &Made) -> String {
    try_it(&made.bytes()).unwrap_err()
}

/// A 1x1 convolution, a depthwise one, a sum and a sigmoid over 6x6 pixels.
fn small() -> Made {
    let mut made = Made::new(&[1, 6, 6, 4]);
    let (w, b) =
        (made.half_constant(&[4, 1, 1, 4], &[0.5; 16]), made.half_constant(&[4], &[0.1; 4]));
    let x = made.op(3, made::conv(1, true, 3), &[0, w, b], &[1, 6, 6, 4]);
    let d = made.half_constant(&[1, 3, 3, 4], &[0.25; 36]);
    let y = made.op(4, made::depthwise(1, true, 0), &[x, d, b], &[1, 6, 6, 4]);
    let z = made.op(0, made::add(0), &[x, y], &[1, 6, 6, 4]);
    let out = made.op(14, None, &[z], &[1, 6, 6, 4]);
    made.output(out);
    made
}

#[test]
fn the_small_model_itself_is_fine() {
    try_it(&small().bytes()).unwrap();
}

#[test]
fn truncated_files() {
    let whole = small().bytes();
    for len in 0..whole.len() - 1 {
        // The last bytes may be padding that nothing refers to.
        let _ = try_it(&whole[..len]);
    }
    for model in HandModel::ALL {
        let whole = model.bytes();
        for len in (0..whole.len()).step_by(whole.len() / 40) {
            let result = try_it(&whole[..len]);
            // A real file ends with texts that nothing here reads.
            assert!(result.is_err() || len > whole.len() / 10 * 9, "{model:?} cut to {len} bytes");
        }
    }
}

#[test]
fn other_files() {
    assert!(try_it(b"").unwrap_err().contains("not a TensorFlow Lite file"));
    assert!(try_it(&[0; 1000]).unwrap_err().contains("not a TensorFlow Lite file"));
    assert!(
        try_it(&[b"\x08\0\0\0TFL3".as_slice(), &[0xff; 1000]].concat())
            .unwrap_err()
            .contains("damaged")
    );
}

#[test]
fn cycles_and_disorder() {
    let mut made = small();
    let last = made.operators().len() - 1;
    made.operators().swap(last, last - 1);
    assert!(refusal(&made).contains("before anything wrote it"));

    let mut made = small();
    // The first convolution reads what the sigmoid will write.
    let result = made.operators().last().unwrap().outputs.clone().unwrap()[0];
    let conv = made.operators().iter_mut().find(|op| op.inputs.as_ref().unwrap()[0] == 0).unwrap();
    conv.inputs.as_mut().unwrap()[0] = result;
    assert!(refusal(&made).contains("before anything wrote it"));

    let mut made = small();
    // An operator that reads its own result.
    let sigmoid = made.operators().last_mut().unwrap();
    sigmoid.inputs = sigmoid.outputs.clone();
    assert!(refusal(&made).contains("before anything wrote it"));

    let mut made = small();
    // Two operators write one tensor.
    let twice = made.operators().last().unwrap().clone();
    made.operators().push(twice);
    assert!(refusal(&made).contains("already has a value"));

    let mut made = small();
    made.operators().pop();
    assert!(refusal(&made).contains("nothing writes its output"));
}

#[test]
fn indices_out_of_range() {
    for index in [-1, 10_000, i32::MIN, i32::MAX] {
        let mut made = small();
        made.operators().last_mut().unwrap().inputs = Some(vec![index]);
        assert!(refusal(&made).contains("not there"));
        let mut made = small();
        made.operators().last_mut().unwrap().outputs = Some(vec![index]);
        assert!(refusal(&made).contains("not there"));
        let mut made = small();
        made.graph().inputs = Some(vec![index]);
        assert!(refusal(&made).contains("not there"));
    }
    let mut made = small();
    made.tensors()[1].buffer = u32::MAX;
    assert!(refusal(&made).contains("buffer"));
    let mut made = small();
    made.operators()[0].opcode_index = u32::MAX;
    assert!(refusal(&made).contains("operator code"));
}

#[test]
fn shapes_that_overflow_or_lie() {
    let huge = i32::MAX;
    for shape in [vec![huge; 4], vec![1, huge, huge, 1], vec![1, 1, 1, MAX_VALUES as i32 + 1]] {
        let mut made = small();
        made.tensors()[0].shape = Some(shape);
        assert!(refusal(&made).contains("more than"));
    }
    for shape in [vec![1, 6, 6, 0], vec![1, -6, 6, 4], vec![1, 1, 6, 6, 4]] {
        let mut made = small();
        made.tensors()[0].shape = Some(shape);
        assert!(refusal(&made).contains("dimension"));
    }
    // Another input than the weights are made for, and a result that is not what comes out.
    for tensor in 0..small().tensors().len() {
        let mut made = small();
        made.tensors()[tensor].shape = Some(vec![1, 6, 7, 4]);
        refusal(&made);
    }
}

#[test]
fn memory_is_bounded_by_the_file() {
    // One constant, used again and again: each use would be a copy.
    let mut made = Made::new(&[1, 1, 1, 64]);
    let (w, b) =
        (made.half_constant(&[64, 1, 1, 64], &[0.5; 4096]), made.half_constant(&[64], &[0.1; 64]));
    let mut x = 0;
    for _ in 0..200 {
        x = made.op(3, made::conv(1, true, 0), &[x, w, b], &[1, 1, 1, 64]);
    }
    made.output(x);
    assert!(refusal(&made).contains("exceed the file's size"));

    // A small file that asks for large buffers, all alive to the end.
    let mut made = Made::new(&[1, 1024, 1024, 4]);
    for _ in 0..6 {
        let out = made.op(14, None, &[0], &[1, 1024, 1024, 4]);
        made.output(out);
    }
    assert!(refusal(&made).contains("intermediate values"));
}

#[test]
fn what_is_not_supported_is_named() {
    let mut made = small();
    made.op(25, None, &[0], &[1, 6, 6, 4]);
    assert!(refusal(&made).contains("builtin operator 25"));

    let mut made = small();
    made.op(32, None, &[0], &[1, 6, 6, 4]);
    made.model.operator_codes.as_mut().unwrap().last_mut().unwrap().custom_code =
        Some("Magic".into());
    assert!(refusal(&made).contains("custom operator \"Magic\""));

    let mut made = small();
    made.tensors()[0].type_ = 9;
    assert!(refusal(&made).contains("element type 9"));

    let mut made = Made::new(&[1, 6, 6, 4]);
    let size = made.integers(&[12, 12]);
    let out = made.op(23, made::resize(true, false), &[0, size], &[1, 12, 12, 4]);
    made.output(out);
    assert!(refusal(&made).contains("half_pixel_centers"));

    let mut made = Made::new(&[1, 6, 6, 4]);
    let amounts = made.integers(&[0, 0, 1, 1, 1, 1, 0, 0]);
    let out = made.op(34, None, &[0, amounts], &[1, 8, 8, 4]);
    made.output(out);
    assert!(refusal(&made).contains("PAD is supported for channels"));

    let mut made = Made::new(&[1, 6, 6, 4]);
    let (w, b) = (made.constant(&[1, 7, 7, 4], &[0.0; 196]), made.constant(&[4], &[0.0; 4]));
    let out = made.op(4, made::depthwise(1, true, 0), &[0, w, b], &[1, 6, 6, 4]);
    made.output(out);
    assert!(refusal(&made).contains("DEPTHWISE_CONV_2D 7x7"));

    let mut made = small();
    made.model.buffers.as_mut().unwrap()[1].offset = 4096;
    assert!(refusal(&made).contains("outside the flatbuffer"));

    let mut made = small();
    made.model.version = 4;
    assert!(refusal(&made).contains("version 4"));
}

#[test]
fn numbers_that_are_none_are_refused() {
    let mut made = Made::new(&[1, 1, 1, 1]);
    let (w, b) = (made.constant(&[1, 1, 1, 1], &[f32::NAN]), made.constant(&[1], &[0.0]));
    let out = made.op(3, made::conv(1, true, 0), &[0, w, b], &[1, 1, 1, 1]);
    made.output(out);
    assert!(refusal(&made).contains("not a number"));
}

#[test]
fn any_input_values_are_harmless() {
    let mut network = load(HandModel::PalmLite.bytes(), Simd::Auto).unwrap();
    let len = network.input().elem_count();
    for value in [f32::NAN, f32::INFINITY, f32::MIN, f32::MIN_POSITIVE / 2.0] {
        set_input(&network, vec![value; len]);
        network.run().unwrap();
    }
    // And leave nothing behind.
    set_input(&network, vec![0.5; len]);
    network.run().unwrap();
    let mut fresh = load(HandModel::PalmLite.bytes(), Simd::Auto).unwrap();
    set_input(&fresh, vec![0.5; len]);
    fresh.run().unwrap();
    assert_eq!(super::outputs(&network), super::outputs(&fresh));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes_of_a_small_file(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = small().bytes();
        for (index, value) in flips {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        let _ = try_it(&bytes);
    }

    #[test]
    fn changed_words_of_a_small_file(words in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![Just(0_u32), Just(u32::MAX), Just(0x7fff_ffff), 0..64_u32, any::<u32>()]), 1..3)) {
        let mut bytes = small().bytes();
        for (index, value) in words {
            let at = index.index(bytes.len() / 4) * 4;
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        let _ = try_it(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// The description of a real model lies at the ends of its file; the middle is weights.
    #[test]
    fn flipped_bytes_of_a_real_file(
        which in 0..4_usize, from_end: bool,
        flips in prop::collection::vec((0..60_000_usize, any::<u8>()), 1..9),
    ) {
        let mut bytes = HandModel::ALL[which].bytes().to_vec();
        let len = bytes.len();
        for (at, value) in flips {
            bytes[if from_end { len - 1 - at } else { at }] = value;
        }
        let _ = try_it(&bytes);
    }
}
