//! Why a gesture did or did not do something.

use serde::Serialize;

/// One line of the log: a gesture, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
pub struct Verdict {
    /// Grows by one with every line.
    pub number: u64,
    /// When, RFC 3339 UTC.
    #[ts(type = "string")]
    pub at: jiff::Timestamp,
    /// The gesture.
    pub gesture: String,
    /// Who made it: `left hand` or `right hand`.
    pub who: String,
    /// The binding it is about; none where no binding has this gesture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub binding: Option<String>,
    /// The command's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub command: Option<String>,
    /// What came of it.
    pub verdict: Why,
    /// The same in words, with its numbers.
    pub text: String,
}

/// What came of a gesture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It did what it is bound to.
    Fired,
    /// It would have, but this is a dry run.
    DryRun,
    /// Nothing is bound to it.
    NotBound,
    /// Its binding is switched off.
    SwitchedOff,
    /// The other hand is meant.
    OtherHand,
    /// It counts in the other mode.
    OtherMode,
    /// Hands are not armed.
    NotArmed,
    /// It ended before its hold time.
    TooShort,
    /// It came again within its cool-down.
    CoolingDown,
    /// It had not been gone for its release time.
    NotReleased,
    /// The hand was busy with something else.
    Busy,
    /// It was tried, and refused.
    Refused,
}
