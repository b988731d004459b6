//! A few connections that only read, opened when first needed.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::errors::explain;
use super::open::open_reader;
use crate::base::Result;

/// Idle connections kept: each holds a page cache. To open one takes longer than most reads, and programs that come
/// in the same instant each look for their token.
const KEPT: usize = 6;

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Vec::new()) }
    }

    pub(super) fn run<T>(
        &self,
        what: &'static str,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let db = match idle {
            Some(db) => db,
            None => open_reader(&self.path).map_err(|e| explain(what, e))?,
        };
        let answer = job(&db).map_err(|e| explain(what, e));
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(db);
        }
        answer
    }

    /// Lets the idle ones go, so that the writer is the last and tidies up.
    pub(super) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
