//! Plane to plane: the projective map that four or more pairs of points give, its inverse, and what
//! it does to a point. Double precision throughout; knows nothing of cameras and hands.

use nalgebra::{DMatrix, Matrix3, Matrix4, SMatrix, SVector, Vector3};

/// A point of a plane.
pub type Flat = [f64; 2];

/// Rounds of refinement after the closed solution; it converges in two or three.
const ROUNDS: usize = 10;
/// A step smaller than this has converged.
const STILL: f64 = 1e-12;
/// Weights below this, relative to one in the middle, are at or behind the horizon.
const HORIZON: f64 = 1e-6;

/// A projective map of the plane. Its scale is chosen so that points before the horizon have a
/// positive third coordinate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homography(Matrix3<f64>);

impl Homography {
    /// The one that leaves every point where it is.
    pub fn identity() -> Self {
        Self(Matrix3::identity())
    }

    /// By its rows; none if that is no invertible map of finite numbers.
    pub fn from_rows(rows: [[f64; 3]; 3]) -> Option<Self> {
        let m = Matrix3::from_fn(|r, c| rows[r][c]);
        let size = m.norm();
        if !m.iter().all(|v| v.is_finite()) || size < 1e-30 {
            return None;
        }
        let m = m / size;
        (m.determinant().abs() > 1e-12).then_some(Self(m))
    }

    /// Its rows.
    pub fn rows(&self) -> [[f64; 3]; 3] {
        std::array::from_fn(|r| std::array::from_fn(|c| self.0[(r, c)]))
    }

    /// The map that brings `from` to `to` with the least squared distance, measured among the `to`s.
    /// None for fewer than four pairs, and for points that decide none: three on a line, all on one.
    pub fn fit(from: &[Flat], to: &[Flat]) -> Option<Self> {
        let n = from.len();
        if n < 4 || n != to.len() {
            return None;
        }
        let (from_scale, to_scale) = (normaliser(from)?, normaliser(to)?);
        let a: Vec<Flat> = from.iter().map(|p| scaled(&from_scale, *p)).collect();
        let b: Vec<Flat> = to.iter().map(|p| scaled(&to_scale, *p)).collect();
        let refined = refine(direct(&a, &b)?, &a, &b)?;
        let m = to_scale.try_inverse()? * refined * from_scale;
        let found = Self::from_rows(std::array::from_fn(|r| std::array::from_fn(|c| m[(r, c)])))?;
        let front = from.iter().filter(|p| found.weight(**p) > 0.0).count();
        match front {
            0 => Some(Self(-found.0)),
            f if f == n => Some(found),
            // The horizon runs between the points: no picture of a surface is like that.
            _ => None,
        }
    }

    /// Where `p` goes; none at the horizon and behind it.
    pub fn apply(&self, p: Flat) -> Option<Flat> {
        let v = self.0 * Vector3::new(p[0], p[1], 1.0);
        let before = v[2] > HORIZON * self.0.row(2).norm();
        before.then(|| [v[0] / v[2], v[1] / v[2]])
    }

    /// The way back.
    pub fn inverse(&self) -> Option<Self> {
        let m = self.0.try_inverse()?;
        let size = m.norm();
        size.is_finite().then(|| Self(m / size))
    }

    /// First this, then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let m = next.0 * self.0;
        Self(m / m.norm())
    }

    fn weight(&self, p: Flat) -> f64 {
        (self.0 * Vector3::new(p[0], p[1], 1.0))[2]
    }
}

/// Brings points round the origin, at a mean distance of √2: without it the equations are badly
/// conditioned (Hartley, "In defense of the eight-point algorithm", 1997). None if they coincide.
fn normaliser(points: &[Flat]) -> Option<Matrix3<f64>> {
    if points.iter().flatten().any(|v| !v.is_finite()) {
        return None;
    }
    let n = points.len() as f64;
    let [x, y] = points.iter().fold([0.0; 2], |s, p| [s[0] + p[0] / n, s[1] + p[1] / n]);
    let away = points.iter().map(|p| (p[0] - x).hypot(p[1] - y)).sum::<f64>() / n;
    if away < 1e-12 {
        return None;
    }
    let s = std::f64::consts::SQRT_2 / away;
    Some(Matrix3::new(s, 0.0, -s * x, 0.0, s, -s * y, 0.0, 0.0, 1.0))
}

fn scaled(m: &Matrix3<f64>, p: Flat) -> Flat {
    [m[(0, 0)] * p[0] + m[(0, 2)], m[(1, 1)] * p[1] + m[(1, 2)]]
}

