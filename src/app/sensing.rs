//! What a model may be told and shown: gathers what the rooms know at this moment. Keeps nothing of it but
//! the last picture, so that several who ask at once have it made once; decides nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Zoned;
use jiff::tz::TimeZone;
use tokio::sync::watch;

use crate::assistant::context::{
    EVENTS, HandSensed, Happened, Jpeg, SceneSensed, Sensed, Senses, Thing,
};
use crate::base::gesture::Gesture;
use crate::base::object::{Form, Object, ObjectId};
use crate::base::{Clock, Error, Result, Via, stage};
use crate::camera::{CameraState, Frame, Phase, PixelFormat};
use crate::canvas::touch::{Doing, PointerView};
use crate::canvas::{Canvas, Scene};
use crate::command::{Bus, Record, Verdict, VerdictLog, Why};
use crate::server::Live;
use crate::vision::picture::{Decoder, Encoder, View, shrunk};

/// Models take no larger pictures, and make larger ones small themselves; pixels on the longer side.
const SIDE_PX: u32 = 1_280;
/// Of what Dixi encodes itself: what a model is to read must not be blurred.
const QUALITY_PERCENT: u32 = 90;
/// An older picture is not of now.
const STALE: Duration = Duration::from_secs(2);
/// Hands that were seen longer ago are gone.
const HANDS_STALE: Duration = Duration::from_secs(1);
/// What happened longer ago is not told.
const LATELY: Duration = Duration::from_secs(600);
/// A gesture and the command that it gave are noted within this.
const TOGETHER: Duration = Duration::from_secs(2);
/// Commands that say nothing of what somebody did.
const NO_DEEDS: [&str; 6] = ["grab", "draw", "lift_pen", "open_ring", "close_ring", "test_binding"];

/// What is asked.
pub(super) struct Rooms {
    pub(super) clock: Clock,
    pub(super) live: Arc<Live>,
    pub(super) canvas: Arc<Canvas>,
    pub(super) verdicts: Arc<VerdictLog>,
    pub(super) bus: Arc<Bus>,
    pub(super) camera: watch::Receiver<CameraState>,
    pub(super) pictures: watch::Receiver<Option<Arc<Frame>>>,
}

/// The rooms, asked together.
pub(super) struct Sensing {
    rooms: Rooms,
    last: Mutex<Option<Jpeg>>,
}

impl Sensing {
    pub(super) fn new(rooms: Rooms) -> Self {
        Self { rooms, last: Mutex::default() }
    }

    /// Why nothing can be seen, if so.
    fn blind(&self) -> Option<Error> {
        let state = self.rooms.camera.borrow();
        let (what, next) = match state.phase {
            Phase::Running => return None,
            Phase::Paused => ("the camera is paused", "have it go on (`resume_camera`)"),
            Phase::Starting => ("the camera is being opened", "try again in a moment"),
            Phase::Stalled => ("the camera gives no pictures", "look after the camera"),
            Phase::Waiting => ("there is no camera", "connect one, or choose another"),
            Phase::Failed => ("the camera does not work", "choose another"),
        };
        let e = Error::unavailable("there is no picture of now");
        let why = state.reason.clone().unwrap_or_else(|| what.to_owned());
        Some(e.why(why).next(state.next.clone().unwrap_or_else(|| next.to_owned())))
    }

    fn hands(&self, scene: &Scene) -> Vec<HandSensed> {
        let Some(seen) = self.rooms.live.latest() else { return Vec::new() };
        let seen = seen.observation();
        if self.rooms.clock.now().since(seen.captured_at) > HANDS_STALE {
            return Vec::new();
        }
        let touch = self.rooms.canvas.feeds().touch.borrow().clone();
        let hand = |view: &crate::gesture::HandView| {
            let pointer = touch.pointers.iter().find(|p| p.track == view.hand.track);
            let target = pointer.and_then(|p| pointed(p, view.gesture));
            HandSensed {
                hand: view.hand.handedness,
                gesture: view.gesture,
                points_at: target.and_then(|id| scene.object(id)).map(|o| thing(o)),
            }
        };
        seen.hands.iter().map(hand).collect()
    }

    fn events(&self) -> Vec<Happened> {
        let (clock, now) = (self.rooms.clock, self.rooms.clock.now());
        let age = |at: jiff::Timestamp| {
            Duration::try_from(clock.utc(now).duration_since(at)).unwrap_or_default()
        };
        let verdicts = self.rooms.verdicts.lines();
        let gestures = verdicts.iter().map(|v| (age(v.at), made(v)));
        let trail = self.rooms.bus.trail();
        let deeds = trail.iter().filter_map(|r| {
            let ago = now.since(r.at);
            // A gesture's command is told with the gesture.
            let by_gesture = |v: &Arc<Verdict>| {
                v.command.as_deref() == Some(r.command) && age(v.at).abs_diff(ago) < TOGETHER
            };
            let told = r.who.via() == Via::Hand && verdicts.iter().any(by_gesture);
            (!told && !NO_DEEDS.contains(&r.command)).then(|| (ago, done(r)))
        });
        let mut all: Vec<_> = gestures.chain(deeds).filter(|(ago, _)| *ago < LATELY).collect();
        all.sort_by_key(|(ago, _)| std::cmp::Reverse(*ago));
        // A hand that flickers says the same again and again; the last time counts.
        let mut events: Vec<Happened> = Vec::new();
        for (ago, what) in all {
            match events.last_mut().filter(|e| e.what == what) {
                Some(same) => same.ago = ago,
                None => events.push(Happened { what, ago }),
            }
        }
        events.split_off(events.len().saturating_sub(EVENTS))
    }

