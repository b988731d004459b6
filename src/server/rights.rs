//! Who may do what, in three tables: what a route asks for, what each command asks for, and which
//! scope each live message belongs to. The last two are exhaustive: a new command or message does
//! not compile without its line here.

use crate::access::{Principal, Role, Scope};
use crate::base::{Error, Kind, Result};
use crate::command::Command;

use super::wire::ServerMessage;

/// What a route asks of whoever uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: for probes, and for coming in.
    Nothing,
    /// The first owner's one-time link, in the header `dixi-setup`.
    SetupLink,
    /// To have come in, whoever it is.
    Anybody,
    /// To be allowed that much, of that.
    May(Role, Scope),
    /// The same, having given the password in the last 20 minutes.
    Confirmed(Role, Scope),
}

/// Refuses a command that whoever gives it may not give.
pub(super) fn check(principal: &Principal, command: &Command) -> Result<()> {
    let (role, scope) = of_command(command);
    let also = also(command).iter().map(|scope| (role, *scope));
    match [(role, scope)]
        .into_iter()
        .chain(also)
        .find(|(role, scope)| !principal.may(*role, *scope))
    {
        None => Ok(()),
        Some((role, scope)) => Err(refusal(role, scope)),
    }
}

/// What else: an answer comes as a card, and may tell what the camera sees.
fn also(command: &Command) -> &'static [Scope] {
    match command {
        Command::Ask { about: None, text: None, .. } | Command::Ask { frame: Some(true), .. } => {
            &[Scope::Canvas, Scope::Camera]
        }
        Command::Ask { .. } => &[Scope::Canvas],
        _ => &[],
    }
}

/// What is said to whoever may not.
pub(super) fn refusal(role: Role, scope: Scope) -> Error {
    let next = match role {
        Role::Owner => "ask an owner of this box",
        Role::Viewer | Role::User => "ask an owner of this box for more rights",
    };
    Error::new(Kind::Denied, "you may not do that")
        .why(format!("it takes the role `{}` and the scope `{}`", role.name(), scope.name()))
        .next(next)
}

/// What giving a command asks for.
pub fn of_command(command: &Command) -> (Role, Scope) {
    use Command as C;
    match command {
        C::Restart {} => (Role::Owner, Scope::System),
        C::SelectCamera { .. } => (Role::Owner, Scope::Camera),
        C::PauseCamera {} | C::ResumeCamera {} | C::Watch { .. } => (Role::User, Scope::Camera),
        C::Ask { .. } => (Role::User, Scope::Models),
        C::SetSetting { key, .. } | C::ResetSetting { key } => of_setting(key),
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
        | C::Select { .. }
        | C::SelectAll {}
        | C::Grab { .. }
        | C::Drag { .. }
        | C::Release {}
        | C::LetBack {}
        | C::Undo {}
        | C::Redo {}
        | C::Save {}
        | C::Revert {}
        | C::Approve {}
        | C::Reject {}
        | C::NewScene { .. }
        | C::OpenScene { .. }
        | C::Next {}
        | C::Previous {}
        | C::RenameScene { .. }
        | C::DuplicateScene { .. }
        | C::DeleteScene { .. }
        | C::RestoreScene { .. }
        | C::TakePicture {}
        | C::SetMode { .. }
        | C::SetTray { .. }
        | C::Draw {}
        | C::LiftPen {}
        | C::OpenRing { .. }
        | C::CloseRing {}
        | C::Arm {}
        | C::Disarm {}
        | C::Calibrate { .. }
        | C::SetCorners { .. }
        | C::CancelCalibration {}
        | C::ForgetCalibration { .. }
        | C::SetKeystone { .. }
        | C::ShowGrid { .. } => (Role::User, Scope::Canvas),
        C::RemoveBinding { .. } | C::ResetBindings {} | C::TestBinding { .. } => {
            (Role::User, Scope::Gestures)
        }
        // Hands may then do it for anybody: it takes the rights of what they will do. What a hand
        // still has to complete is about objects, which are nobody's in particular.
        C::SetBinding { binding } => match Command::from_value(binding.command.clone()) {
            Ok(bound) if of_command(&bound).0 == Role::Owner => of_command(&bound),
            _ => (Role::User, Scope::Gestures),
        },
    }
}

/// What changing a setting asks for: how the canvas behaves is for whoever uses it; where the door is,
/// who finds it open and how long it is remembered who came is no token's.
fn of_setting(key: &str) -> (Role, Scope) {
    match key.split_once('.') {
        Some(("canvas", _)) | Some(("view", "mirrored")) => (Role::User, Scope::Canvas),
        Some(("camera" | "watch", _)) => (Role::Owner, Scope::Camera),
        Some(("server" | "audit", _)) | Some(("ollama", "listen")) => (Role::Owner, Scope::Access),
        // Where all there is goes, and what opens it.
        Some(("backup", key)) if key.starts_with("s3_") || key == "passphrase" => {
            (Role::Owner, Scope::Access)
        }
        _ => (Role::Owner, Scope::System),
    }
}