/// The direct linear transform: the direction that the equations leave free.
fn direct(from: &[Flat], to: &[Flat]) -> Option<Matrix3<f64>> {
    // At least as many rows as unknowns, so that the decomposition names all nine directions.
    let mut a = DMatrix::<f64>::zeros((2 * from.len()).max(9), 9);
    for (i, ([x, y], [u, v])) in from.iter().zip(to).enumerate() {
        let rows = [
            [*x, *y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, -u],
            [0.0, 0.0, 0.0, *x, *y, 1.0, -v * x, -v * y, -v],
        ];
        for (r, row) in rows.iter().enumerate() {
            for (c, value) in row.iter().enumerate() {
                a[(2 * i + r, c)] = *value;
            }
        }
    }
    let svd = a.try_svd(false, true, f64::EPSILON, 1000)?;
    let mut order: Vec<usize> = (0..9).collect();
    order.sort_by(|p, q| svd.singular_values[*p].total_cmp(&svd.singular_values[*q]));
    // Two free directions: the points do not decide the map.
    if svd.singular_values[order[1]] < 1e-6 * svd.singular_values[order[8]] {
        return None;
    }
    let h = svd.v_t.as_ref()?.row(order[0]).into_owned();
    Some(Matrix3::new(h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]))
}

/// Least squares of the distances themselves (Gauss–Newton); the direct solution weighs points by
/// their depth, which matters on tilted views.
fn refine(start: Matrix3<f64>, from: &[Flat], to: &[Flat]) -> Option<Matrix3<f64>> {
    let mut best = start / start.norm();
    let mut least = squares(&best, from, to)?;
    for _ in 0..ROUNDS {
        let Some(step) = step(&best, from, to) else { break };
        let mut next = best;
        for k in 0..9 {
            next[(k / 3, k % 3)] += step[k];
        }
        next /= next.norm();
        match squares(&next, from, to) {
            Some(sum) if sum < least => (best, least) = (next, sum),
            _ => break,
        }
        if step.norm() < STILL {
            break;
        }
    }
    Some(best)
}

fn squares(m: &Matrix3<f64>, from: &[Flat], to: &[Flat]) -> Option<f64> {
    let mut sum = 0.0;
    for (p, q) in from.iter().zip(to) {
        let v = m * Vector3::new(p[0], p[1], 1.0);
        if v[2].abs() < 1e-12 {
            return None;
        }
        sum += (v[0] / v[2] - q[0]).powi(2) + (v[1] / v[2] - q[1]).powi(2);
    }
    Some(sum)
}

fn step(m: &Matrix3<f64>, from: &[Flat], to: &[Flat]) -> Option<SVector<f64, 9>> {
    let mut normal = SMatrix::<f64, 9, 9>::zeros();
    let mut right = SVector::<f64, 9>::zeros();
    for ([x, y], q) in from.iter().zip(to) {
        let v = m * Vector3::new(*x, *y, 1.0);
        let (u, w) = ([v[0] / v[2], v[1] / v[2]], 1.0 / v[2]);
        let p = [x * w, y * w, w];
        for axis in 0..2 {
            let mut row = SVector::<f64, 9>::zeros();
            for k in 0..3 {
                row[3 * axis + k] = p[k];
                row[6 + k] = -u[axis] * p[k];
            }
            normal += row * row.transpose();
            right += row * (q[axis] - u[axis]);
        }
    }
    // The scale is free: what would change it is held.
    let along = SVector::<f64, 9>::from_fn(|k, _| m[(k / 3, k % 3)]);
    normal += along * along.transpose();
    normal.cholesky().map(|c| c.solve(&right))
}

/// The map from the unit square's corners (top left, top right, bottom right, bottom left) to
/// `corners`; none where they are no quadrilateral.
pub fn from_unit_square(corners: &[[f32; 2]; 4]) -> Option<Homography> {
    let unit = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    let to = corners.map(|[x, y]| [f64::from(x), f64::from(y)]);
    Homography::fit(&unit, &to)
}

/// A similarity: turn, scale and shift, as least squares has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    /// Scale times cosine, scale times sine, shift in x, shift in y.
    pub terms: [f64; 4],
}

impl Similarity {
    /// The one that brings `from` to `to` with the least squared distance; none if the points coincide.
    pub fn fit(from: &[Flat], to: &[Flat]) -> Option<Self> {
        let mut normal = Matrix4::<f64>::zeros();
        let mut right = nalgebra::Vector4::<f64>::zeros();
        for ([x, y], [u, v]) in from.iter().zip(to) {
            for (row, value) in [
                (nalgebra::Vector4::new(*x, -*y, 1.0, 0.0), *u),
                (nalgebra::Vector4::new(*y, *x, 0.0, 1.0), *v),
            ] {
                normal += row * row.transpose();
                right += row * value;
            }
        }
        let solved = normal.cholesky()?.solve(&right);
        solved.iter().all(|v| v.is_finite()).then(|| Self { terms: solved.into() })
    }

    /// Where `p` goes.
    pub fn apply(&self, [x, y]: Flat) -> Flat {
        let [c, s, dx, dy] = self.terms;
        [c * x - s * y + dx, s * x + c * y + dy]
    }
}
