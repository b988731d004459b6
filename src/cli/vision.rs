//! `dixi vision`: pictures and clips in, hands and gestures out, one line a picture, for people or
//! (with `--json`) for programs. The same pipeline as the running box, without the box.
//!
//! Opens no camera and no socket, and reads no settings.

mod input;
mod print;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::time::Instant;

use clap::ValueEnum;

use crate::base::{Error, Kind, Result, Stamp};
use crate::config::{GestureSettings, VisionSettings};
use crate::gesture::{Engine, FrameInfo, Observation};
use crate::vision::device::{Choice, choose};
use crate::vision::hand::{HandLandmarker, HandOptions, Mode};
use crate::vision::picture::Decoder;
use crate::vision::{MAX_HANDS, Timings};

use input::{Inputs, Picture};
use print::Printer;

/// Between two clips so much time passes that nothing of the first is left.
const BETWEEN_CLIPS_US: u64 = 60_000_000;

/// Find hands and gestures in pictures and clips
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// JPEG or PNG files, MJPEG clips, folders of them (in the order of their names, without their
    /// subfolders), or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// The models: `full` is more exact, `lite` is faster
    #[arg(long, value_enum, default_value = "full")]
    model: ModelArg,
    /// Whether each picture stands alone or all are frames of one video [default: `video` for clips,
    /// `image` for pictures]
    #[arg(long, value_enum)]
    mode: Option<ModeArg>,
    /// The most hands at once
    #[arg(long, value_name = "N", default_value_t = 2,
        value_parser = clap::value_parser!(u32).range(1..=MAX_HANDS as i64))]
    max_hands: u32,
    /// Where the networks run; `auto` is the GPU if there is one
    #[arg(long, value_enum, default_value = "auto")]
    device: DeviceArg,
    /// Print one JSON object a picture
    #[arg(long)]
    json: bool,
    /// Frames per second of a video, for the gestures' timing
    #[arg(long, value_name = "RATE", default_value_t = 30.0, value_parser = rate)]
    fps: f64,
    /// Least palm score for a hand to be found, 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = 0.5, value_parser = unit)]
    min_hand_detection_confidence: f32,
    /// Least presence score for a hand to be kept, 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = 0.5, value_parser = unit)]
    min_hand_presence_confidence: f32,
    /// Overlap above which a found palm and a followed hand are the same, 0 to 1
    #[arg(long, value_name = "IOU", default_value_t = 0.5, value_parser = unit)]
    min_tracking_confidence: f32,
    /// In a video, with a hand followed and a place free, look for another one this often,
    /// milliseconds; 0 looks in every frame
    #[arg(long, value_name = "MS", default_value_t = 200)]
    search_interval_ms: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ModelArg {
    Full,
    Lite,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ModeArg {
    Image,
    Video,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DeviceArg {
    Auto,
    Cpu,
    Cuda,
}

fn unit(s: &str) -> Result<f32, String> {
    match s.parse() {
        Ok(n) if (0.0..=1.0).contains(&n) => Ok(n),
        _ => Err("use a number from 0 to 1".into()),
    }
}

fn rate(s: &str) -> Result<f64, String> {
    match s.parse() {
        Ok(n) if (0.1..=1000.0).contains(&n) => Ok(n),
        _ => Err("use a number from 0.1 to 1000".into()),
    }
}

/// Runs the command: 0 if every picture could be read, 1 if not.
///
/// # Errors
/// What loading the models gives, and output that cannot be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let chosen = choose(match args.device {
        DeviceArg::Auto => Choice::Auto,
        DeviceArg::Cpu => Choice::Cpu,
        DeviceArg::Cuda => Choice::Cuda,
    });
    let out = BufWriter::new(io::stdout().lock());
    let mut printer = Printer::new(out, args.json);
    if let (DeviceArg::Cuda, Some(why)) = (args.device, &chosen.reason) {
        let _ = writeln!(io::stderr(), "note: running on the CPU: {why}");
    }
    let settings = VisionSettings {
        model: if args.model == ModelArg::Full { "full" } else { "lite" }.into(),
        num_hands: args.max_hands,
        min_hand_detection_confidence: args.min_hand_detection_confidence,
        min_hand_presence_confidence: args.min_hand_presence_confidence,
        min_tracking_confidence: args.min_tracking_confidence,
        search_interval_ms: args.search_interval_ms,
        ..VisionSettings::default()
    };
    let options = HandOptions::from_settings(&settings, Mode::Image, chosen.device);
    let mut looker = Looker::new(options, args)?;
    let mut failed = false;
    for picture in Inputs::new(&args.paths) {
        let told = match looker.look(&picture) {
            Ok(observation) => printer.observation(&picture, observation),
            Err(e) => {
                failed = true;
                printer.error(&picture, &e)
            }
        };
        match told {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => break,
            told => told.map_err(|e| Error::from(e).next("free the place the output goes to"))?,
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Decoder, landmarker and gestures, and where in time the next picture is.
struct Looker {
    decoder: Decoder,
    landmarker: HandLandmarker,
    engine: Engine,
    gestures: GestureSettings,
    mode: Option<ModeArg>,
    frame_us: u64,
    at: Stamp,
    observation: Observation,
}

impl Looker {
    fn new(options: HandOptions, args: &Args) -> Result<Self> {
        let gestures = GestureSettings::default();
        Ok(Self {
            decoder: Decoder::files()?,
            landmarker: HandLandmarker::new(&options)?,
            engine: Engine::new(&gestures),
            gestures,
            mode: args.mode,
            frame_us: (1e6 / args.fps) as u64,
            at: Stamp::default(),
            observation: Observation::default(),
        })
    }

    fn look(&mut self, picture: &Picture) -> Result<&Observation> {
        if picture.clip && picture.frame == 0 {
            self.at.us += BETWEEN_CLIPS_US;
            self.engine = Engine::new(&self.gestures);
            self.landmarker.forget();
        }
        // A frame that cannot be read takes its time all the same.
        self.at.us += self.frame_us;
        let bytes = picture.bytes.as_ref().map_err(Clone::clone)?;
        let video = match self.mode {
            Some(mode) => mode == ModeArg::Video,
            None => picture.clip,
        };
        let mode = if video { Mode::Video } else { Mode::Image };
        if self.landmarker.options().mode != mode {
            let options = HandOptions { mode, ..self.landmarker.options().clone() };
            self.landmarker.set_options(&options)?;
        }
        let start = Instant::now();
        let view = self.decoder.file(bytes)?;
        let decode = ms_since(start);
        let (width, height) = view.size();
        let found = self.landmarker.detect(view, self.at)?;
        let gesture_start = Instant::now();
        let (info, out) = (FrameInfo { at: self.at, width, height }, &mut self.observation);
        match mode {
            Mode::Video => self.engine.update(&found.hands, info, out),
            Mode::Image => Engine::still(&self.gestures, &found.hands, info, out),
        }
        out.timings_ms = Timings {
            decode,
            palm: found.palm_ms,
            landmarks: found.landmarks_ms,
            gesture: ms_since(gesture_start),
            total: ms_since(start),
        };
        (out.width, out.height) = (width, height);
        Ok(out)
    }
}

fn ms_since(start: Instant) -> f32 {
    start.elapsed().as_secs_f32() * 1000.0
}

/// An error about one file of several.
fn about(path: &str, e: io::Error) -> Error {
    let what = match e.kind() {
        io::ErrorKind::NotFound => {
            return Error::new(Kind::NotFound, format!("there is no `{path}`"));
        }
        io::ErrorKind::PermissionDenied => format!("may not read `{path}`"),
        _ => format!("cannot read `{path}`"),
    };
    Error::new(Error::from(io::Error::from(e.kind())).kind(), what).source(e)
}

#[cfg(test)]
mod tests;
