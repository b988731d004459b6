//! Any sequence of commands, done, undone and done again.

use proptest::prelude::*;

use super::*;

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
