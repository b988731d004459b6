//! The crop: a turned square of the picture becomes a network's input, as an in-place operation of
//! ours on the input tensor, so that nothing is allocated and nothing copied twice.
//!
//! It does what OpenCV's `warpPerspective` does to 8-bit pictures, to the bit: source indices at
//! integer coordinates (no half-pixel shift), positions rounded to 1/32 pixel, 8-bit results.
//! MediaPipe crops with that function; exact bilinear weights would move landmarks by 0.1 pixel and more.

use candle_core::{CpuStorage, DType, InplaceOp1, Layout, Tensor};

use super::roi::Roi;
use crate::base::{Error, Result};
#[cfg(feature = "cuda")]
use crate::vision::nn::GpuPicture;
use crate::vision::picture::View;

/// What lies outside the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// Black: for the palm detector.
    Zero,
    /// The nearest pixel of the edge: for the landmarks.
    Replicate,
}

/// Positions are rounded to this part of a pixel.
const STEPS: i32 = 32;
/// Adding this to an `f64` rounds it to a whole number, ties to even, and leaves that number in
/// the low bits: what `rint` does, but in one addition that the compiler can vectorise.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// The largest input side; a row's positions live on the stack.
const MAX_SIDE_PX: usize = 256;

/// Crops into one network's input, from pictures in memory.
#[derive(Debug)]
pub struct Cropper {
    /// The input's first value alone: candle allocates for the layouts of what an operation is given,
    /// except for single values, and the storage behind this one is all of the input's.
    first: Tensor,
    start: usize,
    side: usize,
}

impl Cropper {
    /// For an input of 1 × S × S × 3, `f32`, contiguous.
    ///
    /// # Errors
    /// `Internal` if the tensor has another shape or type.
    pub fn new(input: &Tensor) -> Result<Self> {
        let offsets = input.layout().contiguous_offsets();
        let ([1, h, side, 3], Some((start, _)), DType::F32) =
            (input.dims(), offsets, input.dtype())
        else {
            return Err(Error::internal("cannot crop into this network's input")
                .why("it needs one contiguous f32 picture"));
        };
        if h != side || *side > MAX_SIDE_PX {
            return Err(Error::internal("cannot crop into this network's input")
                .why(format!("it needs a square of at most {MAX_SIDE_PX} pixels")));
        }
        let first = input.flatten_all().and_then(|flat| flat.narrow(0, 0, 1)).map_err(failed)?;
        Ok(Self { first, start, side: *side })
    }

    /// Fills the input with the region of the picture, 0..1.
    ///
    /// # Errors
    /// `Internal` if the input is not in memory.
    pub fn crop(&self, picture: View<'_>, roi: &Roi, border: Border) -> Result<()> {
        let op = Crop { into: self, picture, roi, border };
        self.first.inplace_op1(&op).map_err(failed)
    }
}

fn failed(e: candle_core::Error) -> Error {
    Error::internal("could not crop the picture").source(e)
}

/// The same from a picture in the GPU's memory, by the GPU, to the same bits.
///
/// # Errors
/// `Internal` if the tensor has another shape, or the GPU fails.
#[cfg(feature = "cuda")]
pub fn crop_on_gpu(picture: &GpuPicture, roi: &Roi, border: Border, input: &Tensor) -> Result<()> {
    let side = input.dims().get(1).copied().unwrap_or(0);
    picture.crop(input, Grid::new(roi, side).positions(), border == Border::Replicate)
}

struct Crop<'a> {
    into: &'a Cropper,
    picture: View<'a>,
    roi: &'a Roi,
    border: Border,
}

impl InplaceOp1 for Crop<'_> {
    fn name(&self) -> &'static str {
        "crop"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, _: &Layout) -> candle_core::Result<()> {
        let CpuStorage::F32(values) = storage else {
            candle_core::bail!("the crop needs an f32 input")
        };
        let Cropper { start, side, .. } = *self.into;
        match values.get_mut(start..start + side * side * 3) {
            Some(out) => warp(self.picture, self.roi, self.border, (side, out)),
            None => candle_core::bail!("the crop's input is shorter than it was"),
        }
        Ok(())
    }
}

/// The crop itself, into `side` × `side` × 3 values.
pub fn warp(picture: View<'_>, roi: &Roi, border: Border, (side, out): (usize, &mut [f32])) {
    let grid = Grid::new(roi, side);
    let to_float: [f32; 256] = std::array::from_fn(|v| v as f32 * (1.0 / 255.0_f32));
    let (mut xs, mut ys) = ([0_i32; MAX_SIDE_PX], [0_i32; MAX_SIDE_PX]);
    let (xs, ys) = (&mut xs[..side], &mut ys[..side]);
    let source = Source::new(picture, border);
    for (j, row) in out.chunks_exact_mut(side * 3).enumerate() {
        grid.row(j, xs, ys);
        for ((pixel, &x), &y) in row.as_chunks_mut::<3>().0.iter_mut().zip(&*xs).zip(&*ys) {
            let rgb = source.sample(x, y);
            *pixel = rgb.map(|v| to_float[usize::from(v)]);
        }
    }
}

