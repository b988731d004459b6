//! The bindings in use: read by the hands with every frame without a lock, changed by commands,
//! kept in the database.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use serde_json::Value;

use super::{Binding, Pointed, Table};
use crate::base::{Error, Kind, Result};
use crate::command::{Command, Outcome};
use crate::store::{Store, bindings};

/// Told after each change.
pub type Tell = Box<dyn Fn() + Send + Sync>;

/// The bindings in use.
pub struct Bindings {
    table: ArcSwap<InUse>,
    store: Result<Arc<Store>>,
    tell: Tell,
    /// One change at a time.
    changing: Mutex<()>,
}

/// What is in use now.
#[derive(Debug)]
pub struct InUse {
    /// The bindings.
    pub table: Table,
    /// Whether these are the default ones, unchanged.
    pub default: bool,
}

impl Bindings {
    /// What was kept, else the default ones. A kept binding that is damaged or of another version is
    /// told and left out; without a database nothing is kept, and that is said with each change.
    pub fn open(store: Result<Arc<Store>>, tell: Tell) -> Self {
        let kept = store.as_ref().map_or_else(|_| Vec::new(), |store| load(store));
        let table = read(kept);
        let default = table.rules().is_empty();
        let table = if default { Table::of_defaults() } else { table };
        let table = ArcSwap::from_pointee(InUse { table, default });
        Self { table, store, tell, changing: Mutex::new(()) }
    }

    /// The bindings now.
    pub fn now(&self) -> Arc<InUse> {
        self.table.load_full()
    }

    /// Does `set_binding`, `remove_binding` or `reset_bindings`. Blocks until it is kept.
    ///
    /// # Errors
    /// What is wrong with the binding; `NotFound`; `Conflict` with the other's id; the database's.
    /// Nothing has changed then.
    pub fn handle(&self, command: &Command) -> Result<Outcome> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        let (table, default, done) = match command {
            Command::SetBinding { binding } => {
                let table = now.table.with(binding.clone())?;
                let known = now.table.get(&binding.id).is_ok();
                let done = if known { "is changed" } else { "is added" };
                (table, false, format!("the binding `{}` {done}", binding.id))
            }
            Command::RemoveBinding { id } => {
                (now.table.without(id)?, false, format!("the binding `{id}` is gone"))
            }
            Command::ResetBindings {} => {
                (Table::of_defaults(), true, "the bindings are the default ones again".to_owned())
            }
            other => {
                let what = format!("`{}` is not about bindings", other.name());
                return Err(Error::new(Kind::Internal, what));
            }
        };
        let reason = self.keep(&table, default)?;
        self.table.store(Arc::new(InUse { table, default }));
        (self.tell)();
        Ok(Outcome { done, kept: reason.is_none(), reason, ..Outcome::default() })
    }

    /// The command that `test_binding` gives: what the binding would, made with a hand that points
    /// at nothing in particular, in the middle of the canvas.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` where only a hand can do it.
    pub fn tested(&self, id: &str) -> Result<Command> {
        let now = self.now();
        let rule = now.table.get(id)?;
        if rule.lasting.is_some() {
            return Err(Error::invalid(format!("`{id}` cannot be tried without a hand"))
                .why(format!("`{}` goes on as long as the gesture does", rule.command))
                .next(format!("make the gesture `{}` before the camera", rule.gesture)));
        }
        rule.command(&Pointed { at: Some([0.5; 2]), ..Pointed::default() })
    }

    /// Why it is not kept, if it is not.
    fn keep(&self, table: &Table, default: bool) -> Result<Option<String>> {
        let store = match &self.store {
            Ok(store) => store,
            Err(e) => return Ok(Some(e.to_string())),
        };
        let rows = if default { Vec::new() } else { table.bindings() };
        let rows = rows.into_iter().map(|b| {
            let json = serde_json::to_value(&b);
            json.map(|json| (b.id, json))
                .map_err(|e| Error::internal("a binding is no JSON").source(e))
        });
        bindings::replace(store, rows.collect::<Result<_>>()?)?;
        Ok(None)
    }
}

fn load(store: &Store) -> Vec<(String, Value)> {
    bindings::load(store).unwrap_or_else(|e| {
        tracing::error!("the default bindings are used: {e}");
        Vec::new()
    })
}

