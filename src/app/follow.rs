//! A group of settings as one thread follows it.

use std::sync::Arc;

use crate::config::{Settings, SettingsHub};

/// One group of settings, asked for with every frame: costs an atomic load while nothing changes.
pub(super) struct Follow<G> {
    settings: Arc<SettingsHub>,
    last: Arc<Settings>,
    group: fn(&Settings) -> G,
}

impl<G: PartialEq> Follow<G> {
    pub fn new(settings: Arc<SettingsHub>, group: fn(&Settings) -> G) -> Self {
        let last = settings.current();
        Self { settings, last, group }
    }

    /// As it was when it was asked last.
    pub fn now(&self) -> G {
        (self.group)(&self.last)
    }

    /// As it is now, if it has changed since it was asked last.
    pub fn changed(&mut self) -> Option<G> {
        let current = self.settings.current();
        if Arc::ptr_eq(&current, &self.last) {
            return None;
        }
        let before = self.now();
        self.last = current;
        Some(self.now()).filter(|now| *now != before)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::Error;
    use crate::config::{Layers, VisionSettings};
    use crate::store::settings::NotKept;

    #[test]
    fn only_a_change_of_the_own_group_is_told() {
        let keeper = Arc::new(NotKept::because(&Error::invalid("a test")));
        let hub = Arc::new(SettingsHub::new(Layers::default(), Vec::new(), keeper));
        let mut follow = Follow::<VisionSettings>::new(Arc::clone(&hub), |s| s.vision.clone());
        assert!(follow.changed().is_none());
        hub.set("view.mirrored", &json!(false)).unwrap();
        assert!(follow.changed().is_none());
        hub.set("vision.num_hands", &json!(4)).unwrap();
        assert_eq!(follow.changed().unwrap().num_hands, 4);
        assert!(follow.changed().is_none());
    }
}
