//! The settings of a running Dixi: a snapshot that anybody reads without waiting, changed by one
//! at a time, with notice to whoever wants it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use serde_json::Value;
use tokio::sync::{broadcast, watch};

use super::layers::{Layer, Layers, find};
use super::{Setting, Settings, check};
use crate::base::{Error, Kind, Result};

/// Changes that a listener may lag behind: people change settings one by one, so a few suffice.
const CHANGES: usize = 64;

/// Whether a change lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is in the database.
    Yes,
    /// It holds until the process ends, because of this.
    No(String),
}

/// Where the UI's values are kept. May block.
pub trait Keeper: Send + Sync {
    /// Keeps `value`, or forgets the key for `None`.
    ///
    /// # Errors
    /// If it could not be written; the change is not made then.
    fn keep(&self, key: &'static str, value: Option<&Value>) -> Result<Kept>;
}

/// A setting with its value and where that comes from.
#[derive(Clone, Debug)]
pub struct Valued {
    /// As declared.
    pub setting: Setting,
    /// The value now; null for a secret that is set.
    pub value: Value,
    /// Where it comes from.
    pub layer: Layer,
    /// The flag, variable or file that locks it.
    pub locked_by: Option<String>,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which setting.
    pub key: &'static str,
    /// Its value now; null for a secret that is set.
    pub value: Value,
    /// Where that comes from.
    pub layer: Layer,
}

/// The running settings.
pub struct SettingsHub {
    table: Vec<Setting>,
    layers: Layers,
    ui: Mutex<BTreeMap<&'static str, Value>>,
    current: ArcSwap<Settings>,
    keeper: Arc<dyn Keeper>,
    watch: watch::Sender<Arc<Settings>>,
    changes: broadcast::Sender<Change>,
    mask: Mask,
}

/// What is shown of a value in place of it, where part of it is secret.
pub type Mask = fn(&str, &Value) -> Option<Value>;

impl SettingsHub {
    /// From what was said at the start and what the UI's values were. Kept values that are no
    /// longer understood (of another version) are left out with a warning.
    pub fn new(layers: Layers, kept: Vec<(String, Value)>, keeper: Arc<dyn Keeper>) -> Self {
        let table = Settings::declared();
        let mut ui = BTreeMap::new();
        for (key, value) in kept {
            match find(&table, &key)
                .and_then(|s| Settings::default().set(s, &value).map(|()| s.key))
            {
                Ok(key) => drop(ui.insert(key, value)),
                Err(e) => tracing::warn!(key, "a kept setting is left out: {e}"),
            }
        }
        let mut settings = resolve(&table, &layers, &ui);
        if let Some(clash) = check::together(&settings).first() {
            tracing::warn!("the kept settings are left out: {}", clash.error);
            ui.clear();
            settings = resolve(&table, &layers, &ui);
        }
        let settings = Arc::new(settings);
        Self {
            table,
            layers,
            ui: Mutex::new(ui),
            current: ArcSwap::from(Arc::clone(&settings)),
            keeper,
            watch: watch::Sender::new(settings),
            changes: broadcast::Sender::new(CHANGES),
            mask: |_, _| None,
        }
    }

    /// Shows values as `mask` says wherever they leave the hub for people to see.
    #[must_use]
    pub fn with_mask(mut self, mask: Mask) -> Self {
        self.mask = mask;
        self
    }

    /// The settings now. Never waits.
    pub fn current(&self) -> Arc<Settings> {
        self.current.load_full()
    }

    /// Tells whenever any setting changes.
    pub fn watch(&self) -> watch::Receiver<Arc<Settings>> {
        self.watch.subscribe()
    }

