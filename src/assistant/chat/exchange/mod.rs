//! Conversations out of the box and into it: Dixi's own JSON, which holds all of them with every version and
//! picture; Markdown, for people; and Open WebUI's JSON, which people bring along.

mod dixi;
mod markdown;
mod open_webui;

use crate::base::{Error, Kind, Result};
use crate::store::conversations::messages;
use crate::store::conversations::taken_in::{Whole, take_in};
use crate::store::conversations::{self, Whose};

use super::{Chats, Imported};

/// The largest file that is made, bytes: it is made in memory.
const FILE: usize = 128 << 20;
/// Conversations and messages of one file that is taken in.
const CHATS: usize = 20_000;
const MESSAGES: usize = 400_000;
/// Longest title, characters.
const TITLE: usize = 200;

/// As what a conversation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Everything, for Dixi.
    Json,
    /// The branch that is shown, for people.
    Markdown,
}

/// A file that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatFile {
    /// A name for it.
    pub name: String,
    /// What it is.
    pub mime: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Chats {
    /// One conversation as a file.
    ///
    /// # Errors
    /// `NotFound`, `Exhausted` if it is too large; if the database cannot be read.
    pub fn file(&self, whose: Whose, id: i64, format: FileFormat) -> Result<ChatFile> {
        let row = self.row(whose, id)?;
        let name = file_name(&row.title);
        match format {
            FileFormat::Json => {
                let bytes = dixi::write(vec![self.whole(whose, id)?])?;
                Ok(ChatFile { name: format!("{name}.json"), mime: "application/json", bytes })
            }
            FileFormat::Markdown => {
                let rows = messages::branch(self.store()?, id)?;
                let bytes = markdown::write(&row.title, &rows).into_bytes();
                let mime = "text/markdown; charset=utf-8";
                Ok(ChatFile { name: format!("{name}.md"), mime, bytes })
            }
        }
    }

    /// All of somebody's own conversations as one file.
    ///
    /// # Errors
    /// `Exhausted` if they are too large; if the database cannot be read.
    pub fn export(&self, whose: Whose) -> Result<ChatFile> {
        let mut all = Vec::new();
        let mut size = 0;
        for id in conversations::all_of(self.store()?, whose)? {
            let one = self.whole(whose, id)?;
            size += weight(&one);
            if size > FILE {
                return Err(too_large());
            }
            all.push(one);
        }
        let name = format!("dixi-chats-{}.json", jiff::Timestamp::now().strftime("%Y-%m-%d"));
        Ok(ChatFile { name, mime: "application/json", bytes: dixi::write(all)? })
    }

    fn whole(&self, whose: Whose, id: i64) -> Result<Whole> {
        let row = self.row(whose, id)?;
        let store = self.store()?;
        let rows = messages::all(store, id)?;
        let place = |id: i64| rows.iter().position(|r| r.id == id);
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let pictures =
                if row.pictures == 0 { Vec::new() } else { messages::pictures(store, row.id)? };
            let message = messages::NewMessage {
                parent: None,
                role: row.role,
                text: row.text.clone(),
                thinking: row.thinking.clone(),
                model: row.model.clone(),
                state: row.state,
                details: row.details.clone(),
                pictures,
                at: row.at,
            };
            all.push((row.parent.and_then(place), message));
        }
        Ok(Whole {
            title: row.title,
            pinned: row.pinned,
            how: row.how,
            created_at: row.created_at,
            changed_at: row.changed_at,
            shown: row.shown.and_then(place),
            messages: all,
        })
    }

    /// Takes conversations in from a file of Dixi's, in JSON or Markdown, or of Open WebUI's.
    ///
    /// # Errors
    /// `Invalid` if it is none of these, or holds too much; if it cannot be written. Nothing is taken in then.
    pub fn import(&self, whose: Whose, bytes: &[u8]) -> Result<Imported> {
        let mut all = read(bytes)?;
        let messages: usize = all.iter().map(|w| w.messages.len()).sum();
        if all.len() > CHATS || messages > MESSAGES {
            return Err(wrong(format!(
                "it holds {} conversations with {messages} messages; at most {CHATS} and {MESSAGES} are \
                 taken in at once",
                all.len()
            )));
        }
        for one in &mut all {
            one.title = one.title.chars().take(TITLE).collect();
        }
        let ids = take_in(self.store()?, whose, all)?;
        // A page that looks at the list reads it anew.
        self.news.tell(whose, super::ChatNews::Missed {});
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(Imported { chats: count(ids.len()), messages: count(messages) })
    }
}

/// About how large a conversation is as a file, bytes.
fn weight(one: &Whole) -> usize {
    let of = |m: &messages::NewMessage| {
        m.text.len()
            + m.thinking.len()
            + m.pictures.iter().map(|p| p.bytes.len() * 4 / 3).sum::<usize>()
    };
    one.messages.iter().map(|(_, m)| of(m) + 300).sum()
}

/// Conversations out of a file, whichever of the three it is.
fn read(bytes: &[u8]) -> Result<Vec<Whole>> {
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("it is no text in UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with(['{', '[']) {
        return markdown::read(text).map(|one| vec![one]);
    }
    if let Some(all) = dixi::read(text)? {
        return Ok(all);
    }
    open_webui::read(text)
}

fn wrong(why: impl Into<String>) -> Error {
    Error::invalid("this file cannot be taken in")
        .why(why)
        .next("take a file that Dixi exported (JSON or Markdown), or Open WebUI's JSON")
}

fn too_large() -> Error {
    Error::new(Kind::Exhausted, "the conversations are too large for one file")
        .why(format!("with their pictures they have more than {} MiB", FILE >> 20))
        .next("export them one by one")
}

/// A file's name out of a title.
fn file_name(title: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_') { c } else { '-' };
    let name: String = title.chars().map(plain).take(60).collect();
    let name = name.trim_matches([' ', '-']).to_owned();
    if name.is_empty() { "conversation".to_owned() } else { name }
}

#[cfg(test)]
mod tests;
