//! TLS: a certificate of the box's own, made at the first run that needs one and kept beside the
//! database, or the operator's by file. Changed files are taken up while running; what is wrong with
//! them is told, and the certificate before goes on.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::base::{Error, Result};
use crate::config::OWN_CERTIFICATE;

/// Where a certificate and its key are.
#[derive(Clone, Debug)]
pub struct Files {
    /// The certificate, with those that lead to its root, as PEM.
    pub certificate: PathBuf,
    /// Its private key, as PEM.
    pub key: PathBuf,
}

/// What is in use.
struct InUse {
    config: Arc<ServerConfig>,
    fingerprint: String,
}

/// The certificate in use, and where it comes from.
pub struct Tls {
    files: Option<Files>,
    /// The operator's, not the box's own.
    given: bool,
    now: ArcSwap<InUse>,
    /// What the files were like when they were read: time of change and size of each.
    seen: Mutex<Option<[(i64, i64, u64); 2]>>,
}

impl Tls {
    /// The operator's certificate.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub fn given(files: Files) -> Result<Self> {
        Self::read(files, true)
    }

    /// The box's own certificate in `dir` for these names: made if there is none. Where it cannot be
    /// kept it lasts for this run.
    ///
    /// # Errors
    /// What is wrong with the one that is there.
    pub fn own(dir: &Path, names: &[String]) -> Result<Self> {
        let [certificate, key] = OWN_CERTIFICATE.map(|name| dir.join(name));
        let files = Files { certificate, key };
        if files.certificate.exists() && files.key.exists() {
            return Self::read(files, false);
        }
        let (certificate, key) = make(names)?;
        let kept = write(&files.key, key.as_bytes(), 0o600)
            .and_then(|()| write(&files.certificate, certificate.as_bytes(), 0o644));
        match kept {
            Ok(()) => Self::read(files, false),
            Err(e) => {
                tracing::warn!("the certificate is not kept, the next start makes another: {e}");
                let now = ArcSwap::from_pointee(in_use(certificate.as_bytes(), key.as_bytes())?);
                Ok(Self { files: None, given: false, now, seen: Mutex::new(None) })
            }
        }
    }

    fn read(files: Files, given: bool) -> Result<Self> {
        let seen = Mutex::new(looks(&files));
        let now = ArcSwap::from_pointee(load(&files)?);
        Ok(Self { files: Some(files), given, now, seen })
    }

    /// SHA-256 of the certificate, as browsers show it: `AB:CD:…`.
    pub fn fingerprint(&self) -> String {
        self.now.load().fingerprint.clone()
    }

    /// Whether it is the operator's, which browsers trust by themselves.
    pub fn is_given(&self) -> bool {
        self.given
    }

    /// Takes up changed files. Reads them.
    pub fn follow(&self) {
        let Some(files) = &self.files else { return };
        let now = looks(files);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // A file that is not there is being replaced.
        if now.is_none() || now == *seen {
            return;
        }
        *seen = now;
        drop(seen);
        match load(files) {
            Ok(fresh) => {
                tracing::info!("tls: another certificate, SHA-256 {}", fresh.fingerprint);
                self.now.store(Arc::new(fresh));
            }
            Err(e) => tracing::error!("tls: the certificate before goes on: {e}"),
        }
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.now.load().config))
    }
}

fn looks(files: &Files) -> Option<[(i64, i64, u64); 2]> {
    let of = |path: &Path| fs::metadata(path).ok().map(|m| (m.mtime(), m.mtime_nsec(), m.len()));
    Some([of(&files.certificate)?, of(&files.key)?])
}

fn load(files: &Files) -> Result<InUse> {
    let read = |path: &Path| {
        fs::read(path).map_err(|e| {
            Error::new(Error::from(e).kind(), format!("cannot read {}", path.display()))
                .next("check `server.tls_cert` and `server.tls_key`, and who may read the files")
        })
    };
    in_use(&read(&files.certificate)?, &read(&files.key)?)
}

fn in_use(certificate: &[u8], key: &[u8]) -> Result<InUse> {
    let wrong = |what: &str, why: &dyn std::fmt::Display| {
        Error::invalid(what)
            .why(why.to_string())
            .next("give a certificate and its key as PEM files")
    };
    let chain = CertificateDer::pem_slice_iter(certificate)
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|e| wrong("the certificate cannot be read", &e))?;
    let Some(first) = chain.first() else {
        return Err(wrong("there is no certificate in its file", &"it holds no CERTIFICATE block"));
    };
    let fingerprint = fingerprint(first);
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|e| wrong("the certificate's key cannot be read", &e))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| wrong("TLS cannot be set up", &e))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| wrong("certificate and key do not go together", &e))?;
    let mut config = config;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(InUse { config: Arc::new(config), fingerprint })
}

