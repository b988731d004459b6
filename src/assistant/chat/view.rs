//! Conversations as pages see them: what they are told, and what they may ask for.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::assistant::context::{ContextWish, Told};
use crate::assistant::engine::{ChatFailure, Counts, ModelOptions, Think};
use crate::base::json;

/// What to do when a conversation no longer fits into what its model can have in mind.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// Leave the oldest messages out.
    #[default]
    Trim,
    /// Have the model sum them up, and tell it the summary instead.
    Summarise,
}

/// How a conversation is held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct How {
    /// Which model; none: the one that the settings name, or any.
    pub model: Option<String>,
    /// What the model is told to be; at most 16,000 characters. `{{gesture}}`, `{{selection}}`, `{{scene}}`
    /// and `{{time}}` are filled in.
    pub system: String,
    /// Its parameters.
    #[serde(deserialize_with = "json::object")]
    pub options: ModelOptions,
    /// Whether it thinks; none: as the model does.
    pub think: Option<Think>,
    /// How long the model stays in memory afterwards: `5m`, `1h`, `0`, `-1` (always); none: as Ollama does.
    pub keep_alive: Option<String>,
    /// What of the box it is told with each question.
    #[serde(deserialize_with = "json::object")]
    pub context: ContextWish,
    /// When it no longer fits.
    pub when_full: WhenFull,
}

/// A conversation without what was said.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ChatInfo {
    /// Its number.
    pub id: i64,
    /// What it is called; empty until it has a title.
    pub title: String,
    /// Whether it stays on top of the list.
    pub pinned: bool,
    /// When it was begun, RFC 3339 UTC.
    #[ts(type = "string")]
    pub created_at: Timestamp,
    /// When something was said last, RFC 3339 UTC.
    #[ts(type = "string")]
    pub changed_at: Timestamp,
    /// Its model, if it has one of its own.
    pub model: Option<String>,
    /// Whether an answer is coming.
    pub answering: bool,
    /// Whether it is the box's own, which everybody sees who may chat.
    pub shared: bool,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ChatList {
    /// Pinned ones first, then the latest.
    pub chats: Vec<ChatInfo>,
    /// Where the next page begins; none: that was all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub more: Option<String>,
}

/// A conversation with the branch that is shown.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Chat {
    /// The conversation.
    #[serde(flatten)]
    pub info: ChatInfo,
    /// How it is held.
    pub how: How,
    /// What was said, from the first message on; a coming answer as far as it is.
    pub messages: Vec<ChatMessage>,
}

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatRole {
    /// What the model is told to be.
    System,
    /// A person.
    User,
    /// The model.
    Assistant,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatState {
    /// It is all there.
    Whole,
    /// The model is still saying it.
    Coming,
    /// Somebody stopped it, or the box did; what is there stays.
    Stopped,
    /// Something went wrong, which `failure` tells.
    Failed,
}

/// What an answer waits for before its first piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// The model reads the question.
    Model,
    /// The model is loaded into memory.
    Loading,
    /// The oldest messages are summed up first.
    Summary,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ChatMessage {
    /// Its number.
    pub id: i64,
    /// What it follows; none: it is the first.
    pub parent: Option<i64>,
    /// All that follow the same message, the oldest first, this one among them.
    pub versions: Vec<i64>,
    /// Who says it.
    pub role: ChatRole,
    /// What. An answer is Markdown.
    pub text: String,
    /// What the model thought before.
    pub thinking: String,
    /// Which model.
    pub model: Option<String>,
    /// How far it has come.
    pub state: ChatState,
    /// When it was begun, RFC 3339 UTC.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// How many pictures go with it.
    pub pictures: u32,
    /// What more there is to it.
    #[serde(flatten)]
    pub details: MessageDetails,
    /// What a coming answer waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub waiting: Option<Waiting>,
}

/// What is kept of a message besides its words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(default)]
pub struct MessageDetails {
    /// What of the box the model was told with a question.
    pub told: Vec<Told>,
    /// The model was told nothing of what was said before a question.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub alone: Option<bool>,
    /// Why there is no answer, or no more of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub failure: Option<ChatFailure>,
    /// What the answer cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub counts: Option<Counts>,
    /// So many of the oldest messages the model was not told, for want of room.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub left_out: Option<u32>,
    /// What it was told instead of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub summary: Option<String>,
}

/// A question.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct Asking {
    /// What is asked, at most 100,000 characters. Variables are filled in, as in [`How::system`].
    #[ts(optional = false)]
    pub text: String,
    /// PNG or JPEG files in base64; at most 4 of at most 8 MiB.
    pub pictures: Option<Vec<String>>,
    /// Send the camera's clean picture of now along.
    pub frame: Option<bool>,
    /// What the model is told of the box, as `preview` gave it; left out: as [`How::context`] says, now.
    #[serde(deserialize_with = "json::objects_or_null")]
    pub told: Option<Vec<Told>>,
    /// Tell the model nothing of what was said before.
    pub alone: Option<bool>,
    /// What the question follows; `null`: nothing; left out: the end of what is shown.
    #[serde(deserialize_with = "said_or_null")]
    #[ts(type = "number | null")]
    #[schema(value_type = Option<i64>)]
    pub after: Option<Option<i64>>,
}

