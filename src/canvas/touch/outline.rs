//! What of an object can be hit: its outline as seen on the canvas, simple enough to ask two thousand
//! of them in every frame. Lengths are canvas widths in both directions.

use arrayvec::ArrayVec;
use glam::{Mat3, Quat, Vec3};

use crate::base::object::{Form, Object, Transform};
use crate::base::stage;

/// A place on the canvas with both directions in canvas widths.
pub(super) type Place = [f32; 2];

/// The most corners that an outline begins with: two rings of eight.
const CORNERS: usize = 16;
/// A card of words is about this high for each line, and this wide for each letter, at scale 1.
const LINE: f32 = 0.24;
const LETTER: f32 = 0.085;
/// Strokes keep at most this many points for being hit.
const STROKE_POINTS: usize = 64;
/// The eye is never nearer to anything than this, scene units.
const NEAREST: f32 = 1.0;

/// From canvas space to a [`Place`].
pub(super) fn place(at: [f32; 2]) -> Place {
    [at[0], at[1] * stage::HEIGHT / stage::WIDTH]
}

fn seen(point: Vec3) -> Place {
    let z = point.z.min(stage::eye_distance() - NEAREST);
    place(stage::to_canvas([point.x, point.y, z]).unwrap_or([0.5, 0.5]))
}

/// An object as it is seen, roughly: enough to know that it is not meant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub centre: Place,
    pub radius: f32,
    /// Its point nearest to the viewer, scene units.
    pub front: f32,
}

/// An object as it is seen.
#[derive(Clone, Debug)]
pub(super) enum Outline {
    Ellipse { centre: Place, inverse: [f32; 3] },
    Hull(ArrayVec<Place, CORNERS>),
    Line { points: Vec<Place>, half_width: f32 },
}

/// A stroke in its own space, thinned to what is needed to hit it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    points: Vec<Vec3>,
    /// As far as it reaches from its position.
    reach: f32,
}

impl Line {
    pub fn of(points: &[[f32; 3]], width: f32) -> Self {
        let step = points.len().div_ceil(STROKE_POINTS).max(1);
        let last = points.last().filter(|_| !(points.len() + step - 1).is_multiple_of(step));
        let reach = points.iter().map(|p| Vec3::from(*p).length()).fold(0.0, f32::max);
        let points = points.iter().step_by(step).chain(last).map(|p| Vec3::from(*p)).collect();
        Self { points, reach: reach + width / 2.0 }
    }
}

fn rotation(t: &Transform) -> Mat3 {
    let q = Quat::from_array(t.rotation);
    if q.is_finite() && q.length_squared() > 1e-6 {
        Mat3::from_quat(q.normalize())
    } else {
        Mat3::IDENTITY
    }
}

/// Half the size of what encloses a form, along its own axes, at scale 1.
fn half(form: &Form) -> Vec3 {
    match form {
        Form::Box {} | Form::Sphere {} | Form::Cone {} | Form::Cylinder {} => Vec3::splat(0.5),
        Form::Torus {} => Vec3::new(0.5, 0.5, 0.125),
        Form::Plane {} => Vec3::new(0.5, 0.5, 0.0),
        Form::Text { text } => Vec3::new(1.0, card_height(text) / 2.0, 0.02),
        Form::Answer { text, question } => {
            Vec3::new(1.0, (card_height(text) + card_height(question)) / 2.0, 0.02)
        }
        Form::Picture { aspect, .. } => Vec3::new(1.0, 1.0 / aspect.clamp(0.05, 20.0), 0.02),
        Form::Stroke { .. } => Vec3::ZERO,
    }
}

/// About how high a card with these words is; only pages know exactly.
fn card_height(text: &str) -> f32 {
    let letters = (2.0 / LETTER) as usize;
    // Whole pages of words are not counted letter by letter: the card ends somewhere.
    let lines = text.lines().take(40).map(|l| 1 + l.len().min(4_000) / letters).sum::<usize>();
    LINE * (lines.clamp(1, 40) as f32 + 1.0)
}

/// The rough outline; `line` is the stroke, if it is one.
pub(super) fn bound(form: &Form, t: &Transform, line: Option<&Line>) -> Bound {
    let turn = rotation(t);
    let scale = Vec3::from(t.scale).abs();
    let half = half(form) * scale;
    let (reach, deep) = match line {
        Some(line) => (line.reach * scale.max_element(), line.reach * scale.max_element()),
        None => (half.length(), (turn.row(2).abs() * half).element_sum()),
    };
    let middle = Vec3::from(t.position);
    let nearest = (middle.z + reach).min(stage::eye_distance() - NEAREST);
    let radius = reach * stage::magnification(nearest) / stage::WIDTH;
    // What is off the middle of the view is seen a little stretched.
    let skew = 1.0 + 0.5 * (place(seen(middle))[0] - 0.5).abs();
    Bound { centre: seen(middle), radius: radius * skew, front: middle.z + deep }
}

