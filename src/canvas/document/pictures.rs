//! Pictures on cards, thumbnails in the list, and photographs of the canvas: kept once they have been
//! decoded to the end, whatever they say they are.

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Canvas;
use crate::base::object::SceneId;
use crate::base::{Error, Kind, Refusal, Result, Stamp};
use crate::canvas::News;
use crate::command::{Outcome, Who};
use crate::store::pictures::{self, NewPicture, PhotographRow, PictureFile};
use crate::store::scenes;
use crate::vision::picture::probe::{Probed, probe};

/// Largest picture, bytes.
pub const PICTURE_BYTES: usize = 10 << 20;
/// Largest picture, pixels.
pub const PICTURE_PIXELS: u64 = 40_000_000;
/// Largest thumbnail, bytes.
pub const THUMBNAIL_BYTES: usize = 256 << 10;
/// Largest thumbnail, pixels.
const THUMBNAIL_PIXELS: u64 = 4_000_000;
/// A page has this long to take the picture that it was asked for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Photographs asked for at once.
const ASKED: usize = 8;

/// A photograph that pages were asked for.
pub(super) struct Wanted {
    number: u64,
    scene: SceneId,
    who: String,
    at: Stamp,
}

/// Photographs that pages were asked for, oldest first.
pub(super) type WantedList = VecDeque<Wanted>;

/// Reads a picture that says it is of type `mime`.
///
/// # Errors
/// `Invalid`, if it is not, or damaged, or too large.
pub(super) fn checked(mime: &str, bytes: Vec<u8>, max_pixels: u64) -> Result<NewPicture> {
    if bytes.len() > PICTURE_BYTES {
        return Err(Error::invalid("this picture is too large")
            .why(format!("at most {} MiB fit", PICTURE_BYTES >> 20))
            .refusal(Refusal::PictureTooLarge {}));
    }
    let damaged = |e: Error| match e.coded() {
        Some(_) => e,
        None => e.refusal(Refusal::PictureDamaged {}),
    };
    let Probed { mime: is, width, height } = probe(&bytes, max_pixels).map_err(damaged)?;
    if is != mime {
        return Err(Error::invalid("this picture is not what it says")
            .why(format!("it says `{mime}` and is `{is}`"))
            .refusal(Refusal::PictureLies {}));
    }
    let hash = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    Ok(NewPicture { hash, width, height, file: PictureFile { mime: is.into(), bytes } })
}

impl Canvas {
    /// Width by height of a picture that is kept.
    pub(super) fn aspect_of(&self, hash: &str) -> Result<f32> {
        match pictures::size(&self.store, hash)? {
            Some((width, height)) => Ok(aspect(width, height)),
            None => Err(Error::new(Kind::NotFound, "this picture is not on the box")
                .next("send it first, with `POST /api/v1/pictures`")),
        }
    }

    /// Keeps a picture for a card: its name, width and height in pixels.
    ///
    /// # Errors
    /// `Invalid` for what is no picture, or another than it says; else if it cannot be written.
    pub fn add_picture(&self, mime: &str, bytes: Vec<u8>) -> Result<(String, u32, u32)> {
        let picture = checked(mime, bytes, PICTURE_PIXELS)?;
        let answer = (picture.hash.clone(), picture.width, picture.height);
        pictures::add(&self.store, vec![picture])?;
        Ok(answer)
    }

    /// A picture's file.
    ///
    /// # Errors
    /// `NotFound`, or if it cannot be read.
    pub fn picture(&self, hash: &str) -> Result<PictureFile> {
        let none = || Error::new(Kind::NotFound, "there is no such picture");
        check_hash(hash)?;
        pictures::file(&self.store, hash)?.ok_or_else(none)
    }

    /// A scene's thumbnail.
    ///
    /// # Errors
    /// `NotFound` while there is none, or if it cannot be read.
    pub fn thumbnail(&self, scene: SceneId) -> Result<PictureFile> {
        let none = || Error::new(Kind::NotFound, "this scene has no thumbnail yet");
        pictures::thumbnail(&self.store, scene)?.ok_or_else(none)
    }

