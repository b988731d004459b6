//! The canvas as an adversary meets it: the built program, real sockets, input that lies, is huge,
//! or makes no sense. Everything is refused with its reason, and the scene is byte for byte what it
//! was before.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "a test may fail, and uses part of its helpers"
)]

#[path = "server_box/client.rs"]
mod client;
#[path = "common/pictures.rs"]
mod pictures;
#[path = "server_box/process.rs"]
mod process;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::{Answer, get, raw, send};
use futures_util::{SinkExt, StreamExt};
use process::Program;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// A program with a scene worth harming.
struct Victim {
    program: Program,
    scene: u64,
    /// Of a picture that is on the box.
    picture: String,
    /// An object that is gone.
    gone: u64,
    _data: tempfile::TempDir,
}

impl Victim {
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let program = Program::start(data.path(), &["--camera", "browser"]);
        let mut victim = Self { program, scene: 0, picture: String::new(), gone: 0, _data: data };
        let fresh = victim.command(&json!({"command":"new_scene","name":"Victim"}));
        assert_eq!(fresh.status, 200, "{fresh:?}");
        let sent = victim.upload("image/jpeg", &pictures::jpeg(3));
        assert_eq!(sent.status, 200, "{sent:?}");
        victim.picture = sent.json()["picture"].as_str().unwrap().to_owned();
        let forms = [
            json!({"kind":"box"}),
            json!({"kind":"torus"}),
            json!({"kind":"text","text":"Grüße, 你好 \u{1F642}\nline two"}),
            json!({"kind":"stroke","points":[[0,0,0],[1,0.5,0]],"width":0.1}),
            json!({"kind":"picture","picture":victim.picture,"aspect":1.0}),
        ];
        for form in forms {
            let made = victim.command(&json!({"command":"create","form":form}));
            assert_eq!(made.status, 200, "{made:?}");
        }
        let made = victim.command(&json!({"command":"create"})).json();
        victim.gone = made["ids"][0].as_u64().unwrap();
        let ids = [victim.gone];
        assert_eq!(victim.command(&json!({"command":"delete","ids":ids})).status, 200);
        victim.scene = get(victim.program.at, "/api/v1/canvas").json()["scene"].as_u64().unwrap();
        victim
    }

    fn command(&self, command: &Value) -> Answer {
        self.text(&command.to_string())
    }

    fn text(&self, body: &str) -> Answer {
        send(self.program.at, "POST", "/api/v1/command", body)
    }

    fn bytes(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let at = self.program.at;
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\
             content-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        );
        raw(at, &[head.as_bytes(), body].concat())
    }

    fn upload(&self, kind: &str, picture: &[u8]) -> Answer {
        self.bytes("POST", "/api/v1/pictures", kind, picture)
    }

    /// Everything that an adversary could have harmed, as bytes.
    fn state(&self) -> String {
        let at = self.program.at;
        let one = format!("/api/v1/scenes/{}", self.scene);
        let paths = [
            one.as_str(),
            "/api/v1/canvas",
            "/api/v1/scenes",
            "/api/v1/bindings",
            "/api/v1/calibration",
        ];
        paths.map(|path| get(at, path).body).join("\n")
    }

    /// `answer` is a clear refusal.
    fn refused(&self, what: &str, answer: &Answer) {
        let shown: String = what.chars().take(120).collect();
        // 501: of a newer Dixi, or for hands alone.
        assert!(matches!(answer.status, 400..=499 | 501), "{shown}: {answer:?}");
        let error = &answer.json()["error"];
        let told = error["what"].as_str().unwrap_or_else(|| panic!("{shown}: {answer:?}"));
        assert!(!told.is_empty() && answer.body.len() < 4_000, "{shown}: {answer:?}");
        assert!(
            !answer.body.contains("panicked") && error["kind"] != "internal",
            "{shown}: {told}"
        );
    }
}

