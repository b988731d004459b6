//! A colour's name: a model that reads `#4be3b4` knows less than one that reads "turquoise".

/// Where a hue's name ends, degrees, and the name.
const HUES: [(f32, &str); 12] = [
    (12.0, "red"),
    (42.0, "orange"),
    (68.0, "yellow"),
    (90.0, "lime green"),
    (150.0, "green"),
    (178.0, "turquoise"),
    (200.0, "light blue"),
    (252.0, "blue"),
    (285.0, "violet"),
    (320.0, "magenta"),
    (345.0, "pink"),
    (361.0, "red"),
];
/// Less colourful than this is grey: the largest part minus the smallest, 0..1.
const GREY: f32 = 0.12;

/// The name of `#rrggbb`; what is no such colour keeps its own words.
pub(super) fn name(colour: &str) -> String {
    let digits = colour.strip_prefix('#').filter(|d| d.len() == 6);
    let Some(rgb) = digits.and_then(|d| u32::from_str_radix(d, 16).ok()) else {
        return colour.to_owned();
    };
    let part = |shift: u32| (rgb >> shift & 0xff) as f32 / 255.0;
    let (r, g, b) = (part(16), part(8), part(0));
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let range = most - least;
    let light = f32::midpoint(most, least);
    if range < GREY {
        return match light {
            l if l < 0.12 => "black",
            l if l > 0.9 => "white",
            l if l < 0.35 => "dark grey",
            l if l > 0.7 => "light grey",
            _ => "grey",
        }
        .to_owned();
    }
    let sixth = if most == r {
        (g - b) / range
    } else if most == g {
        (b - r) / range + 2.0
    } else {
        (r - g) / range + 4.0
    };
    let hue = (sixth * 60.0).rem_euclid(360.0);
    let name = HUES.iter().find(|(end, _)| hue < *end).map_or("red", |(_, name)| name);
    match name {
        "orange" if light < 0.42 => "brown".to_owned(),
        name if light < 0.22 => format!("dark {name}"),
        name if light > 0.82 && !name.starts_with("light") => format!("pale {name}"),
        name => name.to_owned(),
    }
}