/// The outline.
pub(super) fn outline(object: &Object, t: &Transform, line: Option<&Line>) -> Outline {
    let turn = rotation(t);
    let scale = Vec3::from(t.scale);
    let middle = Vec3::from(t.position);
    let at = |p: Vec3| middle + turn * (scale * p);
    match (&object.form, line) {
        (Form::Stroke { width, .. }, Some(line)) => Outline::Line {
            points: line.points.iter().map(|p| seen(at(*p))).collect(),
            half_width: width / 2.0
                * stage::magnification(middle.z.min(stage::eye_distance() - NEAREST))
                / stage::WIDTH
                * scale.abs().max_element(),
        },
        (Form::Sphere {}, _) => ellipse(middle, turn, scale),
        (form, _) => {
            let mut corners: ArrayVec<Place, CORNERS> = ArrayVec::new();
            corners_of(form, |p| {
                let _ = corners.try_push(seen(at(p)));
            });
            Outline::Hull(hull(corners))
        }
    }
}

fn corners_of(form: &Form, mut tell: impl FnMut(Vec3)) {
    let half = half(form);
    let ring = |i: usize, r: f32| {
        let (s, c) = (i as f32 * std::f32::consts::FRAC_PI_4).sin_cos();
        (r * s, r * c)
    };
    match form {
        Form::Cone {} | Form::Cylinder {} => {
            let top = if matches!(form, Form::Cone {}) { 0.0 } else { 0.52 };
            for i in 0..8 {
                let ((x, z), (u, w)) = (ring(i, 0.52), ring(i, top));
                tell(Vec3::new(x, -0.5, z));
                tell(Vec3::new(u, 0.5, w));
            }
        }
        Form::Torus {} => {
            for i in 0..8 {
                let (x, y) = ring(i, 0.52);
                tell(Vec3::new(x, y, -0.06));
                tell(Vec3::new(x, y, 0.06));
            }
        }
        _ => {
            for i in 0..8_u8 {
                let side = |bit: u8| if i & bit == 0 { -1.0 } else { 1.0 };
                tell(half * Vec3::new(side(1), side(2), side(4)));
            }
        }
    }
}

fn ellipse(middle: Vec3, turn: Mat3, scale: Vec3) -> Outline {
    let f = stage::magnification(middle.z.min(stage::eye_distance() - NEAREST)) / stage::WIDTH;
    let axes = turn * Mat3::from_diagonal(scale * 0.5 * f);
    let (x, y) = (axes.row(0), axes.row(1));
    // x · xᵀ of the seen axes; y is down on the canvas.
    let (a, b, c) = (x.dot(x) + 1e-9, -x.dot(y), y.dot(y) + 1e-9);
    let det = (a * c - b * b).max(1e-16);
    Outline::Ellipse { centre: seen(middle), inverse: [c / det, -b / det, a / det] }
}

/// The convex hull, by Andrew's monotone chain.
fn hull(mut points: ArrayVec<Place, CORNERS>) -> ArrayVec<Place, CORNERS> {
    points.sort_unstable_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let turns = |a: Place, b: Place, c: Place| {
        (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    };
    let chain = |points: &mut dyn Iterator<Item = &Place>| {
        let mut out: ArrayVec<Place, CORNERS> = ArrayVec::new();
        for p in points {
            while out.len() >= 2 && turns(out[out.len() - 2], out[out.len() - 1], *p) <= 0.0 {
                out.pop();
            }
            let _ = out.try_push(*p);
        }
        out
    };
    let (mut there, mut back) = (chain(&mut points.iter()), chain(&mut points.iter().rev()));
    there.pop();
    back.pop();
    for p in back {
        let _ = there.try_push(p);
    }
    if there.is_empty() { points } else { there }
}

fn to_segment(p: Place, a: Place, b: Place) -> f32 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let along = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy).max(1e-12);
    let t = along.clamp(0.0, 1.0);
    (p[0] - a[0] - t * dx).hypot(p[1] - a[1] - t * dy)
}

impl Outline {
    /// How far `p` is outside; 0 or less inside.
    pub fn distance(&self, p: Place) -> f32 {
        match self {
            Outline::Ellipse { centre, inverse: [a, b, c] } => {
                let (x, y) = (p[0] - centre[0], p[1] - centre[1]);
                let ratio = (a * x * x + 2.0 * b * x * y + c * y * y).max(0.0).sqrt();
                if ratio <= 1.0 { 0.0 } else { x.hypot(y) * (1.0 - 1.0 / ratio) }
            }
            Outline::Hull(corners) => {
                let sides = || corners.iter().zip(corners.iter().cycle().skip(1));
                let inside = corners.len() >= 3
                    && sides().all(|(a, b)| {
                        (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) >= 0.0
                    });
                if inside {
                    return 0.0;
                }
                sides().map(|(a, b)| to_segment(p, *a, *b)).fold(f32::MAX, f32::min)
            }
            Outline::Line { points, half_width } => {
                let along = points.windows(2).map(|w| to_segment(p, w[0], w[1]));
                let first = points.first().map_or(f32::MAX, |a| to_segment(p, *a, *a));
                along.fold(first, f32::min) - half_width
            }
        }
    }
}
