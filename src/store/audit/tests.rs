//! The chain: what is added holds, and whatever is changed behind its back is found and named.

use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;

/// All guards off: what somebody does who has the file and knows SQL.
const OFF: &str = "DROP TRIGGER audit_follows; DROP TRIGGER audit_followed;
    DROP TRIGGER audit_unchanged; DROP TRIGGER audit_kept; DROP TRIGGER audit_chain_grows;
    DROP TRIGGER audit_chain_kept; DROP TRIGGER audit_chain_one;";

fn row(n: i64) -> NewRow {
    NewRow {
        at: stamp(Timestamp::from_second(1_800_000_000 + n * 60).unwrap()),
        kind: if n % 3 == 0 { "login" } else { "command" }.into(),
        who: format!("Anna {}", n % 5),
        via: "browser".into(),
        address: "192.0.2.7".into(),
        subject: format!("thing {n}"),
        details: format!("{{\"n\":{n}}}"),
    }
}

fn store(rows: i64) -> (tempfile::TempDir, Arc<Store>) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    append(&store, (1..=rows).map(row).collect()).unwrap();
    (dir, store)
}

fn good(store: &Store) -> Verified {
    verify(store, None).unwrap().unwrap()
}

/// Does something to the file with all guards off but those that `sql` leaves; the guards come back, as
/// they would if somebody wanted to be clever.
fn tamper(store: &Store, sql: &str) {
    let db = Connection::open(store.path()).unwrap();
    let guards = guards(&db);
    db.execute_batch("PRAGMA ignore_check_constraints = 1").unwrap();
    db.execute_batch(OFF).unwrap();
    db.execute_batch(sql).unwrap();
    db.execute_batch(&guards).unwrap();
}

fn guards(db: &Connection) -> String {
    let sql = "SELECT group_concat(sql, ';') FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'audit%'";
    db.query_row(sql, [], |r| r.get(0)).unwrap()
}

fn found(store: &Store) -> Broken {
    verify(store, None).unwrap().unwrap_err()
}

#[test]
fn rows_follow_each_other_and_are_read_in_pages() {
    let (dir, store) = store(0);
    assert_eq!((good(&store).rows, good(&store).head.number), (0, 0));
    let head = append(&store, (1..=40).map(row).collect()).unwrap();
    let verified = good(&store);
    assert_eq!((verified.rows, verified.first, &verified.head), (40, 1, &head));
    assert_eq!(head, super::head(&store).unwrap());
    let page = |wanted: Wanted| -> Vec<i64> {
        page(&store, &Wanted { most: 5, ..wanted }).unwrap().iter().map(|r| r.number).collect()
    };
    assert_eq!(page(Wanted::default()), [40, 39, 38, 37, 36]);
    assert_eq!(page(Wanted { before: Some(36), ..Wanted::default() }), [35, 34, 33, 32, 31]);
    assert_eq!(page(Wanted { kinds: vec!["login".into()], ..Wanted::default() })[..2], [39, 36]);
    assert_eq!(page(Wanted { who: Some("nna 4".into()), ..Wanted::default() })[..2], [39, 34]);
    let span = Wanted { since: Some(row(3).at), until: Some(row(6).at), ..Wanted::default() };
    assert_eq!(page(span), [5, 4, 3]);
    // Beside the open box, and its own print.
    assert_eq!(verify_in(dir.path(), Some(&head)).unwrap().unwrap(), verified);
    assert_eq!(head.to_string().parse::<Head>().unwrap(), head);
    assert!("40:xyz".parse::<Head>().is_err() && ":".parse::<Head>().is_err());
}

#[test]
fn the_database_refuses_what_no_log_does() {
    let (_dir, store) = store(5);
    let db = Connection::open(store.path()).unwrap();
    let zeros = "zeroblob(32)";
    let row = "'2026', 'x', '', 'box', '', '', '{}'";
    for sql in [
        "UPDATE audit SET who = 'Eve' WHERE number = 2".to_owned(),
        "UPDATE audit SET hash = zeroblob(32)".into(),
        "DELETE FROM audit WHERE number = 1".into(),
        "DELETE FROM audit WHERE number = 5".into(),
        "DELETE FROM audit".into(),
        "DELETE FROM audit_chain".into(),
        "INSERT INTO audit_chain VALUES (1, 0, zeroblob(32), 0, zeroblob(32))".into(),
        "INSERT OR REPLACE INTO audit_chain VALUES (1, 5, zeroblob(32), 5, zeroblob(32))".into(),
        "UPDATE audit_chain SET anchor_number = 3".into(),
        "UPDATE audit_chain SET head_number = 3".into(),
        "UPDATE audit_chain SET head_hash = zeroblob(32)".into(),
        format!("INSERT INTO audit VALUES (7, {row}, {zeros}, {zeros})"),
        format!("INSERT INTO audit VALUES (6, {row}, {zeros}, {zeros})"),
        format!("INSERT OR REPLACE INTO audit VALUES (5, {row}, {zeros}, {zeros})"),
    ] {
        let e = db.execute(&sql, []).expect_err(&sql);
        assert!(e.to_string().contains("audit"), "{sql}: {e}");
    }
    assert_eq!(good(&store).rows, 5);
}

