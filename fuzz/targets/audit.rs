//! The audit log: rows of any text are kept, the chain over them holds, and they are found again.
#![no_main]

use std::cell::RefCell;
use std::sync::Arc;

use dixi::store::Store;
use dixi::store::audit::{NewRow, Wanted, append, page, verify};

thread_local! {
    static STORE: RefCell<(Arc<Store>, u32)> = RefCell::new((fresh(), 0));
}

fn fresh() -> Arc<Store> {
    Store::in_memory().expect("a store")
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    STORE.with_borrow_mut(|(store, rounds)| {
        // The chain is walked from its beginning each time: it must not grow for ever.
        *rounds += 1;
        if *rounds % 200 == 0 {
            *store = fresh();
        }
        let mut fields = text.split('\u{1f}').map(str::to_owned).chain(std::iter::repeat(String::new()));
        let mut next = || fields.next().unwrap_or_default();
        let (kind, who, via, address, subject, details) = (next(), next(), next(), next(), next(), next());
        let at = "2026-11-21T12:00:00.000Z".to_owned();
        let asked = Wanted { who: Some(who.clone()), most: 10, ..Wanted::default() };
        let row = NewRow { at, kind, who, via, address, subject, details };
        if append(store, vec![row]).is_err() {
            return;
        }
        let verdict = verify(store, None).expect("the log can be read");
        assert!(verdict.is_ok(), "nobody tampered: {verdict:?}");
        page(store, &asked).expect("rows can be looked for");
    });
});
