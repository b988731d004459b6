//! The log's thread: what is noted is written, streams are told of twice, and a disk that does not take
//! anything holds nobody up.

use jiff::SignedDuration;

use super::repeats::Repeats;
use super::*;

fn log() -> (tempfile::TempDir, Audit) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    (dir, Audit::start(store, Clock::new(), || Keep { days: 400, rows: 100_000 }).unwrap())
}

fn kinds(audit: &Audit) -> Vec<(String, String)> {
    let rows = audit.page(&Wanted { most: 5_000, ..Wanted::default() }).unwrap();
    rows.into_iter().rev().map(|r| (r.kind, r.subject)).collect()
}

#[test]
fn what_is_noted_is_there_when_somebody_reads() {
    let (_dir, audit) = log();
    audit.note(Entry::new(What::Started).about("1.0"));
    audit.note(Entry::new(What::Command).about("a\u{1b}[31mb\n".to_owned() + &"x".repeat(500)));
    let rows = kinds(&audit);
    assert_eq!(rows[0], ("started".into(), "1.0".into()));
    assert!(rows[1].1.starts_with("a[31mbx") && rows[1].1.len() == 200, "one line: {rows:?}");
    assert_eq!(audit.told(), Told { written: 2, lost: 0, head: 2 });
    assert!(audit.verify(None).unwrap().is_ok() && audit.trouble().is_none());
}

#[test]
fn a_stream_is_its_beginning_and_its_end() {
    let now = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    let at = |s: i64| now + SignedDuration::from_secs(s);
    let slide = |n: i64| Entry::new(What::Setting).about("view.x").with("value", n).in_a_stream();
    let mut repeats = Repeats::default();
    assert!(repeats.take(slide(0), at(0)).is_some(), "the first is a row at once");
    for n in 1..=5 {
        assert!(repeats.take(slide(n), at(n)).is_none());
    }
    let other = slide(9).by("Ben", crate::base::Via::Browser, None);
    assert!(repeats.take(other, at(5)).is_some(), "another person is another stream");
    assert!(repeats.over(at(8), false).is_empty());
    let over = repeats.over(at(15), false);
    assert_eq!(over.len(), 1, "one value alone has no end to tell of");
    assert_eq!((&over[0].details["times"], &over[0].details["value"]), (&5.into(), &5.into()));
    assert!(repeats.is_empty());
    // One that goes on for ever is told of every minute, and never gets a first row again.
    let (mut rows, mut times) = (0, 0);
    for n in 0..300 {
        rows += u64::from(repeats.take(slide(n), at(100 + n)).is_some());
        for over in repeats.over(at(100 + n), false) {
            rows += 1;
            times += over.details["times"].as_u64().unwrap();
        }
    }
    let rest = repeats.over(at(400), true);
    times += rest[0].details["times"].as_u64().unwrap();
    assert_eq!((rows, times), (5, 299), "300 in 300 seconds");
}

#[test]
fn a_thousand_addresses_that_hammer_are_one_stream() {
    let now = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    let mut repeats = Repeats::default();
    let from = |n: u32| Some(std::net::IpAddr::from(std::net::Ipv4Addr::from(n)));
    let knock =
        |n| Entry::new(What::LockedOut).by("", crate::base::Via::Browser, from(n)).in_a_stream();
    let first = (0..10_000).filter(|n| repeats.take(knock(*n), now).is_some()).count();
    let rows = repeats.over(now + SignedDuration::from_secs(61), false);
    let together = rows.iter().find(|r| r.from.is_none()).unwrap();
    println!("10,000 addresses: {first} first rows, {} last ones", rows.len());
    assert!(first < 200 && rows.len() < 200, "{first} and {}", rows.len());
    assert!(together.details["times"].as_u64().unwrap() > 9_000);
}

#[test]
fn a_disk_that_takes_nothing_holds_nobody_up_and_the_loss_is_told() {
    let (dir, audit) = log();
    audit.note(Entry::new(What::Started));
    assert_eq!(kinds(&audit).len(), 1);
    // Somebody else holds the database: every write waits for it, and gives up after a while.
    let other = rusqlite::Connection::open(dir.path().join(crate::store::FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = std::time::Instant::now();
    let many = 3_000;
    for n in 0..many {
        audit.note(Entry::new(What::Command).about(format!("{n}")));
    }
    let took = begun.elapsed();
    let lost = audit.told().lost;
    println!("{many} entries while the disk took none: {lost} lost, noted in {took:?}");
    assert!(lost > 0 && lost < many, "{lost}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(audit.trouble().unwrap().to_string().contains("lost"));
    other.execute_batch("COMMIT").unwrap();
    // In one entry, or in several where the writer got a word in between.
    let mut told = 0;
    for _ in 0..200 {
        std::thread::sleep(Duration::from_millis(50));
        let wanted = Wanted { kinds: vec!["audit_lost".into()], most: 99, ..Wanted::default() };
        let entries = |row: &Row| -> u64 {
            let details: serde_json::Value = serde_json::from_str(&row.details).unwrap();
            details["entries"].as_u64().unwrap()
        };
        told = audit.page(&wanted).unwrap().iter().map(entries).sum();
        if told >= lost {
            break;
        }
    }
    assert_eq!(told, lost);
    audit.flush();
    let rows = kinds(&audit).iter().filter(|(kind, _)| kind == "command").count() as u64;
    assert_eq!(rows + lost, many, "what was not lost is there");
    assert!(audit.verify(None).unwrap().is_ok());
}

#[test]
fn closing_writes_what_waits() {
    let (dir, audit) = log();
    for n in 0..500 {
        audit.note(Entry::new(What::Command).about(format!("{n}")));
    }
    audit.note(Entry::new(What::Setting).about("a.b").in_a_stream());
    audit.note(Entry::new(What::Setting).about("a.b").in_a_stream());
    audit.close();
    audit.note(Entry::new(What::Stopped));
    assert_eq!(audit.told().lost, 1, "after that it is lost");
    let verified = verify_in(dir.path(), None).unwrap().unwrap();
    assert_eq!(verified.rows, 502);
}
