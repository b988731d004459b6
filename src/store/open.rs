//! Opening the database: the right pragmas in the right order, the right file, the right version.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::errors::explain;
use crate::base::{Error, Kind, Result};

/// The database's file name.
pub const FILE: &str = "dixi.db";
/// "Dixi" in ASCII: tells our file from other programs' (`PRAGMA application_id`).
const APPLICATION_ID: i32 = 0x4469_7869;
/// Another process (a backup, `sqlite3`) may hold the lock for this long before we give up.
const BUSY: Duration = Duration::from_secs(5);
/// The WAL is cut back to this after a checkpoint, bytes.
const JOURNAL_LIMIT: i64 = 64 << 20;

const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("1_settings.sql")),
    M::up(include_str!("2_canvas.sql")),
    M::up(include_str!("3_door.sql")),
    M::up(include_str!("4_audit.sql")),
    M::up(include_str!("5_usage.sql")),
    M::up(include_str!("6_conversations.sql")),
    M::up(include_str!("7_pulls.sql")),
];

/// The schema's version that this Dixi writes.
pub(super) const fn known_schema() -> u32 {
    MIGRATIONS.len() as u32
}

/// Opens or makes the database in `dir` for writing, schema up to date.
pub(super) fn open(dir: &Path) -> Result<(Connection, PathBuf)> {
    make_dir(dir)?;
    let path = dir.join(FILE);
    let mut db = Connection::open(&path)
        .map_err(|e| explain(&format!("cannot open the database {}", path.display()), e))?;
    let wrong = |e| explain(&format!("cannot use the database {}", path.display()), e);
    // First of all, so that even the pragmas below wait for a lock and do not fail at once.
    db.busy_timeout(BUSY).map_err(wrong)?;
    if db.is_readonly("main").map_err(wrong)? {
        return Err(Error::new(Kind::Denied, format!("cannot write {}", path.display()))
            .why("the file or its disk is read-only")
            .next("make it writable for the user that runs Dixi"));
    }
    ours(&db, &path)?;
    // Before the WAL is made, which takes the rights of the file.
    shut_out_others(&path);
    db.pragma_update(None, "journal_mode", "WAL").map_err(wrong)?;
    db.pragma_update(None, "synchronous", "FULL").map_err(wrong)?;
    db.pragma_update(None, "foreign_keys", true).map_err(wrong)?;
    db.pragma_update(None, "journal_size_limit", JOURNAL_LIMIT).map_err(wrong)?;
    // What is deleted or changed (a password of a webhook) is gone from the file, and from copies of it.
    db.pragma_update(None, "secure_delete", true).map_err(wrong)?;
    check(&db, &path)?;
    migrate(&mut db, &path)?;
    Ok((db, path))
}

/// Takes from everybody but owner and group what rights they have to a file that holds secrets: the
/// directory may have been there before us, open to all.
fn shut_out_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let shut = std::fs::metadata(path).and_then(|about| {
        let mut rights = about.permissions();
        if rights.mode() & 0o007 == 0 {
            return Ok(());
        }
        rights.set_mode(rights.mode() & 0o770);
        std::fs::set_permissions(path, rights)
    });
    if let Err(e) = shut {
        tracing::warn!("others on this machine may read {}: {e}", path.display());
    }
}

/// Refuses a file whose structure is damaged. Rows that break a rule of their own table (words that
/// should be JSON) are only told: whoever reads them leaves them out, and the rest is as good as ever.
fn check(db: &Connection, path: &Path) -> Result<()> {
    let wrong = |e| explain(&format!("cannot use the database {}", path.display()), e);
    let first = || db.query_row("PRAGMA quick_check(1)", [], |r| r.get::<_, String>(0));
    let said = first().map_err(wrong)?;
    if said == "ok" {
        return Ok(());
    }
    db.pragma_update(None, "ignore_check_constraints", true).map_err(wrong)?;
    let structure = first();
    db.pragma_update(None, "ignore_check_constraints", false).map_err(wrong)?;
    let structure = structure.map_err(wrong)?;
    if structure != "ok" {
        return Err(damaged(path, &structure));
    }
    tracing::warn!(
        "a row in {} is damaged ({said}) and is left out; all others are sound",
        path.display()
    );
    Ok(())
}

/// A database in memory that connections of this process share by its name; it ends with the last.
pub(super) fn open_in_memory() -> Result<(Connection, PathBuf)> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = PathBuf::from(format!("file:/dixi-{number}?vfs=memdb"));
    let wrong = |e| explain("cannot make a database in memory", e);
    let mut db = Connection::open(&path).map_err(wrong)?;
    db.busy_timeout(BUSY).map_err(wrong)?;
    db.pragma_update(None, "foreign_keys", true).map_err(wrong)?;
    migrate(&mut db, &path)?;
    Ok((db, path))
}

