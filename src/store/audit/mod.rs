//! The audit log's rows: added at the end of the chain, read in pages, cut at the old end.
//!
//! Knows what holds the rows together, not what is worth a row: that is `operate::audit`'s. A row is
//! added by one transaction that reads the end of the chain and writes after it, so that two processes
//! (the box and `dixi user` beside it) cannot fork it.

mod chain;
mod verify;

use std::path::Path;

use rusqlite::{Connection, Transaction};

use super::Store;
use crate::base::Result;

pub use chain::{Hash, hex};
pub use verify::{Broken, Head, Verified, verify, verify_in};

const READ: &str = "cannot read the audit log";
const WRITE: &str = "cannot write to the audit log";

/// The kind of the row that tells of a cut.
pub const CUT: &str = "audit_cut";
/// The most rows that one transaction cuts: others want to write, too.
const CUT_AT_ONCE: i64 = 5_000;

/// A row to be added. Holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRow {
    /// When, as [`stamp`] writes it.
    pub at: String,
    /// What sort of thing happened.
    pub kind: String,
    /// Who did it; empty: nobody that is known.
    pub who: String,
    /// How they came.
    pub via: String,
    /// From where, over the network.
    pub address: String,
    /// What it was about.
    pub subject: String,
    /// More, as a JSON object.
    pub details: String,
}

/// A row that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub number: i64,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// What sort of thing happened.
    pub kind: String,
    /// Who did it.
    pub who: String,
    /// How they came.
    pub via: String,
    /// From where.
    pub address: String,
    /// What it was about.
    pub subject: String,
    /// More, as a JSON object.
    pub details: String,
    /// The row's hash.
    pub hash: Hash,
}

/// Which rows are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of these kinds; none: of all.
    pub kinds: Vec<String>,
    /// By somebody whose name holds this, in any case of letters.
    pub who: Option<String>,
    /// Not before this, as [`stamp`] writes it.
    pub since: Option<String>,
    /// Before this.
    pub until: Option<String>,
    /// With lower numbers than this: for the next page.
    pub before: Option<i64>,
    /// At most so many.
    pub most: u32,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Rows younger than this many days.
    pub days: u32,
    /// At most so many rows.
    pub rows: u32,
}

/// A time as the log writes it: of one length, so that it sorts as text.
pub fn stamp(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

/// Adds rows after the last one and tells where the chain ends then. All of them or none.
///
/// # Errors
/// If they cannot be written.
pub fn append(store: &Store, rows: Vec<NewRow>) -> Result<Head> {
    store.write(WRITE, move |t| {
        let mut head = verify::head(t)?;
        for row in &rows {
            head = add(t, &head, row)?;
        }
        Ok(head)
    })
}

fn add(t: &Transaction<'_>, head: &Head, row: &NewRow) -> rusqlite::Result<Head> {
    let number = head.number + 1;
    let NewRow { at, kind, who, via, address, subject, details } = row;
    let columns = [at, kind, who, via, address, subject, details].map(|c| c.as_bytes());
    let hash = chain::hash(&head.hash, number, columns);
    t.prepare_cached(
        "INSERT INTO audit
         (number, at, kind, who, via, address, subject, details, previous, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute((
        number,
        at,
        kind,
        who,
        via,
        address,
        subject,
        details,
        &head.hash[..],
        &hash[..],
    ))?;
    Ok(Head { number, hash })
}

/// Rows, the newest first.
///
/// # Errors
/// If the database cannot be read.
pub fn page(store: &Store, wanted: &Wanted) -> Result<Vec<Row>> {
    store.read(READ, |db| select(db, wanted))
}

/// The same of the database in `dir`, which may be another process's.
///
/// # Errors
/// If it cannot be read, or is of a version without an audit log.
pub fn page_in(dir: &Path, wanted: &Wanted) -> Result<Vec<Row>> {
    verify::look(dir, |db| select(db, wanted))
}

fn select(db: &Connection, wanted: &Wanted) -> rusqlite::Result<Vec<Row>> {
    let kinds = (!wanted.kinds.is_empty())
        .then(|| serde_json::Value::from(wanted.kinds.clone()).to_string());
    let mut rows = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM audit
         WHERE (?1 IS NULL OR kind IN (SELECT value FROM json_each(?1)))
           AND (?2 IS NULL OR instr(lower(who), lower(?2)) > 0)
           AND (?3 IS NULL OR at >= ?3) AND (?4 IS NULL OR at < ?4)
           AND (?5 IS NULL OR number < ?5)
         ORDER BY number DESC LIMIT ?6"
    ))?;
    let with = (kinds, &wanted.who, &wanted.since, &wanted.until, wanted.before, wanted.most);
    rows.query_map(with, read_row)?.collect()
}

/// A row's columns, in the order in which all queries here ask for them.
const COLUMNS: &str = "number, at, kind, who, via, address, subject, details, hash";

fn read_row(r: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        number: r.get(0)?,
        at: r.get(1)?,
        kind: r.get(2)?,
        who: r.get(3)?,
        via: r.get(4)?,
        address: r.get(5)?,
        subject: r.get(6)?,
        details: r.get(7)?,
        hash: r.get(8)?,
    })
}