/// Where each output pixel lies in the picture, in 1/32 pixels.
pub(crate) struct Grid {
    origin: [f64; 2],
    per_column: [f64; 2],
    per_row: [f64; 2],
}

impl Grid {
    /// From the corners of the turned square, in `f32` as OpenCV computes them
    /// (`RotatedRect::points`), so that roundings fall alike.
    pub(crate) fn new(roi: &Roi, side: usize) -> Self {
        let angle = f64::from(roi.rot);
        let (a, b) = (angle.sin() as f32 * 0.5, angle.cos() as f32 * 0.5);
        let s = roi.side;
        let bottom_left = [roi.cx - a * s - b * s, roi.cy + b * s - a * s];
        let top_left = [roi.cx + a * s - b * s, roi.cy - b * s - a * s];
        let top_right = [2.0 * roi.cx - bottom_left[0], 2.0 * roi.cy - bottom_left[1]];
        let step = |to: [f32; 2], i: usize| {
            (f64::from(to[i]) - f64::from(top_left[i])) / side as f64 * f64::from(STEPS)
        };
        Self {
            origin: top_left.map(|v| f64::from(v) * f64::from(STEPS)),
            per_column: [step(top_right, 0), step(top_right, 1)],
            per_row: [step(bottom_left, 0), step(bottom_left, 1)],
        }
    }

    /// The first pixel, the way to the next column, the way to the next row.
    #[cfg(any(test, feature = "cuda"))]
    pub(crate) fn positions(&self) -> [[f64; 2]; 3] {
        [self.origin, self.per_column, self.per_row]
    }

    fn row(&self, j: usize, xs: &mut [i32], ys: &mut [i32]) {
        for (axis, out) in [xs, ys].into_iter().enumerate() {
            let start = self.origin[axis] + j as f64 * self.per_row[axis];
            for (i, at) in out.iter_mut().enumerate() {
                let exact = start + i as u32 as f64 * self.per_column[axis];
                *at = (exact + ROUND).to_bits() as i32;
            }
        }
    }
}

/// The picture as something to sample.
struct Source<'a> {
    rgb: &'a [u8],
    stride: usize,
    width: i32,
    height: i32,
    border: Border,
}

impl<'a> Source<'a> {
    fn new(picture: View<'a>, border: Border) -> Self {
        let (width, height) = (picture.width() as i32, picture.height() as i32);
        Self { rgb: picture.rgb(), stride: width as usize * 3, width, height, border }
    }

    /// The colour at a position in 1/32 pixels.
    #[inline]
    fn sample(&self, x: i32, y: i32) -> [u8; 3] {
        let (left, top) = (x >> 5, y >> 5);
        let [fx, fy] = [x, y].map(|v| (v & 31) as u32);
        if left >= 0 && top >= 0 && left < self.width - 1 && top < self.height - 1 {
            let at = top as usize * self.stride + left as usize * 3;
            if let (Some(above), Some(below)) = (self.eight(at), self.eight(at + self.stride)) {
                return blend([above, below], [u64::from(fx), u64::from(fy)]);
            }
        }
        self.sample_at_border([left, top], [fx, fy])
    }

    /// Two pixels and two bytes more, if there are so many.
    #[inline]
    fn eight(&self, at: usize) -> Option<u64> {
        self.rgb.get(at..)?.first_chunk().map(|eight| u64::from_le_bytes(*eight))
    }

    #[cold]
    fn sample_at_border(&self, [left, top]: [i32; 2], [fx, fy]: [u32; 2]) -> [u8; 3] {
        let corners = [
            (self.pixel(left, top), (32 - fx) * (32 - fy)),
            (self.pixel(left + 1, top), fx * (32 - fy)),
            (self.pixel(left, top + 1), (32 - fx) * fy),
            (self.pixel(left + 1, top + 1), fx * fy),
        ];
        std::array::from_fn(|c| {
            let sum: u32 = corners.iter().map(|(p, weight)| u32::from(p[c]) * weight).sum();
            ((sum + 512) >> 10) as u8
        })
    }

