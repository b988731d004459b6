//! A question: looked at, kept, and an answer to it begun. Asking again begins another version of an answer.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::answering::Job;
use super::view::{AskedView, Asking, ChatMessage, ChatNews, How, MessageDetails};
use super::{Asker, Chats, how, news, no_message, none};
use crate::access::{Principal, Scope};
use crate::assistant::context::{Told, fill, told};
use crate::assistant::engine::ModelOptions;
use crate::base::{Error, Kind, Result};
use crate::store::conversations::messages::{self, MessageRow, NewMessage, Picture, Role, State};
use crate::store::conversations::{self, Change};

/// Longest question and system prompt, characters.
const TEXT: usize = 100_000;
const SYSTEM: usize = 16_000;
/// Pictures of a question, and the largest, bytes.
pub const PICTURES: usize = 4;
/// The largest picture of a question, bytes.
pub const PICTURE_BYTES: usize = 8 << 20;
/// What a model is told of the box at most, as a page sends it back: blocks, and characters of each.
const TOLD: usize = 8;
const TOLD_TEXT: usize = Told::MOST_CHARS;
/// Answers that come at once; each holds a place at Ollama.
const AT_ONCE: usize = 32;
/// Where a title is taken from a question: so many characters.
const TITLE: usize = 60;

fn wrong(why: impl Into<String>) -> Error {
    Error::invalid("this cannot be asked").why(why)
}

/// Whether a conversation can be held so.
///
/// # Errors
/// `Invalid` with what is wrong.
pub(super) fn check(how: &How) -> Result<()> {
    let wrong = |why: String| Error::invalid("a conversation cannot be held so").why(why);
    if how.system.chars().count() > SYSTEM {
        return Err(wrong(format!("a system prompt has at most {SYSTEM} characters")));
    }
    if how.model.as_ref().is_some_and(|m| m.is_empty() || m.len() > 400) {
        return Err(wrong("a model's name has 1 to 400 characters".into()));
    }
    if let Some(keep) = &how.keep_alive {
        let is_time =
            |t: &str| t.parse::<i64>().is_ok() || t.parse::<jiff::SignedDuration>().is_ok();
        if keep.len() > 32 || !is_time(keep) {
            return Err(wrong("`keep_alive` is a time such as `5m` or `1h`, `0`, or `-1`".into()));
        }
    }
    options(&how.options).map_err(wrong)
}

fn options(o: &ModelOptions) -> std::result::Result<(), String> {
    let between = |name: &str, value: Option<f32>, most: f32| match value {
        Some(v) if !(0.0..=most).contains(&v) => Err(format!("`{name}` lies between 0 and {most}")),
        _ => Ok(()),
    };
    between("temperature", o.temperature, 2.0)?;
    between("top_p", o.top_p, 1.0)?;
    between("min_p", o.min_p, 1.0)?;
    between("repeat_penalty", o.repeat_penalty, 2.0)?;
    let whole = |name: &str, value: Option<u32>, (least, most): (u32, u32)| match value {
        Some(v) if !(least..=most).contains(&v) => {
            Err(format!("`{name}` lies between {least} and {most}"))
        }
        _ => Ok(()),
    };
    whole("top_k", o.top_k, (1, 1_000))?;
    whole("num_ctx", o.num_ctx, (256, 1 << 20))?;
    whole("num_predict", o.num_predict, (1, 1 << 20))?;
    let stop = o.stop.as_deref().unwrap_or_default();
    if stop.len() > 8 || stop.iter().any(|s| s.is_empty() || s.chars().count() > 100) {
        return Err("`stop` has at most 8 words of at most 100 characters".into());
    }
    Ok(())
}

/// The pictures of a question.
fn pictures(texts: &[String]) -> Result<Vec<Picture>> {
    if texts.len() > PICTURES {
        return Err(wrong(format!("at most {PICTURES} pictures go with a question")));
    }
    texts.iter().map(|text| picture(text)).collect()
}

fn picture(text: &str) -> Result<Picture> {
    let bytes = BASE64.decode(text).map_err(|_| wrong("a picture is not base64"))?;
    if bytes.len() > PICTURE_BYTES {
        return Err(wrong(format!("a picture has at most {} MiB", PICTURE_BYTES >> 20)));
    }
    let mime = if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        "image/jpeg"
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else {
        return Err(wrong("a picture is neither PNG nor JPEG"));
    };
    Ok(Picture { mime: mime.to_owned(), bytes })
}

