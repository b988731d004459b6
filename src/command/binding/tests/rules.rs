//! What may be a binding, and what a hand adds to its command.

use serde_json::{Value, json};

use crate::base::Kind;
use crate::command::Command;
use crate::command::binding::{Binding, Pointed, Rule, Table, defaults};

fn binding(gesture: &str, command: Value) -> Binding {
    serde_json::from_value(json!({ "id": "x", "gesture": gesture, "command": command })).unwrap()
}

fn said(b: Binding) -> (Kind, String) {
    let e = Rule::new(b).unwrap_err();
    (e.kind(), format!("{e} | {}", e.next_step().unwrap_or("")))
}

#[test]
fn the_defaults_are_right_and_clash_with_nothing() {
    let (table, left_out) = Table::of_kept(defaults());
    assert!(left_out.is_empty(), "{left_out:?}");
    assert_eq!(table, Table::of_defaults());
    assert_eq!(table.rules().len(), defaults().len());
}

#[test]
fn aliases_are_taken_and_told_by_their_own_name() {
    for (alias, name) in [("fist", "closed_fist"), ("Thumb_Up", "thumb_up"), ("peace", "victory")] {
        let rule = Rule::new(binding(alias, json!({"command":"save"}))).unwrap();
        assert_eq!(rule.binding.gesture, name);
    }
}

#[test]
fn mistakes_are_named_with_what_would_be_right() {
    let save = || json!({"command":"save"});
    for (b, kind, near) in [
        (binding("clossed_fist", save()), Kind::Invalid, "did you mean `closed_fist`?"),
        (binding("custom:salute", save()), Kind::Unsupported, "cannot be recorded yet"),
        (binding("none", save()), Kind::Invalid, "absence"),
        (Binding { id: String::new(), ..binding("ok", save()) }, Kind::Invalid, "1 to 40"),
        (Binding { id: "Ä".into(), ..binding("ok", save()) }, Kind::Invalid, "a-z"),
        (Binding { id: "a".repeat(41), ..binding("ok", save()) }, Kind::Invalid, "1 to 40"),
        (Binding { hold_ms: 10_001, ..binding("ok", save()) }, Kind::Invalid, "0 to 10000"),
        (Binding { cooldown_ms: 60_001, ..binding("ok", save()) }, Kind::Invalid, "0 to 60000"),
        (Binding { hold_ms: 1, ..binding("clap", save()) }, Kind::Invalid, "cannot be held"),
        (binding("ok", json!({"command":"saev"})), Kind::Invalid, "did you mean `save`?"),
        (binding("ok", json!("save")), Kind::Invalid, "`command`"),
        (binding("ok", json!({"command":"scale"})), Kind::Invalid, "missing field `factor`"),
        (binding("ok", json!({"command":"save","x":1})), Kind::Invalid, "unknown field `x`"),
        (binding("swipe_left", json!({"command":"grab"})), Kind::Invalid, "cannot grab"),
        (binding("zoom_in", json!({"command":"draw"})), Kind::Invalid, "one hand's"),
        (binding("ok", json!({"command":"resume_camera"})), Kind::Invalid, "no gesture is seen"),
        (binding("ok", json!({"command":"drag","transforms":[]})), Kind::Invalid, "`grab`"),
        (binding("ok", json!({"command":"place","transforms":[]})), Kind::Invalid, "`grab`"),
        (binding("ok", json!({"command":"reset_bindings"})), Kind::Invalid, "what gestures do"),
        (
            binding("ok", json!({"command":"write","text":"x".repeat(9_000)})),
            Kind::Exhausted,
            "too long",
        ),
    ] {
        let (is, text) = said(b);
        assert_eq!(is, kind, "{text}");
        assert!(text.contains(near), "{near:?} is missing in {text}");
    }
}

