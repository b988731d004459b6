//! A camera's stream, cut into pieces anywhere: no picture is larger than the limit, each begins as a JPEG,
//! and where the cuts fall changes nothing.
#![no_main]

use dixi::camera::jpeg::START;
use dixi::camera::mjpeg::Splitter;

const MOST: usize = 4 << 10;

fn pictures(stream: &[u8], piece: usize) -> Vec<Vec<u8>> {
    let (mut splitter, mut picture, mut all) = (Splitter::new(MOST), Vec::new(), Vec::new());
    for mut chunk in stream.chunks(piece) {
        while !chunk.is_empty() {
            let step = splitter.feed(chunk, &mut picture);
            assert!(step.used > 0 || step.whole, "it does not get on");
            chunk = &chunk[step.used..];
            if step.whole {
                all.push(std::mem::take(&mut picture));
            }
        }
    }
    if splitter.finish(&mut picture) {
        all.push(picture);
    }
    all
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((piece, stream)) = data.split_first() else { return };
    let whole = pictures(stream, stream.len().max(1));
    for picture in &whole {
        assert!(picture.starts_with(&START[..2]) && picture.len() <= MOST + 4, "{picture:x?}");
    }
    assert_eq!(whole, pictures(stream, usize::from(*piece) + 1));
});
