//! Opening the door: what the operator is told about it at the start, and how the command line gets
//! at it beside a running box.

use std::path::Path;
use std::sync::Arc;

use crate::access::{Access, Cost};
use crate::base::{Clock, Error, Kind, Result};
use crate::config::SettingsHub;
use crate::store::{FILE, Store};

/// Notes where the box answers, and tells the operator what there is to know: the first owner's link
/// while there is none, and that the box is open.
pub(super) async fn open(
    access: &Arc<Access>,
    address: &str,
    settings: &SettingsHub,
    say_setup: Box<dyn FnOnce(&str) + Send>,
) {
    let (of, at) = (Arc::clone(access), address.to_owned());
    let offered = tokio::task::spawn_blocking(move || {
        // Only links are worse without it.
        drop(of.set_address(&at).inspect_err(|e| tracing::warn!("{e}")));
        of.offer_setup()
    });
    let server = &settings.current().server;
    let exposed = server.address().is_ok_and(|a| crate::server::exposed(&a));
    match (server.open_loopback, exposed) {
        (true, false) => tracing::warn!("open: whoever is at this machine may do everything"),
        (true, true) => tracing::warn!(
            "`server.open_loopback` does not hold: other machines can reach this address"
        ),
        (false, _) => {}
    }
    match offered.await {
        // Whoever is at an open box needs no link: its page makes the first owner.
        Ok(Ok(Some(_))) if server.open_loopback && !exposed => {}
        Ok(Ok(Some(token))) => say_setup(&setup_link(address, &token)),
        Ok(Ok(None)) => {}
        Ok(Err(e)) => tracing::error!("nobody can become the owner: {e}"),
        Err(_) => tracing::error!("nobody can become the owner: a task ended early"),
    }
}

/// The first owner's link. What follows `#` never leaves the browser by itself.
pub fn setup_link(address: &str, token: &str) -> String {
    format!("{}/#/setup/{token}", address.trim_end_matches('/'))
}

/// Who may come in, as kept in `dir`: for the command line, beside the running box.
///
/// # Errors
/// If there is no database there, or it cannot be used.
pub fn of(dir: &Path) -> Result<Access> {
    if !dir.join(FILE).exists() {
        return Err(Error::new(Kind::NotFound, format!("there is no Dixi in {}", dir.display()))
            .why("it has never been started with this data directory")
            .next("start it once, or name its directory with `--data-dir`"));
    }
    let clock = Clock::new();
    let cost = Cost::for_memory(crate::operate::host::memory_bytes());
    Access::new(Store::open(dir)?, cost, Arc::new(move || clock.utc(clock.now())))
}
