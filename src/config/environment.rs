//! The environment, behind a trait: the one place in Dixi that reads it, and a map in tests.

use std::collections::BTreeMap;

/// Where environment variables come from.
pub trait Strings {
    /// One variable, if it is set, not empty and readable as text.
    fn get(&self, name: &str) -> Option<String>;
    /// The names of all variables.
    fn names(&self) -> Vec<String>;
}

/// This process's own environment.
#[derive(Clone, Copy, Debug)]
pub struct ProcessEnvironment;

#[allow(clippy::disallowed_methods, reason = "this is the one place that reads it")]
impl Strings for ProcessEnvironment {
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|v| !v.is_empty())
    }

    fn names(&self) -> Vec<String> {
        std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect()
    }
}

impl Strings for BTreeMap<&str, &str> {
    fn get(&self, name: &str) -> Option<String> {
        BTreeMap::get(self, name).filter(|v| !v.is_empty()).map(|v| (*v).to_owned())
    }

    fn names(&self) -> Vec<String> {
        self.keys().map(|k| (*k).to_owned()).collect()
    }
}

/// Variables that begin with `DIXI_` and name places instead of settings.
pub(super) const PLACES: &[&str] = &["DIXI_CONFIG", "DIXI_DATA_DIR"];
