//! One viewer of the live socket: one task that sends what is newest and hears what it says. While
//! it waits for a slow client nobody else waits, and what became old meanwhile is never sent.

use axum::extract::ws::{CloseFrame, Message, close_code};
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, MissedTickBehavior};

use super::canvas::{Happened, OnCanvas};
use super::orders::Orders;
use super::pictures::Looking;
use super::socket::{Gone, Guest, Line};
use super::{Note, Picture, Published};
use crate::access::{Role, Scope};
use crate::assistant::chat::{Asker, ChatNews, ChatNote};
use crate::assistant::watch::WatchState;
use crate::base::{Error, Kind, Stamp};
use crate::camera::CameraState;
use crate::canvas::OutputShown;
use crate::command::{Command, Verdict};
use crate::config::Change;
use crate::server::wire::{ClientMessage, Have, Rates, ServerMessage, VisionState};
use crate::server::{App, identify, rights};

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
    watching: watch::Receiver<WatchState>,
    rates: watch::Receiver<Rates>,
    models: watch::Receiver<u64>,
    /// There while the viewer shows the canvas.
    canvas: Option<OnCanvas>,
    /// There while the viewer reads the log of gestures.
    verdicts: Option<broadcast::Receiver<std::sync::Arc<Verdict>>>,
    /// There while the viewer looks at conversations.
    chats: Option<broadcast::Receiver<std::sync::Arc<ChatNote>>>,
    /// There once the viewer gave a command.
    orders: Option<Orders>,
}

struct Viewer<'s> {
    line: Line,
    guest: Guest,
    site: &'s App,
    observations: bool,
    /// There while the viewer wants pictures.
    looking: Option<Looking<'s>>,
    in_flight: Vec<u64>,
    /// There while the viewer is an output.
    output: Option<OutputShown>,
}

/// What a viewer asks to be sent.
struct Wish {
    pictures: Option<bool>,
    observations: Option<bool>,
    canvas: Option<bool>,
    have: Option<Have>,
    verdicts: Option<bool>,
    chats: Option<bool>,
    output: Option<String>,
}

/// What happened next.
enum Next {
    Stop,
    Doubt,
    Ping,
    Heard(Result<Message, Gone>),
    Note(Result<Note, RecvError>),
    Changed(Result<Change, RecvError>),
    Camera(CameraState),
    Vision(VisionState),
    Watching(WatchState),
    Rates(Rates),
    Models,
    Canvas(Happened),
    Verdict(Result<std::sync::Arc<Verdict>, RecvError>),
    Chat(Result<std::sync::Arc<ChatNote>, RecvError>),
    Answer(ServerMessage),
    Observation,
    Picture,
}

/// Serves one viewer until it goes, misbehaves, or Dixi stops.
pub(super) async fn watch(line: Line, site: &App, guest: Guest, publishes: bool) {
    let live = &site.parts.live;
    let mut feeds = Feeds {
        newest: live.newest.subscribe(),
        pictures: live.pictures.subscribe(),
        notes: live.notes.subscribe(),
        changes: site.parts.settings.changes(),
        camera: live.camera.clone(),
        vision: live.vision.subscribe(),
        watching: site.parts.model_watches.clone(),
        rates: live.rates.subscribe(),
        models: site.parts.models.news(),
        canvas: None,
        verdicts: None,
        chats: None,
        orders: None,
    };
    // What is there already is news to a new viewer.
    feeds.newest.mark_changed();
    feeds.camera.mark_changed();
    feeds.vision.mark_changed();
    feeds.watching.mark_changed();
    let mut viewer = Viewer {
        observations: guest.principal.sees(Scope::Gestures),
        line,
        guest,
        site,
        looking: None,
        in_flight: Vec::with_capacity(CREDIT),
        output: None,
    };
    let hello = ServerMessage::Hello {
        version: env!("DIXI_VERSION"),
        now_us: site.parts.clock.now().us,
        mirrored: site.parts.settings.current().view.mirrored,
        publish_token: publishes.then(|| site.publish_token.clone()),
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
            break;
        }
    }
    // The seat is not kept while the last commands go to the disk.
    drop(viewer);
    if let Some(orders) = feeds.orders {
        orders.end().await;
    }
}

