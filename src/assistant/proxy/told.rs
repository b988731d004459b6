//! What the rest of the box hears of a request that went through: for the metrics.

use crate::store::usage::UsageOutcome;

/// A request that has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Which of Ollama's routes.
    pub route: &'static str,
    /// How it ended.
    pub outcome: UsageOutcome,
    /// Tokens of the prompt and of the answer, as far as they are known.
    pub tokens: [Option<u64>; 2],
    /// Until the first piece of a streamed answer, seconds.
    pub first_token_s: Option<f64>,
}

/// Hears of each; must not block.
pub type Ear = Box<dyn Fn(&Told) + Send + Sync>;
