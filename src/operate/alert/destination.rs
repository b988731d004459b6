//! Who is told and in which words: a webhook (JSON, signed) and a topic of ntfy. Where they are is asked of
//! the settings with every message, so that a change holds at once.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::send::{Post, Sent, post};
use super::{Alert, AlertName, sign};
use crate::base::{Clock, Result};
use crate::config::SettingsHub;
use crate::operate::host;

/// By what somebody is told.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ts_rs::TS,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "AlertVia")]
#[schema(as = AlertVia)]
pub enum Via {
    /// A signed webhook.
    Webhook,
    /// A topic of ntfy.
    Ntfy,
}

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "AlertEvent")]
#[schema(as = AlertEvent)]
pub enum Event {
    /// An alert began.
    Raised,
    /// It is over.
    Cleared,
    /// The owner tries whether messages arrive.
    Test,
}

/// A message: the same, under the same number, however often it has to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its number, by which a receiver knows one that comes twice.
    pub id: String,
    /// What it is about.
    pub event: Event,
    /// When that was.
    pub at: Timestamp,
    /// The episode; none for a test.
    pub alert: Option<Alert>,
}

impl Message {
    /// The latest state of an episode.
    pub fn of(alert: &Alert) -> Self {
        let (event, at) = match alert.cleared_at {
            None => (Event::Raised, alert.raised_at),
            Some(at) => (Event::Cleared, at),
        };
        let word = if event == Event::Raised { "raised" } else { "cleared" };
        Self { id: format!("{}.{word}", alert.id), event, at, alert: Some(alert.clone()) }
    }

    /// A test.
    pub fn test(at: Timestamp) -> Self {
        let id = format!("{:032x}.test", rand::random::<u128>());
        Self { id, event: Event::Test, at, alert: None }
    }

    /// Which alert it is about.
    pub fn name(&self) -> Option<AlertName> {
        self.alert.as_ref().map(|a| a.alert)
    }

    fn what(&self) -> &'static str {
        match (self.name(), self.event) {
            (Some(alert), Event::Cleared) => alert.cleared(),
            (Some(alert), _) => alert.raised(),
            (None, _) => "A test",
        }
    }
}

/// Somebody who can be told.
pub trait Destination: Send + Sync {
    /// By what.
    fn via(&self) -> Via;
    /// The host, if it is set; without anything that lets somebody in.
    fn place(&self) -> Option<String>;
    /// Sends one message once. Blocks for up to half a minute.
    fn send(&self, message: &Message) -> Sent;
}

/// The webhook of the settings.
pub struct Webhook {
    settings: Arc<SettingsHub>,
    clock: Clock,
    post: Post,
}

/// The topic of the settings.
pub struct Ntfy {
    settings: Arc<SettingsHub>,
    post: Post,
}

impl Webhook {
    /// As `settings` say.
    pub fn new(settings: Arc<SettingsHub>, clock: Clock) -> Self {
        Self { settings, clock, post: Post::default() }
    }
}

impl Ntfy {
    /// As `settings` say.
    pub fn new(settings: Arc<SettingsHub>) -> Self {
        Self { settings, post: Post::default() }
    }
}

/// What this box is called in messages.
fn box_name(settings: &SettingsHub) -> String {
    let given = settings.current().ui.box_name.trim().to_owned();
    if given.is_empty() { host::name().unwrap_or_else(|| "Dixi".into()) } else { given }
}

fn host_of(url: Result<Option<url::Url>>) -> Option<String> {
    url.ok().flatten().and_then(|url| url.host_str().map(str::to_owned))
}

impl Destination for Webhook {
    fn via(&self) -> Via {
        Via::Webhook
    }

    fn place(&self) -> Option<String> {
        host_of(self.settings.current().alert.webhook())
    }

    fn send(&self, message: &Message) -> Sent {
        let settings = self.settings.current();
        let Ok(Some(url)) = settings.alert.webhook() else { return Sent::off() };
        let (kind, about) = match (message.event, &message.alert) {
            (Event::Raised, Some(_)) => ("alert.raised", message.alert.as_ref()),
            (Event::Cleared, Some(_)) => ("alert.cleared", message.alert.as_ref()),
            _ => ("alert.test", None),
        };
        let body = json!({
            "type": kind,
            "timestamp": message.at,
            "data": {
                "box": box_name(&self.settings),
                "version": env!("DIXI_VERSION"),
                "what": message.what(),
                "id": about.map(|a| &a.id),
                "alert": about.map(|a| a.alert),
                "why": about.map(|a| &a.why),
                "next": about.map(|a| &a.next),
                "raised_at": about.map(|a| a.raised_at),
                "cleared_at": about.and_then(|a| a.cleared_at),
            },
        })
        .to_string();
        // Of this attempt: receivers refuse what is old, and a message may have waited for the night.
        let now = self.clock.utc(self.clock.now()).as_second();
        let mut headers =
            vec![("webhook-id", message.id.clone()), ("webhook-timestamp", now.to_string())];
        let key = &settings.alert.webhook_key;
        if !key.is_empty() {
            let signature = sign::signature(key, &message.id, now, body.as_bytes());
            headers.push(("webhook-signature", signature));
        }
        post(&self.post, &url, &headers, &body)
    }
}

impl Destination for Ntfy {
    fn via(&self) -> Via {
        Via::Ntfy
    }

    fn place(&self) -> Option<String> {
        host_of(self.settings.current().alert.ntfy().map(|n| n.map(|(server, _)| server)))
    }

    fn send(&self, message: &Message) -> Sent {
        let settings = self.settings.current();
        let Ok(Some((server, topic))) = settings.alert.ntfy() else { return Sent::off() };
        let text = match (&message.alert, message.event) {
            (Some(a), Event::Raised) => format!("{}. {}", a.why, a.next),
            (Some(a), _) => format!("It was so since {}: {}", a.raised_at, a.why),
            (None, _) => "Alerts of this box arrive here.".to_owned(),
        };
        // ntfy's own: 3 is usual, 4 is high.
        let (priority, tag) = match message.event {
            Event::Raised => (4, "warning"),
            Event::Cleared => (3, "white_check_mark"),
            Event::Test => (3, "test_tube"),
        };
        // Published as JSON to the server itself: titles in headers would have to be ASCII.
        let body = json!({
            "topic": topic,
            "title": format!("{}: {}", box_name(&self.settings), message.what()),
            "message": text,
            "priority": priority,
            "tags": [tag],
        })
        .to_string();
        let token = &settings.alert.ntfy_token;
        let login =
            (!token.is_empty()).then(|| ("authorization", format!("Bearer {}", token.reveal())));
        post(&self.post, &server, login.as_slice(), &body)
    }
}