/// A connection that can only read.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let named = path.to_string_lossy();
    let path = if named.starts_with("file:/") { named.into_owned() } else { uri(path, "mode=ro") };
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "query_only", true)?;
    Ok(db)
}

/// A read-only look at a database on a disk that cannot be written, where SQLite could not make
/// the WAL's files either. What a WAL still holds is not seen.
pub(super) fn open_immutable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri(path, "immutable=1"), flags)
}

pub(super) fn uri(path: &Path, how: &str) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?{how}")
}

fn make_dir(dir: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    // Only the owner: later rooms keep secrets here.
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|e| {
        let why = e.to_string();
        Error::new(
            Error::from(e).kind(),
            format!("cannot make the data directory {}", dir.display()),
        )
        .why(why)
        .next("choose another with `--data-dir`, or make it writable")
    })
}

/// Refuses files of other programs and of a newer Dixi before anything is written to them.
pub(super) fn ours(db: &Connection, path: &Path) -> Result<()> {
    let number = |pragma: &str| {
        db.pragma_query_value(None, pragma, |r| r.get::<_, i64>(0)).map_err(|e| {
            match e.sqlite_error_code() {
                Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                    damaged(path, &e.to_string())
                }
                _ => explain(&format!("cannot read the database {}", path.display()), e),
            }
        })
    };
    let (id, version) = (number("application_id")?, number("user_version")?);
    let tables = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))
        .map_err(|e| damaged(path, &e.to_string()))?;
    let fresh = tables == 0 && version == 0;
    if id != i64::from(APPLICATION_ID) && !(fresh && id == 0) {
        return Err(Error::new(
            Kind::Conflict,
            format!("{} is not Dixi's database", path.display()),
        )
        .why(format!("its application id is {id:#x}"))
        .next("choose another place with `--data-dir`"));
    }
    let known = MIGRATIONS.len() as i64;
    if version > known {
        return Err(Error::new(Kind::Conflict, format!("{} is of a newer Dixi", path.display()))
            .why(format!("its schema is version {version} and this Dixi knows up to {known}"))
            .next("run the newer Dixi, or choose another place with `--data-dir`"));
    }
    Ok(())
}

fn migrate(db: &mut Connection, path: &Path) -> Result<()> {
    let wrong = |e: rusqlite::Error| explain(&format!("cannot set up {}", path.display()), e);
    db.pragma_update(None, "application_id", APPLICATION_ID).map_err(wrong)?;
    Migrations::from_slice(MIGRATIONS).to_latest(db).map_err(|e| match e {
        rusqlite_migration::Error::RusqliteError { err, .. } => wrong(err),
        other => Error::internal(format!("cannot set up {}", path.display())).source(other),
    })
}

