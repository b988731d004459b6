//! What changes objects, and what is refused.

use super::*;

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
