//! Opening a socket, and how a client that misbehaves is seen off: common to the live socket and
//! the webcam's.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::{text, viewer};
use crate::access::{Principal, Role, Scope};
use crate::base::{Error, Kind};
use crate::server::App;
use crate::server::guard::Reached;
use crate::server::wire::{ErrorAnswer, ErrorBody, ServerMessage};

/// A text message of a viewer: a long stroke, or where 2,000 things are placed, is the largest.
const MESSAGE: usize = 512 << 10;
/// tungstenite's own default of 128 KiB a connection is for bulk; ours hardly send anything.
const READ_BUFFER: usize = 4 << 10;
/// More than any picture; a viewer that does not read is dropped long before.
const WRITE_BUFFER: usize = 16 << 20;
/// How long a client that was seen off may take to read why.
const LINGER: Duration = Duration::from_secs(2);
/// Messages a second that a viewer may send: a drag sends one a frame, on fast screens 144 of them,
/// and what a page has done is done in turn anyway.
const PER_SECOND: usize = 500;
/// How often it is asked whether whoever is at the other end may stay; it counts as use.
const AGAIN: Duration = Duration::from_secs(60);
/// Refusals after which the socket closes.
const REFUSALS: u32 = 10;

/// The live socket: everything that happens, as it happens.
///
/// docs/reference/api.md describes its messages.
#[utoipa::path(
    get, path = "/api/v1/ws", tag = "Live", operation_id = "live_socket",
    responses(
        (status = 101, description = "The socket is open."),
        (status = 426, description = "This is a WebSocket."),
        (status = 429, description = "As many are watching as `view.max_viewers` allows."),
    ),
)]
pub(in crate::server) async fn socket(
    State(site): State<App>,
    Extension(reached): Extension<Reached>,
    Extension(principal): Extension<Principal>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => configure(upgrade, MESSAGE, READ_BUFFER),
        Err(e) => return no_socket(&e),
    };
    let most = site.parts.settings.current().view.max_viewers;
    let live = &site.parts.live;
    let seat = live
        .viewers
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < most).then_some(n + 1));
    if seat.is_err() {
        return Error::new(Kind::Exhausted, "no more viewers fit")
            .why(format!("{most} are watching already"))
            .next("close another page, or raise the setting `view.max_viewers`")
            .into_response();
    }
    let seat = Seat(site);
    upgrade.on_upgrade(move |socket| async move {
        let _running = seat.0.tasks.token();
        // The webcam is the owner's to offer, from a page of this box.
        let publishes = reached.own_page && principal.may(Role::Owner, Scope::Camera);
        let line = Line::new(socket, &seat.0, PER_SECOND);
        viewer::watch(line, &seat.0, Guest::new(principal, &seat.0), publishes).await;
    })
}

/// Given back when the viewer goes, or when the upgrade never comes about.
struct Seat(App);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.parts.live.viewers.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Small buffers, hard limits.
pub(in crate::server) fn configure(
    upgrade: WebSocketUpgrade,
    message: usize,
    read_buffer: usize,
) -> WebSocketUpgrade {
    upgrade
        .max_message_size(message)
        .max_frame_size(message)
        .read_buffer_size(read_buffer)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER)
}

/// A request for a socket that is none.
pub(in crate::server) fn no_socket(e: &WebSocketUpgradeRejection) -> Response {
    let e = Error::invalid("this is a WebSocket").why(e.to_string()).next("open it as one");
    let mut response = ErrorAnswer::with_status(&e, StatusCode::UPGRADE_REQUIRED);
    let websocket = axum::http::HeaderValue::from_static("websocket");
    response.headers_mut().insert(axum::http::header::UPGRADE, websocket);
    response
}

/// The line to one client is broken or was closed; there is nothing more to say.
#[derive(Debug)]
pub(in crate::server) struct Gone;

/// Whoever is at the other end, and whether they may stay.
pub(in crate::server) struct Guest {
    pub(in crate::server) principal: Principal,
    changes: tokio::sync::watch::Receiver<i64>,
    again: tokio::time::Interval,
}

impl Guest {
    pub(in crate::server) fn new(principal: Principal, site: &App) -> Self {
        let changes = site.parts.access.changes();
        let mut again = tokio::time::interval_at(Instant::now() + AGAIN, AGAIN);
        again.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        Self { principal, changes, again }
    }

    /// Waits until it is to be asked anew whether they may stay: because somebody may do less than
    /// before, and now and then because sessions and tokens end by themselves. Cancel safe.
    pub(in crate::server) async fn doubt(&mut self) {
        tokio::select! {
            Ok(()) = self.changes.changed() => {}
            _ = self.again.tick() => {}
        }
    }