/// Where the chain ends now.
///
/// # Errors
/// If the database cannot be read.
pub fn head(store: &Store) -> Result<Head> {
    store.read(READ, verify::head)
}

/// Brings over the rows that the database `from` has after the end of this one, if it goes on with this
/// very chain; tells how many.
///
/// # Errors
/// `Conflict` if it does not; if one cannot be read or written. Nothing is brought over then.
pub fn carry_over(store: &Store, from: &Path) -> Result<u64> {
    let from = from.to_owned();
    let head = head(store)?;
    let more = verify::after(&from, &head)?;
    let count = more.len() as u64;
    let Some(last) = more.last().map(|row| row.hash) else { return Ok(0) };
    store.write(WRITE, move |t| {
        let mut head = verify::head(t)?;
        for row in more {
            let Row { at, kind, who, via, address, subject, details, .. } = row;
            let row = NewRow { at, kind, who, via, address, subject, details };
            head = add(t, &head, &row)?;
        }
        // The same rows after the same end make the same hashes.
        if head.hash == last { Ok(count) } else { Err(rusqlite::Error::InvalidQuery) }
    })
}

/// Lets go of the oldest rows beyond what is to be kept, a few thousand at once, and tells how many went.
/// First a row of the chain says what goes and the anchor moves there, so that the rest still verifies;
/// the newest row always stays.
///
/// # Errors
/// If it cannot be written; nothing has gone then.
pub fn cut(store: &Store, keep: Keep, now: jiff::Timestamp) -> Result<u64> {
    let days = jiff::SignedDuration::from_hours(i64::from(keep.days).saturating_mul(24));
    let oldest = now.checked_sub(days).unwrap_or(jiff::Timestamp::MIN);
    let (oldest, at) = (stamp(oldest), stamp(now));
    store.write(WRITE, move |t| {
        let head = verify::head(t)?;
        let anchor: i64 = t.query_row("SELECT anchor_number FROM audit_chain", [], |r| r.get(0))?;
        // Up to the first that is young enough: a clock that was set back must not make a hole.
        let young: Option<i64> =
            t.query_row("SELECT min(number) FROM audit WHERE at >= ?1", [&oldest], |r| r.get(0))?;
        let by_age = young.unwrap_or(head.number) - 1;
        let by_count = head.number - i64::from(keep.rows);
        let up_to = by_age.max(by_count).min(head.number - 1).min(anchor + CUT_AT_ONCE);
        if up_to <= anchor {
            return Ok(0);
        }
        let hash: Hash =
            t.query_row("SELECT hash FROM audit WHERE number = ?1", [up_to], |r| r.get(0))?;
        let rows = up_to - anchor;
        let details = serde_json::json!({ "hash": hex(&hash), "rows": rows, "up_to": up_to });
        let told = NewRow {
            at,
            kind: CUT.to_owned(),
            via: "box".to_owned(),
            details: details.to_string(),
            ..NewRow::default()
        };
        add(t, &head, &told)?;
        t.execute(
            "UPDATE audit_chain SET anchor_number = ?1, anchor_hash = ?2",
            (up_to, &hash[..]),
        )?;
        t.execute("DELETE FROM audit WHERE number <= ?1", [up_to])?;
        Ok(rows.unsigned_abs())
    })
}

#[cfg(test)]
mod tests;
