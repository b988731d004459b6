//! Safe mode's editor: shows the configuration file with its mistakes and keeps a better one in its
//! place. Decides nothing about the running box, which goes on as it started.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::place::tempfile_in;
use super::{ConfigFile, FileMistake};
use crate::base::{Error, Kind, Result};

/// Finds the mistakes in a file, with the flags and the environment that Dixi was started with.
pub type CheckFile = Box<dyn Fn(ConfigFile) -> Result<Vec<FileMistake>> + Send + Sync>;

/// The file that had mistakes when Dixi started, and how to tell whether another text has any.
pub struct Mending {
    /// As it was at the start.
    pub file: ConfigFile,
    /// Its mistakes then, in the order of their lines.
    pub mistakes: Vec<FileMistake>,
    /// Looks at another text for it.
    pub check: CheckFile,
}

/// The file as it is now.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct FileView {
    /// Where it is.
    pub path: String,
    /// What it says; empty if that cannot be read.
    pub text: String,
    /// What is wrong with it now. Empty: a restart ends safe mode.
    pub mistakes: Vec<FileMistake>,
    /// Whether it can be written from here.
    pub writable: bool,
}

/// A new text for the file.
#[derive(Clone, Debug, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewText {
    /// All of it.
    pub text: String,
    /// What the file said when it was read: whoever changed it since is not overwritten.
    pub was: String,
}

impl Mending {
    /// In one line, for the status and the log.
    pub fn in_words(&self) -> String {
        let path = self.file.path.display();
        match self.mistakes.as_slice() {
            [first, rest @ ..] if !rest.is_empty() => {
                format!("{path}: {} (and {} more)", first.in_words(), rest.len())
            }
            [first, ..] => format!("{path}: {}", first.in_words()),
            [] => path.to_string(),
        }
    }

    /// The file as it is now. Blocks.
    ///
    /// # Errors
    /// What `check` says of flags and environment.
    pub fn look(&self) -> Result<FileView> {
        let path = &self.file.path;
        let text = fs::read_to_string(path).map_err(|e| Error::from(e).next("look at its rights"));
        let mistakes = (self.check)(ConfigFile { path: path.clone(), text: text.clone() })?;
        Ok(FileView {
            path: path.display().to_string(),
            text: text.unwrap_or_default(),
            mistakes,
            writable: writable(path),
        })
    }

    /// Puts `new` in the file's place, in one step and with the file's rights; the former text is
    /// kept beside it as `….before`. Blocks.
    ///
    /// # Errors
    /// `Invalid` with the first mistake of the new text; `Conflict` if somebody else changed the
    /// file; `Denied` and the like if it cannot be written. The file is as before then.
    pub fn keep(&self, new: &NewText) -> Result<FileView> {
        let path = &self.file.path;
        let file = ConfigFile { path: path.clone(), text: Ok(new.text.clone()) };
        if let Some(first) = (self.check)(file)?.first() {
            return Err(Error::invalid("that text still has a mistake").why(first.in_words()));
        }
        let former = fs::read(path).map_err(cannot_write)?;
        if former != new.was.as_bytes() {
            return Err(Error::new(Kind::Conflict, "the file has been changed meanwhile")
                .why("somebody else wrote to it after you had opened it")
                .next("open it again, and make your change there"));
        }
        replace(path, new.text.as_bytes(), &former).map_err(cannot_write)?;
        tracing::info!("{} was changed from the page", path.display());
        self.look()
    }
}

fn writable(path: &Path) -> bool {
    fs::OpenOptions::new().append(true).open(path).is_ok() && path.parent().is_some_and(tempfile_in)
}

fn replace(path: &Path, text: &[u8], former: &[u8]) -> std::io::Result<()> {
    let rights = fs::metadata(path)?;
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        std::path::PathBuf::from(name)
    };
    let write = |to: &Path, bytes: &[u8]| -> std::io::Result<()> {
        let mut file = fs::File::create(to)?;
        file.set_permissions(fs::Permissions::from_mode(rights.mode() & 0o7777))?;
        // Another owner's file stays theirs where we may say so; where not, the rights decide.
        let _ = std::os::unix::fs::fchown(&file, Some(rights.uid()), Some(rights.gid()));
        file.write_all(bytes)?;
        file.sync_all()
    };
    write(&beside(".before"), former)?;
    let new = beside(".new");
    write(&new, text)?;
    fs::rename(&new, path)?;
    fs::File::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()
}

fn cannot_write(e: std::io::Error) -> Error {
    let why = e.to_string();
    Error::new(Error::from(e).kind(), "the configuration file cannot be written from here")
        .why(why)
        .next("edit it on the machine itself, as an administrator")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Layers, Sources};

    fn mending(dir: &Path, text: &str) -> Mending {
        let path = dir.join("dixi.toml");
        fs::write(&path, text).unwrap();
        let check: CheckFile = Box::new(|file| {
            let environment = std::collections::BTreeMap::<&str, &str>::new();
            let sources = Sources { flags: vec![], environment: &environment, file: Some(file) };
            Ok(Layers::read_past_the_file(&sources)?.1)
        });
        let file = ConfigFile { path, text: Ok(text.into()) };
        let mistakes = check(file.clone()).unwrap();
        Mending { file, mistakes, check }
    }

    #[test]
    fn a_better_text_takes_the_place_and_the_former_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let bad = "[vision]\nnum_hands = 9\n";
        let mending = mending(dir.path(), bad);
        fs::set_permissions(&mending.file.path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(mending.in_words().contains("dixi.toml: line 2: `vision.num_hands`"));
        let view = mending.look().unwrap();
        assert_eq!(
            (view.text.as_str(), view.mistakes[0].line, view.writable),
            (bad, Some(2), true)
        );
        let still = NewText { text: "[vision]\nnum_hands = 8\n".into(), was: bad.into() };
        let e = mending.keep(&still).unwrap_err();
        assert_eq!(e.kind(), Kind::Invalid);
        assert!(e.to_string().contains("line 2"), "{e}");
        let good = NewText { text: "[vision]\nnum_hands = 4\n".into(), was: bad.into() };
        assert_eq!(mending.keep(&good).unwrap().mistakes, []);
        assert_eq!(fs::read_to_string(&mending.file.path).unwrap(), good.text);
        assert_eq!(fs::metadata(&mending.file.path).unwrap().mode() & 0o777, 0o640);
        assert_eq!(fs::read_to_string(dir.path().join("dixi.toml.before")).unwrap(), bad);
    }

    #[test]
    fn a_file_that_somebody_else_changed_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let mending = mending(dir.path(), "stray = 1\n");
        fs::write(&mending.file.path, "# mine\n").unwrap();
        let new = NewText { text: "# yours\n".into(), was: "stray = 1\n".into() };
        assert_eq!(mending.keep(&new).unwrap_err().kind(), Kind::Conflict);
        assert_eq!(fs::read_to_string(&mending.file.path).unwrap(), "# mine\n");
    }

    #[test]
    fn a_file_that_is_no_text_is_told_and_not_lost() {
        let dir = tempfile::tempdir().unwrap();
        let mending = mending(dir.path(), "");
        fs::write(&mending.file.path, [0xff, 0xfe, 0x00]).unwrap();
        let view = mending.look().unwrap();
        assert_eq!(view.mistakes.len(), 1);
        let new = NewText { text: String::new(), was: String::new() };
        assert_eq!(mending.keep(&new).unwrap_err().kind(), Kind::Conflict);
        assert_eq!(fs::read(&mending.file.path).unwrap(), [0xff, 0xfe, 0x00]);
    }
}
