use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::super::{Keys, Shelf, Why, Wishes, make_of};
use super::*;
use crate::store::Store;
use crate::store::copies::examine;

fn now() -> Timestamp {
    "2026-11-21T18:50:03Z".parse().unwrap()
}

/// A data directory whose database has a setting of this value.
fn box_with(value: u32) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), value);
    dir
}

fn write(dir: &Path, value: u32) {
    use crate::config::Keeper;
    let store = Store::open(dir).unwrap();
    store.keep("vision.num_hands", Some(&json!(value))).unwrap();
    store.close();
}

fn value(dir: &Path) -> u64 {
    let all = crate::store::settings::load_read_only(dir).unwrap();
    all[0].1.as_u64().unwrap()
}

/// Keys sealed with this; empty leaves them out.
fn keys(passphrase: &str) -> Keys {
    let passphrase = passphrase.into();
    Keys { passphrase, is_secret: |key, _| key.starts_with("alert.") }
}

/// A backup of a box with the value 3, in a folder of its own.
fn backup() -> (tempfile::TempDir, PathBuf) {
    let dir = box_with(3);
    let shelf = Shelf::new(dir.path().join("backups"));
    let kept = make_of(dir.path(), &shelf, (now(), Why::Asked), &keys("")).unwrap();
    let path = shelf.find(&kept.name).unwrap();
    (dir, path)
}

#[test]
fn what_was_backed_up_comes_back_row_for_row() {
    let (from, archive) = backup();
    let to = box_with(1);
    let manifest = stage(&archive, to.path(), &WithKeys::Not).unwrap();
    assert_eq!(value(to.path()), 1, "nothing changes under a running box");
    let restored = apply_staged(to.path()).unwrap().unwrap();
    assert_eq!((value(to.path()), &restored.manifest), (3, &manifest));
    let (was, is) = (examine(&from.path().join(FILE)), examine(&to.path().join(FILE)));
    assert_eq!(was.unwrap(), is.unwrap());
    assert_eq!(manifest.rows["setting"], 1);
    let former = restored.former.unwrap();
    assert_eq!(examine(&former).unwrap().rows["setting"], 1, "what was there before is kept");
    assert!(apply_staged(to.path()).unwrap().is_none(), "once");
    Store::open(to.path()).unwrap();
}

#[test]
fn a_backup_is_made_while_others_write() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let backups = super::super::Backups::new(
        Arc::clone(&store),
        Shelf::new(dir.path().join("backups")),
        Box::new(|| Wishes { keys: keys("x"), elsewhere: Default::default() }),
        crate::base::Clock::new(),
    );
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            use crate::config::Keeper;
            for n in 0.. {
                if stop.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                store.keep("vision.num_hands", Some(&json!(n % 4 + 1))).unwrap();
            }
        });
        for _ in 0..5 {
            let kept = backups.make(Why::Scheduled).unwrap();
            check(&backups.shelf().find(&kept.name).unwrap()).unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    let left: Vec<_> = std::fs::read_dir(backups.shelf().folder()).unwrap().collect();
    assert!(
        left.iter().all(|f| f.as_ref().unwrap().file_name().to_str().unwrap().ends_with(".gz"))
    );
    assert!(backups.keep_up().unwrap().is_none(), "the last one is younger than an hour");
}

/// Power fails after each step of taking the place: the next start finishes.
#[test]
fn a_power_cut_in_mid_restore_is_finished_by_the_next_start() {
    let (_from, archive) = backup();
    let steps: [fn(&Path); 3] = [
        |_| {},
        // The former database is aside, the new one not yet in its place.
        |dir| fs::rename(dir.join(FILE), dir.join("aside")).unwrap(),
        // The new one is in its place, the staging folder not yet gone.
        |dir| fs::rename(dir.join(STAGED).join(FILE), dir.join(FILE)).unwrap(),
    ];
    for (n, cut) in steps.into_iter().enumerate() {
        let to = box_with(1);
        stage(&archive, to.path(), &WithKeys::Not).unwrap();
        cut(to.path());
        apply_staged(to.path()).unwrap().unwrap();
        assert_eq!(value(to.path()), 3, "after step {n}");
        assert!(!to.path().join(STAGED).exists());
    }
}

