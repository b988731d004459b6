//! Random small networks, each run on every instruction set this CPU has and held against the plain
//! definitions: every operator, sizes that fit no vector, and every way in which layers are joined.

use super::super::kernels::Simd;
use super::made::{self, Made};
use super::reference::{self as plain, Picture};
use super::{load, outputs, set_input};
use proptest::prelude::*;

/// A source of numbers for weights: cheap, and the same for the same seed.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 40) as f32 / (1_u64 << 23) as f32 - 1.0) * 0.5
    }

    /// Values that float16 holds exactly.
    fn take(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| half::f16::from_f32(self.next()).to_f32()).collect()
    }

    fn picture(&mut self, h: usize, w: usize, c: usize) -> Picture {
        Picture { h, w, c, values: self.take(h * w * c) }
    }
}

/// A network and what it should give, grown side by side.
struct Pair {
    made: Made,
    numbers: Numbers,
    input: Picture,
}

impl Pair {
    fn new(seed: u64, (h, w, c): (usize, usize, usize)) -> Self {
        let mut numbers = Numbers(seed);
        let input = numbers.picture(h, w, c);
        Self { made: Made::new(&input.shape()), numbers, input }
    }

    fn input(&self) -> (usize, Picture) {
        (0, self.input.clone())
    }

    fn weights(&mut self, shape: &[usize]) -> (usize, Vec<f32>) {
        let values = self.numbers.take(shape.iter().product());
        let half = self.numbers.next() > 0.0;
        let made = &mut self.made;
        let tensor =
            if half { made.half_constant(shape, &values) } else { made.constant(shape, &values) };
        (tensor, values)
    }

    fn conv(
        &mut self,
        (from, p): &(usize, Picture),
        n: usize,
        window: plain::Window,
        activation: i8,
    ) -> (usize, Picture) {
        let (k, stride, same) = window;
        let ((w, weights), (b, bias)) = (self.weights(&[n, k, k, p.c]), self.weights(&[n]));
        let result = plain::fused(&plain::conv(p, &weights, &bias, window), activation);
        let options = made::conv(stride, same, activation);
        (self.made.op(3, options, &[*from, w, b], &result.shape()), result)
    }

    fn depthwise(
        &mut self,
        (from, p): &(usize, Picture),
        window: plain::Window,
        activation: i8,
    ) -> (usize, Picture) {
        let (k, stride, same) = window;
        let ((w, weights), (b, bias)) = (self.weights(&[1, k, k, p.c]), self.weights(&[p.c]));
        let result = plain::fused(&plain::depthwise(p, &weights, &bias, window), activation);
        let options = made::depthwise(stride, same, activation);
        (self.made.op(4, options, &[*from, w, b], &result.shape()), result)
    }

    fn prelu(&mut self, (from, p): &(usize, Picture)) -> (usize, Picture) {
        let (a, alphas) = self.weights(&[1, 1, p.c]);
        let result = plain::prelu(p, &alphas);
        (self.made.op(54, None, &[*from, a], &result.shape()), result)
    }

    fn add(
        &mut self,
        a: &(usize, Picture),
        b: &(usize, Picture),
        activation: i8,
    ) -> (usize, Picture) {
        let result = plain::fused(&a.1.plus(&b.1), activation);
        (self.made.op(0, made::add(activation), &[a.0, b.0], &result.shape()), result)
    }

    fn pool(&mut self, (from, p): &(usize, Picture), window: plain::Window) -> (usize, Picture) {
        let result = plain::max_pool(p, window);
        let options = made::pool(window.0, window.1, window.2);
        (self.made.op(17, options, &[*from], &result.shape()), result)
    }

    fn pad(&mut self, (from, p): &(usize, Picture), after: usize) -> (usize, Picture) {
        let result = plain::pad_channels(p, after);
        let amounts = self.made.integers(&[0, 0, 0, 0, 0, 0, 0, after as i32]);
        (self.made.op(34, None, &[*from, amounts], &result.shape()), result)
    }

    fn upsample(&mut self, (from, p): &(usize, Picture)) -> (usize, Picture) {
        let result = plain::upsample(p);
        let size = self.made.integers(&[result.h as i32, result.w as i32]);
        (self.made.op(23, made::resize(false, true), &[*from, size], &result.shape()), result)
    }

