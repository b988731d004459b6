//! Going through the whole chain and naming the first row where it does not hold.
//!
//! Reads only, and one moment's state. Finds every change that leaves the chain or its end wrong; who
//! can write the file and computes everything anew from some row on is found only against an end of
//! the chain that was noted elsewhere.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use super::chain::{self, Hash, hex};
use super::{CUT, READ};
use crate::base::{Error, Kind, Result};
use crate::store::errors::explain;
use crate::store::open::{open_immutable, open_reader, ours};
use crate::store::{FILE, Store};

/// What keeps rows from being changed by mistake.
const GUARDS: [&str; 7] = [
    "audit_follows",
    "audit_followed",
    "audit_unchanged",
    "audit_kept",
    "audit_chain_grows",
    "audit_chain_kept",
    "audit_chain_one",
];

/// An end of the chain: all rows up to this one, by their number and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last row's number; 0 without any.
    pub number: i64,
    /// Its hash.
    pub hash: Hash,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, hex(&self.hash))
    }
}

impl std::str::FromStr for Head {
    type Err = Error;

    /// As it is printed: the row's number, a colon, its hash in 64 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self> {
        let parsed = || {
            let (number, digits) = text.trim().split_once(':')?;
            let number = number.parse().ok().filter(|n| *n > 0)?;
            let mut hash = Hash::default();
            let pairs = (digits.len() == 64 && digits.is_ascii()).then_some(digits)?;
            for (i, byte) in hash.iter_mut().enumerate() {
                *byte = u8::from_str_radix(&pairs[2 * i..2 * i + 2], 16).ok()?;
            }
            Some(Self { number, hash })
        };
        parsed().ok_or_else(|| {
            Error::invalid("that is no end of an audit log")
                .why("it is a row's number, a colon and 64 hexadecimal digits")
                .next("`dixi audit verify` and the journal print it in that form")
        })
    }
}

/// A chain that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many rows were gone through.
    pub rows: u64,
    /// The first of them; 0 without any.
    pub first: i64,
    /// When the first was made.
    pub since: Option<String>,
    /// The last of them.
    pub head: Head,
}

/// Where a chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The first bad row.
    pub number: i64,
    /// Its time, or that of the last row before it where it is missing.
    pub at: Option<String>,
    /// What is wrong with it, in words.
    pub what: String,
}

/// Goes through the chain. With `noted`, an end of it that was noted elsewhere, that row must be there
/// and be the same.
///
/// # Errors
/// If the database cannot be read.
pub fn verify(store: &Store, noted: Option<&Head>) -> Result<Result<Verified, Broken>> {
    store.read(READ, |db| walk(db, noted))
}

/// The same for the database in `dir`, which may be another process's.
///
/// # Errors
/// If there is none, or one of a version without an audit log; if it cannot be read.
pub fn verify_in(dir: &Path, noted: Option<&Head>) -> Result<Result<Verified, Broken>> {
    look(dir, |db| walk(db, noted))
}

/// A look into the audit log in `dir`.
pub(super) fn look<T>(
    dir: &Path,
    job: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T> {
    let path = dir.join(FILE);
    if !path.exists() {
        return Err(Error::new(
            Kind::NotFound,
            format!("there is no database in {}", dir.display()),
        )
        .next("name the right place with `--data-dir`"));
    }
    let wrong = |e| explain(&format!("cannot read the database {}", path.display()), e);
    // On a disk that cannot be written SQLite can only look at the file alone.
    let db = open_reader(&path)
        .and_then(|db| {
            db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map(|()| db)
        })
        .or_else(|_| open_immutable(&path))
        .map_err(wrong)?;
    ours(&db, &path)?;
    if !has_log(&db).map_err(wrong)? {
        return Err(Error::new(Kind::NotFound, "this database has no audit log")
            .why("it is of an older Dixi, or somebody took the log out of it")
            .next("start Dixi once: it brings the database up to date"));
    }
    job(&db).map_err(|e| explain(READ, e))
}

/// The rows of another database's log that come after `head`, if its chain goes on from there.
pub(super) fn after(path: &Path, head: &Head) -> Result<Vec<super::Row>> {
    let wrong = |e| explain(READ, e);
    let db = open_reader(path).map_err(wrong)?;
    if !has_log(&db).map_err(wrong)? {
        return Ok(Vec::new());
    }
    let same = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM audit WHERE number = ?1 AND hash = ?2)
             OR EXISTS (SELECT 1 FROM audit_chain WHERE anchor_number = ?1 AND anchor_hash = ?2)",
        (head.number, &head.hash[..]),
        |r| r.get::<_, bool>(0),
    );
    if !same.map_err(wrong)? {
        return Err(Error::new(Kind::Conflict, "the logs of the two databases are not one chain"));
    }
    let sql = format!("SELECT {} FROM audit WHERE number > ?1 ORDER BY number", super::COLUMNS);
    let read = || {
        let mut rows = db.prepare(&sql)?;
        rows.query_map([head.number], super::read_row)?.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(wrong)
}

fn has_log(db: &Connection) -> rusqlite::Result<bool> {
    let there = "SELECT 1 FROM sqlite_schema WHERE name = 'audit_chain'";
    db.query_row(there, [], |_| Ok(())).optional().map(|row| row.is_some())
}

/// Where the chain's own row says that it ends.
pub(super) fn head(db: &Connection) -> rusqlite::Result<Head> {
    db.prepare_cached("SELECT head_number, head_hash FROM audit_chain")?
        .query_row([], |r| Ok(Head { number: r.get(0)?, hash: r.get(1)? }))
}

type Walked<T> = std::result::Result<T, Broken>;

