//! The calibration against surfaces whose homography is known.

mod commands;
mod maths;
mod pointing;

use std::sync::{Arc, Mutex};

use super::*;
use crate::base::{Error, Result};
use crate::command::{CalibrationMethod, Command, Outcome, Who};

/// A surface seen askew, the canvas's corners in image space.
pub(super) const ASKEW: [[f32; 2]; 4] = [[0.22, 0.18], [0.81, 0.25], [0.77, 0.72], [0.2, 0.66]];

/// Keeps in memory; refuses where told to.
#[derive(Default)]
pub(super) struct Memory {
    pub shelved: Mutex<Shelved>,
    pub full: AtomicBool,
}

impl Memory {
    fn open(&self) -> Result<MutexGuard<'_, Shelved>> {
        if self.full.load(Ordering::Relaxed) {
            return Err(Error::new(crate::base::Kind::DiskFull, "the disk is full"));
        }
        Ok(self.shelved.lock().unwrap())
    }
}

impl Shelf for Memory {
    fn load(&self) -> Result<Shelved> {
        Ok(self.open()?.clone())
    }
    fn keep(&self, c: &Stored) -> Result<()> {
        let mut shelved = self.open()?;
        shelved.calibrations.retain(|(s, _)| (&s.camera, &s.output) != (&c.camera, &c.output));
        shelved.calibrations.push((c.clone(), None));
        Ok(())
    }
    fn keep_reference(&self, camera: &str, output: &str, reference: &[u8]) -> Result<()> {
        for (s, kept) in &mut self.open()?.calibrations {
            if s.camera == camera && s.output == output {
                *kept = Some(reference.to_vec());
            }
        }
        Ok(())
    }
    fn forget(&self, camera: &str, output: &str) -> Result<()> {
        self.open()?.calibrations.retain(|(s, _)| s.camera != camera || s.output != output);
        Ok(())
    }
    fn keep_keystone(&self, output: &str, corners: Option<&[[f32; 2]; 4]>) -> Result<()> {
        let mut shelved = self.open()?;
        shelved.keystones.retain(|k| k.output != output);
        shelved.keystones.extend(corners.map(|c| Keystone { output: output.into(), corners: *c }));
        Ok(())
    }
}

pub(super) fn open(shelf: &Arc<Memory>, camera: &str) -> Calibration {
    let shelf: Arc<dyn Shelf> = Arc::<Memory>::clone(shelf);
    let calibration = Calibration::new(Some(shelf), Arc::default(), Clock::new());
    calibration.use_camera(camera);
    calibration
}

pub(super) fn run(calibration: &Calibration, command: Command) -> Result<Outcome> {
    calibration.handle(&Who::new("a test"), &command).expect("it is the calibration's")
}

pub(super) fn begin(calibration: &Calibration, method: CalibrationMethod) {
    run(calibration, Command::Calibrate { method, output: None }).unwrap();
}

/// How far `to` is from `from`, canvas widths.
pub(super) fn off(from: [f32; 2], to: [f32; 2]) -> f32 {
    (from[0] - to[0]).hypot((from[1] - to[1]) / markers::ASPECT)
}