/// Every sort of archive that lies: refused, and the box is as it was.
#[test]
fn damaged_and_hostile_archives_change_nothing() {
    let (_from, archive) = backup();
    let good = fs::read(&archive).unwrap();
    let to = box_with(1);
    let before = listing(to.path());
    let refused = |name: &str, bytes: &[u8]| {
        let path = to.path().parent().unwrap().join(format!("{}-{name}", std::process::id()));
        fs::write(&path, bytes).unwrap();
        let staged = stage(&path, to.path(), &WithKeys::Not);
        fs::remove_file(&path).unwrap();
        let e = staged.expect_err(name);
        assert!(e.next_step().is_some(), "{name}: {e}");
        assert_eq!(listing(to.path()), before, "{name}");
        e.to_string()
    };
    // One bit, at many places. A few mean nothing: where all is zero, one distance back is as good
    // as another. Such an archive is the same archive, to the last byte of what is in it.
    let (mut flips, mut same) = (0, 0);
    for at in (20..good.len() - 8).step_by((good.len() / 60).max(1)) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        let path = to.path().parent().unwrap().join(format!("{}-flip", std::process::id()));
        fs::write(&path, &bad).unwrap();
        match check(&path) {
            Ok(_) => {
                assert_eq!(unpacked(&path), unpacked(&archive), "flip {at}");
                same += 1;
            }
            Err(_) => drop(refused("flip", &bad)),
        }
        flips += 1;
    }
    fs::remove_file(to.path().parent().unwrap().join(format!("{}-flip", std::process::id()))).ok();
    assert!(same * 4 < flips, "{same} of {flips}");
    for cut in [0, 1, 10, good.len() / 3, good.len() / 2, good.len() - 200] {
        refused(&format!("cut-{cut}"), &good[..cut]);
    }
    println!("{flips} bits flipped ({same} change nothing) and 6 cuts: all others refused");

    let manifest = check(&archive).unwrap();
    let with = |change: &dyn Fn(&mut Manifest)| {
        let mut manifest = manifest.clone();
        change(&mut manifest);
        serde_json::to_vec(&manifest).unwrap()
    };
    let database = unpacked(&archive);
    let honest = with(&|_| {});
    for name in ["../dixi.db", "/etc/passwd", "a/../../dixi.db", "dixi.db/x"] {
        refused("traversal", &packed(&[(MANIFEST_NAME, &honest), (name, &database)]));
    }
    refused("link", &with_link(&honest));
    refused("order", &packed(&[(FILE, &database), (MANIFEST_NAME, &honest)]));
    refused("no database", &packed(&[(MANIFEST_NAME, &honest)]));
    let rows = with(&|m| *m.rows.get_mut("setting").unwrap() = 99);
    assert!(
        refused("rows", &packed(&[(MANIFEST_NAME, &rows), (FILE, &database)])).contains("rows")
    );
    let newer = with(&|m| m.format = 99);
    assert!(
        refused("newer", &packed(&[(MANIFEST_NAME, &newer), (FILE, &database)])).contains("newer")
    );
    let huge = vec![b' '; 200 << 10];
    refused("manifest", &packed(&[(MANIFEST_NAME, &huge), (FILE, &database)]));
    // A bomb: a gigabyte of nothing in a megabyte, where a few kilobytes were promised.
    let bomb = packed(&[(MANIFEST_NAME, &honest), (FILE, &vec![0; 256 << 20])]);
    assert!(bomb.len() < 4 << 20);
    refused("bomb", &bomb);
    let other = packed(&[(MANIFEST_NAME, &honest), (FILE, b"SQLite format 3\0 but not really")]);
    refused("other database", &other);
}

const MANIFEST_NAME: &str = "manifest.json";

fn listing(dir: &Path) -> BTreeMap<String, u64> {
    let file = |f: io::Result<fs::DirEntry>| {
        let f = f.unwrap();
        (f.file_name().into_string().unwrap(), f.metadata().unwrap().len())
    };
    fs::read_dir(dir).unwrap().map(file).collect()
}

fn unpacked(archive: &Path) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join(FILE);
    unpack(archive, &to).unwrap();
    fs::read(to).unwrap()
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        // Written past the library's own check of names.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn with_link(manifest: &[u8]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_size(manifest.len() as u64);
    tar.append_data(&mut header, MANIFEST_NAME, manifest).unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    tar.append_link(&mut header, FILE, "/etc/passwd").unwrap();
    let mut gz = tar.into_inner().unwrap();
    gz.flush().unwrap();
    gz.finish().unwrap()
}

/// A box with a canary in a secret setting and in the key of its own certificate.
fn with_secrets() -> tempfile::TempDir {
    use crate::config::Keeper;
    let dir = box_with(3);
    let store = Store::open(dir.path()).unwrap();
    store.keep("alert.webhook_key", Some(&json!("canary in an older value"))).unwrap();
    store.keep("alert.webhook_key", Some(&json!("canary in a setting"))).unwrap();
    store.close();
    fs::write(dir.path().join("tls-cert.pem"), "CERTIFICATE").unwrap();
    fs::write(dir.path().join("tls-key.pem"), "canary in a key").unwrap();
    dir
}

fn secret_setting(dir: &Path) -> Option<serde_json::Value> {
    let all = crate::store::settings::load_read_only(dir).unwrap();
    all.into_iter().find(|(key, _)| key == "alert.webhook_key").map(|(_, value)| value)
}

