//! Hands in a picture, as MediaPipe finds them: the palm detector says where hands are ([`palm`]),
//! each becomes a region ([`roi`]), the region is cut out ([`crop`]) and read by the landmark network
//! ([`reading`]), and the tracker says which hand is which ([`tracker`]).
//!
//! Must not know gestures, or keep a picture beyond its frame.

pub mod crop;
mod options;
pub mod palm;
pub mod reading;
pub mod roi;
pub mod tracker;

use std::time::Instant;

use arrayvec::ArrayVec;
use candle_core::Device;

use self::crop::{Border, Cropper};
use self::palm::{PalmDecoder, PalmOutput};
use self::reading::{HandOutput, Reading};
use self::roi::Roi;
use self::tracker::{Region, Tracker};
use super::nn::{HandModel, LoadOptions, Network};
use super::picture::View;
use super::{Hands, MAX_HANDS};
use crate::base::{Error, Result, Stamp};

pub use options::{HandOptions, Mode, Model};

/// What one picture gave.
#[derive(Clone, Debug, Default)]
pub struct Detection {
    /// The hands in it, oldest track first.
    pub hands: Hands,
    /// The palm detector's time, milliseconds; zero when it did not run.
    pub palm_ms: f32,
    /// The landmark network's time for all hands, milliseconds.
    pub landmarks_ms: f32,
}

/// Finds and follows hands. One a video: it remembers where they were.
pub struct HandLandmarker {
    options: HandOptions,
    nets: Nets,
    decoder: PalmDecoder,
    tracker: Tracker,
}

struct Nets {
    palm: Net,
    hand: Net,
    palm_output: PalmOutput,
    hand_output: HandOutput,
    #[cfg(feature = "cuda")]
    on_gpu: super::nn::GpuPicture,
}

/// A network and the way into it.
struct Net {
    network: Network,
    cropper: Cropper,
}

impl HandLandmarker {
    /// Loads the models and runs each once, so that the first picture takes no longer than others.
    ///
    /// # Errors
    /// `Invalid` for options out of range; what loading a model gives.
    pub fn new(options: &HandOptions) -> Result<Self> {
        options.check()?;
        Ok(Self {
            nets: Nets::load(options.model, &options.device)?,
            options: options.clone(),
            decoder: PalmDecoder::default(),
            tracker: Tracker::default(),
        })
    }

    /// Takes other options; followed hands stay followed. Another model or device is loaded now.
    ///
    /// # Errors
    /// As [`Self::new`]; then everything stays as it was.
    pub fn set_options(&mut self, options: &HandOptions) -> Result<()> {
        options.check()?;
        let same_device = self.options.device.same_device(&options.device);
        if options.model != self.options.model || !same_device {
            self.nets = Nets::load(options.model, &options.device)?;
        }
        self.options = options.clone();
        Ok(())
    }

    /// The options in force.
    pub fn options(&self) -> &HandOptions {
        &self.options
    }

    /// Which kernels the networks run on, for the log and the page.
    pub fn kernel(&self) -> &'static str {
        self.nets.hand.network.kernel()
    }

    /// Nothing is followed any more: what comes is another video.
    pub fn forget(&mut self) {
        self.tracker.forget();
    }

    /// The hands in a picture taken at `at`. In image mode each picture stands alone.
    ///
    /// # Errors
    /// `Internal` if a network fails; the landmarker stays usable.
    pub fn detect(&mut self, picture: View<'_>, at: Stamp) -> Result<Detection> {
        if self.options.mode == Mode::Image {
            self.tracker.forget();
        }
        self.nets.begin(picture)?;
        let rules = self.options.rules();
        let mut palms = ArrayVec::<Roi, MAX_HANDS>::new();
        let mut detection = Detection::default();
        if self.tracker.begin(picture.size(), at, &rules) {
            let start = Instant::now();
            palms = self.find_palms(picture)?;
            detection.palm_ms = ms_since(start);
        }
        let start = Instant::now();
        let mut seen = ArrayVec::<(Region, Reading), MAX_HANDS>::new();
        for region in self.tracker.regions(&palms, &rules) {
            if let Some(reading) = self.read_hand(picture, &region.roi)? {
                seen.push((region, reading));
            }
            detection.landmarks_ms = ms_since(start);
        }
        detection.hands = self.tracker.finish(seen);
        Ok(detection)
    }

    fn find_palms(&mut self, picture: View<'_>) -> Result<ArrayVec<Roi, MAX_HANDS>> {
        let (width, height) = picture.size();
        let output = self.nets.palms(picture)?;
        let min_score = self.options.min_hand_detection_confidence;
        let limit = self.options.num_hands;
        let palms = self.decoder.decode(output, min_score, limit, (width, height));
        Ok(palms.iter().map(|palm| Roi::from_palm(palm, width, height)).collect())
    }

    fn read_hand(&mut self, picture: View<'_>, roi: &Roi) -> Result<Option<Reading>> {
        let output = self.nets.hand(picture, roi)?;
        let min_presence = self.options.min_hand_presence_confidence;
        Ok(Reading::new(output, roi, min_presence, picture.size()))
    }
}

