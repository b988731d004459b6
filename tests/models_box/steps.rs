//! What the tests do to the box and look at.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Answer, get, request, send};

/// Waits until something is so; what it was last when that takes too long.
pub fn until(
    what: &str,
    mut look: impl FnMut() -> Option<Value>,
    shown: impl Fn() -> Value,
) -> Value {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "never {what}: {}", shown());
        std::thread::sleep(Duration::from_millis(30));
    }
}

pub fn pulls(at: SocketAddr) -> Value {
    get(at, "/api/v1/models/pulls").json()
}

/// Waits until the pull of a model is in this state.
pub fn pull_is(at: SocketAddr, model: &str, state: &str) -> Value {
    pull_when(at, model, state, |pull| pull["state"] == state)
}

pub fn pull_when(at: SocketAddr, model: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let look = || {
        let all = pulls(at);
        all.as_array().unwrap().iter().find(|p| p["model"] == model && is(p)).cloned()
    };
    until(&format!("{model} {what}"), look, || pulls(at))
}

/// Asks for something to be done with a model.
pub fn have(at: SocketAddr, what: &str, model: &str) -> Answer {
    send(at, "POST", &format!("/api/v1/models/{what}"), &json!({ "model": model }).to_string())
}

pub fn pull(at: SocketAddr, model: &str) -> Answer {
    have(at, "pulls", model)
}

pub fn act_on(at: SocketAddr, pull: &Value, what: &str) -> Answer {
    let id = pull["id"].as_i64().unwrap();
    request(at, "POST", &format!("/api/v1/models/pulls/{id}/{what}"), "", "")
}

pub fn model(at: SocketAddr, name: &str) -> Option<Value> {
    let all = get(at, "/api/v1/models").json();
    all["models"].as_array().unwrap().iter().find(|m| m["name"] == name).cloned()
}

/// Waits until a model is listed as it should be.
pub fn model_when(at: SocketAddr, name: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    until(
        &format!("{name} {what}"),
        || model(at, name).filter(&is),
        || get(at, "/api/v1/models").json(),
    )
}