#[test]
fn what_is_taken_out_swapped_or_put_in_is_found_and_named() {
    let swap = "UPDATE audit SET number = -1 WHERE number = 4; UPDATE audit SET number = 4 WHERE number = 6;
                UPDATE audit SET number = 6 WHERE number = -1";
    let put_in =
        "INSERT INTO audit SELECT 11, at, kind, who, via, address, subject, details, hash, hash
                  FROM audit WHERE number = 10";
    let renumbered = "DELETE FROM audit WHERE number = 3;
                      UPDATE audit SET number = number - 1 WHERE number > 3;
                      UPDATE audit_chain SET head_number = 9";
    for (sql, number, near) in [
        ("DELETE FROM audit WHERE number = 1", 1, "missing"),
        ("DELETE FROM audit WHERE number = 5", 5, "after row 4 comes row 6"),
        ("DELETE FROM audit WHERE number IN (5, 6, 7)", 5, "2 more"),
        ("DELETE FROM audit WHERE number = 10", 10, "missing"),
        ("DELETE FROM audit WHERE number > 6", 7, "up to row 10"),
        ("DELETE FROM audit", 1, "up to row 10"),
        (swap, 4, "does not follow row 3"),
        (renumbered, 3, "does not follow row 2"),
        (put_in, 11, "was changed"),
        ("DELETE FROM audit_chain", 1, "own row is gone"),
        ("UPDATE audit_chain SET head_hash = zeroblob(32)", 10, "ends otherwise"),
        ("UPDATE audit SET previous = hash WHERE number = 8", 8, "does not follow"),
        ("UPDATE audit SET details = '{\"n\": 8}' WHERE number = 8", 8, "was changed"),
        // The old end cut off by hand, the anchor moved with it.
        (
            "UPDATE audit_chain SET anchor_number = 4,
                 anchor_hash = (SELECT hash FROM audit WHERE number = 4);
             DELETE FROM audit WHERE number <= 4",
            4,
            "no row of the chain says so",
        ),
    ] {
        let (_dir, store) = store(10);
        tamper(&store, sql);
        let broken = found(&store);
        assert_eq!(broken.number, number, "{sql}: {broken:?}");
        assert!(broken.what.contains(near), "{sql}: {broken:?}");
    }
    let (_dir, store) = store(3);
    Connection::open(store.path()).unwrap().execute_batch("DROP TRIGGER audit_kept").unwrap();
    assert!(found(&store).what.contains("`audit_kept` is gone"));
}

/// The limit of any chain without a secret, and what helps against it.
#[test]
fn a_chain_made_anew_is_found_only_against_an_end_that_was_noted() {
    let (_dir, store) = store(10);
    let noted = super::head(&store).unwrap();
    let early = Head {
        number: 4,
        hash: page(&store, &Wanted { before: Some(5), most: 1, ..Wanted::default() }).unwrap()[0]
            .hash,
    };
    tamper(
        &store,
        "DELETE FROM audit WHERE number > 6;
         UPDATE audit_chain SET head_number = 6, head_hash = (SELECT hash FROM audit WHERE number = 6)",
    );
    assert_eq!(good(&store).rows, 6, "the chain alone cannot tell");
    let against = |head: &Head| verify(&store, Some(head)).unwrap();
    let broken = against(&noted).unwrap_err();
    assert_eq!(broken.number, 10);
    assert!(broken.what.contains("taken off"), "{broken:?}");
    append(&store, (7..=12).map(|n| row(n + 1)).collect()).unwrap();
    assert_eq!(good(&store).rows, 12);
    let broken = against(&noted).unwrap_err();
    assert!(broken.number == 10 && broken.what.contains("computed anew"), "{broken:?}");
    against(&early).unwrap();
}

