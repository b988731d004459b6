use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::*;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const GOOD: &str = "plum tortoise ladder";

struct Room {
    access: Arc<Access>,
    time: Arc<Mutex<Timestamp>>,
    runtime: tokio::runtime::Runtime,
}

impl Room {
    fn new(cost: Cost) -> Self {
        Self::on(Store::in_memory().unwrap(), cost)
    }

    fn on(store: Arc<Store>, cost: Cost) -> Self {
        let time = Arc::new(Mutex::new(Timestamp::now()));
        let now = Arc::clone(&time);
        let access = Access::new(store, cost, Arc::new(move || *now.lock().unwrap())).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
        Self { access: Arc::new(access), time, runtime: runtime.unwrap() }
    }

    fn later(&self, by: SignedDuration) {
        *self.time.lock().unwrap() += by;
    }

    fn login(&self, name: &str, password: &str) -> Result<LoggedIn, Refused> {
        let attempt = Attempt { name, from: HERE, agent: "test" };
        self.runtime.block_on(self.access.login(attempt, password))
    }

    fn is_good(&self, token: &str) -> bool {
        self.access.identify(&Credential::Session(token.into())).unwrap().is_some()
    }
}

#[test]
fn a_link_makes_the_first_owner_and_nobody_else() {
    let room = Room::new(Cost::LEAST);
    let access = &room.access;
    assert!(access.needs_owner().unwrap());
    let stale = access.offer_setup(By::the_box()).unwrap().unwrap();
    let link = access.offer_setup(By::the_box()).unwrap().unwrap();
    assert_eq!(link.len(), 43, "256 bits");
    let attempt = |name| Attempt { name, from: HERE, agent: "" };
    let claim = |link: &str, name, password: &str| {
        room.runtime.block_on(access.claim(link, attempt(name), password))
    };
    assert!(claim(&stale, "Anna", GOOD).is_err());
    for (name, password) in [
        ("", GOOD),
        ("Anna", "short"),
        ("Anna", "aaaaaaaaaaaaaaaa"),
        ("Anna Maria", "Anna Maria 12"),
    ] {
        assert!(claim(&link, name, password).is_err(), "{name} {password}");
    }
    let owner = claim(&link, " Anna ", GOOD).ok().unwrap();
    assert_eq!((&*owner.principal.name, owner.principal.role), ("Anna", Role::Owner));
    assert!(room.is_good(&owner.token));
    assert!(claim(&link, "Eve", GOOD).is_err());
    assert!(!access.needs_owner().unwrap() && access.offer_setup(By::the_box()).unwrap().is_none());
    room.later(SignedDuration::from_hours(1));
    let room = Room::new(Cost::LEAST);
    let link = room.access.offer_setup(By::the_box()).unwrap().unwrap();
    room.later(SignedDuration::from_mins(31));
    assert!(room.runtime.block_on(room.access.claim(&link, attempt("Anna"), GOOD)).is_err());
}

#[test]
fn a_session_ends_by_idleness_by_age_by_logout_and_by_another_password() {
    let room = Room::new(Cost::LEAST);
    let id = room.access.add(&By::operator(), "Anna", Role::User, GOOD).unwrap();
    assert!(matches!(room.login("Anna", "wrong password 1"), Err(Refused::Wrong)));
    assert!(matches!(room.login("nobody", GOOD), Err(Refused::Wrong)));
    let idle = room.login("anna", GOOD).ok().unwrap();
    room.later(SignedDuration::from_hours(23));
    assert!(room.is_good(&idle.token), "used within a day");
    room.later(SignedDuration::from_hours(23));
    assert!(room.is_good(&idle.token), "that use counted");
    room.later(SignedDuration::from_hours(24));
    assert!(!room.is_good(&idle.token));

    let old = room.login("Anna", GOOD).ok().unwrap();
    for _ in 0..59 {
        room.later(SignedDuration::from_hours(12));
        assert!(room.is_good(&old.token));
    }
    room.later(SignedDuration::from_hours(12));
    assert!(!room.is_good(&old.token), "30 days");

    let left = room.login("Anna", GOOD).ok().unwrap();
    let (mine, other) = (room.login("Anna", GOOD).ok().unwrap(), room.login("Anna", GOOD).ok());
    room.access.logout(&left.principal).unwrap();
    assert!(!room.is_good(&left.token) && !room.access.still(&left.principal));
    let mut changes = room.access.changes();
    changes.mark_unchanged();
    let change =
        room.access.change_own_password(&mine.principal, HERE, GOOD, "a wholly new one".into());
    room.runtime.block_on(change).unwrap();
    assert!(changes.has_changed().unwrap());
    let others = [&mine, &other.unwrap()].map(|s| room.access.still(&s.principal));
    assert_eq!(others, [true, false]);
    room.access.remove(&By::operator(), id).unwrap();
    assert!(!room.access.still(&mine.principal));
}

