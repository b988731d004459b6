//! Where Dixi keeps its files, decided before any setting can be read.

use std::path::{Path, PathBuf};

use super::Strings;
use crate::base::{Error, Result};

/// The configuration file that is read if it exists and no other is named.
pub const DEFAULT_FILE: &str = "/etc/dixi/dixi.toml";
/// The box's own certificate, and its key, in the data directory.
pub const OWN_CERTIFICATE: [&str; 2] = ["tls-cert.pem", "tls-key.pem"];
const SYSTEM_DATA: &str = "/var/lib/dixi";

/// The data directory and what decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataDir {
    /// Where.
    pub path: PathBuf,
    /// Why there, for people.
    pub from: &'static str,
}

impl DataDir {
    /// `--data-dir`, else `DIXI_DATA_DIR`, else systemd's `STATE_DIRECTORY`, else `/var/lib/dixi`
    /// if it can be written, else the person's own data directory.
    ///
    /// # Errors
    /// `Invalid` if none of these can be told.
    pub fn find(flag: Option<&Path>, env: &dyn Strings) -> Result<Self> {
        if let Some(path) = flag {
            return Ok(Self { path: path.into(), from: "--data-dir" });
        }
        if let Some(path) = env.get("DIXI_DATA_DIR") {
            return Ok(Self { path: path.into(), from: "DIXI_DATA_DIR" });
        }
        // systemd separates several directories by colons; the first is the service's main one.
        if let Some(path) = env.get("STATE_DIRECTORY") {
            let first = path.split(':').next().unwrap_or_default().to_owned();
            return Ok(Self { path: first.into(), from: "STATE_DIRECTORY" });
        }
        if tempfile_in(Path::new(SYSTEM_DATA)) {
            return Ok(Self { path: SYSTEM_DATA.into(), from: "default of this system" });
        }
        let own = env.get("XDG_DATA_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
        let own = own.or_else(|| env.get("HOME").map(|h| Path::new(&h).join(".local/share")));
        match own {
            Some(path) => Ok(Self { path: path.join("dixi"), from: "default of this user" }),
            None => Err(Error::invalid("there is no place to keep Dixi's data")
                .why("neither HOME nor XDG_DATA_HOME is set, and /var/lib/dixi cannot be written")
                .next("name one with `--data-dir`")),
        }
    }
}

/// Whether files can be made there; permissions alone do not tell (read-only mounts, containers).
pub(super) fn tempfile_in(dir: &Path) -> bool {
    let probe = dir.join(format!(".write-test-{}", std::process::id()));
    let made = dir.is_dir() && std::fs::File::create_new(&probe).is_ok();
    if made {
        // A leftover is harmless, and there is nothing better to do about it.
        let _ = std::fs::remove_file(&probe);
    }
    made
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_stronger_place_wins() {
        let mut env = BTreeMap::from([
            ("DIXI_DATA_DIR", "/a"),
            ("STATE_DIRECTORY", "/b:/c"),
            ("XDG_DATA_HOME", "/d"),
            ("HOME", "/e"),
        ]);
        let find = |env: &BTreeMap<&str, &str>| DataDir::find(None, env).unwrap().path;
        let flag = DataDir::find(Some(Path::new("/flag")), &env).unwrap();
        assert_eq!(flag.path, Path::new("/flag"));
        assert_eq!(find(&env), Path::new("/a"));
        env.remove("DIXI_DATA_DIR");
        assert_eq!(find(&env), Path::new("/b"));
        env.remove("STATE_DIRECTORY");
        if !Path::new(SYSTEM_DATA).exists() {
            assert_eq!(find(&env), Path::new("/d/dixi"));
            env.remove("XDG_DATA_HOME");
            assert_eq!(find(&env), Path::new("/e/.local/share/dixi"));
            env.remove("HOME");
            assert!(DataDir::find(None, &env).is_err());
        }
    }
}
