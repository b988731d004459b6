//! What was measured over the last hour and the last day, for the graphs of the status page: so that a
//! page that opens begins with what was, and whoever comes in the morning sees the night.
//!
//! Rings of a fixed size, made once (under 200 kB together) and kept in memory only: a restart begins
//! anew, and Prometheus is for whoever wants more. Measures nothing itself, and is never asked by a frame.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// Between two moments of the hour, seconds.
pub const HOUR_STEP_S: u32 = 5;
/// Between two of the day.
pub const DAY_STEP_S: u32 = 60;
const HOUR: usize = 3600 / HOUR_STEP_S as usize;
const DAY: usize = 24 * 3600 / DAY_STEP_S as usize;

/// What is measured.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "HistorySeries")]
#[schema(as = HistorySeries)]
pub enum Series {
    /// Pictures a second that the camera gives.
    CameraPerS,
    /// Frames a second in which hands are looked for.
    FramesPerS,
    /// Frames a second that were left out: they came too fast, or newer ones were there.
    DroppedPerS,
    /// Hands in a frame, on average.
    Hands,
    /// Time of one frame, median, milliseconds.
    PipelineP50Ms,
    /// 95 of 100 frames are below this.
    PipelineP95Ms,
    /// From a frame's capture to its events on a viewer's socket, median, milliseconds.
    EventP50Ms,
    /// 95 of 100 are below this.
    EventP95Ms,
    /// From a frame's capture to its hands on a viewer's canvas, median, milliseconds.
    DrawnP50Ms,
    /// 95 of 100 are below this.
    DrawnP95Ms,
    /// From a frame's capture to its picture on a viewer's screen, median, milliseconds.
    ScreenP50Ms,
    /// 95 of 100 are below this.
    ScreenP95Ms,
    /// Pages and programs on the live socket.
    Viewers,
    /// Processor time that Dixi takes, percent of all cores.
    CpuPercent,
    /// Memory that Dixi holds, bytes.
    MemoryBytes,
    /// Free space where the state is kept, bytes.
    DiskFreeBytes,
    /// The machine's hottest sensor, degrees Celsius.
    TemperatureC,
}

impl Series {
    /// All of them, in order.
    pub const ALL: [Self; 17] = [
        Self::CameraPerS,
        Self::FramesPerS,
        Self::DroppedPerS,
        Self::Hands,
        Self::PipelineP50Ms,
        Self::PipelineP95Ms,
        Self::EventP50Ms,
        Self::EventP95Ms,
        Self::DrawnP50Ms,
        Self::DrawnP95Ms,
        Self::ScreenP50Ms,
        Self::ScreenP95Ms,
        Self::Viewers,
        Self::CpuPercent,
        Self::MemoryBytes,
        Self::DiskFreeBytes,
        Self::TemperatureC,
    ];

    /// A minute keeps the worst of these, and the mean of the others.
    const fn keeps_the_worst(self) -> bool {
        matches!(
            self,
            Self::PipelineP95Ms | Self::EventP95Ms | Self::DrawnP95Ms | Self::ScreenP95Ms
        )
    }
}

const SERIES: usize = Series::ALL.len();

/// What was measured at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Unix time, milliseconds.
    pub at_ms: i64,
    values: [Option<f32>; SERIES],
}

impl Moment {
    /// Nothing yet, at a Unix time in milliseconds.
    pub const fn at(at_ms: i64) -> Self {
        Self { at_ms, values: [None; SERIES] }
    }

    /// Notes a measurement; what is no number is none.
    pub fn set(&mut self, series: Series, value: Option<f64>) {
        self.values[series as usize] =
            value.map(|v| v as f32).filter(|v| v.is_finite() && *v >= 0.0);
    }
}

/// How far back.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "HistorySpan")]
#[schema(as = HistorySpan)]
pub enum Span {
    /// The last hour, every 5 seconds.
    #[default]
    Hour,
    /// The last day, every minute.
    Day,
}

/// The last of what came, the oldest first.
#[derive(Debug)]
struct Ring {
    moments: Box<[Moment]>,
    /// Where the next one goes.
    next: usize,
    len: usize,
}

impl Ring {
    fn of(size: usize) -> Self {
        Self { moments: vec![Moment::at(0); size].into_boxed_slice(), next: 0, len: 0 }
    }

    fn push(&mut self, moment: Moment) {
        self.moments[self.next] = moment;
        self.next = (self.next + 1) % self.moments.len();
        self.len = (self.len + 1).min(self.moments.len());
    }

    fn iter(&self) -> impl Iterator<Item = &Moment> {
        let (late, early) = self.moments[..self.len].split_at(self.next.min(self.len));
        // Not full yet: all of it lies before `next`, in order.
        early.iter().chain(late)
    }
}

/// A minute that is being gathered.
#[derive(Debug)]
struct Minute {
    /// Which one, since 1970.
    number: i64,
    values: [Option<f32>; SERIES],
    counts: [u32; SERIES],
}

impl Minute {
    fn begun(number: i64) -> Self {
        Self { number, values: [None; SERIES], counts: [0; SERIES] }
    }

    fn add(&mut self, moment: &Moment) {
        for series in Series::ALL {
            let i = series as usize;
            let Some(new) = moment.values[i] else { continue };
            self.counts[i] += 1;
            self.values[i] = Some(match self.values[i] {
                None => new,
                Some(old) if series.keeps_the_worst() => old.max(new),
                // A running mean: no sum of bytes outgrows what a number holds exactly.
                Some(old) => old + (new - old) / self.counts[i] as f32,
            });
        }
    }

