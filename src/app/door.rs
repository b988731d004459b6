//! Opening the door: the certificate, what the operator is told about it at the start, and how the
//! command line gets at it beside a running box.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use crate::access::{Access, By, Cost};
use crate::base::{Clock, Error, Kind, Result};
use crate::config::SettingsHub;
use crate::operate::host;
use crate::server::{Tls, exposed, tls};
use crate::store::{FILE, Store};

/// The certificate: the operator's if one is named, else the box's own where others can reach it.
pub(super) fn tls(settings: &SettingsHub, dir: &Path) -> Result<Option<Arc<Tls>>> {
    let server = &settings.current().server;
    let own_port = settings.current().ollama.own_address()?;
    let tls = match tls::files(&server.tls_cert, &server.tls_key) {
        Some(files) => Tls::given(files)?,
        None if exposed(&server.address()?) || own_port.is_some_and(|at| exposed(&at)) => {
            let further = server.host_names().map(str::to_owned);
            Tls::own(dir, &tls::names(host::name().as_deref(), further))?
        }
        None => return Ok(None),
    };
    tracing::info!("tls: certificate SHA-256 {}", tls.fingerprint());
    Ok(Some(Arc::new(tls)))
}

/// A door that is open, and where.
pub(super) struct Opened {
    pub(super) access: Arc<Access>,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) at: SocketAddr,
}

impl Opened {
    /// The address for whoever opens a link: by TLS and this machine's name where others reach it.
    fn address(&self) -> String {
        let port = self.at.port();
        match (&self.tls, self.at.ip().is_unspecified()) {
            (Some(_), true) => {
                let name = host::name().unwrap_or_else(|| "localhost".into());
                format!("https://{name}:{port}")
            }
            (Some(_), false) => format!("https://{}", self.at),
            (None, _) => format!("http://{}", super::reachable(self.at)),
        }
    }
}

/// Notes where the box answers, and tells the operator what there is to know: the certificate, that the
/// box is open, and the first owner's link while there is none.
pub(super) async fn open(opened: Opened, settings: &SettingsHub, say: Box<dyn Fn(&str) + Send>) {
    let address = opened.address();
    if let Some(tls) = &opened.tls {
        say(&format!("Other machines open {address}"));
        if !tls.is_given() {
            say(&format!("  its certificate is its own, SHA-256 {}", tls.fingerprint()));
        }
    }
    let open = settings.current().server.open_loopback;
    match (open, exposed(&opened.at)) {
        (true, false) => say("Open to this machine: whoever is at it may do everything."),
        (true, true) => tracing::warn!(
            "`server.open_loopback` does not hold: other machines can reach this address"
        ),
        (false, _) => {}
    }
    let (access, at) = (Arc::clone(&opened.access), address.clone());
    let offered = tokio::task::spawn_blocking(move || {
        // Only links are worse without it.
        drop(access.set_address(&at).inspect_err(|e| tracing::warn!("{e}")));
        access.offer_setup(By::the_box())
    });
    match offered.await {
        // Whoever is at an open box needs no link: its page makes the first owner.
        Ok(Ok(Some(_))) if open && !exposed(&opened.at) => {}
        Ok(Ok(Some(token))) => say(&format!(
            "Nobody looks after this box yet. Whoever opens this link in the next 30 minutes does:\n  {}",
            setup_link(&address, &token)
        )),
        Ok(Ok(None)) => {}
        Ok(Err(e)) => tracing::error!("nobody can become the owner: {e}"),
        Err(_) => tracing::error!("nobody can become the owner: a task ended early"),
    }
}

/// On SIGHUP takes up a changed certificate; a hang-up ends nothing.
pub(super) fn reload_on_hangup(tls: Option<Arc<Tls>>) -> Result<JoinHandle<()>> {
    let mut hangup = signal(SignalKind::hangup())
        .map_err(|e| Error::internal("cannot listen for signals").source(e))?;
    Ok(tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let Some(tls) = tls.clone() else { continue };
            // It says itself what went wrong.
            let _ = tokio::task::spawn_blocking(move || tls.follow()).await;
        }
    }))
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
    let cost = Cost::for_memory(host::memory_bytes());
    let store = Store::open(dir)?;
    let ear = super::auditing::of_the_door_now(Arc::clone(&store), clock);
    let access = Access::new(store, cost, Arc::new(move || clock.utc(clock.now())))?;
    Ok(access.with_ear(ear))
}
