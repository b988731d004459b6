//! Conversations with a model: asking, answers that come by themselves, versions, and whoever watches.
//!
//! An answer is the box's work, not the page's: it comes whether or not somebody looks, and every page of the
//! same person sees the same stream ([`news`]). What was said is kept as it comes, so a crash costs two
//! seconds of an answer. The rows are the store's, the words of a model the [`engine`](super::engine)'s, what
//! the box sees the [`context`](super::context)'s. Everything here may block on the disk, but [`Chats::news`]
//! and what runs in tasks.

mod answering;
mod asking;
pub mod exchange;
mod news;
mod presets;
mod telling;
mod view;
mod window;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::{Caller, Principal, Scope};
use crate::assistant::context::{SceneSensed, Sensed, Senses, fill, told};
use crate::assistant::engine::Engine;
use crate::base::{Clock, Error, Kind, Result};
use crate::store::Store;
use crate::store::conversations::{self, After, Change, ConversationRow, Whose};
use crate::store::conversations::{messages, search};
use answering::Running;
pub use asking::{PICTURE_BYTES, PICTURES};
pub use news::{ChatNote, News};
pub use presets::{NewPreset, Preset, PresetKind};
pub use view::*;

/// Conversations of a page of the list, if nobody says otherwise, and at most.
const PAGE: u32 = 50;
const PAGE_MAX: u32 = 200;
/// Places that a search finds at most.
const FOUND: u32 = 50;
/// Longest title, characters.
const TITLE: usize = 200;

/// What is said of hands to whoever may not see them.
const NOT_YOURS: &str = "Hands are not to be told of here.";

/// What is handed in.
pub struct Rooms {
    /// The process's clock.
    pub clock: Clock,
    /// Where conversations are kept; none: there are none.
    pub store: Option<Arc<Store>>,
    /// What answers.
    pub engine: Arc<dyn Engine>,
    /// What the box sees.
    pub senses: Arc<dyn Senses>,
    /// The model for conversations that name none.
    pub model: Box<dyn Fn() -> Option<String> + Send + Sync>,
}

/// Whoever asks.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Whose conversations they have.
    pub whose: Whose,
    /// Whose limits count.
    pub who: Principal,
}

impl Asker {
    /// Whoever has come in: an account has conversations of its own, anybody else those of the box.
    pub fn of(principal: &Principal) -> Self {
        let whose = match principal.caller {
            Caller::Session { account, .. } => Some(account),
            Caller::Open | Caller::Token { .. } => None,
        };
        Self { whose, who: principal.clone() }
    }

    /// The box itself: a hand, or what it does by itself.
    pub fn the_box(name: &str) -> Self {
        let mut who = Principal::open(std::net::Ipv4Addr::LOCALHOST.into());
        (who.name, who.from) = (name.into(), None);
        Self { whose: None, who }
    }
}

/// The conversations.
pub struct Chats {
    rooms: Rooms,
    runtime: Handle,
    running: Mutex<HashMap<i64, Arc<Running>>>,
    news: News,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Chats {
    /// Takes up where the last run ended: answers that were coming then have stopped. Call it inside the
    /// runtime.
    pub fn new(rooms: Rooms) -> Arc<Self> {
        if let Some(store) = &rooms.store
            && let Err(e) = messages::end_left_over(store)
        {
            tracing::warn!("answers that the last run left half said: {e}");
        }
        Arc::new(Self {
            rooms,
            runtime: Handle::current(),
            running: Mutex::default(),
            news: News::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })
    }

    /// Stops every answer, and waits until each is kept.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// What happens to conversations.
    pub fn news(&self) -> &News {
        &self.news
    }

    fn store(&self) -> Result<&Arc<Store>> {
        self.rooms.store.as_ref().ok_or_else(|| {
            Error::unavailable("there are no conversations")
                .why("the database cannot be used, so nothing would be kept")
                .next("see `/api/health/ready` for what is wrong with it")
        })
    }

    fn running(&self) -> MutexGuard<'_, HashMap<i64, Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn row(&self, whose: Whose, id: i64) -> Result<ConversationRow> {
        conversations::get(self.store()?, whose, id)?.ok_or_else(|| none(id))
    }

    fn info(&self, whose: Whose, row: &ConversationRow) -> ChatInfo {
        ChatInfo {
            id: row.id,
            title: row.title.clone(),
            pinned: row.pinned,
            created_at: row.created_at,
            changed_at: row.changed_at,
            model: how(row).model,
            answering: self.running().contains_key(&row.id),
            shared: row.account.is_none() && whose.is_some(),
        }
    }

