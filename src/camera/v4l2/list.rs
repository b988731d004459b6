//! Which V4L2 cameras there are: names, stable ids, formats, rates, and what keeps one from being
//! used. Asks the drivers, which may take a while or hang; [`nodes`] alone asks nobody.
//!
//! The **stable id** is the name of the camera's link in `/dev/v4l/by-path` (its place on the bus),
//! else in `by-id`, else the driver's bus name: none of them changes when cameras are plugged in
//! in another order, as `/dev/videoN` does.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use serde::Serialize;
use v4l::capability::Flags;
use v4l::frameinterval::FrameIntervalEnum;
use v4l::framesize::FrameSizeEnum;
use v4l::video::Capture;

use super::words;
use crate::base::{Error, Kind, Result, Trouble};

/// Formats listed of one camera at most; a driver could go on for ever.
const MAX_FORMATS: usize = 256;
/// What is offered of a camera that takes any size within a range.
const SIZES: [(u32, u32); 7] =
    [(320, 240), (640, 360), (640, 480), (800, 600), (1280, 720), (1920, 1080), (3840, 2160)];
/// What is offered of a camera that takes any rate within a range, frames per second.
const RATES: [u32; 7] = [5, 10, 15, 20, 25, 30, 60];

/// One format of a camera.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[ts(rename = "CameraFormat")]
#[schema(as = CameraFormat)]
pub struct Format {
    /// Four-character code of the pixel format: `MJPG`, `YUYV` and others.
    pub fourcc: String,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Rates on offer, frames per second.
    pub rates_fps: Vec<f32>,
}

impl Format {
    /// Whether Dixi reads it.
    pub fn is_readable(&self) -> bool {
        matches!(self.fourcc.as_str(), "MJPG" | "YUYV")
    }
}

/// One camera that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its stable id.
    pub id: String,
    /// Other names it answers to: links, bus, node.
    pub aliases: Vec<String>,
    /// Its name, for people.
    pub name: String,
    /// Its node now, `/dev/videoN`.
    pub node: PathBuf,
    /// N.
    pub number: u32,
    /// What it offers.
    pub formats: Vec<Format>,
    /// What keeps it from being used.
    pub problem: Option<Error>,
}

/// The nodes with what decides whether they can be opened, from the file system alone.
pub fn nodes() -> Vec<(u32, u32, u32, u64)> {
    let mut nodes: Vec<_> = numbers()
        .into_iter()
        .filter_map(|n| {
            let about = fs::metadata(node_path(n)).ok()?;
            Some((n, about.permissions().mode(), about.gid(), about.ino()))
        })
        .collect();
    nodes.sort_unstable();
    nodes
}

/// Every camera that can capture, in the order of their numbers. Nodes that carry no pictures
/// (metadata, output, codecs) are left out.
pub fn cameras() -> Vec<Found> {
    let links = links();
    let mut found: Vec<Found> = numbers()
        .into_iter()
        // The v4l crate panics on names that are not UTF-8: such a camera is left out.
        .filter_map(|n| catch_unwind(|| examine(n, &links)).ok().flatten())
        .collect();
    tell_apart(&mut found);
    found
}

/// The camera called `id`: its stable id, a link's name, its node, bus or name.
///
/// # Errors
/// `NotFound`, naming the nearest there is; `Conflict` if several have that name.
pub fn find(cameras: &[Found], id: &str) -> Result<Found> {
    if let Some(found) = cameras.iter().find(|c| c.id == id || c.aliases.iter().any(|a| a == id)) {
        return Ok(found.clone());
    }
    let named: Vec<_> = cameras.iter().filter(|c| c.name.eq_ignore_ascii_case(id)).collect();
    match named.as_slice() {
        [one] => return Ok((*one).clone()),
        [] => {}
        _ => {
            return Err(Error::new(Kind::Conflict, format!("there are several cameras `{id}`"))
                .next("choose it by its id: `dixi doctor` and the camera picker list them"));
        }
    }
    let error = Error::new(Kind::NotFound, format!("there is no camera `{id}` now"))
        .trouble(Trouble::CameraAway { id: id.to_owned() });
    let near = cameras
        .iter()
        .flat_map(|c| c.aliases.iter().chain([&c.id, &c.name]).map(move |a| (a, c)))
        .min_by_key(|(alias, _)| strsim::damerau_levenshtein(alias, id));
    Err(match near {
        Some((_, camera)) => error
            .why("it is not plugged in, or its id is another one")
            .next(format!("plug it in, or use `v4l2:{}` ({})", camera.id, camera.name)),
        None => error.why("no camera is connected").next("plug it in; it is noticed by itself"),
    })
}

