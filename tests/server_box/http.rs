//! What HTTP answers: to whom, to what, and with which words.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use super::client::{get, raw, request, send};
use super::site::Site;
use dixi::server::{Needs, ROUTES};

/// One address of this machine that is not loopback, if it has one.
pub fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent: this only asks which address would be used.
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

/// `GET` of a page and opening of a socket, with these two header lines.
pub fn both(at: SocketAddr, head: &str) -> [u16; 2] {
    let http = format!("GET /api/v1/status HTTP/1.1\r\nconnection: close\r\n{head}\r\n");
    let socket = format!(
        "GET /api/v1/ws HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{head}\r\n"
    );
    [raw(at, http.as_bytes()).status, status_of_upgrade(at, &socket)]
}

/// A socket that opens does not close by itself: only the first line is read.
fn status_of_upgrade(at: SocketAddr, request: &str) -> u16 {
    use std::io::{BufRead, BufReader, Write};
    let mut stream = std::net::TcpStream::connect(at).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0)
}

#[test]
fn only_own_names_and_own_pages_are_let_in_on_every_bind() {
    let mut binds = vec![("127.0.0.1:0".to_owned(), "127.0.0.1".to_owned())];
    match own_address() {
        Some(ip) => binds.push(("0.0.0.0:0".into(), ip.to_string())),
        None => println!("SKIPPED: this machine has no address but loopback"),
    }
    for (listen, ip) in binds {
        let site = Site::bound(&listen, &[("server.allowed_hosts", "dixi.example")]);
        // Beyond loopback, and by any other name than loopback's, nobody comes in without one.
        let token = format!("authorization: Bearer {}\r\n", site.token());
        let both = |at, head: &str| both(at, &format!("{head}{token}"));
        let port = site.at.port();
        let at: SocketAddr = format!("{ip}:{port}").parse().unwrap();
        let host = format!("{ip}:{port}");
        for (good, origin) in [
            (host.clone(), format!("http://{host}")),
            (format!("localhost:{port}"), format!("http://localhost:{port}")),
            (format!("LOCALHOST:{port}"), format!("http://localhost:{port}")),
            (format!("[::1]:{port}"), format!("http://[::1]:{port}")),
            ("dixi.example".into(), "https://dixi.example".into()),
        ] {
            assert_eq!(both(at, &format!("host: {good}\r\n")), [200, 101], "{good} on {listen}");
            let head = format!("host: {good}\r\norigin: {origin}\r\n");
            assert_eq!(both(at, &head), [200, 101], "{good} {origin} on {listen}");
            for bad in [
                "http://evil.example",
                "null",
                &format!("https://{host}"),
                "http://localhost:1",
                "",
            ] {
                let head = format!("host: {good}\r\norigin: {bad}\r\n");
                assert_eq!(both(at, &head), [403, 403], "{good} {bad} on {listen}");
            }
        }
        for bad in [
            "host: evil.example\r\n".to_owned(),
            format!("host: evil.example:{port}\r\norigin: http://evil.example:{port}\r\n"),
            "host: localhost.\r\n".into(),
            "host: ::1\r\n".into(),
            "host: 198.51.100.7\r\n".into(),
            "host: 0.0.0.0\r\n".into(),
            "host: \r\n".into(),
            String::new(),
            "host: localhost\r\nhost: localhost\r\n".into(),
            "host: user@localhost\r\n".into(),
            "host: localhost@evil.example\r\n".into(),
            "host: 127.0.0.1.nip.example\r\n".into(),
        ] {
            let answers = both(at, &bad);
            assert!(
                answers.iter().all(|s| matches!(s, 400 | 421)),
                "{bad:?} on {listen}: {answers:?}"
            );
        }
        let absolute = format!(
            "GET http://evil.example/ HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
        );
        assert_eq!(raw(at, absolute.as_bytes()).status, 421);
    }
}

#[test]
fn another_sites_form_changes_nothing() {
    let site = Site::start(&[]);
    let pause = r#"{"command":"pause_camera"}"#;
    let form = request(site.at, "POST", "/api/v1/command", "content-type: text/plain\r\n", pause);
    assert_eq!((form.status, form.kind().as_str()), (415, "invalid"));
    let headers = "content-type: application/json\r\nsec-fetch-site: cross-site\r\n";
    assert_eq!(request(site.at, "POST", "/api/v1/command", headers, pause).status, 403);
    assert_eq!(send(site.at, "POST", "/api/v1/command", pause).status, 200);
}

