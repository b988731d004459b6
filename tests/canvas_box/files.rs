//! Scenes as files: out and in again, and everything that must not come in.

use base64::Engine;
use serde_json::{Value, json};

use super::page::{QUIET, canvas, post, shown};
use crate::client::{get, send};
use crate::process::Program;

fn png(side: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Rgb);
    let pixels: Vec<u8> = (0..side * side * 3).map(|i| (i * 11) as u8).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    file
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// A file that is right: a box, a card with a picture, a stroke.
fn right() -> Value {
    let picture = png(8);
    let hash = sha256(&picture);
    let base64 = base64::engine::general_purpose::STANDARD.encode(&picture);
    let object = |id: u32, form: Value| {
        json!({"id": id, "form": form, "position": [id, 0, 0], "rotation": [0, 0, 0, 1],
            "scale": [1, 1, 1], "colour": "#A0b1c2", "label": format!("Thing {id}"), "locked": false})
    };
    json!({"format": "dixi-scene", "version": 1, "name": "Brought", "objects": [
        object(7, json!({"kind": "box"})),
        object(3, json!({"kind": "picture", "picture": hash, "aspect": 9})),
        object(9, json!({"kind": "stroke", "points": [[0, 0, 0], [1, 1, 0]], "width": 0.2})),
    ], "pictures": {hash: {"mime": "image/png", "base64": base64}}})
}

#[test]
fn a_scene_goes_out_and_comes_in_with_its_pictures() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let answer = send(program.at, "POST", "/api/v1/scenes", &right().to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    let scene = answer.json()["scene"].clone();
    let made = get(program.at, &format!("/api/v1/scenes/{scene}")).json();
    assert_eq!(
        (&made["name"], &made["objects"][0]["colour"]),
        (&json!("Brought"), &json!("#a0b1c2"))
    );
    assert_eq!(made["objects"][1]["form"]["aspect"], 1.0, "the picture's own");
    let hash = made["objects"][1]["form"]["picture"].as_str().unwrap().to_owned();
    let picture = get(program.at, &format!("/api/v1/pictures/{hash}"));
    assert!(
        picture.status == 200 && picture.head.contains("content-type: image/png"),
        "{picture:?}"
    );

    let file = get(program.at, &format!("/api/v1/scenes/{scene}/file"));
    assert!(file.head.contains("attachment; filename=\"brought.json\""), "{}", file.head);
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Program::start(elsewhere.path(), QUIET);
    let answer = send(other.at, "POST", "/api/v1/scenes", &file.body);
    assert_eq!(answer.status, 200, "{answer:?}");
    let id = answer.json()["scene"].clone();
    let again = get(other.at, &format!("/api/v1/scenes/{id}/file"));
    assert_eq!(again.json(), file.json());
    // The name is taken the second time.
    let answer = send(other.at, "POST", "/api/v1/scenes", &file.body).json();
    let names = get(other.at, "/api/v1/scenes").json();
    let of = |id: &Value| {
        names["scenes"].as_array().unwrap().iter().find(|s| s["id"] == *id).unwrap()["name"].clone()
    };
    assert_eq!((of(&id), of(&answer["scene"])), (json!("Brought"), json!("Brought 2")));
    // What is brought is not shown by itself, and can be taken further.
    post(&other, json!({"command": "open_scene", "scene": id}));
    let next = post(&other, json!({"command": "create"}))["ids"][0].clone();
    assert_eq!(next, 4);
}

/// What a file must not hold, and a word that the refusal must have.
fn wrong() -> Vec<(&'static str, Value)> {
    let with = |path: &str, value: Value| {
        let mut file = right();
        *file.pointer_mut(path).unwrap() = value;
        file
    };
    let beside = |path: &str, key: &str, value: Value| {
        let mut file = right();
        file.pointer_mut(path).unwrap()[key] = value;
        file
    };
    let hash = right()["objects"][1]["form"]["picture"].as_str().unwrap().to_owned();
    let entry = format!("/pictures/{hash}");
    let script = "javascript:alert(document.domain)";
    let many = vec![right()["objects"][0].clone(); 2_001];
    vec![
        ("newer", with("/version", json!(2))),
        ("version", with("/version", json!(-1))),
        ("version", with("/version", json!("1"))),
        ("format", with("/format", json!("gltf"))),
        ("name is empty", with("/name", json!(" "))),
        ("too long", with("/name", json!("x".repeat(101)))),
        ("unknown field `script`", beside("", "script", json!("alert(1)"))),
        ("unknown field `onload`", beside("/objects/0", "onload", json!("alert(1)"))),
        (
            "unknown field `url`",
            beside("/objects/0/form", "url", json!("https://example.org/x.js")),
        ),
        ("unknown field `parent`", beside("/objects/0", "parent", json!(7))),
        ("unknown field `children`", beside("/objects/0", "children", json!([7]))),
        ("u32", beside("/objects/0", "group", json!(-1))),
        ("u32", beside("/objects/0", "group", json!({"group": 7}))),
        ("unknown variant", with("/objects/0/form/kind", json!("iframe"))),
        (
            "no picture of this box",
            with("/objects/1/form/picture", json!("https://example.org/x.png")),
        ),
        ("no picture of this box", with("/objects/1/form/picture", json!(script))),
        ("no picture of this box", with("/objects/1/form/picture", json!("../../etc/passwd"))),
        ("missing", with("/objects/1/form/picture", json!("0".repeat(64)))),
        ("twice", with("/objects/1/id", json!(7))),
        ("no place", with("/objects/0/position", json!([1e39, 0, 0]))),
        ("outside the room", with("/objects/0/position", json!([1e6, 0, 0]))),
        ("turns nowhere", with("/objects/0/rotation", json!([0, 0, 0, 0]))),
        ("size", with("/objects/0/scale", json!([0, 1, 1]))),
        ("colour", with("/objects/0/colour", json!("red;background:url(//example.org)"))),
        ("too long", with("/objects/0/label", json!("x".repeat(201)))),
        ("plain text", with("/objects/0/label", json!("a\u{0}b"))),
        ("stroke", with("/objects/2/form/points", json!([]))),
        ("stroke", with("/objects/2/form/points", json!(vec![[0, 0, 0]; 2_001]))),
        ("leaves the room", with("/objects/2/form/points", json!([[1e30, 0, 0]]))),
        ("pen", with("/objects/2/form/width", json!(99))),
        ("2000", with("/objects", json!(many))),
        ("not what it says", with(&format!("{entry}/mime"), json!("image/jpeg"))),
        ("not what it says", with(&format!("{entry}/mime"), json!("image/svg+xml"))),
        ("base64", with(&format!("{entry}/base64"), json!("<svg onload=alert(1)>"))),
        ("neither", with(&format!("{entry}/base64"), json!("PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+"))),
        (
            "bytes",
            with(&format!("{entry}/base64"), {
                json!(base64::engine::general_purpose::STANDARD.encode(png(9)))
            }),
        ),
        (
            "no picture of this box",
            beside("/pictures", script, json!({"mime": "image/png", "base64": ""})),
        ),
    ]
}

