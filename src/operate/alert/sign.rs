//! Signatures as the Standard Webhooks scheme has them (standardwebhooks.com), so that receivers in any
//! language can check them with a library: HMAC-SHA256 over `id.timestamp.body`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::base::Secret;

/// What begins a key that is base64; any other text is the key itself.
const PREFIX: &str = "whsec_";

/// The value of `webhook-signature`. `timestamp` is in seconds since 1970.
pub fn signature(key: &Secret, id: &str, timestamp: i64, body: &[u8]) -> String {
    let text = key.reveal();
    let decoded = text.strip_prefix(PREFIX).and_then(|b| BASE64_STANDARD.decode(b).ok());
    let bytes = decoded.unwrap_or_else(|| text.as_bytes().to_vec());
    let signed = [id.as_bytes(), timestamp.to_string().as_bytes(), body].join(&b'.');
    // HMAC takes keys of any length.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(&bytes) else { return String::new() };
    let mac = mac.chain_update(signed).finalize().into_bytes();
    format!("v1,{}", BASE64_STANDARD.encode(mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_the_scheme_says() {
        // The example in the libraries of Standard Webhooks.
        let key = Secret::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = br#"{"test": 2432232314}"#;
        let made = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(made, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let other = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_331, body);
        assert_ne!(made, other);
        // RFC 4231, case 2, with a key that is plain text; our signed text has two points in it.
        let plain = signature(&Secret::from("Jefe"), "a", 1, b"b");
        assert_eq!(plain, signature(&Secret::from("whsec_SmVmZQ=="), "a", 1, b"b"));
    }
}