#[test]
fn a_password_is_asked_again_after_20_minutes() {
    let room = Room::new(Cost::LEAST);
    room.access.add(&By::operator(), "Anna", Role::Owner, GOOD).unwrap();
    let token = room.login("Anna", GOOD).ok().unwrap().token;
    let who = || room.access.identify(&Credential::Session(token.clone())).unwrap().unwrap();
    assert!(room.access.confirmed(&who()).unwrap());
    room.later(SignedDuration::from_mins(21));
    assert!(!room.access.confirmed(&who()).unwrap());
    let confirm = |password| room.runtime.block_on(room.access.confirm(&who(), HERE, password));
    assert!(confirm("wrong password 1").is_err());
    confirm(GOOD).unwrap();
    assert!(room.access.confirmed(&who()).unwrap());
    assert!(!room.access.confirmed(&Principal::open(HERE)).unwrap(), "there is somebody to log in");
}

#[test]
fn a_token_may_what_it_was_made_for_until_it_ends_or_is_revoked() {
    let room = Room::new(Cost::LEAST);
    room.access.add(&By::operator(), "Anna", Role::Owner, GOOD).unwrap();
    let owner = room.login("Anna", GOOD).ok().unwrap().principal;
    let wish = |kind, scopes: &[Scope], days| TokenWish {
        kind,
        name: "lamp".into(),
        role: Role::User,
        scopes: scopes.iter().copied().collect(),
        days,
        allowance: Allowance::default(),
    };
    let make = |wish| room.access.make_token(&owner, wish);
    assert!(make(wish(TokenKind::Api, &[], None)).is_err());
    assert!(make(wish(TokenKind::Api, &[Scope::Access], None)).is_err());
    assert!(make(wish(TokenKind::Api, &[Scope::Canvas], Some(0))).is_err());
    let api = make(wish(TokenKind::Api, &[Scope::Gestures], Some(1))).unwrap();
    let kiosk = make(wish(TokenKind::Kiosk, &[], None)).unwrap();
    let who = |t: &str| room.access.identify(&Credential::Token(t.into())).unwrap();
    let p = who(&api.token).unwrap();
    assert!(p.may(Role::User, Scope::Gestures));
    assert!(!p.may(Role::Owner, Scope::Gestures) && !p.sees(Scope::Camera));
    let k = who(&kiosk.token).unwrap();
    assert!(k.sees(Scope::Canvas) && !k.sees(Scope::Camera) && !k.may(Role::User, Scope::Canvas));
    // A token is no session and a session is no token.
    assert!(room.access.identify(&Credential::Session(api.token.clone())).unwrap().is_none());
    room.later(SignedDuration::from_hours(25));
    assert!(who(&api.token).is_none() && !room.access.still(&p));
    room.access.revoke_token(&owner, kiosk.id).unwrap();
    assert!(who(&kiosk.token).is_none() && !room.access.still(&k));
    let kept = room.access.tokens().unwrap();
    assert_eq!((kept.len(), kept[0].used_at.is_some()), (1, true));
}

#[test]
fn a_hash_of_another_cost_is_made_anew_at_the_next_login() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let id = Room::on(Arc::clone(&store), Cost::LEAST)
        .access
        .add(&By::operator(), "Anna", Role::User, GOOD)
        .unwrap();
    let hash = || crate::store::accounts::get(&store, id).unwrap().unwrap().password;
    assert!(hash().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash());
    let room = Room::on(Arc::clone(&store), Cost::ROOMY);
    let before = room.login("Anna", GOOD).ok().unwrap();
    assert!(hash().starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{}", hash());
    assert!(room.access.still(&before.principal), "the same password: nobody is thrown out");
    let kept = std::fs::read(dir.path().join("dixi.db-wal")).unwrap();
    let found = |secret: &str| kept.windows(secret.len()).any(|w| w == secret.as_bytes());
    assert!(!found(GOOD) && !found(&before.token) && found("argon2id"), "only hashes are kept");
}

#[test]
fn no_more_than_two_passwords_are_hashed_at_once_and_few_wait() {
    let room = Room::new(Cost::LEAST);
    room.runtime.block_on(async {
        let passwords = &room.access.passwords;
        let (a, _b) = (passwords.turn().await.unwrap(), passwords.turn().await.unwrap());
        let third = tokio::time::timeout(Duration::from_millis(50), passwords.turn());
        assert!(third.await.is_err(), "a third one waits");
        let waiting: Vec<_> = (0..100)
            .map(|_| {
                let access = Arc::clone(&room.access);
                tokio::spawn(async move { access.passwords.turn().await.map(drop) })
            })
            .collect();
        while waiting.iter().filter(|w| w.is_finished()).count() < 84 {
            tokio::task::yield_now().await;
        }
        drop(a);
        let mut refused = 0;
        for w in waiting {
            refused += usize::from(w.await.unwrap().is_err());
        }
        println!("100 more while two are hashed: {refused} refused, the rest waited");
        assert_eq!(refused, 84);
    });
}

