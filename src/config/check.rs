//! What a single setting's declaration cannot say: which values go together and what a text means.

use std::net::SocketAddr;

use super::Settings;
use crate::base::{Error, Result};

/// Every clash in `settings`.
pub(super) fn together(settings: &Settings) -> Vec<Error> {
    let mut clashes = Vec::new();
    let camera = &settings.camera;
    if camera.backoff_min_ms > camera.backoff_max_ms {
        let why = format!("{} is more than {}", camera.backoff_min_ms, camera.backoff_max_ms);
        clashes.push(
            Error::invalid("`camera.backoff_min_ms` is above `camera.backoff_max_ms`").why(why),
        );
    }
    clashes.extend(settings.server.address().err());
    clashes
}

impl super::ServerSettings {
    /// The address to listen on.
    ///
    /// # Errors
    /// `Invalid` if `listen` is no address and port.
    pub fn address(&self) -> Result<SocketAddr> {
        let text = self.listen.trim();
        let text = match text.strip_prefix("localhost:") {
            Some(port) => format!("127.0.0.1:{port}"),
            None => text.to_owned(),
        };
        text.parse().map_err(|_| {
            Error::invalid(format!("`server.listen`: `{text}` is not an address and port"))
                .next("use one like `127.0.0.1:3001`, `[::1]:3001` or `localhost:3001`")
        })
    }

    /// `allowed_hosts`, split.
    pub fn host_names(&self) -> impl Iterator<Item = &str> {
        self.allowed_hosts.split(',').map(str::trim).filter(|h| !h.is_empty())
    }
}
