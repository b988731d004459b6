//! A binding that has been checked: its gesture is known, its times are within range, its command
//! is one that a gesture may give. And what becomes of the command at the moment it is given: a hand
//! fills in what it points at.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Binding, BoundHand};
use crate::base::gesture::{Family, Gesture};
use crate::base::object::{ObjectId, Vec3};
use crate::base::{Error, Kind, Result};
use crate::command::Command;

/// The longest hold and release times, milliseconds: longer is no gesture any more.
const MOST_MS: u32 = 10_000;
/// The longest cool-down, milliseconds.
const MOST_COOLDOWN_MS: u32 = 60_000;
/// The longest id, characters.
const ID_CHARS: usize = 40;
/// The longest command as JSON, bytes: a card with a page of words has room.
const COMMAND_BYTES: usize = 8 << 10;

/// Commands whose objects (`ids`) a hand fills in.
const ABOUT_OBJECTS: [&str; 11] = [
    "delete",
    "duplicate",
    "colour",
    "lock",
    "unlock",
    "grab",
    "rotate",
    "scale",
    "move",
    "group",
    "ungroup",
];

/// A command that goes on as long as its gesture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// Hold what the hand points at.
    Grab,
    /// Draw where the hand points.
    Draw,
}

/// What a hand points at when its gesture fires: what it adds to the command.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pointed {
    /// The object it points at or holds, unless that is selected.
    pub target: Option<ObjectId>,
    /// The same, selected or not.
    pub thing: Option<ObjectId>,
    /// Whether anything is selected: then turning and scaling means that, not the target.
    pub selected: bool,
    /// Where it points, scene units.
    pub position: Option<Vec3>,
    /// Where it points, canvas space.
    pub at: Option<[f32; 2]>,
}

/// A binding, checked and ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// As people see it: the gesture under its own name.
    pub binding: Binding,
    /// Its id; cheap to copy.
    pub id: Arc<str>,
    /// Its gesture.
    pub gesture: Gesture,
    /// Its command's name.
    pub command: &'static str,
    /// Whether the command goes on as long as the gesture.
    pub lasting: Option<Lasting>,
}

impl Rule {
    /// Checks a binding by itself; whether it clashes with others is the [`Table`](super::Table)'s.
    ///
    /// # Errors
    /// `Invalid` or `Unsupported`, saying what is wrong with which field and what would be right.
    pub fn new(mut binding: Binding) -> Result<Self> {
        let gesture = check_id(&binding.id)
            .and_then(|()| gesture(&binding.gesture))
            .and_then(|gesture| check_times(&binding, gesture).map(|()| gesture))
            .map_err(|e| about(&binding.id, e))?;
        binding.gesture = gesture.name().into();
        let command =
            check_command(&binding.command, gesture).map_err(|e| about(&binding.id, e))?;
        let lasting = match command {
            Command::Grab { .. } => Some(Lasting::Grab),
            Command::Draw {} => Some(Lasting::Draw),
            _ => None,
        };
        let (id, command) = (binding.id.as_str().into(), command.name());
        Ok(Self { binding, id, gesture, command, lasting })
    }

    /// Whether it deletes whatever the hand points at: what nobody points at must not go by accident.
    pub fn deletes_what_it_points_at(&self) -> bool {
        self.command == "delete" && self.binding.command.get("ids").is_none()
    }

    /// Whether its command is about objects that the hand, not the binding, names.
    pub fn is_about_objects(&self) -> bool {
        ABOUT_OBJECTS.contains(&self.command) && self.binding.command.get("ids").is_none()
    }

    /// Whether it asks about whatever the hand points at.
    pub fn asks_about_what_it_points_at(&self) -> bool {
        self.command == "ask" && self.binding.command.get("about").is_none()
    }

    /// Whether it is held only while the hand rests on a thing: a hand that points is on its way to one
    /// most of the time, and a question must not come of that.
    pub fn needs_aim(&self) -> bool {
        self.asks_about_what_it_points_at()
            && matches!(self.gesture, Gesture::Point | Gesture::PointingUp)
    }

    /// The command, with what the hand points at where the binding leaves that open.
    ///
    /// # Errors
    /// `Invalid` where it needs something to be pointed at, and nothing is.
    pub fn command(&self, pointed: &Pointed) -> Result<Command> {
        let filled = fill(self.binding.command.clone(), pointed);
        let incomplete =
            |e| Error::invalid(format!("`{}` needs something to point at", self.command)).source(e);
        serde_json::from_value(filled).map_err(incomplete)
    }
}

fn about(id: &str, e: Error) -> Error {
    let shown: String = id.chars().take(ID_CHARS).collect();
    let told = Error::new(e.kind(), format!("the binding `{shown}` is refused")).why(e.to_string());
    match e.next_step() {
        Some(next) => told.next(next),
        None => told,
    }
}

fn check_id(id: &str) -> Result<()> {
    let fits = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-');
    if (1..=ID_CHARS).contains(&id.len()) && id.chars().all(fits) {
        return Ok(());
    }
    Err(Error::invalid("its id is not usable")
        .next(format!("use 1 to {ID_CHARS} of a-z, 0-9, `_` and `-`")))
}

