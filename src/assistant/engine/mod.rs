//! What answers: one trait, with Ollama behind it ([`ollama`]), and conceivably a model in this process.
//!
//! An engine knows no conversations, no database and no pages: it is given what is said and how, and hands
//! out pieces of an answer as they come. Who drops its future stops it.

mod failure;
pub mod ollama;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::access::Principal;
pub use failure::{ChatFailure, FailureCode};

/// Who says something to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// What the model is told to be.
    System,
    /// A person.
    User,
    /// The model.
    Assistant,
}

/// One thing that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who says it.
    pub speaker: Speaker,
    /// What.
    pub text: String,
    /// Pictures that go with it: PNG or JPEG files.
    pub pictures: Vec<Vec<u8>>,
}

/// Parameters of a model, by the names that Ollama reads in `options`. What is none is as the model has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields)]
pub struct ModelOptions {
    /// How freely it chooses, 0..=2; 0: always the likeliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
    /// Of the likeliest words, as many as have this probability together, 0..=1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f32>,
    /// Of so many of the likeliest words, 1..=1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Only words at least this part as likely as the likeliest, 0..=1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_p: Option<f32>,
    /// How much what was said already is avoided, 0..=2; 1: not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_penalty: Option<f32>,
    /// The same seed gives the same answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// Tokens that the model can have in mind, 256..=1,048,576.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub num_ctx: Option<u32>,
    /// Most tokens of an answer, 1..=1,048,576.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub num_predict: Option<u32>,
    /// Words that end the answer; at most 8 of 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Vec<String>>,
}

/// Whether a model thinks before it answers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(untagged)]
pub enum Think {
    /// Yes or no.
    Whether(bool),
    /// How much, for models that know degrees.
    #[ts(type = "\"low\" | \"medium\" | \"high\"")]
    #[schema(value_type = Level)]
    Much(Level),
}

/// How much a model thinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
}

/// What is asked of an engine.
#[derive(Clone, Debug)]
pub struct Asked {
    /// On whose behalf: their limits count.
    pub who: Principal,
    /// Which model.
    pub model: String,
    /// All that was said, the question last.
    pub lines: Vec<Line>,
    /// Its parameters.
    pub options: ModelOptions,
    /// Whether it thinks; none: as the model does.
    pub think: Option<Think>,
    /// How long the model stays in memory afterwards, as `5m`, `-1`; none: as Ollama does.
    pub keep_alive: Option<String>,
    /// What belongs together has the same number.
    pub together: Option<u64>,
}

/// Some of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// Words of the answer.
    pub text: String,
    /// Words that were thought.
    pub thinking: String,
}

/// What an answer cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Counts {
    /// Tokens of everything that the model was told.
    pub prompt_tokens: u32,
    /// Tokens of what was thought and answered.
    pub answer_tokens: u32,
    /// Tokens a second, of what was thought and answered.
    pub tokens_per_s: f32,
    /// From the question to the first piece, milliseconds.
    pub first_ms: u32,
    /// From the question to the end, milliseconds.
    pub total_ms: u32,
    /// Of these, getting the model into memory, milliseconds.
    pub load_ms: u32,
    /// Tokens that the model can have in mind, if that is known.
    pub context_tokens: Option<u32>,
    /// It ended because there was no room for more.
    #[serde(default)]
    pub cut_off: bool,
}

/// Something that answers.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Answers a question, piece by piece; whoever drops this stops it.
    ///
    /// # Errors
    /// What went wrong, in words that a person can do something with. Pieces that came before stay.
    async fn answer(
        &self,
        asked: Asked,
        pieces: mpsc::Sender<Piece>,
    ) -> std::result::Result<Counts, ChatFailure>;

    /// Tokens that a model can have in mind as it is in memory now; none if it is not, or nobody knows.
    async fn window(&self, model: &str, together: Option<u64>) -> Option<u32>;

    /// Whether a model takes pictures; none if nobody knows.
    async fn sees(&self, model: &str) -> Option<bool>;

    /// Any model that can chat and, with `sees`, takes pictures, the latest first; none if there is none or
    /// nobody answers.
    async fn any_model(&self, sees: bool) -> Option<String>;
}
