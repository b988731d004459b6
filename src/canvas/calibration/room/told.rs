//! What is told of the calibration: the mapping, the state, the question.

use super::{ABOUT, Kept, Key, Room, Run, Step};
use crate::canvas::Question;
use crate::canvas::calibration::pointing::{TARGETS, corners_seen};
use crate::canvas::calibration::{
    CalibrationState, CalibrationView, HandsFor, Homography, Keystone, Mapping, MarkerView, Running,
};

impl Room {
    pub(super) fn used_key(&self) -> Key {
        (self.camera.clone(), self.output())
    }

    pub(super) fn used(&self) -> Option<&Kept> {
        self.kept.get(&self.used_key())
    }

    pub(super) fn used_to_canvas(&self) -> Option<Homography> {
        let back = self.keystone(&self.output()).inverse()?;
        Some(self.used()?.to_output.then(&back))
    }

    pub(super) fn used_view(&self) -> Option<CalibrationView> {
        let (kept, to_canvas) = (self.used()?, self.used_to_canvas()?);
        Some(CalibrationView {
            method: kept.stored.method,
            made_at: kept.stored.made_at,
            homography: wire(&to_canvas),
            corners: corners_seen(&to_canvas.inverse()?)?,
            error_percent: kept.stored.error_percent,
        })
    }

    /// A result is tried while it waits for yes or no.
    pub fn mapping(&self) -> Mapping {
        if let Some(Run { step: Step::Confirm(c), .. }) = &self.run {
            return Mapping::surface(c.to_canvas);
        }
        self.used_to_canvas().map_or_else(Mapping::mirror, Mapping::surface)
    }

    pub fn hands_are_for(&self) -> HandsFor {
        match &self.run {
            None => HandsFor::Canvas,
            Some(Run { step: Step::Confirm(_), .. }) => HandsFor::Answer,
            Some(_) => HandsFor::Calibration,
        }
    }

    pub fn is_pointing(&self) -> bool {
        matches!(&self.run, Some(Run { step: Step::Point(_), .. }))
    }

    pub fn question(&self) -> Option<Question> {
        self.candidate()
            .map(|_| Question { about: ABOUT.into(), text: "Keep this calibration?".into() })
    }

    pub fn state(&self) -> CalibrationState {
        CalibrationState {
            camera: self.camera.clone(),
            output: self.output(),
            used: self.used_view(),
            running: self.run.as_ref().map(running),
            failed: self.failed.as_ref().map(|f| f.text.clone()),
            failed_as: self.failed.as_ref().and_then(|f| f.refusal.clone()),
            moved_percent: self.used().and_then(|k| k.moved),
            keystones: self
                .keystones
                .iter()
                .map(|(output, corners)| Keystone { output: output.clone(), corners: *corners })
                .collect(),
            outputs: self.open.clone(),
            grid: self.grid,
        }
    }
}

fn running(run: &Run) -> Running {
    let mut told = Running {
        method: run.method,
        step: String::new(),
        hint: None,
        target: None,
        at: None,
        progress: 0.0,
        markers: Vec::<MarkerView>::new(),
        found: 0,
        result: None,
    };
    told.step = match &run.step {
        Step::Point(p) => {
            let target = p.target();
            (told.target, told.at) = (Some(target as u32), Some(TARGETS[target]));
            // Told in hundredths: nobody sees more, and the state stays the same meanwhile.
            told.progress = (p.progress() * 100.0).round() / 100.0;
            told.hint = p.hint().map(str::to_owned);
            if p.leaving() { "leave" } else { "point" }
        }
        Step::Look { search, found } => {
            (told.markers, told.found) = (search.markers().to_vec(), *found);
            "look"
        }
        Step::Drag => "drag",
        Step::Confirm(c) => {
            told.result = Some(c.view.clone());
            told.progress = 1.0;
            "confirm"
        }
    }
    .into();
    told
}

/// As it goes over the wire: the largest term is 1.
pub(super) fn wire(h: &Homography) -> [[f32; 3]; 3] {
    let rows = h.rows();
    let most = rows.iter().flatten().fold(0.0_f64, |m, v| m.max(v.abs())).max(1e-30);
    rows.map(|row| row.map(|v| (v / most) as f32))
}
