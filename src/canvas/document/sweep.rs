//! Deleted scenes are kept for a while and then emptied, and with them pictures that nobody can reach
//! any more. Decides how long; when it is time is the app's.

use jiff::{SignedDuration, Timestamp};

use super::Canvas;
use crate::base::Result;
use crate::store::sweep::{self, Emptied};

/// Deleted scenes, and pictures that nothing shows, are kept this long, days. Long enough to miss one
/// after a holiday.
pub const KEPT_DAYS: u32 = 30;

impl Canvas {
    /// Empties what was deleted, or left unused, for more than [`KEPT_DAYS`] at `now`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn sweep(&self, now: Timestamp) -> Result<Emptied> {
        // Nobody brings a scene back, or shows one, while it is emptied.
        let _desk = self.desk();
        let kept = SignedDuration::from_hours(24 * i64::from(KEPT_DAYS));
        let emptied = sweep::empty(&self.store, now.checked_sub(kept).unwrap_or(Timestamp::MIN))?;
        if !emptied.scenes.is_empty() {
            self.tell_scenes();
        }
        Ok(emptied)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::{Clock, Error};
    use crate::command::{Command, Outcome, Who};
    use crate::config::{Layers, SettingsHub};
    use crate::store::Store;
    use crate::store::settings::NotKept;

    fn canvas() -> Arc<Canvas> {
        let keeper = Arc::new(NotKept::because(&Error::invalid("a test")));
        let settings = Arc::new(SettingsHub::new(Layers::default(), Vec::new(), keeper));
        Canvas::open(Store::in_memory().unwrap(), None, settings, Clock::new()).unwrap()
    }

    fn done(canvas: &Canvas, json: &str) -> Outcome {
        canvas
            .handle(&Who::new("page 1"), &Command::from_json(json.as_bytes()).unwrap())
            .unwrap_or_else(|e| panic!("{json}: {e}"))
    }

    /// A picture of one pixel.
    fn png(shade: u8) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut file, 1, 1);
        encoder.set_color(::png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[shade]).unwrap();
        drop(writer);
        file
    }

    fn in_days(days: i64) -> Timestamp {
        Timestamp::now() + SignedDuration::from_hours(24 * days)
    }

    fn card(canvas: &Canvas, shade: u8) -> String {
        let (hash, ..) = canvas.add_picture("image/png", png(shade)).unwrap();
        done(
            canvas,
            &format!(
                r#"{{"command":"create","form":{{"kind":"picture","picture":"{hash}","aspect":1}}}}"#
            ),
        );
        hash
    }

    #[test]
    fn a_deleted_scene_comes_back_for_thirty_days_and_no_longer() {
        let canvas = canvas();
        let first = done(&canvas, r#"{"command":"new_scene"}"#).scene.unwrap();
        let second = done(&canvas, r#"{"command":"new_scene"}"#).scene.unwrap();
        done(&canvas, &format!(r#"{{"command":"delete_scene","scene":{first}}}"#));
        let (listed, _) = canvas.scenes().unwrap();

        assert_eq!(canvas.sweep(in_days(29)).unwrap(), Emptied::default());
        done(&canvas, &format!(r#"{{"command":"restore_scene","scene":{first}}}"#));
        done(&canvas, &format!(r#"{{"command":"delete_scene","scene":{first}}}"#));

        let emptied = canvas.sweep(in_days(31)).unwrap();
        assert_eq!(emptied, Emptied { scenes: vec![first], pictures: 0 });
        let (still, deleted) = canvas.scenes().unwrap();
        assert_eq!((still, deleted), (listed, Vec::new()));
        assert_eq!(canvas.scene().id, second);
        // It is not there for a number either, and the next scene gets another.
        assert!(canvas.read_scene(first).is_err());
        assert!(done(&canvas, r#"{"command":"new_scene"}"#).scene.unwrap() > second);
        assert_eq!(canvas.sweep(in_days(31)).unwrap(), Emptied::default());
    }

    #[test]
    fn only_pictures_that_nothing_could_show_again_are_emptied() {
        let canvas = canvas();
        done(&canvas, r#"{"command":"new_scene"}"#);
        let shown = card(&canvas, 1);
        let undone = card(&canvas, 2);
        done(&canvas, r#"{"command":"undo"}"#);
        let (unused, ..) = canvas.add_picture("image/png", png(3)).unwrap();
        let saved = {
            done(&canvas, r#"{"command":"new_scene"}"#);
            let hash = card(&canvas, 4);
            done(&canvas, r#"{"command":"save"}"#);
            done(&canvas, r#"{"command":"clear"}"#);
            hash
        };
        let gone = {
            let scene = done(&canvas, r#"{"command":"new_scene"}"#).scene.unwrap();
            let hash = card(&canvas, 5);
            done(&canvas, &format!(r#"{{"command":"delete_scene","scene":{scene}}}"#));
            hash
        };
        let there = |hash: &str| canvas.picture(hash).is_ok();

        assert_eq!(canvas.sweep(in_days(29)).unwrap().pictures, 0);
        let emptied = canvas.sweep(in_days(31)).unwrap();
        assert_eq!((emptied.scenes.len(), emptied.pictures), (1, 2));
        assert!(!there(&unused) && !there(&gone));
        assert!(there(&shown) && there(&undone) && there(&saved));
    }

    #[test]
    fn photographs_stay_as_long_as_their_scene() {
        let canvas = canvas();
        let scene = done(&canvas, r#"{"command":"new_scene"}"#).scene.unwrap();
        let mut news = canvas.feeds().news.subscribe();
        let _page = canvas.watch();
        done(&canvas, r#"{"command":"take_picture"}"#);
        let number = std::iter::from_fn(|| news.try_recv().ok())
            .find_map(|n| match n {
                crate::canvas::News::Photograph { photograph, .. } => Some(photograph),
                _ => None,
            })
            .unwrap();
        canvas.add_photograph(number, png(6)).unwrap();
        let hash = canvas.photographs(scene).unwrap()[0].picture.clone();
        assert_eq!(canvas.sweep(in_days(400)).unwrap(), Emptied::default());
        done(&canvas, &format!(r#"{{"command":"delete_scene","scene":{scene}}}"#));
        let emptied = canvas.sweep(in_days(31)).unwrap();
        assert_eq!(emptied, Emptied { scenes: vec![scene], pictures: 1 });
        assert!(canvas.picture(&hash).is_err());
    }
}