    fn encode(&self, frame: &Frame) -> Result<Jpeg> {
        let captured_at = self.rooms.clock.utc(frame.captured_at);
        jpeg(frame, captured_at)
    }
}

impl Senses for Sensing {
    fn now(&self) -> Sensed {
        let (canvas, clock) = (&self.rooms.canvas, self.rooms.clock);
        let (scene, state) = (canvas.scene(), canvas.state());
        let selected = |id: &ObjectId| scene.object(*id).map(|o| thing(o));
        let blind = self.blind().map(|e| {
            let said = e.to_string();
            format!(
                "No hand can be seen: {}.",
                said.split_once(": ").map_or(&*said, |(_, why)| why)
            )
        });
        Sensed {
            hands: if blind.is_some() { Vec::new() } else { self.hands(&scene) },
            blind,
            selection: state.selection.iter().filter_map(selected).collect(),
            scene: SceneSensed {
                name: state.name.clone(),
                things: scene.objects.iter().map(|o| thing(o)).collect(),
            },
            events: self.events(),
            time: Zoned::new(clock.utc(clock.now()), TimeZone::system()),
        }
    }

    fn frame(&self) -> Result<Jpeg> {
        if let Some(e) = self.blind() {
            return Err(e);
        }
        let none = || Error::unavailable("there is no picture of now");
        let frame = self.rooms.pictures.borrow().clone().ok_or_else(|| {
            none().why("none has come from the camera yet").next("try again in a moment")
        })?;
        let age = self.rooms.clock.now().since(frame.captured_at);
        if age > STALE {
            return Err(none()
                .why(format!("the camera's last is {:.1} s old", age.as_secs_f32()))
                .next("look after the camera"));
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(jpeg) = last.as_ref().filter(|jpeg| jpeg.seq == frame.seq) {
            return Ok(jpeg.clone());
        }
        let jpeg = self.encode(&frame)?;
        *last = Some(jpeg.clone());
        Ok(jpeg)
    }
}

/// What a pointer points at: a hand that is only somewhere points at nothing.
fn pointed(pointer: &PointerView, gesture: Gesture) -> Option<ObjectId> {
    use Gesture as G;
    let holds = matches!(pointer.doing, Doing::Hold | Doing::Stretch);
    let points = matches!(gesture, G::Point | G::PointingUp | G::Pinch | G::Ok);
    pointer.target.filter(|_| holds || points)
}

fn made(v: &Verdict) -> String {
    let gesture = v.gesture.replace('_', " ");
    let made = format!("the {} made the gesture “{gesture}”", v.who);
    match (&v.verdict, &v.command) {
        (Why::Fired, Some(command)) => format!("{made}, which did `{command}`"),
        (Why::Refused, Some(command)) => format!("{made}, but `{command}` was refused"),
        _ => format!("{made}, without effect"),
    }
}

fn done(r: &Record) -> String {
    let outcome = if r.done { "did" } else { "tried" };
    let refused = if r.done { "" } else { ", which was refused" };
    format!("{} {outcome} `{}`{refused}", r.who, r.command)
}

/// An object as it is seen.
pub(super) fn thing(object: &Object) -> Thing {
    let text = match &object.form {
        Form::Text { text } => Some(text.clone()),
        Form::Answer { text, question } if question.is_empty() => Some(text.clone()),
        Form::Answer { text, question } => Some(format!("{question}\n{text}")),
        _ => None,
    };
    let ([left, right], middle) = extent(object);
    Thing {
        id: object.id,
        form: object.form.name(),
        name: object.label.clone(),
        colour: object.colour.clone(),
        text,
        at: stage::to_canvas(middle),
        width: (right - left) * stage::magnification(middle[2]) / stage::WIDTH,
        locked: object.locked,
    }
}

/// From where to where it reaches, scene units, as if it stood upright; and its middle. Roughly: it is said
/// in words.
fn extent(object: &Object) -> ([f32; 2], [f32; 3]) {
    let scale = object.scale.map(f32::abs);
    let [x, y, z] = object.position;
    match &object.form {
        Form::Stroke { points, width } => {
            let range = |axis: usize| {
                let of = points.iter().map(|p| p[axis] * scale[axis]);
                of.fold([f32::MAX, f32::MIN], |[l, m], v| [l.min(v), m.max(v)])
            };
            let ([left, right], [low, high]) = (range(0), range(1));
            let half = width / 2.0;
            let middle = [x + f32::midpoint(left, right), y + f32::midpoint(low, high), z];
            ([x + left - half, x + right + half], middle)
        }
        Form::Text { .. } | Form::Picture { .. } | Form::Answer { .. } => {
            ([x - scale[0], x + scale[0]], object.position)
        }
        _ => ([x - scale[0] / 2.0, x + scale[0] / 2.0], object.position),
    }
}

/// A frame as a JPEG: the camera's own, byte for byte, where it is one and small enough.
fn jpeg(frame: &Frame, captured_at: jiff::Timestamp) -> Result<Jpeg> {
    let of = |width, height, bytes: &[u8]| Jpeg {
        bytes: bytes.to_vec().into(),
        width,
        height,
        seq: frame.seq,
        captured_at,
    };
    if frame.format == PixelFormat::Jpeg && frame.width.max(frame.height) <= SIDE_PX {
        return Ok(of(frame.width, frame.height, &frame.data));
    }
    let (mut decoder, mut encoder) = (Decoder::live()?, Encoder::new()?);
    let whole = decoder.frame(frame)?;
    match shrunk(whole, SIDE_PX) {
        None => Ok(of(whole.width(), whole.height(), encoder.encode(whole, QUALITY_PERCENT)?)),
        Some((width, height, rgb)) => {
            let small = View::new(width, height, &rgb)?;
            Ok(of(width, height, encoder.encode(small, QUALITY_PERCENT)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::PI;

    use super::*;
    use crate::base::Stamp;

    fn frame(width: u32, height: u32) -> Frame {
        let data = [200, 100, 50].repeat((width * height) as usize);
        Frame {
            seq: 3,
            captured_at: Stamp::from_ms(9),
            width,
            height,
            format: PixelFormat::Rgb,
            data,
        }
    }

    #[test]
    fn the_cameras_own_jpeg_goes_on_as_it_is_and_a_large_one_is_made_smaller() {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let made = jpeg(&frame(64, 32), at).unwrap();
        assert_eq!((made.width, made.height, made.seq), (64, 32, 3));
        let own = Frame { format: PixelFormat::Jpeg, data: made.bytes.to_vec(), ..frame(64, 32) };
        assert_eq!(jpeg(&own, at).unwrap().bytes, made.bytes);
        let large = jpeg(&frame(1_920, 1_080), at).unwrap();
        assert_eq!((large.width, large.height), (1_280, 720));
        assert_eq!(crate::camera::jpeg::peek(&large.bytes).unwrap(), (1_280, 720));
        let large = Frame {
            format: PixelFormat::Jpeg,
            data: jpeg(&frame(1_280, 720), at).unwrap().bytes.to_vec(),
            ..frame(1_281, 720)
        };
        assert!(jpeg(&large, at).is_ok());
        let mut decoder = Decoder::live().unwrap();
        let view = decoder.jpeg(&made.bytes).unwrap();
        assert!(view.rgb()[0].abs_diff(200) < 8 && view.rgb()[2].abs_diff(50) < 8);
    }

    #[test]
    fn a_thing_is_where_and_as_wide_as_it_is_seen() {
        let object = Object {
            id: 4,
            form: Form::Text { text: "hello".into() },
            position: [-4.0, 2.25, 0.0],
            rotation: [0.0, 0.0, 0.0, 1.0],
            scale: [2.0, 2.0, 1.0],
            colour: "#ffffff".into(),
            label: "Note".into(),
            locked: true,
            group: None,
        };
        let seen = thing(&object);
        assert_eq!((seen.id, seen.form, seen.locked), (4, "text", true));
        assert_eq!((seen.at, seen.width), (Some([0.25, 0.25]), 0.25));
        assert_eq!(seen.text.as_deref(), Some("hello"));
        let points = (0..20).map(|i| [(i as f32 * PI / 10.0).sin(), 1.0, 0.0]).collect();
        let line = Object { form: Form::Stroke { points, width: 0.0 }, ..object.clone() };
        let seen = thing(&line);
        assert!((seen.width - 4.0 / 16.0).abs() < 0.01, "{}", seen.width);
        let solid = Object { form: Form::Box {}, ..object };
        assert_eq!((thing(&solid).width, thing(&solid).text), (0.125, None));
    }

    #[test]
    fn a_hand_that_is_only_somewhere_points_at_nothing() {
        let at = [0.5, 0.5];
        let pointer = |doing| PointerView {
            track: 1,
            hand: crate::base::hand::Handedness::Left,
            at,
            raw: at,
            doing,
            target: Some(7),
            dwell: 0.0,
            stroke: Vec::new(),
        };
        assert_eq!(pointed(&pointer(Doing::Idle), Gesture::Point), Some(7));
        assert_eq!(pointed(&pointer(Doing::Idle), Gesture::OpenPalm), None);
        assert_eq!(pointed(&pointer(Doing::Hold), Gesture::OpenPalm), Some(7));
    }
}
