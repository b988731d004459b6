//! What may stand in a scene: the limits of words, numbers and forms, in one place for commands and
//! for files. Must not change anything but spelling: colours become lower case, rotations unit length.

use crate::base::object::{Form, Object, Quat, Transform, Vec3};
use crate::base::{Error, Refusal, Result};

/// Longest words on a card, characters.
pub const TEXT_CHARS: usize = 2_000;
/// Longest answer, characters.
pub const ANSWER_CHARS: usize = 20_000;
/// Longest label, characters.
pub const LABEL_CHARS: usize = 200;
/// Longest name of a scene, characters.
pub const NAME_CHARS: usize = 100;
/// Most points of a stroke.
pub const POINTS: usize = 2_000;
/// How far from the middle of the stage an object's middle may be, scene units: what lies deepest
/// is still seen at the edge.
pub const REACH: Vec3 = [16.0, 9.0, 6.0];
/// How far a stroke's points may be from its position, scene units.
const STROKE_REACH: f32 = 64.0;
/// Thinnest and thickest stroke, scene units.
pub const WIDTHS: [f32; 2] = [0.01, 2.0];
/// Smallest and largest size along an axis, either way.
pub const SIZES: [f32; 2] = [0.01, 100.0];

/// An object as it may stand in a scene.
///
/// # Errors
/// `Invalid`, naming what is wrong.
pub fn object(mut object: Object) -> Result<Object> {
    let place = transform(object.transform())?;
    if place.position != object.position {
        return Err(Error::invalid(format!("object {} lies outside the room", object.id)).why(
            format!("its position is {:?}; the room is ±{REACH:?} scene units", object.position),
        ));
    }
    (object.rotation, object.scale) = (place.rotation, place.scale);
    object.form = form(object.form)?;
    object.colour = colour(&object.colour)?;
    object.label = label(&object.label)?;
    Ok(object)
}

/// A place as it may be: finite, turned by a unit quaternion, within size and room. What lies
/// outside the room is brought back to its edge, so that a hand cannot lose what it drags.
///
/// # Errors
/// `Invalid`, naming what is wrong.
pub fn transform(place: Transform) -> Result<Transform> {
    Ok(Transform {
        id: place.id,
        position: within(vector("position", place.position)?),
        rotation: rotation(place.rotation)?,
        scale: scale(place.scale)?,
    })
}

/// The nearest point of the room.
pub fn within(mut at: Vec3) -> Vec3 {
    at.iter_mut().zip(REACH).for_each(|(x, most)| *x = x.clamp(-most, most));
    at
}

/// Three numbers that are numbers.
///
/// # Errors
/// `Invalid`, with their name.
pub fn vector(name: &str, v: Vec3) -> Result<Vec3> {
    if v.iter().all(|x| x.is_finite()) {
        return Ok(v);
    }
    Err(Error::invalid(format!("this {name} is no place: {v:?}")).next("send finite numbers"))
}

/// A rotation of unit length.
///
/// # Errors
/// `Invalid` for one without length.
pub fn rotation(q: Quat) -> Result<Quat> {
    let length = q.iter().map(|x| x * x).sum::<f32>().sqrt();
    if !length.is_finite() || length < 1e-6 {
        return Err(Error::invalid(format!("this rotation turns nowhere: {q:?}"))
            .next("send a unit quaternion x, y, z, w"));
    }
    // What is of unit length already must not change in its last digits each time.
    Ok(if (length - 1.0).abs() < 1e-4 { q } else { q.map(|x| x / length) })
}

fn scale(s: Vec3) -> Result<Vec3> {
    if s.iter().all(|x| (SIZES[0]..=SIZES[1]).contains(&x.abs())) {
        return Ok(s);
    }
    Err(Error::invalid(format!("this size is out of range: {s:?}"))
        .why(format!("each must be within {}..{}", SIZES[0], SIZES[1])))
}

