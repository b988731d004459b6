//! The list, the search and a growing answer among 10,000 conversations with 200,000 messages.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use dixi::store::Store;
use dixi::store::conversations::messages::{self, NewMessage, Progress, Role, State};
use dixi::store::conversations::taken_in::{Whole, take_in};
use dixi::store::conversations::{list, search};
use jiff::Timestamp;

const CONVERSATIONS: i64 = 10_000;
/// In each.
const MESSAGES: i64 = 20;
/// A page of the list, and of what is found.
const PAGE: u32 = 50;

/// About 60 words of 5,000, the same ones at every run: as frequent as in people's words, roughly.
fn words(seed: i64) -> String {
    let mut state = seed as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let mut text = String::new();
    for _ in 0..60 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let uniform = (state >> 33) as f64 / f64::from(1_u32 << 31);
        text.push_str(&format!("word{} ", (5_000.0_f64.powf(uniform)) as u32));
    }
    text
}

fn say(text: String, role: Role, state: State) -> NewMessage {
    NewMessage {
        parent: None,
        role,
        text,
        thinking: String::new(),
        model: None,
        state,
        details: "{}".into(),
        pictures: Vec::new(),
        at: Timestamp::UNIX_EPOCH,
    }
}

fn full(store: &Store) -> i64 {
    let one = |n: i64| Whole {
        title: format!("Conversation {n}"),
        pinned: false,
        how: "{}".into(),
        created_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::from_second(n).unwrap_or_default(),
        messages: (0..MESSAGES)
            .map(|m| {
                let role = if m % 2 == 0 { Role::User } else { Role::Assistant };
                let text = words(n * MESSAGES + m);
                ((m as usize).checked_sub(1), say(text, role, State::Whole))
            })
            .collect(),
        shown: None,
    };
    let take = |from: i64| take_in(store, None, (from..from + 500).map(one).collect()).unwrap();
    (0..CONVERSATIONS).step_by(500).flat_map(take).last().unwrap()
}

fn conversations(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let store: Arc<Store> = Store::open(dir.path()).unwrap();
    let last = full(&store);
    c.bench_function("the first page of 10,000 conversations", |b| {
        b.iter(|| list(&store, None, None, PAGE).unwrap().len());
    });
    c.bench_function("the first page, one's own among the box's 10,000", |b| {
        b.iter(|| list(&store, Some(1), None, PAGE).unwrap().len());
    });
    c.bench_function("a conversation of 20 messages", |b| {
        b.iter(|| messages::branch(&store, last).unwrap().len());
    });
    for (what, said) in [
        ("a word of most messages", "word1 "),
        ("a beginning that most messages have", "word1"),
        ("a rare word", "word4999"),
        ("the beginning of all words", "wo"),
        ("the beginning of a tenth of them", "word7"),
        ("three words", "word1 word20 word300"),
        ("a word that nobody said", "nothing"),
    ] {
        c.bench_function(&format!("search of 200,000 messages: {what}"), |b| {
            b.iter(|| search::search(&store, None, said, PAGE).unwrap().len());
        });
    }
    let coming = say(String::new(), Role::Assistant, State::Coming);
    let answer = messages::add(&store, None, last, vec![coming]).unwrap().unwrap()[0];
    let text = words(7).repeat(10);
    c.bench_function("keeping how far an answer of 600 words has come, on this disk", |b| {
        b.iter(|| {
            let (text, thinking, details) = (text.clone(), String::new(), "{}".to_owned());
            let state = State::Coming;
            let progress = Progress { text, thinking, state, details, model: None };
            messages::update(&store, answer, progress).unwrap()
        });
    });
}

criterion_group!(benches, conversations);
criterion_main!(benches);
