//! What a row's hash is made of. Whoever wants to check the chain without Dixi needs this file only.
//!
//! `SHA-256("dixi audit 1" ‖ previous ‖ number ‖ at ‖ kind ‖ who ‖ via ‖ address ‖ subject ‖ details)`:
//! the number as 8 bytes, little end first; each text as its length in bytes in the same form and then
//! its UTF-8, so that nothing can be moved from one column into the next.

use sha2::{Digest, Sha256};

/// Tells this form from any later one.
const FORM: &[u8] = b"dixi audit 1";

/// A row's hash, or the zeros before the first.
pub type Hash = [u8; 32];

/// The hash of the row `number` with these columns (`at`, `kind`, `who`, `via`, `address`, `subject`,
/// `details`) that follows `previous`. Of bytes, for a damaged row need not be text.
pub(super) fn hash(previous: &Hash, number: i64, columns: [&[u8]; 7]) -> Hash {
    let mut sum = Sha256::new();
    sum.update(FORM);
    sum.update(previous);
    sum.update(number.to_le_bytes());
    for column in columns {
        sum.update((column.len() as u64).to_le_bytes());
        sum.update(column);
    }
    sum.finalize().into()
}

/// A hash as people compare it.
pub fn hex(hash: &Hash) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
