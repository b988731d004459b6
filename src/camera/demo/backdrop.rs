//! What is behind the demo hand: a dim room out of focus. Drawn once, quiet enough that no palm
//! detector sees a hand in it.

/// A soft-edged rectangle: centre and half size in the picture's 0..1, edge, linear colour.
type Patch = ([f32; 2], [f32; 2], f32, [f32; 3]);

const TOP: [f32; 3] = [0.115, 0.135, 0.165];
const BOTTOM: [f32; 3] = [0.055, 0.060, 0.072];
const ROOM: [Patch; 6] = [
    // Window, its sill, shelf, two books, lamp.
    ([0.83, 0.20], [0.13, 0.17], 0.05, [0.42, 0.50, 0.58]),
    ([0.83, 0.41], [0.17, 0.015], 0.03, [0.22, 0.22, 0.23]),
    ([0.17, 0.36], [0.17, 0.014], 0.03, [0.20, 0.15, 0.11]),
    ([0.08, 0.27], [0.020, 0.075], 0.02, [0.20, 0.09, 0.08]),
    ([0.14, 0.28], [0.018, 0.065], 0.02, [0.08, 0.14, 0.17]),
    ([0.27, 0.26], [0.035, 0.060], 0.06, [0.45, 0.33, 0.19]),
];

/// The room's linear colour at (`x`, `y`), 0..1.
pub(super) fn colour(x: f32, y: f32) -> [f32; 3] {
    let mut c: [f32; 3] = std::array::from_fn(|i| TOP[i] + (BOTTOM[i] - TOP[i]) * y);
    for (centre, half, edge, patch) in ROOM {
        let beyond = |d: f32, half: f32| 1.0 - smooth((d.abs() - half) / edge);
        let cover = beyond(x - centre[0], half[0]) * beyond(y - centre[1], half[1]);
        for (c, patch) in c.iter_mut().zip(patch) {
            *c += (patch - *c) * cover;
        }
    }
    let (dx, dy) = (x - 0.5, y - 0.5);
    let vignette = 1.0 - 0.5 * (dx * dx + dy * dy);
    c.map(|v| v * vignette)
}

fn smooth(u: f32) -> f32 {
    let u = u.clamp(0.0, 1.0);
    u * u * (3.0 - 2.0 * u)
}

/// A sensor's grain, -1..1, always the same for a pixel: it hides the steps of slow gradients.
pub(super) fn grain(x: u32, y: u32) -> f32 {
    let mut n = x.wrapping_mul(374_761_393).wrapping_add(y.wrapping_mul(668_265_263));
    n = (n ^ (n >> 13)).wrapping_mul(1_274_126_177);
    ((n ^ (n >> 16)) & 0xffff) as f32 / 32_767.5 - 1.0
}
