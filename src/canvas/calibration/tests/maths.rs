use super::*;
use crate::canvas::calibration::homography::Flat;

fn known() -> Vec<Homography> {
    (0..12)
        .map(|i| {
            let t = f64::from(i) / 12.0;
            let (s, c) = (t * 1.2).sin_cos();
            Homography::from_rows([
                [0.5 * c, -0.4 * s, 0.3 + 0.1 * t],
                [0.5 * s, 0.4 * c, 0.2],
                [0.5 * t - 0.2, 0.3 * (1.0 - t), 1.0],
            ])
            .unwrap()
        })
        .collect()
}

fn grid(n: u32) -> Vec<Flat> {
    let at = |i: u32| f64::from(i) / f64::from(n - 1);
    (0..n * n).map(|i| [at(i % n), at(i / n)]).collect()
}

#[test]
fn four_points_give_the_map_and_its_inverse() {
    for h in known() {
        for points in [grid(2), grid(3), grid(7)] {
            let to: Vec<Flat> = points.iter().map(|p| h.apply(*p).unwrap()).collect();
            let found = Homography::fit(&points, &to).unwrap();
            let back = found.inverse().unwrap();
            for p in grid(9) {
                let (wanted, got) = (h.apply(p).unwrap(), found.apply(p).unwrap());
                assert!((wanted[0] - got[0]).hypot(wanted[1] - got[1]) < 1e-9, "{h:?} {p:?}");
                let again = back.apply(got).unwrap();
                assert!((p[0] - again[0]).hypot(p[1] - again[1]) < 1e-9);
                let round = found.then(&back).apply(p).unwrap();
                assert!((p[0] - round[0]).hypot(p[1] - round[1]) < 1e-9);
            }
        }
    }
}

#[test]
fn noise_is_averaged_out() {
    for h in known() {
        let points = grid(8);
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (f64::from(state >> 8) / f64::from(1 << 24) - 0.5) * 0.01
        };
        let to: Vec<Flat> = points
            .iter()
            .map(|p| h.apply(*p).map(|[x, y]| [x + noise(), y + noise()]).unwrap())
            .collect();
        let found = Homography::fit(&points, &to).unwrap();
        let off = |p: &Flat| {
            let (a, b) = (h.apply(*p).unwrap(), found.apply(*p).unwrap());
            (a[0] - b[0]).hypot(a[1] - b[1])
        };
        let mean = points.iter().map(off).sum::<f64>() / points.len() as f64;
        assert!(mean < 0.0015, "each point is off by 0.004 and the map by {mean}");
    }
}

#[test]
fn points_that_decide_nothing_give_nothing() {
    let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    let bad: [[Flat; 4]; 5] = [
        [[0.0, 0.0], [0.5, 0.0], [1.0, 0.0], [0.0, 1.0]],
        [[0.0, 0.0], [0.1, 0.1], [0.2, 0.2], [0.3, 0.3]],
        [[0.5, 0.5]; 4],
        [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
        [[f64::NAN, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
    ];
    for points in bad {
        assert!(Homography::fit(&square, &points).is_none(), "{points:?}");
    }
    assert!(Homography::fit(&square[..3], &square[..3]).is_none());
    let crossed = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]];
    assert!(Homography::fit(&square, &crossed).is_none(), "its horizon runs through it");
    for rows in [[[0.0; 3]; 3], [[1.0, 1.0, 1.0]; 3], [[f64::INFINITY; 3]; 3]] {
        assert!(Homography::from_rows(rows).is_none());
    }
}

#[test]
fn a_similarity_is_found_again() {
    let turn = Similarity { terms: [0.98, 0.1, 3.0, -2.0] };
    let from = grid(4);
    let to: Vec<Flat> = from.iter().map(|p| turn.apply(*p)).collect();
    let found = Similarity::fit(&from, &to).unwrap();
    assert!(found.terms.iter().zip(turn.terms).all(|(a, b)| (a - b).abs() < 1e-9));
    assert!(Similarity::fit(&[[1.0, 1.0]; 3], &[[2.0, 2.0]; 3]).is_none());
}
