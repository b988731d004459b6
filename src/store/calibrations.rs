//! Calibrations and keystones.

use serde::de::DeserializeOwned;

use super::Store;
use crate::base::{Error, Result};
use crate::canvas::calibration::{Keystone, Shelf, Shelved, Stored};

const CALIBRATIONS: &str =
    "SELECT camera, output, calibration, reference FROM calibration ORDER BY camera, output";
const KEYSTONES: &str = "SELECT output, corners FROM keystone ORDER BY output";

impl Shelf for Store {
    fn load(&self) -> Result<Shelved> {
        self.read("cannot read the calibrations", |db| {
            let mut shelved = Shelved::default();
            let mut all = db.prepare(CALIBRATIONS)?;
            let mut rows = all.query([])?;
            while let Some(row) = rows.next()? {
                let text: String = row.get(2)?;
                let Some(mut stored) = read::<Stored>(&text) else { continue };
                (stored.camera, stored.output) = (row.get(0)?, row.get(1)?);
                shelved.calibrations.push((stored, row.get(3)?));
            }
            let mut all = db.prepare(KEYSTONES)?;
            let mut rows = all.query([])?;
            while let Some(row) = rows.next()? {
                let (output, text): (String, String) = (row.get(0)?, row.get(1)?);
                if let Some(corners) = read(&text) {
                    shelved.keystones.push(Keystone { output, corners });
                }
            }
            Ok(shelved)
        })
    }

    fn keep(&self, calibration: &Stored) -> Result<()> {
        let (camera, output) = (calibration.camera.clone(), calibration.output.clone());
        let made_at = calibration.made_at.to_string();
        let text = write(calibration)?;
        self.write("cannot keep the calibration", move |t| {
            t.execute(
                "INSERT INTO calibration (camera, output, calibration, made_at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (camera, output)
                     DO UPDATE SET calibration = ?3, made_at = ?4, reference = NULL",
                (camera, output, text, made_at),
            )
            .map(drop)
        })
    }

    fn keep_reference(&self, camera: &str, output: &str, reference: &[u8]) -> Result<()> {
        let (camera, output, reference) =
            (camera.to_owned(), output.to_owned(), reference.to_owned());
        self.write("cannot keep what the camera saw", move |t| {
            t.execute(
                "UPDATE calibration SET reference = ?3 WHERE camera = ?1 AND output = ?2",
                (camera, output, reference),
            )
            .map(drop)
        })
    }

    fn forget(&self, camera: &str, output: &str) -> Result<()> {
        let key = (camera.to_owned(), output.to_owned());
        self.write("cannot forget the calibration", move |t| {
            t.execute("DELETE FROM calibration WHERE camera = ?1 AND output = ?2", key).map(drop)
        })
    }

    fn keep_keystone(&self, output: &str, corners: Option<&[[f32; 2]; 4]>) -> Result<()> {
        let output = output.to_owned();
        let text = corners.map(write).transpose()?;
        self.write("cannot keep the keystone", move |t| {
            match text {
                Some(text) => t.execute(
                    "INSERT INTO keystone (output, corners) VALUES (?1, ?2)
                         ON CONFLICT (output) DO UPDATE SET corners = ?2",
                    (output, text),
                ),
                None => t.execute("DELETE FROM keystone WHERE output = ?1", [output]),
            }
            .map(drop)
        })
    }
}

/// What is not as it should be is left out: a calibration is made anew in a minute.
fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text)
        .inspect_err(|e| tracing::warn!("a kept calibration is left out: {e}"))
        .ok()
}

fn write<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|e| Error::internal("a calibration cannot be written").source(e))
}