#[test]
fn commands_that_lie_are_refused_and_harm_nothing() {
    let v = Victim::start();
    let before = v.state();
    let (gone, far) = (v.gone, "9".repeat(4_000));
    let many: Vec<u64> = (1..=10_000).collect();
    let same = vec![1; 10_000];
    let line = |n: usize| json!(vec![[0.0, 0.0, 0.0]; n]);
    let place = |id: Value, scale: Value, rotation: Value| {
        json!({"command":"place","transforms":[
            {"id":id,"position":[0,0,0],"rotation":rotation,"scale":scale}]})
    };
    let (ones, upright) = (json!([1, 1, 1]), json!([0, 0, 0, 1]));
    let create = |form: Value| json!({"command":"create","form":form});
    let bad = vec![
        // Objects that are gone or never were.
        json!({"command":"move","ids":[gone],"by":[1,0,0]}),
        json!({"command":"delete","ids":[gone]}),
        json!({"command":"rotate","ids":[gone],"degrees":30}),
        json!({"command":"scale","ids":[gone],"factor":2}),
        json!({"command":"duplicate","ids":[gone]}),
        json!({"command":"colour","ids":[gone],"colour":"#ffffff"}),
        json!({"command":"label","id":gone,"label":"x"}),
        json!({"command":"write","id":gone,"text":"x"}),
        json!({"command":"lock","ids":[gone]}),
        json!({"command":"group","ids":[1,gone]}),
        json!({"command":"select","ids":[gone]}),
        json!({"command":"move","ids":[1,gone],"by":[1,0,0]}),
        json!({"command":"delete","ids":many}),
        json!({"command":"select","ids":many}),
        json!({"command":"group","ids":same}),
        place(json!(gone), ones.clone(), upright.clone()),
        // Numbers that are none.
        json!({"command":"move","ids":[1],"by":["NaN",0,0]}),
        json!({"command":"move","ids":[1],"by":[null,0,0]}),
        json!({"command":"move","ids":[1],"by":[1e300,0,0]}),
        json!({"command":"move","ids":[1],"by":[0,0]}),
        json!({"command":"move","ids":[1],"by":[0,0,0,0]}),
        json!({"command":"rotate","ids":[1],"degrees":1e300}),
        json!({"command":"rotate","ids":[1],"degrees":30,"axis":[0,0,0]}),
        json!({"command":"rotate","ids":[1],"degrees":30,"axis":[1e300,0,0]}),
        json!({"command":"scale","ids":[1],"factor":0}),
        json!({"command":"scale","ids":[1],"factor":-1}),
        json!({"command":"scale","ids":[1],"factor":1e30}),
        json!({"command":"scale","ids":[1],"factor":"2"}),
        place(json!(1), json!([0, 1, 1]), upright.clone()),
        place(json!(1), json!([1e9, 1, 1]), upright.clone()),
        place(json!(1), ones.clone(), json!([0, 0, 0, 0])),
        place(json!(1), ones.clone(), json!([1e300, 0, 0, 1])),
        // Numbers of objects that can be none.
        json!({"command":"delete","ids":[-1]}),
        json!({"command":"delete","ids":[1.5]}),
        json!({"command":"delete","ids":[4_294_967_296_u64]}),
        json!({"command":"delete","ids":"all"}),
        json!({"command":"delete","ids":{"1":1}}),
        // Forms that lie.
        create(json!({"kind":"script","text":"alert(1)"})),
        create(json!({"kind":"box","onclick":"alert(1)"})),
        create(json!("box")),
        create(json!({"kind":"text","text":"x".repeat(2_001)})),
        create(json!({"kind":"text","text":"\u{0}"})),
        create(json!({"kind":"text","text":"\u{1b}[2J"})),
        create(json!({"kind":"answer","text":"x".repeat(20_001)})),
        create(json!({"kind":"stroke","points":[],"width":0.1})),
        create(json!({"kind":"stroke","points":line(2_001),"width":0.1})),
        create(json!({"kind":"stroke","points":[[1e9,0,0]],"width":0.1})),
        create(json!({"kind":"stroke","points":line(2),"width":0})),
        create(json!({"kind":"stroke","points":line(2),"width":1e9})),
        create(json!({"kind":"picture","picture":"http://evil.example/x.png","aspect":1})),
        create(json!({"kind":"picture","picture":"../../../../etc/passwd","aspect":1})),
        create(json!({"kind":"picture","picture":"0".repeat(64),"aspect":1})),
        create(json!({"kind":"picture","picture":v.picture.to_uppercase(),"aspect":1})),
        json!({"command":"create","colour":"red"}),
        json!({"command":"create","colour":"#12345g"}),
        json!({"command":"create","colour":"url(http://evil.example)"}),
        json!({"command":"create","scale":[0,0,0]}),
        json!({"command":"create","position":[1e300,0,0]}),
        json!({"command":"create","rotation":[0,0,0,0]}),
        json!({"command":"create","label":"x".repeat(201)}),
        json!({"command":"label","id":1,"label":"x".repeat(201)}),
        json!({"command":"label","id":1,"label":"a\u{0}b"}),
        json!({"command":"label","id":1,"label":"a\u{7f}\u{85}b"}),
        json!({"command":"write","id":1,"text":"a box has no words"}),
        json!({"command":"colour","ids":[1],"colour":"#fff"}),
        // Scenes.
        json!({"command":"open_scene","scene":99_999}),
        json!({"command":"rename_scene","scene":v.scene,"name":""}),
        json!({"command":"rename_scene","scene":v.scene,"name":"x".repeat(101)}),
        json!({"command":"rename_scene","scene":v.scene,"name":"a\u{0}b"}),
        json!({"command":"rename_scene","scene":99_999,"name":"x"}),
        json!({"command":"new_scene","name":"x".repeat(101)}),
        json!({"command":"duplicate_scene","scene":99_999}),
        json!({"command":"delete_scene","scene":99_999}),
        json!({"command":"restore_scene","scene":v.scene}),
        // Tools.
        json!({"command":"set_mode","mode":"destroy"}),
        json!({"command":"set_tray","kind":"text"}),
        json!({"command":"set_tray","kind":"../x"}),
        json!({"command":"set_tray","colour":"transparent"}),
        json!({"command":"set_tray","pen_width":0}),
        json!({"command":"set_tray","pen_width":1e9}),
        // What only who holds something, or a hand, can do.
        json!({"command":"grab","ids":[1]}),
        json!({"command":"drag","transforms":[]}),
        json!({"command":"draw"}),
        // Bindings.
        json!({"command":"set_binding","binding":{"id":"x","gesture":"wave","command":{"command":"undo"}}}),
        json!({"command":"set_binding","binding":{"id":"../x","gesture":"ok","command":{"command":"undo"}}}),
        json!({"command":"set_binding","binding":{"id":"x","gesture":far,"command":{"command":"undo"}}}),
        json!({"command":"set_binding","binding":{"id":"x","gesture":"stretch","command":{"command":"set_setting","key":"server.allow_lan","value":true}}}),
        json!({"command":"set_binding","binding":{"id":"x","gesture":"stretch","command":{"command":"scale","factor":1e300}}}),
        json!({"command":"set_binding","binding":{"id":"x","gesture":"stretch","hold_ms":-1,"command":{"command":"undo"}}}),
        json!({"command":"set_binding","binding":{"id":"x","gesture":"stretch","command":[]}}),
        json!({"command":"remove_binding","id":"x"}),
        json!({"command":"test_binding","id":"x"}),
        json!({"command":"test_binding","id":"grab"}),
        // Corners that cannot be, outputs that are none.
        json!({"command":"set_keystone","output":"main","corners":[[0,0],[0,0],[0,0],[0,0]]}),
        json!({"command":"set_keystone","output":"main","corners":[[0,0],[1,1],[1,0],[0,1]]}),
        json!({"command":"set_keystone","output":"main","corners":[[0,0],[1e300,0],[1,1],[0,1]]}),
        json!({"command":"set_keystone","output":"main","corners":[[0,0],[1,0],[1,1]]}),
        json!({"command":"set_keystone","output":"a\u{0}b","corners":[[0,0],[1,0],[1,1],[0,1]]}),
        json!({"command":"set_keystone","output":"x".repeat(10_000),"corners":[[0,0],[1,0],[1,1],[0,1]]}),
        json!({"command":"set_corners","corners":[[0,0],[0,0],[0,0],[0,0]]}),
        json!({"command":"set_corners","corners":[[0,0],[1,1],[1,0],[0,1]]}),
        json!({"command":"set_corners","corners":[[1e300,0],[1,0],[1,1],[0,1]]}),
        json!({"command":"calibrate","method":"guessing"}),
        json!({"command":"calibrate","method":"pointing","output":"x".repeat(10_000)}),
        // Not even that.
        json!({"command":far}),
        json!({"command":null}),
        json!({"command":{"command":"undo"}}),
        json!({"command":"undo","steps":2}),
        json!([{"command":"clear"}]),
        json!("clear"),
        Value::Null,
    ];
    for command in &bad {
        let text = command.to_string();
        v.refused(&text, &v.text(&text));
    }
    let deep =
        format!(r#"{{"command":"create","form":{}1{}}}"#, "[".repeat(60_000), "]".repeat(60_000));
    let twice = r#"{"command":"undo","command":"clear"}"#;
    let twice_in = r#"{"command":"move","ids":[1],"ids":[2],"by":[0,0,0]}"#;
    for text in [
        "",
        "{",
        "\u{feff}{\"command\":\"clear\"}",
        "{\"command\":\"clear\"} {\"command\":\"clear\"}",
        "{'command':'clear'}",
        r#"{"command":"move","ids":[1],"by":[NaN,0,0]}"#,
        r#"{"command":"move","ids":[1],"by":[1e999,0,0]}"#,
        r#"{"command":"move","ids":[1],"by":[Infinity,0,0]}"#,
        r#"{"command":"label","id":1,"label":"\ud800"}"#,
        &deep,
    ] {
        v.refused(text, &v.text(text));
    }
    // Said twice, one of the two counts or none: but never another scene than before.
    println!("{:?}", v.text(twice_in).status);
    let huge = format!(r#"{{"command":"write","id":3,"text":"{}"}}"#, "x".repeat(2 << 20));
    v.refused("2 MiB of words", &v.text(&huge));
    assert_eq!(v.state(), before, "all was refused, and nothing has changed");
    let last = v.text(twice).status;
    assert!([200, 400, 409, 422].contains(&last), "{last}");
}

#[test]
fn words_of_all_the_world_come_back_as_they_were() {
    let v = Victim::start();
    for label in [
        "Grüße",
        "你好",
        "שלום",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
        "a\u{301}",
        "</script><b>",
        "'; DROP TABLE scene; --",
    ] {
        let answer = v.command(&json!({"command":"label","id":1,"label":label}));
        assert_eq!(answer.status, 200, "{label}: {answer:?}");
        let scene = get(v.program.at, &format!("/api/v1/scenes/{}", v.scene)).json();
        assert_eq!(scene["objects"][0]["label"], label);
    }
    assert_eq!(v.command(&json!({"command":"label","id":1,"label":"x".repeat(200)})).status, 200);
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![0; (width * height) as usize]).unwrap();
    writer.finish().unwrap();
    file
}

/// The same PNG with another width and height in its head, its checksum made right.
fn promising(mut file: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&file[12..29]);
    file[29..33].copy_from_slice(&crc.to_be_bytes());
    file
}