fn fingerprint(der: &[u8]) -> String {
    let hash = Sha256::digest(der);
    hash.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(":")
}

/// A certificate and its key, for these names, as PEM.
fn make(names: &[String]) -> Result<(String, String)> {
    let wrong = |e: rcgen::Error| Error::internal("cannot make a certificate").source(e);
    let mut params = rcgen::CertificateParams::new(names.to_vec()).map_err(wrong)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, "Dixi, its own certificate");
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    // People compare its fingerprint once and keep it: it must not change under them.
    params.not_before = rcgen::date_time_ymd(2025, 1, 1);
    params.not_after = rcgen::date_time_ymd(2055, 1, 1);
    let key = rcgen::KeyPair::generate().map_err(wrong)?;
    let certificate = params.self_signed(&key).map_err(wrong)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

/// Writes a file whole or not at all; `mode` holds from its first byte on.
fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let fresh = path.with_extension("new");
    let written = (|| {
        let _ = fs::remove_file(&fresh);
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    })();
    written.map_err(|e| {
        let kind = Error::from(e).kind();
        Error::new(kind, format!("cannot write {}", path.display()))
    })
}

/// The names that a certificate of the box's own is for.
pub fn names(hostname: Option<&str>, further: impl Iterator<Item = String>) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if let Some(full) = hostname {
        let short = full.split('.').next().unwrap_or(full);
        names.extend([full.to_owned(), short.to_owned(), format!("{short}.local")]);
    }
    names.extend(further);
    let fits =
        |n: &String| n.is_ascii() && !n.is_empty() && !n.contains(['_', ' ', ':']) || n == "::1";
    names.retain(fits);
    names.sort_unstable();
    names.dedup();
    names
}

/// The operator's files, if they are named.
pub fn files(certificate: &str, key: &str) -> Option<Files> {
    let (certificate, key) = (certificate.trim(), key.trim());
    // That one does not come without the other, the settings see to.
    let named = !certificate.is_empty() && !key.is_empty();
    named.then(|| Files { certificate: certificate.into(), key: key.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(dir: &Path) -> Tls {
        Tls::own(dir, &names(Some("den.home.arpa"), std::iter::empty())).unwrap()
    }

    #[test]
    fn the_boxs_own_certificate_is_made_once_and_its_key_is_nobody_elses() {
        let dir = tempfile::tempdir().unwrap();
        let first = own(dir.path());
        let mode = fs::metadata(dir.path().join("tls-key.pem")).unwrap().mode() & 0o777;
        assert_eq!(mode, 0o600);
        assert_eq!(first.fingerprint().len(), 32 * 3 - 1);
        assert_eq!(first.fingerprint(), own(dir.path()).fingerprint());
        let other = tempfile::tempdir().unwrap();
        assert_ne!(first.fingerprint(), own(other.path()).fingerprint());
        // Where nothing can be kept there is one all the same.
        let file = dir.path().join("a-file");
        fs::write(&file, "").unwrap();
        assert!(!own(&file).fingerprint().is_empty());
    }

    #[test]
    fn changed_files_are_taken_up_and_broken_ones_are_not() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |dir: &Path, name: &str| dir.join(name);
        let first = own(dir.path()).fingerprint();
        let second = own(other.path()).fingerprint();
        let files = Files {
            certificate: at(dir.path(), "tls-cert.pem"),
            key: at(dir.path(), "tls-key.pem"),
        };
        let tls = Tls::given(files.clone()).unwrap();
        assert!(tls.is_given());
        // The new certificate is there and its key is not yet.
        fs::copy(at(other.path(), "tls-cert.pem"), &files.certificate).unwrap();
        tls.follow();
        assert_eq!(tls.fingerprint(), first, "they do not go together");
        fs::copy(at(other.path(), "tls-key.pem"), &files.key).unwrap();
        tls.follow();
        assert_eq!(tls.fingerprint(), second);
        fs::write(&files.certificate, "nonsense").unwrap();
        tls.follow();
        fs::remove_file(&files.key).unwrap();
        tls.follow();
        assert_eq!(tls.fingerprint(), second, "what was right goes on");
        assert!(Tls::given(files).is_err());
    }
}