    fn done(&self) -> Moment {
        Moment { at_ms: (self.number + 1) * MINUTE_MS, values: self.values }
    }
}

const MINUTE_MS: i64 = DAY_STEP_S as i64 * 1000;

#[derive(Debug)]
struct Kept {
    hour: Ring,
    day: Ring,
    minute: Option<Minute>,
}

/// The last hour and the last day.
#[derive(Debug)]
pub struct History(Mutex<Kept>);

impl Default for History {
    fn default() -> Self {
        Self(Mutex::new(Kept { hour: Ring::of(HOUR), day: Ring::of(DAY), minute: None }))
    }
}

impl History {
    /// Takes what was measured now. Allocates nothing.
    pub fn note(&self, moment: Moment) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = moment.at_ms.div_euclid(MINUTE_MS);
        if let Some(done) = kept.minute.take_if(|m| m.number != number) {
            kept.day.push(done.done());
        }
        kept.minute.get_or_insert_with(|| Minute::begun(number)).add(&moment);
        kept.hour.push(moment);
    }

    /// What is kept, as far as it came after `after_ms` (Unix time).
    pub fn view(&self, span: Span, after_ms: i64) -> HistoryView {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (ring, step_s) = match span {
            Span::Hour => (&kept.hour, HOUR_STEP_S),
            Span::Day => (&kept.day, DAY_STEP_S),
        };
        let later: Vec<&Moment> = ring.iter().filter(|m| m.at_ms > after_ms).collect();
        let column = |s: Series| (s, later.iter().map(|m| m.values[s as usize]).collect());
        HistoryView {
            span,
            step_s,
            at_ms: later.iter().map(|m| m.at_ms).collect(),
            series: Series::ALL.into_iter().map(column).collect(),
        }
    }
}

/// What is asked of the history.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// How far back.
    #[serde(default)]
    pub span: Span,
    /// Only what came after this Unix time, milliseconds.
    #[serde(default)]
    pub after_ms: i64,
}

/// What was measured, a column a series.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct HistoryView {
    /// How far back.
    pub span: Span,
    /// Between two moments, seconds; where Dixi or the machine stood still it is longer.
    pub step_s: u32,
    /// The moments, Unix time in milliseconds, the oldest first.
    pub at_ms: Vec<i64>,
    /// For each series one value a moment; null where nothing was measured.
    #[ts(type = "Record<HistorySeries, (number | null)[]>")]
    pub series: BTreeMap<Series, Vec<Option<f32>>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(at_s: i64, frames: f64, worst: f64) -> Moment {
        let mut moment = Moment::at(at_s * 1000);
        moment.set(Series::FramesPerS, Some(frames));
        moment.set(Series::PipelineP95Ms, Some(worst));
        moment.set(Series::TemperatureC, Some(f64::NAN));
        moment
    }

    #[test]
    fn every_series_has_its_own_place() {
        for (i, series) in Series::ALL.into_iter().enumerate() {
            assert_eq!(series as usize, i);
        }
    }

    #[test]
    fn an_hour_and_a_day_are_kept_and_no_more() {
        let history = History::default();
        assert!(history.view(Span::Hour, 0).at_ms.is_empty());
        let step = i64::from(HOUR_STEP_S);
        let begin = 1_800_000_000_i64;
        for i in 0..3 * 24 * 3600 / step {
            history.note(moment(begin + i * step, (i % 100) as f64, i as f64));
        }
        let last_s = begin + 3 * 24 * 3600 - step;
        for (span, many, step_s) in [(Span::Hour, 720, 5), (Span::Day, 1440, 60)] {
            let view = history.view(span, 0);
            assert_eq!((view.at_ms.len(), view.step_s), (many, step_s));
            assert!(view.at_ms.windows(2).all(|w| w[1] - w[0] == i64::from(step_s) * 1000));
            assert!(last_s * 1000 - view.at_ms[many - 1] < 60_000);
            assert!(view.series.values().all(|column| column.len() == many));
            assert!(view.series[&Series::TemperatureC].iter().all(Option::is_none));
            let few = history.view(span, view.at_ms[many - 3]);
            assert_eq!(few.at_ms, view.at_ms[many - 2..]);
        }
        let bytes = (HOUR + DAY) * size_of::<Moment>();
        println!("{bytes} bytes for {} moments of {SERIES} series", HOUR + DAY);
        assert!(bytes < 400_000);
    }

    #[test]
    fn a_minute_is_the_mean_of_its_moments_and_the_worst_of_their_worst() {
        let history = History::default();
        for i in 0..12 {
            history.note(moment(1_800_000_000 + i * 5, f64::from(i as u32), f64::from(i as u32)));
        }
        assert!(history.view(Span::Day, 0).at_ms.is_empty(), "it is not over yet");
        // The machine slept: the minute ends all the same, and the gap shows in the times.
        history.note(moment(1_800_000_000 + 600, 30.0, 1.0));
        history.note(moment(1_800_000_000 + 660, 30.0, 1.0));
        let view = history.view(Span::Day, 0);
        assert_eq!(view.at_ms, [1_800_000_060_000, 1_800_000_660_000]);
        assert_eq!(view.series[&Series::FramesPerS], [Some(5.5), Some(30.0)]);
        assert_eq!(view.series[&Series::PipelineP95Ms], [Some(11.0), Some(1.0)]);
    }
}
