//! The cameras to choose from, for the picker and `dixi doctor`. Asking drivers can hang: that is
//! done on a thread of its own, and the answer of the last time is given until it comes back.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::SourceSpec;
use super::open::{CANVAS_NAME, DEMO_NAME};
use super::v4l2::list::{Format, Found, cameras, find};
use crate::base::{Error, Kind};

/// How long to wait for the drivers.
const PATIENCE: Duration = Duration::from_secs(2);

/// One camera to choose from.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[ts(rename = "CameraChoice")]
#[schema(as = CameraChoice)]
pub struct CameraInfo {
    /// What to select it by; credentials show as `***`, and are known when it is selected so.
    pub source: String,
    /// Its name, for people.
    pub name: String,
    /// `auto`, `demo`, `browser`, `v4l2`, `http` or `file`.
    #[ts(type = "\"auto\" | \"demo\" | \"browser\" | \"v4l2\" | \"http\" | \"file\"")]
    #[schema(schema_with = kinds)]
    pub kind: String,
    /// What it offers; empty where that is not known beforehand.
    pub formats: Vec<Format>,
    /// What keeps it from being used, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<String>,
}

fn kinds() -> utoipa::openapi::Object {
    crate::base::schema::one_of(&["auto", "demo", "browser", "v4l2", "http", "file"])
}

impl CameraInfo {
    fn new(source: &SourceSpec, name: &str) -> Self {
        Self {
            source: source.to_string(),
            name: name.to_owned(),
            kind: source.kind().to_owned(),
            formats: Vec::new(),
            problem: None,
        }
    }
}

/// The V4L2 cameras, as the picker shows them. Asks the drivers, which may hang.
pub fn v4l2() -> Vec<CameraInfo> {
    cameras().into_iter().map(shown).collect()
}

fn shown(found: Found) -> CameraInfo {
    let mut info = CameraInfo::new(&SourceSpec::V4l2(found.id), &found.name);
    info.formats = found.formats;
    info.problem = found.problem.map(|e| match e.next_step() {
        Some(next) => format!("{e}; {next}"),
        None => e.to_string(),
    });
    info
}

/// Lists, on a thread that may hang, at most one at a time.
#[derive(Debug, Default)]
pub(super) struct Lister(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    back: Condvar,
}

#[derive(Debug, Default)]
struct State {
    asking: bool,
    last: Vec<Found>,
}

impl Lister {
    /// All there is to choose from now; waits two seconds at most.
    pub(super) fn list(&self, selected: &SourceSpec) -> Vec<CameraInfo> {
        let found = self.devices();
        let mut all = vec![CameraInfo::new(&SourceSpec::Auto, "Automatic")];
        let other = other(selected, &found);
        all.extend(found.into_iter().map(shown));
        all.push(CameraInfo::new(&SourceSpec::Browser, "This browser's webcam"));
        all.push(CameraInfo::new(&SourceSpec::Demo, DEMO_NAME));
        all.push(CameraInfo::new(&SourceSpec::DemoCanvas, CANVAS_NAME));
        all.extend(other);
        all
    }

    fn devices(&self) -> Vec<Found> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.asking {
            let inner = Arc::clone(&self.0);
            let ask = move || {
                let found = cameras();
                let mut state = inner.state.lock().unwrap_or_else(PoisonError::into_inner);
                (state.last, state.asking) = (found, false);
                inner.back.notify_all();
            };
            state.asking =
                std::thread::Builder::new().name("camera-list".into()).spawn(ask).is_ok();
        }
        let (state, late) = self
            .0
            .back
            .wait_timeout_while(state, PATIENCE, |s| s.asking)
            .unwrap_or_else(PoisonError::into_inner);
        let mut last = state.last.clone();
        if late.timed_out() {
            for camera in &mut last {
                camera.problem.get_or_insert_with(|| {
                    Error::new(Kind::Timeout, "a camera driver does not answer")
                        .next("unplug the cameras and plug them in again")
                });
            }
        }
        last
    }
}

/// The chosen source, if it is none of those that are listed anyway.
fn other(selected: &SourceSpec, found: &[Found]) -> Option<CameraInfo> {
    let shown = selected.to_string();
    match selected {
        SourceSpec::Auto | SourceSpec::Demo | SourceSpec::DemoCanvas | SourceSpec::Browser => None,
        SourceSpec::Http(address) => {
            Some(CameraInfo::new(selected, &format!("Network camera {}", address.host())))
        }
        SourceSpec::File(_) => Some(CameraInfo::new(selected, &shown)),
        SourceSpec::V4l2(id) => {
            let mut info = CameraInfo::new(selected, id);
            match find(found, id) {
                Ok(_) => return None,
                Err(e) => info.problem = Some(e.to_string()),
            }
            Some(info)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_always_on_the_list_and_without_its_password() {
        let lister = Lister::default();
        for source in [
            "auto",
            "demo",
            "demo:canvas",
            "browser",
            "http://u:secret@cam/x",
            "file:/x",
            "v4l2:gone",
        ] {
            let spec = SourceSpec::parse(source).unwrap();
            let all = lister.list(&spec);
            let same = all.iter().filter(|c| c.source == spec.to_string()).count();
            assert_eq!(same, 1, "{all:?}");
            assert!(!format!("{all:?}").contains("secret"));
        }
        let gone = lister.list(&SourceSpec::V4l2("gone".into()));
        assert!(gone.last().unwrap().problem.as_ref().unwrap().contains("no camera `gone`"));
    }
}