    /// Each change from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Changes one from the UI. Blocks until it is kept.
    ///
    /// # Errors
    /// `NotFound` with the nearest key; `Invalid` for a value that is not allowed; `Conflict` if a
    /// stronger layer decides; the keeper's if it could not be written. Nothing changes then.
    pub fn set(&self, key: &str, value: &Value) -> Result<Kept> {
        let setting = self.changeable(key)?;
        let mut checked = Settings::default();
        checked.set(setting, value).map_err(|e| {
            Error::invalid(format!("`{key}`: {}", e.what())).next(e.next_step().unwrap_or_default())
        })?;
        let value = checked.get(setting.key).unwrap_or_else(|| value.clone());
        self.change(setting, Some(value))
    }

    /// Puts one back to its default. Blocks until that is kept.
    ///
    /// # Errors
    /// As [`SettingsHub::set`].
    pub fn reset(&self, key: &str) -> Result<Kept> {
        let setting = self.changeable(key)?;
        self.change(setting, None)
    }

    /// One setting with its value and where that comes from.
    ///
    /// # Errors
    /// `NotFound` with the nearest key.
    pub fn get(&self, key: &str) -> Result<Valued> {
        let setting = find(&self.table, key)?;
        let ui = self.ui.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.valued(setting, &ui))
    }

    /// Every setting with its value and where that comes from, in the order of declaration.
    pub fn all(&self) -> Vec<Valued> {
        let ui = self.ui.lock().unwrap_or_else(PoisonError::into_inner);
        self.table.iter().map(|s| self.valued(s, &ui)).collect()
    }

    fn changeable(&self, key: &str) -> Result<&Setting> {
        let setting = find(&self.table, key)?;
        match self.layers.fixed(setting.key) {
            None => Ok(setting),
            Some(fixed) => {
                Err(Error::new(Kind::Conflict, format!("`{key}` cannot be changed here"))
                    .why(format!("{} decides it", fixed.label))
                    .next("change it there, or remove it there and start Dixi again"))
            }
        }
    }

    /// Keeps, applies and tells. The lock makes the order in the database that of the snapshots.
    fn change(&self, setting: &Setting, value: Option<Value>) -> Result<Kept> {
        let mut ui = self.ui.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = ui.clone();
        match &value {
            Some(value) => drop(next.insert(setting.key, value.clone())),
            None => drop(next.remove(setting.key)),
        }
        let settings = resolve(&self.table, &self.layers, &next);
        if let Some(clash) = check::together(&settings).into_iter().next() {
            return Err(clash.error);
        }
        let kept = self.keeper.keep(setting.key, value.as_ref())?;
        *ui = next;
        let settings = Arc::new(settings);
        self.current.store(Arc::clone(&settings));
        self.watch.send_replace(settings);
        let now = self.valued(setting, &ui);
        // Nobody listening is fine.
        let _ = self.changes.send(Change { key: setting.key, value: now.value, layer: now.layer });
        Ok(kept)
    }

    fn valued(&self, setting: &Setting, ui: &BTreeMap<&'static str, Value>) -> Valued {
        let fixed = self.layers.fixed(setting.key);
        let (layer, value) = match (fixed, ui.get(setting.key)) {
            (Some(fixed), _) => (fixed.layer, fixed.value.clone()),
            (None, Some(value)) => (Layer::Ui, value.clone()),
            (None, None) => (Layer::Default, setting.default.clone()),
        };
        Valued {
            setting: setting.clone(),
            value: match setting.secret {
                // That there is none is no secret.
                true if value == setting.default => value,
                true => Value::Null,
                false => (self.mask)(setting.key, &value).unwrap_or(value),
            },
            layer,
            locked_by: fixed.map(|f| f.label.clone()),
        }
    }
}