/// PNG's checksum (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8)
            .fold(crc ^ u32::from(*byte), |c, _| (c >> 1) ^ (0xEDB8_8320 & (c & 1).wrapping_neg()))
    })
}

#[test]
fn pictures_that_lie_are_refused() {
    let v = Victim::start();
    let (before, good, jpeg) = (v.state(), png(64, 64), pictures::jpeg(5));
    let bomb = png(8_000, 8_000);
    println!("{} bytes that are 64 megapixels", bomb.len());
    assert!(bomb.len() < 1 << 20);
    let with_page = [b"<html><script>alert(1)</script></html>".as_slice(), &good].concat();
    let mut bent = good.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 0x55;
    let bad: Vec<(&str, &str, Vec<u8>)> = vec![
        ("100 megapixels promised", "image/png", promising(good.clone(), 10_000, 10_000)),
        ("4 gigapixels a side", "image/png", promising(good.clone(), u32::MAX, u32::MAX)),
        ("no width", "image/png", promising(good.clone(), 0, 64)),
        ("more rows than there are", "image/png", promising(good.clone(), 64, 4_000)),
        ("a bomb of 64 megapixels", "image/png", bomb),
        ("half a PNG", "image/png", good[..good.len() / 2].to_vec()),
        ("a PNG's head", "image/png", good[..33].to_vec()),
        ("a bent PNG", "image/png", bent),
        ("a JPEG called PNG", "image/png", jpeg.clone()),
        ("a PNG called JPEG", "image/jpeg", good.clone()),
        ("half a JPEG", "image/jpeg", jpeg[..jpeg.len() / 2].to_vec()),
        ("a page before a PNG", "image/png", with_page),
        (
            "an SVG",
            "image/png",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
        ),
        ("an SVG that says so", "image/svg+xml", b"<svg/>".to_vec()),
        ("a page", "text/html", b"<script>alert(1)</script>".to_vec()),
        ("a GIF", "image/gif", b"GIF89a".to_vec()),
        ("nothing", "image/png", Vec::new()),
        ("nothing that is said", "", good.clone()),
        ("11 MiB", "image/jpeg", [jpeg, vec![0; 11 << 20]].concat()),
    ];
    for (what, kind, bytes) in &bad {
        v.refused(what, &v.upload(kind, bytes));
        let path = format!("/api/v1/scenes/{}/thumbnail?revision=1", v.scene);
        v.refused(what, &v.bytes("PUT", &path, kind, bytes));
        v.refused(what, &v.bytes("POST", "/api/v1/photographs/1", kind, bytes));
    }
    // What hides a page behind a picture is a picture to every browser, and served as nothing else.
    let with_tail = [good.as_slice(), b"<html><script>alert(1)</script></html>"].concat();
    let answer = v.upload("image/png", &with_tail);
    if answer.status == 200 {
        let hash = answer.json()["picture"].as_str().unwrap().to_owned();
        let head = get(v.program.at, &format!("/api/v1/pictures/{hash}")).head;
        assert!(head.contains("content-type: image/png") && head.contains("nosniff"), "{head}");
    } else {
        v.refused("a page behind a PNG", &answer);
    }
    let good = v.bytes("PUT", "/api/v1/scenes/99999/thumbnail?revision=1", "image/png", &good);
    v.refused("a thumbnail of no scene", &good);
    for query in ["", "?revision=-1", "?revision=x", "?revision=99999999", "?revision=1&revision=2"]
    {
        let path = format!("/api/v1/scenes/{}/thumbnail{query}", v.scene);
        v.refused(query, &v.bytes("PUT", &path, "image/png", &png(8, 8)));
    }
    v.refused("nobody asked", &v.bytes("POST", "/api/v1/photographs/1", "image/png", &png(8, 8)));
    assert_eq!(v.state(), before);
}