    /// Tells everybody who may see it how a conversation is now.
    fn changed(&self, id: i64, account: Whose) {
        let read = self.store().and_then(|store| conversations::get(store, account, id));
        if let Ok(Some(row)) = read {
            self.news.tell(row.account, ChatNews::Changed { chat: self.info(account, &row) });
        }
    }

    /// A page of somebody's conversations.
    ///
    /// # Errors
    /// `Invalid` for a cursor that is none; if the database cannot be read.
    pub fn list(&self, whose: Whose, after: Option<&str>, limit: Option<u32>) -> Result<ChatList> {
        let after = after.map(from_cursor).transpose()?;
        let most = limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
        let mut rows = conversations::list(self.store()?, whose, after.as_ref(), most + 1)?;
        let more = rows.len() > most as usize;
        rows.truncate(most as usize);
        let more = rows.last().filter(|_| more).map(cursor);
        Ok(ChatList { chats: rows.iter().map(|row| self.info(whose, row)).collect(), more })
    }

    /// Where all of these words are.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn search(&self, whose: Whose, text: &str, limit: Option<u32>) -> Result<ChatsFound> {
        let most = limit.unwrap_or(FOUND).clamp(1, FOUND);
        let found = search::search(self.store()?, whose, text, most)?.into_iter();
        let view = |f: search::Found| ChatFound {
            chat: f.conversation,
            title: f.title,
            message: f.message,
            piece: f.piece,
        };
        Ok(ChatsFound { found: found.map(view).collect() })
    }

    /// Begins a conversation.
    ///
    /// # Errors
    /// `Invalid` for what it cannot be; if it cannot be written.
    pub fn begin(&self, whose: Whose, new: NewChat) -> Result<ChatInfo> {
        let how = new.how.unwrap_or_default();
        asking::check(&how)?;
        let title = titled(&new.title.unwrap_or_default())?;
        let at = jiff::Timestamp::now();
        let id = conversations::add(self.store()?, whose, &title, &json(&how)?, at)?;
        let info = self.info(whose, &self.row(whose, id)?);
        self.news.tell(whose, ChatNews::Changed { chat: info.clone() });
        Ok(info)
    }

    /// The box's own conversation of this title, begun if there is none.
    ///
    /// # Errors
    /// If it can neither be read nor written.
    pub fn of_the_box(&self, title: &str) -> Result<i64> {
        match conversations::of_the_box(self.store()?, title)? {
            Some(id) => Ok(id),
            None => {
                let new = NewChat { title: Some(title.to_owned()), how: None };
                self.begin(None, new).map(|info| info.id)
            }
        }
    }

    /// A conversation with the branch that is shown.
    ///
    /// # Errors
    /// `NotFound`; if the database cannot be read.
    pub fn get(&self, whose: Whose, id: i64) -> Result<Chat> {
        let row = self.row(whose, id)?;
        // Before what is kept is read: what comes in between is in both, never in none.
        let running = self.running().get(&id).cloned();
        let rows = messages::branch(self.store()?, id)?;
        let mut messages: Vec<_> = rows.into_iter().map(news::message).collect();
        if let Some(running) = running {
            for message in messages.iter_mut().filter(|m| m.id == running.message) {
                running.show(message);
            }
        }
        Ok(Chat { info: self.info(whose, &row), how: how(&row), messages })
    }

    /// Changes a conversation.
    ///
    /// # Errors
    /// `Invalid` for what it cannot be, `NotFound`; if it cannot be written.
    pub fn change(&self, whose: Whose, id: i64, change: ChatChange) -> Result<ChatInfo> {
        let store = self.store()?;
        let how = change.how.as_ref().map(|how| asking::check(how).and_then(|()| json(how)));
        let shown = match change.shown {
            None => None,
            Some(message) => {
                messages::get(store, id, message)?.ok_or_else(|| no_message(message))?;
                Some(messages::end_of(store, message)?)
            }
        };
        let title = change.title.as_deref().map(titled).transpose()?;
        let wanted = Change { title, pinned: change.pinned, how: how.transpose()?, shown };
        if !conversations::change(store, whose, id, wanted)? {
            return Err(none(id));
        }
        let row = self.row(whose, id)?;
        let info = self.info(whose, &row);
        self.news.tell(row.account, ChatNews::Changed { chat: info.clone() });
        Ok(info)
    }

    /// Deletes a conversation with all that was said; an answer that is coming is stopped.
    ///
    /// # Errors
    /// `NotFound`; if it cannot be written.
    pub fn remove(&self, whose: Whose, id: i64) -> Result<()> {
        let row = self.row(whose, id)?;
        if let Some(running) = self.running().get(&id) {
            running.stop();
        }
        conversations::remove(self.store()?, whose, id)?;
        self.news.tell(row.account, ChatNews::Removed { id });
        Ok(())
    }

    /// Stops an answer; one that has ended stays as it is.
    ///
    /// # Errors
    /// `NotFound`; if the database cannot be read.
    pub fn stop(&self, whose: Whose, id: i64, message: i64) -> Result<()> {
        self.row(whose, id)?;
        let running = self.running().get(&id).cloned();
        match running.filter(|running| running.message == message) {
            Some(running) => running.stop(),
            None => {
                messages::get(self.store()?, id, message)?.ok_or_else(|| no_message(message))?;
            }
        }
        Ok(())
    }

    /// A picture that went with a question.
    ///
    /// # Errors
    /// `NotFound`, `Denied` where it may be the camera's and that is not theirs to see; if the database cannot
    /// be read.
    pub fn picture(
        &self,
        asker: &Asker,
        (id, message, place): (i64, i64, usize),
    ) -> Result<messages::Picture> {
        let row = self.row(asker.whose, id)?;
        if row.account.is_none() && !asker.who.sees(Scope::Camera) {
            return Err(Error::new(Kind::Denied, "you may not see this picture")
                .why(format!("it takes the scope `{}`", Scope::Camera.name())));
        }
        messages::get(self.store()?, id, message)?.ok_or_else(|| no_message(message))?;
        let mut pictures = messages::pictures(self.store()?, message)?;
        if place >= pictures.len() {
            return Err(Error::new(Kind::NotFound, "there is no such picture"));
        }
        Ok(pictures.swap_remove(place))
    }

    /// What the box sees, as far as it is somebody's to see: a model tells them what it is told.
    fn sensed(&self, who: &Principal) -> Sensed {
        let mut sensed = self.rooms.senses.now();
        if !who.sees(Scope::Gestures) {
            sensed.hands.clear();
            sensed.events.clear();
            sensed.blind = Some(NOT_YOURS.to_owned());
        }
        if !who.sees(Scope::Canvas) {
            sensed.selection.clear();
            sensed.scene = SceneSensed::default();
            sensed.events.clear();
            sensed.hands.iter_mut().for_each(|hand| hand.points_at = None);
        }
        sensed
    }

    /// What the model would be told now by somebody.
    pub fn preview(&self, who: &Principal, asked: &PreviewAsked) -> Preview {
        let sensed = self.sensed(who);
        Preview {
            text: fill(&asked.text, &sensed),
            system: fill(&asked.system, &sensed),
            told: told(&sensed, &asked.context),
        }
    }
}

