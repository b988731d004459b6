//! A picture file, decoded whole: JPEG and PNG, by its own first bytes.
#![no_main]

use std::cell::RefCell;

use dixi::vision::picture::Decoder;

thread_local! {
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::files().expect("a decoder"));
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    DECODER.with_borrow_mut(|decoder| {
        if let Ok(view) = decoder.file(data) {
            assert_eq!(view.rgb().len(), view.width() as usize * view.height() as usize * 3);
        }
    });
});