#[test]
fn keys_are_in_no_backup_without_a_passphrase_and_sealed_with_one() {
    use std::os::unix::fs::PermissionsExt;
    let from = with_secrets();
    let shelf = Shelf::new(from.path().join("backups"));
    let make = |minute: i64, passphrase: &str| {
        let at = now() + jiff::SignedDuration::from_mins(minute);
        let kept = make_of(from.path(), &shelf, (at, Why::Asked), &keys(passphrase)).unwrap();
        shelf.find(&kept.name).unwrap()
    };
    let names = ["alert.webhook_key", "tls-cert.pem", "tls-key.pem"];
    let (open, sealed) = (make(0, ""), make(1, "three plums"));
    let (left_out, in_it) = (check(&open).unwrap(), check(&sealed).unwrap());
    assert_eq!((left_out.left_out, left_out.sealed.len()), (names.map(str::to_owned).to_vec(), 0));
    assert_eq!((in_it.sealed, in_it.left_out.len()), (names.map(str::to_owned).to_vec(), 0));
    for archive in [&open, &sealed] {
        let mut plain = Vec::new();
        let gz = flate2::read::GzDecoder::new(fs::File::open(archive).unwrap());
        io::Read::read_to_end(&mut { gz }, &mut plain).unwrap();
        assert!(!plain.windows(6).any(|w| w == b"canary"), "{}", archive.display());
    }
    assert_eq!(secret_setting(from.path()).unwrap(), "canary in a setting", "the box has it still");

    // Another box: the right passphrase opens them, no other does, and it can do without.
    let to = box_with(1);
    let before = listing(to.path());
    let go_back = |words: &[&str]| {
        stage(&sealed, to.path(), &WithKeys::By(words.iter().map(|w| (*w).into()).collect()))
    };
    for words in [&[][..], &[""], &["three pears"]] {
        let e = go_back(words).unwrap_err();
        assert_eq!((e.kind(), listing(to.path())), (Kind::Denied, before.clone()), "{e}");
    }
    go_back(&["three pears", "three plums"]).unwrap();
    apply_staged(to.path()).unwrap().unwrap();
    assert_eq!(
        (value_of_hands(to.path()), secret_setting(to.path())),
        (3, Some("canary in a setting".into()))
    );
    let key = to.path().join("tls-key.pem");
    assert_eq!(fs::read_to_string(&key).unwrap(), "canary in a key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    for archive in [&open, &sealed] {
        let to = box_with(1);
        stage(archive, to.path(), &WithKeys::Not).unwrap();
        apply_staged(to.path()).unwrap().unwrap();
        assert_eq!((value(to.path()), secret_setting(to.path())), (3, None));
        assert!(!to.path().join("tls-key.pem").exists());
    }
    println!("3 keys: left out of one backup, sealed in another; 3 wrong passphrases refused");
}

#[test]
fn going_back_without_keys_leaves_the_box_its_own() {
    let dir = with_secrets();
    let shelf = Shelf::new(dir.path().join("backups"));
    let kept = make_of(dir.path(), &shelf, (now(), Why::Asked), &keys("")).unwrap();
    stage(&shelf.find(&kept.name).unwrap(), dir.path(), &WithKeys::By(vec![])).unwrap();
    let did = apply_staged(dir.path()).unwrap().unwrap();
    assert_eq!(secret_setting(dir.path()), None);
    let store = Store::open(dir.path()).unwrap();
    let former = did.former.unwrap();
    let carried = crate::store::copies::carry_settings(&store, &former, &did.manifest.left_out);
    assert_eq!(carried.unwrap(), 1);
    store.close();
    assert_eq!(secret_setting(dir.path()).unwrap(), "canary in a setting");
    assert_eq!(fs::read_to_string(dir.path().join("tls-key.pem")).unwrap(), "canary in a key");
}

fn value_of_hands(dir: &Path) -> u64 {
    let all = crate::store::settings::load_read_only(dir).unwrap();
    all.iter().find(|(key, _)| key == "vision.num_hands").unwrap().1.as_u64().unwrap()
}

#[test]
fn what_is_brought_is_kept_once_it_is_checked() {
    let (_from, archive) = backup();
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(dir.path().join("backups"));
    let bring = |bytes: &[u8]| {
        let mut file = shelf.incoming(Some(bytes.len() as u64)).unwrap();
        file.write_all(bytes).unwrap();
        shelf.bring(file)
    };
    let good = fs::read(&archive).unwrap();
    bring(&good[..good.len() / 2]).unwrap_err();
    assert!(listing(shelf.folder()).is_empty(), "nothing half is left");
    let (kept, manifest) = bring(&good).unwrap();
    assert_eq!((kept.why, kept.made_at, manifest.rows["setting"]), (Why::Brought, now(), 1));
    assert_eq!(fs::read(shelf.find(&kept.name).unwrap()).unwrap(), good);
    assert!(shelf.due(now()).unwrap(), "somebody else's backup is none of the schedule's");
    let none = shelf.incoming(Some(u64::MAX)).unwrap_err();
    assert_eq!(none.kind(), Kind::DiskFull);
}