/// Tells `null` from nothing said.
fn said_or_null<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<i64>>, D::Error> {
    Option::<i64>::deserialize(from).map(Some)
}

/// A question and the answer that is coming.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct AskedView {
    /// The question.
    pub question: ChatMessage,
    /// The answer.
    pub answer: ChatMessage,
}

/// A conversation to begin.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct NewChat {
    /// Its title, at most 200 characters; else it comes from the first question.
    pub title: Option<String>,
    /// How it is held.
    #[serde(deserialize_with = "json::object_or_null")]
    pub how: Option<How>,
}

/// What of a conversation is to be another; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct ChatChange {
    /// Its title, at most 200 characters.
    pub title: Option<String>,
    /// Whether it stays on top.
    pub pinned: Option<bool>,
    /// How it is held.
    #[serde(deserialize_with = "json::object_or_null")]
    pub how: Option<How>,
    /// Show the branch with this message, down to its newest end.
    pub shown: Option<i64>,
}

/// What the model would be told now.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PreviewAsked {
    /// A question, with variables.
    pub text: String,
    /// A system prompt, with variables.
    pub system: String,
    /// What it is to be told of the box.
    #[serde(deserialize_with = "json::object")]
    pub context: ContextWish,
}

/// What the model would be told now.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Preview {
    /// The question, its variables filled in.
    pub text: String,
    /// The system prompt, its variables filled in.
    pub system: String,
    /// What it is told of the box.
    pub told: Vec<Told>,
}

/// Where a search found something.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ChatFound {
    /// The conversation.
    pub chat: i64,
    /// Its title.
    pub title: String,
    /// The message; none where the title was found.
    pub message: Option<i64>,
    /// A piece of what was said, with U+E000 and U+E001 around each word that was looked for.
    pub piece: String,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ChatsFound {
    /// Titles first, then the newest messages.
    pub found: Vec<ChatFound>,
}

/// What was taken in from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Imported {
    /// Conversations.
    pub chats: u32,
    /// Messages in them.
    pub messages: u32,
}

/// More of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct More {
    /// Where it begins: the length of what came before, UTF-16 units, as JavaScript counts.
    pub from: usize,
    /// The words.
    pub text: String,
}

/// What happened to somebody's conversations.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
#[serde(tag = "what", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "behind one Arc, and gone when sent")]
pub enum ChatNews {
    /// A conversation is there, or is another now.
    Changed {
        /// As it is.
        chat: ChatInfo,
    },
    /// A conversation is gone.
    Removed {
        /// Which.
        id: i64,
    },
    /// A question was asked, or an answer begins to come.
    Said {
        /// In which conversation.
        chat: i64,
        /// The message.
        message: ChatMessage,
    },
    /// More of an answer.
    More {
        /// In which conversation.
        chat: i64,
        /// Of which message.
        message: i64,
        /// More words.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        text: Option<More>,
        /// More thoughts.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        thinking: Option<More>,
        /// What it waits for now.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        waiting: Option<Waiting>,
    },
    /// An answer has ended.
    Ended {
        /// In which conversation.
        chat: i64,
        /// The message, whole.
        message: ChatMessage,
    },
    /// This page was too slow for some news: read anew what is shown.
    Missed {},
}