impl Nets {
    fn load(model: Model, device: &Device) -> Result<Self> {
        let (palm, hand) = match model {
            Model::Full => (HandModel::PalmFull, HandModel::LandmarkFull),
            Model::Lite => (HandModel::PalmLite, HandModel::LandmarkLite),
        };
        let options = LoadOptions { device: device.clone(), ..LoadOptions::default() };
        let mut nets = Self {
            palm: Net::load(palm, &[palm::ROWS * palm::ROW_VALUES, palm::ROWS], &options)?,
            hand: Net::load(hand, &[63, 1, 1, 63], &options)?,
            palm_output: PalmOutput::default(),
            hand_output: HandOutput::default(),
            #[cfg(feature = "cuda")]
            on_gpu: super::nn::GpuPicture::default(),
        };
        let black = [0; 3];
        let picture = View::new(1, 1, &black)?;
        nets.begin(picture)?;
        nets.palms(picture)?;
        nets.hand(picture, &Roi::whole(1, 1))?;
        Ok(nets)
    }

    /// Called once for each picture, before any crop of it: takes it to the GPU if the networks run
    /// there.
    #[cfg_attr(not(feature = "cuda"), allow(clippy::unnecessary_wraps, unused_variables))]
    fn begin(&mut self, picture: View<'_>) -> Result<()> {
        #[cfg(feature = "cuda")]
        if let Device::Cuda(device) = self.palm.network.input().device() {
            return self.on_gpu.upload(device, picture.size(), picture.rgb());
        }
        Ok(())
    }

    fn crop(&self, picture: View<'_>, (roi, border): (&Roi, Border), to: &Net) -> Result<()> {
        #[cfg(feature = "cuda")]
        if to.network.input().device().is_cuda() {
            return crop::crop_on_gpu(&self.on_gpu, roi, border, to.network.input());
        }
        to.cropper.crop(picture, roi, border)
    }

    fn palms(&mut self, picture: View<'_>) -> Result<&PalmOutput> {
        let whole = Roi::whole(picture.width(), picture.height());
        self.crop(picture, (&whole, Border::Zero), &self.palm)?;
        let (net, to) = (&mut self.palm.network, &mut self.palm_output);
        net.run()?;
        net.output(0, &mut to.boxes)?;
        net.output(1, &mut to.logits)?;
        Ok(to)
    }

    fn hand(&mut self, picture: View<'_>, roi: &Roi) -> Result<&HandOutput> {
        self.crop(picture, (roi, Border::Replicate), &self.hand)?;
        let (net, to) = (&mut self.hand.network, &mut self.hand_output);
        net.run()?;
        net.output(0, &mut to.landmarks)?;
        net.output(1, &mut to.presence)?;
        net.output(2, &mut to.handedness)?;
        net.output(3, &mut to.world)?;
        Ok(to)
    }
}

impl Net {
    /// Loads a model and checks that it gives what its kind gives.
    fn load(model: HandModel, lengths: &[usize], options: &LoadOptions) -> Result<Self> {
        let network = Network::load(model.bytes(), options)?;
        let found = (0..network.outputs()).map(|i| network.output_len(i));
        if !found.eq(lengths.iter().copied()) {
            return Err(Error::internal(format!(
                "{} is another model than expected",
                model.name()
            )));
        }
        Ok(Self { cropper: Cropper::new(network.input())?, network })
    }
}

fn ms_since(start: Instant) -> f32 {
    start.elapsed().as_secs_f32() * 1000.0
}