#[test]
fn a_pictures_name_leads_nowhere_else() {
    let v = Victim::start();
    for path in [
        "../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "....//....//etc/passwd",
        "%00",
        "x",
        "",
        &v.picture.to_uppercase(),
        &v.picture[..63],
        &format!("{}0", v.picture),
        &format!("{}/..", v.picture),
        &"0".repeat(64),
        &"a".repeat(5_000),
        "1%20OR%201=1",
    ] {
        let answer = get(v.program.at, &format!("/api/v1/pictures/{path}"));
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.body.contains("root:"), "{path}: {answer:?}");
    }
    for scene in ["-1", "0", "x", "1e3", "99999999999999999999", "1;2", "%31%20"] {
        for rest in ["", "/file", "/thumbnail", "/photographs"] {
            let answer = get(v.program.at, &format!("/api/v1/scenes/{scene}{rest}"));
            assert!((400..500).contains(&answer.status), "{scene}{rest}: {answer:?}");
        }
    }
    let answer = get(v.program.at, &format!("/api/v1/pictures/{}", v.picture));
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("nosniff"), "{}", answer.head);
}

#[test]
fn scene_files_that_lie_are_refused_whole() {
    let v = Victim::start();
    let at = v.program.at;
    let good = get(at, &format!("/api/v1/scenes/{}/file", v.scene)).json();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut file = good.clone();
        change(&mut file);
        file
    };
    let before = v.state();
    let object = |n: usize, change: Value| {
        let mut file = good.clone();
        let fields = file["objects"][n].as_object_mut().unwrap();
        fields.extend(change.as_object().unwrap().clone());
        file
    };
    let picture = |hash: &str, entry: Value| with(&|f| f["pictures"] = json!({hash: entry}));
    let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
    let bad = vec![
        ("not an object", json!([])),
        ("no format", with(&|f| drop(f.as_object_mut().unwrap().remove("format")))),
        ("another's", with(&|f| f["format"] = json!("excalidraw"))),
        ("of the future", with(&|f| f["version"] = json!(2))),
        ("of the far future", with(&|f| f["version"] = json!(1e300))),
        ("version zero", with(&|f| f["version"] = json!(0))),
        ("a version that is no number", with(&|f| f["version"] = json!("1"))),
        ("a script beside", with(&|f| f["script"] = json!("alert(1)"))),
        ("no name", with(&|f| f["name"] = json!(""))),
        ("a long name", with(&|f| f["name"] = json!("x".repeat(101)))),
        ("a name that is none", with(&|f| f["name"] = json!({"$ref":"#"}))),
        ("objects that are none", with(&|f| f["objects"] = json!({}))),
        (
            "the same twice",
            with(&|f| {
                let first = f["objects"][0].clone();
                f["objects"].as_array_mut().unwrap().push(first);
            }),
        ),
        (
            "too many",
            with(&|f| {
                let mut one = f["objects"][0].clone();
                let all = (1..=2_001).map(|id| {
                    one["id"] = json!(id);
                    one.clone()
                });
                f["objects"] = all.collect();
            }),
        ),
        ("a handler on an object", object(0, json!({"onclick":"alert(1)"}))),
        ("a prototype", object(0, json!({"__proto__":{"admin":true}}))),
        (
            "a script as form",
            object(0, json!({"form":{"kind":"script","src":"http://evil.example"}})),
        ),
        (
            "a page as form",
            object(0, json!({"form":{"kind":"iframe","url":"http://evil.example"}})),
        ),
        ("a colour that loads", object(0, json!({"colour":"url(http://evil.example)"}))),
        ("a label with controls", object(0, json!({"label":"\u{1b}]0;x\u{7}"}))),
        ("nowhere", object(0, json!({"position":[1e300,0,0]}))),
        ("out of the room", object(0, json!({"position":[1e6,0,0]}))),
        ("of no size", object(0, json!({"scale":[0,0,0]}))),
        ("turned nowhere", object(0, json!({"rotation":[0,0,0,0]}))),
        ("a number too large", object(0, json!({"id":4_294_967_296_u64}))),
        (
            "a picture from elsewhere",
            object(
                4,
                json!({"form":{"kind":"picture","picture":"http://evil.example/x.png","aspect":1}}),
            ),
        ),
        (
            "a picture that is missing",
            object(4, json!({"form":{"kind":"picture","picture":"0".repeat(64),"aspect":1}})),
        ),
        ("no picture at all", with(&|f| f["pictures"] = json!({}))),
        (
            "another picture's bytes",
            picture(&v.picture, json!({"mime":"image/png","base64":base64(&png(4, 4))})),
        ),
        (
            "a page as picture",
            picture(&v.picture, json!({"mime":"image/jpeg","base64":base64(b"<script>")})),
        ),
        (
            "an SVG as picture",
            picture(&v.picture, json!({"mime":"image/svg+xml","base64":base64(b"<svg/>")})),
        ),
        (
            "a link as picture",
            picture(&v.picture, json!({"mime":"image/png","base64":"http://evil.example/x.png"})),
        ),
        (
            "a link beside a picture",
            picture(
                &v.picture,
                json!({"mime":"image/png","base64":"","url":"http://evil.example"}),
            ),
        ),
        (
            "a bomb as picture",
            picture(&v.picture, json!({"mime":"image/png","base64":base64(&png(8_000, 8_000))})),
        ),
        (
            "a path as picture",
            picture("../../x", json!({"mime":"image/png","base64":base64(&png(4, 4))})),
        ),
    ];
    for (what, file) in &bad {
        v.refused(what, &send(at, "POST", "/api/v1/scenes", &file.to_string()));
    }
    let deep = format!(
        r#"{{"format":"dixi-scene","version":1,"name":"x","objects":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    v.refused("deep", &send(at, "POST", "/api/v1/scenes", &deep));
    v.refused("half", &send(at, "POST", "/api/v1/scenes", &good.to_string()[..200]));
    v.refused("not JSON", &v.bytes("POST", "/api/v1/scenes", "text/plain", b"{}"));
    let huge = vec![b' '; 33 << 20];
    v.refused("33 MiB", &v.bytes("POST", "/api/v1/scenes", "application/json", &huge));
    assert_eq!(v.state(), before, "nothing of them is left behind");
    let answer = send(at, "POST", "/api/v1/scenes", &good.to_string());
    assert_eq!(answer.status, 200, "and the good one is taken: {answer:?}");
}

