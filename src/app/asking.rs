//! Joins the way to Ollama to the rooms that it needs: the addresses out of the settings, the ledger in the
//! database, the metrics.

use std::sync::Arc;

use crate::assistant::ledger::{Keep, Ledger};
use crate::assistant::models::{self, Models};
use crate::assistant::pool::Pool;
use crate::assistant::proxy::{self, Proxy};
use crate::base::{Clock, Result};
use crate::config::{ProcessEnvironment, SettingsHub};
use crate::operate::host;
use crate::operate::metrics::Metrics;
use crate::store::Store;

/// The way to Ollama. Without a database nobody writes down who used what.
///
/// # Errors
/// If the system gives no thread, or TLS cannot be set up.
pub(super) fn ollama(
    store: Option<&Arc<Store>>,
    settings: &Arc<SettingsHub>,
    metrics: &Arc<Metrics>,
    clock: Clock,
) -> Result<Arc<Proxy>> {
    let of = Arc::clone(settings);
    // Addresses that cannot be used are refused where they are set.
    let addresses = move || of.current().ollama.addresses().unwrap_or_default();
    let of = Arc::clone(settings);
    let keep = move || {
        let ollama = &of.current().ollama;
        Keep { days: ollama.usage_keep_days, rows: ollama.usage_max_rows }
    };
    let ledger = store.map(|store| Ledger::start(Arc::clone(store), clock, keep)).transpose()?;
    let (of, metrics) = (Arc::clone(settings), Arc::clone(metrics));
    Ok(Proxy::new(proxy::Rooms {
        clock,
        pool: Pool::new(clock, Box::new(addresses))?,
        ledger,
        ear: Box::new(move |told| {
            let which = (told.route, told.outcome.name());
            metrics.relayed(which, told.tokens, told.first_token_s);
        }),
        registries: Box::new(move || {
            of.current().ollama.registry_names().map(str::to_owned).collect()
        }),
        patience: proxy::Patience::default(),
    }))
}

/// The models of the same servers, and what of them is being fetched.
pub(super) fn models(
    store: Option<&Arc<Store>>,
    settings: &Arc<SettingsHub>,
    ollama: &Proxy,
    clock: Clock,
) -> Arc<Models> {
    let (of, registries) = (Arc::clone(settings), Arc::clone(settings));
    Models::new(models::Rooms {
        clock,
        pool: Arc::clone(ollama.pool()),
        store: store.map(Arc::clone),
        registries: Box::new(move || {
            registries.current().ollama.registry_names().map(str::to_owned).collect()
        }),
        free: Box::new(move |url| {
            let folder = of.current().ollama.folder_of_models(&ProcessEnvironment);
            models::free(url, folder.as_deref(), |f| host::disk(f).map(|(free, _)| free))
        }),
        patience: models::Patience::default(),
    })
}