#[test]
fn the_old_end_is_cut_and_the_rest_still_verifies() {
    let (_dir, store) = store(100);
    let now = Timestamp::from_second(1_800_000_000 + 100 * 60).unwrap();
    let keep = |days, rows| Keep { days, rows };
    assert_eq!(cut(&store, keep(1, 200), now).unwrap(), 0, "nothing is old or too much");
    assert_eq!(cut(&store, keep(1, 40), now).unwrap(), 60);
    let v = good(&store);
    assert_eq!((v.first, v.rows, v.head.number), (61, 41, 101));
    let told = page(&store, &Wanted { most: 1, ..Wanted::default() }).unwrap().remove(0);
    assert_eq!(told.kind, CUT);
    let said: serde_json::Value = serde_json::from_str(&told.details).unwrap();
    assert_eq!((&said["up_to"], &said["rows"]), (&60.into(), &60.into()));
    // A second one; then all of it is old, but for what tells of the cuts.
    assert_eq!(cut(&store, keep(1, 30), now).unwrap(), 11);
    let later = now + jiff::Span::new().hours(24 * 30);
    assert!(cut(&store, keep(7, 1_000), later).unwrap() > 25);
    let v = good(&store);
    assert_eq!(v.head.number, 103);
    assert!(v.rows >= 1 && v.first > 100, "{v:?}");
    append(&store, vec![row(200)]).unwrap();
    assert_eq!(good(&store).head.number, 104);
    // The row that tells of the cut is taken out, with all that came after it.
    tamper(
        &store,
        "DELETE FROM audit WHERE number >= 103;
         UPDATE audit_chain SET head_number = 102, head_hash = (SELECT hash FROM audit WHERE number = 102)",
    );
    assert!(verify(&store, None).unwrap().is_err());
}

#[test]
fn going_back_to_a_backup_does_not_lose_the_log() {
    let (dir, former) = store(10);
    let copy = dir.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    former.copy_to(&copy.join(crate::store::FILE)).unwrap();
    append(&former, (11..=15).map(row).collect()).unwrap();
    let end = super::head(&former).unwrap();
    former.close();
    let back = Store::open(&copy).unwrap();
    assert_eq!(good(&back).rows, 10);
    assert_eq!(carry_over(&back, former.path()).unwrap(), 5);
    assert_eq!(good(&back).head, end);
    assert_eq!(carry_over(&back, former.path()).unwrap(), 0);
    append(&back, vec![row(16)]).unwrap();
    let (_other, other) = store(0);
    append(&other, (101..=120).map(row).collect()).unwrap();
    other.close();
    assert!(carry_over(&back, other.path()).is_err(), "another box's log");
    assert_eq!(good(&back).rows, 16);
}

#[test]
fn two_processes_do_not_fork_the_chain() {
    let (dir, store) = store(1);
    let beside = Store::open(dir.path()).unwrap();
    std::thread::scope(|s| {
        for store in [&store, &beside] {
            s.spawn(move || {
                (0..50).for_each(|n| assert!(append(store, vec![row(n)]).unwrap().number > 1))
            });
        }
    });
    assert_eq!(good(&store).rows, 101);
}

const COLUMNS_THAT_COUNT: [&str; 9] =
    ["at", "kind", "who", "via", "address", "subject", "details", "previous", "hash"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any one byte of any column of any row, changed to anything else.
    #[test]
    fn any_changed_byte_is_found_and_its_row_is_named(
        at_row in 1_i64..=6, column in 0_usize..9, place in 0_usize..64, by in 1_u8..=255,
    ) {
        let store = Store::in_memory().unwrap();
        append(&store, (1..=6).map(row).collect()).unwrap();
        let name = COLUMNS_THAT_COUNT[column];
        let db = Connection::open(store.path()).unwrap();
        let sql = format!("SELECT CAST({name} AS BLOB) FROM audit WHERE number = ?1");
        let mut bytes: Vec<u8> = db.query_row(&sql, [at_row], |r| r.get(0)).unwrap();
        let place = place % bytes.len();
        bytes[place] ^= by;
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        let text = if column < 7 { format!("CAST(x'{hex}' AS TEXT)") } else { format!("x'{hex}'") };
        tamper(&store, &format!("UPDATE audit SET {name} = {text} WHERE number = {at_row}"));
        let broken = found(&store);
        prop_assert_eq!(broken.number, at_row, "{}: {:?}", name, broken);
    }

    /// What is written in one column never passes for something in the next.
    #[test]
    fn no_two_rows_have_one_hash(a in "[a-c]{0,4}", b in "[a-c]{0,4}", c in "[a-c]{0,4}", d in "[a-c]{0,4}") {
        let of = |who: &str, via: &str| chain::hash(&[0; 32], 1, [b"t", b"k", who.as_bytes(), via.as_bytes(), b"", b"", b"{}"]);
        prop_assert_eq!((&a, &b) == (&c, &d), of(&a, &b) == of(&c, &d));
    }
}
