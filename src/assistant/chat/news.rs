//! What happens to conversations, told to everybody who may see it and looks. Who is too slow is told that
//! something was missed, and reads anew.

use std::sync::Arc;

use tokio::sync::broadcast;

use super::view::{ChatMessage, ChatNews, ChatRole, ChatState};
use crate::store::conversations::Whose;
use crate::store::conversations::messages::{MessageRow, Role, State};

/// News that may wait for one page.
const WAITING: usize = 512;

/// Something that happened.
#[derive(Debug)]
pub struct ChatNote {
    whose: Whose,
    /// What.
    pub news: ChatNews,
}

impl ChatNote {
    /// Whether it is somebody's to see.
    pub fn is_for(&self, whose: Whose) -> bool {
        self.whose.is_none() || self.whose == whose
    }
}

/// Where pages hear of it.
#[derive(Debug)]
pub struct News(broadcast::Sender<Arc<ChatNote>>);

impl Default for News {
    fn default() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }
}

impl News {
    /// What happens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<ChatNote>> {
        self.0.subscribe()
    }

    /// Tells everybody who may see it. Never waits.
    pub(super) fn tell(&self, whose: Whose, news: ChatNews) {
        // Nobody may be looking.
        let _ = self.0.send(Arc::new(ChatNote { whose, news }));
    }
}

/// A row as pages see it.
pub(super) fn message(row: MessageRow) -> ChatMessage {
    ChatMessage {
        id: row.id,
        parent: row.parent,
        versions: row.versions,
        role: match row.role {
            Role::System => ChatRole::System,
            Role::User => ChatRole::User,
            Role::Assistant => ChatRole::Assistant,
        },
        text: row.text,
        thinking: row.thinking,
        model: row.model,
        state: match row.state {
            State::Whole => ChatState::Whole,
            State::Coming => ChatState::Coming,
            State::Stopped => ChatState::Stopped,
            State::Failed => ChatState::Failed,
        },
        at: row.at,
        pictures: row.pictures,
        // What an older Dixi kept otherwise is as if not said.
        details: serde_json::from_str(&row.details).unwrap_or_default(),
        waiting: None,
    }
}
