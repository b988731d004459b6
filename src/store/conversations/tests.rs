use std::sync::Arc;

use jiff::Timestamp;

use super::messages::{self, MessageRow, NewMessage, Picture, Progress, Role, State};
use super::{After, Change, Whose, add, change, get, list, remove, search};
use crate::store::Store;
use crate::store::accounts::{self, NewAccount};

const HERE: Whose = None;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn store() -> (tempfile::TempDir, Arc<Store>) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    (dir, store)
}

fn anna(store: &Store) -> Whose {
    let new = NewAccount { name: "Anna".into(), role: "user", password: "x".into(), at: at(0) };
    Some(accounts::add(store, new).unwrap().unwrap())
}

fn said(role: Role, text: &str) -> NewMessage {
    NewMessage {
        parent: None,
        role,
        text: text.into(),
        thinking: String::new(),
        model: None,
        state: State::Whole,
        details: "{}".into(),
        pictures: Vec::new(),
        at: at(9),
    }
}

/// A question and its answer, after `parent`.
fn exchange(store: &Store, of: i64, parent: Option<i64>, words: [&str; 2]) -> Vec<i64> {
    let question = NewMessage { parent, ..said(Role::User, words[0]) };
    messages::add(store, HERE, of, vec![question, said(Role::Assistant, words[1])])
        .unwrap()
        .unwrap()
}

fn texts(branch: &[MessageRow]) -> Vec<&str> {
    branch.iter().map(|m| m.text.as_str()).collect()
}

#[test]
fn what_is_somebody_elses_is_not_there() {
    let (_dir, store) = store();
    let anna = anna(&store);
    let hers = add(&store, anna, "Hers", "{}", at(0)).unwrap();
    messages::add(&store, anna, hers, vec![said(Role::User, "a secret word")]).unwrap().unwrap();
    assert!(get(&store, HERE, hers).unwrap().is_none());
    assert!(list(&store, HERE, None, 10).unwrap().is_empty());
    assert!(search::search(&store, HERE, "secret", 10).unwrap().is_empty());
    assert!(!change(&store, HERE, hers, Change::default()).unwrap());
    assert_eq!(messages::add(&store, HERE, hers, vec![said(Role::User, "x")]).unwrap(), None);
    assert!(!remove(&store, HERE, hers).unwrap());
    assert_eq!(search::search(&store, anna, "secret", 10).unwrap().len(), 1);
    assert_eq!(get(&store, anna, hers).unwrap().unwrap().title, "Hers");
}

#[test]
fn a_message_cannot_follow_one_of_another_conversation() {
    let (_dir, store) = store();
    let one = add(&store, HERE, "", "{}", at(0)).unwrap();
    let two = add(&store, HERE, "", "{}", at(0)).unwrap();
    let ids = exchange(&store, one, None, ["a", "b"]);
    let stray = NewMessage { parent: Some(ids[1]), ..said(Role::User, "c") };
    assert_eq!(messages::add(&store, HERE, two, vec![stray]).unwrap(), None);
    // Nor is one of another conversation shown.
    change(&store, HERE, two, Change { shown: Some(ids[1]), ..Change::default() }).unwrap();
    assert_eq!(get(&store, HERE, two).unwrap().unwrap().shown, None);
}

#[test]
fn another_answer_and_another_question_are_branches_and_nothing_is_replaced() {
    let (_dir, store) = store();
    let of = add(&store, HERE, "", "{}", at(0)).unwrap();
    let first = exchange(&store, of, None, ["how many?", "two"]);
    let then = exchange(&store, of, Some(first[1]), ["which?", "the red ones"]);
    let again = NewMessage { parent: Some(first[0]), ..said(Role::Assistant, "three") };
    let again = messages::add(&store, HERE, of, vec![again]).unwrap().unwrap()[0];
    let branch = messages::branch(&store, of).unwrap();
    assert_eq!(texts(&branch), ["how many?", "three"]);
    assert_eq!(branch[1].versions, [first[1], again]);
    assert_eq!(branch[0].versions, [first[0]]);
    // Back to the first answer: what followed it is there too.
    assert_eq!(messages::end_of(&store, first[1]).unwrap(), then[1]);
    change(&store, HERE, of, Change { shown: Some(then[1]), ..Change::default() }).unwrap();
    let branch = messages::branch(&store, of).unwrap();
    assert_eq!(texts(&branch), ["how many?", "two", "which?", "the red ones"]);
    // The first question asked otherwise.
    exchange(&store, of, None, ["how large?", "small"]);
    let branch = messages::branch(&store, of).unwrap();
    assert_eq!(texts(&branch), ["how large?", "small"]);
    assert_eq!(branch[0].versions.len(), 2);
    assert_eq!(messages::all(&store, of).unwrap().len(), 7);
}