#[test]
fn what_must_not_come_in_does_not_and_nothing_changes() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    let before = (get(program.at, "/api/v1/scenes").json(), canvas(&program), shown(&program));
    let refused = |body: &str, word: &str| {
        let answer = send(program.at, "POST", "/api/v1/scenes", body);
        let shown: String = body.chars().take(200).collect();
        assert!(matches!(answer.status, 400 | 501), "{shown}: {answer:?}");
        let error = answer.json()["error"].to_string();
        assert!(error.contains(word), "`{word}` is missing in {error} about {shown}");
        assert!(error.len() < 1_000, "{error}");
    };
    for (word, file) in wrong() {
        refused(&file.to_string(), word);
    }
    let text = right().to_string();
    refused(&text[..text.len() / 2], "scene");
    refused(&text.replace("[7,0,0]", "[NaN,0,0]"), "scene");
    refused(&text.replace("[7,0,0]", "[1e999,0,0]"), "scene");
    refused("", "scene");
    refused("[]", "scene");
    refused(&"[".repeat(100_000), "scene");
    let cyclic = format!("{}{}", r#"{"format":"dixi-scene","objects":"#.repeat(10_000), "1");
    refused(&cyclic, "scene");
    let huge = format!(r#"{{"format":"dixi-scene","pad":"{}"}}"#, "x".repeat(33 << 20));
    let answer = send(program.at, "POST", "/api/v1/scenes", &huge);
    assert!(matches!(answer.status, 413 | 0), "{answer:?}");
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let answer = crate::client::request(program.at, "POST", "/api/v1/scenes", form, &text);
    assert_eq!(answer.status, 415, "{answer:?}");
    let after = (get(program.at, "/api/v1/scenes").json(), canvas(&program), shown(&program));
    assert_eq!(after, before);
    for path in [
        "/api/v1/scenes/99",
        "/api/v1/scenes/x",
        "/api/v1/scenes/99/file",
        "/api/v1/scenes/99/photographs",
        "/api/v1/scenes/1/thumbnail",
        "/api/v1/pictures/x",
        "/api/v1/pictures/..%2f..%2fdixi.db",
    ] {
        let answer = get(program.at, path);
        assert!(matches!(answer.status, 404 | 400), "{path}: {answer:?}");
    }
}

/// What the schema says and what the box says are the same: for each form and object, the fields.
#[test]
fn the_schema_describes_what_is_written() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/scene.schema.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), QUIET);
    post(&program, json!({"command": "create", "form": {"kind": "text", "text": "a"}}));
    post(
        &program,
        json!({"command": "create", "form": {"kind": "answer", "text": "a", "question": "b"}}),
    );
    post(
        &program,
        json!({"command": "create", "form": {"kind": "stroke", "points": [[0, 0, 0]], "width": 0.1}}),
    );
    post(&program, json!({"command": "select_all"}));
    post(&program, json!({"command": "group"}));
    let scene = canvas(&program)["scene"].clone();
    let file = get(program.at, &format!("/api/v1/scenes/{scene}/file")).json();
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&file), keys(&schema["properties"]));
    let object = &schema["$defs"]["object"];
    let forms = schema["$defs"]["form"]["oneOf"].as_array().unwrap();
    for written in file["objects"].as_array().unwrap() {
        assert_eq!(keys(written), keys(&object["properties"]));
        let kind = &written["form"]["kind"];
        let form = forms.iter().find(|f| {
            let says = &f["properties"]["kind"];
            says["const"] == *kind || says["enum"].as_array().is_some_and(|e| e.contains(kind))
        });
        assert_eq!(keys(&written["form"]), keys(&form.unwrap()["properties"]));
    }
}
