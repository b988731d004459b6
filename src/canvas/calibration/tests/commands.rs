use super::*;
use crate::base::Kind;

fn corners(corners: [[f32; 2]; 4]) -> Command {
    Command::SetCorners { corners, output: None }
}

#[test]
fn corners_are_tried_asked_about_kept_and_there_again() {
    let shelf = Arc::new(Memory::default());
    let c = open(&shelf, "demo");
    assert!(c.handle(&Who::new("x"), &Command::Approve {}).is_none(), "no question is open");
    assert!(c.handle(&Who::new("x"), &Command::Undo {}).is_none());
    begin(&c, CalibrationMethod::Corners);
    assert_eq!(c.state().running.as_ref().unwrap().step, "drag");
    assert_eq!(c.hands_are_for(), HandsFor::Calibration);
    run(&c, corners(ASKEW)).unwrap();
    let state = c.state();
    assert_eq!((state.running.as_ref().unwrap().step.as_str(), &state.used), ("confirm", &None));
    assert_eq!(c.hands_are_for(), HandsFor::Answer);
    assert_eq!(c.question().unwrap().about, "calibration");
    assert!(off(c.mapping().to_canvas(ASKEW[2]), [1.0, 1.0]) < 1e-5, "it is tried at once");

    let done = run(&c, Command::Approve {}).unwrap();
    assert!(done.kept, "{done:?}");
    let used = c.state().used.clone().unwrap();
    assert_eq!((used.method, used.error_percent), (CalibrationMethod::Corners, None));
    for (seen, meant) in used.corners.iter().zip(ASKEW) {
        assert!(off(*seen, meant) < 1e-5);
    }
    assert_eq!((c.hands_are_for(), c.question()), (HandsFor::Canvas, None));

    let again = open(&shelf, "demo");
    assert_eq!(again.state().used, c.state().used);
    assert!(off(again.mapping().to_canvas(ASKEW[0]), [0.0, 0.0]) < 1e-5);
    let other = open(&shelf, "v4l2:other");
    assert!(!other.mapping().is_calibrated() && other.state().used.is_none());
    other.use_camera("demo");
    assert!(other.mapping().is_calibrated());

    run(&c, Command::ForgetCalibration { output: None }).unwrap();
    assert!(!c.mapping().is_calibrated());
    assert!(!open(&shelf, "demo").mapping().is_calibrated());
    let e = run(&c, Command::ForgetCalibration { output: None }).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
}

#[test]
fn saying_no_or_cancelling_leaves_what_was_there() {
    let c = open(&Arc::default(), "demo");
    run(&c, corners(ASKEW)).unwrap();
    run(&c, Command::Approve {}).unwrap();
    let before = c.state().used.clone();
    let other = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]];
    for end in [Command::Reject {}, Command::CancelCalibration {}] {
        run(&c, corners(other)).unwrap();
        assert!(off(c.mapping().to_canvas([0.1, 0.1]), [0.0, 0.0]) < 1e-5);
        run(&c, end).unwrap();
        assert_eq!((&c.state().used, &c.state().running), (&before, &None));
        assert!(off(c.mapping().to_canvas(ASKEW[0]), [0.0, 0.0]) < 1e-5);
    }
    run(&c, Command::CancelCalibration {}).unwrap();
}

#[test]
fn crossed_corners_and_bad_names_are_refused_and_change_nothing() {
    let c = open(&Arc::default(), "demo");
    let before = c.state();
    let [a, b, d, e] = ASKEW;
    let refused = run(&c, corners([a, d, b, e])).unwrap_err();
    assert!(refused.to_string().contains("crossed"), "{refused}");
    let named = |output: &str| Command::Calibrate {
        method: CalibrationMethod::Markers,
        output: Some(output.into()),
    };
    for name in ["", "a b", "Wall", &"x".repeat(41)] {
        assert_eq!(run(&c, named(name)).unwrap_err().kind(), Kind::Invalid);
    }
    assert_eq!(c.state(), before);
    let nowhere = Calibration::new(None, Arc::default(), Clock::new());
    assert_eq!(run(&nowhere, named("main")).unwrap_err().kind(), Kind::Unavailable);
}

#[test]
fn what_cannot_be_kept_is_used_all_the_same_and_says_so() {
    let shelf = Arc::new(Memory::default());
    let c = open(&shelf, "demo");
    shelf.full.store(true, Ordering::Relaxed);
    run(&c, corners(ASKEW)).unwrap();
    let done = run(&c, Command::Approve {}).unwrap();
    assert!(!done.kept && done.reason.unwrap().contains("disk is full"));
    assert!(c.mapping().is_calibrated());
    let e = run(&c, Command::ForgetCalibration { output: None }).unwrap_err();
    assert_eq!(e.kind(), Kind::DiskFull);
    assert!(c.mapping().is_calibrated(), "what would be back after a restart is not gone now");
}

