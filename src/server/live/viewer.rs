//! One viewer of the live socket: one task that sends what is newest and hears what it says. While
//! it waits for a slow client nobody else waits, and what became old meanwhile is never sent.

use axum::extract::ws::{CloseFrame, Message, close_code};
use bytes::Bytes;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, MissedTickBehavior};

use super::pictures::Looking;
use super::socket::{Gone, Line};
use super::{Note, Picture, Published};
use crate::base::{Error, Stamp};
use crate::camera::CameraState;
use crate::config::Change;
use crate::server::App;
use crate::server::wire::{ClientMessage, Rates, ServerMessage, VisionState};

/// Pictures on their way that the viewer has not shown yet.
const CREDIT: usize = 2;
/// What a viewer may claim as capture to screen; a clock gone wrong must not spoil the numbers.
const BELIEVABLE_MS: std::ops::RangeInclusive<f32> = 0.0..=60_000.0;

/// What a viewer listens to.
struct Feeds {
    newest: watch::Receiver<Option<std::sync::Arc<Published>>>,
    pictures: watch::Receiver<Option<std::sync::Arc<Picture>>>,
    notes: broadcast::Receiver<Note>,
    changes: broadcast::Receiver<Change>,
    camera: watch::Receiver<CameraState>,
    vision: watch::Receiver<VisionState>,
    rates: watch::Receiver<Rates>,
}

struct Viewer<'s> {
    line: Line,
    site: &'s App,
    observations: bool,
    /// There while the viewer wants pictures.
    looking: Option<Looking<'s>>,
    in_flight: Vec<u64>,
}

/// What happened next.
enum Next {
    Stop,
    Ping,
    Heard(Result<Message, Gone>),
    Note(Result<Note, RecvError>),
    Changed(Result<Change, RecvError>),
    Camera(CameraState),
    Vision(VisionState),
    Rates(Rates),
    Observation,
    Picture,
}

/// Serves one viewer until it goes, misbehaves, or Dixi stops.
pub(super) async fn watch(line: Line, site: &App, own_page: bool) {
    let live = &site.parts.live;
    let mut feeds = Feeds {
        newest: live.newest.subscribe(),
        pictures: live.pictures.subscribe(),
        notes: live.notes.subscribe(),
        changes: site.parts.settings.changes(),
        camera: live.camera.clone(),
        vision: live.vision.subscribe(),
        rates: live.rates.subscribe(),
    };
    // What is there already is news to a new viewer.
    feeds.newest.mark_changed();
    feeds.camera.mark_changed();
    feeds.vision.mark_changed();
    let mut viewer = Viewer {
        line,
        site,
        observations: true,
        looking: None,
        in_flight: Vec::with_capacity(CREDIT),
    };
    let hello = ServerMessage::Hello {
        version: env!("DIXI_VERSION"),
        now_us: site.parts.clock.now().us,
        mirrored: site.parts.settings.current().view.mirrored,
        publish_token: own_page.then(|| site.publish_token.clone()),
    };
    if viewer.line.say(&hello).await.is_err() {
        return;
    }
    let period = site.parts.patience.ping;
    let mut ping = tokio::time::interval_at(Instant::now() + period, period);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let next = viewer.next(&mut feeds, &mut ping).await;
        if viewer.act(next, &mut feeds).await.is_err() {
            return;
        }
    }
}

