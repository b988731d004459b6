//! All bindings at one moment, in the order of the list, each checked and none clashing.

use std::sync::Arc;

use super::{Binding, Rule, defaults};
use crate::base::gesture::Gesture;
use crate::base::{Error, Kind, Result};

/// The most bindings: far more than there are gestures, hands and modes.
pub const MAX_BINDINGS: usize = 100;

/// All bindings. Never changed, only replaced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    rules: Vec<Arc<Rule>>,
}

impl Table {
    /// The default bindings.
    pub fn of_defaults() -> Self {
        // A default that were wrong would be left out; a test keeps them right.
        Self {
            rules: defaults().into_iter().filter_map(|b| Rule::new(b).ok()).map(Arc::new).collect(),
        }
    }

    /// Of what was kept: what can be no binding, or clashes with one before it, is left out and told.
    pub fn of_kept(kept: Vec<Binding>) -> (Self, Vec<Error>) {
        let (mut table, mut left_out) = (Self::default(), Vec::new());
        for binding in kept {
            match table.with(binding) {
                Ok(next) => table = next,
                Err(e) => left_out.push(e),
            }
        }
        (table, left_out)
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// The rules of one gesture.
    pub fn of(&self, gesture: Gesture) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules.iter().filter(move |r| r.gesture == gesture)
    }

    /// A rule by its id.
    ///
    /// # Errors
    /// `NotFound`, with the nearest id.
    pub fn get(&self, id: &str) -> Result<&Arc<Rule>> {
        self.rules.iter().find(|r| *r.id == *id).ok_or_else(|| {
            let shown: String = id.chars().take(60).collect();
            let near = self.rules.iter().min_by_key(|r| strsim::levenshtein(&r.id, &shown));
            let e = Error::new(Kind::NotFound, format!("there is no binding `{shown}`"));
            match near {
                Some(near) => e.next(format!("did you mean `{}`?", near.id)),
                None => e,
            }
        })
    }

    /// As people see them.
    pub fn bindings(&self) -> Vec<Binding> {
        self.rules.iter().map(|r| r.binding.clone()).collect()
    }

    /// The same with `binding` added, or changed if its id is there.
    ///
    /// # Errors
    /// What is wrong with it; `Conflict` with the id of the one that already has this gesture, hand
    /// and mode.
    pub fn with(&self, binding: Binding) -> Result<Self> {
        let rule = Rule::new(binding)?;
        if let Some(other) = self.rules.iter().find(|r| clash(r, &rule)) {
            let what = format!("the binding `{}` is refused", rule.id);
            let why =
                format!("`{}` already has `{}` for that hand and mode", other.id, rule.gesture);
            return Err(Error::new(Kind::Conflict, what)
                .why(why)
                .next(format!("change or switch off `{}`, or choose another gesture", other.id)));
        }
        let mut rules = self.rules.clone();
        match rules.iter().position(|r| r.id == rule.id) {
            Some(place) => rules[place] = Arc::new(rule),
            None if rules.len() >= MAX_BINDINGS => {
                return Err(Error::new(Kind::Exhausted, "there are too many bindings")
                    .why(format!("at most {MAX_BINDINGS} are kept"))
                    .next("remove one first"));
            }
            None => rules.push(Arc::new(rule)),
        }
        Ok(Self { rules })
    }

    /// The same without the binding `id`.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for the last one, since no binding at all means the default ones.
    pub fn without(&self, id: &str) -> Result<Self> {
        let gone = Arc::clone(self.get(id)?);
        if self.rules.len() == 1 {
            return Err(Error::new(Kind::Conflict, format!("`{}` is the last binding", gone.id))
                .why("with none left, the default ones would be back")
                .next("switch it off instead (`enabled`: false)"));
        }
        Ok(Self { rules: self.rules.iter().filter(|r| r.id != gone.id).cloned().collect() })
    }
}

/// Whether two rules that are both on would fire at the same time.
fn clash(a: &Rule, b: &Rule) -> bool {
    let (x, y) = (&a.binding, &b.binding);
    let mode = x.mode.is_none() || y.mode.is_none() || x.mode == y.mode;
    let both_on = x.enabled && y.enabled;
    a.id != b.id && both_on && a.gesture == b.gesture && x.hand.overlaps(y.hand) && mode
}
