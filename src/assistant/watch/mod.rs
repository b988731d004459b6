//! Watch mode: shows a model the camera's clean picture again and again, or when it has changed, and keeps
//! to a budget. One look at a time; what it sees is told in a conversation of the box's own. Off by default,
//! and where it is on every page shows it ([`WatchState`]). Must not know who paints pages, or who switches it.

mod change;
mod plan;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::chat::{Asker, Asking, ChatChange, ChatMessage, ChatNews, ChatState, Chats};
use super::context::{Jpeg, Senses};
use crate::base::{Clock, Error, Result, blocking};
use crate::config::WatchSettings;
use change::Small;
use plan::{Next, Plan};

/// The conversation in which it tells what it sees.
pub const CHAT: &str = "Watching";
/// The one before, once there are so many looks in it.
const CHAT_BEFORE: &str = "Watching, earlier";
/// Looks in one conversation: pictures are kept with them, about 100 kB each. Of two conversations the older
/// is let go of.
const LOOKS_KEPT: usize = 500;
/// Who asks.
const WHO: &str = "watch mode";
/// How often it looks whether there is something to do.
const TICK: Duration = Duration::from_millis(500);

/// What it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Watching {
    /// Nothing: it is switched off.
    #[default]
    Off,
    /// It waits for the next look.
    Waiting,
    /// The model is looking.
    Looking,
    /// There is no picture: the camera is paused, or not there.
    Blind,
    /// The looks of this hour are spent.
    Spent,
    /// The last look came to nothing.
    Failing,
}

/// Watch mode now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct WatchState {
    /// Whether it is switched on.
    pub on: bool,
    /// What it does.
    pub doing: Watching,
    /// Looks within the last hour.
    pub looks: u32,
    /// The most an hour.
    pub per_hour: u32,
    /// When it looked last, RFC 3339 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub last_at: Option<Timestamp>,
    /// The conversation in which it tells what it sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub chat: Option<i64>,
    /// Why it cannot look, or the last look came to nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why: Option<String>,
}

/// What it needs.
pub struct Rooms {
    /// The process's clock.
    pub clock: Clock,
    /// Where the picture comes from.
    pub senses: Arc<dyn Senses>,
    /// Who asks the model.
    pub chats: Arc<Chats>,
    /// The settings, as they are now.
    pub settings: Box<dyn Fn() -> WatchSettings + Send + Sync>,
}

/// Begins; ends at `stop`. Call it inside the runtime.
pub fn start(rooms: Rooms, stop: CancellationToken) -> watch::Receiver<WatchState> {
    let (tell, state) = watch::channel(WatchState::default());
    let watcher = Watcher { rooms, tell, plan: Plan::default(), seen: None, looks: None };
    tokio::spawn(watcher.run(stop));
    state
}

struct Watcher {
    rooms: Rooms,
    tell: watch::Sender<WatchState>,
    plan: Plan,
    /// What it looked at last, small.
    seen: Option<Small>,
    /// The conversation, and how many looks it has.
    looks: Option<(i64, usize)>,
}

/// A look that is going on.
struct Look {
    chat: i64,
    answer: i64,
}