#[test]
fn a_keystone_moves_the_canvas_and_the_calibration_stays_right() {
    let c = open(&Arc::default(), "demo");
    run(&c, corners(ASKEW)).unwrap();
    run(&c, Command::Approve {}).unwrap();
    let to_output = c.mapping();
    let key = [[0.1, 0.05], [0.95, 0.0], [0.9, 1.0], [0.0, 0.9]];
    let set = |corners| Command::SetKeystone { output: "main".into(), corners };
    run(&c, set(key)).unwrap();
    assert_eq!(c.state().keystones[0].corners, key);
    let keystone = from_unit_square(&key).unwrap();
    for at in [[0.5, 0.5], [0.1, 0.9], [0.8, 0.3]] {
        // Where the output shows this point of the canvas now, and where the camera sees that.
        let shown = keystone.apply(at.map(f64::from)).unwrap().map(|v| v as f32);
        let seen = to_output.to_image(shown).unwrap();
        assert!(off(c.mapping().to_canvas(seen), at) < 1e-5);
    }
    // Calibrated anew while keystoned, and then straightened.
    run(&c, corners(ASKEW)).unwrap();
    assert_eq!(run(&c, set(key)).unwrap_err().kind(), Kind::Conflict);
    run(&c, Command::Approve {}).unwrap();
    assert!(off(c.mapping().to_canvas(ASKEW[1]), [1.0, 0.0]) < 1e-5);
    run(&c, set([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])).unwrap();
    assert!(c.state().keystones.is_empty());
    assert!(off(c.mapping().to_canvas(ASKEW[1]), key[1]) < 1e-5);
    for (bad, why) in [
        ([[-0.3, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], "-0.30"),
        ([[0.0, 0.0], [1.0, 0.0], [0.2, 0.2], [0.0, 1.0]], "bent inwards"),
    ] {
        assert!(run(&c, set(bad)).unwrap_err().to_string().contains(why));
    }
}

#[test]
fn the_output_that_hands_touch_is_the_one_that_is_open() {
    let shelf = Arc::new(Memory::default());
    let c = open(&shelf, "demo");
    assert_eq!(c.state().output, "main");
    for (output, corner) in [("wall", 0.2), ("table", 0.3)] {
        let corners = [[corner, 0.2], [0.9, 0.2], [0.9, 0.9], [0.2, 0.9]];
        run(&c, Command::SetCorners { corners, output: Some(output.into()) }).unwrap();
        run(&c, Command::Approve {}).unwrap();
    }
    assert_eq!(c.state().output, "table", "the one calibrated last");
    let show =
        |names: &[&str]| c.show_outputs(&names.iter().map(|n| n.to_string()).collect::<Vec<_>>());
    show(&["wall"]);
    assert_eq!((c.state().output.as_str(), &c.state().outputs[..]), ("wall", &["wall".into()][..]));
    assert!(off(c.mapping().to_canvas([0.2, 0.2]), [0.0, 0.0]) < 1e-5);
    show(&["third", "wall"]);
    assert_eq!((c.state().output.as_str(), c.state().outputs.len()), ("wall", 2));
    let unsaid = Command::Calibrate { method: CalibrationMethod::Pointing, output: None };
    assert!(run(&c, unsaid).unwrap_err().to_string().contains("wall, third"));
    show(&["third"]);
    assert_eq!(c.state().output, "third");
    assert!(!c.mapping().is_calibrated(), "the one that is open is not calibrated");
    show(&[]);
    assert_eq!(c.state().output, "table");
    run(&c, Command::ShowGrid { on: true }).unwrap();
    assert!(c.state().grid);
}

#[test]
fn changing_the_camera_ends_the_attempt_with_words() {
    let c = open(&Arc::default(), "demo");
    begin(&c, CalibrationMethod::Markers);
    assert_eq!(
        (c.wanted(), c.state().running.as_ref().unwrap().markers.len()),
        (Wanted::Markers, 12)
    );
    c.use_camera("v4l2:other");
    assert!(c.state().running.is_none());
    assert!(c.state().failed.as_ref().unwrap().contains("camera was changed"));
    begin(&c, CalibrationMethod::Pointing);
    assert_eq!(c.state().failed, None);
}
