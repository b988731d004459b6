//! Whether four corners can be a surface, and if not, why, in words.

use crate::base::{Error, Refusal, Result};

/// Top left, top right, bottom right, bottom left.
pub type Corners = [[f32; 2]; 4];

/// How far outside 0..1 a corner may lie.
const BEYOND: f32 = 0.25;
/// Two corners nearer than this are one, in widths.
const APART: f32 = 0.02;
/// A corner flatter than this is none: the sine of its angle.
const FLAT: f32 = 0.05;
/// A smaller share of the whole cannot be hit by a hand.
const LEAST_AREA: f32 = 0.01;
const NAMES: [&str; 4] = ["top left", "top right", "bottom right", "bottom left"];

/// Refuses corners that are no picture of a surface.
///
/// # Errors
/// `Invalid` with the reason: out of range, two in one place, crossed, bent inwards, flat, too small.
pub fn check(corners: &Corners) -> Result<()> {
    in_range(corners)?;
    check_shape(corners)
}

/// The same without the range, for corners that were computed and may lie far outside the picture.
///
/// # Errors
/// As for [`check`].
pub fn check_shape(corners: &Corners) -> Result<()> {
    for a in 0..4 {
        for b in a + 1..4 {
            if distance(corners[a], corners[b]) < APART {
                let why = format!("{} and {} lie on each other", NAMES[a], NAMES[b]);
                return Err(refused(why, "drag the corners apart", Refusal::CornersTogether {}));
            }
        }
    }
    let turns: [f32; 4] =
        std::array::from_fn(|i| turn(corners[(i + 3) % 4], corners[i], corners[(i + 1) % 4]));
    let left = turns.iter().filter(|t| **t > 0.0).count();
    if left == 2 {
        return Err(refused(
            "they are crossed: two corners are exchanged",
            "put them in order: top left, top right, bottom right, bottom left",
            Refusal::CornersCrossed {},
        ));
    }
    if let Some(corner) = (0..4).find(|i| turns[*i].abs() < FLAT) {
        let why = format!("{} lies on a line with its neighbours", NAMES[corner]);
        return Err(refused(why, "drag it outwards", Refusal::CornerBent { corner }));
    }
    if left % 4 != 0 {
        let odd = (0..4).find(|i| (turns[*i] > 0.0) == (left == 1)).unwrap_or_default();
        let why = format!("{} is bent inwards", NAMES[odd]);
        let next = "drag it outwards: a flat surface has no dents";
        return Err(refused(why, next, Refusal::CornerBent { corner: odd }));
    }
    let area = area(corners);
    if area < LEAST_AREA {
        let why = format!("they span only {:.1} % of the picture", area * 100.0);
        let next = "bring the camera nearer, or make the picture larger";
        return Err(refused(why, next, Refusal::CornersSmall {}));
    }
    Ok(())
}

fn in_range(corners: &Corners) -> Result<()> {
    for (i, (corner, name)) in corners.iter().zip(NAMES).enumerate() {
        if !corner.iter().all(|v| (-BEYOND..=1.0 + BEYOND).contains(v)) {
            let why = format!("{name} is at {:.2}, {:.2}", corner[0], corner[1]);
            let next = format!("keep within {} to {}", -BEYOND, 1.0 + BEYOND);
            return Err(refused(why, next, Refusal::CornerOutside { corner: i }));
        }
    }
    Ok(())
}

fn refused(why: impl Into<String>, next: impl Into<String>, refusal: Refusal) -> Error {
    Error::invalid("these corners are no surface").why(why).next(next).refusal(refusal)
}

/// The sine of the turn from `a`–`b` to `b`–`c`; positive is one way round, negative the other.
fn turn(a: [f32; 2], b: [f32; 2], c: [f32; 2]) -> f32 {
    let (p, q) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
    (p[0] * q[1] - p[1] * q[0]) / (p[0].hypot(p[1]) * q[0].hypot(q[1])).max(1e-9)
}

/// The area that corners in order enclose, of the unit square.
pub fn area(corners: &Corners) -> f32 {
    let twice: f32 = (0..4)
        .map(|i| {
            let (a, b) = (corners[i], corners[(i + 1) % 4]);
            a[0] * b[1] - b[0] * a[1]
        })
        .sum();
    twice.abs() / 2.0
}

fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Whether `p` lies within `corners` or nearer than `margin` outside its edges.
pub fn contains(corners: &Corners, p: [f32; 2], margin: f32) -> bool {
    let way =
        (0..4).map(|i| turn(corners[i], corners[(i + 1) % 4], corners[(i + 2) % 4])).sum::<f32>();
    (0..4).all(|i| {
        let (a, b) = (corners[i], corners[(i + 1) % 4]);
        let length = distance(a, b).max(1e-9);
        let side = ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) / length;
        side * way.signum() >= -margin
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Corners = [[0.2, 0.2], [0.8, 0.25], [0.75, 0.8], [0.25, 0.7]];

    #[test]
    fn surfaces_are_taken_seen_from_before_or_behind() {
        check(&GOOD).unwrap();
        check(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]).unwrap();
        check(&[GOOD[1], GOOD[0], GOOD[3], GOOD[2]]).unwrap();
        check(&[GOOD[2], GOOD[3], GOOD[0], GOOD[1]]).unwrap();
    }

    #[test]
    fn what_is_no_surface_is_refused_with_its_reason() {
        let with = |i: usize, at| {
            let mut c = GOOD;
            c[i] = at;
            c
        };
        for (corners, reason) in [
            ([GOOD[0], GOOD[2], GOOD[1], GOOD[3]], "crossed"),
            ([GOOD[1], GOOD[0], GOOD[2], GOOD[3]], "crossed"),
            (with(2, [0.4, 0.4]), "bottom right is bent inwards"),
            (with(0, [0.6, 0.6]), "top left is bent inwards"),
            (with(1, [0.2, 0.2]), "top left and top right lie on each other"),
            (with(1, [0.475, 0.5]), "top right lies on a line"),
            (with(3, [-0.3, 0.7]), "bottom left is at -0.30"),
            (with(3, [f32::NAN, 0.7]), "bottom left is at NaN"),
            ([[0.5, 0.5], [0.56, 0.5], [0.56, 0.56], [0.5, 0.56]], "only 0.4 %"),
        ] {
            let e = check(&corners).unwrap_err();
            assert!(e.to_string().contains(reason), "{e}, not {reason}");
            assert!(e.next_step().is_some());
        }
    }

    #[test]
    fn inside_and_outside() {
        for corners in [GOOD, [GOOD[1], GOOD[0], GOOD[3], GOOD[2]]] {
            assert!(contains(&corners, [0.5, 0.5], 0.0) && !contains(&corners, [0.1, 0.5], 0.0));
            assert!(
                contains(&corners, [0.17, 0.4], 0.08) && !contains(&corners, [0.5, 0.95], 0.08)
            );
        }
    }
}