fn gesture(name: &str) -> Result<Gesture> {
    let shown: String = name.chars().take(60).collect();
    if let Some(own) = shown.strip_prefix("custom:") {
        return Err(Error::new(
            Kind::Unsupported,
            format!("there is no gesture of your own `{own}`"),
        )
        .why("gestures cannot be recorded yet")
        .next("choose one that Dixi knows: GET /api/v1/gestures lists them"));
    }
    match shown.parse()? {
        Gesture::None => Err(Error::invalid("`none` is the absence of a gesture")
            .next("GET /api/v1/gestures lists what can be bound")),
        gesture => Ok(gesture),
    }
}

/// Whether a gesture is over as soon as it is recognised.
fn at_once(gesture: Gesture) -> bool {
    use Gesture as G;
    matches!(
        gesture,
        G::SwipeLeft
            | G::SwipeRight
            | G::SwipeUp
            | G::SwipeDown
            | G::DoublePinch
            | G::Release
            | G::Clap
            | G::Stretch
    )
}

fn check_times(b: &Binding, gesture: Gesture) -> Result<()> {
    for (name, ms, most) in [
        ("hold_ms", b.hold_ms, MOST_MS),
        ("release_ms", b.release_ms, MOST_MS),
        ("cooldown_ms", b.cooldown_ms, MOST_COOLDOWN_MS),
    ] {
        if ms > most {
            return Err(Error::invalid(format!("`{name}` is {ms}"))
                .next(format!("use a number of milliseconds from 0 to {most}")));
        }
    }
    if b.hold_ms > 0 && at_once(gesture) {
        return Err(Error::invalid(format!("`{gesture}` cannot be held"))
            .why("it is over as soon as it is made")
            .next("set `hold_ms` to 0"));
    }
    if b.hand != BoundHand::Any && gesture.family() == Family::TwoHands {
        return Err(
            Error::invalid(format!("`{gesture}` takes both hands")).next("set `hand` to `any`")
        );
    }
    Ok(())
}

fn check_command(command: &Value, gesture: Gesture) -> Result<Command> {
    let text = command.to_string();
    if text.len() > COMMAND_BYTES {
        return Err(Error::new(Kind::Exhausted, "its command is too long")
            .why(format!("it has {} bytes, and at most {COMMAND_BYTES} are taken", text.len())));
    }
    // As if the hand pointed at something: what remains missing, people have to say.
    let pointed = Pointed {
        target: Some(1),
        thing: Some(1),
        selected: false,
        position: Some([0.0; 3]),
        at: Some([0.5; 2]),
    };
    let filled = fill(command.clone(), &pointed);
    let command = Command::from_json(filled.to_string().as_bytes())?;
    if let Some(why) = senseless(&command) {
        let what = format!("`{}` is no command for a gesture", command.name());
        return Err(Error::invalid(what).why(why));
    }
    let lasts = matches!(command, Command::Grab { .. } | Command::Draw {});
    if lasts && (at_once(gesture) || gesture.family() == Family::TwoHands) {
        let what = format!("`{gesture}` cannot {}", command.name());
        return Err(Error::invalid(what)
            .why("that goes on as long as one hand's gesture does")
            .next("bind it to a shape, such as `pinch`"));
    }
    Ok(command)
}

/// Why a gesture must not give a command, if so.
fn senseless(command: &Command) -> Option<&'static str> {
    use Command as C;
    Some(match command {
        C::SetBinding { .. }
        | C::RemoveBinding { .. }
        | C::ResetBindings {}
        | C::TestBinding { .. } => "a gesture must not change what gestures do",
        C::SetSetting { .. } | C::ResetSetting { .. } => {
            "settings are changed on purpose, on their page"
        }
        C::SelectCamera { .. } => {
            "the new camera may not see the hand, and its address may hold a password"
        }
        C::Restart {} => "hands cannot be seen while Dixi starts again",
        C::ResumeCamera {} => "while the camera is paused no gesture is seen",
        C::Place { .. } | C::Drag { .. } => {
            "only who moves things knows where they go; `grab` lets a hand do that"
        }
        C::Release {} | C::LetBack {} => "a hand lets go when the gesture that grabs ends",
        C::SetCorners { .. } | C::SetKeystone { .. } => "corners are dragged on the page",
        C::RenameScene { .. } => "it would give the same name again and again",
        _ => return None,
    })
}

/// Which fields a hand fills in, where they are left out.
fn fill(mut command: Value, pointed: &Pointed) -> Value {
    let Some(fields) = command.as_object_mut() else { return command };
    let name = fields.get("command").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut add = |field: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|_| !fields.contains_key(field)) {
            fields.insert(field.to_owned(), value);
        }
    };
    let target = pointed.target;
    match name.as_str() {
        // What is selected turns and grows, wherever the hand happens to be meanwhile.
        "rotate" | "scale" | "move" | "group" | "ungroup" if pointed.selected => {}
        "select" => add("ids", Some(json!(target.as_slice()))),
        about if ABOUT_OBJECTS.contains(&about) => add("ids", target.map(|id| json!([id]))),
        "label" | "write" => add("id", target.map(Value::from)),
        "ask" => add("about", pointed.thing.map(Value::from)),
        "create" => add("position", pointed.position.map(|p| json!(p))),
        "open_ring" => add("at", pointed.at.map(|at| json!(at))),
        _ => {}
    }
    command
}
