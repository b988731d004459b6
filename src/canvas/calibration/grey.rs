//! What the camera sees, without colour: all that markers and drift need of a picture.

/// A grey picture, one byte a pixel, rows without padding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grey {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// `width` × `height` bytes; 0 is black.
    pub pixels: Vec<u8>,
}

impl Grey {
    /// Whether it has as many bytes as pixels, and some at all.
    pub fn is_whole(&self) -> bool {
        !self.pixels.is_empty() && self.pixels.len() == self.width * self.height
    }

    /// The same picture `width` pixels wide, each the mean of those that it covers; itself if it is
    /// no wider.
    #[must_use]
    pub fn shrunk(&self, width: usize) -> Grey {
        if !self.is_whole() || self.width <= width || width == 0 {
            return self.clone();
        }
        let height = (self.height * width / self.width).max(1);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let rows = y * self.height / height..((y + 1) * self.height / height).max(y + 1);
            for x in 0..width {
                let columns = x * self.width / width..(x + 1) * self.width / width;
                let (mut sum, mut n) = (0_u32, 0_u32);
                for row in rows.clone() {
                    let from = row * self.width;
                    for p in &self.pixels[from + columns.start..from + columns.end] {
                        sum += u32::from(*p);
                        n += 1;
                    }
                }
                pixels.push((sum / n.max(1)) as u8);
            }
        }
        Grey { width, height, pixels }
    }

    /// The brightness that `share` (0..1) of the pixels stay below.
    pub fn percentile(&self, share: f32) -> u8 {
        let mut counts = [0_usize; 256];
        for p in &self.pixels {
            counts[usize::from(*p)] += 1;
        }
        let wanted = (self.pixels.len() as f32 * share) as usize;
        let mut sum = 0;
        for (brightness, count) in counts.iter().enumerate() {
            sum += count;
            if sum > wanted {
                return brightness as u8;
            }
        }
        u8::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_keeps_the_mean_and_percentiles_are_sorted() {
        let pixels: Vec<u8> = (0..640 * 480).map(|i| (i % 251) as u8).collect();
        let grey = Grey { width: 640, height: 480, pixels };
        let small = grey.shrunk(160);
        assert_eq!((small.width, small.height, small.is_whole()), (160, 120, true));
        let mean =
            |g: &Grey| g.pixels.iter().map(|p| f32::from(*p)).sum::<f32>() / g.pixels.len() as f32;
        assert!((mean(&grey) - mean(&small)).abs() < 1.0);
        assert!(grey.percentile(0.1) < grey.percentile(0.9));
        assert_eq!(small.shrunk(320), small);
        assert_eq!(Grey::default().percentile(0.5), u8::MAX);
    }
}