/// A PNG whose note of a few kilobytes is 64 MiB of text.
fn with_a_note_that_swells() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 8, 8);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.add_ztxt_chunk("Comment".into(), "x".repeat(64 << 20)).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0; 64]).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn pictures_that_swell_take_no_memory() {
    let v = Victim::start();
    let (note, large) = (with_a_note_that_swells(), png(6_000, 6_000));
    assert!(note.len() < 1 << 20 && large.len() < 1 << 20);
    let before = v.program.resident();
    std::thread::scope(|all| {
        for _ in 0..4 {
            for picture in [&note, &large] {
                let v = &v;
                all.spawn(move || {
                    let answer = v.upload("image/png", picture);
                    assert!(
                        answer.status == 200 || (400..500).contains(&answer.status),
                        "{answer:?}"
                    );
                });
            }
        }
    });
    let grown = v.program.resident().saturating_sub(before) >> 20;
    println!("grown by {grown} MiB");
    assert!(grown < 200, "{grown} MiB");
}

/// The next group would be the one after the largest number there is.
#[test]
fn a_group_with_the_largest_number_stays_one_of_its_own() {
    let v = Victim::start();
    let at = v.program.at;
    let mut file = get(at, &format!("/api/v1/scenes/{}/file", v.scene)).json();
    for n in [0, 1] {
        file["objects"][n]["group"] = json!(u32::MAX);
    }
    let made = send(at, "POST", "/api/v1/scenes", &file.to_string());
    assert_eq!(made.status, 200, "{made:?}");
    let scene = made.json()["scene"].as_u64().unwrap();
    assert_eq!(v.command(&json!({"command":"open_scene","scene":scene})).status, 200);
    assert_eq!(v.command(&json!({"command":"group","ids":[3,4]})).status, 200);
    assert_eq!(v.command(&json!({"command":"duplicate","ids":[1,3]})).status, 200);
    let objects = get(at, &format!("/api/v1/scenes/{scene}")).json()["objects"].clone();
    let mut groups = std::collections::BTreeMap::<u64, u32>::new();
    for group in objects.as_array().unwrap().iter().filter_map(|o| o["group"].as_u64()) {
        *groups.entry(group).or_default() += 1;
    }
    assert_eq!(groups.values().copied().collect::<Vec<_>>(), [2, 2, 2, 2], "{groups:?}");
}

