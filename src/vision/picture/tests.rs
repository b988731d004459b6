//! Every kind of picture a camera or a person may bring, good and bad.

use super::*;
use turbojpeg::{Compressor, Subsamp};

const W: usize = 48;
const H: usize = 32;

/// A soft gradient, which JPEG keeps nearly as it is.
fn gradient() -> Vec<u8> {
    (0..W * H).flat_map(|i| [(i % W * 5) as u8, (i / W * 7) as u8, 90]).collect()
}

struct Make {
    format: Packing,
    subsamp: Subsamp,
    progressive: bool,
}

fn jpeg(pixels: &[u8], make: Make) -> Vec<u8> {
    let mut c = Compressor::new().unwrap();
    c.set_quality(95).unwrap();
    c.set_subsamp(make.subsamp).unwrap();
    c.set_progressive(make.progressive).unwrap();
    let pitch = W * make.format.size();
    c.compress_to_vec(Image { pixels, width: W, pitch, height: H, format: make.format }).unwrap()
}

fn plain() -> Vec<u8> {
    jpeg(&gradient(), Make { format: Packing::RGB, subsamp: Subsamp::Sub2x2, progressive: false })
}

/// The same JPEG with another size in its header.
fn resized(mut jpeg: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let sof = jpeg.windows(2).position(|w| matches!(w, [0xFF, 0xC0 | 0xC2])).unwrap();
    jpeg[sof + 5..sof + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[sof + 7..sof + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

fn assert_gradient(view: View<'_>, tolerance: i32) {
    assert_eq!(view.size(), (W as u32, H as u32));
    for (i, (a, b)) in view.rgb().iter().zip(gradient()).enumerate() {
        assert!((i32::from(*a) - i32::from(b)).abs() <= tolerance, "byte {i}: {a} for {b}");
    }
}

#[test]
fn baseline_and_progressive_jpegs() {
    let mut d = Decoder::live().unwrap();
    for subsamp in [Subsamp::Sub2x2, Subsamp::Sub2x1, Subsamp::None] {
        for progressive in [false, true] {
            let make = Make { format: Packing::RGB, subsamp, progressive };
            assert_gradient(d.jpeg(&jpeg(&gradient(), make)).unwrap(), 12);
        }
    }
}

#[test]
fn grey_jpegs_are_grey_pictures() {
    let grey: Vec<u8> = (0..W * H).map(|i| (i % W * 5) as u8).collect();
    let make = Make { format: Packing::GRAY, subsamp: Subsamp::Gray, progressive: false };
    let mut d = Decoder::live().unwrap();
    let view = d.jpeg(&jpeg(&grey, make)).unwrap();
    for (p, g) in view.rgb().as_chunks::<3>().0.iter().zip(&grey) {
        assert!(p[0] == p[1] && p[1] == p[2] && p[0].abs_diff(*g) < 6);
    }
}

#[test]
fn four_colour_jpegs_are_read_as_adobe_writes_them() {
    // Inverted inks without black: the colours themselves.
    let inks: Vec<u8> =
        gradient().as_chunks::<3>().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
    let make = Make { format: Packing::CMYK, subsamp: Subsamp::None, progressive: false };
    let mut d = Decoder::live().unwrap();
    assert_gradient(d.jpeg(&jpeg(&inks, make)).unwrap(), 12);
}

#[test]
fn a_truncated_jpeg_is_an_error_wherever_it_is_cut() {
    let whole = plain();
    let mut d = Decoder::live().unwrap();
    for end in 0..whole.len() - 2 {
        assert!(d.jpeg(&whole[..end]).is_err(), "cut at {end} of {}", whole.len());
    }
    let e = d.jpeg(&whole[..whole.len() / 2 + 200]).unwrap_err();
    assert_eq!(e.kind(), crate::base::Kind::Invalid);
    // Cut, and given an end, as a broken network stream leaves it.
    let closed = [&whole[..whole.len() - 40], &[0xFF, 0xD9]].concat();
    assert!(d.jpeg(&closed).is_err());
    // And the decoder is as good as new.
    assert_gradient(d.jpeg(&whole).unwrap(), 12);
}

#[test]
fn padding_that_webcams_add_is_no_error() {
    let whole = plain();
    let mut d = Decoder::live().unwrap();
    let padded = [&whole[..whole.len() - 2], &[0; 7], &[0xFF, 0xD9, 0, 0, 0]].concat();
    assert_gradient(d.jpeg(&padded).unwrap(), 12);
}

#[test]
fn giant_and_empty_headers_are_refused_before_anything_is_allocated() {
    let mut d = Decoder::live().unwrap();
    for (w, h) in [(10_000, 10_000), (65_500, 65_500), (4097, 3072), (1, 0), (0, 1)] {
        assert!(d.jpeg(&resized(plain(), w, h)).is_err(), "{w}x{h}");
        assert_eq!(d.rgb.capacity(), 0);
    }
    let e = d.jpeg(&resized(plain(), 10_000, 10_000)).unwrap_err();
    assert!(e.to_string().contains("10000×10000"), "{e}");
}

#[test]
fn large_many_scan_jpegs_are_for_files_only() {
    let make = Make { format: Packing::RGB, subsamp: Subsamp::Sub2x2, progressive: true };
    let large = resized(jpeg(&gradient(), make), 4000, 3000);
    let e = Decoder::live().unwrap().jpeg(&large).unwrap_err();
    assert!(e.next_step().unwrap().contains("baseline"), "{e}");
    // The file decoder tries, and finds that it is cut short.
    let e = Decoder::files().unwrap().jpeg(&large).unwrap_err();
    assert_eq!(e.what(), "this JPEG is damaged");
    // Baseline, but the first scan says it holds one colour of three.
    let mut split = resized(plain(), 4000, 3000);
    assert!(!scans::first_is_partial(&split));
    let sos = split.windows(2).position(|w| w == [0xFF, 0xDA]).unwrap();
    split[sos + 4] = 1;
    assert!(scans::first_is_partial(&split));
}

#[test]
fn garbage_is_refused_in_words() {
    let mut d = Decoder::files().unwrap();
    assert_eq!(d.file(b"").unwrap_err().what(), "this picture is empty");
    for bad in [&b"<html>not a picture</html>"[..], &[0; 4096], &[0xFF, 0xD8]] {
        assert!(d.file(bad).is_err());
    }
}

#[test]
fn yuyv_of_any_width() {
    let mut d = Decoder::live().unwrap();
    for width in [2_u32, 3, 64, 65] {
        // Mid grey, then a strong red: Y 81, U 90, V 240.
        let pair = [[126, 128, 126, 128], [81, 90, 81, 240]];
        let data = (0..2).flat_map(|row: usize| {
            std::iter::repeat_n(pair[row], width.div_ceil(2) as usize).flatten()
        });
        let format = PixelFormat::Yuyv;
        let frame = Frame { width, height: 2, format, data: data.collect(), ..Frame::default() };
        let view = d.frame(&frame).unwrap();
        let rows: Vec<_> = view.rgb().chunks(width as usize * 3).collect();
        assert!(rows[0].iter().all(|&v| v == 128), "{width}: {rows:?}");
        assert!(rows[1].as_chunks::<3>().0.iter().all(|p| p[0] > 250 && p[1] < 5 && p[2] < 5));
    }
}

#[test]
fn frames_that_lie_about_their_size_are_refused() {
    let mut d = Decoder::live().unwrap();
    for format in [PixelFormat::Rgb, PixelFormat::Yuyv] {
        for (width, height) in [(64, 64), (0, 5), (u32::MAX, u32::MAX), (65_536, 65_536)] {
            let frame = Frame { width, height, format, data: vec![0; 1000], ..Frame::default() };
            assert!(d.frame(&frame).is_err());
        }
    }
}

#[test]
fn one_giant_picture_does_not_keep_its_memory() {
    let mut d = Decoder::live().unwrap();
    let frame = |w: u32, h: u32| Frame {
        width: w,
        height: h,
        format: PixelFormat::Yuyv,
        data: vec![128; (w * h * 2) as usize],
        ..Frame::default()
    };
    d.frame(&frame(4000, 3000)).unwrap();
    assert!(d.rgb.capacity() >= 36_000_000);
    d.frame(&frame(640, 480)).unwrap();
    assert!(d.rgb.capacity() < 1_000_000);
}

fn png(color: ::png::ColorType, depth: ::png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut e = ::png::Encoder::new(&mut bytes, W as u32, H as u32);
    e.set_color(color);
    e.set_depth(depth);
    if color == ::png::ColorType::Indexed {
        e.set_palette((0..=255).flat_map(|v| [v, 0, 255 - v]).collect::<Vec<u8>>());
    }
    e.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

#[test]
fn pngs_of_every_colour_type() {
    use ::png::{BitDepth::*, ColorType::*};
    let mut d = Decoder::files().unwrap();
    let rgb = gradient();
    let pixels = rgb.as_chunks::<3>().0;
    assert_gradient(d.file(&png(Rgb, Eight, &rgb)).unwrap(), 0);
    let wide: Vec<u8> = rgb.iter().flat_map(|&v| [v, 7]).collect();
    assert_gradient(d.file(&png(Rgb, Sixteen, &wide)).unwrap(), 0);
    let alpha: Vec<u8> = pixels.iter().flat_map(|&[r, g, b]| [r, g, b, 3]).collect();
    assert_gradient(d.file(&png(Rgba, Eight, &alpha)).unwrap(), 0);
    let reds: Vec<u8> = pixels.iter().map(|p| p[0]).collect();
    let with = |f: fn(u8) -> [u8; 3]| reds.iter().flat_map(|&v| f(v)).collect::<Vec<u8>>();
    let grey = with(|v| [v; 3]);
    assert_eq!(d.file(&png(Grayscale, Eight, &reds)).unwrap().rgb(), grey);
    let ga: Vec<u8> = reds.iter().flat_map(|&v| [v, 9]).collect();
    assert_eq!(d.file(&png(GrayscaleAlpha, Eight, &ga)).unwrap().rgb(), grey);
    let indexed = with(|v| [v, 0, 255 - v]);
    assert_eq!(d.file(&png(Indexed, Eight, &reds)).unwrap().rgb(), indexed);
    let bits = vec![0b1010_1010; W / 8 * H];
    assert_eq!(d.file(&png(Grayscale, One, &bits)).unwrap().rgb()[..6], [255, 255, 255, 0, 0, 0]);
}

#[test]
fn bad_pngs_are_errors() {
    let mut d = Decoder::files().unwrap();
    let whole = png(::png::ColorType::Rgb, ::png::BitDepth::Eight, &gradient());
    for end in [8, 20, 40, whole.len() / 2, whole.len() - 20] {
        assert!(d.file(&whole[..end]).is_err(), "cut at {end}");
    }
    // 20 000 × 20 000 in a header with its right checksum.
    let mut giant = Vec::new();
    let mut e = ::png::Encoder::new(&mut giant, 20_000, 20_000);
    e.set_color(::png::ColorType::Grayscale);
    e.write_header().unwrap().write_chunk(::png::chunk::IDAT, &[0; 9]).unwrap();
    let e = d.file(&giant).unwrap_err();
    assert!(e.to_string().contains("20000×20000"), "{e}");
}

proptest::proptest! {
    #[test]
    fn damaged_bytes_never_panic(at in 0_usize..600, byte: u8, cut in 0_usize..900) {
        let mut bytes = plain();
        let at = at % bytes.len();
        bytes[at] = byte;
        let mut d = Decoder::live().unwrap();
        let _ = d.jpeg(&bytes);
        let _ = d.jpeg(&bytes[..cut.min(bytes.len())]);
    }
}
