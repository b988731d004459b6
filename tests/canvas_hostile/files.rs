//! Scene files that lie, and scenes at their limits.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::pictures::png;
use super::victim::Victim;
use crate::client::{get, send};

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