fn resolve(table: &[Setting], layers: &Layers, ui: &BTreeMap<&'static str, Value>) -> Settings {
    let mut settings = Settings::default();
    for setting in table {
        let value = layers.fixed(setting.key).map(|f| &f.value).or_else(|| ui.get(setting.key));
        if let Some(Err(e)) = value.map(|v| settings.set(setting, v)) {
            // Both layers were checked when they came in.
            tracing::error!(key = setting.key, "a checked value was refused: {e}");
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::{Flag, Sources};

    /// Remembers what it was told to keep; refuses while `full`.
    #[derive(Default)]
    struct Memory {
        kept: Mutex<BTreeMap<&'static str, Value>>,
        full: std::sync::atomic::AtomicBool,
    }
    impl Keeper for Memory {
        fn keep(&self, key: &'static str, value: Option<&Value>) -> Result<Kept> {
            if self.full.load(std::sync::atomic::Ordering::Relaxed) {
                return Err(Error::new(Kind::DiskFull, "full"));
            }
            let mut kept = self.kept.lock().unwrap();
            match value {
                Some(v) => drop(kept.insert(key, v.clone())),
                None => drop(kept.remove(key)),
            }
            Ok(Kept::Yes)
        }
    }

    fn hub(flags: &[(&str, &str)], kept: &[(&str, Value)]) -> (SettingsHub, Arc<Memory>) {
        let flags = flags.iter().map(|(k, v)| Flag {
            key: (*k).into(),
            value: (*v).into(),
            label: "--set".into(),
        });
        let environment = BTreeMap::new();
        let sources = Sources { flags: flags.collect(), environment: &environment, file: None };
        let memory = Arc::new(Memory::default());
        let kept = kept.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        (SettingsHub::new(Layers::read(&sources).unwrap(), kept, memory.clone()), memory)
    }

    #[test]
    fn a_change_is_kept_applied_and_told() {
        let (hub, memory) = hub(&[], &[]);
        let (mut watch, mut changes) = (hub.watch(), hub.changes());
        assert_eq!(hub.set("vision.num_hands", &json!(4)).unwrap(), Kept::Yes);
        assert_eq!(hub.current().vision.num_hands, 4);
        assert!(watch.has_changed().unwrap());
        assert_eq!(watch.borrow_and_update().vision.num_hands, 4);
        let change = changes.try_recv().unwrap();
        assert_eq!(
            (change.key, change.value, change.layer),
            ("vision.num_hands", json!(4), Layer::Ui)
        );
        assert_eq!(memory.kept.lock().unwrap()["vision.num_hands"], json!(4));
        hub.reset("vision.num_hands").unwrap();
        assert_eq!(hub.current().vision.num_hands, 2);
        assert!(memory.kept.lock().unwrap().is_empty());
        assert_eq!(hub.get("vision.num_hands").unwrap().layer, Layer::Default);
    }

    #[test]
    fn what_is_refused_changes_nothing() {
        let (hub, memory) = hub(&[("camera.source", "demo")], &[]);
        let before = hub.current();
        let e = hub.set("camera.source", &json!("browser")).unwrap_err();
        assert_eq!(e.kind(), Kind::Conflict);
        assert_eq!(hub.get("camera.source").unwrap().locked_by.as_deref(), Some("--set"));
        let e = hub.set("vision.num_handz", &json!(1)).unwrap_err();
        assert_eq!(e.kind(), Kind::NotFound);
        assert!(e.next_step().unwrap().contains("vision.num_hands"));
        assert_eq!(hub.set("vision.num_hands", &json!(9)).unwrap_err().kind(), Kind::Invalid);
        let e = hub.set("camera.backoff_min_ms", &json!(40_000)).unwrap_err();
        assert_eq!(e.kind(), Kind::Invalid);
        memory.full.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(hub.set("vision.num_hands", &json!(1)).unwrap_err().kind(), Kind::DiskFull);
        assert_eq!(*hub.current(), *before);
    }

    #[test]
    fn kept_values_of_another_version_are_left_out() {
        let kept = [
            ("vision.num_hands", json!(3)),
            ("gone.away", json!(1)),
            ("vision.model", json!("huge")),
        ];
        let (hub, _) = hub(&[], &kept);
        assert_eq!(hub.current().vision.num_hands, 3);
        assert_eq!(hub.current().vision.model, "full");
    }
}