impl Watcher {
    async fn run(mut self, stop: CancellationToken) {
        let mut every = tokio::time::interval(TICK);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = every.tick() => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.turn() => {}
            }
        }
    }

    async fn turn(&mut self) {
        let settings = (self.rooms.settings)();
        if !settings.enabled {
            (self.seen, self.plan) = (None, std::mem::take(&mut self.plan).rested());
            return self.show(&settings, Watching::Off, None);
        }
        match self.plan.next(self.rooms.clock.now(), &settings) {
            Next::Wait => self.show_waiting(&settings),
            Next::Spent => self.show(&settings, Watching::Spent, None),
            Next::Look => self.look(&settings).await,
        }
    }

    async fn look(&mut self, settings: &WatchSettings) {
        let picture = match self.picture(settings).await {
            Ok(Some(picture)) => picture,
            // It has not changed: not before the next time.
            Ok(None) => {
                self.plan.passed(self.rooms.clock.now());
                return self.show(settings, Watching::Waiting, None);
            }
            Err(e) => return self.show(settings, Watching::Blind, Some(e.to_string())),
        };
        self.plan.looked(self.rooms.clock.now());
        self.show(settings, Watching::Looking, None);
        let failed = match self.ask(settings, &picture).await {
            Ok(message) => why_not(&message),
            Err(e) => Some(e.to_string()),
        };
        self.plan.came_to(failed.is_none(), self.rooms.clock.now(), settings);
        if let Some(why) = &failed {
            tracing::warn!("watch mode: {why}");
        }
        self.tell.send_modify(|state| state.why.clone_from(&failed));
        self.show_waiting(settings);
    }

    /// The picture, if it is worth a look.
    async fn picture(&mut self, settings: &WatchSettings) -> Result<Option<Jpeg>> {
        let (senses, before) = (Arc::clone(&self.rooms.senses), self.seen.take());
        let (on_change, percent) = (settings.on_change, settings.change_percent);
        let job = move || {
            let jpeg = match senses.frame() {
                Ok(jpeg) => jpeg,
                Err(e) => return (before, Err(e)),
            };
            let small = match Small::of(&jpeg) {
                Ok(small) => small,
                Err(e) => return (before, Err(e)),
            };
            let same = before.as_ref().is_some_and(|b| small.differs_percent(b) < percent);
            // Compared with what was looked at, not with what was passed over: slow changes add up.
            if on_change && same { (before, Ok(None)) } else { (Some(small), Ok(Some(jpeg))) }
        };
        let (seen, picture) = blocking(move || Ok(job())).await?;
        self.seen = seen;
        picture
    }

    /// Asks, and waits for the answer; stops it when watching is switched off meanwhile.
    async fn ask(&mut self, settings: &WatchSettings, picture: &Jpeg) -> Result<ChatMessage> {
        let chats = Arc::clone(&self.rooms.chats);
        let mut news = chats.news().listen();
        let look = self.begin(settings, picture).await?;
        self.tell.send_modify(|state| state.chat = Some(look.chat));
        let mut every = tokio::time::interval(TICK);
        loop {
            let heard = tokio::select! {
                heard = news.recv() => heard,
                _ = every.tick() => {
                    if !(self.rooms.settings)().enabled {
                        let (chats, look) = (Arc::clone(&chats), (look.chat, look.answer));
                        blocking(move || chats.stop(None, look.0, look.1)).await?;
                    }
                    continue;
                }
            };
            match heard {
                Ok(note) => match &note.news {
                    ChatNews::Ended { chat, message }
                        if (*chat, message.id) == (look.chat, look.answer) =>
                    {
                        return Ok(message.clone());
                    }
                    ChatNews::Removed { id } if *id == look.chat => {
                        self.looks = None;
                        return Err(Error::unavailable("the conversation was deleted"));
                    }
                    _ => {}
                },
                Err(RecvError::Lagged(_)) => {
                    let chats = Arc::clone(&chats);
                    let id = look.chat;
                    let chat = blocking(move || chats.get(None, id)).await?;
                    let mut messages = chat.messages.into_iter();
                    let ended = |m: &ChatMessage| m.state != ChatState::Coming;
                    if let Some(m) = messages.find(|m| m.id == look.answer).filter(ended) {
                        return Ok(m);
                    }
                }
                Err(RecvError::Closed) => return Err(Error::unavailable("the box stops")),
            }
        }
    }

    async fn begin(&mut self, settings: &WatchSettings, picture: &Jpeg) -> Result<Look> {
        let chats = Arc::clone(&self.rooms.chats);
        let asking = Asking {
            text: settings.prompt.clone(),
            pictures: Some(vec![STANDARD.encode(&picture.bytes)]),
            told: Some(Vec::new()),
            alone: Some(true),
            ..Asking::default()
        };
        let model = Some(settings.model.trim().to_owned()).filter(|model| !model.is_empty());
        let known = self.looks;
        let (look, looks) = blocking(move || {
            let (chat, count) = chat(&chats, known)?;
            let mut how = chats.get(None, chat)?.how;
            if how.model != model {
                how.model = model;
                chats.change(None, chat, ChatChange { how: Some(how), ..ChatChange::default() })?;
            }
            let asked = chats.ask(&Asker::the_box(WHO), chat, asking)?;
            Ok((Look { chat, answer: asked.answer.id }, (chat, count + 1)))
        })
        .await?;
        self.looks = Some(looks);
        Ok(look)
    }

    /// Waiting is failing, where the last look came to nothing.
    fn show_waiting(&self, settings: &WatchSettings) {
        let why = self.tell.borrow().why.clone().filter(|_| self.plan.is_failing());
        let doing = if why.is_some() { Watching::Failing } else { Watching::Waiting };
        self.show(settings, doing, why);
    }

    fn show(&self, settings: &WatchSettings, doing: Watching, why: Option<String>) {
        let looks = self.plan.looks(self.rooms.clock.now());
        let clock = self.rooms.clock;
        let last_at = self.plan.last_look().map(|at| clock.utc(at));
        self.tell.send_if_modified(|now| {
            let state = WatchState {
                on: settings.enabled,
                doing,
                looks,
                per_hour: settings.per_hour,
                last_at,
                chat: now.chat,
                why,
            };
            let news = *now != state;
            *now = state;
            news
        });
    }
}

/// The conversation to look in, and how many looks it has: a new one where the old one is full.
fn chat(chats: &Chats, known: Option<(i64, usize)>) -> Result<(i64, usize)> {
    let counted = |id| chats.get(None, id).map(|chat| (id, chat.messages.len() / 2));
    let (id, count) = match known {
        Some(known) => known,
        None => counted(chats.of_the_box(CHAT)?)?,
    };
    if count < LOOKS_KEPT {
        return Ok((id, count));
    }
    chats.remove(None, chats.of_the_box(CHAT_BEFORE)?)?;
    let title = Some(CHAT_BEFORE.to_owned());
    chats.change(None, id, ChatChange { title, ..ChatChange::default() })?;
    Ok((chats.of_the_box(CHAT)?, 0))
}

fn why_not(message: &ChatMessage) -> Option<String> {
    (message.state == ChatState::Failed).then(|| {
        let failure = message.details.failure.as_ref();
        failure.map_or_else(|| "there was no answer".to_owned(), |failure| failure.said.clone())
    })
}
