//! What a model is told for an answer: all that was said, or as much of it as fits with a summary of the
//! rest. Reads the conversation; what fits is reckoned in [`window`](super::window).

use std::sync::Arc;

use tokio::sync::mpsc;

use super::Chats;
use super::answering::{Job, PIECES, Running};
use super::view::{How, MessageDetails, Waiting, WhenFull};
use super::window::{Fitting, USUAL, question, tokens};
use crate::assistant::engine::{ChatFailure, FailureCode, Line, Speaker};
use crate::base::{Result, blocking};
use crate::store::conversations::messages::{self, MessageRow, Role};

/// Of what a model can have in mind, this part is left for its answer.
const FOR_THE_ANSWER: f32 = 0.25;

/// What was said, and about how many characters of it fit.
#[derive(Clone, Copy)]
pub(super) struct All<'l> {
    pub lines: &'l [Line],
    pub characters: Option<f32>,
}

impl Chats {
    /// All that was said before the answer, and about how many tokens a character has.
    pub(super) async fn lines(self: &Arc<Self>, job: &Job) -> Result<(Vec<Line>, f32)> {
        let store = Arc::clone(self.store()?);
        let (chat, message, system) = (job.chat, job.message, job.system.clone());
        blocking(move || {
            let mut rows = messages::branch_of(&store, chat, message)?;
            rows.retain(|row| row.id != message);
            let mut lines = Vec::with_capacity(rows.len() + 1);
            if !system.trim().is_empty() {
                lines.push(Line { speaker: Speaker::System, text: system, pictures: Vec::new() });
            }
            let mut ratio = USUAL;
            for row in rows {
                let details: MessageDetails =
                    serde_json::from_str(&row.details).unwrap_or_default();
                if let Some(measured) = measured(&row, &details, &lines) {
                    ratio = measured;
                }
                if details.alone == Some(true) {
                    lines.retain(|line| line.speaker == Speaker::System);
                }
                // An answer that failed before its first word says nothing.
                if row.role == Role::Assistant && row.text.is_empty() {
                    continue;
                }
                let pictures = if row.pictures == 0 {
                    Vec::new()
                } else {
                    messages::pictures(&store, row.id)?
                };
                lines.push(Line {
                    speaker: match row.role {
                        Role::System => Speaker::System,
                        Role::User => Speaker::User,
                        Role::Assistant => Speaker::Assistant,
                    },
                    text: question(&row.text, &details.told),
                    pictures: pictures.into_iter().map(|p| p.bytes).collect(),
                });
            }
            Ok((lines, ratio))
        })
        .await
    }

    /// What the model is told: where messages are left out and the conversation wants it, a summary of them.
    pub(super) async fn sum_up(
        self: &Arc<Self>,
        (job, running): (&Job, &Arc<Running>),
        model: &str,
        all: &All<'_>,
        fitting: &Fitting,
    ) -> std::result::Result<Vec<Line>, ChatFailure> {
        let mut told = fitting.lines.clone();
        if fitting.left_out == 0 || job.how.when_full == WhenFull::Trim {
            return Ok(told);
        }
        self.wait_for(running, Waiting::Summary);
        let first = usize::from(all.lines.first().is_some_and(|l| l.speaker == Speaker::System));
        let gone = All { lines: &all.lines[first..first + fitting.left_out], ..*all };
        let summary = match self.summary(job, model, &gone).await {
            // Then without one, as openly.
            Err(ChatFailure { code: FailureCode::TooLong, .. }) => return Ok(told),
            summary => summary?,
        };
        let words = format!("Summary of what was said before:\n{summary}");
        match told.first_mut().filter(|l| l.speaker == Speaker::System) {
            Some(system) => system.text = format!("{}\n\n{words}", system.text),
            None => {
                told.insert(0, Line { speaker: Speaker::System, text: words, pictures: Vec::new() })
            }
        }
        running.body().details.summary = Some(summary);
        self.wait_for(running, Waiting::Model);
        Ok(told)
    }

    async fn summary(
        self: &Arc<Self>,
        job: &Job,
        model: &str,
        gone: &All<'_>,
    ) -> std::result::Result<String, ChatFailure> {
        let mut said = String::from(
            "Sum up this conversation in at most 150 words, so that it can be gone on with. \
             Keep names, numbers and what was decided.\n\n",
        );
        // Of long messages their beginning: what is summed up must fit itself.
        let left = gone.characters.unwrap_or(f32::MAX) - 2.0 * said.chars().count() as f32;
        let each = (left / gone.lines.len().max(1) as f32).clamp(20.0, 1_000.0) as usize;
        for line in gone.lines {
            let who = if line.speaker == Speaker::User { "Person" } else { "Model" };
            said.extend(who.chars().chain(": ".chars()).chain(line.text.chars().take(each)));
            said.push('\n');
        }
        let line = Line { speaker: Speaker::User, text: said, pictures: Vec::new() };
        let mut asked = self.asked(job, model, vec![line]);
        asked.options.num_predict = Some(400);
        let (to, mut pieces) = mpsc::channel(PIECES);
        let (answer, collected) = tokio::join!(self.rooms.engine.answer(asked, to), async {
            let mut all = String::new();
            while let Some(piece) = pieces.recv().await {
                all.push_str(&piece.text);
            }
            all
        });
        answer.map(|_| collected.trim().to_owned())
    }
}

/// Tokens that all that the model is told may have.
pub(super) fn room(window: u32, how: &How) -> f32 {
    let window = window as f32;
    let answer = how.options.num_predict.map_or(window * FOR_THE_ANSWER, |n| n as f32);
    window - answer.min(window / 2.0)
}

/// Tokens a character, as an answer's counts tell of all that was said before it.
fn measured(row: &MessageRow, details: &MessageDetails, before: &[Line]) -> Option<f32> {
    let counts = details.counts.as_ref().filter(|c| c.prompt_tokens > 0)?;
    // Pictures and what was left out would spoil it.
    if row.role != Role::Assistant
        || details.left_out.is_some()
        || before.iter().any(|l| !l.pictures.is_empty())
    {
        return None;
    }
    let frames = tokens(before, 0.0);
    let characters = tokens(before, 1.0) - frames;
    let words = (counts.prompt_tokens as f32 - frames).max(1.0);
    (characters >= 40.0).then(|| (words / characters).clamp(0.1, 2.0))
}