    /// Keeps a thumbnail that shows revision `revision` of a scene, unless a newer one is there.
    ///
    /// # Errors
    /// `Invalid` for what is no picture or shows what is still to come, `NotFound` for no scene.
    pub fn set_thumbnail(
        &self,
        scene: SceneId,
        revision: u64,
        mime: &str,
        bytes: Vec<u8>,
    ) -> Result<Outcome> {
        let row =
            scenes::row_of(&self.store, scene)?.ok_or_else(|| super::scenes::no_scene(scene))?;
        if revision > row.revision {
            return Err(Error::invalid("this thumbnail is ahead of its scene")
                .why(format!("the scene is at revision {}", row.revision)));
        }
        if bytes.len() > THUMBNAIL_BYTES {
            return Err(Error::invalid("this thumbnail is too large")
                .why(format!("at most {} KiB fit", THUMBNAIL_BYTES >> 10)));
        }
        let picture = checked(mime, bytes, THUMBNAIL_PIXELS)?;
        let kept = pictures::set_thumbnail(&self.store, scene, revision, picture.file)?;
        if kept {
            self.tell_scenes();
        }
        let words = if kept { "the thumbnail is kept" } else { "a newer thumbnail is there" };
        Ok(Outcome { scene: Some(scene), ..self.outcome(words) })
    }

    /// Asks the pages that show the canvas for a picture of it.
    pub(super) fn take_picture(&self, who: &Who) -> Result<Outcome> {
        if self.watchers() == 0 {
            return Err(Error::unavailable("no page shows the canvas")
                .why("the picture is taken by a page, as people see it")
                .next("open the canvas or the projector page, then try again")
                .refusal(Refusal::NobodyShows {}));
        }
        let (now, scene) = (self.clock.now(), self.scene());
        // Random, so that what was asked for before a restart is not taken for it; within what
        // JavaScript counts exactly.
        let number = rand::random::<u64>() >> 12;
        let wanted = Wanted { number, scene: scene.id, who: who.to_string(), at: now };
        {
            let mut list = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
            list.retain(|w| now.since(w.at) < PATIENCE);
            if list.len() == ASKED {
                list.pop_front();
            }
            list.push_back(wanted);
        }
        // Whoever shows the canvas listens; if it just left, nobody takes the picture.
        let _ = self.feeds.news.send(News::Photograph { photograph: number, scene: scene.id });
        let words = format!("a picture of “{}” is being taken", scene.name);
        Ok(Outcome { scene: Some(scene.id), ..self.outcome(words) })
    }

    /// Takes the photograph of this number: the first page to bring it wins.
    ///
    /// # Errors
    /// `NotFound` when it was brought already or nobody asked; `Invalid` for what is no PNG.
    pub fn add_photograph(&self, number: u64, bytes: Vec<u8>) -> Result<Outcome> {
        let gone = || {
            Error::new(Kind::NotFound, "this photograph is not wanted any more")
                .why("another page was first, or it came too late")
        };
        let picture = checked("image/png", bytes, PICTURE_PIXELS)?;
        let now = self.clock.now();
        let wanted = {
            let mut list = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
            list.retain(|w| now.since(w.at) < PATIENCE);
            let at = list.iter().position(|w| w.number == number).ok_or_else(gone)?;
            list.remove(at).ok_or_else(gone)?
        };
        pictures::add_photograph(&self.store, wanted.scene, wanted.who, picture)?;
        self.tell_scenes();
        Ok(Outcome { scene: Some(wanted.scene), ..self.outcome("the picture is kept") })
    }

    /// A scene's photographs, newest first.
    ///
    /// # Errors
    /// `NotFound` for no scene, or if they cannot be read.
    pub fn photographs(&self, scene: SceneId) -> Result<Vec<PhotographRow>> {
        scenes::row_of(&self.store, scene)?.ok_or_else(|| super::scenes::no_scene(scene))?;
        pictures::photographs(&self.store, scene)
    }
}

/// Width by height.
pub(super) fn aspect(width: u32, height: u32) -> f32 {
    (width as f32 / height.max(1) as f32).clamp(0.01, 100.0)
}

fn check_hash(hash: &str) -> Result<()> {
    super::check::hash(hash).map(drop)
}