#[test]
fn an_answer_is_found_when_it_is_whole_and_gone_with_its_conversation() {
    let (_dir, store) = store();
    let of = add(&store, HERE, "About cubes", "{}", at(0)).unwrap();
    let coming = NewMessage { state: State::Coming, ..said(Role::Assistant, "") };
    let ids = messages::add(&store, HERE, of, vec![said(Role::User, "Grüße, cube?"), coming]);
    let answer = ids.unwrap().unwrap()[1];
    let progress = |text: &str, state| {
        let progress = Progress {
            text: text.into(),
            thinking: "hm".into(),
            state,
            details: "{}".into(),
            model: None,
        };
        messages::update(&store, answer, progress).unwrap()
    };
    let places = |words: &str| search::search(&store, HERE, words, 10).unwrap().len();
    assert!(progress("a crimson", State::Coming));
    assert_eq!((places("crimson"), places("gruße")), (0, 1));
    assert!(progress("a crimson cube", State::Whole));
    assert!(!progress("too late", State::Stopped), "what is whole stays");
    assert_eq!((places("crims"), places("cube"), places("crims ")), (1, 3, 0));
    let found = &search::search(&store, HERE, "crimson cu", 10).unwrap()[0];
    assert_eq!((found.conversation, found.message), (of, Some(answer)));
    assert_eq!(found.piece, "a \u{e000}crimson\u{e001} \u{e000}cube\u{e001}");
    for hostile in ["\"", "cube\" OR \"x", "NEAR(a b)", "text:cube*", "%", "_", "\\", "()", ""] {
        search::search(&store, HERE, hostile, 10).unwrap();
    }
    assert_eq!((places("%"), places("_")), (0, 0));
    assert!(remove(&store, HERE, of).unwrap());
    assert_eq!((places("crimson"), places("cube")), (0, 0));
    assert!(messages::all(&store, of).unwrap().is_empty());
}

#[test]
fn what_a_crash_left_half_said_is_stopped_and_kept() {
    let (dir, store) = store();
    let of = add(&store, HERE, "", "{}", at(0)).unwrap();
    let coming = NewMessage { state: State::Coming, ..said(Role::Assistant, "once upon") };
    messages::add(&store, HERE, of, vec![coming]).unwrap().unwrap();
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(messages::end_left_over(&store).unwrap(), 1);
    let message = &messages::branch(&store, of).unwrap()[0];
    assert_eq!((message.state, message.text.as_str()), (State::Stopped, "once upon"));
    assert_eq!(search::search(&store, HERE, "upon", 5).unwrap().len(), 1);
}

#[test]
fn the_list_comes_in_pages_pinned_first_and_then_the_latest() {
    let (_dir, store) = store();
    for n in 0..25 {
        let id = add(&store, HERE, &n.to_string(), "{}", at(n / 2)).unwrap();
        let pinned = Some(n == 3);
        change(&store, HERE, id, Change { pinned, ..Change::default() }).unwrap();
    }
    let (mut titles, mut after) = (Vec::new(), None::<After>);
    loop {
        let page = list(&store, HERE, after.as_ref(), 10).unwrap();
        let Some(last) = page.last() else { break };
        let changed_at = last.changed_at.to_string();
        after = Some(After { pinned: last.pinned, changed_at, id: last.id });
        titles.extend(page.into_iter().map(|c| c.title));
    }
    let expected: Vec<_> = [3].into_iter().chain((0..25).rev().filter(|n| *n != 3)).collect();
    assert_eq!(titles, expected.iter().map(ToString::to_string).collect::<Vec<_>>());
}

#[test]
fn pictures_come_with_their_message() {
    let (_dir, store) = store();
    let of = add(&store, HERE, "", "{}", at(0)).unwrap();
    let picture = |n| Picture { mime: "image/jpeg".into(), bytes: vec![n; 9] };
    let with = NewMessage { pictures: vec![picture(1), picture(2)], ..said(Role::User, "this?") };
    let id = messages::add(&store, HERE, of, vec![with]).unwrap().unwrap()[0];
    assert_eq!(messages::branch(&store, of).unwrap()[0].pictures, 2);
    assert_eq!(messages::pictures(&store, id).unwrap(), [picture(1), picture(2)]);
}
