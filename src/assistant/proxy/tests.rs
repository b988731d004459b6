//! The parts of the proxy that need no server; the rest is in `tests/ollama_box`.

use super::*;

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    pairs.iter().map(pair).collect()
}

#[test]
fn no_secret_of_ours_goes_to_ollama() {
    let given = headers(&[
        ("authorization", "Bearer dixi_x"),
        ("cookie", "dixi_session=x"),
        ("host", "box"),
        ("origin", "http://box"),
        ("accept-encoding", "gzip"),
        ("x-forwarded-for", "192.0.2.1"),
        ("accept", "text/event-stream"),
        ("user-agent", "ollama-python"),
    ]);
    let sent = headers_out(&given, &Bytes::from_static(b"{}"));
    let names: Vec<_> = sent.keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["accept", "user-agent", "content-type"]);
}

#[test]
fn an_answer_does_not_speak_for_our_origin() {
    let given = headers(&[
        ("content-type", "application/json; charset=utf-8"),
        ("set-cookie", "dixi_session=x"),
        ("access-control-allow-origin", "*"),
        ("connection", "close, x-own"),
        ("x-own", "1"),
        ("x-kept", "1"),
        ("transfer-encoding", "chunked"),
    ]);
    let names = |h: HeaderMap| h.keys().map(|n| n.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(headers_back(given, Some(3))), ["content-type", "x-kept", "content-length"]);
    for mime in ["text/html", "text/javascript", "image/svg+xml", "application/jsonx", ""] {
        let back = headers_back(headers(&[("content-type", mime)]), None);
        assert_eq!(back["content-type"], "application/octet-stream", "{mime}");
    }
    let sse = headers_back(headers(&[("content-type", "text/event-stream")]), None);
    assert_eq!(sse["content-type"], "text/event-stream");
}