#[test]
fn a_full_scene_takes_no_more() {
    let v = Victim::start();
    let at = v.program.at;
    let one = get(at, &format!("/api/v1/scenes/{}", v.scene)).json()["objects"][0].clone();
    let objects: Vec<Value> = (1..=2_000)
        .map(|id| {
            let mut object = one.clone();
            object["id"] = json!(id);
            object
        })
        .collect();
    let file =
        json!({"format":"dixi-scene","version":1,"name":"Full","objects":objects,"pictures":{}});
    let made = send(at, "POST", "/api/v1/scenes", &file.to_string());
    assert_eq!(made.status, 200, "{made:?}");
    let scene = made.json()["scene"].as_u64().unwrap();
    assert_eq!(v.command(&json!({"command":"open_scene","scene":scene})).status, 200);
    let before = get(at, &format!("/api/v1/scenes/{scene}")).body;
    for more in [
        json!({"command":"create"}),
        json!({"command":"duplicate","ids":[1]}),
        json!({"command":"duplicate","ids":(1..=2_000).collect::<Vec<u32>>()}),
    ] {
        v.refused("one more", &v.command(&more));
    }
    assert_eq!(get(at, &format!("/api/v1/scenes/{scene}")).body, before);
    assert_eq!(v.command(&json!({"command":"delete","ids":[7]})).status, 200);
    assert_eq!(v.command(&json!({"command":"create"})).status, 200, "there is room again");
}

