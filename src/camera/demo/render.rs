//! Draws a [`Scene`]: sphere tracing of blended rounded cones, tile by tile.
//!
//! A live picture on one core beside the vision pipeline leaves little time, so: only tiles that a
//! hand can touch are looked at, each only with the cones it can see, eight pixels at a time, with
//! a start just before the nearest cone and a fixed budget of steps. Nothing is allocated once the
//! picture's buffer has grown.

use std::sync::Arc;

use glam::Vec3;

use super::backdrop;
use super::body::{Body, Cone, MAX_CONES};
use super::field::{Field, LANES, Lane, Points};
use super::scene::{ASPECT, FOCAL, Scene};
use super::shade::{Look, Shader};
use super::surface::{Noise, Surface};

/// Tiles are as wide as the lanes, and as high.
const TILE: usize = LANES;
/// Most steps of a ray. Silhouettes need the most; those cut off are within a pixel's blur.
const STEPS: usize = 40;
/// A ray this near to the surface has arrived, millimetres.
const ARRIVED: f32 = 0.3;
/// Cones within this distance of a tile blend into what it sees, millimetres.
const BLEND_MARGIN: f32 = 9.0;
/// A pixel of a surface is the mean of this many points, squared.
const SAMPLES: usize = 4;
/// Cones within this distance of a tile darken what it sees, millimetres.
const SHADE_MARGIN: f32 = 32.0;

/// Draws scenes of one size.
#[derive(Debug)]
pub struct Renderer {
    width: usize,
    height: usize,
    backdrop: Vec<u8>,
    /// How far the nearest thing drawn in each pixel is.
    depth: Vec<f32>,
    shader: Arc<Shader>,
    near: Field,
    wide: Field,
    noise: Option<Noise>,
}

/// A cone's outline in the picture, pixels.
#[derive(Clone, Copy, Debug, Default)]
struct Outline {
    a: [f32; 2],
    b: [f32; 2],
    ra: f32,
    rb: f32,
    /// Pixels per millimetre at its nearer end.
    scale: f32,
    nearest: f32,
    farthest: f32,
}

/// The part of a tile's rays that can meet the hand.
#[derive(Clone, Copy, Debug)]
struct Reach {
    from: f32,
    to: f32,
}