/// A colour, in lower case.
///
/// # Errors
/// `Invalid` for anything but `#rrggbb`.
pub fn colour(text: &str) -> Result<String> {
    let digits = text.strip_prefix('#').filter(|d| d.len() == 6);
    if digits.is_some_and(|d| d.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Ok(text.to_ascii_lowercase());
    }
    let shown: String = text.chars().take(40).collect();
    Err(Error::invalid(format!("`{shown}` is no colour")).next("write it as `#4be3b4`"))
}

/// Words on a card, plain: line ends and tabs are their only control characters.
///
/// # Errors
/// `Invalid`, with `what` it is, where they are too long or hold control characters.
pub fn words(what: &str, text: &str, most: usize) -> Result<String> {
    let text = text.replace("\r\n", "\n");
    let chars = text.chars().count();
    if chars > most {
        return Err(Error::invalid(format!("{what} is too long"))
            .why(format!("it has {chars} characters; at most {most} fit"))
            .refusal(Refusal::TooLong { most }));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(
            Error::invalid(format!("{what} is not plain text")).why("it holds control characters")
        );
    }
    Ok(text)
}

/// A label: one line.
///
/// # Errors
/// As [`words`].
pub fn label(text: &str) -> Result<String> {
    line("the label", text, LABEL_CHARS)
}

/// A scene's name: one line that is not empty.
///
/// # Errors
/// As [`words`].
pub fn name(text: &str) -> Result<String> {
    let name = line("the name", text, NAME_CHARS)?;
    if name.is_empty() {
        return Err(Error::invalid("the name is empty")
            .next("give 1 to 100 characters")
            .refusal(Refusal::NoName {}));
    }
    Ok(name)
}

fn line(what: &str, text: &str, most: usize) -> Result<String> {
    words(what, &text.trim().replace(['\n', '\t'], " "), most)
}

/// A form within its limits.
///
/// # Errors
/// `Invalid`, naming what is wrong.
pub fn form(form: Form) -> Result<Form> {
    Ok(match form {
        Form::Text { text } => Form::Text { text: words("the text", &text, TEXT_CHARS)? },
        Form::Answer { text, question } => Form::Answer {
            text: words("the answer", &text, ANSWER_CHARS)?,
            question: words("the question", &question, TEXT_CHARS)?,
        },
        Form::Picture { picture, aspect } => {
            if !(0.01..=100.0).contains(&aspect) {
                return Err(Error::invalid(format!("no picture has the aspect {aspect}"))
                    .why("width by height must be within 0.01..100"));
            }
            Form::Picture { picture: hash(&picture)?, aspect }
        }
        Form::Stroke { points, width } => stroke(points, width)?,
        solid => solid,
    })
}

/// A picture's number: what else stands there, an address above all, is never asked for.
///
/// # Errors
/// `Invalid` for anything but 64 lower-case hexadecimal digits.
pub fn hash(text: &str) -> Result<String> {
    if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Ok(text.to_owned());
    }
    let shown: String = text.chars().take(40).collect();
    Err(Error::invalid(format!("`{shown}` is no picture of this box"))
        .why("a picture is named by the SHA-256 of its file, 64 hexadecimal digits")
        .next("send it with `POST /api/v1/pictures` and take the name it answers with"))
}

fn stroke(points: Vec<Vec3>, width: f32) -> Result<Form> {
    if points.is_empty() || points.len() > POINTS {
        return Err(Error::invalid(format!("a stroke of {} points cannot be drawn", points.len()))
            .why(format!("it takes 1 to {POINTS}")));
    }
    if !points.iter().flatten().all(|x| x.abs() <= STROKE_REACH) {
        return Err(Error::invalid("the stroke leaves the room")
            .why(format!("a point is further than {STROKE_REACH} from its position")));
    }
    Ok(Form::Stroke { points, width: pen_width(width)? })
}

/// A pen's thickness.
///
/// # Errors
/// `Invalid` out of [`WIDTHS`].
pub fn pen_width(width: f32) -> Result<f32> {
    if (WIDTHS[0]..=WIDTHS[1]).contains(&width) {
        return Ok(width);
    }
    Err(Error::invalid(format!("no pen is {width} thick"))
        .why(format!("it must be within {}..{}", WIDTHS[0], WIDTHS[1])))
}