fn read(kept: Vec<(String, Value)>) -> Table {
    let readable = kept.into_iter().filter_map(|(id, json)| {
        let read = serde_json::from_value::<Binding>(json);
        read.inspect_err(|e| tracing::warn!(id, "a kept binding is left out: {e}")).ok()
    });
    let (table, left_out) = Table::of_kept(readable.collect());
    for e in left_out {
        tracing::warn!("a kept binding is left out: {e}");
    }
    table
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use serde_json::json;

    use super::*;

    fn set(json: Value) -> Command {
        let json = json!({"command":"set_binding","binding":json});
        Command::from_json(json.to_string().as_bytes()).unwrap()
    }

    fn open(dir: &std::path::Path) -> Bindings {
        Bindings::open(Store::open(dir), Box::new(|| {}))
    }

    #[test]
    fn changes_are_told_kept_and_there_again() {
        let dir = tempfile::tempdir().unwrap();
        let told = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&told);
        let tell = Box::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let b = Bindings::open(Store::open(dir.path()), tell);
        assert!(b.now().default);
        let mine = json!({"id":"mine","gesture":"stretch","command":{"command":"select_all"}});
        let outcome = b.handle(&set(mine)).unwrap();
        assert!(outcome.kept && outcome.done.contains("is added"), "{outcome:?}");
        b.handle(&Command::RemoveBinding { id: "clear".into() }).unwrap();
        b.handle(&Command::RemoveBinding { id: "nonsense".into() }).unwrap_err();
        assert_eq!(told.load(Ordering::Relaxed), 2);
        let before = b.now().table.bindings();
        drop(b);
        let b = open(dir.path());
        assert_eq!(b.now().table.bindings(), before);
        assert!(!b.now().default);
        b.handle(&Command::ResetBindings {}).unwrap();
        drop(b);
        assert!(open(dir.path()).now().default);
    }

    #[test]
    fn damaged_rows_are_left_out_and_the_rest_stays() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let good = json!({"id":"good","gesture":"wave","command":{"command":"undo"}});
        let rows = [
            json!({"id":"old","gesture":"moonwalk","command":{"command":"undo"}}),
            json!(7),
            good.clone(),
            json!({"id":"later","gesture":"wave","command":{"command":"redo"}}),
        ];
        let rows = rows.into_iter().enumerate().map(|(i, json)| (i.to_string(), json));
        bindings::replace(&store, rows.collect()).unwrap();
        let b = Bindings::open(Ok(store), Box::new(|| {}));
        let ids: Vec<_> = b.now().table.rules().iter().map(|r| r.id.to_string()).collect();
        assert_eq!(ids, ["good"]);
    }

    #[test]
    fn without_a_database_changes_hold_until_the_end_and_that_is_said() {
        let b = Bindings::open(Err(Error::invalid("the disk is read-only")), Box::new(|| {}));
        let outcome = b.handle(&Command::RemoveBinding { id: "clear".into() }).unwrap();
        assert_eq!(
            (outcome.kept, outcome.reason.as_deref()),
            (false, Some("the disk is read-only"))
        );
        assert!(b.now().table.get("clear").is_err());
    }

    #[test]
    fn a_change_that_cannot_be_written_is_not_made() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let b = Bindings::open(Ok(Arc::clone(&store)), Box::new(|| {}));
        store.close();
        b.handle(&Command::RemoveBinding { id: "clear".into() }).unwrap_err();
        assert!(b.now().default && b.now().table.get("clear").is_ok());
    }

    #[test]
    fn testing_gives_the_command_but_not_what_only_hands_can_do() {
        let b = Bindings::open(Err(Error::invalid("none")), Box::new(|| {}));
        assert_eq!(b.tested("menu").unwrap(), Command::OpenRing { at: Some([0.5, 0.5]) });
        assert_eq!(b.tested("delete").unwrap(), Command::Delete { ids: Vec::new() });
        let e = b.tested("grab").unwrap_err();
        assert!(e.next_step().unwrap().contains("`pinch`"), "{e}");
        assert_eq!(b.tested("nonsense").unwrap_err().kind(), Kind::NotFound);
    }
}
