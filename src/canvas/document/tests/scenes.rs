//! Steps and scenes: kept, told, taken back.

use super::*;

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
