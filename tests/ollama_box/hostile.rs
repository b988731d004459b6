//! An Ollama that lies, hangs and breaks off: no panic, little memory, a clear message.

use dixi::access::{Allowance, Role};

use super::fake::{Fake, LINE, bomb};
use super::policy::{ask, before, together, token};
use crate::client::{get, request};
use crate::process::Program;

#[test]
fn whatever_goes_wrong_in_the_middle_is_told() {
    let fake = Fake::start();
    let site = before(&fake);
    let token = token(&site, Role::User, Allowance::default());
    let chat = |model: &str| {
        let body = format!("{{\"model\":\"{model}\"}}");
        ask(site.at, &token, "POST", "/ollama/api/chat", &body)
    };
    for (model, why) in
        [("half", "broke off"), ("reset", "broke off"), ("silent", "has said nothing")]
    {
        let answer = chat(model);
        let all = together(&answer);
        // What came is as it was, and then a line of its own says what is wrong.
        let half = format!("{LINE}\n{}\n", &LINE[..20]);
        let told = all.strip_prefix(&half).unwrap_or_else(|| panic!("{model}: {all}"));
        let told: serde_json::Value = serde_json::from_str(told).unwrap();
        assert!(told["error"].as_str().unwrap().contains(why), "{model}: {told}");
        let body = format!("{{\"model\":\"{model}\"}}");
        let answer = ask(site.at, &token, "POST", "/ollama/v1/chat/completions", &body);
        assert_eq!(answer.status, 200);
    }
    let hung = chat("hang");
    assert_eq!(hung.status, 504, "{hung:?}");
    assert!(hung.json()["error"].as_str().unwrap().contains("no answer in"), "{hung:?}");
    let odd = chat("endless-head");
    assert_eq!(odd.status, 503, "{odd:?}");
    assert!(odd.json()["error"].as_str().unwrap().contains("something else"), "{odd:?}");
    assert_eq!(together(&chat("fault")), format!("{LINE}\n{{\"error\":\"out of memory\"}}\n"));
    assert_eq!(chat("missing").status, 404);
    assert_eq!(chat("m").status, 200, "and it goes on");
}

#[test]
fn bombs_long_lines_and_deep_json_take_no_memory() {
    let fake = Fake::start();
    let data = tempfile::tempdir().unwrap();
    let set = format!("ollama.url={}", fake.url);
    let program = Program::start(data.path(), &["--camera", "browser", "--set", &set]);
    let at = program.at;
    let chat = move |model: &str| {
        let body = format!("{{\"model\":\"{model}\"}}");
        request(at, "POST", "/ollama/api/chat", "accept-encoding: gzip\r\n", &body)
    };
    assert_eq!(chat("m").status, 200);
    let before = program.resident();
    let mut most = before;
    for model in ["bomb", "line", "deep", "endless-head", "half", "reset", "fault"] {
        let asking: Vec<_> = (0..8).map(|_| std::thread::spawn(move || chat(model))).collect();
        let answers: Vec<_> = asking.into_iter().map(|a| a.join().unwrap()).collect();
        most = most.max(program.resident());
        let grown = program.resident().saturating_sub(before) >> 20;
        println!(
            "{model}: 8 at once, answers of {} bytes, {grown} MiB more",
            answers[0].body.len()
        );
        assert!(
            answers.iter().all(|a| matches!(a.status, 200 | 503)),
            "{model}: {:?}",
            answers[0].head
        );
    }
    let grown = most.saturating_sub(before) >> 20;
    println!("the bomb has {} bytes; {grown} MiB more at most", bomb().len());
    assert!(grown <= 64, "{grown} MiB");
    assert_eq!(get(at, "/api/health/live").status, 200);
    let log = program.log();
    assert!(!log.contains("panicked"), "{log}");
}
