//! The pool against servers of the test's own.

use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// A server that answers every request with `body`; ended by `abort`.
async fn server(at: &str, body: &'static str) -> (Url, JoinHandle<()>) {
    let listener = TcpListener::bind(at).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let serving = tokio::spawn(async move {
        let mut open = JoinSet::new();
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            open.spawn(async move {
                let mut head = [0; 4096];
                while socket.read(&mut head).await.is_ok_and(|n| n > 0) {
                    let answer =
                        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                    socket.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    (url, serving)
}

const VERSION: &str = r#"{"version":"0.12.3","models":[{"name":"llama3.2:1b"}]}"#;

fn pool(urls: Vec<Url>) -> Arc<Pool> {
    Pool::new(Clock::new(), Box::new(move || urls.clone())).unwrap()
}

/// Waits until the pool says so; panics after ten seconds.
async fn until(pool: &Pool, answers: bool) -> Duration {
    let begun = Instant::now();
    while pool.state().answers != answers {
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", pool.state());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    begun.elapsed()
}

#[tokio::test]
async fn it_answers_with_its_version_and_is_not_asked_twice() {
    let (url, serving) = server("127.0.0.1:0", VERSION).await;
    let pool = pool(vec![url]);
    let first = pool.ask().await;
    assert_eq!((first.answers, first.version.as_deref()), (true, Some("0.12.3")));
    serving.abort();
    assert_eq!(pool.ask().await, first, "two seconds have not passed");
}

#[tokio::test]
async fn something_else_nothing_and_silence_are_told_apart() {
    let (url, _serving) = server("127.0.0.1:0", "<h1>hello</h1>").await;
    let reason = pool(vec![url]).ask().await.reason;
    assert_eq!(reason.as_deref(), Some("something else answers there"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let silent = pool(vec![url.clone()]).ask().await.reason;
    assert_eq!(silent.as_deref(), Some("there was no answer in time"));
    drop(listener);
    let nothing = pool(vec![url]).ask().await.reason;
    assert_eq!(nothing.as_deref(), Some("nothing listens there"));
    let metadata = pool(vec!["http://169.254.169.254".parse().unwrap()]).ask().await;
    assert_eq!(metadata.reason.as_deref(), Some("there is no machine of that name"));
}

#[tokio::test]
async fn the_least_loaded_that_has_the_model_is_taken_and_what_belongs_together_stays() {
    let (first, _a) = server("127.0.0.1:0", VERSION).await;
    let (second, _b) = server("127.0.0.1:0", VERSION).await;
    let other = r#"{"version":"0.12.3","models":[{"name":"other:latest"}]}"#;
    let (third, _c) = server("127.0.0.1:0", other).await;
    let pool = pool(vec![first.clone(), second.clone(), third.clone()]);
    pool.ask().await;
    let take = |model, together| pool.take(model, together, &[]).unwrap();
    let model = Some("llama3.2:1b");
    let leases: Vec<_> = (0..4).map(|_| take(model, None)).collect();
    let to = |url: &Url| leases.iter().filter(|l| l.url() == url).count();
    assert_eq!((to(&first), to(&second), to(&third)), (2, 2, 0));
    assert_eq!(take(Some("other:latest"), None).url(), &third, "the only one that has it");
    assert_eq!(take(Some("nobody's"), None).url(), &third, "any may say that it has it not");
    let more = take(model, None);
    assert_eq!(pool.open(), 5);
    drop(leases);
    let of_one = take(model, Some(7));
    let where_it_went = of_one.url().clone();
    let _busier = (take(model, Some(7)), take(model, Some(7)), more);
    assert_eq!(take(model, Some(7)).url(), &where_it_went, "although the other has less to do");
    of_one.failed(Some("it is gone".into()));
    assert_ne!(take(model, Some(7)).url(), &where_it_went, "but it must be there");
}

#[tokio::test]
async fn one_that_fails_is_left_out_within_two_seconds_and_found_again() {
    let (url, serving) = server("127.0.0.1:0", VERSION).await;
    let pool = pool(vec![url.clone()]);
    let stop = CancellationToken::new();
    tokio::spawn(Arc::clone(&pool).keep(stop.clone()));
    until(&pool, true).await;
    serving.abort();
    let lease = pool.take(None, None, &[]).unwrap();
    let begun = Instant::now();
    // The kept connection may still look alive; then the next one is refused.
    while lease.send(Method::GET, "/", HeaderMap::new(), Bytes::new()).await.is_ok() {}
    let left_out = until(&pool, false).await;
    println!("left out {left_out:?} after its failure was seen");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let refused = pool.take(None, None, &[]).err().unwrap();
    assert_eq!(refused.kind(), crate::base::Kind::Unavailable);
    let at = url.as_str().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let (_, _serving) = server(&at, VERSION).await;
    let found = until(&pool, true).await;
    println!("found again after {found:?}");
    stop.cancel();
}

#[test]
fn what_belongs_together_is_remembered_within_bounds() {
    let pool = pool(vec!["http://127.0.0.1:9".parse().unwrap()]);
    for key in 0..2_000 {
        drop(pool.take(None, Some(key), &[]).unwrap());
    }
    assert_eq!(pool.together().len(), TOGETHER_MOST);
}
