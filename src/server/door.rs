//! Accepting connections, and not too many: bounded in number, in the time a request's head may
//! take and in its size. Whoever sits idle makes room for whoever has a request.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{App, Tls, relay};

/// Connections at once, sockets of viewers not counted (they have their own limit).
const CONNECTIONS: usize = 256;
/// Connections at once from one other machine.
const PER_ADDRESS: usize = 32;
/// For what is still on its way to a client that has to leave.
const LAST_WORDS: Duration = Duration::from_millis(250);
/// Header lines in a request.
const HEADERS: usize = 64;
/// Bytes of a request's head, and of the connection's buffers.
const HEAD_BYTES: usize = 32 << 10;

/// The first byte of a TLS connection, and of no HTTP request.
const TLS_HANDSHAKE: u8 = 0x16;

/// The two ends of a request's connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    /// Theirs.
    pub(super) remote: SocketAddr,
    /// Ours, as they reached it.
    pub(super) local: SocketAddr,
    /// They talk TLS to us.
    pub(super) tls: bool,
    /// They came by the port that is Ollama's alone.
    pub(super) ollama: bool,
}

impl Peer {
    /// Whether both ends are this very machine.
    pub(super) fn is_local(&self) -> bool {
        let loopback = |at: SocketAddr| at.ip().to_canonical().is_loopback();
        loopback(self.remote) && loopback(self.local)
    }
}

/// Who is inside.
#[derive(Default)]
struct Seats(Mutex<Vec<Arc<Seat>>>);

struct Seat {
    ip: IpAddr,
    /// Requests being answered.
    busy: AtomicUsize,
    leave: CancellationToken,
}

impl Seats {
    /// A seat for `ip`; if there is none, the connection that has been idle longest must leave.
    fn take(&self, ip: IpAddr, stop: &CancellationToken) -> Option<Arc<Seat>> {
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_ip = |s: &&Arc<Seat>| s.ip == ip;
        let crowded = !ip.is_loopback() && seats.iter().filter(of_ip).count() >= PER_ADDRESS;
        if crowded || seats.len() >= CONNECTIONS {
            // Kept in order of arrival: the first that fits is the oldest.
            let idle = seats
                .iter()
                .position(|s| s.busy.load(Ordering::Relaxed) == 0 && (!crowded || s.ip == ip))?;
            seats.remove(idle).leave.cancel();
        }
        let seat = Arc::new(Seat { ip, busy: AtomicUsize::new(0), leave: stop.child_token() });
        seats.push(Arc::clone(&seat));
        Some(seat)
    }

    fn give_back(&self, seat: &Arc<Seat>) {
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seats.retain(|s| !Arc::ptr_eq(s, seat));
    }
}

/// Where somebody can come in.
pub(super) struct Entrance {
    pub(super) listener: TcpListener,
    /// Only Ollama is behind it, at the paths that are Ollama's own.
    pub(super) ollama: bool,
}

/// Accepts until the site stops.
pub(super) async fn keep(entrance: Entrance, router: Router, site: App) {
    let Entrance { listener, ollama } = entrance;
    let seats = Arc::new(Seats::default());
    loop {
        let accepted = tokio::select! {
            () = site.stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, remote)) => match stream.local_addr() {
                Ok(local) => {
                    let peer = Peer { remote, local, tls: false, ollama };
                    admit(stream, peer, &router, &seats, &site);
                }
                Err(e) => tracing::debug!("a connection was gone at once: {e}"),
            },
            Err(e) => {
                // Out of file descriptors, mostly: wait for some to come back.
                tracing::warn!("a connection could not be accepted: {e}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn admit(stream: TcpStream, peer: Peer, router: &Router, seats: &Arc<Seats>, site: &App) {
    let Some(seat) = seats.take(peer.remote.ip().to_canonical(), &site.stop) else {
        site.tasks.spawn(turn_away(stream));
        return;
    };
    // Small messages must not wait for an acknowledgement of the ones before.
    if let Err(e) = stream.set_nodelay(true) {
        tracing::debug!("no TCP_NODELAY: {e}");
    }
    let (router, seats) = (router.clone(), Arc::clone(seats));
    let head = site.parts.patience.head;
    let tls = site.parts.tls.clone();
    site.tasks.spawn(async move {
        let connection = Connection { stream, peer, head };
        match tls {
            None => connection.serve(router, &seat).await,
            Some(tls) => either(connection, &tls, router, &seat).await,
        }
        seats.give_back(&seat);
    });
}

/// Serves TLS or plain HTTP, whichever the client begins with, on the same port. Who may use plain HTTP is
/// the guard's to say.
async fn either(connection: Connection<TcpStream>, tls: &Tls, router: Router, seat: &Arc<Seat>) {
    let Connection { stream, peer, head } = connection;
    let begun = async {
        let mut first = [0];
        match stream.peek(&mut first).await {
            Ok(1) if first[0] != TLS_HANDSHAKE => Some(Ok(stream)),
            Ok(1) => tls.acceptor().accept(stream).await.ok().map(Err),
            _ => None,
        }
    };
    let begun = tokio::select! {
        () = seat.leave.cancelled() => return,
        begun = tokio::time::timeout(head, begun) => begun,
    };
    match begun {
        Ok(Some(Ok(stream))) => Connection { stream, peer, head }.serve(router, seat).await,
        Ok(Some(Err(stream))) => {
            let peer = Peer { tls: true, ..peer };
            Connection { stream, peer, head }.serve(router, seat).await;
        }
        // Nothing came, or nothing that is TLS.
        Ok(None) | Err(_) => {}
    }
}

/// One client's connection.
struct Connection<S> {
    stream: S,
    peer: Peer,
    /// How long a request's head may take.
    head: Duration,
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Connection<S> {
    async fn serve(self, router: Router, seat: &Arc<Seat>) {
        let Self { stream, peer, head } = self;
        let busy = Arc::clone(seat);
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            if peer.ollama {
                relay::as_ours(&mut request);
            }
            let (router, busy) = (router.clone(), Busy::new(&busy));
            async move {
                let response = router.oneshot(request).await;
                drop(busy);
                Ok::<_, Infallible>(response.unwrap_or_else(|never| match never {}))
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .max_headers(HEADERS)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            // What goes wrong on a connection is the client's to notice.
            _ = connection.as_mut() => {}
            () = seat.leave.cancelled() => {
                connection.as_mut().graceful_shutdown();
                // Half a head is no request: only what is being answered may take its time.
                let idle = seat.busy.load(Ordering::Relaxed) == 0;
                let patience = if idle { LAST_WORDS } else { Duration::MAX };
                let _ = tokio::time::timeout(patience, connection).await;
            }
        }
    }
}

struct Busy(Arc<Seat>);

impl Busy {
    fn new(seat: &Arc<Seat>) -> Self {
        seat.busy.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(seat))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn turn_away(mut stream: TcpStream) {
    let body = r#"{"error":{"kind":"exhausted","what":"too many connections are open already"}}"#;
    let full = format!(
        "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let told = tokio::time::timeout(Duration::from_secs(1), stream.write_all(full.as_bytes()));
    // It is only a courtesy.
    let _ = told.await;
}
