//! The document alone, on a database in memory.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::base::object::{Object, Transform};
use crate::base::{Error, Kind as Sort};
use crate::config::Layers;
use crate::store::settings::NotKept;

fn settings() -> Arc<SettingsHub> {
    let keeper = Arc::new(NotKept::because(&Error::invalid("a test")));
    Arc::new(SettingsHub::new(Layers::default(), Vec::new(), keeper))
}

fn on(store: &Arc<Store>) -> Arc<Canvas> {
    Canvas::open(Arc::clone(store), None, settings(), Clock::new()).unwrap()
}

/// A canvas with an empty scene.
fn empty() -> Arc<Canvas> {
    let canvas = on(&Store::in_memory().unwrap());
    canvas.handle(&ann(), &Command::NewScene { name: None }).unwrap();
    canvas
}

fn ann() -> Who {
    Who::new("page 1")
}

fn bob() -> Who {
    Who::new("right hand")
}

fn command(json: &str) -> Command {
    Command::from_json(json.as_bytes()).unwrap()
}

fn done(canvas: &Canvas, who: &Who, json: &str) -> Outcome {
    canvas.handle(who, &command(json)).unwrap_or_else(|e| panic!("{json}: {e}"))
}

fn refused(canvas: &Canvas, who: &Who, json: &str) -> Error {
    let before = (canvas.scene(), canvas.state());
    // By its words already, or by what it means.
    let e = Command::from_json(json.as_bytes())
        .and_then(|command| canvas.handle(who, &command))
        .unwrap_err();
    assert_eq!((canvas.scene(), canvas.state()), before, "{json}");
    e
}

