//! From a [`SourceSpec`] to an open [`Source`]. Runs on the capture thread, because opening a
//! device can hang; what `auto` comes to is decided here.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use super::browser::{BrowserInbox, BrowserSource};
use super::demo::{DemoSource, Performance};
use super::{Source, SourceSpec, file, http, v4l2};
use crate::base::{Clock, Error, Kind, Result, Trouble};
use crate::config::CameraSettings;

/// What the demo hands are called.
pub(super) const DEMO_NAME: &str = "Demo hand";
pub(super) const CANVAS_NAME: &str = "Demo hands, playing on the canvas";

/// Makes sources. Handed in, so that tests bring their own cameras.
pub trait Opener: Send + Sync {
    /// Opens `spec`. May take its time; called on a thread of its own.
    ///
    /// # Errors
    /// Whatever keeps it from opening; `Unsupported` if trying again is of no use.
    fn open(&self, spec: &SourceSpec, opening: &Opening<'_>) -> Result<Opened>;

    /// Changes whenever the cameras that there are may have changed. Must ask no driver, and
    /// return at once.
    fn devices(&self) -> u64 {
        0
    }
}

/// What an opener has to work with.
#[derive(Debug)]
pub struct Opening<'a> {
    /// Size, rate and pace to ask for.
    pub settings: &'a CameraSettings,
    /// The process's clock, for [`super::Frame::captured_at`].
    pub clock: Clock,
    /// Where a page's webcam arrives.
    pub browser: &'a BrowserInbox,
    /// Whether `auto` may come to the demo hand: only while no camera was there yet, or an
    /// unplugged camera would be replaced by a hand that gives commands.
    pub demo_allowed: bool,
    /// Who holds which device.
    pub claims: &'a Claims,
}

/// An open source and what to call it.
pub struct Opened {
    /// The source. Dropped before the claims below.
    pub source: Box<dyn Source>,
    /// What it is; another than asked for when `auto` chose.
    pub spec: SourceSpec,
    /// Its name, for people.
    pub name: String,
    /// Something to say although it works: what happened, why, what to do.
    pub note: Option<Error>,
    /// The devices that it holds.
    pub claims: Vec<Claim>,
}

impl Opened {
    /// An open source without anything to say or hold.
    pub fn new(spec: SourceSpec, name: impl Into<String>, source: impl Source + 'static) -> Self {
        Self { source: Box::new(source), spec, name: name.into(), note: None, claims: Vec::new() }
    }
}

/// The devices that are held. A thread that hangs in a device holds it until it comes back.
#[derive(Clone, Debug, Default)]
pub struct Claims(Arc<Mutex<HashSet<String>>>);

impl Claims {
    /// Takes a device until the [`Claim`] is dropped.
    ///
    /// # Errors
    /// `Conflict` while another holds it.
    pub fn take(&self, device: &str) -> Result<Claim> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !held.insert(device.to_owned()) {
            return Err(Error::new(Kind::Conflict, format!("cannot open {device} again yet"))
                .why("an earlier read of it has not come back: its driver does not answer")
                .next("unplug the camera and plug it in again, or choose another source")
                .trouble(Trouble::CameraHangs { name: device.to_owned() }));
        }
        Ok(Claim { claims: self.clone(), device: device.to_owned() })
    }

    /// Whether somebody holds the device.
    pub fn held(&self, device: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(device)
    }
}

/// A device held; given back when dropped.
#[derive(Debug)]
pub struct Claim {
    claims: Claims,
    device: String,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.claims.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.device);
    }
}

/// Opens the real sources.
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardOpener;

impl Opener for StandardOpener {
    fn open(&self, spec: &SourceSpec, opening: &Opening<'_>) -> Result<Opened> {
        let settings = opening.settings;
        Ok(match spec {
            SourceSpec::Auto => return auto(opening),
            SourceSpec::Demo => demo(opening),
            SourceSpec::DemoCanvas => {
                let source = DemoSource::playing(Performance::canvas(), opening.clock);
                Opened::new(spec.clone(), CANVAS_NAME, source)
            }
            SourceSpec::Browser => {
                let source = BrowserSource::new(opening.browser.clone());
                Opened::new(spec.clone(), "This browser's webcam", source)
            }
            SourceSpec::V4l2(id) => {
                let found = v4l2::list::find(&v4l2::list::cameras(), id)?;
                return v4l2::open(&found, opening);
            }
            SourceSpec::Http(address) => {
                let source =
                    http::HttpSource::open(address, http::Patience::default(), opening.clock)?;
                Opened::new(spec.clone(), format!("Network camera {}", address.host()), source)
            }
            SourceSpec::File(path) => {
                let rate = settings.file_paced.then_some(settings.rate_fps);
                let source = file::FileSource::open(path, rate, opening.clock)?;
                let name = path.file_name().map_or("files".into(), |n| n.to_string_lossy());
                Opened::new(spec.clone(), name.into_owned(), source)
            }
        })
    }

    fn devices(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        v4l2::list::nodes().hash(&mut hash);
        hash.finish()
    }
}

/// The first camera that opens; else the demo hand, if it may.
fn auto(opening: &Opening<'_>) -> Result<Opened> {
    let mut trouble = None;
    for camera in v4l2::list::cameras() {
        if let Some(problem) = &camera.problem {
            trouble.get_or_insert_with(|| problem.clone());
            continue;
        }
        match v4l2::open(&camera, opening) {
            Ok(opened) => return Ok(opened),
            Err(e) => {
                tracing::info!(camera = %camera.name, reason = %e, "auto: this camera cannot be used");
                trouble.get_or_insert(e);
            }
        }
    }
    let note = trouble.unwrap_or_else(|| {
        Error::new(Kind::NotFound, "no camera is connected")
            .next("plug one in, or choose the browser's webcam or a network camera")
            .trouble(Trouble::CameraNone {})
    });
    if !opening.demo_allowed {
        return Err(note);
    }
    let mut opened = demo(opening);
    opened.note = Some(note);
    Ok(opened)
}

fn demo(opening: &Opening<'_>) -> Opened {
    Opened::new(SourceSpec::Demo, DEMO_NAME, DemoSource::new(opening.clock))
}
