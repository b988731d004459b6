//! The cameras to choose from, for the picker and `dixi doctor`. Asking drivers can hang: that is
//! done on a thread of its own, and the answer of the last time is given until it comes back.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::SourceSpec;
use super::v4l2::list::{Format, cameras};

/// How long to wait for the drivers.
const PATIENCE: Duration = Duration::from_secs(2);

/// One camera to choose from.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS)]
#[ts(rename = "CameraChoice")]
pub struct CameraInfo {
    /// What to select it by; credentials show as `***`, and are known when it is selected so.
    pub source: String,
    /// Its name, for people.
    pub name: String,
    /// `auto`, `demo`, `browser`, `v4l2`, `http` or `file`.
    #[ts(type = "\"auto\" | \"demo\" | \"browser\" | \"v4l2\" | \"http\" | \"file\"")]
    pub kind: String,
    /// What it offers; empty where that is not known beforehand.
    pub formats: Vec<Format>,
    /// What keeps it from being used, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<String>,
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
    cameras()
        .into_iter()
        .map(|found| {
            let mut info = CameraInfo::new(&SourceSpec::V4l2(found.id), &found.name);
            info.formats = found.formats;
            info.problem = found.problem.map(|e| match e.next_step() {
                Some(next) => format!("{e}; {next}"),
                None => e.to_string(),
            });
            info
        })
        .collect()
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
    last: Vec<CameraInfo>,
}

impl Lister {
    /// All there is to choose from now; waits two seconds at most.
    pub(super) fn list(&self, selected: &SourceSpec) -> Vec<CameraInfo> {
        let mut all = vec![CameraInfo::new(&SourceSpec::Auto, "Automatic")];
        all.extend(self.devices());
        all.push(CameraInfo::new(&SourceSpec::Browser, "This browser's webcam"));
        all.push(CameraInfo::new(&SourceSpec::Demo, "Demo hand"));
        let shown = selected.to_string();
        if !all.iter().any(|c| c.source == shown) {
            let name = match selected {
                SourceSpec::Http(address) => format!("Network camera {}", address.host()),
                _ => shown.clone(),
            };
            let mut info = CameraInfo::new(selected, &name);
            if matches!(selected, SourceSpec::V4l2(_)) {
                info.problem = Some("not connected, or known by another id".into());
            }
            all.push(info);
        }
        all
    }

    fn devices(&self) -> Vec<CameraInfo> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.asking {
            let inner = Arc::clone(&self.0);
            let ask = move || {
                let found = v4l2();
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
                camera.problem.get_or_insert_with(|| "a camera driver does not answer".into());
            }
        }
        last
    }
}