fn boxed(canvas: &Canvas, x: f32) -> u32 {
    let json = format!(r#"{{"command":"create","form":{{"kind":"box"}},"position":[{x},0,0]}}"#);
    done(canvas, &ann(), &json).ids[0]
}

fn at(canvas: &Canvas, id: u32) -> [f32; 3] {
    canvas.scene().object(id).unwrap().position
}

#[test]
fn the_first_start_shows_one_scene_with_something_to_take() {
    let store = Store::in_memory().unwrap();
    let canvas = on(&store);
    assert!(canvas.scene().objects.len() >= 3);
    for object in &canvas.scene().objects {
        assert_eq!(check::object(Object::clone(object)).unwrap(), **object);
    }
    assert_eq!(canvas.scenes().unwrap().0.len(), 1);
    assert!(canvas.state().undo.is_none());
    let same = on(&store);
    assert_eq!(same.scene(), canvas.scene());
}

#[test]
fn what_is_made_is_kept_told_and_taken_back_whoever_made_it() {
    let store = Store::in_memory().unwrap();
    let canvas = on(&store);
    done(&canvas, &ann(), r#"{"command":"new_scene","name":"Mine"}"#);
    let mut changes = canvas.feeds().changes.subscribe();
    let made = done(&canvas, &bob(), r#"{"command":"create","form":{"kind":"text","text":"hi"}}"#);
    assert_eq!((made.ids.as_slice(), made.kept), ([1].as_slice(), true), "{made:?}");
    assert_eq!(canvas.state().selection, [1]);
    let change = changes.try_recv().unwrap();
    assert_eq!(
        (change.revision, change.who.as_str(), change.command.as_str()),
        (1, "right hand", "create")
    );
    assert_eq!(canvas.state().undo.as_ref().unwrap().who, "right hand");

    drop(canvas);
    let canvas = on(&store);
    assert_eq!((canvas.scene().name.as_str(), canvas.scene().objects.len()), ("Mine", 1));
    let undone = done(&canvas, &ann(), r#"{"command":"undo"}"#);
    assert!(undone.done.contains("right hand") && undone.done.contains("create"), "{undone:?}");
    assert!(canvas.scene().objects.is_empty());
    drop(canvas);
    let canvas = on(&store);
    assert_eq!(canvas.state().redo.as_ref().unwrap().who, "right hand");
    done(&canvas, &ann(), r#"{"command":"redo"}"#);
    assert_eq!((canvas.scene().objects.len(), canvas.scene().revision), (1, 3));
    let e = refused(&canvas, &ann(), r#"{"command":"redo"}"#);
    assert!(e.what().contains("nothing to be done again"), "{e}");
    // A new step replaces what was undone; a number is never given twice.
    done(&canvas, &ann(), r#"{"command":"undo"}"#);
    assert_eq!(boxed(&canvas, 1.0), 2);
    assert!(canvas.state().redo.is_none());
}

#[test]
fn several_or_none() {
    let canvas = empty();
    let (a, b) = (boxed(&canvas, -2.0), boxed(&canvas, 2.0));
    done(&canvas, &ann(), &format!(r#"{{"command":"lock","ids":[{b}]}}"#));
    let e =
        refused(&canvas, &ann(), &format!(r#"{{"command":"move","ids":[{a},{b}],"by":[1,0,0]}}"#));
    assert!(e.kind() == Sort::Conflict && e.what().contains("“Box 2” is locked"), "{e}");
    let e = refused(&canvas, &ann(), &format!(r#"{{"command":"delete","ids":[{a},77]}}"#));
    assert!(e.kind() == Sort::NotFound && e.what().contains("77"), "{e}");
    done(&canvas, &ann(), r#"{"command":"clear"}"#);
    assert_eq!(canvas.scene().objects.len(), 1, "what is locked stays");
}

#[test]
fn what_one_holds_is_not_anothers() {
    let canvas = empty();
    let id = boxed(&canvas, 0.0);
    let grab = format!(r#"{{"command":"grab","ids":[{id}]}}"#);
    done(&canvas, &bob(), &grab);
    let steps = canvas.scene().revision;
    for other in [
        grab.clone(),
        format!(r#"{{"command":"delete","ids":[{id}]}}"#),
        r#"{"command":"undo"}"#.into(),
    ] {
        let e = refused(&canvas, &ann(), &other);
        assert!(e.kind() == Sort::Conflict && e.to_string().contains("right hand"), "{e}");
    }
    let place = |x: f32| Command::Drag {
        transforms: vec![Transform {
            position: [x, 1.0, 0.5],
            ..canvas.scene().object(id).unwrap().transform()
        }],
    };
    for x in [0.5, 1.0, 1.5] {
        canvas.handle(&bob(), &place(x)).unwrap();
        assert_eq!(canvas.feeds().held.borrow()[0].objects[0].position[0], x);
    }
    assert_eq!(canvas.scene().revision, steps, "a drag is no step");
    assert_eq!(canvas.handle(&ann(), &place(0.0)).unwrap_err().kind(), Sort::Conflict);
    done(&canvas, &bob(), r#"{"command":"release"}"#);
    assert_eq!((canvas.scene().revision, at(&canvas, id)), (steps + 1, [1.5, 1.0, 0.5]));
    assert!(canvas.feeds().held.borrow().is_empty());
    done(&canvas, &ann(), &grab);
    canvas.handle(&ann(), &place(4.0)).unwrap();
    done(&canvas, &ann(), r#"{"command":"let_back"}"#);
    assert_eq!(at(&canvas, id), [1.5, 1.0, 0.5]);
}

#[test]
fn who_is_gone_has_let_go_where_it_was() {
    let canvas = empty();
    let id = boxed(&canvas, 0.0);
    done(&canvas, &bob(), &format!(r#"{{"command":"grab","ids":[{id}]}}"#));
    let t =
        Transform { position: [3.0, 0.0, 0.0], ..canvas.scene().object(id).unwrap().transform() };
    canvas.handle(&bob(), &Command::Drag { transforms: vec![t] }).unwrap();
    canvas.gone(&bob());
    assert_eq!(at(&canvas, id), [3.0, 0.0, 0.0]);
    assert_eq!(canvas.state().undo.as_ref().unwrap().who, "right hand");
    done(&canvas, &ann(), &format!(r#"{{"command":"grab","ids":[{id}]}}"#));
    done(&canvas, &bob(), r#"{"command":"new_scene"}"#);
    assert!(canvas.feeds().held.borrow().is_empty(), "another scene is shown");
}

#[test]
fn a_holder_gone_without_a_word_does_not_keep_things_for_ever() {
    let canvas = empty();
    let id = boxed(&canvas, 0.0);
    let grab = format!(r#"{{"command":"grab","ids":[{id}]}}"#);
    done(&canvas, &bob(), &grab);
    let mut t = canvas.scene().object(id).unwrap().transform();
    t.position[0] = 2.0;
    canvas.handle(&bob(), &Command::Drag { transforms: vec![t] }).unwrap();
    assert_eq!(refused(&canvas, &ann(), &grab).kind(), Sort::Conflict);
    canvas.holds().forgotten = std::time::Duration::ZERO;
    std::thread::sleep(std::time::Duration::from_millis(1));
    done(&canvas, &ann(), &grab);
    assert_eq!(at(&canvas, id)[0], 2.0, "put down where it was");
    assert_eq!(
        canvas.handle(&bob(), &Command::Drag { transforms: vec![t] }).unwrap_err().kind(),
        Sort::Conflict
    );
}

#[test]
fn a_drag_does_not_wait_for_the_desk() {
    let canvas = empty();
    let id = boxed(&canvas, 0.0);
    done(&canvas, &bob(), &format!(r#"{{"command":"grab","ids":[{id}]}}"#));
    let busy = canvas.desk();
    let t = Transform { position: [1.0; 3], ..canvas.scene().object(id).unwrap().transform() };
    canvas.handle(&bob(), &Command::Drag { transforms: vec![t] }).unwrap();
    assert_eq!(canvas.catch_up(None).scene.objects.len(), 1);
    drop(busy);
}

#[test]
fn groups_are_picked_moved_and_deleted_together() {
    let canvas = empty();
    let (a, b, c) = (boxed(&canvas, -2.0), boxed(&canvas, 0.0), boxed(&canvas, 2.0));
    done(&canvas, &ann(), &format!(r#"{{"command":"group","ids":[{a},{b}]}}"#));
    assert_eq!(
        done(&canvas, &ann(), &format!(r#"{{"command":"select","ids":[{a}]}}"#)).ids,
        [a, b]
    );
    done(&canvas, &ann(), &format!(r#"{{"command":"move","ids":[{b}],"by":[0,1,0]}}"#));
    assert_eq!((at(&canvas, a)[1], at(&canvas, c)[1]), (1.0, 0.0));
    let copies = done(&canvas, &ann(), &format!(r#"{{"command":"duplicate","ids":[{a}]}}"#)).ids;
    let groups: Vec<_> =
        copies.iter().map(|id| canvas.scene().object(*id).unwrap().group).collect();
    assert!(copies.len() == 2 && groups[0] == groups[1] && groups[0] == Some(2), "{groups:?}");
    done(&canvas, &ann(), &format!(r#"{{"command":"delete","ids":[{a}]}}"#));
    assert_eq!(canvas.scene().objects.len(), 3);
    done(&canvas, &ann(), &format!(r#"{{"command":"ungroup","ids":[{}]}}"#, copies[0]));
    assert!(canvas.scene().objects.iter().all(|o| o.group.is_none()));
}

#[test]
fn saved_comes_back_and_undo_brings_back_what_was_there() {
    let canvas = empty();
    let e = refused(&canvas, &ann(), r#"{"command":"revert"}"#);
    assert!(e.what().contains("nothing was saved"), "{e}");
    let id = boxed(&canvas, 0.0);
    done(&canvas, &ann(), r#"{"command":"approve"}"#);
    assert_eq!(canvas.state().saved, Some(1));
    done(&canvas, &ann(), &format!(r#"{{"command":"delete","ids":[{id}]}}"#));
    let (other, _) = (boxed(&canvas, 1.0), ());
    done(&canvas, &ann(), r#"{"command":"reject"}"#);
    assert!(canvas.scene().object(id).is_some() && canvas.scene().object(other).is_none());
    done(&canvas, &ann(), r#"{"command":"undo"}"#);
    assert!(canvas.scene().object(id).is_none() && canvas.scene().object(other).is_some());
}

#[test]
fn a_question_is_answered_before_anything_is_saved() {
    let canvas = empty();
    let said = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&said);
    let question =
        crate::canvas::Question { about: "calibration".into(), text: "Does it fit?".into() };
    canvas.ask(
        question,
        Arc::new(move |who, yes| {
            note.lock().unwrap().push((who.to_string(), yes));
            Ok(Outcome::default())
        }),
    );
    assert!(canvas.state().question.is_some());
    done(&canvas, &bob(), r#"{"command":"approve"}"#);
    assert_eq!(*said.lock().unwrap(), [("right hand".to_owned(), true)]);
    assert!(canvas.state().question.is_none() && canvas.state().saved.is_none());
}

#[test]
fn scenes_come_and_go_and_there_is_always_one() {
    let canvas = empty();
    let (first, second) = (1, canvas.scene().id);
    boxed(&canvas, 0.0);
    assert_eq!(done(&canvas, &ann(), r#"{"command":"next"}"#).scene, Some(first));
    assert_eq!(done(&canvas, &ann(), r#"{"command":"previous"}"#).scene, Some(second));
    let copy =
        done(&canvas, &ann(), &format!(r#"{{"command":"duplicate_scene","scene":{first}}}"#));
    let names: Vec<_> = canvas.scenes().unwrap().0.into_iter().map(|s| (s.id, s.name)).collect();
    let copy = copy.scene.unwrap();
    assert_eq!(
        names,
        [(first, "Scene 1".into()), (copy, "Scene 3".into()), (second, "Scene 2".into())]
    );
    for id in [copy, second, first] {
        done(&canvas, &ann(), &format!(r#"{{"command":"delete_scene","scene":{id}}}"#));
        assert_ne!(canvas.scene().id, id);
    }
    let (listed, deleted) = canvas.scenes().unwrap();
    assert_eq!((listed.len(), deleted.len()), (1, 3));
    let e = refused(&canvas, &ann(), &format!(r#"{{"command":"open_scene","scene":{first}}}"#));
    assert!(e.kind() == Sort::NotFound && e.next_step().unwrap().contains("restore"), "{e}");
    assert_eq!(done(&canvas, &ann(), r#"{"command":"restore_scene"}"#).scene, Some(first));
    done(&canvas, &ann(), &format!(r#"{{"command":"open_scene","scene":{first}}}"#));
    let e = refused(&canvas, &ann(), r#"{"command":"open_scene","scene":99}"#);
    assert_eq!(e.kind(), Sort::NotFound);
    done(
        &canvas,
        &ann(),
        &format!(r#"{{"command":"rename_scene","scene":{first},"name":" Tea\n"}}"#),
    );
    assert_eq!((canvas.state().name.as_str(), canvas.scene().name.as_str()), ("Tea", "Tea"));
}

#[test]
fn who_was_away_gets_what_it_missed_and_else_the_scene_whole() {
    let canvas = empty();
    let scene = canvas.scene().id;
    for _ in 0..300 {
        boxed(&canvas, 0.0);
    }
    let missed = |have| canvas.catch_up(have).missed.map(|m| m.len());
    assert_eq!(missed(Some((scene, 290))), Some(10));
    assert_eq!(missed(Some((scene, 300))), Some(0));
    assert_eq!(missed(Some((scene, 10))), None, "too long ago");
    assert_eq!(missed(Some((scene, 301))), None, "from another life");
    assert_eq!(missed(Some((1, 290))), None);
    assert_eq!(missed(None), None);
}

#[test]
fn the_history_is_as_long_as_the_setting_says() {
    let canvas = empty();
    canvas.settings.set("canvas.undo_steps", &10.into()).unwrap();
    for _ in 0..15 {
        boxed(&canvas, 0.0);
    }
    let undone = (0..15).take_while(|_| canvas.handle(&ann(), &Command::Undo {}).is_ok()).count();
    assert_eq!((undone, canvas.scene().objects.len()), (10, 5));
}

#[test]
fn things_put_down_snap_if_wanted_and_keep_their_distances() {
    let canvas = empty();
    canvas.settings.set("canvas.snap_units", &0.5.into()).unwrap();
    let a = boxed(&canvas, 0.6);
    assert_eq!(at(&canvas, a)[0], 0.5);
    let json = format!(
        r#"{{"command":"place","transforms":[{{"id":{a},"position":[1.1,0,0],"rotation":[0,0,0,2],"scale":[1,1,1]}}]}}"#
    );
    done(&canvas, &ann(), &json);
    assert_eq!(at(&canvas, a)[0], 1.1, "placed exactly");
    let b = boxed(&canvas, 3.0);
    done(&canvas, &ann(), &format!(r#"{{"command":"grab","ids":[{a},{b}]}}"#));
    let moved = [a, b].map(|id| {
        let mut t = canvas.scene().object(id).unwrap().transform();
        t.position[0] += 0.3;
        t
    });
    canvas.handle(&ann(), &Command::Drag { transforms: moved.to_vec() }).unwrap();
    done(&canvas, &ann(), r#"{"command":"release"}"#);
    let (x, y) = (at(&canvas, a)[0], at(&canvas, b)[0]);
    assert!((y - x - 1.9).abs() < 1e-5 && ((x + y) / 2.0 * 2.0).fract().abs() < 1e-4, "{x} {y}");
}

#[test]
fn what_cannot_stand_in_a_scene_is_refused() {
    let canvas = empty();
    let id = boxed(&canvas, 0.0);
    let long = "x".repeat(2_001);
    for bad in [
        format!(r#"{{"command":"create","form":{{"kind":"text","text":"{long}"}}}}"#),
        r#"{"command":"create","form":{"kind":"text","text":"a\u0007b"}}"#.into(),
        r#"{"command":"create","form":{"kind":"picture","picture":"javascript:alert(1)","aspect":1}}"#.into(),
        r#"{"command":"create","form":{"kind":"picture","picture":"https://example.org/x.png","aspect":1}}"#.into(),
        format!(r#"{{"command":"create","form":{{"kind":"picture","picture":"{}","aspect":1}}}}"#, "a".repeat(64)),
        r#"{"command":"create","form":{"kind":"stroke","points":[],"width":0.1}}"#.into(),
        r#"{"command":"create","form":{"kind":"stroke","points":[[1e38,0,0]],"width":0.1}}"#.into(),
        r#"{"command":"create","form":{"kind":"stroke","points":[[0,0,0]],"width":9}}"#.into(),
        r#"{"command":"create","position":[1e39,0,0]}"#.into(),
        r#"{"command":"create","rotation":[0,0,0,0]}"#.into(),
        r#"{"command":"create","scale":[0,1,1]}"#.into(),
        r#"{"command":"create","colour":"red"}"#.into(),
        r#"{"command":"create","colour":"url(#x)"}"#.into(),
        format!(r#"{{"command":"move","ids":[{id}],"by":[1e39,0,0]}}"#),
        format!(r#"{{"command":"rotate","ids":[{id}],"axis":[0,0,0],"degrees":5}}"#),
        format!(r#"{{"command":"rotate","ids":[{id}],"degrees":1e39}}"#),
        format!(r#"{{"command":"scale","ids":[{id}],"factor":-1}}"#),
        format!(r#"{{"command":"scale","ids":[{id}],"factor":1000}}"#),
        r#"{"command":"place","transforms":[]}"#.into(),
        format!(r#"{{"command":"label","id":{id},"label":"{}"}}"#, "x".repeat(201)),
        format!(r#"{{"command":"write","id":{id},"text":"no card"}}"#),
        format!(r#"{{"command":"group","ids":[{id}]}}"#),
        r#"{"command":"set_tray","kind":"text"}"#.into(),
        r#"{"command":"set_tray","pen_width":0}"#.into(),
        r#"{"command":"new_scene","name":"  "}"#.into(),
    ] {
        let e = refused(&canvas, &ann(), &bad);
        assert!(matches!(e.kind(), Sort::Invalid | Sort::NotFound), "{bad}: {e:?}");
    }
}

#[test]
fn nothing_leaves_the_room() {
    let canvas = empty();
    let (a, b) = (boxed(&canvas, -1.0), boxed(&canvas, 1.0));
    done(&canvas, &ann(), &format!(r#"{{"command":"move","ids":[{a},{b}],"by":[1000,0,-1000]}}"#));
    assert_eq!((at(&canvas, a), at(&canvas, b)), ([14.0, 0.0, -6.0], [16.0, 0.0, -6.0]));
    done(&canvas, &ann(), &format!(r#"{{"command":"scale","ids":[{a}],"factor":100}}"#));
    assert_eq!(canvas.scene().object(a).unwrap().scale, [100.0; 3]);
}

fn some_command() -> impl Strategy<Value = String> {
    let ids = prop::collection::vec(1..12_u32, 0..3);
    let number = -3.0..3.0_f32;
    prop_oneof![
        3 => number.clone().prop_map(|x| format!(r#"{{"command":"create","position":[{x},0,0]}}"#)),
        1 => Just(r#"{"command":"create","form":{"kind":"stroke","points":[[0,0,0],[1,1,0]],"width":0.1}}"#.to_owned()),
        2 => (ids.clone(), number.clone()).prop_map(|(i, x)| format!(r#"{{"command":"move","ids":{i:?},"by":[{x},{x},0.1]}}"#)),
        2 => (ids.clone(), number.clone()).prop_map(|(i, x)| format!(r#"{{"command":"rotate","ids":{i:?},"degrees":{x}}}"#)),
        2 => (ids.clone(), 0.1..3.0_f32).prop_map(|(i, x)| format!(r#"{{"command":"scale","ids":{i:?},"factor":{x}}}"#)),
        1 => ids.clone().prop_map(|i| format!(r##"{{"command":"colour","ids":{i:?},"colour":"#00ff00"}}"##)),
        1 => ids.clone().prop_map(|i| format!(r#"{{"command":"lock","ids":{i:?}}}"#)),
        1 => ids.clone().prop_map(|i| format!(r#"{{"command":"unlock","ids":{i:?}}}"#)),
        2 => ids.clone().prop_map(|i| format!(r#"{{"command":"group","ids":{i:?}}}"#)),
        1 => ids.clone().prop_map(|i| format!(r#"{{"command":"ungroup","ids":{i:?}}}"#)),
        2 => ids.clone().prop_map(|i| format!(r#"{{"command":"duplicate","ids":{i:?}}}"#)),
        2 => ids.clone().prop_map(|i| format!(r#"{{"command":"delete","ids":{i:?}}}"#)),
        1 => ids.prop_map(|i| format!(r#"{{"command":"select","ids":{i:?}}}"#)),
        1 => Just(r#"{"command":"clear"}"#.to_owned()),
        1 => Just(r#"{"command":"save"}"#.to_owned()),
        1 => Just(r#"{"command":"revert"}"#.to_owned()),
        2 => Just(r#"{"command":"undo"}"#.to_owned()),
        1 => Just(r#"{"command":"redo"}"#.to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever was done: all undone is the start, all done again is the end, each change told leads
    /// from one revision to the next, and what is kept is what is shown.
    #[test]
    fn all_undone_is_the_start_and_all_done_again_is_the_end(commands in prop::collection::vec(some_command(), 1..40)) {
        let store = Store::in_memory().unwrap();
        let canvas = on(&store);
        let start = canvas.scene();
        let mut told = canvas.feeds().changes.subscribe();
        let mut followed = Scene::clone(&start);
        for json in &commands {
            let before = canvas.scene();
            match canvas.handle(&ann(), &command(json)) {
                Ok(_) => {}
                Err(_) => prop_assert_eq!(&canvas.scene(), &before),
            }
            while let Ok(change) = told.try_recv() {
                prop_assert_eq!(change.revision, followed.revision + 1);
                followed.revision = change.revision;
                followed.objects.retain(|o| !change.removed.contains(&o.id) && !change.objects.iter().any(|n| n.id == o.id));
                followed.objects.extend(change.objects.iter().cloned());
                followed.objects.sort_by_key(|o| o.id);
            }
            prop_assert_eq!(&followed, &*canvas.scene());
        }
        while canvas.handle(&ann(), &Command::Redo {}).is_ok() {}
        let end = canvas.scene();
        for object in &end.objects {
            prop_assert_eq!(&check::object(Object::clone(object)).unwrap(), &**object);
        }
        prop_assert_eq!(&*on(&store).scene(), &*end);
        while canvas.handle(&bob(), &Command::Undo {}).is_ok() {}
        prop_assert_eq!(&canvas.scene().objects, &start.objects);
        let again = on(&store);
        prop_assert_eq!(&again.scene().objects, &start.objects);
        while again.handle(&bob(), &Command::Redo {}).is_ok() {}
        prop_assert_eq!(&again.scene().objects, &end.objects);
    }
}