/// What is there already.
fn waiting<T: Clone>(of: &mut broadcast::Receiver<T>) -> Option<Result<T, RecvError>> {
    match of.try_recv() {
        Ok(one) => Some(Ok(one)),
        Err(TryRecvError::Lagged(count)) => Some(Err(RecvError::Lagged(count))),
        Err(TryRecvError::Empty | TryRecvError::Closed) => None,
    }
}

/// What comes next, where there is something that it can come from.
async fn of<T, U>(source: Option<&mut T>, next: impl AsyncFnOnce(&mut T) -> U) -> U {
    match source {
        Some(source) => next(source).await,
        None => std::future::pending().await,
    }
}

impl Viewer<'_> {
    async fn next(&mut self, feeds: &mut Feeds, ping: &mut tokio::time::Interval) -> Next {
        let pictures = self.looking.is_some() && self.in_flight.len() < CREDIT;
        let hear = feeds.orders.as_ref().is_none_or(Orders::have_room);
        // In this order: what is small and rare goes before what is large and frequent.
        tokio::select! {
            biased;
            () = self.site.stop.cancelled() => Next::Stop,
            () = self.guest.doubt() => Next::Doubt,
            _ = ping.tick() => Next::Ping,
            note = feeds.notes.recv() => Next::Note(note),
            Ok(()) = feeds.camera.changed() => Next::Camera(feeds.camera.borrow_and_update().clone()),
            Ok(()) = feeds.vision.changed() => Next::Vision(feeds.vision.borrow_and_update().clone()),
            Ok(()) = feeds.watching.changed() => Next::Watching(feeds.watching.borrow_and_update().clone()),
            change = feeds.changes.recv() => Next::Changed(change),
            news = of(feeds.canvas.as_mut(), OnCanvas::next) => Next::Canvas(news),
            Some(answer) = of(feeds.orders.as_mut(), Orders::answer) => Next::Answer(answer),
            verdict = of(feeds.verdicts.as_mut(), broadcast::Receiver::recv) => Next::Verdict(verdict),
            note = of(feeds.chats.as_mut(), broadcast::Receiver::recv) => Next::Chat(note),
            Ok(()) = feeds.newest.changed(), if self.observations => Next::Observation,
            heard = self.line.receive(), if hear => Next::Heard(heard),
            Ok(()) = feeds.models.changed() => Next::Models,
            Ok(()) = feeds.rates.changed() => Next::Rates(feeds.rates.borrow_and_update().clone()),
            Ok(()) = feeds.pictures.changed(), if pictures => Next::Picture,
        }
    }

    async fn act(&mut self, next: Next, feeds: &mut Feeds) -> Result<(), Gone> {
        match next {
            Next::Stop => self.say_goodbye().await,
            Next::Doubt => match self.guest.may_stay(self.site).await {
                Ok(()) => Ok(()),
                Err(e) => {
                    self.line.see_off(&e, close_code::POLICY).await;
                    Err(Gone)
                }
            },
            Next::Ping if self.line.silent_for() > self.site.parts.patience.silent => Err(Gone),
            Next::Ping => self.line.send(Message::Ping(Bytes::new())).await,
            Next::Heard(message) => self.hear(message?, feeds).await,
            Next::Canvas(happened) => {
                let Some(canvas) = &mut feeds.canvas else { return Ok(()) };
                for message in canvas.tell(happened).into_iter().flatten() {
                    self.say(&message).await?;
                }
                Ok(())
            }
            Next::Answer(answer) => self.line.say(&answer).await,
            Next::Verdict(Ok(verdict)) => self.say(&ServerMessage::Verdict(verdict)).await,
            // A log with a gap: `GET /api/v1/verdicts` has the last ones.
            Next::Verdict(Err(_)) => Ok(()),
            Next::Chat(note) => self.chat(note).await,
            Next::Note(note) => self.note(note).await,
            Next::Changed(Ok(c)) => {
                let from = c.layer.name();
                self.say(&ServerMessage::Setting { key: c.key, value: c.value, from }).await
            }
            // More changes than anybody makes by hand: the page reads all settings anew anyway.
            Next::Changed(Err(RecvError::Lagged(_))) => Ok(()),
            Next::Changed(Err(RecvError::Closed)) => Err(Gone),
            Next::Camera(state) => self.say(&ServerMessage::Camera(state)).await,
            Next::Vision(state) => self.say(&ServerMessage::Vision(state)).await,
            Next::Models => self.say(&ServerMessage::Models {}).await,
            Next::Watching(state) => self.say(&ServerMessage::Watching(state)).await,
            Next::Rates(rates) => self.say(&ServerMessage::Status(rates)).await,
            Next::Observation => {
                let newest = feeds.newest.borrow_and_update().clone();
                let Some(published) = newest else { return Ok(()) };
                // Its frame's events may have come since they were looked for; they go first.
                while let Some(note) = waiting(&mut feeds.notes) {
                    self.note(note).await?;
                }
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

    async fn note(&mut self, note: Result<Note, RecvError>) -> Result<(), Gone> {
        match note {
            Ok(_) if !self.guest.principal.sees(Scope::Gestures) => Ok(()),
            Ok(note) => self.event(note.captured_at, note.message).await,
            Err(RecvError::Lagged(count)) => self.say(&ServerMessage::Missed { count }).await,
            Err(RecvError::Closed) => Err(Gone),
        }
    }

    /// Sends a message, if it is one that they may see.
    async fn say(&mut self, message: &ServerMessage) -> Result<(), Gone> {
        if rights::sees(&self.guest.principal, message) {
            self.line.say(message).await
        } else {
            Ok(())
        }
    }

    /// News of a conversation, if it is this viewer's to see.
    async fn chat(
        &mut self,
        note: Result<std::sync::Arc<ChatNote>, RecvError>,
    ) -> Result<(), Gone> {
        let news = match note {
            Ok(note) if note.is_for(Asker::of(&self.guest.principal).whose) => note.news.clone(),
            Ok(_) => return Ok(()),
            Err(RecvError::Lagged(_)) => ChatNews::Missed {},
            Err(RecvError::Closed) => return Err(Gone),
        };
        self.say(&ServerMessage::Chat { news }).await
    }

    /// Whether they may be sent that, having asked for it; if not, they are told once for each asking.
    async fn asks(&mut self, wanted: Option<bool>, scope: Scope) -> Result<Option<bool>, Gone> {
        if wanted != Some(true) || self.guest.principal.sees(scope) {
            return Ok(wanted);
        }
        let e = Error::new(Kind::Denied, "you may not see that")
            .why(format!("it takes the scope `{}`", scope.name()));
        self.line.refuse(&e).await.map(|()| None)
    }

    /// Sends what comes from a frame, and notes how long that took from its capture.
    async fn event(
        &mut self,
        captured_at: Stamp,
        message: axum::extract::ws::Utf8Bytes,
    ) -> Result<(), Gone> {
        self.line.send(Message::Text(message)).await?;
        let now = self.site.parts.clock.now();
        let (live, ms) = (&self.site.parts.live, now.ms_since(captured_at));
        live.to_event.record(now, ms);
        live.metrics.event(ms);
        Ok(())
    }

    async fn hear(&mut self, message: Message, feeds: &mut Feeds) -> Result<(), Gone> {
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
            Ok(message) => self.answer(message, feeds).await,
            Err(e) => {
                let e = e.next("docs/reference/api.md lists what a client sends");
                self.line.refuse(&e).await
            }
        }
    }

    async fn subscribe(&mut self, wish: Wish, feeds: &mut Feeds) -> Result<(), Gone> {
        let (live, canvas) = (&self.site.parts.live, &self.site.parts.canvas);
        let observations = self.asks(wish.observations, Scope::Gestures).await?;
        self.observations = observations.unwrap_or(self.observations);
        match self.asks(wish.pictures, Scope::Camera).await? {
            Some(true) if self.looking.is_none() => self.looking = Some(live.demand.join()),
            Some(false) => self.looking = None,
            _ => {}
        }
        // A page that asks anew starts anew.
        self.in_flight.clear();
        match self.asks(wish.verdicts, Scope::Gestures).await? {
            Some(true) if feeds.verdicts.is_none() => {
                feeds.verdicts = Some(canvas.feeds().verdicts.subscribe());
            }
            Some(false) => feeds.verdicts = None,
            _ => {}
        }
        // Who may only look has no conversations.
        let talks = self.guest.principal.may(Role::User, Scope::Models);
        match self.asks(wish.chats, Scope::Models).await? {
            Some(true) if feeds.chats.is_none() && talks => {
                feeds.chats = Some(self.site.parts.chats.news().listen());
            }
            Some(false) => feeds.chats = None,
            _ => {}
        }
        let canvas_seen = self.guest.principal.sees(Scope::Canvas);
        if let Some(output) = wish.output.filter(|_| canvas_seen) {
            match canvas.show_on(&output) {
                Ok(shown) => self.output = Some(shown),
                Err(e) => self.line.refuse(&e).await?,
            }
        }
        match self.asks(wish.canvas, Scope::Canvas).await? {
            Some(true) => {
                let (on, first) = OnCanvas::new(canvas, wish.have);
                feeds.canvas = Some(on);
                for message in first {
                    self.line.say(&message).await?;
                }
            }
            Some(false) => feeds.canvas = None,
            None => {}
        }
        Ok(())
    }

    async fn order(&mut self, id: u64, command: Value, feeds: &mut Feeds) -> Result<(), Gone> {
        let principal = &self.guest.principal;
        let mut allowed = Command::from_value(command)
            .and_then(|command| rights::check(principal, &command).map(|()| command));
        if let Ok(command) = &allowed
            && rights::takes_the_password(command)
            && let Err(e) = identify::confirmed(self.site, principal).await
        {
            allowed = Err(e);
        }
        let refusal = match allowed {
            Ok(command) => {
                let orders = || Orders::new(self.site, principal);
                feeds.orders.get_or_insert_with(orders).give(id, command)
            }
            Err(e) => Some(ServerMessage::Refused { id, error: (&e).into() }),
        };
        match refusal {
            Some(refusal) => self.line.say(&refusal).await,
            None => Ok(()),
        }
    }

    async fn answer(&mut self, message: ClientMessage, feeds: &mut Feeds) -> Result<(), Gone> {
        let live = &self.site.parts.live;
        match message {
            ClientMessage::Subscribe {
                pictures,
                observations,
                canvas,
                have,
                chats,
                verdicts,
                output,
            } => {
                let wish = Wish { pictures, observations, canvas, have, verdicts, chats, output };
                return self.subscribe(wish, feeds).await;
            }
            ClientMessage::Do { id, command } => return self.order(id, command, feeds).await,
            ClientMessage::Seen { seq } => self.in_flight.retain(|sent| *sent > seq),
            ClientMessage::Latency { capture_to_screen_ms, capture_to_drawn_ms } => {
                let now = self.site.parts.clock.now();
                let told = [
                    (capture_to_screen_ms, &live.to_screen),
                    (capture_to_drawn_ms, &live.to_drawn),
                ];
                for (ms, meter) in told {
                    if let Some(ms) = ms.filter(|ms| BELIEVABLE_MS.contains(ms)) {
                        meter.record(now, ms);
                    }
                }
                if let Some(ms) = capture_to_drawn_ms.filter(|ms| BELIEVABLE_MS.contains(ms)) {
                    live.metrics.drawn(ms);
                }
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
