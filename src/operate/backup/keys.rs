//! The keys of a box: secret settings, and the key of its own certificate. In a backup they are sealed
//! with a passphrase (age, <https://age-encryption.org>) or not at all. Decides nothing about which
//! settings are secret; keeps no passphrase.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use age::secrecy::SecretString;
use age::{Decryptor, Encryptor, scrypt};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::archive::private;
use crate::base::{Error, Kind, Result, Secret};
use crate::config::OWN_CERTIFICATE;
use crate::store::copies::{put_settings, take_settings};

/// Says whether a setting of this key and value is secret.
pub type IsSecret = fn(&str, &Value) -> bool;

/// How hard a passphrase is to try: scrypt with N = 2^this, which takes 64 MiB and a third of a second.
const WORK: u8 = 16;
/// What is opened, at most: 1 GiB.
const MOST_WORK: u8 = 20;
/// All keys of a box, at most, bytes; of each file.
pub(super) const SEALED_BYTES: u64 = 1 << 20;
const FILE_BYTES: u64 = 64 << 10;

/// How a box's keys go into a backup.
#[derive(Clone)]
pub struct Keys {
    /// What they are sealed with; empty leaves them out.
    pub passphrase: Secret,
    /// Which settings are.
    pub is_secret: IsSecret,
}

/// The keys themselves, outside of a database.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bunch {
    settings: BTreeMap<String, Value>,
    /// Text of files in the data directory.
    files: BTreeMap<String, String>,
}

impl Bunch {
    /// Takes them out of a copy of the database, and from beside the database in `dir`.
    pub(super) fn take(copy: &Path, dir: &Path, is_secret: IsSecret) -> Result<Self> {
        let settings = take_settings(copy, is_secret)?;
        let read = |name: &str| {
            let text = fs::read_to_string(dir.join(name)).ok()?;
            (text.len() as u64 <= FILE_BYTES).then(|| (name.to_owned(), text))
        };
        let files = OWN_CERTIFICATE.iter().filter_map(|name| read(name)).collect();
        Ok(Self { settings, files })
    }

    /// What they are called.
    pub(super) fn names(&self) -> Vec<String> {
        self.settings.keys().chain(self.files.keys()).cloned().collect()
    }

    pub(super) fn seal(&self, passphrase: &Secret) -> Result<Vec<u8>> {
        let wrong = |e: &dyn std::fmt::Display| {
            Error::internal("the keys cannot be sealed").why(e.to_string())
        };
        let json = serde_json::to_vec(self).map_err(|e| wrong(&e))?;
        let mut recipient = scrypt::Recipient::new(secret(passphrase));
        recipient.set_work_factor(WORK);
        let sealing = Encryptor::with_recipients(std::iter::once(&recipient as _));
        let mut sealed = Vec::new();
        let mut out =
            sealing.map_err(|e| wrong(&e))?.wrap_output(&mut sealed).map_err(|e| wrong(&e))?;
        out.write_all(&json).and_then(|()| out.finish()).map_err(|e| wrong(&e))?;
        Ok(sealed)
    }

    /// # Errors
    /// `Denied` for another passphrase; `Invalid` for what is sealed with no passphrase, or holds
    /// something else.
    pub(super) fn open(sealed: &[u8], passphrase: &Secret) -> Result<Self> {
        let damaged = || {
            Error::invalid("the keys in this backup cannot be read").next("restore without them")
        };
        let sealed = Decryptor::new(sealed).map_err(|_| damaged())?;
        if !sealed.is_scrypt() {
            return Err(damaged());
        }
        let mut identity = scrypt::Identity::new(secret(passphrase));
        identity.set_max_work_factor(MOST_WORK);
        let opened = sealed.decrypt(std::iter::once(&identity as _)).map_err(|e| match e {
            age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => {
                needs_passphrase("it is another passphrase")
            }
            _ => damaged(),
        })?;
        let mut json = Vec::new();
        opened.take(SEALED_BYTES).read_to_end(&mut json).map_err(|_| damaged())?;
        serde_json::from_slice(&json).map_err(|_| damaged())
    }

    /// Puts them into what is staged: the settings into the database `copy`, the files beside it.
    pub(super) fn put(&self, copy: &Path, dir: &Path) -> Result<()> {
        put_settings(copy, &self.settings)?;
        // By our names, whatever theirs are.
        for (name, text) in OWN_CERTIFICATE.iter().filter_map(|n| Some((n, self.files.get(*n)?))) {
            let mut file = private(&dir.join(name))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
        }
        Ok(())
    }
}

/// The answer to whoever gave none, or another.
pub(super) fn needs_passphrase(why: &str) -> Error {
    Error::new(Kind::Denied, "the keys in this backup are sealed")
        .why(why)
        .next("give the passphrase that was set when it was made, or go back without its keys")
}

fn secret(words: &Secret) -> SecretString {
    words.reveal().to_owned().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bunch() -> Bunch {
        Bunch {
            settings: BTreeMap::from([("alert.webhook_key".into(), json!("whsec_canary"))]),
            files: BTreeMap::from([("tls-key.pem".into(), "PRIVATE".into())]),
        }
    }

    #[test]
    fn keys_are_opened_by_their_passphrase_and_by_no_other() {
        let sealed = bunch().seal(&"ein Wort, das trägt".into()).unwrap();
        assert!(sealed.starts_with(b"age-encryption.org/v1"), "other tools open it too");
        for part in [&b"canary"[..], b"webhook", b"PRIVATE", b"tls-key"] {
            assert!(!sealed.windows(part.len()).any(|w| w == part));
        }
        let open = |sealed: &[u8], words: &str| Bunch::open(sealed, &words.into());
        assert_eq!(open(&sealed, " ein Wort, das trägt\n").unwrap(), bunch());
        assert_eq!(open(&sealed, "ein Wort").unwrap_err().kind(), Kind::Denied);
        for at in [30, sealed.len() / 2, sealed.len() - 1] {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(open(&bad, "ein Wort, das trägt").is_err(), "{at}");
        }
        assert!(open(b"", "x").is_err() && open(&sealed[..40], "x").is_err());
    }

    #[test]
    fn one_that_would_take_hours_to_open_is_refused_at_once() {
        let text = "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 40\n\
                    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\
                    --- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n0123456789abcdef";
        let e = Bunch::open(text.as_bytes(), &"x".into()).unwrap_err();
        assert_eq!(e.kind(), Kind::Invalid, "{e}");
    }
}
