//! Who a hand is, for everything that it does: `right hand`, `left hand`, and `right hand 2` where there
//! is another person's.

use super::hand::OnCanvas;
use super::{HANDS, Touch};
use crate::base::hand::Handedness;
use crate::command::Who;

fn plain(hand: Handedness) -> &'static str {
    match hand {
        Handedness::Left => "left hand",
        Handedness::Right => "right hand",
    }
}

impl Touch {
    /// Who a hand is, for as long as it is followed: the first right hand is `right hand`, and another
    /// one that comes later, whichever of them does something first, is `right hand 2`. At its first
    /// sight a hand may be taken for the other one: then it is named anew, unless it holds something.
    pub(super) fn who(&mut self, i: usize) -> Who {
        // Who came first has the first name: hands are in the order of their coming.
        for earlier in 0..i {
            let other = &self.hands[earlier];
            if other.there && other.hand == self.hands[i].hand && other.who.is_none() {
                self.name(earlier);
            }
        }
        self.name(i)
    }

    fn name(&mut self, i: usize) -> Who {
        let hand = &self.hands[i];
        let fits = |who: &&Who| {
            let holds = hand.fingers.is_some();
            holds || who.as_str().starts_with(plain(hand.hand)) && !self.is_taken(who, i)
        };
        if let Some(who) = hand.who.as_ref().filter(fits) {
            return who.clone();
        }
        let first = plain(hand.hand);
        let more = (2..=HANDS + 1).map(|n| Who::hand(format!("{first} {n}")));
        let mut names = std::iter::once(Who::hand(first)).chain(more);
        let free = names.find(|who| !self.is_taken(who, i)).unwrap_or_else(|| Who::hand(first));
        self.hands[i].who = Some(free.clone());
        free
    }

    /// Whether another hand that is there has this name, or holds something by it.
    fn is_taken(&self, who: &Who, i: usize) -> bool {
        let named = |h: &OnCanvas| h.there && h.who.as_ref() == Some(who);
        let holds = |h: &super::Hold| h.who == *who && !h.hands.contains(&self.hands[i].name);
        self.hands.iter().enumerate().any(|(o, h)| o != i && named(h))
            || self.holds.iter().any(holds)
    }
}