impl Renderer {
    /// For pictures `width_px` wide (at least 64) and three quarters of that high.
    pub fn new(width_px: u32) -> Self {
        let width = (width_px.max(64) as usize).next_multiple_of(TILE);
        let height = (width as f32 / ASPECT) as usize;
        let shader = Arc::new(Shader::new(Look::default()));
        let mut backdrop = Vec::with_capacity(3 * width * height);
        for y in 0..height {
            for x in 0..width {
                let (u, v) = ((x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / height as f32);
                let grain = backdrop::grain(x as u32, y as u32);
                backdrop.extend(backdrop::colour(u, v).map(|c| shader.grainy_tone(c, grain)));
            }
        }
        let depth = vec![f32::MAX; width * height];
        Self {
            width,
            height,
            backdrop,
            depth,
            shader,
            near: Field::default(),
            wide: Field::default(),
            noise: None,
        }
    }

    /// From here on the hands are before `surface`: `picture` gives its linear colour, 0..1 each,
    /// at a point of canvas space. What is beside it stays as it was.
    pub fn before(&mut self, surface: &Surface, picture: impl Fn([f32; 2]) -> [f32; 3]) {
        let size = [self.width as f32, self.height as f32];
        for y in 0..self.height {
            for x in 0..self.width {
                let (mut sum, mut count) = ([0.0; 3], 0);
                for i in 0..SAMPLES * SAMPLES {
                    let sub = [i % SAMPLES, i / SAMPLES].map(|s| (s as f32 + 0.5) / SAMPLES as f32);
                    let image = [(x as f32 + sub[0]) / size[0], (y as f32 + sub[1]) / size[1]];
                    let at = surface.to_canvas(image);
                    if at.iter().all(|v| (0.0..=1.0).contains(v)) {
                        count += 1;
                        let colour = picture(at);
                        (0..3).for_each(|c| sum[c] += colour[c]);
                    }
                }
                let pixel = &mut self.backdrop[3 * (y * self.width + x)..][..3];
                let cover = count as f32 / (SAMPLES * SAMPLES) as f32;
                for (value, sum) in pixel.iter_mut().zip(sum) {
                    let drawn = f32::from(self.shader.tone(sum / count.max(1) as f32));
                    *value = (f32::from(*value) * (1.0 - cover) + drawn * cover + 0.5) as u8;
                }
            }
        }
    }

    /// From here on every picture has a sensor's noise: `sigma` of 255, 2 to 4 for a webcam in a
    /// room. The same `seed` gives the same pictures.
    pub fn with_noise(&mut self, sigma: f32, seed: u64) {
        self.noise = Some(Noise::new(sigma, seed));
    }

    /// Width of the pictures, pixels.
    pub fn width(&self) -> u32 {
        self.width as u32
    }

    /// Height of the pictures, pixels.
    pub fn height(&self) -> u32 {
        self.height as u32
    }

    /// Draws `scene` into `picture`: packed RGB, rows without padding.
    pub fn render(&mut self, scene: &Scene, picture: &mut Vec<u8>) {
        picture.clear();
        picture.extend_from_slice(&self.backdrop);
        self.depth.fill(f32::MAX);
        for hand in &scene.hands {
            self.draw(&Body::of(hand), picture);
        }
        if let Some(noise) = &mut self.noise {
            noise.add(picture);
        }
    }

    fn focal(&self) -> f32 {
        FOCAL * self.width as f32
    }

    fn draw(&mut self, body: &Body, picture: &mut [u8]) {
        let mut outlines = [Outline::default(); MAX_CONES];
        let mut count = 0;
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        for (outline, cone) in outlines.iter_mut().zip(body.cones()) {
            *outline = self.outline(cone);
            count += 1;
            for axis in 0..2 {
                low[axis] =
                    low[axis].min((outline.a[axis] - outline.ra).min(outline.b[axis] - outline.rb));
                high[axis] = high[axis]
                    .max((outline.a[axis] + outline.ra).max(outline.b[axis] + outline.rb));
            }
        }
        let outlines = &outlines[..count];
        let tile = |v: f32, most: usize| ((v.max(0.0) as usize) / TILE).min(most.div_ceil(TILE));
        let columns = tile(low[0] - 4.0, self.width)..tile(high[0] + 4.0 + TILE as f32, self.width);
        for row in tile(low[1] - 4.0, self.height)..tile(high[1] + 4.0 + TILE as f32, self.height) {
            for column in columns.clone() {
                self.draw_tile(body, outlines, [column * TILE, row * TILE], picture);
            }
        }
    }

    fn outline(&self, cone: &Cone) -> Outline {
        let f = self.focal();
        let (b, rb) = cone.far_end();
        let spot = |p: Vec3| {
            let k = f / (-p.z).max(20.0);
            ([0.5 * self.width as f32 + k * p.x, 0.5 * self.height as f32 - k * p.y], k)
        };
        let ((at_a, ka), (at_b, kb)) = (spot(cone.a), spot(b));
        // A sphere off the axis is a little larger than its radius says.
        Outline {
            a: at_a,
            b: at_b,
            ra: 1.06 * ka * cone.ra,
            rb: 1.06 * kb * rb,
            scale: ka.max(kb),
            nearest: cone.nearest(),
            farthest: cone.farthest(),
        }
    }

    fn draw_tile(
        &mut self,
        body: &Body,
        outlines: &[Outline],
        corner: [usize; 2],
        picture: &mut [u8],
    ) {
        let half = 0.5 * TILE as f32;
        let centre = [corner[0] as f32 + half, corner[1] as f32 + half];
        let mut gaps = [f32::MAX; MAX_CONES];
        let mut reach = Reach { from: f32::MAX, to: 0.0 };
        for (gap, outline) in gaps.iter_mut().zip(outlines) {
            // From the tile's corners, in millimetres.
            *gap = (outline.distance(centre) - 1.4143 * half - 1.0) / outline.scale;
            if *gap < BLEND_MARGIN {
                // Blending raises the surface by a quarter of its width at most.
                reach.from = reach.from.min(outline.nearest - 0.25 * BLEND_MARGIN);
                reach.to = reach.to.max(outline.farthest + 0.25 * BLEND_MARGIN);
            }
        }
        // Where no cone reaches the tile itself there is nothing to see.
        if gaps.iter().all(|gap| *gap > 0.25 * BLEND_MARGIN) {
            return;
        }
        if !self.near.gather(body, |i| gaps[i] < BLEND_MARGIN) {
            return;
        }
        self.wide.gather(body, |i| gaps[i] < SHADE_MARGIN);
        let light = self.shader.about(body);
        for y in corner[1]..(corner[1] + TILE).min(self.height) {
            let rays = self.rays(corner[0], y);
            let Some(hit) = march(&self.near, &rays, reach, self.focal()) else {
                continue;
            };
            let at = y * self.width + corner[0];
            let colours = light.colours(&self.near, &self.wide, &rays, &hit.points(&rays));
            for i in 0..LANES {
                let cover = hit.cover[i];
                if cover <= 0.02 || self.depth[at + i] < hit.far[i] {
                    continue;
                }
                if cover > 0.5 {
                    self.depth[at + i] = hit.far[i];
                }
                let pixel = &mut picture[3 * (at + i)..3 * (at + i) + 3];
                for (channel, colour) in pixel.iter_mut().zip(&colours) {
                    let skin = f32::from(self.shader.tone(colour[i]));
                    *channel = (f32::from(*channel) + (skin - f32::from(*channel)) * cover) as u8;
                }
            }
        }
    }

    /// Unit vectors through the pixels of a tile's row.
    fn rays(&self, x: usize, y: usize) -> Points {
        let f = 1.0 / self.focal();
        let dy = -(y as f32 + 0.5 - 0.5 * self.height as f32) * f;
        let middle = 0.5 * self.width as f32;
        let dx: Lane = std::array::from_fn(|i| ((x + i) as f32 + 0.5 - middle) * f);
        let unit = dx.map(|dx| 1.0 / (dx * dx + dy * dy + 1.0).sqrt());
        [std::array::from_fn(|i| dx[i] * unit[i]), unit.map(|u| dy * u), unit.map(|u| -u)]
    }
}

impl Outline {
    /// From a point of the picture to the outline, pixels; exact enough for rounded cones.
    fn distance(&self, p: [f32; 2]) -> f32 {
        let (dx, dy) = (self.b[0] - self.a[0], self.b[1] - self.a[1]);
        let (x, y) = (p[0] - self.a[0], p[1] - self.a[1]);
        let t = ((x * dx + y * dy) / (dx * dx + dy * dy).max(1e-6)).clamp(0.0, 1.0);
        let (ex, ey) = (x - t * dx, y - t * dy);
        (ex * ex + ey * ey).sqrt() - self.ra.max(self.rb)
    }
}

/// Where a row of rays ended.
struct Hit {
    /// How far along each ray.
    far: Lane,
    /// How much of each pixel is covered, 0..1.
    cover: Lane,
}

impl Hit {
    fn points(&self, rays: &Points) -> Points {
        along(rays, &self.far)
    }
}

fn along(rays: &Points, far: &Lane) -> Points {
    let mut points = *rays;
    for axis in &mut points {
        for i in 0..LANES {
            axis[i] *= far[i];
        }
    }
    points
}

/// Follows the rays; `None` if none comes within a pixel of the hand.
fn march(field: &Field, rays: &Points, reach: Reach, focal: f32) -> Option<Hit> {
    let mut t = [reach.from; LANES];
    let mut closest = [f32::MAX; LANES];
    let mut far = [reach.from; LANES];
    for _ in 0..STEPS {
        let d = field.distance(&along(rays, &t));
        let mut going = 0;
        for i in 0..LANES {
            // In pixels, so that a near miss becomes a soft edge.
            let miss = d[i] * focal / t[i];
            let better = miss < closest[i] && t[i] <= reach.to;
            closest[i] = if better { miss } else { closest[i] };
            far[i] = if better { t[i] } else { far[i] };
            let goes = d[i] > ARRIVED && t[i] < reach.to;
            t[i] += if goes { 0.95 * d[i] } else { 0.0 };
            going += i32::from(goes);
        }
        if going == 0 {
            break;
        }
    }
    let arrived = ARRIVED * focal / reach.from;
    let mut cover = [0.0; LANES];
    for i in 0..LANES {
        cover[i] = (1.0 + arrived - closest[i]).clamp(0.0, 1.0);
    }
    cover.iter().any(|c| *c > 0.02).then_some(Hit { far, cover })
}