type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn open(v: &Victim) -> Socket {
    let url = format!("ws://{}/api/v1/ws", v.program.at);
    tokio_tungstenite::connect_async(url).await.unwrap().0
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// The next message of one of these types.
async fn hear(socket: &mut Socket, types: &[&str]) -> Value {
    let wait = async {
        loop {
            let Message::Text(text) = socket.next().await.expect("the socket ends").unwrap() else {
                continue;
            };
            let value: Value = serde_json::from_str(&text).unwrap();
            if types.iter().any(|t| value["type"] == *t) {
                return value;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .unwrap_or_else(|_| panic!("no {types:?}"))
}

async fn ask(socket: &mut Socket, id: u64, command: Value) -> Value {
    say(socket, &json!({"type":"do","id":id,"command":command})).await;
    loop {
        let answer = hear(socket, &["did", "refused"]).await;
        if answer["id"] == id {
            return answer;
        }
    }
}

fn run<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(job)
}

#[test]
fn two_that_want_the_same_get_one_yes_and_one_reason() {
    let v = Victim::start();
    run(async {
        let (mut a, mut b) = (open(&v).await, open(&v).await);
        let grab = || json!({"command":"grab","ids":[1]});
        assert_eq!(ask(&mut a, 1, grab()).await["type"], "did");
        let before = v.state();
        let place = json!({"id":1,"position":[3,3,0],"rotation":[0,0,0,1],"scale":[1,1,1]});
        let other = json!({"id":2,"position":[3,3,0],"rotation":[0,0,0,1],"scale":[1,1,1]});
        let refusals = [
            (grab(), "conflict"),
            (json!({"command":"delete","ids":[1]}), "conflict"),
            (json!({"command":"move","ids":[1],"by":[1,0,0]}), "conflict"),
            (json!({"command":"drag","transforms":[place]}), ""),
        ];
        for (command, kind) in refusals {
            let answer = ask(&mut b, 2, command.clone()).await;
            assert_eq!(answer["type"], "refused", "{command}: {answer}");
            if !kind.is_empty() {
                assert_eq!(answer["error"]["kind"], kind, "{command}: {answer}");
                assert!(answer["error"].to_string().contains("page 1"), "who holds it: {answer}");
            }
        }
        // Letting go what one does not hold takes it from nobody.
        for nothing in ["release", "let_back"] {
            ask(&mut b, 5, json!({"command":nothing})).await;
        }
        assert_eq!(ask(&mut b, 6, grab()).await["type"], "refused");
        // Not even the holder may drag what it does not hold.
        let answer = ask(&mut a, 3, json!({"command":"drag","transforms":[other]})).await;
        assert_eq!(answer["type"], "refused", "{answer}");
        assert_eq!(v.state(), before);
        // Who goes lets go.
        drop(a);
        let until = std::time::Instant::now() + Duration::from_secs(20);
        while ask(&mut b, 4, grab()).await["type"] != "did" {
            assert!(std::time::Instant::now() < until, "it is held for ever");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
}

#[test]
fn messages_that_make_no_sense_are_refused_and_the_box_goes_on() {
    let v = Victim::start();
    let before = v.state();
    run(async {
        let mut honest = open(&v).await;
        let deep = format!(
            r#"{{"type":"do","id":1,"command":{}{}}}"#,
            "[".repeat(50_000),
            "]".repeat(50_000)
        );
        for bad in [
            json!({"type":"do"}).to_string(),
            json!({"type":"do","id":-1,"command":{"command":"clear"}}).to_string(),
            json!({"type":"do","id":1.5,"command":{"command":"clear"}}).to_string(),
            json!({"type":"do","id":"1","command":{"command":"clear"}}).to_string(),
            json!({"type":"do","id":1,"command":{"command":"clear"},"as":"owner"}).to_string(),
            json!({"type":"do","id":1,"command":[]}).to_string(),
            json!({"type":"do","id":1,"command":{"command":"cleer"}}).to_string(),
            json!({"type":"do","id":1,"command":"clear"}).to_string(),
            json!({"type":"subscribe","canvas":true,"have":{"scene":-1,"revision":0}}).to_string(),
            json!({"type":"subscribe","output":"x".repeat(100_000)}).to_string(),
            deep,
        ] {
            let mut socket = open(&v).await;
            socket.send(Message::text(bad.clone())).await.unwrap();
            let shown: String = bad.chars().take(100).collect();
            let answer = hear(&mut socket, &["error", "refused"]).await;
            assert!(answer["error"]["what"].is_string(), "{shown}: {answer}");
        }
        let mut socket = open(&v).await;
        let huge = json!({"type":"do","id":1,"command":{"command":"write","id":3,"text":"x".repeat(3 << 20)}});
        let _ = socket.send(Message::text(huge.to_string())).await;
        let mut told = false;
        while let Ok(Some(Ok(message))) =
            tokio::time::timeout(Duration::from_secs(20), socket.next()).await
        {
            told |= matches!(&message, Message::Text(text) if text.contains("too large"));
            if matches!(message, Message::Close(_)) {
                break;
            }
        }
        assert!(told, "a message that is too large is told so");
        // A revision that never was: the scene comes whole.
        say(&mut honest, &json!({"type":"subscribe","canvas":true,"have":{"scene":v.scene,"revision":9_000_000_000_u64}})).await;
        assert_eq!(hear(&mut honest, &["scene"]).await["objects"].as_array().unwrap().len(), 5);
        assert_eq!(ask(&mut honest, 1, json!({"command":"select","ids":[]})).await["type"], "did");
    });
    assert_eq!(v.state(), before);
}
