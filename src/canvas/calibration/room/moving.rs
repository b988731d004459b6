//! Whether the camera has moved: what is kept to tell by, and who looks.

use super::{Kept, Key, Room, Run, Step};
use crate::canvas::calibration::drift::{Reference, Watch};
use crate::canvas::calibration::{Grey, Wanted};

impl Room {
    pub fn wanted(&self) -> Wanted {
        match &self.run {
            Some(Run { step: Step::Look { .. }, .. }) => Wanted::Markers,
            // Hands and markers are before the camera now.
            Some(_) => Wanted::Nothing,
            None => match self.used() {
                None => Wanted::Nothing,
                Some(_) if self.wants_reference == Some(self.used_key()) => Wanted::Reference,
                Some(k) if k.reference.is_none() => Wanted::Nothing,
                Some(_) => Wanted::Drift,
            },
        }
    }

    /// The reference to be kept: for which, and its bytes.
    pub fn remember(&mut self, picture: &Grey) -> Option<(String, String, Vec<u8>)> {
        let key = self.used_key();
        if self.wants_reference.as_ref() != Some(&key) || !picture.is_whole() {
            return None;
        }
        let kept = self.kept.get_mut(&key)?;
        let reference = Reference::new(picture);
        let bytes = reference.to_bytes();
        (kept.reference, kept.watch, kept.moved) = (Some(reference), None, None);
        self.wants_reference = None;
        Some((key.0, key.1, bytes))
    }

    /// The watch of the calibration in use, to be put back.
    pub fn take_watch(&mut self) -> Option<(Key, Watch)> {
        let key = self.used_key();
        let corners = self.used_view()?.corners;
        let kept = self.kept.get_mut(&key)?;
        let reference = kept.reference.as_ref()?;
        let watch = kept.watch.take().unwrap_or_else(|| Watch::new(reference, corners));
        Some((key, watch))
    }

    pub fn put_watch(&mut self, key: Key, watch: Watch) {
        // It may have been made anew meanwhile.
        let same = |k: &&mut Kept| k.reference.is_some();
        if let Some(kept) = self.kept.get_mut(&key).filter(same) {
            if kept.moved.is_none() && watch.moved().is_some() {
                tracing::warn!(
                    percent = watch.moved(),
                    "the camera has moved since it was calibrated"
                );
            }
            kept.moved = watch.moved();
            kept.watch = Some(watch);
        }
    }
}
