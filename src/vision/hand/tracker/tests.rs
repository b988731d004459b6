//! Tracks over invented frames: a hand is a fixed shape of 100 pixels at some place.

use super::*;

const SIZE: (u32, u32) = (640, 480);

fn rules() -> Rules {
    Rules {
        num_hands: 2,
        min_tracking_confidence: 0.5,
        search_interval: Duration::from_millis(200),
    }
}

/// An upright hand whose middle is at (x, y).
fn reading(x: f32, y: f32, handedness: Handedness) -> Reading {
    let mut points_px = [[x, y + 50.0]; 21];
    for finger in 0..5 {
        for joint in 0..4 {
            let along = y + 20.0 - 25.0 * joint as f32;
            points_px[1 + finger * 4 + joint] = [x - 40.0 + 20.0 * finger as f32, along];
        }
    }
    Reading {
        handedness,
        score: 0.9,
        presence: 0.9,
        landmarks: [[0.0; 3]; 21],
        world_landmarks: [[0.0; 3]; 21],
        points_px,
    }
}

/// The region a palm detector would give for it.
fn palm(x: f32, y: f32) -> Roi {
    Roi::from_landmarks(&reading(x, y, Handedness::Left).points_px)
}

/// Runs one frame: hands that are there (by place), found by palms only when a search is due.
fn frame(t: &mut Tracker, ms: u64, hands: &[(f32, f32)], rules: &Rules) -> (Vec<u32>, bool) {
    let search = t.begin(SIZE, Stamp::from_ms(ms), rules);
    let palms: Vec<Roi> =
        hands.iter().filter(|_| search).map(|&(x, y)| palm(x, y)).take(rules.num_hands).collect();
    let mut seen = ArrayVec::new();
    for region in t.regions(&palms, rules) {
        // The landmark net finds the nearest hand whose middle lies well within the region.
        let off = |h: &(f32, f32)| (h.0 - region.roi.cx).hypot(h.1 - region.roi.cy);
        let nearest = hands.iter().min_by(|a, b| off(a).total_cmp(&off(b)));
        if let Some(h) = nearest.filter(|h| off(h) < region.roi.side * 0.4) {
            seen.push((region, reading(h.0, h.1, Handedness::Left)));
        }
    }
    (t.finish(seen).iter().map(|h| h.track).collect(), search)
}

#[test]
fn a_moving_hand_keeps_its_number_and_the_search_is_rare() {
    let mut t = Tracker::default();
    let mut searches = 0;
    for i in 0..60_u64 {
        let (ids, searched) = frame(&mut t, i * 33, &[(150.0 + 4.0 * i as f32, 240.0)], &rules());
        assert_eq!(ids, [1], "frame {i}");
        searches += u32::from(searched);
    }
    // 2 s of frames: at most one search each 200 ms.
    assert!((9..=11).contains(&searches), "{searches}");
}

#[test]
fn without_an_interval_every_frame_searches_until_all_places_are_taken() {
    let mut t = Tracker::default();
    let every = Rules { search_interval: Duration::ZERO, ..rules() };
    for i in 0..5 {
        assert_eq!(frame(&mut t, i * 33, &[(200.0, 240.0)], &every), (vec![1], true));
    }
    let both = [(200.0, 240.0), (450.0, 240.0)];
    assert_eq!(frame(&mut t, 200, &both, &every), (vec![1, 2], true));
    assert_eq!(frame(&mut t, 233, &both, &every), (vec![1, 2], false));
}

#[test]
fn no_more_hands_than_allowed_and_the_oldest_stay() {
    let mut t = Tracker::default();
    let three = [(110.0, 240.0), (320.0, 240.0), (530.0, 240.0)];
    let four = Rules { num_hands: 4, ..rules() };
    assert_eq!(frame(&mut t, 0, &three, &four).0, [1, 2, 3]);
    assert_eq!(frame(&mut t, 33, &three, &rules()).0, [1, 2]);
}