fn damaged(path: &Path, why: &str) -> Error {
    let path = path.display();
    Error::new(Kind::Invalid, format!("the database {path} is damaged"))
        .why(why)
        .next(format!("restore it from a backup, or start fresh: `mv {path} {path}.damaged`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_open_to_all_does_not_open_the_database_to_all() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let (db, path) = open(dir.path()).unwrap();
        let others = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o007;
        assert_eq!(others(&path), 0);
        assert_eq!(others(&path.with_extension("db-wal")), 0);
        drop(db);
        // One that an older Dixi made.
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        open(dir.path()).unwrap();
        assert_eq!(others(&path), 0);
    }

    #[test]
    fn migrations_are_valid() {
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
    }

    #[test]
    fn a_fresh_database_has_the_pragmas_that_keep_what_was_acknowledged() {
        let dir = tempfile::tempdir().unwrap();
        let (db, path) = open(&dir.path().join("deep/er")).unwrap();
        let get =
            |p: &str| db.pragma_query_value(None, p, |r| r.get::<_, rusqlite::types::Value>(0));
        assert_eq!(get("journal_mode").unwrap(), "wal".to_owned().into());
        assert_eq!(get("synchronous").unwrap(), 2.into());
        assert_eq!(get("foreign_keys").unwrap(), 1.into());
        assert_eq!(get("application_id").unwrap(), i64::from(APPLICATION_ID).into());
        assert_eq!(get("user_version").unwrap(), (MIGRATIONS.len() as i64).into());
        drop(db);
        open(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn foreign_damaged_and_newer_files_are_refused_and_left_alone() {
        let refused = |make: &dyn Fn(&Path)| {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join(FILE);
            make(&path);
            let before = std::fs::read(&path).unwrap();
            let e = open(dir.path()).unwrap_err();
            assert_eq!(std::fs::read(&path).unwrap(), before, "{e}");
            format!("{e} | {}", e.next_step().unwrap())
        };
        let garbage = refused(&|p| std::fs::write(p, vec![7; 8192]).unwrap());
        assert!(garbage.contains("is damaged") && garbage.contains("mv "), "{garbage}");
        let foreign = refused(&|p| {
            Connection::open(p).unwrap().execute_batch("CREATE TABLE t(x)").unwrap();
        });
        assert!(foreign.contains("is not Dixi's"), "{foreign}");
        let newer = refused(&|p| {
            let sql = format!("PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version=99;");
            Connection::open(p).unwrap().execute_batch(&sql).unwrap();
        });
        assert!(newer.contains("newer Dixi") && newer.contains("version 99"), "{newer}");
    }

    /// Every row of a table, as text.
    fn rows(db: &Connection, table: &str) -> Vec<String> {
        rows_of(db, table, "*")
    }

    /// The columns that a table has, with commas between.
    fn columns(db: &Connection, table: &str) -> String {
        db.prepare(&format!("SELECT * FROM {table}")).unwrap().column_names().join(", ")
    }

    fn rows_of(db: &Connection, table: &str, columns: &str) -> Vec<String> {
        let mut all = db.prepare(&format!("SELECT {columns} FROM {table}")).unwrap();
        let columns = all.column_count();
        let row = |r: &rusqlite::Row<'_>| {
            (0..columns)
                .map(|i| r.get::<_, rusqlite::types::Value>(i))
                .collect::<Result<Vec<_>, _>>()
        };
        all.query_map([], row).unwrap().map(|r| format!("{:?}", r.unwrap())).collect()
    }

    #[test]
    fn a_database_of_each_older_version_keeps_everything() {
        for (version, tables_then, sql) in [
            (2, 11, include_str!("../../tests/fixtures/version_2.sql")),
            (3, 15, include_str!("../../tests/fixtures/version_3.sql")),
            (4, 17, include_str!("../../tests/fixtures/version_4.sql")),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let old = Connection::open(dir.path().join(FILE)).unwrap();
            old.execute_batch(sql).unwrap();
            let of =
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
            let names = |db: &Connection| -> Vec<String> {
                let mut all = db.prepare(of).unwrap();
                all.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
            };
            let tables = names(&old);
            let columns: Vec<_> = tables.iter().map(|t| columns(&old, t)).collect();
            let all = |db: &Connection| -> Vec<_> {
                tables.iter().zip(&columns).map(|(t, c)| rows_of(db, t, c)).collect()
            };
            let before = all(&old);
            let count = before.iter().map(Vec::len).sum::<usize>();
            assert!(tables.len() == tables_then && count > 8, "{tables:?}");
            drop(old);
            let (db, _) = open(dir.path()).unwrap();
            assert_eq!(before, all(&db));
            assert_eq!(rows(&db, "door").len(), 1);
            assert_eq!(rows(&db, "account").len(), if version < 3 { 0 } else { 2 });
            assert_eq!(rows(&db, "audit").len(), if version < 4 { 0 } else { 5 });
            assert_eq!(rows(&db, "audit_chain").len(), 1);
            assert!(rows(&db, "usage").is_empty());
            let to = MIGRATIONS.len();
            println!("version {version} to {to}: {count} rows in {} tables kept", tables.len());
        }
    }

    #[test]
    fn a_row_that_is_no_json_does_not_cost_the_database() {
        let dir = tempfile::tempdir().unwrap();
        let (db, path) = open(dir.path()).unwrap();
        db.execute_batch(
            "PRAGMA ignore_check_constraints = 1;
             INSERT INTO binding (id, place, binding) VALUES ('x', 0, '{');",
        )
        .unwrap();
        drop(db);
        let (db, _) = open(dir.path()).unwrap();
        let rules = "INSERT INTO binding (id, place, binding) VALUES ('y', 1, '{')";
        db.execute(rules, []).expect_err("the rules hold for what is written from now on");
        drop(db);
        // But a structure that is damaged does: a page of the file overwritten.
        let mut file = std::fs::read(&path).unwrap();
        let page = file.len() - 4096;
        file[page..].fill(0x55);
        std::fs::write(&path, file).unwrap();
        let e = open(dir.path()).unwrap_err();
        assert!(e.to_string().contains("is damaged"), "{e}");
    }

    #[test]
    fn a_file_where_the_directory_should_be_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let e = open(file.path()).unwrap_err();
        assert!(e.next_step().unwrap().contains("--data-dir"), "{e}");
    }
}
