//! The flags that several subcommands share: where the configuration comes from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::base::{Error, Kind, Result};
use crate::config::{
    ConfigFile, DEFAULT_FILE, DataDir, Flag, Layers, Mending, ProcessEnvironment, SettingsHub,
    Sources, Strings,
};
use crate::store::settings::{NotKept, load_read_only};

/// More than any configuration, less than a mistaken path's worth of memory, bytes.
const FILE_MAX: u64 = 128 << 10;

/// Where the configuration comes from.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ConfigArgs {
    /// Configuration file [default: /etc/dixi/dixi.toml if it exists]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Where Dixi keeps its state [default: /var/lib/dixi if it can be written, else your own data directory]
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
    /// Camera: `auto`, `demo`, `demo:canvas`, `browser`, `v4l2:<id>`, `http://…` or `file:<path>`
    #[arg(long, value_name = "SOURCE")]
    camera: Option<String>,
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:3001]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Let other machines reach the address, by TLS and a login only
    #[arg(long)]
    allow_lan: bool,
    /// Let whoever is at this very machine do everything without a login
    #[arg(long)]
    open_loopback: bool,
    /// How much to log: error, warn, info, debug, trace, or by part, as in `info,dixi::camera=debug`
    #[arg(long, value_name = "FILTER")]
    log_level: Option<String>,
    /// How to log: text or json
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Any setting, as in `--set vision.num_hands=4`; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl ConfigArgs {
    /// All that flags, environment and file say.
    ///
    /// # Errors
    /// One `Invalid` error with every mistake.
    pub(super) fn layers(&self) -> Result<Layers> {
        Layers::read(&self.sources(self.file()?)?)
    }

    /// The same for a box that has to start: mistakes in the file do not keep it from that.
    ///
    /// # Errors
    /// One `Invalid` error with every mistake in flags and environment.
    pub(super) fn layers_past_the_file(&self) -> Result<(Layers, Option<Mending>)> {
        let file = self.file()?;
        let (layers, mistakes) = Layers::read_past_the_file(&self.sources(file.clone())?)?;
        let mending = file.filter(|_| !mistakes.is_empty()).map(|file| {
            let flags = self.clone();
            let check = move |file: ConfigFile| {
                Ok(Layers::read_past_the_file(&flags.sources(Some(file))?)?.1)
            };
            Mending { file, mistakes, check: Box::new(check) }
        });
        Ok((layers, mending))
    }

    /// All settings as a box would have them, those of the settings page included; for looking only.
    ///
    /// # Errors
    /// As [`ConfigArgs::layers`] and [`ConfigArgs::data_dir`].
    pub(super) fn settings(&self) -> Result<SettingsHub> {
        // No database yet, or one that cannot be read: then there is nothing of the page's.
        let kept = load_read_only(&self.data_dir()?.path).unwrap_or_default();
        let only_shown = Arc::new(NotKept::because(&Error::unavailable("only shown")));
        Ok(SettingsHub::new(self.layers()?, kept, only_shown).with_mask(crate::app::mask))
    }

    /// Where the state is kept.
    ///
    /// # Errors
    /// `Invalid` if there is no such place.
    pub(super) fn data_dir(&self) -> Result<DataDir> {
        DataDir::find(self.data_dir.as_deref(), &ProcessEnvironment)
    }

    fn sources(&self, file: Option<ConfigFile>) -> Result<Sources<'static>> {
        Ok(Sources { flags: self.flags()?, environment: &ProcessEnvironment, file })
    }

    fn flags(&self) -> Result<Vec<Flag>> {
        let named = [
            ("--camera", "camera.source", self.camera.clone()),
            ("--listen", "server.listen", self.listen.clone()),
            ("--open-loopback", "server.open_loopback", self.open_loopback.then(|| "true".into())),
            ("--allow-lan", "server.allow_lan", self.allow_lan.then(|| "true".into())),
            ("--log-level", "log.level", self.log_level.clone()),
            ("--log-format", "log.format", self.log_format.clone()),
        ];
        let named = named.into_iter().filter_map(|(label, key, value)| {
            Some(Flag { key: key.into(), value: value?, label: label.into() })
        });
        let set = self.set.iter().map(|pair| match pair.split_once('=') {
            Some((key, value)) => {
                Ok(Flag { key: key.trim().into(), value: value.into(), label: "--set".into() })
            }
            None => Err(Error::invalid(format!("`--set {pair}` has no `=`"))
                .next("write it as in `--set vision.num_hands=4`")),
        });
        named.map(Ok).chain(set).collect()
    }

    /// The file that is named, which must exist, or the usual one if it does.
    fn file(&self) -> Result<Option<ConfigFile>> {
        let named =
            self.config.clone().or_else(|| ProcessEnvironment.get("DIXI_CONFIG").map(Into::into));
        let must_exist = named.is_some();
        let path = named.unwrap_or_else(|| DEFAULT_FILE.into());
        match read(&path) {
            Err(e) if e.kind() == Kind::NotFound => match must_exist {
                true => Err(e),
                false => Ok(None),
            },
            text => Ok(Some(ConfigFile { path, text })),
        }
    }
}

fn read(path: &Path) -> Result<String> {
    let shown = path.display();
    let told = |e: std::io::Error| {
        let why = e.to_string();
        Error::new(Error::from(e).kind(), format!("cannot read the configuration file {shown}"))
            .why(why)
    };
    if std::fs::metadata(path).map_err(told)?.len() > FILE_MAX {
        return Err(Error::invalid(format!("{shown} is too large for a configuration file")));
    }
    std::fs::read_to_string(path).map_err(told)
}