#[test]
fn a_hand_missed_for_a_moment_comes_back_as_itself_and_later_as_another() {
    let mut t = Tracker::default();
    assert_eq!(frame(&mut t, 0, &[(200.0, 240.0)], &rules()).0, [1]);
    assert_eq!(frame(&mut t, 33, &[], &rules()).0, Vec::<u32>::new());
    assert_eq!(frame(&mut t, 66, &[(215.0, 240.0)], &rules()).0, [1]);
    assert_eq!(frame(&mut t, 99, &[], &rules()).0, Vec::<u32>::new());
    assert_eq!(frame(&mut t, 500, &[(215.0, 240.0)], &rules()).0, [2]);
    // Elsewhere it is another hand, however soon.
    assert_eq!(frame(&mut t, 533, &[], &rules()).0, Vec::<u32>::new());
    assert_eq!(frame(&mut t, 566, &[(560.0, 240.0)], &rules()).0, [3]);
}

#[test]
fn a_lost_hand_is_searched_for_at_once() {
    let mut t = Tracker::default();
    let both = [(200.0, 240.0), (450.0, 240.0)];
    frame(&mut t, 0, &both, &rules());
    assert_eq!(frame(&mut t, 33, &both[..1], &rules()), (vec![1], false));
    assert_eq!(frame(&mut t, 66, &both, &rules()), (vec![1, 2], true));
}

#[test]
fn another_size_a_long_gap_or_time_going_back_forgets() {
    let mut t = Tracker::default();
    let hand = [(200.0, 240.0)];
    assert_eq!(frame(&mut t, 5000, &hand, &rules()).0, [1]);
    assert_eq!(frame(&mut t, 7500, &hand, &rules()).0, [2]);
    assert_eq!(frame(&mut t, 100, &hand, &rules()).0, [3]);
    assert!(t.begin((320, 240), Stamp::from_ms(133), &rules()));
    assert_eq!(t.regions(&[], &rules()).len(), 0);
}

#[test]
fn a_track_that_jumps_onto_another_hand_goes_and_the_other_stays_itself() {
    let mut t = Tracker::default();
    let rules = rules();
    let mut a = 200.0;
    assert_eq!(frame(&mut t, 0, &[(a, 240.0), (400.0, 240.0)], &rules).0, [1, 2]);
    // Hand 1 slides behind hand 2, which rests; then it is covered and its region catches hand 2.
    for i in 1..8 {
        a += 15.0;
        assert_eq!(frame(&mut t, i * 33, &[(a, 240.0), (400.0, 240.0)], &rules).0, [1, 2]);
    }
    t.begin(SIZE, Stamp::from_ms(300), &rules);
    let seen = t
        .regions(&[], &rules)
        .into_iter()
        .map(|r| (r, reading(400.0, 240.0, Handedness::Left)))
        .collect();
    let ids: Vec<u32> = t.finish(seen).iter().map(|h| h.track).collect();
    assert_eq!(ids, [2]);
}

#[test]
fn two_new_answers_for_one_hand_are_one_and_hands_side_by_side_are_two() {
    let two = |x: f32| {
        let mut t = Tracker::default();
        t.begin(SIZE, Stamp::default(), &rules());
        let seen = [200.0, 200.0 + x].map(|x| {
            (Region { track: None, roi: palm(x, 240.0) }, reading(x, 240.0, Handedness::Left))
        });
        t.finish(ArrayVec::from_iter(seen)).len()
    };
    assert_eq!(two(5.0), 1);
    assert_eq!(two(60.0), 2);
}

#[test]
fn palms_on_a_followed_hand_are_that_hand() {
    let mut t = Tracker::default();
    frame(&mut t, 0, &[(200.0, 240.0)], &rules());
    t.begin(SIZE, Stamp::from_ms(300), &rules());
    let near = palm(220.0, 240.0);
    assert_eq!(t.regions(&[near], &rules()).len(), 1);
    let strict = Rules { min_tracking_confidence: 0.95, ..rules() };
    assert_eq!(t.regions(&[near], &strict).len(), 2);
    assert_eq!(t.regions(&[palm(450.0, 240.0)], &rules()).len(), 2);
    let broken = Roi { cx: f32::NAN, ..near };
    assert_eq!(t.regions(&[broken], &rules()).len(), 1);
}