fn none(id: i64) -> Error {
    Error::new(Kind::NotFound, format!("there is no conversation {id}"))
        .next("`GET /api/v1/chats` tells which there are")
}

fn no_message(id: i64) -> Error {
    Error::new(Kind::NotFound, format!("there is no message {id} in this conversation"))
}

/// How a conversation is held; what an older Dixi kept and this one does not understand is as if not said.
fn how(row: &ConversationRow) -> How {
    serde_json::from_str(&row.how).unwrap_or_default()
}

fn json(how: &How) -> Result<String> {
    serde_json::to_string(how).map_err(|e| Error::internal("it cannot be written").source(e))
}

fn titled(title: &str) -> Result<String> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() > TITLE {
        return Err(Error::invalid("this title is too long")
            .why(format!("a title has at most {TITLE} characters")));
    }
    Ok(title)
}

fn cursor(row: &ConversationRow) -> String {
    format!("{}~{}~{}", u8::from(row.pinned), row.changed_at, row.id)
}

fn from_cursor(text: &str) -> Result<After> {
    let wrong = || {
        Error::invalid("`after` is no place in the list")
            .next("use `more` of the page before as it is")
    };
    let mut parts = text.splitn(3, '~');
    let mut part = || parts.next().ok_or_else(wrong);
    let pinned = part()? == "1";
    let changed_at: jiff::Timestamp = part()?.parse().map_err(|_| wrong())?;
    let id = part()?.parse().map_err(|_| wrong())?;
    Ok(After { pinned, changed_at: changed_at.to_string(), id })
}
