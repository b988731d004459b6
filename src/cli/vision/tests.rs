//! What the command takes and how inputs become pictures.

use std::fs;

use clap::Parser;

use super::*;

#[derive(Debug, Parser)]
struct Only {
    #[command(flatten)]
    args: Args,
}

fn parse(line: &str) -> Result<Args, clap::Error> {
    Only::try_parse_from(line.split(' ')).map(|o| o.args)
}

#[test]
fn takes_what_the_readme_says_and_refuses_the_rest() {
    let args =
        parse("v --model lite --mode video --max-hands 4 --device cpu --json a.jpg -").unwrap();
    assert_eq!(args.paths, ["a.jpg", "-"]);
    assert_eq!((args.model, args.mode), (ModelArg::Lite, Some(ModeArg::Video)));
    for bad in [
        "v",
        "v --max-hands 5 a",
        "v --max-hands 0 a",
        "v --model big a",
        "v --fps 0 a",
        "v --min-tracking-confidence 1.5 a",
        "v --min-hand-presence-confidence nan a",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}

fn jpeg(seed: u8) -> Vec<u8> {
    let image = turbojpeg::Image {
        pixels: &vec![seed; 32 * 24 * 3][..],
        width: 32,
        pitch: 96,
        height: 24,
        format: turbojpeg::PixelFormat::RGB,
    };
    turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2).unwrap().to_vec()
}

/// (file name, frame, is a frame of a clip, could be read) of every picture of the paths.
fn pictures(paths: &[&std::path::Path]) -> Vec<(String, u64, bool, bool)> {
    let paths: Vec<String> = paths.iter().map(|p| p.to_string_lossy().into_owned()).collect();
    Inputs::new(&paths)
        .map(|p| {
            let name = std::path::Path::new(&p.file).file_name().unwrap().to_string_lossy();
            (name.into_owned(), p.frame, p.clip, p.bytes.is_ok())
        })
        .collect()
}

#[test]
fn folders_clips_single_pictures_and_missing_ones() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    put("b.mjpeg", &[jpeg(1), jpeg(2), jpeg(3)].concat());
    // A phone's picture with a preview behind it is one picture; so is a stream of one.
    put("a.JPG", &[jpeg(1), jpeg(2)].concat());
    put("c.mjpg", &jpeg(1));
    put("notes.txt", b"not looked at");
    fs::create_dir(dir.path().join("d.jpg")).unwrap();
    let at = |name: &str, frame, clip, ok| (name.to_owned(), frame, clip, ok);
    assert_eq!(
        pictures(&[dir.path(), &dir.path().join("gone.jpg"), &dir.path().join("notes.txt")]),
        [
            at("a.JPG", 0, false, true),
            at("b.mjpeg", 0, true, true),
            at("b.mjpeg", 1, true, true),
            at("b.mjpeg", 2, true, true),
            at("c.mjpg", 0, false, true),
            at("gone.jpg", 0, false, false),
            at("notes.txt", 0, false, false),
        ]
    );
    let empty = tempfile::tempdir().unwrap();
    assert!(!pictures(&[empty.path()])[0].3);
}

#[test]
fn a_broken_frame_of_a_clip_is_told_and_the_rest_comes() {
    let dir = tempfile::tempdir().unwrap();
    let clip = dir.path().join("clip.mjpeg");
    let whole = jpeg(1);
    // Broken off in its header, where no picture can be made of it.
    fs::write(&clip, [&whole[..], &whole[..30], &[0; 70_000], &whole].concat()).unwrap();
    let ok: Vec<bool> = pictures(&[&clip]).into_iter().map(|p| p.3).collect();
    assert_eq!(ok, [true, false, true]);
}

fn shown(json: bool, bytes: Result<Vec<u8>>) -> String {
    let picture = Picture { file: "a.jpg".into(), frame: 0, clip: false, bytes };
    let args = parse("v --model lite --device cpu a.jpg").unwrap();
    let settings = VisionSettings { model: "lite".into(), ..VisionSettings::default() };
    let options = HandOptions::from_settings(&settings, Mode::Image, candle_core::Device::Cpu);
    let mut looker = Looker::new(options, &args).unwrap();
    let mut out = Vec::new();
    let mut printer = Printer::new(&mut out, json);
    match looker.look(&picture) {
        Ok(o) => printer.observation(&picture, o).unwrap(),
        Err(e) => printer.error(&picture, &e).unwrap(),
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn one_line_a_picture_with_the_promised_fields() {
    let line = shown(true, Ok(jpeg(1)));
    assert!(line.ends_with("}\n") && line.matches('\n').count() == 1);
    let v: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&v["file"], &v["frame"]), (&"a.jpg".into(), &0.into()));
    assert_eq!((&v["width"], &v["height"]), (&32.into(), &24.into()));
    assert_eq!((&v["hands"], &v["events"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert!(v["timings_ms"]["palm"].as_f64().unwrap() > 0.0);
    let v: serde_json::Value =
        serde_json::from_str(&shown(true, Ok(jpeg(1)[..200].to_vec()))).unwrap();
    assert_eq!(v["error"]["kind"], "invalid");
    assert!(v["error"]["what"].is_string() && v["hands"].is_null());
    assert!(shown(false, Ok(jpeg(1))).starts_with("a.jpg: no hand ("));
    assert!(
        shown(false, Err(Error::invalid("it is gone"))).starts_with("a.jpg: error: it is gone")
    );
}