fn walk(db: &Connection, noted: Option<&Head>) -> rusqlite::Result<Walked<Verified>> {
    // One moment's state of both tables, however busy the writer is.
    let db = db.unchecked_transaction()?;
    let ends = db
        .query_row(
            "SELECT anchor_number, anchor_hash, head_number, head_hash FROM audit_chain",
            [],
            |r| {
                let anchor = Head { number: r.get(0)?, hash: r.get(1)? };
                Ok((anchor, Head { number: r.get(2)?, hash: r.get(3)? }))
            },
        )
        .optional()?;
    let Some((anchor, head)) = ends else {
        return Ok(Err(broken(1, None, "the chain's own row is gone".into())));
    };
    let mut walk = Walk::from(anchor.clone(), noted);
    let mut all = db.prepare(
        "SELECT number, previous, hash, at, kind, who, via, address, subject, details FROM audit
         ORDER BY number",
    )?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        if let Err(broken) = walk.on(row)? {
            return Ok(Err(broken));
        }
    }
    let guards = missing_guard(&db)?;
    Ok(walk.end(&anchor, &head, guards))
}

fn missing_guard(db: &Connection) -> rusqlite::Result<Option<&'static str>> {
    let mut there =
        db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = ?1")?;
    for name in GUARDS {
        if !there.exists([name])? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// How far we are.
struct Walk<'n> {
    last: Head,
    at: Option<String>,
    first: Option<(i64, String)>,
    rows: u64,
    /// What the last cut said: up to which row, and its hash.
    cut: Option<(i64, String)>,
    noted: Option<&'n Head>,
}

impl<'n> Walk<'n> {
    fn from(anchor: Head, noted: Option<&'n Head>) -> Self {
        Self { last: anchor, at: None, first: None, rows: 0, cut: None, noted }
    }

    /// One row further.
    fn on(&mut self, row: &Row<'_>) -> rusqlite::Result<Walked<()>> {
        let number: i64 = row.get(0)?;
        let at = String::from_utf8_lossy(bytes(row, 3)?).into_owned();
        let follows = self.last.number + 1;
        if number < follows {
            let what = "it should have been cut away, or was put in".to_owned();
            return Ok(Err(broken(number, Some(at), what)));
        }
        if number > follows {
            let what = match number - follows {
                1 => format!("it is missing; after row {} comes row {number}", self.last.number),
                n => format!("it and {} more are missing; the next is row {number}", n - 1),
            };
            return Ok(Err(broken(follows, self.at.clone(), what)));
        }
        if bytes(row, 1)? != self.last.hash {
            let what = format!(
                "it does not follow row {}: rows were swapped, put in or computed anew",
                self.last.number
            );
            return Ok(Err(broken(number, Some(at), what)));
        }
        let mut columns: [&[u8]; 7] = [&[]; 7];
        for (i, column) in columns.iter_mut().enumerate() {
            *column = bytes(row, 3 + i)?;
        }
        let hash = chain::hash(&self.last.hash, number, columns);
        if bytes(row, 2)? != hash {
            return Ok(Err(broken(number, Some(at), "it was changed".into())));
        }
        if columns[1] == CUT.as_bytes() {
            self.cut = cut_of(columns[6]);
        }
        if let Some(noted) = self.noted
            && noted.number == number
            && noted.hash != hash
        {
            let what = "it is another than the one that was noted: everything up to it was computed \
                        anew";
            return Ok(Err(broken(number, Some(at), what.into())));
        }
        self.first.get_or_insert_with(|| (number, at.clone()));
        (self.last, self.at, self.rows) = (Head { number, hash }, Some(at), self.rows + 1);
        Ok(Ok(()))
    }

    /// At the end of the rows.
    fn end(self, anchor: &Head, head: &Head, missing: Option<&str>) -> Walked<Verified> {
        let last = self.last.number;
        if last < head.number {
            let what = format!("it is missing, and so is the rest up to row {}", head.number);
            return Err(broken(last + 1, self.at, what));
        }
        if last > head.number || self.last.hash != head.hash {
            let what = format!("the chain says that it ends otherwise, at row {}", head.number);
            return Err(broken(last, self.at, what));
        }
        let told = self.cut == Some((anchor.number, hex(&anchor.hash)));
        if anchor.number > 0 && !told {
            let what = "it and all before it were cut away, and no row of the chain says so";
            return Err(broken(anchor.number, None, what.into()));
        }
        if let Some(noted) = self.noted
            && (noted.number > last || noted.number <= anchor.number && *noted != *anchor)
        {
            let what = match noted.number > last {
                true => "it was noted and is not there: the end of the chain was taken off",
                false => "it was noted and has been cut away since, so it cannot be compared",
            };
            return Err(broken(noted.number, self.at, what.into()));
        }
        if let Some(name) = missing {
            let what = format!(
                "every row holds, but the guard `{name}` is gone: somebody took it out of the database"
            );
            return Err(broken(last, self.at, what));
        }
        let (first, since) = self.first.map_or((0, None), |(n, at)| (n, Some(at)));
        Ok(Verified { rows: self.rows, first, since, head: self.last })
    }
}

fn broken(number: i64, at: Option<String>, what: String) -> Broken {
    Broken { number, at, what }
}

/// A column's bytes, whatever it holds.
fn bytes<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<&'r [u8]> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        // No column takes these: whatever stands there is not what was written.
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => b"\0not text",
    })
}

fn cut_of(details: &[u8]) -> Option<(i64, String)> {
    let details: serde_json::Value = serde_json::from_slice(details).ok()?;
    Some((details["up_to"].as_i64()?, details["hash"].as_str()?.to_owned()))
}