/// A title out of a question: its first words.
fn title_of(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= TITLE {
        return words;
    }
    let start: String = words.chars().take(TITLE).collect();
    let end = start.rfind(' ').filter(|at| *at > TITLE / 2).unwrap_or(start.len());
    format!("{}…", &start[..end])
}

impl Chats {
    /// Asks; the answer comes by itself.
    ///
    /// # Errors
    /// `Invalid` for what cannot be asked, `NotFound`, `Conflict` while an answer is coming, `Exhausted`
    /// while too many are; if it cannot be written. What goes wrong with the answer is told in the answer.
    pub fn ask(self: &Arc<Self>, asker: &Asker, id: i64, asking: Asking) -> Result<AskedView> {
        let row = self.row(asker.whose, id)?;
        let sensed = self.sensed(&asker.who);
        let how = how(&row);
        let text = fill(asking.text.trim(), &sensed);
        if text.is_empty() || text.chars().count() > TEXT {
            return Err(wrong(format!("a question has 1 to {TEXT} characters")));
        }
        let mut pictures = pictures(asking.pictures.as_deref().unwrap_or_default())?;
        if asking.frame == Some(true) {
            may_send_the_frame(&asker.who)?;
            pictures.push(Picture {
                mime: "image/jpeg".into(),
                bytes: self.rooms.senses.frame()?.bytes.to_vec(),
            });
        }
        let told = asking.told.unwrap_or_else(|| told(&sensed, &how.context));
        if told.len() > TOLD || told.iter().any(|t| t.text.chars().count() > TOLD_TEXT) {
            return Err(wrong(format!(
                "a model is told at most {TOLD} things of {TOLD_TEXT} characters"
            )));
        }
        let system = fill(&how.system, &sensed);
        let seat = self.seat(id)?;
        let parent = asking.after.unwrap_or(row.shown);
        let alone = asking.alone.filter(|alone| *alone);
        let details = MessageDetails { told, alone, ..MessageDetails::default() };
        let question = NewMessage { pictures, ..message(Role::User, text.clone(), &details)? };
        let question = NewMessage { parent, ..question };
        let answer = NewMessage {
            state: State::Coming,
            model: how.model.clone(),
            ..message(Role::Assistant, String::new(), &MessageDetails::default())?
        };
        let store = self.store()?;
        let added = messages::add(store, asker.whose, id, vec![question, answer])?;
        let Some([asked, coming]) = added.as_deref() else { return Err(no_parent(parent)) };
        if row.title.is_empty() {
            let title = Some(title_of(&text));
            conversations::change(store, asker.whose, id, Change { title, ..Change::default() })?;
        }
        let question = self.message(id, *asked)?;
        self.news.tell(row.account, ChatNews::Said { chat: id, message: question.clone() });
        let job = Job {
            asker: asker.clone(),
            account: row.account,
            chat: id,
            message: *coming,
            how,
            system,
        };
        let answer = self.answer(seat, job)?;
        Ok(AskedView { question, answer })
    }

    /// Has the same question answered again: another version of the answer. `message` is the question or one
    /// of its answers.
    ///
    /// # Errors
    /// As [`Chats::ask`].
    pub fn again(
        self: &Arc<Self>,
        asker: &Asker,
        (id, about): (i64, i64),
        model: Option<String>,
    ) -> Result<ChatMessage> {
        let row = self.row(asker.whose, id)?;
        let question = self.question(id, about)?;
        let mut how = how(&row);
        how.model = model.or(how.model);
        check(&how)?;
        let system = fill(&how.system, &self.sensed(&asker.who));
        let seat = self.seat(id)?;
        let answer = NewMessage {
            parent: Some(question.id),
            state: State::Coming,
            model: how.model.clone(),
            ..message(Role::Assistant, String::new(), &MessageDetails::default())?
        };
        let added = messages::add(self.store()?, asker.whose, id, vec![answer])?;
        let Some([coming]) = added.as_deref() else { return Err(none(id)) };
        let job = Job {
            asker: asker.clone(),
            account: row.account,
            chat: id,
            message: *coming,
            how,
            system,
        };
        self.answer(seat, job)
    }

    fn question(&self, id: i64, about: i64) -> Result<MessageRow> {
        let store = self.store()?;
        let row = messages::get(store, id, about)?.ok_or_else(|| no_message(about))?;
        let row = match (row.role, row.parent) {
            (Role::User, _) => Some(row),
            (_, Some(parent)) => messages::get(store, id, parent)?.filter(|p| p.role == Role::User),
            (_, None) => None,
        };
        row.ok_or_else(|| wrong("there is no question before this message"))
    }

