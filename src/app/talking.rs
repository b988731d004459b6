//! Joins the conversations to the rooms that they need: the database, the way to Ollama, what the box sees.

use std::sync::Arc;

use crate::assistant::chat::{self, Chats};
use crate::assistant::context::Senses;
use crate::assistant::engine::ollama::OllamaEngine;
use crate::assistant::proxy::Proxy;
use crate::base::Clock;
use crate::store::Store;

/// The conversations; none can be begun without a database. Call it inside the runtime.
pub(super) fn chats(
    store: Option<&Arc<Store>>,
    ollama: &Arc<Proxy>,
    senses: Arc<dyn Senses>,
    clock: Clock,
) -> Arc<Chats> {
    Chats::new(chat::Rooms {
        clock,
        store: store.map(Arc::clone),
        engine: Arc::new(OllamaEngine::new(Arc::clone(ollama), clock)),
        senses,
        model: Box::new(|| None),
    })
}
