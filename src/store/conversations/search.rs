//! Finds conversations by their titles and by every word that was said in them.

use super::{READ, Whose};
use crate::base::Result;
use crate::store::Store;

/// What was found in one message, or in a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The conversation's number.
    pub conversation: i64,
    /// Its title.
    pub title: String,
    /// The message's number; none where the title was found.
    pub message: Option<i64>,
    /// A piece of what was said, with [`OPEN`] and [`CLOSE`] around each word that was looked for.
    pub piece: String,
}

/// Before a word that was found: a character for private use, which no text holds by chance.
pub const OPEN: char = '\u{e000}';
/// After it.
pub const CLOSE: char = '\u{e001}';
/// Length of a piece, words.
const PIECE: u32 = 16;
/// Words that are looked for; more say nothing more.
const WORDS: usize = 12;

/// At most `most` places where all words of `said` are, titles first, then the newest. The last word
/// may be unfinished. Any text can be looked for; it has no syntax.
///
/// # Errors
/// If the database cannot be read.
pub fn search(store: &Store, whose: Whose, said: &str, most: u32) -> Result<Vec<Found>> {
    let Some(query) = query(said) else { return Ok(Vec::new()) };
    let title = format!("%{}%", literally(said.trim()));
    store.read(READ, |db| {
        let mut found = db
            .prepare_cached(
                "SELECT id, title FROM conversation WHERE (account IS ?1 OR account IS NULL) AND title LIKE ?2 ESCAPE '\\'
                 ORDER BY changed_at DESC LIMIT ?3",
            )?
            .query_map((whose, &title, most), |r| {
                let (conversation, title) = (r.get(0)?, r.get(1)?);
                Ok(Found { conversation, title, message: None, piece: String::new() })
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let left = most.saturating_sub(found.len() as u32);
        // Crossed, so that the index is gone through from its newest end, and only as far as need be: of
        // what is sorted first, every piece would be cut out.
        let mut in_text = db.prepare_cached(
            "SELECT c.id, c.title, m.id, snippet(message_text, 0, ?4, ?5, '…', ?6)
             FROM message_text t CROSS JOIN message m ON m.id = t.rowid
             CROSS JOIN conversation c ON c.id = m.conversation
             WHERE message_text MATCH ?1 AND (c.account IS ?2 OR c.account IS NULL) ORDER BY t.rowid DESC LIMIT ?3",
        )?;
        let marks = (OPEN.to_string(), CLOSE.to_string());
        let all = in_text.query_map((query, whose, left, marks.0, marks.1, PIECE), |r| {
            Ok(Found {
                conversation: r.get(0)?,
                title: r.get(1)?,
                message: Some(r.get(2)?),
                piece: r.get(3)?,
            })
        })?;
        for one in all {
            found.push(one?);
        }
        Ok(found)
    })
}

/// A query in FTS5's language: each word quoted, the last one as a beginning, unless it is a single letter,
/// which half of all words begin with. None if there is no word.
fn query(said: &str) -> Option<String> {
    let words = said.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(WORDS);
    let words: Vec<_> = words.collect();
    let last = words.last()?;
    let ends = said.ends_with(char::is_whitespace) || last.chars().nth(1).is_none();
    let quoted: Vec<_> = words.iter().map(|w| format!("\"{w}\"")).collect();
    Some(quoted.join(" ") + if ends { "" } else { "*" })
}

/// For LIKE with `\` as its escape.
fn literally(text: &str) -> String {
    let special = |c: char| matches!(c, '%' | '_' | '\\');
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}
