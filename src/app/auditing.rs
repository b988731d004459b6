//! What the rooms tell the audit log: turns what happened at the door, on the bus and on the canvas into
//! entries. The one place that decides which commands are worth a row; must let no value through that
//! may be a secret.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;

use crate::access::{By, Change, Event, TokenKind};
use crate::base::{Clock, Result, Via};
use crate::camera::{CameraState, SourceSpec};
use crate::canvas::StepEar;
use crate::command::{Command, Ear, Who};
use crate::config::{Kind, SettingsHub};
use crate::operate::audit::{Audit, Entry, What, note_now};
use crate::store::audit::Keep;
use crate::store::copies::older_schema;
use crate::store::{FILE, Store};

/// The log of a box that keeps something.
///
/// # Errors
/// If the system gives no thread.
pub(super) fn start(
    store: &Arc<Store>,
    settings: &Arc<SettingsHub>,
    clock: Clock,
) -> Result<Arc<Audit>> {
    let settings = Arc::clone(settings);
    let keep = move || {
        let audit = settings.current().audit.clone();
        Keep { days: audit.keep_days, rows: audit.max_rows }
    };
    Audit::start(Arc::clone(store), clock, keep).map(Arc::new)
}

/// Hears what happens at the door of the running box.
pub(super) fn of_the_door(audit: Arc<Audit>) -> crate::access::Ear {
    Box::new(move |event| audit.note(door(event)))
}

/// The same for the command line, which waits until it is written.
pub(super) fn of_the_door_now(store: Arc<Store>, clock: Clock) -> crate::access::Ear {
    Box::new(move |event| {
        if let Err(e) = note_now(&store, door(event), clock) {
            // With standard error closed there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "the audit log does not know of this: {e}");
        }
    })
}

/// Leaves an entry of the command line's in the database in `dir`, if it has a log already: to bring an
/// older one up to date is the box's.
///
/// # Errors
/// If it cannot be written.
pub fn note_in(dir: &Path, entry: Entry) -> Result<()> {
    if !dir.join(FILE).exists() || older_schema(dir).is_some() {
        return Ok(());
    }
    let By { name, via, from } = By::operator();
    note_now(&*Store::open(dir)?, entry.by(&*name, via, from), Clock::new()).map(drop)
}

fn door(event: &Event) -> Entry {
    match event {
        Event::LoggedIn { name, from } => {
            Entry::new(What::Login).by(name.as_str(), Via::Browser, Some(*from))
        }
        Event::LoginRefused { name, from, throttled: false } => Entry::new(What::LoginRefused)
            .by(name.clone().unwrap_or_default(), Via::Browser, Some(*from))
            .with("known", name.is_some()),
        Event::LoginRefused { from, throttled: true, .. } => {
            Entry::new(What::LockedOut).by("", Via::Browser, Some(*from)).in_a_stream()
        }
        Event::OwnerClaimed { name, from } => {
            Entry::new(What::OwnerClaimed).by(name.as_str(), Via::Browser, Some(*from))
        }
        Event::SetupOffered { by } => done_by(by, Entry::new(What::SetupLink)),
        Event::Changed { by, change } => done_by(by, changed(change)),
    }
}

fn done_by(By { name, via, from }: &By, entry: Entry) -> Entry {
    entry.by(&**name, *via, *from)
}

fn changed(change: &Change) -> Entry {
    let of = |what, name: &String| Entry::new(what).about(name.as_str());
    match change {
        Change::LoggedOut => Entry::new(What::Logout),
        Change::SessionEnded { name } => of(What::SessionEnded, name),
        Change::Added { name, role } => of(What::AccountAdded, name).with("role", role.name()),
        Change::RoleSet { name, role } => of(What::AccountChanged, name).with("role", role.name()),
        Change::PasswordSet { name } => of(What::PasswordChanged, name),
        Change::Removed { name } => of(What::AccountRemoved, name),
        Change::TokenMade { name, kind, role, scopes } => {
            let scopes: Vec<&str> = scopes.iter().map(|s| s.name()).collect();
            of(What::TokenMade, name)
                .with("for", if *kind == TokenKind::Kiosk { "screen" } else { "program" })
                .with("role", role.name())
                .with("scopes", scopes)
        }
        Change::TokenRevoked { name } => of(What::TokenRevoked, name),
    }
}

