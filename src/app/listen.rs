//! Where the box listens, and under which address this machine reaches it.

use std::net::{SocketAddr, TcpListener};

use super::doctor::cannot_listen;
use crate::base::{Error, Kind, Result};
use crate::config::SettingsHub;
use crate::server::exposed;

/// Opens an address that the settings say.
///
/// # Errors
/// `Denied` if others could reach it and nobody said that this is meant; else the system's.
pub(super) fn listen(
    settings: &SettingsHub,
    address: SocketAddr,
) -> Result<tokio::net::TcpListener> {
    if exposed(&address) {
        if !settings.current().server.allow_lan {
            return Err(Error::new(Kind::Denied, format!("{address} is refused"))
                .why("other machines could reach it")
                .next("keep to 127.0.0.1, or say that it is meant: `--allow-lan`"));
        }
        tracing::warn!("other machines can reach {address}, by TLS and a login");
    }
    let listener = TcpListener::bind(address).map_err(|e| cannot_listen(address, e))?;
    listener.set_nonblocking(true)?;
    Ok(tokio::net::TcpListener::from_std(listener)?)
}

/// The address to open on this machine.
pub(super) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let loopback = match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(loopback);
    }
    address
}