    fn pixel(&self, x: i32, y: i32) -> [u8; 3] {
        let outside = x < 0 || y < 0 || x >= self.width || y >= self.height;
        if outside && self.border == Border::Zero {
            return [0; 3];
        }
        let (x, y) = (x.clamp(0, self.width - 1), y.clamp(0, self.height - 1));
        let at = (y as usize * self.width as usize + x as usize) * 3;
        self.rgb.get(at..at + 3).map_or([0; 3], |p| [p[0], p[1], p[2]])
    }
}

/// Bilinear between the two pixels in each of two rows, all three colours at once: each has 21 bits
/// of a word to itself, and needs 18.
#[inline]
fn blend(rows: [u64; 2], [fx, fy]: [u64; 2]) -> [u8; 3] {
    const HALF: u64 = 512 * (1 | 1 << 21 | 1 << 42);
    let spread = |p: u64| (p & 0xFF) | (p & 0xFF00) << 13 | (p & 0xFF_0000) << 26;
    let [above, below] = rows.map(|row| spread(row) * (32 - fx) + spread(row >> 24) * fx);
    let sum = above * (32 - fy) + below * fy + HALF;
    [(sum >> 10) as u8, (sum >> 31) as u8, (sum >> 52) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (u32, u32) = (97, 61);

    fn pattern() -> Vec<u8> {
        let (w, h) = SIZE;
        (0..h)
            .flat_map(|y| (0..w).map(move |x| (x, y)))
            .flat_map(|(x, y)| [0, 1, 2].map(|c| (x * 7 + y * 13 + c * 29 + x * y / 8) as u8))
            .collect()
    }

    /// `scripts/make-crop-golden.py` made these with OpenCV 4.11.
    #[test]
    fn crops_are_opencvs_to_the_bit() {
        let rgb = pattern();
        let picture = View::new(SIZE.0, SIZE.1, &rgb).unwrap();
        let region = |cx, cy, side, rot| Roi { cx, cy, side, rot };
        let cases: [(Roi, Border, &[u8]); 4] = [
            (Roi::whole(SIZE.0, SIZE.1), Border::Zero, include_bytes!("golden/warp0.bin")),
            (region(40.3, 22.7, 50.2, 0.4), Border::Replicate, include_bytes!("golden/warp1.bin")),
            (region(80.1, 10.2, 70.9, -2.3), Border::Replicate, include_bytes!("golden/warp2.bin")),
            (region(50.2, 30.1, 20.3, 1.1), Border::Replicate, include_bytes!("golden/warp3.bin")),
        ];
        for (roi, border, golden) in cases {
            let mut out = vec![0.0; 24 * 24 * 3];
            warp(picture, &roi, border, (24, &mut out));
            let bytes: Vec<u8> = out.iter().map(|v| (v * 255.0).round() as u8).collect();
            assert!(bytes == golden, "{roi:?}");
        }
    }

    #[test]
    fn fills_the_tensor_it_is_given_and_refuses_others() {
        use candle_core::Device::Cpu;
        let rgb = vec![255; 12];
        let picture = View::new(2, 2, &rgb).unwrap();
        // A part of a larger storage, as a network's input may be.
        let arena = Tensor::zeros(8 * 8 * 3 + 20, DType::F32, &Cpu).unwrap();
        let input = arena.narrow(0, 10, 8 * 8 * 3).unwrap().reshape((1, 8, 8, 3)).unwrap();
        let cropper = Cropper::new(&input).unwrap();
        cropper.crop(picture, &Roi::whole(2, 2), Border::Replicate).unwrap();
        let values = arena.to_vec1::<f32>().unwrap();
        assert!(values[10..][..8 * 8 * 3].iter().all(|v| *v == 1.0));
        assert!(values[..10].iter().chain(&values[10 + 8 * 8 * 3..]).all(|v| *v == 0.0));
        for wrong in [(1, 8, 8, 4), (1, 8, 6, 3), (2, 8, 8, 3), (1, 300, 300, 3)] {
            let input = Tensor::zeros(wrong, DType::F32, &Cpu).unwrap();
            assert!(Cropper::new(&input).is_err());
        }
        let whole_numbers = Tensor::zeros((1, 8, 8, 3), DType::U8, &Cpu).unwrap();
        assert!(Cropper::new(&whole_numbers).is_err());
    }

    #[test]
    fn regions_far_outside_and_tiny_pictures_are_fine() {
        let rgb = [10, 20, 30];
        let picture = View::new(1, 1, &rgb).unwrap();
        let mut out = vec![0.0; 16 * 16 * 3];
        let far = Roi { cx: -9e4, cy: 9e4, side: 5e5, rot: 3.0 };
        warp(picture, &far, Border::Replicate, (16, &mut out));
        assert_eq!(out[0], 10.0 / 255.0);
        warp(picture, &far, Border::Zero, (16, &mut out));
        assert_eq!(out[0], 0.0);
    }
}