#[test]
fn every_route_is_guarded_bounded_and_answers_errors_as_json() {
    let site = Site::start(&[]);
    for route in ROUTES {
        let path = route.path.replace("{key}", "view.mirrored");
        let foreign =
            format!("{} {path} HTTP/1.1\r\nhost: evil\r\nconnection: close\r\n\r\n", route.method);
        assert_eq!(raw(site.at, foreign.as_bytes()).status, 421, "{path}");
        let giant = format!(
            "{} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: 10000000000\r\n\r\n{}",
            route.method,
            "x".repeat(route.body_max.min(64 << 20) + 100_000)
        );
        let answer = raw(site.at, giant.as_bytes());
        // The answer may be lost where the client goes on sending; then the line is cut. Who has no link
        // does not get to send anything.
        let refused = if route.needs == Needs::SetupLink { 401 } else { 413 };
        assert!(answer.status == refused || answer.status == 0, "{path}: {answer:?}");
        let wrong = request(site.at, "PATCH", &path, "", "");
        // Ollama's routes say it in Ollama's way.
        let kind = if route.is_relayed() { "" } else { "invalid" };
        assert_eq!((wrong.status, wrong.kind().as_str()), (405, kind), "{path}");
    }
    for path in ["/api/v1/nope", "/api", "/api/", "/api/v2/status", "/api/v1/../../etc/passwd"] {
        let answer = get(site.at, path);
        assert_eq!((answer.status, answer.kind().as_str()), (404, "not_found"), "{path}");
    }
    assert_eq!(send(site.at, "POST", "/api/v1/command", &"x".repeat(600_000)).status, 413);
}