fn node_path(number: u32) -> PathBuf {
    PathBuf::from(format!("/dev/video{number}"))
}

fn numbers() -> Vec<u32> {
    let entries = fs::read_dir("/dev").into_iter().flatten().flatten();
    let mut numbers: Vec<u32> = entries
        .filter_map(|e| e.file_name().to_str()?.strip_prefix("video")?.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers
}

/// Links of udev: (folder, link, number), `by-path` first.
fn links() -> Vec<(String, u32)> {
    let mut links = Vec::new();
    for folder in ["/dev/v4l/by-path", "/dev/v4l/by-id"] {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let target = fs::read_link(entry.path()).ok();
            let number = target
                .as_deref()
                .and_then(Path::file_name)
                .and_then(|n| n.to_str()?.strip_prefix("video")?.parse().ok());
            if let (Some(number), Ok(link)) = (number, entry.file_name().into_string()) {
                links.push((link, number));
            }
        }
    }
    links
}

fn sysfs(number: u32, file: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/sys/class/video4linux/video{number}/{file}")).ok()?;
    Some(text.trim().to_owned())
}

fn examine(number: u32, links: &[(String, u32)]) -> Option<Found> {
    let node = node_path(number);
    let name = sysfs(number, "name").filter(|n| !n.is_empty());
    let mut found = Found {
        id: String::new(),
        aliases: links.iter().filter(|(_, n)| *n == number).map(|(l, _)| l.clone()).collect(),
        name: name.unwrap_or_else(|| format!("Camera {number}")),
        number,
        formats: Vec::new(),
        problem: None,
        node: node.clone(),
    };
    match v4l::Device::with_path(&node) {
        Ok(device) => {
            let caps = device.query_caps().ok()?;
            if !caps.capabilities.contains(Flags::VIDEO_CAPTURE | Flags::STREAMING) {
                return None;
            }
            if !caps.card.is_empty() {
                found.name = caps.card;
            }
            if !caps.bus.is_empty() {
                found.aliases.push(caps.bus);
            }
            found.formats = formats(&device);
            if !found.formats.iter().any(Format::is_readable) {
                found.problem = Some(unreadable(&found));
            }
        }
        // Only the first node of a camera is it itself; the others are likely its metadata.
        Err(_) if sysfs(number, "index").is_some_and(|i| i != "0") => return None,
        Err(e) if matches!(e.raw_os_error(), Some(2 | 6 | 19)) => return None,
        Err(e) => found.problem = Some(words::io(&found.name, &e)),
    }
    found.aliases.push(node.display().to_string());
    found.aliases.push(format!("video{number}"));
    found.id = found.aliases[0].clone();
    Some(found)
}

fn unreadable(found: &Found) -> Error {
    let mut offers: Vec<&str> = found.formats.iter().map(|f| f.fourcc.as_str()).collect();
    offers.dedup();
    let offers = if offers.is_empty() { "no format at all".into() } else { offers.join(", ") };
    Error::new(Kind::Unsupported, format!("{} cannot be used", found.name))
        .why(format!("it offers {offers}; Dixi reads MJPG and YUYV"))
        .trouble(Trouble::CameraUnusable {
            name: found.name.clone(),
            detail: format!("{offers}; MJPG, YUYV"),
        })
        .next("choose another camera")
}

fn formats(device: &v4l::Device) -> Vec<Format> {
    let mut all = Vec::new();
    for description in device.enum_formats().unwrap_or_default() {
        let fourcc = description.fourcc;
        let text: String = fourcc.repr.iter().map(|&b| char::from(b)).collect();
        for (width, height) in sizes(device, fourcc) {
            if all.len() == MAX_FORMATS {
                return all;
            }
            let rates_fps = rates(device, fourcc, width, height);
            all.push(Format { fourcc: text.trim_end().into(), width, height, rates_fps });
        }
    }
    all
}