    /// Runs what was made on every instruction set and compares.
    fn check(mut self, results: &[(usize, Vec<f32>)]) -> Result<(), TestCaseError> {
        for (tensor, _) in results {
            self.made.output(*tensor);
        }
        let bytes = self.made.bytes();
        for simd in Simd::available() {
            let mut network = load(&bytes, simd).unwrap();
            set_input(&network, self.input.values.clone());
            for _ in 0..2 {
                network.run().unwrap();
                for ((_, expected), got) in results.iter().zip(outputs(&network)) {
                    prop_assert_eq!(expected.len(), got.len());
                    for (i, (e, g)) in expected.iter().zip(&got).enumerate() {
                        let near = (e - g).abs() <= 1e-4 * (1.0 + e.abs());
                        prop_assert!(near, "{:?}: value {} is {}, not {}", simd, i, g, e);
                    }
                }
            }
        }
        Ok(())
    }
}

fn values((tensor, p): (usize, Picture)) -> (usize, Vec<f32>) {
    (tensor, p.values)
}

fn channels() -> impl Strategy<Value = usize> {
    prop_oneof![1..9_usize, 15..18_usize, Just(24), 30..35_usize, Just(48), 60..70_usize]
}

fn activation() -> impl Strategy<Value = i8> {
    prop_oneof![Just(0_i8), Just(1), Just(3)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dense_convolution(
        seed: u64, h in 7..14_usize, w in 7..40_usize, c in 1..6_usize, n in channels(),
        k in 1..6_usize, stride in 1..3_usize, same: bool, act in activation(), prelu: bool,
    ) {
        let mut pair = Pair::new(seed, (h, w, c));
        let mut out = pair.conv(&pair.input(), n, (k, stride, same), act);
        if prelu {
            out = pair.prelu(&out);
        }
        pair.check(&[values(out)])?;
    }

    #[test]
    fn pointwise_with_sum_and_activation(
        seed: u64, h in 1..9_usize, w in 1..20_usize, c in channels(), act in activation(),
        prelu: bool, keep: bool,
    ) {
        let mut pair = Pair::new(seed, (h, w, c));
        let x = pair.conv(&pair.input(), c, (1, 1, true), 0);
        let y = pair.conv(&x, c, (1, 1, true), 0);
        let mut out = pair.add(&x, &y, act);
        if prelu {
            out = pair.prelu(&out);
        }
        // A value that is also an output must not be overwritten by the sum.
        let results = if keep { vec![values(out), values(x)] } else { vec![values(out)] };
        pair.check(&results)?;
    }

    #[test]
    fn depthwise_alone(
        seed: u64, h in 5..12_usize, w in 5..30_usize, c in channels(), five: bool,
        stride in 1..3_usize, same: bool, act in activation(), prelu: bool,
    ) {
        let mut pair = Pair::new(seed, (h, w, c));
        let k = if five { 5 } else { 3 };
        let mut out = pair.depthwise(&pair.input(), (k, stride, same), act);
        if prelu {
            out = pair.prelu(&out);
        }
        pair.check(&[values(out)])?;
    }

    #[test]
    fn block(
        seed: u64, h in 5..20_usize, w in 5..24_usize, c in channels(), wide in channels(),
        n in channels(), five: bool, stride in 1..3_usize, expand: bool, same: bool,
        residual in 0..3_u8, prelu: bool,
    ) {
        let mut pair = Pair::new(seed, (h, w, 3));
        let x = pair.conv(&pair.input(), c, (1, 1, true), 0);
        let k = if five { 5 } else { 3 };
        let inner = if expand { pair.conv(&x, wide, (1, 1, true), 3) } else { x.clone() };
        let inner = pair.depthwise(&inner, (k, stride, same), 3);
        let adds = residual > 0 && stride == 1 && same;
        let y = pair.conv(&inner, if adds { c } else { n }, (1, 1, true), 0);
        let mut out = if adds { pair.add(&y, &x, 0) } else { y };
        if prelu {
            out = pair.prelu(&out);
        }
        let results = if residual == 2 { vec![values(x), values(out)] } else { vec![values(out)] };
        pair.check(&results)?;
    }

    #[test]
    fn down_block_with_pooled_and_padded_skip(
        seed: u64, h in 3..12_usize, w in 3..12_usize, c in channels(), more in 0..40_usize,
    ) {
        let mut pair = Pair::new(seed, (2 * h, 2 * w, 3));
        let x = pair.conv(&pair.input(), c, (3, 1, true), 3);
        let inner = pair.depthwise(&x, (5, 2, true), 0);
        let y = pair.conv(&inner, c + more, (1, 1, true), 0);
        let mut skip = pair.pool(&x, (2, 2, false));
        if more > 0 {
            skip = pair.pad(&skip, more);
        }
        let sum = pair.add(&skip, &y, 0);
        let out = pair.prelu(&sum);
        pair.check(&[values(out)])?;
    }

    #[test]
    fn pooling(
        seed: u64, h in 4..12_usize, w in 4..12_usize, c in channels(), k in 1..4_usize,
        stride in 1..4_usize, same: bool,
    ) {
        let mut pair = Pair::new(seed, (h, w, c));
        let out = pair.pool(&pair.input(), (k, stride, same));
        pair.check(&[values(out)])?;
    }

    #[test]
    fn upsampling_joined_with_what_follows(
        seed: u64, h in 1..7_usize, w in 1..7_usize, c in channels(), n in channels(),
        follow in 0..4_u8,
    ) {
        let mut pair = Pair::new(seed, (h, w, c));
        let mut out = pair.upsample(&pair.input());
        if follow >= 1 {
            out = pair.conv(&out, n, (1, 1, true), 0);
        }
        if follow >= 2 {
            out = pair.prelu(&out);
        }
        if follow >= 3 {
            let skip = pair.upsample(&pair.input());
            let skip = pair.conv(&skip, n, (1, 1, true), 3);
            out = pair.add(&skip, &out, 0);
        }
        pair.check(&[values(out)])?;
    }

    #[test]
    fn heads_reshaped_and_joined(
        seed: u64, h in 1..5_usize, w in 1..5_usize, c in channels(), a in 1..5_usize,
        by_rows: bool, also_alone: bool,
    ) {
        let mut pair = Pair::new(seed, (h, w, c));
        let x = pair.conv(&pair.input(), c, (1, 1, true), 3);
        let (first, one) = pair.conv(&x, 2 * a, (1, 1, true), 0);
        let (second, two) = pair.conv(&x, 2 * a, (1, 1, true), 0);
        let rows = h * w;
        let shape = [1, 2 * rows, a];
        let first = pair.made.op(22, None, &[first], &shape);
        let second = pair.made.op(22, None, &[second], &shape);
        let (axis, joined) = if by_rows { (1, [1, 4 * rows, a]) } else { (-1, [1, 2 * rows, 2 * a]) };
        let out = pair.made.op(2, made::concat(axis), &[first, second], &joined);
        let expected = if by_rows {
            [one.values.clone(), two.values.clone()].concat()
        } else {
            let pairs = one.values.chunks(a).zip(two.values.chunks(a));
            pairs.flat_map(|(x, y)| [x, y].concat()).collect()
        };
        let mut results = vec![(out, expected)];
        if also_alone {
            results.push((first, one.values));
        }
        pair.check(&results)?;
    }

    #[test]
    fn mean_then_fully_connected_then_sigmoid(
        seed: u64, h in 1..9_usize, w in 1..9_usize, c in channels(), n in channels(),
        act in activation(),
    ) {
        let mut pair = Pair::new(seed, (h, w, c));
        let mean = plain::mean(&pair.input);
        let axes = pair.made.integers(&[1, 2]);
        let pooled = pair.made.op(40, made::mean(), &[0, axes], &[1, c]);
        let ((wt, weights), (bt, bias)) = (pair.weights(&[n, c]), pair.weights(&[n]));
        let full = plain::fused(&plain::conv(&mean, &weights, &bias, (1, 1, true)), act);
        let options = made::fully_connected(act);
        let dense = pair.made.op(9, options, &[pooled, wt, bt], &[1, n]);
        let out = pair.made.op(14, None, &[dense], &[1, n]);
        let sigmoid = full.map(|v, _| 1.0 / (1.0 + (-v).exp()));
        pair.check(&[(out, sigmoid.values), (dense, full.values), (pooled, mean.values)])?;
    }

    #[test]
    fn sums_that_nothing_absorbs(seed: u64, h in 1..6_usize, w in 1..6_usize, c in channels(), act in activation()) {
        let mut pair = Pair::new(seed, (h, w, c));
        let double = pair.add(&pair.input(), &pair.input(), 0);
        let more = pair.add(&double, &pair.input(), act);
        let out = pair.prelu(&more);
        let twice = pair.add(&out, &out, 0);
        pair.check(&[values(twice), values(double)])?;
    }
}
