//! Joins the conversations to the rooms that they need: the database, the way to Ollama, what the box sees.

use std::sync::Arc;

use crate::assistant::chat::{self, Chats};
use crate::assistant::context::Senses;
use crate::assistant::engine::ollama::OllamaEngine;
use crate::assistant::proxy::Proxy;
use crate::base::Clock;
use crate::config::SettingsHub;
use crate::store::Store;

/// The conversations; none can be begun without a database. Call it inside the runtime.
pub(super) fn chats(
    store: Option<&Arc<Store>>,
    ollama: &Arc<Proxy>,
    senses: Arc<dyn Senses>,
    (settings, clock): (&Arc<SettingsHub>, Clock),
) -> Arc<Chats> {
    let settings = Arc::clone(settings);
    Chats::new(chat::Rooms {
        clock,
        store: store.map(Arc::clone),
        engine: Arc::new(OllamaEngine::new(Arc::clone(ollama), clock)),
        senses,
        model: Box::new(move || {
            let model = settings.current().chat.model.trim().to_owned();
            Some(model).filter(|model| !model.is_empty())
        }),
    })
}