fn sizes(device: &v4l::Device, fourcc: v4l::FourCC) -> Vec<(u32, u32)> {
    let mut all = Vec::new();
    for size in device.enum_framesizes(fourcc).unwrap_or_default() {
        match size.size {
            FrameSizeEnum::Discrete(d) => all.push((d.width, d.height)),
            FrameSizeEnum::Stepwise(s) => all.extend(SIZES.into_iter().filter(|&(w, h)| {
                (s.min_width..=s.max_width).contains(&w)
                    && (s.min_height..=s.max_height).contains(&h)
                    && (w - s.min_width) % s.step_width.max(1) == 0
                    && (h - s.min_height) % s.step_height.max(1) == 0
            })),
        }
    }
    if all.is_empty() {
        // Drivers without a list of sizes have the one that they are set to.
        let current = device.format().ok().filter(|f| f.fourcc == fourcc);
        all.extend(current.map(|f| (f.width, f.height)));
    }
    all
}

fn rates(device: &v4l::Device, fourcc: v4l::FourCC, width: u32, height: u32) -> Vec<f32> {
    let mut all = Vec::new();
    for interval in device.enum_frameintervals(fourcc, width, height).unwrap_or_default() {
        match interval.interval {
            FrameIntervalEnum::Discrete(f) => all.push(rate(f)),
            FrameIntervalEnum::Stepwise(s) => {
                let (slow, fast) = (rate(s.max), rate(s.min));
                all.extend(RATES.iter().map(|&r| r as f32).filter(|r| (slow..=fast).contains(r)));
            }
        }
    }
    if all.is_empty() {
        all.extend(device.params().ok().map(|p| rate(p.interval)));
    }
    all.retain(|r| r.is_finite() && *r > 0.0);
    all
}

/// Frames a second of an interval, whole where it is.
fn rate(interval: v4l::Fraction) -> f32 {
    let (n, d) = (f64::from(interval.numerator), f64::from(interval.denominator));
    ((d / n * 1000.0).round() / 1000.0) as f32
}

/// Two cameras with one id (several nodes of one bus address) get their place among them added.
fn tell_apart(found: &mut [Found]) {
    for at in 1..found.len() {
        let (before, rest) = found.split_at_mut(at);
        let same = before.iter().filter(|f| f.aliases[0] == rest[0].aliases[0]).count();
        if same > 0 {
            rest[0].id = format!("{}#{}", rest[0].aliases[0], same + 1);
            rest[0].aliases.remove(0);
            rest[0].aliases.insert(0, rest[0].id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera(number: u32, aliases: &[&str], name: &str) -> Found {
        Found {
            id: aliases[0].into(),
            aliases: aliases.iter().map(|&a| a.into()).collect(),
            name: name.into(),
            node: node_path(number),
            number,
            formats: vec![],
            problem: None,
        }
    }

    #[test]
    fn a_camera_is_found_by_each_of_its_names() {
        let all = [
            camera(0, &["pci-1-usb-1-video-index0", "usb-Logi-index0", "/dev/video0"], "Logi"),
            camera(2, &["pci-1-usb-2-video-index0", "/dev/video2"], "Twin"),
            camera(4, &["pci-1-usb-3-video-index0", "/dev/video4"], "Twin"),
        ];
        for (id, number) in [
            ("usb-Logi-index0", 0),
            ("/dev/video2", 2),
            ("logi", 0),
            ("pci-1-usb-3-video-index0", 4),
        ] {
            assert_eq!(find(&all, id).unwrap().number, number, "{id}");
        }
        assert_eq!(find(&all, "Twin").unwrap_err().kind(), Kind::Conflict);
        let e = find(&all, "usb-Logi-index1").unwrap_err();
        assert!(e.next_step().unwrap().contains("v4l2:pci-1-usb-1-video-index0"), "{e:?}");
        assert_eq!(find(&[], "x").unwrap_err().kind(), Kind::NotFound);
    }

    #[test]
    fn several_nodes_on_one_bus_get_ids_of_their_own() {
        let mut all = [camera(0, &["usb-1"], "RGB"), camera(2, &["usb-1"], "Infrared")];
        tell_apart(&mut all);
        assert_eq!(all.each_ref().map(|c| c.id.as_str()), ["usb-1", "usb-1#2"]);
        assert_eq!(find(&all, "usb-1#2").unwrap().number, 2);
        assert_eq!(find(&all, "usb-1").unwrap().number, 0);
    }

    #[test]
    fn rates_are_whole_where_they_are() {
        assert_eq!(rate(v4l::Fraction::new(1, 30)), 30.0);
        assert_eq!(rate(v4l::Fraction::new(333_333, 10_000_000)), 30.0);
        assert_eq!(rate(v4l::Fraction::new(1001, 30_000)), 29.97);
        assert!(rate(v4l::Fraction::new(0, 1)).is_infinite());
    }
}
