//! Canaries: secrets that are used in every way there is, and must be seen nowhere.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};

use crate::process::{Program, command};

const GOOD: &str = "canary-good plum ladder";
const WRONG: &str = "canary-wrong plum ladder";
const NEW: &str = "canary-new plum ladder";
/// What answers with nothing of a person's, or never ends.
const NOT_ASKED: [&str; 2] = ["/api/v1/ws", "/api/v1/camera/browser"];

/// A request with its answer as it came; heads keep their letters' case.
fn ask(at: SocketAddr, method: &str, path: &str, (cookie, body): (&str, &str)) -> String {
    let json = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
    let mut stream = TcpStream::connect(at).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {at}\r\norigin: http://{at}\r\nconnection: close\r\n\
         sec-fetch-site: same-origin\r\ncookie: {cookie}\r\n{json}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// What a key of an answer says.
fn said(answer: &str, key: &str) -> String {
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    let json: serde_json::Value =
        serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {answer}"));
    json[key].as_str().unwrap_or_else(|| panic!("no {key}: {answer}")).to_owned()
}

#[test]
fn secrets_are_seen_in_no_log_no_answer_and_no_process_list() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::closed(
        command(data.path()),
        &["--camera", "browser", "--log-level", "trace,hyper=info,mio=info"],
    );
    let log = program.listen();
    let at = program.at;
    let mut adding: Command = command(data.path());
    let mut adding = adding
        .args(["user", "add", "Ada", "--role", "owner"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    adding.stdin.take().unwrap().write_all(GOOD.as_bytes()).unwrap();
    assert!(adding.wait().unwrap().success());
    let login = |password: &str| {
        let body = format!(r#"{{"name": "Ada", "password": "{password}"}}"#);
        ask(at, "POST", "/api/v1/login", ("", &body))
    };
    let mut seen = login(WRONG);
    let came_in = login(GOOD);
    let cookie = came_in
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next())
        .unwrap_or_else(|| panic!("no cookie: {came_in}"))
        .to_owned();
    let made = |kind: &str| {
        let body = format!(
            r#"{{"kind": "{kind}", "name": "canary", "role": "viewer", "scopes": ["canvas"]}}"#
        );
        said(&ask(at, "POST", "/api/v1/tokens", (&cookie, &body)), "token")
    };
    let (token, kiosk) = (made("api"), made("kiosk"));
    let body = format!(r#"{{"before": "{GOOD}", "password": "{NEW}"}}"#);
    seen += &ask(at, "PUT", "/api/v1/password", (&cookie, &body));
    seen += &ask(at, "GET", "/api/v1/status", ("", ""));
    for route in dixi::server::ROUTES {
        if route.method == "GET" && !NOT_ASKED.contains(&route.path) {
            let path =
                route.path.replace("{id}", "1").replace("{hash}", "0").replace("{name}", "none");
            seen += &ask(at, "GET", &path, (&cookie, ""));
        }
    }
    seen += &std::fs::read_to_string(format!("/proc/{}/cmdline", program.id())).unwrap();
    assert!(program.terminate().0.success());
    seen += &log.join().unwrap();
    let session = cookie.split_once('=').unwrap().1.to_owned();
    assert!(seen.contains("Ada") && seen.contains("TRACE"), "it was looked at");
    for secret in [GOOD, WRONG, NEW, &token, &kiosk, &session] {
        let line = seen.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret}: {}", line.unwrap_or_default());
    }
    println!("6 canaries, {} bytes looked through: 0 seen", seen.len());
}
