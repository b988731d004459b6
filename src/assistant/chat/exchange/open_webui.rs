//! Open WebUI's export, which people bring along: a list of chats, each with a tree of messages. What Dixi
//! has no place for (files, tools, ratings) stays behind.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::wrong;
use crate::assistant::chat::How;
use crate::base::{Error, Result};
use crate::store::conversations::messages::{NewMessage, Role, State};
use crate::store::conversations::taken_in::Whole;

/// One or all of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    All(Vec<Item>),
    One(Box<Item>),
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    title: String,
    chat: Chat,
    #[serde(default)]
    pinned: Option<bool>,
    #[serde(default)]
    created_at: Option<f64>,
    #[serde(default)]
    updated_at: Option<f64>,
}

#[derive(Deserialize)]
struct Chat {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    models: Vec<String>,
    #[serde(default)]
    system: Option<String>,
    history: History,
}

#[derive(Deserialize)]
struct History {
    messages: HashMap<String, Message>,
    #[serde(default, rename = "currentId")]
    current: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default, rename = "parentId")]
    parent: Option<String>,
    #[serde(default, rename = "childrenIds")]
    children: Vec<String>,
    role: String,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    timestamp: Option<f64>,
}

/// Out of the file.
pub(super) fn read(text: &str) -> Result<Vec<Whole>> {
    let file = serde_json::from_str(text).map_err(|_| {
        wrong("it is JSON, but neither conversations that Dixi wrote nor Open WebUI's export")
    })?;
    let items = match file {
        File::All(items) => items,
        File::One(item) => vec![*item],
    };
    items.into_iter().map(whole).collect()
}

/// Seconds, or milliseconds, since 1970.
fn time(at: Option<f64>) -> Option<Timestamp> {
    let at = at.filter(|at| *at > 0.0)?;
    let ms = if at > 1e11 { at } else { at * 1e3 };
    Timestamp::from_millisecond(ms as i64).ok()
}

fn whole(item: Item) -> Result<Whole> {
    let Item { title, chat, pinned, created_at, updated_at } = item;
    let history = chat.history;
    let order = in_order(&history);
    let places: HashMap<&str, usize> =
        order.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let begun = time(created_at).unwrap_or_else(Timestamp::now);
    let mut messages = Vec::with_capacity(order.len());
    for (place, id) in order.iter().enumerate() {
        let Some(m) = history.messages.get(*id) else { continue };
        let follows = m.parent.as_deref().and_then(|p| places.get(p).copied());
        messages.push((follows.filter(|before| *before < place), message(m, begun)));
    }
    let shown = history.current.as_deref().and_then(|id| places.get(id).copied());
    let how = How {
        model: chat.models.into_iter().find(|m| !m.is_empty()),
        system: chat.system.unwrap_or_default().chars().take(16_000).collect(),
        ..How::default()
    };
    let how =
        serde_json::to_string(&how).map_err(|e| Error::internal("it cannot be read").source(e))?;
    let changed_at = time(updated_at).unwrap_or(begun);
    let title = if title.is_empty() { chat.title.unwrap_or_default() } else { title };
    let pinned = pinned.unwrap_or_default();
    Ok(Whole { title, pinned, how, created_at: begun, changed_at, messages, shown })
}

/// Every message once, each after the one that it follows; of one whose parent is missing, as a beginning.
fn in_order(history: &History) -> Vec<&str> {
    let is_root = |m: &Message| m.parent.as_ref().is_none_or(|p| !history.messages.contains_key(p));
    let mut roots: Vec<(&String, &Message)> =
        history.messages.iter().filter(|(_, m)| is_root(m)).collect();
    roots.sort_by(|a, b| {
        let at = |m: &Message| m.timestamp.unwrap_or_default();
        at(a.1).total_cmp(&at(b.1)).then(a.0.cmp(b.0))
    });
    let mut open: Vec<&str> = roots.into_iter().rev().map(|(id, _)| id.as_str()).collect();
    let (mut order, mut seen) = (Vec::new(), HashSet::new());
    while let Some(id) = open.pop() {
        let Some(m) = history.messages.get(id).filter(|_| seen.insert(id)) else { continue };
        order.push(id);
        open.extend(m.children.iter().rev().map(String::as_str));
    }
    order
}

fn message(m: &Message, begun: Timestamp) -> NewMessage {
    let role = match m.role.as_str() {
        "assistant" => Role::Assistant,
        "system" => Role::System,
        _ => Role::User,
    };
    NewMessage {
        parent: None,
        role,
        text: text_of(&m.content),
        thinking: String::new(),
        model: m.model.clone(),
        state: State::Whole,
        details: "{}".to_owned(),
        pictures: Vec::new(),
        at: time(m.timestamp).unwrap_or(begun),
    }
}

/// A content is a text, or a list of parts of which some are texts.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|p| p.get("text")?.as_str());
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}
