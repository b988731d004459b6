//! The door: who comes in, what each may do, and how it is kept shut. One test an item of the list
//! in docs/reference/trust.md; each prints what it counted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dixi::access::{By, Principal, Role, Scope, TokenKind, TokenWish};
use dixi::server::{Needs, ROUTES};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::client::{Answer, get, raw, request};
use super::live::wait;
use super::site::Site;

pub const GOOD: &str = "plum tortoise ladder";

/// A browser's request: with its origin, and its cookie if it has one.
pub fn page(at: SocketAddr, method: &str, path: &str, cookie: &str, body: &str) -> Answer {
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    let headers = format!("origin: http://{at}\r\ncontent-type: application/json\r\n{cookie}");
    request(at, method, path, &headers, body)
}

/// The cookie that an answer gives.
fn cookie(answer: &Answer) -> String {
    let line = answer.head.lines().find_map(|l| l.strip_prefix("set-cookie: "));
    let line = line.unwrap_or_else(|| panic!("no cookie: {answer:?}"));
    assert!(line.contains("httponly") && line.contains("samesite=strict"), "{line}");
    // The head was read in lower case; the cookie's value is not.
    line.split(';').next().unwrap().to_owned()
}

/// Logs somebody in by the API of the room, whose token keeps its case.
pub fn session(site: &Site, name: &str) -> String {
    let attempt = dixi::access::Attempt { name, from: [127, 0, 0, 9].into(), agent: "Firefox/1" };
    let logged_in = site.run(site.access.login(attempt, GOOD));
    format!("dixi_session={}", logged_in.expect("logged in").token)
}

pub fn add(site: &Site, name: &str, role: Role) -> i64 {
    site.access.add(&By::operator(), name, role, GOOD).unwrap()
}

pub fn token(site: &Site, kind: TokenKind, role: Role, scopes: &[Scope]) -> String {
    let by = Principal::open([127, 0, 0, 1].into());
    let scopes = scopes.iter().copied().collect();
    let wish = TokenWish {
        kind,
        name: "test".into(),
        role,
        scopes,
        days: None,
        allowance: dixi::access::Allowance::default(),
    };
    site.access.make_token(&by, wish).unwrap().token
}

/// A path with something in the place of its ids.
fn filled(path: &str) -> String {
    path.replace("{key}", "view.mirrored")
        .replace("{hash}", &"0".repeat(64))
        .replace("{id}", "9999")
        .replace("{photograph}", "1")
        .replace("{model}", "llama3.2")
}

/// Asks a route as a program would: with just these header lines. A socket's first line is enough.
fn ask(at: SocketAddr, method: &str, path: &str, headers: &str) -> u16 {
    let json = if method == "GET" { "" } else { "content-type: application/json\r\n" };
    let text = format!(
        "{method} {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\ncontent-length: 0\r\n\
         {json}{headers}\r\n"
    );
    raw(at, text.as_bytes()).status
}

#[test]
fn without_credentials_every_route_but_a_few_refuses() {
    let site = Site::closed();
    let mut public = Vec::new();
    for route in ROUTES {
        let (method, path) = (route.method.as_str(), filled(route.path));
        let status = ask(site.at, method, &path, "");
        if route.needs == Needs::Nothing {
            public.push(route.path);
            assert!(!matches!(status, 401 | 403), "{method} {path}: {status}");
            continue;
        }
        assert_eq!(status, 401, "{method} {path}");
        for bad in [
            "authorization: Bearer wrong\r\n",
            "authorization: Bearer \r\n",
            "authorization: Basic YTpi\r\n",
            "authorization: Bearer a\r\nauthorization: Bearer b\r\n",
            "cookie: dixi_session=wrong\r\n",
            "cookie: dixi_kiosk=wrong\r\n",
            "cookie: __Host-dixi_session=wrong\r\n",
            "x-forwarded-for: 127.0.0.1\r\n",
            "x-original-url: /api/health/live\r\n",
        ] {
            assert_eq!(ask(site.at, method, &path, bad), 401, "{method} {path} {bad}");
        }
    }
    // What a path is, no spelling of it changes.
    for path in [
        "//api/v1/status",
        "/api/v1/status/",
        "/api//v1/status",
        "/api/health/live/../../v1/status",
        "/api/health/live/%2e%2e/%2e%2e/v1/status",
        "/%61pi/v1/status",
        "/api/v1/status%00",
        "/api/v1/STATUS",
        "/api/v1/status;x=1",
        "/api/v1/status%2f",
    ] {
        let answer = get(site.at, path);
        assert!(!answer.body.contains("uptime_s"), "{path}: {answer:?}");
    }
    println!(
        "{} routes, {} public: {}; without credentials the other {} refuse, 10 ways each",
        ROUTES.len(),
        public.len(),
        public.join(" "),
        ROUTES.len() - public.len()
    );
    assert!(public.len() <= 8, "{public:?}");
}