impl Viewer<'_> {
    async fn next(&mut self, feeds: &mut Feeds, ping: &mut tokio::time::Interval) -> Next {
        let pictures = self.looking.is_some() && self.in_flight.len() < CREDIT;
        // In this order: what is small and rare goes before what is large and frequent.
        tokio::select! {
            biased;
            () = self.site.stop.cancelled() => Next::Stop,
            _ = ping.tick() => Next::Ping,
            note = feeds.notes.recv() => Next::Note(note),
            Ok(()) = feeds.camera.changed() => Next::Camera(feeds.camera.borrow_and_update().clone()),
            Ok(()) = feeds.vision.changed() => Next::Vision(feeds.vision.borrow_and_update().clone()),
            change = feeds.changes.recv() => Next::Changed(change),
            Ok(()) = feeds.newest.changed(), if self.observations => Next::Observation,
            heard = self.line.receive() => Next::Heard(heard),
            Ok(()) = feeds.rates.changed() => Next::Rates(feeds.rates.borrow_and_update().clone()),
            Ok(()) = feeds.pictures.changed(), if pictures => Next::Picture,
        }
    }

    async fn act(&mut self, next: Next, feeds: &mut Feeds) -> Result<(), Gone> {
        match next {
            Next::Stop => self.say_goodbye().await,
            Next::Ping if self.line.silent_for() > self.site.parts.patience.silent => Err(Gone),
            Next::Ping => self.line.send(Message::Ping(Bytes::new())).await,
            Next::Heard(message) => self.hear(message?).await,
            Next::Note(Ok(note)) => self.event(note.captured_at, note.message).await,
            Next::Note(Err(RecvError::Lagged(count))) => {
                self.line.say(&ServerMessage::Missed { count }).await
            }
            Next::Changed(Ok(c)) => {
                let from = c.layer.name();
                self.line.say(&ServerMessage::Setting { key: c.key, value: c.value, from }).await
            }
            // More changes than anybody makes by hand: the page reads all settings anew anyway.
            Next::Changed(Err(RecvError::Lagged(_))) => Ok(()),
            Next::Note(Err(RecvError::Closed)) | Next::Changed(Err(RecvError::Closed)) => Err(Gone),
            Next::Camera(state) => self.line.say(&ServerMessage::Camera(state)).await,
            Next::Vision(state) => self.line.say(&ServerMessage::Vision(state)).await,
            Next::Rates(rates) => self.line.say(&ServerMessage::Status(rates)).await,
            Next::Observation => {
                let newest = feeds.newest.borrow_and_update().clone();
                let Some(published) = newest else { return Ok(()) };
                let message = published.message(&self.site.parts.clock);
                let captured_at = published.captured_at();
                drop(published);
                self.event(captured_at, message).await
            }
            Next::Picture => {
                let newest = feeds.pictures.borrow_and_update().clone();
                let Some(picture) = newest else { return Ok(()) };
                self.in_flight.push(picture.seq);
                self.line.send(Message::Binary(picture.message.clone())).await
            }
        }
    }

    /// Sends what comes from a frame, and notes how long that took from its capture.
    async fn event(
        &mut self,
        captured_at: Stamp,
        message: axum::extract::ws::Utf8Bytes,
    ) -> Result<(), Gone> {
        self.line.send(Message::Text(message)).await?;
        let now = self.site.parts.clock.now();
        self.site.parts.live.to_event.record(now, now.ms_since(captured_at));
        Ok(())
    }

    async fn hear(&mut self, message: Message) -> Result<(), Gone> {
        let text = match message {
            // Answered by the library, and limited by its being one small frame at a time.
            Message::Pong(_) => return Ok(()),
            Message::Ping(_) => return self.line.within_rate().await.map(drop),
            Message::Text(text) => Some(text),
            _ => None,
        };
        if !self.line.within_rate().await? {
            return Ok(());
        }
        let message = match &text {
            Some(text) => serde_json::from_str(text)
                .map_err(|e| Error::invalid("this message is not understood").source(e)),
            None => Err(Error::invalid("this socket takes text messages only")),
        };
        match message {
            Ok(message) => self.answer(message).await,
            Err(e) => {
                let e = e.next("docs/reference/api.md lists what a client sends");
                self.line.refuse(&e).await
            }
        }
    }

    async fn answer(&mut self, message: ClientMessage) -> Result<(), Gone> {
        let live = &self.site.parts.live;
        match message {
            ClientMessage::Subscribe { pictures, observations, .. } => {
                self.observations = observations.unwrap_or(self.observations);
                match pictures {
                    Some(true) if self.looking.is_none() => self.looking = Some(live.demand.join()),
                    Some(false) => self.looking = None,
                    _ => {}
                }
                // A page that asks anew starts anew.
                self.in_flight.clear();
            }
            ClientMessage::Seen { seq } => self.in_flight.retain(|sent| *sent > seq),
            ClientMessage::Latency { capture_to_screen_ms: ms } => {
                if BELIEVABLE_MS.contains(&ms) {
                    live.to_screen.record(self.site.parts.clock.now(), ms);
                }
            }
            ClientMessage::Do { id, .. } => {
                let e = Error::new(
                    crate::base::Kind::Unsupported,
                    "commands over the socket are not built yet",
                );
                return self.line.say(&ServerMessage::Refused { id, error: (&e).into() }).await;
            }
            ClientMessage::Ping { t } => {
                let now_us = self.site.parts.clock.now().us;
                return self.line.say(&ServerMessage::Pong { t, now_us }).await;
            }
        }
        Ok(())
    }

    async fn say_goodbye(&mut self) -> Result<(), Gone> {
        let reason = "Dixi stops".into();
        let close = CloseFrame { code: close_code::AWAY, reason };
        // Whether it arrives or not, this is the end.
        let _ = self.line.send(Message::Close(Some(close))).await;
        Err(Gone)
    }
}