#[test]
fn a_name_that_does_not_exist_takes_as_long_as_a_wrong_password() {
    let room = Room::new(Cost::LEAST);
    room.access.add(&By::operator(), "Anna", Role::User, GOOD).unwrap();
    // Beside each other, so that whatever else the machine does slows both.
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for i in 0..60 {
        room.later(SignedDuration::from_hours(1));
        let took = |name: &str| {
            let begun = Instant::now();
            assert!(matches!(room.login(name, "wrong password 1"), Err(Refused::Wrong)));
            begun.elapsed()
        };
        known.push(took("Anna"));
        unknown.push(took(&format!("nobody {i}")));
    }
    // The quickest of many: what the machine does beside only ever adds.
    let quickest = |all: Vec<Duration>| all.into_iter().min().unwrap_or_default();
    let (known, unknown) = (quickest(known), quickest(unknown));
    let ratio = unknown.as_secs_f64() / known.as_secs_f64();
    println!("wrong password {known:?}, unknown name {unknown:?}: {ratio:.3} times as long");
    // Without the hash of nobody it is about a hundredth.
    assert!((0.8..1.25).contains(&ratio), "{ratio}");
}

#[test]
fn a_disk_that_takes_nothing_keeps_nobody_out_who_could_make_room() {
    let store = Store::in_memory().unwrap();
    let room = Room::on(Arc::clone(&store), Cost::LEAST);
    let anna = room.access.add(&By::operator(), "Anna", Role::Owner, GOOD).unwrap();
    let kept = room.login("Anna", GOOD).unwrap().token;
    store.refuse_writes(true);
    let (first, last) =
        (room.login("Anna", GOOD).unwrap().token, room.login("Anna", GOOD).unwrap().token);
    assert!([&kept, &first, &last].into_iter().all(|t| room.is_good(t)));
    let who = |t: &str| room.access.identify(&Credential::Session(t.into())).unwrap().unwrap();
    let me = who(&last);
    assert_eq!((me.role, me.account()), (Role::Owner, Some(anna)));
    assert!(room.access.confirmed(&me).unwrap() && room.access.still(&me));
    let listed = room.access.sessions(&me).unwrap();
    assert_eq!((listed.len(), listed.iter().filter(|s| s.id < 0).count()), (3, 2));
    assert!(matches!(room.login("Anna", "plum tortoise anvil"), Err(Refused::Wrong)));
    room.later(SignedDuration::from_mins(30));
    assert!(!room.access.confirmed(&me).unwrap());
    room.runtime.block_on(room.access.confirm(&me, HERE, GOOD)).map_err(|_| ()).unwrap();
    assert!(room.access.confirmed(&who(&last)).unwrap(), "the password was given again");
    assert!(room.access.set_password(&By::operator(), anna, "quince anvil plum", None).is_err());
    // Whoever goes is gone, also when that cannot be written, and stays gone.
    let kept_by = who(&kept);
    room.access.logout(&kept_by).unwrap();
    assert!(!room.is_good(&kept) && !room.access.still(&kept_by));
    assert!(room.access.logout(&kept_by).is_ok() && room.is_good(&last));
    store.refuse_writes(false);
    room.access.look();
    let rows = crate::store::sessions::all(&store, None).unwrap();
    assert!(rows.is_empty(), "the database was told");
    // With room again: another password ends all but one, and that one can be left.
    store.refuse_writes(false);
    let Caller::Session { id, .. } = me.caller else { panic!("{me:?}") };
    room.access.set_password(&By::operator(), anna, "quince anvil ladder", Some(id)).unwrap();
    assert!(room.is_good(&last) && !room.is_good(&first) && !room.is_good(&kept));
    room.access.logout(&me).unwrap();
    assert!(!room.is_good(&last) && !room.access.still(&me));
    // It ends by itself as any other does.
    store.refuse_writes(true);
    let idle = room.login("Anna", "quince anvil ladder").unwrap().token;
    room.later(SignedDuration::from_hours(25));
    assert!(!room.is_good(&idle));
    // And with the account.
    let gone = room.login("Anna", "quince anvil ladder").unwrap().token;
    store.refuse_writes(false);
    room.access.add(&By::operator(), "Ben", Role::Owner, GOOD).unwrap();
    room.access.remove(&By::operator(), anna).unwrap();
    assert!(!room.is_good(&gone));
}
