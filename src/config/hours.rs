//! The hours in which something may be, as OpenStreetMap writes opening hours (`Mo-Fr 08:00-18:00`), in
//! the machine's own time.

use chrono::NaiveDate;
use jiff::civil::DateTime;
use opening_hours::OpeningHours;

use crate::base::{Error, Result};

/// A week's plan.
#[derive(Clone, Debug, Default)]
pub struct Hours(Option<OpeningHours>);

impl Hours {
    /// Reads a plan; an empty one is always.
    ///
    /// # Errors
    /// `Invalid` if it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self(None));
        }
        let plan = text.parse().map_err(|_| {
            Error::invalid(format!("`{text}` are no opening hours"))
                .next("write them like `Mo-Fr 08:00-18:00; Sa 10:00-14:00`, or leave them empty for always")
        })?;
        Ok(Self(Some(plan)))
    }

    /// Whether `at` is within them; a time that a calendar does not have is.
    pub fn include(&self, at: DateTime) -> bool {
        let Some(plan) = &self.0 else { return true };
        let day = NaiveDate::from_ymd_opt(
            i32::from(at.year()),
            at.month().unsigned_abs().into(),
            at.day().unsigned_abs().into(),
        );
        let (hour, minute) = (at.hour().unsigned_abs().into(), at.minute().unsigned_abs().into());
        day.and_then(|day| day.and_hms_opt(hour, minute, 0)).is_none_or(|at| plan.is_open(at))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_week_has_its_hours() {
        let hours = Hours::parse(" Mo-Fr 08:00-18:00; Sa 22:00-02:00 ").unwrap();
        // A Monday.
        let monday = |hour, minute| date(2026, 11, 23).at(hour, minute, 59, 0);
        assert!(!hours.include(monday(7, 59)));
        assert!(hours.include(monday(8, 0)));
        assert!(hours.include(monday(17, 59)));
        assert!(!hours.include(monday(18, 0)));
        // Saturday night reaches into Sunday.
        assert!(hours.include(date(2026, 11, 29).at(1, 59, 0, 0)));
        assert!(!hours.include(date(2026, 11, 29).at(2, 0, 0, 0)));
        for always in ["", "  ", "24/7"] {
            assert!(Hours::parse(always).unwrap().include(monday(3, 0)), "{always}");
        }
        assert!(!Hours::parse("off").unwrap().include(monday(12, 0)));
    }

    #[test]
    fn what_is_no_plan_is_refused_with_an_example() {
        for wrong in ["nine to five", "Mo-Fr 25:00-26:00x", "{}", "08:00-"] {
            let e = Hours::parse(wrong).unwrap_err();
            assert!(e.next_step().unwrap().contains("Mo-Fr 08:00"), "{e}");
        }
    }
}
