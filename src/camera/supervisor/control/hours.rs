//! Whether the camera is outside its hours, and whether somebody has it look all the same.

use jiff::Zoned;
use jiff::civil::DateTime;

use crate::config::Hours;

/// The hours in use.
#[derive(Debug)]
pub(super) struct Closing {
    hours: Hours,
    outside: bool,
    /// Somebody had it go on; until the hours change again.
    overruled: bool,
}

impl Closing {
    /// Follows `hours`, which were checked when they were set: what is no plan is always.
    pub(super) fn new(hours: &str, now: DateTime) -> Self {
        let hours = Hours::parse(hours).unwrap_or_default();
        let outside = !hours.include(now);
        Self { hours, outside, overruled: false }
    }

    /// Whether the hours keep the camera closed.
    pub(super) fn closed(&self) -> bool {
        self.outside && !self.overruled
    }

    /// Somebody had it go on, or paused it.
    pub(super) fn overrule(&mut self, on: bool) {
        self.overruled = on && self.outside;
    }

    /// It is now this time.
    pub(super) fn look(&mut self, now: DateTime) {
        let outside = !self.hours.include(now);
        if std::mem::replace(&mut self.outside, outside) != outside {
            self.overruled = false;
        }
    }
}

/// The machine's date and time of day, as the clock on its wall says, which may be set while we run.
pub(super) fn local() -> DateTime {
    Zoned::now().datetime()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn somebody_may_have_it_look_until_the_hours_change_again() {
        let at = |hour| date(2026, 11, 23).at(hour, 0, 0, 0);
        let mut closing = Closing::new("08:00-18:00", at(7));
        assert!(closing.closed());
        closing.overrule(true);
        closing.look(at(7));
        assert!(!closing.closed());
        closing.look(at(9));
        closing.look(at(19));
        assert!(closing.closed(), "the next evening is another one");
        closing.overrule(true);
        closing.overrule(false);
        assert!(closing.closed());
        closing.look(at(10));
        assert!(!closing.closed());
        // Within the hours there is nothing to overrule.
        closing.overrule(true);
        closing.look(at(18));
        assert!(closing.closed());
    }
}