    /// Whether they may stay.
    ///
    /// # Errors
    /// What to see them off with.
    pub(in crate::server) async fn may_stay(&self, site: &App) -> Result<(), Error> {
        let (access, principal) =
            (std::sync::Arc::clone(&site.parts.access), self.principal.clone());
        let still = tokio::task::spawn_blocking(move || access.still(&principal)).await;
        // A task that ended early has said so; the next doubt is soon enough.
        if still.unwrap_or(true) {
            return Ok(());
        }
        Err(Error::new(Kind::Login, "you are logged out").next("log in again"))
    }
}

/// One client's socket, with its limits.
pub(in crate::server) struct Line {
    socket: WebSocket,
    /// When the last messages came.
    came: VecDeque<Instant>,
    per_second: usize,
    refusals: u32,
    /// When anything was last heard, pongs included.
    heard: Instant,
    /// A client that takes nothing for this long is gone.
    stall: Duration,
}

impl Line {
    /// With at most `per_second` messages a second from the client.
    pub(in crate::server) fn new(socket: WebSocket, site: &App, per_second: usize) -> Self {
        let came = VecDeque::new();
        Self {
            socket,
            came,
            per_second,
            refusals: 0,
            heard: Instant::now(),
            stall: site.parts.patience.stall,
        }
    }

    /// How long nothing has been heard.
    pub(in crate::server) fn silent_for(&self) -> Duration {
        self.heard.elapsed()
    }

    /// The next message; cancel safe. Pings are answered on the way.
    ///
    /// # Errors
    /// When the client is gone, or has just been seen off for a message that is too large.
    pub(in crate::server) async fn receive(&mut self) -> Result<Message, Gone> {
        match self.socket.recv().await {
            Some(Ok(Message::Close(_))) | None => Err(Gone),
            Some(Ok(message)) => {
                self.heard = Instant::now();
                Ok(message)
            }
            Some(Err(e)) => {
                let e = Error::invalid("this message is too large or not what a WebSocket sends")
                    .why(e.to_string())
                    .next("docs/reference/api.md gives the limits");
                self.see_off(&e, close_code::SIZE).await;
                Err(Gone)
            }
        }
    }

    /// Whether one more message is within the rate; if not, the client has been told.
    ///
    /// # Errors
    /// When the client is gone.
    pub(in crate::server) async fn within_rate(&mut self) -> Result<bool, Gone> {
        let now = Instant::now();
        while self.came.front().is_some_and(|t| now.duration_since(*t) > Duration::from_secs(1)) {
            self.came.pop_front();
        }
        if self.came.len() < self.per_second {
            self.came.push_back(now);
            return Ok(true);
        }
        let e = Error::new(Kind::Exhausted, "that is too many messages")
            .why(format!("at most {} a second are taken", self.per_second));
        self.refuse(&e).await.map(|()| false)
    }

    /// Sends, waiting for the client as long as it still takes something now and then.
    ///
    /// # Errors
    /// When the client is gone or takes nothing.
    pub(in crate::server) async fn send(&mut self, message: Message) -> Result<(), Gone> {
        match tokio::time::timeout(self.stall, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    /// Sends one of our messages.
    ///
    /// # Errors
    /// As [`Line::send`].
    pub(in crate::server) async fn say(&mut self, message: &ServerMessage) -> Result<(), Gone> {
        self.send(Message::Text(text(message))).await
    }

    /// Tells the client what was wrong; the last time, goodbye too.
    ///
    /// # Errors
    /// When the client is gone, or has had its last warning.
    pub(in crate::server) async fn refuse(&mut self, e: &Error) -> Result<(), Gone> {
        self.refusals += 1;
        if self.refusals < REFUSALS {
            return self.say(&ServerMessage::Error { error: ErrorBody::from(e) }).await;
        }
        self.see_off(e, close_code::POLICY).await;
        Err(Gone)
    }

    /// Says why, closes, and stays until the client has had time to read it: closing a socket
    /// with something unread in it would throw our last words away.
    pub(in crate::server) async fn see_off(&mut self, e: &Error, code: u16) {
        let reason = e.what().chars().take(100).collect::<String>();
        let goodbye = async {
            self.say(&ServerMessage::Error { error: ErrorBody::from(e) }).await?;
            self.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await
        };
        if goodbye.await.is_ok() {
            let read_on = async {
                while let Some(Ok(_)) = self.socket.recv().await {}
                tokio::time::sleep(LINGER).await;
            };
            // Whether it closes its end or not, that was long enough.
            let _ = tokio::time::timeout(LINGER, read_on).await;
        }
    }
}
