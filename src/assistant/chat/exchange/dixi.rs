//! Dixi's own file: everything, so that it comes back as it was.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{too_large, wrong};
use crate::assistant::chat::asking::{PICTURE_BYTES, PICTURES};
use crate::assistant::chat::{How, MessageDetails};
use crate::base::{Error, Result};
use crate::store::conversations::messages::{NewMessage, Picture, Role, State};
use crate::store::conversations::taken_in::Whole;

const FORMAT: &str = "dixi-chats";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    chats: Vec<FileChat>,
}

#[derive(Serialize, Deserialize)]
struct FileChat {
    title: String,
    #[serde(default)]
    pinned: bool,
    #[serde(default)]
    how: How,
    created_at: Timestamp,
    changed_at: Timestamp,
    #[serde(default)]
    shown: Option<usize>,
    messages: Vec<FileMessage>,
}

#[derive(Serialize, Deserialize)]
struct FileMessage {
    /// The place of the message that it follows.
    follows: Option<usize>,
    role: String,
    text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    thinking: String,
    #[serde(default)]
    model: Option<String>,
    #[serde(default = "whole")]
    state: String,
    #[serde(default)]
    details: MessageDetails,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pictures: Vec<FilePicture>,
}

#[derive(Serialize, Deserialize)]
struct FilePicture {
    mime: String,
    base64: String,
}

fn whole() -> String {
    "whole".to_owned()
}

/// As a file.
pub(super) fn write(all: Vec<Whole>) -> Result<Vec<u8>> {
    let chats = all.into_iter().map(chat).collect();
    let file = File { format: FORMAT.to_owned(), version: VERSION, chats };
    let bytes = serde_json::to_vec_pretty(&file)
        .map_err(|e| Error::internal("it cannot be written").source(e))?;
    if bytes.len() > super::FILE { Err(too_large()) } else { Ok(bytes) }
}

fn chat(one: Whole) -> FileChat {
    FileChat {
        title: one.title,
        pinned: one.pinned,
        how: serde_json::from_str(&one.how).unwrap_or_default(),
        created_at: one.created_at,
        changed_at: one.changed_at,
        shown: one.shown,
        messages: one.messages.into_iter().map(|(follows, m)| message(follows, m)).collect(),
    }
}

fn message(follows: Option<usize>, m: NewMessage) -> FileMessage {
    let state = if m.state == State::Coming { State::Stopped } else { m.state };
    FileMessage {
        follows,
        role: <&str>::from(m.role).to_owned(),
        text: m.text,
        thinking: m.thinking,
        model: m.model,
        state: <&str>::from(state).to_owned(),
        details: serde_json::from_str(&m.details).unwrap_or_default(),
        at: m.at,
        pictures: m
            .pictures
            .into_iter()
            .map(|p| FilePicture { mime: p.mime, base64: BASE64.encode(p.bytes) })
            .collect(),
    }
}

/// Out of a file; none if it is not Dixi's.
pub(super) fn read(text: &str) -> Result<Option<Vec<Whole>>> {
    let head: Value =
        serde_json::from_str(text).map_err(|e| wrong(format!("it is no JSON: {e}")))?;
    if head.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Ok(None);
    }
    if head.get("version").and_then(Value::as_u64) != Some(VERSION.into()) {
        return Err(wrong("a newer Dixi wrote it"));
    }
    let file: File = serde_json::from_value(head).map_err(|e| wrong(e.to_string()))?;
    file.chats.into_iter().map(taken).collect::<Result<_>>().map(Some)
}

fn taken(one: FileChat) -> Result<Whole> {
    crate::assistant::chat::asking::check(&one.how)?;
    let how = serde_json::to_string(&one.how)
        .map_err(|e| Error::internal("it cannot be read").source(e))?;
    let mut messages = Vec::with_capacity(one.messages.len());
    for (place, m) in one.messages.into_iter().enumerate() {
        if m.follows.is_some_and(|before| before >= place) {
            return Err(wrong("a message in it follows one that comes after it"));
        }
        messages.push((m.follows, message_taken(m)?));
    }
    Ok(Whole {
        title: one.title,
        pinned: one.pinned,
        how,
        created_at: one.created_at,
        changed_at: one.changed_at,
        shown: one.shown.filter(|at| *at < messages.len()),
        messages,
    })
}

fn message_taken(m: FileMessage) -> Result<NewMessage> {
    let role: Role = m.role.parse().map_err(|_| wrong(format!("it has a role {:?}", m.role)))?;
    let state: State =
        m.state.parse().map_err(|_| wrong(format!("it has a state {:?}", m.state)))?;
    if m.pictures.len() > PICTURES + 1 {
        return Err(wrong("a message in it has too many pictures"));
    }
    let pictures = m.pictures.into_iter().map(|p| {
        let bytes = BASE64.decode(&p.base64).ok().filter(|b| b.len() <= PICTURE_BYTES);
        let known = matches!(p.mime.as_str(), "image/png" | "image/jpeg");
        let bytes =
            bytes.filter(|_| known).ok_or_else(|| wrong("a picture in it cannot be used"))?;
        Ok(Picture { mime: p.mime, bytes })
    });
    Ok(NewMessage {
        parent: None,
        role,
        text: m.text,
        thinking: m.thinking,
        model: m.model,
        state: if state == State::Coming { State::Stopped } else { state },
        details: serde_json::to_string(&m.details)
            .map_err(|e| Error::internal("it cannot be read").source(e))?,
        pictures: pictures.collect::<Result<_>>()?,
        at: m.at,
    })
}