#[test]
fn a_hand_fills_in_what_is_left_open_and_nothing_else() {
    let pointed = Pointed {
        target: Some(7),
        thing: Some(7),
        selected: true,
        position: Some([1.0, 2.0, 3.0]),
        at: Some([0.25, 0.75]),
    };
    let given = |command: Value, p: &Pointed| {
        let given = Rule::new(binding("victory", command)).unwrap().command(p).unwrap();
        serde_json::to_value(given).unwrap()
    };
    let nothing = Pointed::default();
    for (command, with, without) in [
        (
            json!({"command":"delete"}),
            json!({"command":"delete","ids":[7]}),
            json!({"command":"delete","ids":[]}),
        ),
        (
            json!({"command":"delete","ids":[3]}),
            json!({"command":"delete","ids":[3]}),
            json!({"command":"delete","ids":[3]}),
        ),
        (json!({"command":"undo"}), json!({"command":"undo"}), json!({"command":"undo"})),
        (
            json!({"command":"create"}),
            json!({"command":"create","position":[1.0,2.0,3.0]}),
            json!({"command":"create"}),
        ),
        (
            json!({"command":"open_ring"}),
            json!({"command":"open_ring","at":[0.25,0.75]}),
            json!({"command":"open_ring"}),
        ),
        (
            json!({"command":"select"}),
            json!({"command":"select","ids":[7],"add":false}),
            json!({"command":"select","ids":[],"add":false}),
        ),
        (json!({"command":"ask"}), json!({"command":"ask","about":7}), json!({"command":"ask"})),
        (
            json!({"command":"ask","about":3}),
            json!({"command":"ask","about":3}),
            json!({"command":"ask","about":3}),
        ),
    ] {
        assert_eq!(given(command.clone(), &pointed), with);
        assert_eq!(given(command, &nothing), without);
    }
    let turn = json!({"command":"rotate","degrees":30});
    assert_eq!(given(turn.clone(), &pointed)["ids"], json!([]), "what is selected turns");
    assert_eq!(given(turn, &Pointed { selected: false, ..pointed })["ids"], json!([7]));
    let label = Rule::new(binding("ok", json!({"command":"label","label":"done"}))).unwrap();
    assert_eq!(label.command(&pointed).unwrap(), Command::Label { id: 7, label: "done".into() });
    assert!(label.command(&nothing).unwrap_err().to_string().contains("point at"));
}

#[test]
fn two_bindings_for_the_same_gesture_hand_and_mode_clash() {
    let table = Table::of_defaults();
    let again = |change: Value| {
        let mut json = json!({"id":"mine","gesture":"fist","command":{"command":"undo"}});
        json.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        table.with(serde_json::from_value(json).unwrap())
    };
    for change in [json!({}), json!({"hand":"left"}), json!({"mode":"draw"})] {
        let e = again(change).unwrap_err();
        assert_eq!(e.kind(), Kind::Conflict);
        assert!(e.to_string().contains("`delete` already has"), "{e}");
    }
    again(json!({"enabled":false})).unwrap();
    // Under the same id it takes the place of the other.
    let changed = again(json!({"id":"delete"})).unwrap();
    assert_eq!(changed.get("delete").unwrap().command, "undo");
    assert_eq!(changed.rules().len(), table.rules().len());
    // The other hand, and the other mode, are free.
    let left = table.with(serde_json::from_value(json!({"id":"delete","gesture":"fist","hand":"right","command":{"command":"delete"}})).unwrap()).unwrap();
    left.with(
        serde_json::from_value(
            json!({"id":"mine","gesture":"fist","hand":"left","command":{"command":"undo"}}),
        )
        .unwrap(),
    )
    .unwrap();
}

#[test]
fn the_last_binding_stays_and_unknown_ones_are_named() {
    let mut table = Table::of_defaults();
    let e = table.without("delte").unwrap_err();
    assert_eq!((e.kind(), e.next_step()), (Kind::NotFound, Some("did you mean `delete`?")));
    while table.rules().len() > 1 {
        let first = table.rules()[0].id.to_string();
        table = table.without(&first).unwrap();
    }
    let e = table.without("arm").unwrap_err();
    assert!(e.kind() == Kind::Conflict && e.next_step().unwrap().contains("enabled"), "{e}");
}

#[test]
fn what_was_kept_and_is_wrong_is_left_out_and_told() {
    let kept = vec![
        binding("fist", json!({"command":"undo"})),
        Binding { id: "y".into(), ..binding("nonsense", json!({"command":"undo"})) },
        Binding { id: "z".into(), ..binding("fist", json!({"command":"redo"})) },
    ];
    let (table, left_out) = Table::of_kept(kept);
    assert_eq!((table.rules().len(), left_out.len()), (1, 2), "{left_out:?}");
}