    /// A place for one more answer, in this conversation.
    fn seat(self: &Arc<Self>, id: i64) -> Result<Seat> {
        if self.stop.is_cancelled() {
            return Err(Error::unavailable("the box stops"));
        }
        let mut running = self.running();
        if running.contains_key(&id) {
            return Err(Error::new(Kind::Conflict, "an answer is coming already")
                .next("wait for it, or stop it"));
        }
        if running.len() >= AT_ONCE {
            return Err(Error::new(Kind::Exhausted, "too many answers are coming")
                .why(format!("{AT_ONCE} at once"))
                .next("try again in a moment"));
        }
        running.insert(id, Arc::default());
        Ok(Seat { chats: Arc::clone(self), id })
    }

    pub(super) fn message(&self, id: i64, message: i64) -> Result<ChatMessage> {
        let row = messages::get(self.store()?, id, message)?;
        row.map(news::message).ok_or_else(|| no_message(message))
    }

    /// Begins to answer.
    fn answer(self: &Arc<Self>, seat: Seat, job: Job) -> Result<ChatMessage> {
        let coming = self.message(job.chat, job.message)?;
        let running = seat.take(&job);
        let mut shown = coming.clone();
        running.show(&mut shown);
        self.news.tell(job.account, ChatNews::Said { chat: job.chat, message: shown.clone() });
        self.changed(job.chat, job.account);
        let chats = Arc::clone(self);
        let work = async move { chats.work(job, (seat, running), coming).await };
        self.tasks.spawn_on(work, &self.runtime);
        Ok(shown)
    }
}

/// The camera is not everybody's to see, and so not to send along either.
fn may_send_the_frame(who: &Principal) -> Result<()> {
    if who.sees(Scope::Camera) {
        return Ok(());
    }
    Err(Error::new(Kind::Denied, "you may not send the camera's picture along")
        .why(format!("it takes the scope `{}`", Scope::Camera.name()))
        .next("ask without it, or use a token with that scope"))
}

fn no_parent(parent: Option<i64>) -> Error {
    let e =
        Error::new(Kind::NotFound, "what the question is to follow is not in this conversation");
    match parent {
        Some(id) => e.why(format!("there is no message {id}")),
        None => e,
    }
}

fn message(role: Role, text: String, details: &MessageDetails) -> Result<NewMessage> {
    let details = serde_json::to_string(details);
    let details = details.map_err(|e| Error::internal("it cannot be written").source(e))?;
    Ok(NewMessage {
        parent: None,
        role,
        text,
        thinking: String::new(),
        model: None,
        state: State::Whole,
        details,
        pictures: Vec::new(),
        at: jiff::Timestamp::now(),
    })
}

/// A place among the answers that are coming, free again when dropped: however the answer ends.
pub(super) struct Seat {
    chats: Arc<Chats>,
    id: i64,
}

impl Seat {
    /// Takes it for an answer.
    fn take(&self, job: &Job) -> Arc<super::Running> {
        let running = Arc::new(super::Running::new(job, self.chats.stop.child_token()));
        self.chats.running().insert(self.id, Arc::clone(&running));
        running
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.chats.running().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_words() {
        assert_eq!(title_of(" What\n is  this? "), "What is this?");
        let long = title_of(&"word ".repeat(40));
        assert!(long.ends_with("word…") && long.chars().count() <= TITLE + 1, "{long}");
        assert_eq!(title_of(&"ä".repeat(100)).chars().count(), TITLE + 1);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let how = |json: &str| check(&serde_json::from_str::<How>(json).unwrap());
        how(r#"{"keep_alive":"5m","options":{"temperature":0.5,"stop":["END"]},"think":"low"}"#)
            .unwrap();
        how(r#"{"keep_alive":"-1","think":true}"#).unwrap();
        for bad in [
            r#"{"keep_alive":"soon"}"#,
            r#"{"options":{"temperature":3}}"#,
            r#"{"options":{"num_ctx":1}}"#,
            r#"{"options":{"stop":[""]}}"#,
            r#"{"model":""}"#,
        ] {
            assert!(how(bad).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<How>(r#"{"temprature":1}"#).is_err());
        assert!(picture("???").is_err() && picture("aGVsbG8=").is_err());
    }
}
