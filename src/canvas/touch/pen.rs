//! The pen: a hand's way over the canvas becomes a stroke.

use crate::base::Stamp;
use crate::base::object::{Form, Vec3};
use crate::base::stage;
use crate::canvas::Tray;
use crate::command::Command;

/// Points nearer to the last one than this are not taken, scene units: half a pixel at 1080p.
const STEP: f32 = 0.005;
/// The thinned line stays within this of the drawn one, scene units: two thirds of a pixel at 1080p
/// keeps corners and curves and drops most points.
const THIN: f32 = 0.006;
/// A stroke has at most this many points (see [`Form::Stroke`]); an endless one is thinned more coarsely
/// to keep to it.
const MOST: usize = 2_000;
/// When this many were drawn, they are thinned while drawing goes on: a small job each time.
const OFTEN: usize = 256;
/// A page is told of at most this many, the last ones.
const SHOWN: usize = 200;

/// A stroke that is being drawn, on the plane z = 0.
#[derive(Clone, Debug)]
pub(super) struct Pen {
    colour: String,
    width: f32,
    points: Vec<(Stamp, Vec3)>,
    /// How many of them are thinned already, and how coarsely.
    thinned: usize,
    by: f32,
}

impl Pen {
    pub fn new(tray: &Tray) -> Self {
        let (colour, width) = (tray.colour.clone(), tray.pen_width);
        Self { colour, width, points: Vec::with_capacity(OFTEN), thinned: 0, by: THIN }
    }

    /// The pen is at `at`, canvas space.
    pub fn pass(&mut self, now: Stamp, at: [f32; 2]) {
        let point = stage::to_scene(at.map(|v| v.clamp(0.0, 1.0)), 0.0);
        let far = |p: &Vec3| (p[0] - point[0]).hypot(p[1] - point[1]);
        if self.points.last().is_some_and(|(_, p)| far(p) < STEP) {
            return;
        }
        self.points.push((now, point));
        if self.points.len() >= self.thinned + OFTEN {
            self.thin_out();
        }
    }

    /// Thins what is new; all of it, more coarsely, where that is too much.
    fn thin_out(&mut self) {
        let from = self.thinned.saturating_sub(1);
        let news = thin(&self.points[from..], self.by);
        self.points.truncate(from);
        self.points.extend(news);
        while self.points.len() > MOST {
            self.by *= 2.0;
            self.points = thin(&self.points, self.by);
        }
        self.thinned = self.points.len();
    }

    /// What has been drawn so far.
    pub fn shown(&self) -> Vec<Vec3> {
        let from = self.points.len().saturating_sub(SHOWN);
        self.points[from..].iter().map(|(_, p)| *p).collect()
    }

    /// The stroke as a new object; `until` is when the fingers began to open: what came after was
    /// not meant. None if nothing was drawn.
    pub fn lift(mut self, until: Stamp) -> Option<Command> {
        let meant = self.points.partition_point(|(then, _)| *then <= until).max(1);
        self.points.truncate(meant);
        self.thinned = self.thinned.min(meant);
        self.thin_out();
        let points = self.points;
        let along = |i: usize| points.iter().map(move |(_, p)| p[i]);
        let middle = |i: usize| {
            0.5 * (along(i).fold(f32::MAX, f32::min) + along(i).fold(f32::MIN, f32::max))
        };
        points.first()?;
        let position = [middle(0), middle(1), 0.0];
        let points = points.iter().map(|(_, p)| [p[0] - position[0], p[1] - position[1], 0.0]);
        Some(Command::Create {
            form: Some(Form::Stroke { points: points.collect(), width: self.width }),
            position: Some(position),
            rotation: None,
            scale: None,
            colour: Some(self.colour),
            label: None,
        })
    }
}

/// Leaves out points that lie within `by` of the line between those that stay: Ramer, Douglas and
/// Peucker, with a stack of its own, as a stroke may be long.
fn thin(points: &[(Stamp, Vec3)], by: f32) -> Vec<(Stamp, Vec3)> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut stays = vec![false; points.len()];
    (stays[0], stays[points.len() - 1]) = (true, true);
    let mut spans = vec![(0, points.len() - 1)];
    while let Some((a, b)) = spans.pop() {
        let off = |i: usize| off_line(points[i].1, points[a].1, points[b].1);
        let far = (a + 1..b).map(|i| (i, off(i))).max_by(|p, q| p.1.total_cmp(&q.1));
        if let Some((i, distance)) = far.filter(|(_, d)| *d > by) {
            debug_assert!(distance.is_finite());
            stays[i] = true;
            spans.extend([(a, i), (i, b)]);
        }
    }
    points.iter().zip(stays).filter(|(_, stays)| *stays).map(|(p, _)| *p).collect()
}

fn off_line(p: Vec3, a: Vec3, b: Vec3) -> f32 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy).max(1e-12);
    let t = t.clamp(0.0, 1.0);
    (p[0] - a[0] - t * dx).hypot(p[1] - a[1] - t * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(n: u64, at: impl Fn(f32) -> [f32; 2]) -> Pen {
        let mut pen = Pen::new(&Tray::default());
        for i in 0..n {
            pen.pass(Stamp::from_ms(i * 33), at(i as f32 / n as f32));
        }
        pen
    }

    fn stroke(command: Option<Command>) -> (Vec<Vec3>, Vec3) {
        match command.unwrap() {
            Command::Create { form: Some(Form::Stroke { points, .. }), position, .. } => {
                (points, position.unwrap())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_straight_line_needs_two_points_and_a_curve_keeps_its_shape() {
        let (points, position) =
            stroke(drawn(100, |t| [0.2 + 0.6 * t, 0.5]).lift(Stamp::from_ms(9_999)));
        assert_eq!(points.len(), 2);
        assert!((position[0] + 0.048).abs() < 0.01 && position[1].abs() < 1e-4, "{position:?}");
        let round = |t: f32| {
            let (s, c) = (std::f32::consts::TAU * t).sin_cos();
            [0.5 + 0.2 * c, 0.5 + 0.2 * 16.0 / 9.0 * s]
        };
        let (points, _) = stroke(drawn(200, round).lift(Stamp::from_ms(99_999)));
        assert!((20..120).contains(&points.len()), "{}", points.len());
        for i in 0..points.len() - 1 {
            let m: Vec<f32> = (0..2).map(|k| 0.5 * (points[i][k] + points[i + 1][k])).collect();
            let r = m[0].hypot(m[1]);
            assert!((r - 3.2).abs() < 0.05, "off the circle by {}", r - 3.2);
        }
    }

    #[test]
    fn a_dot_is_a_stroke_and_what_came_after_the_fingers_opened_is_none() {
        let (points, position) = stroke(drawn(5, |_| [0.5, 0.5]).lift(Stamp::from_ms(999)));
        assert_eq!((points, position), (vec![[0.0; 3]], [0.0; 3]));
        let (points, position) = stroke(drawn(100, |t| [t, 0.5]).lift(Stamp::from_ms(33 * 50)));
        let end = position[0] + points.last().unwrap()[0];
        assert!(end.abs() < 0.01, "{end}");
    }

    #[test]
    fn an_endless_scribble_keeps_to_the_limit() {
        let pen = drawn(60_000, |t| {
            let (s, c) = (9_000.0 * t).sin_cos();
            [0.5 + 0.4 * c * t, 0.5 + 0.4 * s]
        });
        assert!(stroke(pen.lift(Stamp::from_ms(u64::MAX / 2_000))).0.len() <= MOST);
    }
}
