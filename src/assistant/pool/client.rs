//! The HTTP client of the pool: connections that are kept and used again, over TCP or TLS.
//!
//! Follows no redirect, decompresses nothing, knows no proxy, and connects to no address that is never
//! Ollama's. A body that is dropped before its end closes its connection, and with it the work upstream.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::Full;
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::client::legacy::{Client as Legacy, Error as LegacyError};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::base::outgoing::forbidden;
use crate::base::{Error, Result};

/// From a name to a connection that can be used: a name's resolution, TCP and TLS. Less than the two
/// seconds after which a server that fails is left out.
const CONNECT: Duration = Duration::from_millis(1500);
/// A connection that is not used is kept for this long.
const IDLE: Duration = Duration::from_secs(30);
/// Connections kept for each server.
const KEPT: usize = 32;
/// Bytes of a connection's buffer, and so of an answer's head: what an open stream holds of the memory.
const BUFFER: usize = 16 << 10;
/// Header lines of an answer.
const HEADERS: usize = 64;

/// Connections, kept.
pub(super) type Client = Legacy<Connector, Full<Bytes>>;

/// A client with no connection yet.
///
/// # Errors
/// If TLS cannot be set up.
pub(super) fn new() -> Result<Client> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::internal("TLS cannot be set up").source(e))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let connector = Connector { tls: TlsConnector::from(Arc::new(tls)) };
    Ok(Legacy::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(KEPT)
        .http1_max_buf_size(BUFFER)
        .http1_max_headers(HEADERS)
        .build(connector))
}

/// Opens connections.
#[derive(Clone)]
pub(super) struct Connector {
    tls: TlsConnector,
}

impl tower::Service<Uri> for Connector {
    type Response = TokioIo<Wire>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<Wire>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let tls = self.tls.clone();
        Box::pin(async move {
            let connected = tokio::time::timeout(CONNECT, connect(&to, tls)).await;
            connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map(TokioIo::new)
        })
    }
}

async fn connect(to: &Uri, tls: TlsConnector) -> io::Result<Wire> {
    let secure = to.scheme_str() == Some("https");
    let host = to.host().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    let port = to.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let mut last = io::Error::new(io::ErrorKind::NotFound, "there is no machine of that name");
    // Resolved once, checked, and connected to what was checked.
    let found = tokio::net::lookup_host((host, port)).await.map_err(|_| io::ErrorKind::NotFound)?;
    for address in found.filter(|a| !forbidden(a.ip())) {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                if !secure {
                    return Ok(Wire::Plain(stream));
                }
                let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
                return Ok(Wire::Tls(Box::new(tls.connect(name, stream).await?)));
            }
            Err(e) => last = e,
        }
    }
    Err(last)
}

/// An open connection.
pub(super) enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_read(cx, into),
            Wire::Tls(stream) => Pin::new(stream).poll_read(cx, into),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Wire::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Wire::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Wire::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

/// Why a request failed, for people.
pub(super) fn words(e: &LegacyError) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(e);
    while let Some(e) = cause {
        if let Some(io) = e.downcast_ref::<io::Error>() {
            return io_words(io);
        }
        if let Some(e) = e.downcast_ref::<hyper::Error>()
            && (e.is_parse() || e.is_parse_too_large())
        {
            return "something else answers there".to_owned();
        }
        cause = e.source();
    }
    "the connection broke off".to_owned()
}

fn io_words(e: &io::Error) -> String {
    use io::ErrorKind as Io;
    match e.kind() {
        Io::ConnectionRefused => "nothing listens there".into(),
        Io::NotFound => "there is no machine of that name".into(),
        Io::TimedOut => "there was no answer in time".into(),
        Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::UnexpectedEof => {
            "the connection broke off".into()
        }
        Io::InvalidData => format!("TLS cannot be agreed on ({e})"),
        _ => e.to_string(),
    }
}