#[test]
fn each_role_and_scope_gets_what_it_may_and_nothing_else() {
    let site = Site::closed();
    for (name, role) in [("olga", Role::Owner), ("uwe", Role::User), ("vera", Role::Viewer)] {
        add(&site, name, role);
    }
    let cookie =
        |name: &str| format!("origin: http://{}\r\ncookie: {}\r\n", site.at, session(&site, name));
    let bearer = |token: String| format!("authorization: Bearer {token}\r\n");
    let all = Scope::ALL;
    let mut who = vec![
        (Role::Owner, all.to_vec(), cookie("olga"), true),
        (Role::User, all.to_vec(), cookie("uwe"), true),
        (Role::Viewer, all.to_vec(), cookie("vera"), true),
    ];
    for role in Role::ALL {
        for scope in Scope::ALL.into_iter().filter(|s| *s != Scope::Access) {
            let token = token(&site, TokenKind::Api, role, &[scope]);
            who.push((role, vec![scope], bearer(token), false));
        }
    }
    let kiosk = token(&site, TokenKind::Kiosk, Role::Owner, &[]);
    who.push((Role::Viewer, vec![Scope::Canvas], bearer(kiosk.clone()), false));
    let screen = format!("origin: http://{}\r\ncookie: dixi_kiosk={kiosk}\r\n", site.at);
    who.push((Role::Viewer, vec![Scope::Canvas], screen, false));

    let (mut asked, mut wrong) = (0, Vec::new());
    for route in ROUTES {
        let (method, path) = (route.method.as_str(), filled(route.path));
        // Its effects are its own test's; here it is whether the door opens.
        if path == "/api/v1/logout" {
            continue;
        }
        for (role, scopes, headers, logged_in) in &who {
            let may = match route.needs {
                Needs::Nothing | Needs::Anybody => true,
                // Whoever came in has no such link.
                Needs::SetupLink => false,
                Needs::May(least, scope) => role >= &least && scopes.contains(&scope),
                Needs::Confirmed(least, scope) => {
                    role >= &least && scopes.contains(&scope) && *logged_in
                }
            };
            let status = ask(site.at, method, &path, headers);
            asked += 1;
            // Let in, a request may still be wrong; kept out it is always this.
            let kept_out = matches!(status, 401 | 403);
            // These ask for more themselves: for a password, for a session, for which command.
            let asks_more = route.needs == Needs::Anybody || route.needs == Needs::Nothing;
            let webcam = path == "/api/v1/camera/browser";
            if (may && kept_out && !asks_more && !webcam)
                || (!may && status != if route.needs == Needs::SetupLink { 401 } else { 403 })
            {
                wrong.push(format!("{method} {path} as {} {scopes:?}: {status}", role.name()));
            }
        }
    }
    println!(
        "{asked} requests, {} routes by {} callers: {} wrong",
        ROUTES.len(),
        who.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn commands_take_the_rights_that_they_need_over_http_and_sockets() {
    let site = Site::closed();
    let commands = [
        (json!({"command": "pause_camera"}), Role::User, Scope::Camera),
        (json!({"command": "select_camera", "source": "demo"}), Role::Owner, Scope::Camera),
        (
            json!({"command": "set_setting", "key": "view.mirrored", "value": true}),
            Role::User,
            Scope::Canvas,
        ),
        (
            json!({"command": "set_setting", "key": "server.open_loopback", "value": true}),
            Role::Owner,
            Scope::Access,
        ),
        (json!({"command": "create"}), Role::User, Scope::Canvas),
        (json!({"command": "test_binding", "id": "x"}), Role::User, Scope::Gestures),
        (json!({"command": "calibrate", "method": "pointing"}), Role::User, Scope::Canvas),
    ];
    let scopes = [Scope::Canvas, Scope::Gestures, Scope::Camera, Scope::System];
    let mut asked = 0;
    for role in Role::ALL {
        for scope in scopes {
            let token = token(&site, TokenKind::Api, role, &[scope]);
            let headers =
                format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
            for (command, least, of) in &commands {
                let may = role >= *least && scope == *of;
                let answer =
                    request(site.at, "POST", "/api/v1/command", &headers, &command.to_string());
                assert_eq!(
                    answer.status == 403,
                    !may,
                    "{command} as {role:?} {scope:?}: {answer:?}"
                );
                asked += 1;
            }
            site.run(async {
                let mut request =
                    format!("ws://{}/api/v1/ws", site.at).into_client_request().unwrap();
                let bearer = format!("Bearer {token}").parse().unwrap();
                request.headers_mut().insert("authorization", bearer);
                let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
                for (id, (command, least, of)) in commands.iter().enumerate() {
                    let may = role >= *least && scope == *of;
                    super::live::say(
                        &mut socket,
                        json!({"type": "do", "id": id, "command": command}),
                    )
                    .await;
                    let answer = wait(&mut socket, &["did", "refused"]).await;
                    let denied = answer["error"]["kind"] == "denied";
                    assert_eq!(denied, !may, "{command} as {role:?} {scope:?}: {answer}");
                    asked += 1;
                }
            });
        }
    }
    println!("{asked} commands over HTTP and sockets: 0 wrong");
}

#[test]
fn a_screen_sees_the_canvas_and_not_the_camera() {
    let site = Site::closed();
    let kiosk = token(&site, TokenKind::Kiosk, Role::Viewer, &[]);
    let body = json!({ "token": kiosk }).to_string();
    let answer = page(site.at, "POST", "/api/v1/kiosk", "", &body);
    assert_eq!((answer.status, &answer.json()["via"]), (200, &"kiosk".into()), "{answer:?}");
    assert!(cookie(&answer).starts_with("dixi_kiosk="));
    let api = token(&site, TokenKind::Api, Role::Viewer, &[Scope::Canvas]);
    let body = json!({ "token": api }).to_string();
    assert_eq!(page(site.at, "POST", "/api/v1/kiosk", "", &body).status, 401, "no screen's");
    site.run(async {
        let mut request = format!("ws://{}/api/v1/ws", site.at).into_client_request().unwrap();
        let origin = format!("http://{}", site.at).parse().unwrap();
        request.headers_mut().insert("origin", origin);
        request.headers_mut().insert("cookie", format!("dixi_kiosk={kiosk}").parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let hello = wait(&mut socket, &["hello"]).await;
        assert!(hello["publish_token"].is_null(), "{hello}");
        let wish = json!({"type": "subscribe", "pictures": true, "observations": true,
            "verdicts": true, "canvas": true});
        super::live::say(&mut socket, wish).await;
        let mut refused = 0;
        loop {
            let message =
                wait(&mut socket, &["error", "scene", "camera", "status", "vision"]).await;
            match message["type"].as_str().unwrap() {
                "error" => refused += 1,
                "scene" => break,
                _ => panic!("{message}"),
            }
        }
        assert_eq!(refused, 3, "pictures, observations, verdicts");
        assert!(!site.live.demand().wait(Duration::ZERO), "nobody looks through the camera");
        let seen = super::live::observation(&site, 7, &[dixi::gesture::Phase::Started]);
        site.live.publish(&seen);
        site.settings.set("camera.source", &json!("demo")).unwrap();
        site.settings.set("view.mirrored", &json!(false)).unwrap();
        let types = ["setting", "observation", "gesture", "camera"];
        let next = wait(&mut socket, &types).await;
        assert_eq!((&next["type"], &next["key"]), (&"setting".into(), &"view.mirrored".into()));
    });
    // No secret of the box, and no way to change anything.
    let header = format!("cookie: dixi_kiosk={kiosk}\r\n");
    let settings = request(site.at, "GET", "/api/v1/settings", &header, "").json();
    let keys = settings.as_array().unwrap().iter().map(|s| s["key"].as_str().unwrap());
    assert!(keys.clone().any(|k| k == "ui.box_name"));
    assert!(keys.clone().all(|k| !k.starts_with("server.") && !k.starts_with("camera.")));
}

#[test]
fn of_100_parallel_claims_exactly_one_makes_an_owner() {
    let site = Site::closed();
    let state = get(site.at, "/api/v1/session").json();
    assert_eq!((&state["via"], &state["needs_owner"]), (&"none".into(), &true.into()));
    let link = site.access.offer_setup(By::the_box()).unwrap().unwrap();
    let claims: Vec<_> = (0..100)
        .map(|i| {
            let body = json!({ "token": link, "name": format!("owner {i}"), "password": GOOD });
            let at = site.at;
            std::thread::spawn(move || {
                page(at, "POST", "/api/v1/setup", "", &body.to_string()).status
            })
        })
        .collect();
    let statuses: Vec<_> = claims.into_iter().map(|c| c.join().unwrap()).collect();
    let count = |s| statuses.iter().filter(|x| **x == s).count();
    println!(
        "100 parallel claims: {} made an owner, {} came too late, {} were throttled",
        count(200),
        count(409) + count(403),
        count(429)
    );
    assert_eq!((count(200), count(200) + count(409) + count(403) + count(429)), (1, 100));
    assert_eq!(site.access.people().unwrap().len(), 1);
    assert_eq!(get(site.at, "/api/v1/session").json()["needs_owner"], false);
}

#[test]
fn a_login_flood_is_throttled_and_disturbs_nobody() {
    let site = Site::closed();
    add(&site, "anna", Role::User);
    let wrong = json!({"name": "anna", "password": "wrong password 1"}).to_string();
    // Beside the flood somebody looks at the page.
    let at = site.at;
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let done = Arc::clone(&stop);
    let honest = std::thread::spawn(move || {
        let mut took = Vec::new();
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            let begun = Instant::now();
            assert_eq!(get(at, "/api/v1/session").status, 200);
            took.push(begun.elapsed());
        }
        took.sort_unstable();
        took
    });
    let flood: Vec<_> = (0..200)
        .map(|_| {
            let body = wrong.clone();
            std::thread::spawn(move || page(at, "POST", "/api/v1/login", "", &body))
        })
        .collect();
    let answers: Vec<_> = flood.into_iter().map(|f| f.join().unwrap()).collect();
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let took = honest.join().unwrap();
    let count = |s| answers.iter().filter(|a| a.status == s).count();
    let p99 = took[took.len() * 99 / 100];
    println!(
        "200 logins at once: {} looked at, {} throttled; beside them {} requests, p99 {p99:?}",
        count(401),
        count(429),
        took.len()
    );
    assert_eq!((count(401), count(429)), (10, 190));
    let throttled = answers.iter().find(|a| a.status == 429).unwrap();
    assert!(throttled.head.contains("retry-after: "), "{throttled:?}");
    // Generous, for a busy machine; hashes that held others up would hold them up for seconds.
    assert!(p99 < Duration::from_secs(2), "{p99:?}");
    let right = json!({"name": "anna", "password": GOOD}).to_string();
    assert_eq!(page(site.at, "POST", "/api/v1/login", "", &right).status, 429, "for everybody");

    let giant = json!({"name": "anna", "password": "x".repeat(1024)}).to_string();
    assert_eq!(page(site.at, "POST", "/api/v1/login", "", &giant).status, 413);
}

#[test]
fn wrong_name_and_wrong_password_are_answered_alike() {
    let site = Site::closed();
    add(&site, "anna", Role::User);
    let login = |name: &str, password: &str| {
        let body = json!({"name": name, "password": password}).to_string();
        page(site.at, "POST", "/api/v1/login", "", &body)
    };
    let (known, unknown) = (login("anna", "wrong password 1"), login("bert", "wrong password 1"));
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    assert_eq!((known.status, known.kind().as_str()), (401, "login"));
    let right = login("ANNA", GOOD);
    assert_eq!((right.status, &right.json()["name"]), (200, &"anna".into()));
    let body = json!({"name": "anna", "password": GOOD, "role": "owner"}).to_string();
    let odd = page(site.at, "POST", "/api/v1/login", "", &body);
    assert_eq!(odd.status, 400);
    assert!(!odd.body.contains(GOOD), "{odd:?}");
    // A form of another site cannot log anybody in.
    let form = format!("origin: http://{}\r\ncontent-type: text/plain\r\n", site.at);
    let body = json!({"name": "anna", "password": GOOD}).to_string();
    assert_eq!(request(site.at, "POST", "/api/v1/login", &form, &body).status, 415);
}

#[test]
fn a_cookie_takes_the_boxs_own_page() {
    let site = Site::closed();
    add(&site, "olga", Role::Owner);
    let cookie = session(&site, "olga");
    let body = r#"{"command":"pause_camera"}"#;
    let with = |more: &str| {
        let headers = format!("cookie: {cookie}\r\ncontent-type: application/json\r\n{more}");
        request(site.at, "POST", "/api/v1/command", &headers, body).status
    };
    assert_eq!(with(&format!("origin: http://{}\r\n", site.at)), 200);
    for bad in
        ["", "origin: null\r\n", "origin: http://localhost:1\r\n", "sec-fetch-site: same-site\r\n"]
    {
        assert_eq!(with(bad), 403, "{bad:?}");
    }
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                   sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let socket = |more: &str| {
        use std::io::{BufRead, Write};
        let text = format!("GET /api/v1/ws HTTP/1.1\r\nhost: {}\r\n{upgrade}{more}\r\n", site.at);
        let mut stream = std::net::TcpStream::connect(site.at).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut line = String::new();
        std::io::BufReader::new(stream).read_line(&mut line).unwrap();
        line.split(' ').nth(1).and_then(|s| s.parse::<u16>().ok()).unwrap()
    };
    let own = format!("origin: http://{}\r\n", site.at);
    assert_eq!(socket(&format!("cookie: {cookie}\r\n{own}")), 101);
    assert_eq!(socket(&format!("cookie: {cookie}\r\n")), 403, "a cookie comes from a page");
    assert_eq!(socket(&format!("cookie: {cookie}\r\norigin: http://evil.example\r\n")), 403);
    let token = site.token();
    assert_eq!(socket(&format!("authorization: Bearer {token}\r\n")), 101, "a program has no page");
    // A credential that is wrong is not made right by another one beside it.
    assert_eq!(socket(&format!("authorization: Bearer x\r\ncookie: {cookie}\r\n{own}")), 401);
}

#[test]
fn what_is_revoked_is_out_within_seconds() {
    let site = Site::closed();
    let anna = add(&site, "anna", Role::User);
    add(&site, "olga", Role::Owner);
    let by = Principal::open([127, 0, 0, 1].into());
    let scopes = [Scope::Canvas].into_iter().collect();
    let wish = TokenWish {
        kind: TokenKind::Api,
        name: "t".into(),
        role: Role::User,
        scopes,
        days: None,
        allowance: dixi::access::Allowance::default(),
    };
    let made = site.access.make_token(&by, wish).unwrap();
    let owner = session(&site, "olga");
    let sessions = || {
        let headers = format!("cookie: {owner}\r\n");
        request(site.at, "GET", "/api/v1/sessions", &headers, "").json()
    };
    let (first, second, third) =
        (session(&site, "anna"), session(&site, "anna"), session(&site, "anna"));
    let all = sessions();
    let ids: Vec<_> = all.as_array().unwrap().iter().map(|s| s["id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), 4, "{all}");
    let open = |header: &'static str, value: String| {
        let mut request = format!("ws://{}/api/v1/ws", site.at).into_client_request().unwrap();
        let origin = format!("http://{}", site.at).parse().unwrap();
        request.headers_mut().insert("origin", origin);
        request.headers_mut().insert(header, value.parse().unwrap());
        async move { tokio_tungstenite::connect_async(request).await.unwrap().0 }
    };
    let (mut slowest, mut cut) = (Duration::ZERO, 0);
    let mut gone = |how: &str, header, value: String, revoke: &dyn Fn()| {
        let took = site.run(async {
            let mut socket = open(header, value).await;
            wait(&mut socket, &["hello"]).await;
            let begun = Instant::now();
            revoke();
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Close(_) = message {
                    break;
                }
            }
            begun.elapsed()
        });
        println!("{how}: the live socket closed after {took:?}");
        slowest = slowest.max(took);
        cut += 1;
    };
    let end = |id: i64| {
        let path = format!("/api/v1/sessions/{id}");
        assert_eq!(page(site.at, "DELETE", &path, &owner, "").status, 204);
    };
    // Newest first in the list: the third session is the first there.
    gone("a session is ended", "cookie", third.clone(), &|| end(ids[0]));
    gone("its owner logs out", "cookie", second.clone(), &|| {
        assert_eq!(page(site.at, "POST", "/api/v1/logout", &second, "").status, 204);
    });
    let fourth = session(&site, "anna");
    let body = json!({"before": GOOD, "password": "a wholly new one"}).to_string();
    gone("another password", "cookie", first.clone(), &|| {
        assert_eq!(page(site.at, "PUT", "/api/v1/password", &fourth, &body).status, 204);
    });
    let status = |cookie: &str| {
        request(site.at, "GET", "/api/v1/canvas", &format!("cookie: {cookie}\r\n"), "").status
    };
    let still = [&first, &second, &third, &fourth].map(|c| status(c));
    assert_eq!(still, [401, 401, 401, 200], "all others ended, the one that changed it goes on");
    let path = format!("/api/v1/accounts/{anna}");
    gone("another role", "cookie", fourth.clone(), &|| {
        let body = json!({"role": "viewer"}).to_string();
        assert_eq!(page(site.at, "PUT", &path, &owner, &body).status, 204);
    });
    gone("the account is removed", "cookie", fourth.clone(), &|| {
        assert_eq!(page(site.at, "DELETE", &path, &owner, "").status, 204);
    });
    gone("a token is revoked", "authorization", format!("Bearer {}", made.token), &|| {
        let path = format!("/api/v1/tokens/{}", made.id);
        assert_eq!(page(site.at, "DELETE", &path, &owner, "").status, 204);
    });
    println!("{cut} ways to be revoked, the slowest took {slowest:?}");
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
}

#[test]
fn what_is_somebody_elses_is_not_there() {
    let site = Site::closed();
    for (name, role) in [("anna", Role::User), ("bert", Role::Viewer), ("olga", Role::Owner)] {
        add(&site, name, role);
    }
    let (anna, bert, owner) =
        (session(&site, "anna"), session(&site, "bert"), session(&site, "olga"));
    let list = |cookie: &str| -> Vec<Value> {
        let headers = format!("cookie: {cookie}\r\n");
        let all = request(site.at, "GET", "/api/v1/sessions", &headers, "").json();
        all.as_array().unwrap().clone()
    };
    assert_eq!((list(&anna).len(), list(&bert).len(), list(&owner).len()), (1, 1, 3));
    let of_bert = list(&bert)[0]["id"].as_i64().unwrap();
    let end = |cookie: &str, id: &str| {
        page(site.at, "DELETE", &format!("/api/v1/sessions/{id}"), cookie, "")
    };
    let (foreign, nothing) = (end(&anna, &of_bert.to_string()), end(&anna, "9999"));
    assert_eq!(
        (foreign.status, &foreign.body),
        (404, &nothing.body),
        "not there and not hers are one"
    );
    for odd in ["-1", "0", "x", "9223372036854775808", "1%20or%201=1", "%2e%2e"] {
        assert!(matches!(end(&anna, odd).status, 404 | 405), "{odd}");
    }
    assert_eq!(list(&bert).len(), 1, "nothing happened to it");
    assert_eq!(end(&bert, &of_bert.to_string()).status, 204, "his own");
    for (method, path) in
        [("GET", "/api/v1/accounts"), ("GET", "/api/v1/tokens"), ("DELETE", "/api/v1/accounts/1")]
    {
        assert_eq!(page(site.at, method, path, &anna, "").status, 403, "{path}");
    }
    let people = request(site.at, "GET", "/api/v1/accounts", &format!("cookie: {owner}\r\n"), "");
    assert!(!people.body.contains("argon2") && people.body.contains("anna"), "{people:?}");
    let only = page(site.at, "DELETE", "/api/v1/accounts/3", &owner, "");
    assert_eq!(
        (only.status, only.kind().as_str()),
        (409, "conflict"),
        "somebody must look after it"
    );
}

#[test]
fn an_open_box_is_open_to_its_own_machine_only() {
    let site = Site::start(&[("server.allowed_hosts", "dixi.example")]);
    let status = |host: &str, more: &str| {
        let text = format!(
            "GET /api/v1/status HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{more}\r\n"
        );
        raw(site.at, text.as_bytes()).status
    };
    let port = site.at.port();
    assert_eq!(status(&format!("localhost:{port}"), ""), 200);
    assert_eq!(status(&site.at.to_string(), ""), 200);
    // A proxy on the same machine must not hand its guests the owner's rights.
    for header in [
        "forwarded: for=192.0.2.1",
        "x-forwarded-for: 192.0.2.1",
        "x-real-ip: 192.0.2.1",
        "via: 1.1 x",
    ] {
        assert_eq!(status(&format!("localhost:{port}"), &format!("{header}\r\n")), 403, "{header}");
    }
    assert_eq!(status("dixi.example", ""), 401, "that name is a proxy's");
    let state = get(site.at, "/api/v1/session").json();
    assert_eq!((&state["via"], &state["role"]), (&"open".into(), &"owner".into()));
    // Until there is somebody to log in, whoever is there may make the first owner; then not.
    let body = json!({"name": "anna", "role": "owner", "password": GOOD}).to_string();
    let made = page(site.at, "POST", "/api/v1/accounts", "", &body);
    assert_eq!(made.status, 201, "{made:?}");
    let body = json!({"name": "eve", "role": "owner", "password": GOOD}).to_string();
    let second = page(site.at, "POST", "/api/v1/accounts", "", &body);
    assert_eq!((second.status, second.kind().as_str()), (403, "confirm"), "{second:?}");

    let lan = Site::bound("0.0.0.0:0", &[]);
    let local: SocketAddr = format!("127.0.0.1:{}", lan.at.port()).parse().unwrap();
    assert_eq!(get(local, "/api/v1/status").status, 401, "not where others reach it");
}

#[test]
fn probes_learn_how_the_box_is_and_not_why() {
    let site = Site::closed();
    let ready = get(site.at, "/api/health/ready");
    let parts = &ready.json()["parts"];
    assert_eq!(parts["vision"]["status"], "down");
    assert!(!ready.body.contains("reason") && !ready.body.contains("next"), "{ready:?}");
    let header = format!("authorization: Bearer {}\r\n", site.token());
    let told = request(site.at, "GET", "/api/health/ready", &header, "");
    assert!(told.body.contains("reason"), "{told:?}");
}

/// Host lines and whether they name this box.
fn hosts(at: SocketAddr) -> [(String, bool); 12] {
    let port = at.port();
    [
        (format!("host: {at}\r\n"), true),
        (format!("host: LocalHost:{port}\r\n"), true),
        (format!("host: [::1]:{port}\r\n"), true),
        ("host: [::1]\r\n".into(), true),
        ("host: evil.example\r\n".into(), false),
        (format!("host: evil.example:{port}\r\n"), false),
        ("host: localhost.\r\n".into(), false),
        ("host: ::1\r\n".into(), false),
        ("host: \r\n".into(), false),
        (String::new(), false),
        ("host: localhost\r\nhost: localhost\r\n".into(), false),
        (format!("host: localhost@evil.example:{port}\r\n"), false),
    ]
}

#[test]
fn host_and_origin_matrix() {
    let mut binds = vec![("127.0.0.1:0", "127.0.0.1".to_owned())];
    match super::http::own_address() {
        Some(ip) => binds.push(("0.0.0.0:0", ip.to_string())),
        None => println!("SKIPPED: this machine has no address but loopback"),
    }
    let (mut asked, mut wrong) = (0, Vec::new());
    for (bind, ip) in binds {
        let site = Site::bound(bind, &[("server.open_loopback", "false")]);
        let at: SocketAddr = format!("{ip}:{}", site.at.port()).parse().unwrap();
        let token = format!("authorization: Bearer {}\r\n", site.token());
        for (host, named) in hosts(at) {
            let own = host.trim_start_matches("host: ").trim_end().split("\r\n").next().unwrap();
            for (origin, ours) in [
                (String::new(), true),
                (format!("origin: http://{own}\r\n"), true),
                ("origin: http://evil.example\r\n".into(), false),
                ("origin: null\r\n".into(), false),
                (format!("origin: https://{own}\r\n"), false),
                ("origin: http://localhost:1\r\n".into(), false),
            ] {
                let head = format!("{host}{origin}{token}");
                for (answer, right) in super::http::both(at, &head).into_iter().zip([200, 101]) {
                    asked += 1;
                    let expected = match (named, ours) {
                        (true, true) => answer == right,
                        (true, false) => answer == 403,
                        (false, _) => matches!(answer, 400 | 421),
                    };
                    if !expected {
                        wrong.push(format!("{bind} {host:?} {origin:?}: {answer}"));
                    }
                }
            }
        }
    }
    println!("{asked} requests, 12 hosts, 6 origins, HTTP and WebSocket: {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
