//! Streams as cameras really send them, cut at every place.

use proptest::prelude::*;

use super::*;
use crate::camera::jpeg::tests::real;

const LIMIT: usize = 1 << 20;

/// All pictures of `stream`, read in pieces of `piece` bytes.
fn split(stream: &[u8], piece: usize) -> (Vec<Vec<u8>>, Losses) {
    let mut splitter = Splitter::new(LIMIT);
    let (mut all, mut picture) = (Vec::new(), Vec::new());
    for chunk in stream.chunks(piece) {
        let mut at = 0;
        while at < chunk.len() {
            let step = splitter.feed(&chunk[at..], &mut picture);
            at += step.used;
            if step.whole {
                all.push(std::mem::take(&mut picture));
            }
        }
    }
    if splitter.finish(&mut picture) {
        all.push(picture);
    }
    (all, splitter.losses())
}

fn split_anyhow(stream: &[u8]) -> Vec<Vec<u8>> {
    let (whole, _) = split(stream, stream.len().max(1));
    for piece in [1, 2, 3, 7, 1000] {
        assert_eq!(split(stream, piece).0, whole, "in pieces of {piece} bytes");
    }
    whole
}

#[test]
fn plain_concatenation_and_any_multipart_header_between() {
    let (a, b) = (real(32, 24, 1), real(40, 24, 2));
    let between: [&[u8]; 5] = [
        b"",
        b"\r\n--boundary\r\nContent-Type: image/jpeg\r\nContent-Length: 99999\r\n\r\n",
        b"\n\n----\"myboundary\"\nContent-type:image/jpeg\n",
        b"\xFF\xFF\xFF",
        b"\0\0\0\xFF\xD9\xFFgarbage\xFF\0\xFF\xD8garbage",
    ];
    for text in between {
        let stream = [text, &a, text, &b, text].concat();
        assert_eq!(split_anyhow(&stream), [a.clone(), b.clone()], "{text:?}");
    }
}

#[test]
fn thumbnails_in_segments_are_not_pictures() {
    let (thumb, picture) = (real(8, 8, 0), real(32, 24, 1));
    let mut with = vec![0xFF, 0xD8, 0xFF, 0xE1];
    with.extend(((thumb.len() + 2) as u16).to_be_bytes());
    with.extend(&thumb);
    with.extend(&picture[2..]);
    assert_eq!(split_anyhow(&[&with[..], &picture].concat()), [with.clone(), picture]);
}

#[test]
fn a_picture_without_its_end_is_closed_where_the_boundary_begins() {
    let (a, b) = (real(32, 24, 1), real(40, 24, 2));
    let open = &a[..a.len() - 2];
    let stream = [open, b"\r\n--b\r\nContent-Type: image/jpeg\r\n\r\n", &b].concat();
    assert_eq!(split_anyhow(&stream), [a.clone(), b]);
    assert_eq!(split_anyhow(open), [a], "at the end of the stream");
}

#[test]
fn restart_markers_and_progressive_scans_are_walked_through() {
    let a = real(32, 24, 1);
    let scan = a.len() - 4;
    let mut odd = a[..scan].to_vec();
    // A restart, a stuffed FF, fill bytes, a table and another scan, then the rest.
    odd.extend([0xFF, 0xD0, 0xFF, 0x00, 0xFF, 0xFF, 0xC4, 0, 4, 1, 2]);
    odd.extend([0xFF, 0xDA, 0, 3, 1, 5, 6, 7]);
    odd.extend(&a[scan..]);
    assert_eq!(split_anyhow(&[&odd[..], &a].concat()), [odd.clone(), a]);
}

#[test]
fn broken_pictures_are_lost_and_the_next_is_found() {
    let a = real(32, 24, 1);
    // Broken in its header, a bad length, an end before the scan: none is a picture.
    for bad in [&a[..20], &[0xFF, 0xD8, 0xFF, 0xE0, 0, 1, 9, 9], &[0xFF, 0xD8, 0xFF, 0xD9]] {
        let (found, losses) = split(&[bad, &[0; 70_000], &a].concat(), 1000);
        assert_eq!(found.last(), Some(&a));
        assert_eq!((found.len(), losses.broken), (1, 1), "{bad:?}");
    }
}

#[test]
fn an_endless_picture_is_given_up_and_never_grows_the_buffer() {
    let a = real(32, 24, 1);
    let mut splitter = Splitter::new(a.len() + 100);
    let mut picture = Vec::new();
    splitter.feed(&a[..a.len() - 2], &mut picture);
    for _ in 0..100 {
        assert!(!splitter.feed(&[0x55; 5000], &mut picture).whole);
        assert!(picture.len() <= a.len() + 100);
    }
    assert_eq!(splitter.losses().oversized, 1);
    picture.clear();
    assert!(splitter.feed(&a, &mut picture).whole);
    assert_eq!(picture, a);
}

#[test]
fn a_stream_of_something_else_is_refused_in_words() {
    let mut pictures = Pictures::new(std::io::repeat(b'x'), LIMIT, 1 << 20);
    let e = pictures.next_into(&mut Vec::new()).unwrap_err();
    assert!(e.what().contains("no JPEG"), "{e}");
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_give_the_same_and_stay_small(
        bytes in proptest::collection::vec(
            prop_oneof![Just(0xFFu8), Just(0xD8), Just(0xD9), Just(0xDA), Just(0), any::<u8>()],
            0..600),
        piece in 1usize..40,
    ) {
        let (whole, _) = split(&bytes, bytes.len().max(1));
        let (pieces, _) = split(&bytes, piece);
        prop_assert_eq!(&whole, &pieces);
        prop_assert!(whole.iter().map(Vec::len).sum::<usize>() <= bytes.len() + 2 * whole.len());
    }
}
