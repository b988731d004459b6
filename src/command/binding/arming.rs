//! When armed hands are disarmed again: after nobody's hand was seen for a while.

use crate::base::Stamp;
use crate::config::CanvasSettings;
use crate::gesture::Observation;

/// Watches for how long no hand was seen. One for each camera.
#[derive(Clone, Debug, Default)]
pub struct Disarm {
    seen: Stamp,
    asked: bool,
}

impl Disarm {
    /// Takes each frame; true in the one in which hands are to be disarmed, once. Only where the
    /// owner wants arming (`canvas.arming`): elsewhere nobody would know how to go on.
    pub fn due(&mut self, frame: &Observation, armed: bool, settings: &CanvasSettings) -> bool {
        let at = frame.captured_at.max(self.seen);
        // A hand keeps them armed; from the moment of arming the time begins anew.
        if !frame.hands.is_empty() || !armed || self.seen == Stamp::default() {
            (self.seen, self.asked) = (at, false);
            return false;
        }
        let wanted = settings.arming && settings.disarm_after_s > 0;
        let away_s = at.since(self.seen).as_secs();
        let due = wanted && !self.asked && away_s >= u64::from(settings.disarm_after_s);
        self.asked |= due;
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: u64) -> Observation {
        Observation { captured_at: Stamp::from_ms(s * 1000), ..Observation::default() }
    }

    #[test]
    fn hands_are_disarmed_once_after_nobody_was_there() {
        let settings =
            CanvasSettings { arming: true, disarm_after_s: 30, ..CanvasSettings::default() };
        let mut disarm = Disarm::default();
        let due = |d: &mut Disarm, s, armed| d.due(&at(s), armed, &settings);
        assert!(!due(&mut disarm, 100, true) && !due(&mut disarm, 129, true));
        assert!(due(&mut disarm, 130, true) && !due(&mut disarm, 131, true));
        // Armed again by the page, with nobody before the camera yet.
        assert!(!due(&mut disarm, 140, false) && !due(&mut disarm, 141, true));
        assert!(!due(&mut disarm, 169, true) && due(&mut disarm, 171, true));
        let never = CanvasSettings { arming: false, ..settings.clone() };
        let mut disarm = Disarm::default();
        assert!(!disarm.due(&at(1), true, &never) && !disarm.due(&at(9_999), true, &never));
    }
}
