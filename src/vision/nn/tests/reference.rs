//! The operators as their definitions say, in the plainest loops and in f64: what the kernels are held
//! against.

/// An NHWC picture (batch 1).
#[derive(Clone, Debug)]
pub struct Picture {
    pub h: usize,
    pub w: usize,
    pub c: usize,
    pub values: Vec<f32>,
}

impl Picture {
    pub fn shape(&self) -> [usize; 4] {
        [1, self.h, self.w, self.c]
    }

    fn at(&self, y: i64, x: i64, c: usize) -> Option<f64> {
        let inside = (0..self.h as i64).contains(&y) && (0..self.w as i64).contains(&x);
        inside.then(|| f64::from(self.values[(y as usize * self.w + x as usize) * self.c + c]))
    }

    fn make(h: usize, w: usize, c: usize, value: impl Fn(usize, usize, usize) -> f64) -> Self {
        let value = |i: usize| value(i / c / w, i / c % w, i % c) as f32;
        Self { h, w, c, values: (0..h * w * c).map(value).collect() }
    }

    pub fn map(&self, value: impl Fn(f32, usize) -> f32) -> Self {
        let values = self.values.iter().enumerate();
        Self { values: values.map(|(i, &v)| value(v, i % self.c)).collect(), ..*self }
    }

    pub fn plus(&self, other: &Self) -> Self {
        assert_eq!(self.shape(), other.shape());
        let sums = self.values.iter().zip(&other.values).map(|(a, b)| a + b);
        Self { values: sums.collect(), ..*self }
    }
}

/// TFLite's SAME: as many windows as strides begin in the input, the smaller half of the padding before.
fn extent(input: usize, k: usize, stride: usize, same: bool) -> (usize, i64) {
    if same {
        let out = input.div_ceil(stride);
        (out, (((out - 1) * stride + k) as i64 - input as i64).max(0) / 2)
    } else {
        ((input - k) / stride + 1, 0)
    }
}

/// Size, stride and whether padding is SAME.
pub type Window = (usize, usize, bool);

/// Weights `[n][k][k][c]`.
pub fn conv(p: &Picture, weights: &[f32], bias: &[f32], (k, s, same): Window) -> Picture {
    let ((h, top), (w, left)) = (extent(p.h, k, s, same), extent(p.w, k, s, same));
    Picture::make(h, w, bias.len(), |y, x, n| {
        let mut sum = f64::from(bias[n]);
        for (ky, kx, c) in each(k, k, p.c) {
            let value = p.at((y * s + ky) as i64 - top, (x * s + kx) as i64 - left, c);
            sum += value.unwrap_or(0.0) * f64::from(weights[((n * k + ky) * k + kx) * p.c + c]);
        }
        sum
    })
}

/// Weights `[k][k][c]`.
pub fn depthwise(p: &Picture, weights: &[f32], bias: &[f32], (k, s, same): Window) -> Picture {
    let ((h, top), (w, left)) = (extent(p.h, k, s, same), extent(p.w, k, s, same));
    Picture::make(h, w, p.c, |y, x, c| {
        let mut sum = f64::from(bias[c]);
        for (ky, kx, _) in each(k, k, 1) {
            let value = p.at((y * s + ky) as i64 - top, (x * s + kx) as i64 - left, c);
            sum += value.unwrap_or(0.0) * f64::from(weights[(ky * k + kx) * p.c + c]);
        }
        sum
    })
}

pub fn max_pool(p: &Picture, (k, s, same): Window) -> Picture {
    let ((h, top), (w, left)) = (extent(p.h, k, s, same), extent(p.w, k, s, same));
    Picture::make(h, w, p.c, |y, x, c| {
        let at = |(ky, kx, _)| p.at((y * s + ky) as i64 - top, (x * s + kx) as i64 - left, c);
        each(k, k, 1).filter_map(at).fold(f64::NEG_INFINITY, f64::max)
    })
}

pub fn pad_channels(p: &Picture, after: usize) -> Picture {
    let value = |y, x, c| if c < p.c { p.at(y as i64, x as i64, c).unwrap() } else { 0.0 };
    Picture::make(p.h, p.w, p.c + after, value)
}

/// Bilinear, half-pixel centres.
pub fn upsample(p: &Picture) -> Picture {
    Picture::make(2 * p.h, 2 * p.w, p.c, |y, x, c| {
        let source = |i: usize, n: usize| {
            let at = ((i as f64 + 0.5) / 2.0 - 0.5).max(0.0);
            let low = (at.floor() as usize).min(n - 1);
            (low as i64, (low + 1).min(n - 1) as i64, at - low as f64)
        };
        let ((y0, y1, fy), (x0, x1, fx)) = (source(y, p.h), source(x, p.w));
        let v = |y, x| p.at(y, x, c).unwrap();
        let row = |y| v(y, x0) * (1.0 - fx) + v(y, x1) * fx;
        row(y0) * (1.0 - fy) + row(y1) * fy
    })
}

pub fn mean(p: &Picture) -> Picture {
    Picture::make(1, 1, p.c, |_, _, c| {
        let sum: f64 =
            each(p.h, p.w, 1).map(|(y, x, _)| p.at(y as i64, x as i64, c).unwrap()).sum();
        sum / (p.h * p.w) as f64
    })
}

pub fn prelu(p: &Picture, alphas: &[f32]) -> Picture {
    p.map(|v, c| v.max(0.0) + alphas[c] * v.min(0.0))
}

/// TFLite's fused activations: 0 none, 1 ReLU, 3 ReLU6.
pub fn fused(p: &Picture, activation: i8) -> Picture {
    match activation {
        0 => p.clone(),
        1 => p.map(|v, _| v.max(0.0)),
        _ => p.map(|v, _| v.clamp(0.0, 6.0)),
    }
}

fn each(a: usize, b: usize, c: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..a * b * c).map(move |i| (i / c / b, i / c % b, i % c))
}