#[test]
fn a_path_that_is_no_text_is_refused_in_words() {
    let site = Site::start(&[]);
    let paths = ["/api/v1/pictures/%ff", "/api/v1/scenes/%ff", "/api/v1/scenes/%ff/file"];
    for (method, path) in paths.map(|path| ("GET", path)).into_iter().chain([
        ("PUT", "/api/v1/settings/%ff"),
        ("DELETE", "/api/v1/settings/%ff"),
        ("DELETE", "/api/v1/tokens/%ff"),
        ("GET", "/api/v1/camera/browser?token=%ff&token=1"),
    ]) {
        let body = if method == "PUT" { r#"{"value":true}"# } else { "" };
        let answer = send(site.at, method, path, body);
        assert!(matches!(answer.status, 400 | 403 | 404), "{method} {path}: {answer:?}");
        assert_ne!(answer.kind(), "", "{method} {path}: {answer:?}");
    }
}

#[test]
fn changing_nothing_of_nobody_is_not_done() {
    let site = Site::start(&[]);
    let answer = send(site.at, "PUT", "/api/v1/accounts/999999", "{}");
    assert_eq!((answer.status, answer.kind().as_str()), (404, "not_found"), "{answer:?}");
}

#[test]
fn a_list_of_a_bodys_values_is_no_body() {
    let site = Site::start(&[]);
    for (method, path, body) in [
        ("POST", "/api/v1/login", r#"["owner","a good password"]"#),
        ("PUT", "/api/v1/accounts/1", "[null,null]"),
        ("PUT", "/api/v1/settings/view.mirrored", " [true]"),
    ] {
        let answer = send(site.at, method, path, body);
        assert_eq!((answer.status, answer.kind().as_str()), (400, "invalid"), "{path}: {answer:?}");
    }
}

#[test]
fn every_answer_carries_the_security_headers() {
    let site = Site::start(&[]);
    let answers = [
        get(site.at, "/api/health/live"),
        get(site.at, "/api/v1/nope"),
        get(site.at, "/"),
        raw(site.at, b"GET / HTTP/1.1\r\nhost: evil\r\nconnection: close\r\n\r\n"),
    ];
    for answer in answers {
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self';",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "permissions-policy: camera=(self)",
            "cache-control: no-",
        ] {
            assert!(answer.head.contains(header), "{header} is missing in {}", answer.head);
        }
        let scripts = answer.head.split("script-src").nth(1).unwrap().split(';').next().unwrap();
        assert_eq!(scripts.trim(), "'self'");
        assert!(!answer.head.contains("access-control-allow"));
    }
}

#[test]
fn commands_and_settings_are_done_or_refused_in_words() {
    let site = Site::start(&[("vision.model", "lite")]);
    let command = |body: &str| send(site.at, "POST", "/api/v1/command", body);
    assert_eq!(command(r#"{"command":"pause_camera"}"#).json()["kept"], true);
    for (body, status, kind, words) in [
        ("", 400, "invalid", "not JSON"),
        ("{\"command\":\"pause_camra\"}", 400, "invalid", "did you mean `pause_camera`?"),
        ("{\"command\":\"select_camera\"}", 400, "invalid", "missing field `source`"),
        ("{\"command\":\"select_camera\",\"source\":\"demo\"}", 507, "disk_full", "full"),
        ("{\"command\":\"reset_setting\",\"key\":\"a.b\"}", 404, "not_found", "did you mean"),
    ] {
        let answer = command(body);
        assert_eq!((answer.status, answer.kind().as_str()), (status, kind), "{body}");
        assert!(answer.body.contains(words), "{body}: {}", answer.body);
    }
    let put =
        |key: &str, body: &str| send(site.at, "PUT", &format!("/api/v1/settings/{key}"), body);
    assert_eq!(put("vision.num_hands", r#"{"value":4}"#).status, 200);
    for (key, body, status, words) in [
        ("vision.num_hands", r#"{"value":9}"#, 400, "a whole number from 1 to 4"),
        ("vision.num_hands", r#"{}"#, 400, "missing field `value`"),
        ("vision.num_handz", r#"{"value":1}"#, 404, "did you mean `vision.num_hands`?"),
        ("vision.model", r#"{"value":"full"}"#, 409, "--set decides it"),
    ] {
        let answer = put(key, body);
        assert_eq!(answer.status, status, "{key} {body}: {}", answer.body);
        assert!(answer.body.contains(words), "{key} {body}: {}", answer.body);
    }
    let all = get(site.at, "/api/v1/settings").json();
    let of = |key: &str| all.as_array().unwrap().iter().find(|s| s["key"] == key).unwrap().clone();
    assert_eq!(
        (&of("vision.num_hands")["value"], &of("vision.num_hands")["from"]),
        (&4.into(), &"ui".into())
    );
    assert_eq!(of("vision.model")["locked_by"], "--set");
    assert_eq!(send(site.at, "DELETE", "/api/v1/settings/vision.num_hands", "").status, 200);
    assert_eq!(site.settings.current().vision.num_hands, 2);
}

#[test]
fn the_looks_look_as_documented() {
    let site = Site::start(&[]);
    assert_eq!(get(site.at, "/api/health/live").json()["status"], "ok");
    let ready = get(site.at, "/api/health/ready");
    assert_eq!((ready.status, &ready.json()["parts"]["vision"]["status"]), (503, &"down".into()));
    site.live
        .set_vision(dixi::server::wire::VisionState { device: "cpu".into(), ..Default::default() });
    let ready = get(site.at, "/api/health/ready");
    assert_eq!((ready.status, &ready.json()["status"]), (200, &"degraded".into()));
    let gestures = get(site.at, "/api/v1/gestures").json();
    let thumb = gestures.as_array().unwrap().iter().find(|g| g["name"] == "thumb_up").unwrap();
    assert_eq!(thumb["family"], "shape");
    let families: Vec<_> = gestures.as_array().unwrap().iter().map(|g| &g["family"]).collect();
    assert!(families.contains(&&"motion".into()) && families.contains(&&"two_hands".into()));
    assert_eq!(get(site.at, "/api/v1/vision").kind(), "unavailable");
    let status = get(site.at, "/api/v1/status").json();
    assert_eq!((&status["exposed"], &status["viewers"]), (&false.into(), &0.into()));
    assert_eq!(get(site.at, "/api/v1/ws").status, 426);
}

#[test]
fn the_web_app_is_served_or_its_absence_is_told() {
    let site = Site::start(&[]);
    let index = get(site.at, "/");
    if !dixi::server::ui_built() {
        println!("SKIPPED: this build has no web app in it");
        assert_eq!(index.status, 503);
        assert!(index.body.contains("make build"));
        return;
    }
    assert_eq!(index.status, 200);
    assert!(index.head.contains("content-type: text/html"), "{}", index.head);
    assert!(index.head.contains("cache-control: no-cache"), "{}", index.head);
    let etag = index.head.lines().find_map(|l| l.strip_prefix("etag: ")).unwrap();
    // The head was read in lower case, and the weak mark is written in upper.
    let known = format!("if-none-match: {}\r\n", etag.replacen("w/", "W/", 1));
    assert_eq!(request(site.at, "GET", "/", &known, "").status, 304);
    // The app's own addresses are the app; files that are not there are not.
    assert_eq!(get(site.at, "/settings").body, index.body);
    assert_eq!(get(site.at, "/assets/nothing.js").kind(), "not_found");
    let script = index.body.split("src=\"").nth(1).and_then(|s| s.split('"').next()).unwrap();
    let script = format!("/{}", script.trim_start_matches(['.', '/']));
    let packed = request(site.at, "GET", &script, "accept-encoding: gzip\r\n", "");
    assert_eq!(packed.status, 200, "{script}");
    for header in ["immutable", "content-encoding: gzip", "javascript"] {
        assert!(packed.head.contains(header), "{header} is missing in {}", packed.head);
    }
    assert_eq!(send(site.at, "POST", "/", "{}").status, 405);
}