/// Hears what was done on the bus.
pub(super) fn of_the_bus(
    audit: Arc<Audit>,
    settings: Arc<SettingsHub>,
    camera: watch::Receiver<CameraState>,
) -> Ear {
    Box::new(move |who, command| {
        if let Some(entry) = commanded(command, &settings)
            && !is_show(who, &camera)
        {
            audit.note(entry.by(who.as_str(), who.via(), who.from()));
        }
    })
}

/// Hears of the canvas's steps: each is a row, however many movements led to it.
pub(super) fn of_the_canvas(audit: Arc<Audit>, camera: watch::Receiver<CameraState>) -> StepEar {
    Box::new(move |who, command, scene, objects| {
        if is_show(who, &camera) {
            return;
        }
        let entry = Entry::new(What::Command).about(command);
        let entry = entry.with("objects", objects).with("scene", scene);
        audit.note(entry.by(who.as_str(), who.via(), who.from()));
    })
}

/// The demo plays all day in a scene of its own: that is nobody's deed.
fn is_show(who: &Who, camera: &watch::Receiver<CameraState>) -> bool {
    match who.via() {
        Via::Hand => camera.borrow().source == SourceSpec::DemoCanvas.to_string(),
        Via::Box => who.as_str() == super::demo::WHO,
        Via::Browser | Via::Api | Via::Console => false,
    }
}

/// A command that changes what is kept, if it does so otherwise than by a step of the canvas. Of what it
/// carries only numbers and names that Dixi gave are told: texts may be anything.
fn commanded(command: &Command, settings: &SettingsHub) -> Option<Entry> {
    use Command as C;
    let entry = Entry::new(What::Command).about(command.name());
    Some(match command {
        C::SetSetting { key, .. } => set(settings, key),
        C::ResetSetting { key } => set(settings, key).with("reset", true),
        C::RenameScene { scene, .. }
        | C::DuplicateScene { scene }
        | C::DeleteScene { scene } => entry.with("scene", *scene),
        C::RestoreScene { scene } => match scene {
            Some(scene) => entry.with("scene", *scene),
            None => entry,
        },
        C::SetCorners { .. } | C::SetKeystone { .. } => entry.in_a_stream(),
        C::Watch { on } => entry.with("on", *on),
        C::SelectCamera { .. }
        | C::PauseCamera {}
        | C::ResumeCamera {}
        | C::Restart {}
        | C::Save {}
        | C::Approve {}
        | C::NewScene { .. }
        | C::TakePicture {}
        | C::SetBinding { .. }
        | C::RemoveBinding { .. }
        | C::ResetBindings {}
        | C::TestBinding { .. }
        | C::Calibrate { .. }
        | C::ForgetCalibration { .. } => entry,
        // Steps, which the canvas tells of itself …
        C::Create { .. }
        | C::Move { .. }
        | C::Rotate { .. }
        | C::Scale { .. }
        | C::Place { .. }
        | C::Colour { .. }
        | C::Label { .. }
        | C::Write { .. }
        | C::Lock { .. }
        | C::Unlock { .. }
        | C::Group { .. }
        | C::Ungroup { .. }
        | C::Duplicate { .. }
        | C::Delete { .. }
        | C::Clear {}
        | C::Release {}
        | C::Undo {}
        | C::Redo {}
        | C::Revert {}
        | C::Reject {}
        // … and what changes nothing that is worth keeping.
        | C::Select { .. }
        | C::SelectAll {}
        | C::Grab { .. }
        | C::Drag { .. }
        | C::LetBack {}
        | C::OpenScene { .. }
        | C::Next {}
        | C::Previous {}
        | C::SetMode { .. }
        | C::SetTray { .. }
        | C::Draw {}
        | C::LiftPen {}
        | C::OpenRing { .. }
        | C::CloseRing {}
        | C::Arm {}
        | C::Disarm {}
        | C::CancelCalibration {}
        | C::ShowGrid { .. }
        // The conversation keeps what was asked.
        | C::Ask { .. } => return None,
    })
}

/// A setting was changed. Its value is told where it is a number or a word out of a list: a text may hold
/// a password, as a camera's address does.
fn set(settings: &SettingsHub, key: &str) -> Entry {
    let entry = Entry::new(What::Setting).about(key).in_a_stream();
    match settings.get(key) {
        Ok(now) if !now.setting.secret && !matches!(now.setting.kind, Kind::Text { .. }) => {
            entry.with("value", now.value)
        }
        _ => entry,
    }
}
