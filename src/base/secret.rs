//! Words that nobody is to read by accident: keys, tokens, addresses that let in whoever knows them.
//!
//! Printing one prints `***`, whatever prints it; the words themselves are asked for by name, where they
//! are used. Does not guard the memory: whoever reads that has the box.

use std::fmt;

/// A secret text; empty if none is set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The words, without the spaces that pasting brings along. Never to be logged or sent to anybody but
    /// whom they are for.
    pub fn reveal(&self) -> &str {
        self.0.trim()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.reveal().is_empty()
    }
}

impl From<&str> for Secret {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "(none)" } else { "***" })
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_printed_by_nothing() {
        let secret = Secret::from(" hunter2 ");
        assert_eq!(
            (format!("{secret} {secret:?}"), secret.reveal()),
            ("*** ***".into(), "hunter2")
        );
        assert_eq!(format!("{:?}", Secret::from(" ")), "(none)");
    }
}
