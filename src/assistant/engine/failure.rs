//! Why there is no answer: Ollama's many ways to say so, as one of a few codes that a page has words and a
//! button for.

use serde::{Deserialize, Serialize};

use crate::base::{Error, Kind};

/// What sort of failure.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// No Ollama server answers.
    Unreachable,
    /// No server has this model, or none is chosen and there is none.
    ModelMissing,
    /// The model does not fit into memory.
    OutOfMemory,
    /// The model is being loaded.
    StillLoading,
    /// Too many questions at once.
    QueueFull,
    /// The answer broke off.
    BrokeOff,
    /// Ollama said something else went wrong.
    SaidError,
    /// The model takes no pictures.
    NoVision,
    /// The model cannot think.
    NoThinking,
    /// The question alone does not fit into what the model can have in mind.
    TooLong,
    /// There is no picture of the camera's to send.
    NoFrame,
    /// This model is not for whoever asks.
    NotAllowed,
    /// The answer could not be kept.
    NotKept,
}

/// Why there is no answer, or no more of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ChatFailure {
    /// What sort.
    pub code: FailureCode,
    /// In words.
    pub said: String,
}

/// Longest word of Ollama's that is told, characters.
const SAID: usize = 500;

impl ChatFailure {
    /// With these words.
    pub fn new(code: FailureCode, said: impl AsRef<str>) -> Self {
        Self { code, said: said.as_ref().chars().take(SAID).collect() }
    }

    /// From an answer of Ollama's that is none: its status and what it said. The texts are those of Ollama's
    /// `server/routes.go`, `server/sched.go`, `llm/server.go` and its runners, 0.17.
    pub fn of_ollama(status: u16, said: &str) -> Self {
        use FailureCode as C;
        let low = said.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| low.contains(w));
        let code = if has(&["exceeds the context", "exceeds maximum context", "context length"]) {
            C::TooLong
        } else if has(&["does not support thinking"]) {
            C::NoThinking
        } else if has(&[
            "does not support vision",
            "does not support image",
            "image input",
            "multimodal",
        ]) || has(&["missing data required for image"])
        {
            C::NoVision
        } else if has(&["system memory", "out of memory", "cudamalloc", "unable to allocate"]) {
            C::OutOfMemory
        } else if has(&["server busy", "maximum pending"]) || status == 429 {
            C::QueueFull
        } else if has(&["loading model"]) && !has(&["error loading model"]) {
            C::StillLoading
        } else if status == 404 || has(&["not found"]) {
            C::ModelMissing
        } else {
            C::SaidError
        };
        Self::new(code, said)
    }

    /// From a refusal of our own on the way there.
    pub fn of_ours(e: &Error) -> Self {
        let code = match e.kind() {
            Kind::Unavailable | Kind::Timeout => FailureCode::Unreachable,
            Kind::Exhausted => FailureCode::QueueFull,
            Kind::Denied | Kind::Login | Kind::Confirm => FailureCode::NotAllowed,
            Kind::NotFound => FailureCode::ModelMissing,
            Kind::DiskFull => FailureCode::NotKept,
            Kind::Invalid | Kind::Conflict | Kind::Unsupported | Kind::Internal => {
                FailureCode::SaidError
            }
        };
        Self::new(code, e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ollama_says_has_a_code() {
        use FailureCode as C;
        for (status, said, code) in [
            (404, "model 'x' not found", C::ModelMissing),
            (400, "\"plain\" does not support thinking", C::NoThinking),
            (
                500,
                "model requires more system memory (9 GiB) than is available (2 GiB)",
                C::OutOfMemory,
            ),
            (
                500,
                "llama runner process has terminated: cudaMalloc failed: out of memory",
                C::OutOfMemory,
            ),
            (
                503,
                "server busy, please try again.  maximum pending requests exceeded",
                C::QueueFull,
            ),
            (500, "unexpected server status: llm server loading model", C::StillLoading),
            (500, "error loading model /x", C::SaidError),
            (400, "the input length exceeds the context length", C::TooLong),
            (
                400,
                "input exceeds maximum context length and cannot be truncated further",
                C::TooLong,
            ),
            (500, "an error was encountered while running the model", C::SaidError),
            (200, "this model is missing data required for image input", C::NoVision),
        ] {
            assert_eq!(ChatFailure::of_ollama(status, said).code, code, "{said}");
        }
        let long = ChatFailure::of_ollama(500, &"ä".repeat(9_000));
        assert_eq!(long.said.chars().count(), SAID);
    }
}
