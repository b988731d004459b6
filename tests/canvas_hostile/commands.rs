//! Commands that lie, and words that only look like it.

use serde_json::{Value, json};

use super::victim::Victim;
use crate::client::get;

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
