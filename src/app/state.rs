//! What is kept, and what is made of it: settings, who may come in, the canvas, bindings, calibration.
//! Never fails for want of a database: the box then runs without keeping, and says so.

use std::path::PathBuf;
use std::sync::Arc;

use super::{auditing, keeping, mask};
use crate::access::{Access, Cost};
use crate::base::{Clock, Kind, Result, Trouble};
use crate::canvas::calibration::{Calibration, Shelf};
use crate::canvas::{Canvas, News};
use crate::command::binding::Bindings;
use crate::config::{DataDir, Keeper, Layers, SettingsHub};
use crate::operate::audit::{Audit, Entry};
use crate::server::wire::HealthPart;
use crate::store::Store;
use crate::store::settings::{NotKept, load, load_read_only};

/// Settings and where they are kept.
pub(super) struct State {
    pub(super) settings: Arc<SettingsHub>,
    pub(super) store: Result<Arc<Store>>,
    dir: PathBuf,
    /// This start went back to a backup.
    pub(super) restored: Option<Entry>,
}

impl State {
    /// Never fails: without a database the box runs on what flags, environment and file say, and
    /// keeps nothing.
    pub(super) fn open(layers: Layers, data_dir: &DataDir, clock: Clock) -> Self {
        let mut restored = None;
        let opened = keeping::before_opening(&layers, &data_dir.path, clock).and_then(|did| {
            let store = Store::open(&data_dir.path)?;
            restored = did.map(|did| keeping::after_restore(&store, &did));
            Ok(store)
        });
        let (kept, keeper): (_, Arc<dyn Keeper>) = match &opened {
            Ok(store) => (load(store), Arc::<Store>::clone(store)),
            Err(e) => {
                let next = e.next_step().unwrap_or_default();
                tracing::error!("nothing can be kept: {e}; {next}");
                let found = load_read_only(&data_dir.path);
                (found.or(Ok(Vec::new())), Arc::new(NotKept::because(e)))
            }
        };
        let kept = kept.unwrap_or_else(|e| {
            tracing::error!("the kept settings are not used: {e}");
            Vec::new()
        });
        if let Ok(store) = &opened {
            tracing::info!(
                "store: {} ({}), {} settings",
                store.path().display(),
                data_dir.from,
                kept.len()
            );
        }
        Self {
            settings: Arc::new(SettingsHub::new(layers, kept, keeper).with_mask(mask)),
            store: opened,
            dir: data_dir.path.clone(),
            restored,
        }
    }

    /// Who may come in; without a database whoever it knew still may, as far as it can be read.
    pub(super) fn access(&self, clock: Clock, audit: Option<Arc<Audit>>) -> Result<Arc<Access>> {
        let store = match &self.store {
            Ok(store) => Arc::clone(store),
            Err(_) => Store::in_memory_of(&self.dir)?,
        };
        let cost = Cost::for_memory(crate::operate::host::memory_bytes());
        let access = Access::new(store, cost, Arc::new(move || clock.utc(clock.now())))?;
        Ok(Arc::new(match audit {
            Some(audit) => access.with_ear(auditing::of_the_door(audit)),
            None => access,
        }))
    }

    /// The canvas; without a database it works all the same, and says that nothing is kept.
    pub(super) fn canvas(&self, clock: Clock) -> Result<Arc<Canvas>> {
        let settings = Arc::clone(&self.settings);
        let why = match &self.store {
            Ok(store) => {
                match Canvas::open(Arc::clone(store), None, Arc::clone(&settings), clock) {
                    Ok(canvas) => return Ok(canvas),
                    Err(e) => e.to_string(),
                }
            }
            Err(e) => e.to_string(),
        };
        tracing::error!("the canvas keeps nothing: {why}");
        Canvas::open(Store::in_memory_of(&self.dir)?, Some(why), settings, clock)
    }

    /// The calibration. Without a database nothing of it lasts.
    pub(super) fn calibration(&self, canvas: &Canvas, clock: Clock) -> Arc<Calibration> {
        let shelf = self.store.as_ref().ok().map(|s| Arc::<Store>::clone(s) as Arc<dyn Shelf>);
        Arc::new(Calibration::new(shelf, Arc::clone(canvas.feeds()), clock))
    }

    /// What gestures do; without a database what is changed of it ends with the process.
    pub(super) fn bindings(&self, canvas: &Canvas) -> Bindings {
        let news = canvas.feeds().news.clone();
        // Nobody may be listening.
        let tell = move || drop(news.send(News::Bindings));
        Bindings::open(self.store.clone(), Box::new(tell))
    }

    /// The database's health, and that of the audit log in it.
    pub(super) fn health(
        &self,
        audit: Option<Arc<Audit>>,
    ) -> Arc<dyn Fn() -> HealthPart + Send + Sync> {
        let store = self.store.clone();
        Arc::new(move || {
            let trouble = match &store {
                Ok(store) => store.trouble().or_else(|| audit.as_ref()?.trouble()),
                Err(e) => Some(e.clone()),
            };
            let full = trouble.as_ref().is_some_and(|e| e.kind() == Kind::DiskFull);
            HealthPart::of(trouble.as_ref()).or(|detail| match full {
                true => Trouble::DatabaseFull {},
                false => Trouble::DatabaseFails { detail },
            })
        })
    }
}
