//! A conversation as Markdown, for people: the branch that is shown. A comment before each message says who
//! and when, which no reader shows; by these it is taken in again, without versions and pictures.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::wrong;
use crate::base::Result;
use crate::store::conversations::messages::{MessageRow, NewMessage, Role, State};
use crate::store::conversations::taken_in::Whole;

const MARK: &str = "<!-- dixi ";
const END: &str = " -->";

/// What the comment before a message says.
#[derive(Serialize, Deserialize)]
struct Mark {
    role: String,
    at: Timestamp,
    #[serde(default)]
    model: Option<String>,
    /// The message has thoughts before its text, of so many lines.
    #[serde(default)]
    thoughts: usize,
}

/// As Markdown.
pub(super) fn write(title: &str, rows: &[MessageRow]) -> String {
    let title = if title.is_empty() { "Conversation" } else { title };
    let mut all = format!("# {title}\n");
    for row in rows {
        let thoughts: Vec<_> = row.thinking.lines().collect();
        let mark = Mark {
            role: <&str>::from(row.role).to_owned(),
            at: row.at,
            model: row.model.clone(),
            thoughts: thoughts.len(),
        };
        let who = match row.role {
            Role::System => "System",
            Role::User => "You",
            Role::Assistant => row.model.as_deref().unwrap_or("Model"),
        };
        let mark = serde_json::to_string(&mark).unwrap_or_default();
        all.push_str(&format!("\n{MARK}{mark}{END}\n## {who}\n\n"));
        if !thoughts.is_empty() {
            all.extend(thoughts.iter().map(|line| format!("> {line}\n")));
            all.push('\n');
        }
        // A text that looks like a mark of ours is shifted by a space.
        all.push_str(&row.text.replace(MARK, "<!--  dixi "));
        all.push('\n');
    }
    all
}

/// Out of Markdown that [`write`] made.
pub(super) fn read(text: &str) -> Result<Whole> {
    let mut title = String::new();
    let mut messages: Vec<(Mark, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        let mark = line.strip_prefix(MARK).and_then(|l| l.strip_suffix(END));
        match (mark.and_then(|json| serde_json::from_str(json).ok()), messages.last_mut()) {
            (Some(mark), _) => messages.push((mark, Vec::new())),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) if title.is_empty() => {
                title = line.trim_start_matches('#').trim().to_owned();
            }
            (None, None) => {}
        }
    }
    let (Some(first), Some(last)) = (messages.first(), messages.last()) else {
        return Err(wrong("it is Markdown, but not a conversation that Dixi wrote"));
    };
    let (created_at, changed_at) = (first.0.at, last.0.at);
    let taken = messages
        .into_iter()
        .enumerate()
        .map(|(place, (mark, lines))| Ok((place.checked_sub(1), message(mark, &lines)?)));
    let messages = taken.collect::<Result<Vec<_>>>()?;
    Ok(Whole {
        title,
        pinned: false,
        how: "{}".to_owned(),
        created_at,
        changed_at,
        shown: messages.len().checked_sub(1),
        messages,
    })
}

fn message(mark: Mark, lines: &[&str]) -> Result<NewMessage> {
    let role: Role =
        mark.role.parse().map_err(|_| wrong(format!("it has a role {:?}", mark.role)))?;
    // The heading and the line below it are for people.
    let lines = lines.get(2..).unwrap_or_default();
    let (thinking, text) = lines.split_at(mark.thoughts.min(lines.len()));
    let thinking: Vec<_> = thinking.iter().map(|l| l.strip_prefix("> ").unwrap_or(l)).collect();
    let skip = usize::from(mark.thoughts > 0).min(text.len());
    Ok(NewMessage {
        parent: None,
        role,
        text: text[skip..].join("\n").trim_end().to_owned(),
        thinking: thinking.join("\n"),
        model: mark.model,
        state: State::Whole,
        details: "{}".to_owned(),
        pictures: Vec::new(),
        at: mark.at,
    })
}
