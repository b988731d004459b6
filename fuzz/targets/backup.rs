//! A backup archive: as it is, or packed by us so that the tar inside is what is made up.
#![no_main]

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((way, data)) = data.split_first() else { return };
    // Memory, where the system has such a place: a disk would be the slowest part.
    let folder = ["/dev/shm", "/tmp"].into_iter().find(|f| std::path::Path::new(f).is_dir());
    let mut file = tempfile::NamedTempFile::new_in(folder.expect("a folder")).expect("a file");
    match way & 1 {
        0 => file.write_all(data).expect("written"),
        _ => {
            let mut packed = GzEncoder::new(&mut file, Compression::none());
            packed.write_all(data).expect("written");
            packed.finish().expect("written");
        }
    }
    let _ = dixi::operate::backup::check(file.path());
});
