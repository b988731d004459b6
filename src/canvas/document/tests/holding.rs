//! Taking hold, dragging and putting down.

use super::*;

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
fn a_locked_member_of_a_group_stays_and_the_others_move() {
    let canvas = empty();
    let (a, b, c) = (boxed(&canvas, -2.0), boxed(&canvas, 0.0), boxed(&canvas, 2.0));
    done(&canvas, &ann(), &format!(r#"{{"command":"group","ids":[{a},{b},{c}]}}"#));
    // As a scene's file may have it: commands lock a group as a whole.
    let mut lock = Object::clone(canvas.scene().object(b).unwrap());
    lock.locked = true;
    let before = Arc::clone(canvas.scene().object(b).unwrap());
    let changes = vec![Change::from(&before, lock)];
    let edit = edits::Edit { changes, next_id: 50, ..edits::Edit::default() };
    canvas.step(&mut canvas.desk(), &ann(), "lock", steps::Doing::from(edit)).unwrap();
    let held = done(&canvas, &bob(), &format!(r#"{{"command":"grab","ids":[{a}]}}"#));
    assert_eq!(held.ids, [a, c]);
    assert_eq!(held.done, "2 objects are held; “Box 2” is locked and stays");
    done(&canvas, &bob(), r#"{"command":"let_back"}"#);
    for command in [
        format!(r#"{{"command":"move","ids":[{a}],"by":[0,1,0]}}"#),
        format!(r#"{{"command":"scale","ids":[{c}],"factor":2}}"#),
        format!(r#"{{"command":"rotate","ids":[{c}],"degrees":90}}"#),
    ] {
        done(&canvas, &ann(), &command);
        assert_eq!(canvas.scene().object(b).unwrap().transform(), before.transform(), "{command}");
    }
    assert!(at(&canvas, a)[1] != 0.0 && at(&canvas, c)[1] != 0.0);
    // What cannot be brought back so easily is refused whole, and so is what is locked itself.
    let e = refused(&canvas, &ann(), &format!(r#"{{"command":"delete","ids":[{a}]}}"#));
    assert!(e.to_string().contains("“Box 2” is locked"), "{e}");
    done(&canvas, &ann(), &format!(r#"{{"command":"lock","ids":[{a}]}}"#));
    let e = refused(&canvas, &bob(), &format!(r#"{{"command":"grab","ids":[{a}]}}"#));
    assert!(e.to_string().contains("is locked"), "{e}");
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
fn on_a_grid_sizes_and_turns_are_put_down_in_steps_too() {
    let canvas = empty();
    canvas.settings.set("canvas.snap_units", &1.0.into()).unwrap();
    let put = |ids: &[u32], how: &dyn Fn(&mut Transform)| {
        let moved = ids.iter().map(|id| {
            let mut t = canvas.scene().object(*id).unwrap().transform();
            how(&mut t);
            t
        });
        let moved = moved.collect();
        canvas.handle(&ann(), &Command::Grab { ids: ids.to_vec() }).unwrap();
        canvas.handle(&ann(), &Command::Drag { transforms: moved }).unwrap();
        done(&canvas, &ann(), r#"{"command":"release"}"#);
        canvas.scene().object(ids[0]).unwrap().transform()
    };
    let turn = |degrees: f32| glam::Quat::from_rotation_z(degrees.to_radians());
    let a = boxed(&canvas, 0.0);
    // As two hands would: 1.47 times as large, hardly turned, hardly moved.
    let t = put(&[a], &|t| {
        t.scale = t.scale.map(|s| s * 1.47);
        t.rotation = turn(0.6).to_array();
        t.position = [0.04, 1.1, 0.0];
    });
    assert_eq!(
        (t.scale, t.rotation, t.position),
        ([2.25; 3], [0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0])
    );
    let t = put(&[a], &|t| t.rotation = turn(41.0).to_array());
    assert!(turn(45.0).dot(glam::Quat::from_array(t.rotation)).abs() > 1.0 - 1e-6, "{t:?}");
    assert_eq!(t.scale, [2.25; 3], "what was not changed stays");
    // Never to nothing, and mirrored things stay mirrored.
    let t = put(&[a], &|t| t.scale = [0.02, -0.02, 0.02]);
    assert_eq!(t.scale, [0.25, -0.25, 0.25]);
    // Several keep their proportions: the middle is on the grid, the largest has a whole size.
    let (b, c) = (boxed(&canvas, 4.0), boxed(&canvas, 6.0));
    put(&[b, c], &|t| {
        t.scale = t.scale.map(|s| s * 1.3);
        t.position[0] = 5.0 + (t.position[0] - 5.0) * 1.3;
    });
    let way = at(&canvas, c)[0] - at(&canvas, b)[0];
    assert!((way - 2.0 * 2.0 / 1.5).abs() < 1e-4, "{way}");
    // Without a grid all lies as it was put.
    canvas.settings.set("canvas.snap_units", &0.0.into()).unwrap();
    let t = put(&[a], &|t| t.scale = [1.4321; 3]);
    assert_eq!(t.scale, [1.4321; 3]);
}
