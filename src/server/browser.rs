//! The socket that takes a browser's webcam: one JPEG a message, the newest wins, each is answered
//! so that the page sends the next only then.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocketUpgrade, close_code};
use axum::extract::{Extension, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::App;
use super::live::{Gone, Guest, Line, configure, no_socket};
use super::wire::{HEADER_LEN, PictureHeader};
use crate::access::Principal;
use crate::base::{Error, Kind, Stamp};

/// The largest JPEG taken, and its header.
const MESSAGE: usize = (4 << 20) + HEADER_LEN;
const READ_BUFFER: usize = 32 << 10;
/// Webcams at once: one is used, one may be about to take over.
const WEBCAMS: usize = 2;
/// Pictures a second that a page may send; no camera gives more.
const PER_SECOND: usize = 60;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    token: String,
}

/// The socket that takes a browser's webcam.
///
/// docs/reference/api.md describes its messages.
#[utoipa::path(
    get, path = "/api/v1/camera/browser", tag = "Live", operation_id = "webcam_socket",
    params(("token" = Option<String>, Query, description = "The `publish_token` of the live socket's `hello`.")),
    responses(
        (status = 101, description = "The socket is open."),
        (status = 426, description = "This is a WebSocket."),
        (status = 429, description = "Another page sends its webcam already."),
    ),
)]
pub(super) async fn socket(
    State(site): State<App>,
    Extension(principal): Extension<Principal>,
    asked: Result<Query<Asked>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let token = asked.map(|Query(asked)| asked.token).unwrap_or_default();
    if !same(token.as_bytes(), site.publish_token.as_bytes()) {
        return Error::new(Kind::Denied, "only pages of this box may send a webcam")
            .why("`token` is not the `publish_token` of `hello`")
            .next("open this box's own page and choose the browser's camera there")
            .into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => configure(upgrade, MESSAGE, READ_BUFFER),
        Err(e) => return no_socket(&e),
    };
    let seat = site
        .webcams
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < WEBCAMS).then_some(n + 1));
    if seat.is_err() {
        return Error::new(Kind::Exhausted, "another page sends its webcam already")
            .next("close that page, or stop its camera")
            .into_response();
    }
    let seat = Seat(site);
    upgrade.on_upgrade(move |socket| async move {
        let _running = seat.0.tasks.token();
        // Whatever ended it, it is over.
        let (line, guest) =
            (Line::new(socket, &seat.0, PER_SECOND), Guest::new(principal, &seat.0));
        let _: Result<(), Gone> = take(line, guest, &seat.0).await;
    })
}

struct Seat(App);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.webcams.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn take(mut line: Line, mut guest: Guest, site: &App) -> Result<(), Gone> {
    loop {
        let message = tokio::select! {
            () = site.stop.cancelled() => {
                let reason = "Dixi stops".into();
                let close = CloseFrame { code: close_code::AWAY, reason };
                return line.send(Message::Close(Some(close))).await;
            }
            () = guest.doubt() => match guest.may_stay(site).await {
                Ok(()) => continue,
                Err(e) => {
                    line.see_off(&e, close_code::POLICY).await;
                    return Err(Gone);
                }
            },
            message = line.receive() => message?,
            () = tokio::time::sleep(site.parts.patience.silent) => return Err(Gone),
        };
        match message {
            Message::Pong(_) => {}
            Message::Ping(_) => drop(line.within_rate().await?),
            Message::Binary(bytes) => {
                if !line.within_rate().await? {
                    continue;
                }
                let now = site.parts.clock.now();
                let taken = PictureHeader::split_webcam(&bytes).and_then(|(header, jpeg)| {
                    (site.parts.webcam)(jpeg, captured_at(header.captured_us, now))?;
                    Ok(header.seq)
                });
                match taken {
                    Ok(seq) => {
                        let answer = format!("{{\"type\":\"taken\",\"seq\":{seq}}}");
                        line.send(Message::Text(answer.into())).await?;
                    }
                    Err(e) => line.refuse(&e).await?,
                }
            }
            _ => {
                let e = Error::invalid("this socket takes pictures only")
                    .next("send binary messages, see docs/reference/api.md");
                line.refuse(&e).await?;
            }
        }
    }
}

/// What the page says, if that can be true: not in the future, not older than a few seconds.
fn captured_at(claimed_us: u64, now: Stamp) -> Stamp {
    const OLDEST: Duration = Duration::from_secs(5);
    let claimed = Stamp::from_us(claimed_us);
    if claimed > now || now.since(claimed) > OLDEST { now } else { claimed }
}

/// Compares without telling by its time how much was right.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (x, y)| differ | (x ^ y)) == 0
}
