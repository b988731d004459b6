//! Models and pulls as pages see them.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::assistant::pool::OllamaServer;
use crate::base::Refusal;

/// The models of all servers.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ModelsView {
    /// By name.
    pub models: Vec<Model>,
    /// The servers, and whether they answer.
    pub servers: Vec<OllamaServer>,
    /// Ollama was not asked yet, or has not answered yet.
    pub asking: bool,
}

/// One model.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Model {
    /// As Ollama calls it.
    pub name: String,
    /// On the disk, bytes.
    pub size_bytes: u64,
    /// How many parameters it has, as in `8.2B`.
    pub parameters: Option<String>,
    /// How they are rounded, as in `Q4_K_M`.
    pub quantization: Option<String>,
    /// What it is made like.
    pub family: Option<String>,
    /// Tokens that it was made to have in mind at most.
    pub context_length: Option<u64>,
    /// What it can do: `completion`, `vision`, `thinking`, `tools`, `embedding`. None at all: not known yet.
    pub capabilities: Vec<String>,
    /// When it was fetched or made, RFC 3339 UTC.
    #[ts(type = "string | null")]
    pub modified_at: Option<Timestamp>,
    /// How it is in memory; none: it is not.
    pub loaded: Option<Loaded>,
    /// Somebody has it loaded, and it is not there yet.
    pub loading: bool,
    /// Why that failed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<Refusal>,
    /// So many servers have it.
    pub servers: u32,
}

/// A model in memory.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Loaded {
    /// All memory that it takes, bytes.
    pub size_bytes: u64,
    /// That part of it which is the graphics card's, bytes.
    pub vram_bytes: u64,
    /// Tokens that it can have in mind now.
    pub context_length: Option<u64>,
    /// When Ollama lets it go if nobody asks it anything, RFC 3339 UTC; centuries from now: never.
    #[ts(type = "string | null")]
    pub expires_at: Option<Timestamp>,
}

/// What Ollama knows of a model. Texts have 20,000 characters at most.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ModelDetails {
    /// As it was asked for.
    pub name: String,
    /// The addresses of the servers that have it.
    pub servers: Vec<String>,
    /// What it can do.
    pub capabilities: Vec<String>,
    /// What it is made like.
    pub family: Option<String>,
    /// How many parameters it has, as in `8.2B`.
    pub parameters: Option<String>,
    /// How they are rounded.
    pub quantization: Option<String>,
    /// In which format it is.
    pub format: Option<String>,
    /// Tokens that it was made to have in mind at most.
    pub context_length: Option<u64>,
    /// Numbers of a token's vector.
    pub embedding_length: Option<u64>,
    /// Its layers.
    pub layers: Option<u64>,
    /// Who made it and what of, as it says itself.
    pub called: Option<String>,
    /// Its parameters by default, a line each.
    pub options: Option<String>,
    /// What it is told to be by default.
    pub system: Option<String>,
    /// How questions are put to it.
    pub template: Option<String>,
    /// Its licence.
    pub license: Option<String>,
}

/// How far a pull has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PullState {
    /// Others come first, or Ollama is not there yet.
    Waiting,
    /// It is being fetched.
    Running,
    /// No byte has come for 30 seconds.
    Stalled,
    /// The model is there.
    Done,
    /// It failed.
    Failed,
    /// Somebody ended it.
    Cancelled,
}

impl PullState {
    /// Whether it is not at its end.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running | Self::Stalled)
    }
}

/// A model that Ollama fetches for the box.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Pull {
    /// Its number.
    pub id: i64,
    /// The model, as it was asked for.
    pub model: String,
    /// The address of the server that fetches it; empty until one is chosen.
    pub server: String,
    /// How far it has come.
    pub state: PullState,
    /// Bytes that are there.
    pub bytes: u64,
    /// Bytes that there are, as far as Ollama has told.
    pub total_bytes: Option<u64>,
    /// Bytes a second, over the last ten seconds.
    pub bytes_per_s: u64,
    /// How long it still takes at that rate, seconds.
    pub left_s: Option<u64>,
    /// Free where Ollama keeps its models, bytes; none: cannot be known from here.
    pub free_bytes: Option<u64>,
    /// What Ollama does, in its words.
    pub status: String,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "Refusal")]
    #[schema(value_type = Option<Refusal>)]
    pub failure: Option<Value>,
    /// When it was begun first, RFC 3339 UTC.
    #[ts(type = "string")]
    pub begun_at: Timestamp,
}
