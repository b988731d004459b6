//! Whatever hands do: what the triggers promise holds.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::stand::{event, view};
use crate::base::Stamp;
use crate::base::gesture::Gesture;
use crate::base::hand::Handedness;
use crate::command::binding::{Binding, BoundHand, Moment, Reaction, Table, Triggers, When};
use crate::command::{Mode, Why};
use crate::gesture::{Observation, Phase};

use Gesture as G;

/// Gestures of one hand, lasting and not, bound and not.
const GESTURES: [Gesture; 6] =
    [G::Pinch, G::ClosedFist, G::Wave, G::SwipeLeft, G::ILoveYou, G::Point];
const HANDS: [(u32, Handedness); 2] = [(1, Handedness::Right), (2, Handedness::Left)];

/// What happens in one frame with one gesture of one hand.
#[derive(Clone, Debug)]
struct Turn {
    ms: u64,
    hand: usize,
    gesture: usize,
    /// Begins, goes on, ends, or is lost: whatever the recogniser says, in whatever order.
    phase: Phase,
    armed: bool,
    dry_run: bool,
    busy: bool,
    draw: bool,
}

fn turn() -> impl Strategy<Value = Turn> {
    let phase = prop_oneof![
        3 => Just(Phase::Started),
        6 => Just(Phase::Held),
        3 => Just(Phase::Ended)
    ];
    let rarely = || prop::bool::weighted(0.15);
    (0_u64..400, 0..HANDS.len(), 0..GESTURES.len(), phase, rarely(), rarely(), rarely(), rarely())
        .prop_map(|(ms, hand, gesture, phase, disarmed, dry_run, busy, draw)| Turn {
            ms,
            hand,
            gesture,
            phase,
            armed: !disarmed,
            dry_run,
            busy,
            draw,
        })
}

fn table(hold_ms: u32, release_ms: u32, cooldown_ms: u32) -> Table {
    let of = |id: &str, gesture: Gesture, mode, command: &str, hold_ms| Binding {
        id: id.into(),
        gesture: gesture.name().into(),
        hand: BoundHand::Any,
        mode,
        hold_ms,
        release_ms,
        cooldown_ms,
        command: serde_json::json!({ "command": command }),
        enabled: true,
    };
    let all = vec![
        of("grab", G::Pinch, Some(Mode::Shapes), "grab", 0),
        of("draw", G::Pinch, Some(Mode::Draw), "draw", hold_ms),
        of("delete", G::ClosedFist, None, "delete", hold_ms),
        of("clear", G::Wave, None, "clear", 0),
        of("next", G::SwipeLeft, None, "next", 0),
        of("arm", G::ILoveYou, None, "arm", hold_ms),
    ];
    let (table, left_out) = Table::of_kept(all);
    assert!(left_out.is_empty(), "{left_out:?}");
    table
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_promised_holds(
        turns in prop::collection::vec(turn(), 1..120),
        hold_ms in 0_u32..900,
        release_ms in 0_u32..500,
        cooldown_ms in 0_u32..2_000,
    ) {
        let table = table(hold_ms, release_ms, cooldown_ms);
        let (mut triggers, mut out) = (Triggers::new(), Reaction::default());
        let mut now_ms = 1_000;
        let mut fired = BTreeMap::<(String, usize), u64>::new();
        let mut lasts = BTreeMap::<(String, u32), bool>::new();
        for t in &turns {
            now_ms += t.ms;
            let (track, hand) = HANDS[t.hand];
            let gesture = GESTURES[t.gesture];
            let mut frame = Observation { captured_at: Stamp::from_ms(now_ms), ..Observation::default() };
            frame.events.push(event(t.phase, gesture, track, hand, t.ms));
            frame.hands.push(view(track, gesture));
            let busy: &[u32] = if t.busy { &[1, 2] } else { &[] };
            let mode = if t.draw { Mode::Draw } else { Mode::Shapes };
            let (armed, dry_run) = (t.armed, t.dry_run);
            triggers.update(&frame, &Moment { table: &table, mode, armed, dry_run, busy, near: &[], aims: &[] }, &mut out);

            for f in &out.firings {
                let id = f.rule.id.to_string();
                let who = usize::from(f.hand == Handedness::Left);
                if f.when == When::End {
                    prop_assert_eq!(lasts.insert((id, f.track), false), Some(true), "an end without a beginning");
                    continue;
                }
                prop_assert!(!dry_run, "a dry run did something");
                prop_assert!(armed || f.rule.command == "arm", "disarmed hands did something");
                prop_assert!(!t.busy, "a busy hand did something else");
                prop_assert!(f.rule.binding.mode.is_none_or(|m| m == mode));
                if let Some(then) = fired.insert((id.clone(), who), now_ms) {
                    prop_assert!(now_ms - then >= u64::from(cooldown_ms), "{id} twice within its cool-down");
                    prop_assert!(now_ms > then, "{id} twice at once");
                }
                if f.when == When::Begin {
                    prop_assert_ne!(lasts.insert((id, f.track), true), Some(true), "begun twice");
                } else {
                    prop_assert!(f.held_ms >= f.rule.binding.hold_ms, "{f:?}");
                }
            }
            for j in &out.judged {
                prop_assert!(!matches!(j.verdict, Why::Fired | Why::Refused), "only what came of a firing tells");
                if matches!(j.verdict, Why::DryRun) {
                    prop_assert!(dry_run);
                }
            }
            for h in &out.holdings {
                prop_assert!((0.0..1.0).contains(&h.progress), "{}", h.progress);
            }
        }
        triggers.stop(&mut out);
        for f in &out.firings {
            lasts.insert((f.rule.id.to_string(), f.track), false);
        }
        prop_assert!(lasts.values().all(|on| !on), "something lasts for ever");
        prop_assert_eq!(triggers.lasting().count(), 0);
    }
}