/// Whether a command asks for the password too: it opens the door, or names those who hear what goes on
/// inside. A page that was left open, or a token, must not do that.
pub fn takes_the_password(command: &Command) -> bool {
    use Command as C;
    match command {
        C::SetSetting { key, .. } | C::ResetSetting { key } => {
            key.starts_with("server.") || DESTINATIONS.contains(&key.as_str())
        }
        C::SetBinding { binding } => Command::from_value(binding.command.clone())
            .is_ok_and(|bound| takes_the_password(&bound)),
        _ => false,
    }
}

/// Where alerts go.
const DESTINATIONS: [&str; 4] =
    ["alert.webhook_url", "alert.webhook_key", "alert.ntfy_url", "alert.ntfy_token"];

/// Whether somebody sees a setting's value: what their pages need, and for an owner all of it.
pub(super) fn sees_setting(principal: &Principal, key: &str) -> bool {
    let ordinary =
        ["ui.", "view.", "canvas.", "gesture."].iter().any(|group| key.starts_with(group));
    (ordinary && principal.sees(Scope::Canvas)) || principal.may(Role::Owner, Scope::System)
}

/// Whether somebody may change it, with the password where that takes it.
pub(super) fn changes_setting(principal: &Principal, key: &str) -> bool {
    let (role, scope) = of_setting(key);
    principal.may(role, scope)
}

/// Whether somebody is sent a live message. Observations, gesture events and pictures are sent by
/// their own ways, which ask for the same scopes.
pub(super) fn sees(principal: &Principal, message: &ServerMessage) -> bool {
    use ServerMessage as M;
    let scope = match message {
        M::Hello { .. } | M::Pong { .. } | M::Did { .. } | M::Refused { .. } | M::Error { .. } => {
            return true;
        }
        M::Setting { key, .. } => return sees_setting(principal, key),
        // Whoever is watched may know.
        M::Watching(_) => return true,
        M::Camera(_) => Scope::Camera,
        M::Vision(_) | M::Status(_) => Scope::System,
        M::Observation(_)
        | M::Gesture { .. }
        | M::Missed { .. }
        | M::Verdict(_)
        | M::Bindings {} => Scope::Gestures,
        M::Models {} => Scope::Models,
        M::Scene(_)
        | M::Change(_)
        | M::Canvas(_)
        | M::Touch(_)
        | M::Held { .. }
        | M::Calibration(_)
        | M::Scenes {}
        | M::Photograph { .. } => Scope::Canvas,
        M::Chat { .. } => Scope::Models,
    };
    principal.sees(scope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(value: serde_json::Value) -> (Role, Scope) {
        of_command(&Command::from_value(value).unwrap())
    }

    #[test]
    fn a_binding_takes_the_rights_of_what_hands_will_do() {
        let bind = |command: serde_json::Value| {
            of(
                json!({"command": "set_binding", "binding": {"id": "x", "gesture": "ok", "command": command}}),
            )
        };
        assert_eq!(bind(json!({"command": "undo"})), (Role::User, Scope::Gestures));
        let camera = json!({"command": "select_camera", "source": "http://evil.example"});
        assert_eq!(bind(camera), (Role::Owner, Scope::Camera));
    }

    #[test]
    fn the_door_and_who_hears_of_the_inside_take_the_password_also_in_a_binding() {
        let of = |value| takes_the_password(&Command::from_value(value).unwrap());
        let set = |key: &str| json!({"command": "set_setting", "key": key, "value": true});
        for key in DESTINATIONS.iter().chain(&["server.open_loopback", "server.allow_lan"]) {
            assert!(of(set(key)) && of(json!({"command": "reset_setting", "key": key})), "{key}");
            let binding = json!({"id": "x", "gesture": "ok", "command": set(key)});
            assert!(of(json!({"command": "set_binding", "binding": binding})), "{key}");
        }
        for key in ["ui.box_name", "log.level", "camera.source", "backup.enabled"] {
            assert!(!of(set(key)), "{key}");
        }
        // What is named here is there.
        let declared: Vec<_> = crate::config::Settings::declared().iter().map(|s| s.key).collect();
        assert!(DESTINATIONS.iter().all(|key| declared.contains(key)));
    }

    #[test]
    fn settings_are_the_owners_but_how_the_canvas_behaves() {
        let set = |key: &str| of(json!({"command": "set_setting", "key": key, "value": true})).0;
        assert_eq!(set("canvas.dry_run"), Role::User);
        for key in ["server.open_loopback", "camera.source", "ui.box_name", "canvas", "log.level"] {
            assert_eq!(set(key), Role::Owner, "{key}");
        }
    }
}
