//! What the HTTP routes answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Rates;
use crate::assistant::watch::WatchState;
use crate::base::{Error, Trouble, schema};
use crate::camera::CameraState;
use crate::canvas::SceneInfo;
use crate::command::Binding;
use crate::config::{Kind, SettingsHub};
use crate::gesture::{Family, Gesture};
use crate::operate::backup::{Kept, Manifest};
use crate::operate::host::HostState;
use crate::store::pictures::PhotographRow;

/// Where the networks run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct VisionState {
    /// `cpu` or `cuda`, or empty while the models are being loaded.
    pub device: String,
    /// `full` or `lite`.
    pub model: String,
    /// The kernels in use, such as `avx2`.
    pub kernel: String,
    /// Why not on the GPU, or why not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
    /// `reason` by a code: pages say it in their own language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Trouble>,
    /// What goes wrong now: pictures that cannot be read, frames that are lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<String>,
}

/// Whether a part does its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It does.
    Ok,
    /// Not fully; `reason` says what is missing.
    Degraded,
    /// It does not.
    Down,
}

impl Health {
    /// Its name on the wire and in the metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Health::Ok => "ok",
            Health::Degraded => "degraded",
            Health::Down => "down",
        }
    }
}

/// The answer of `/api/health/live`.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Alive {
    /// `ok`, or there is no answer.
    pub status: Health,
}

/// One part's health.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct HealthPart {
    /// How it is.
    pub status: Health,
    /// Why it is not well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<String>,
    /// Both by a code, where there is one: pages say it in their own language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Trouble>,
}

impl HealthPart {
    /// Well, or degraded by `trouble`.
    pub fn of(trouble: Option<&Error>) -> Self {
        Self {
            status: if trouble.is_some() { Health::Degraded } else { Health::Ok },
            reason: trouble.map(ToString::to_string),
            next: trouble.and_then(|e| e.next_step().map(str::to_owned)),
            trouble: trouble.and_then(Error::befell).cloned(),
        }
    }

    /// The same by a code too, if it is not well and nobody said so before.
    #[must_use]
    pub fn or(mut self, trouble: impl FnOnce(String) -> Trouble) -> Self {
        if let (None, Some(reason)) = (&self.trouble, &self.reason) {
            self.trouble = Some(trouble(reason.clone()));
        }
        self
    }
}

/// The answer of `/api/health/ready`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct HealthParts {
    /// The worst that matters.
    pub status: Health,
    /// Part by part.
    #[ts(
        type = "{ backup: HealthPart, configuration: HealthPart, database: HealthPart, camera: HealthPart, disk: HealthPart, ollama: HealthPart, threads: HealthPart, vision: HealthPart }"
    )]
    pub parts: std::collections::BTreeMap<&'static str, HealthPart>,
}

/// The answer of `/api/v1/status`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Status {
    /// Dixi's version.
    pub version: &'static str,
    /// Seconds since the start.
    pub uptime_s: u64,
    /// The address listened on.
    pub listen: String,
    /// Other machines can reach this address; they need a login, and TLS is on.
    pub exposed: bool,
    /// Where the state is kept.
    pub data_dir: String,
    /// The camera.
    pub camera: CameraState,
    /// The networks.
    pub vision: VisionState,
    /// Whether and how a model watches.
    pub watching: WatchState,
    /// The database.
    pub database: HealthPart,
    /// The machine.
    pub host: HostState,
    /// How fast everything goes.
    #[serde(flatten)]
    pub rates: Rates,
}

/// The body of `PUT /api/v1/settings/{key}`.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingValue {
    /// The new value.
    #[schema(schema_with = schema::plain)]
    pub value: Value,
}

/// A PNG.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Png(pub Vec<u8>);

/// A JPEG.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Jpeg(pub Vec<u8>);

/// A backup: a tar, packed with gzip.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Archive(pub Vec<u8>);

/// A backup that was brought, and what is in it.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct BroughtBackup {
    /// As it is listed now.
    pub backup: Kept,
    /// What is in it.
    pub manifest: Manifest,
}

/// How to go back to a backup.
#[derive(Clone, Default, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoBack {
    /// What its keys are sealed with, if not with what is set now.
    #[serde(default)]
    #[ts(optional)]
    pub passphrase: Option<String>,
    /// Go back without its keys: what the box has of them stays.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub without_keys: bool,
}

/// How to go back to a backup that was brought with the first owner's link.
#[derive(Clone, Deserialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstGoBack {
    /// The backup's name, as bringing it answered.
    pub name: String,
    /// What its keys are sealed with.
    #[serde(default)]
    #[ts(optional)]
    pub passphrase: Option<String>,
    /// Go back without its keys.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub without_keys: bool,
}

/// The answer of `GET /api/v1/scenes`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct SceneList {
    /// Those on the list, in the order of `next`.
    pub scenes: Vec<SceneInfo>,
    /// Those that were deleted, the last one first.
    pub deleted: Vec<SceneInfo>,
    /// Deleted ones are emptied this many days later.
    pub kept_days: u32,
}

/// The answer of `POST /api/v1/pictures`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct PictureView {
    /// Its name: SHA-256 of its file.
    pub picture: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Width by height.
    pub aspect: f32,
}

/// A picture that somebody took of a scene.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct PhotographView {
    /// Its number.
    pub id: u64,
    /// Its picture: `GET /api/v1/pictures/{picture}`.
    pub picture: String,
    /// Who wanted it.
    pub who: String,
    /// When it was taken, RFC 3339 UTC.
    #[ts(type = "string")]
    pub taken_at: jiff::Timestamp,
}

impl From<PhotographRow> for PhotographView {
    fn from(row: PhotographRow) -> Self {
        Self { id: row.id, picture: row.picture, who: row.who, taken_at: row.taken_at }
    }
}

/// The answer of `GET /api/v1/bindings`.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct BindingList {
    /// All bindings, in order.
    pub bindings: Vec<Binding>,
    /// Whether these are the default ones, unchanged.
    pub default: bool,
}

/// One gesture that Dixi knows.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct GestureInfo {
    /// Its name.
    pub name: Gesture,
    /// What sort.
    pub family: Family,
    /// How to make it.
    pub words: &'static str,
}

impl GestureInfo {
    /// All of them but "none".
    pub fn all() -> Vec<Self> {
        let known = Gesture::ALL.iter().filter(|g| **g != Gesture::None);
        known.map(|g| Self { name: *g, family: g.family(), words: g.how() }).collect()
    }
}

/// A setting with its value now and where that comes from.
#[derive(Clone, Debug, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct SettingView {
    /// `group.name`.
    pub key: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// What values it takes: `min`, `max`, `choices` and `max_chars` go with it.
    #[ts(type = "\"bool\" | \"int\" | \"float\" | \"choice\" | \"text\"")]
    #[schema(schema_with = setting_types)]
    pub r#type: &'static str,
    /// Smallest allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub min: Option<f64>,
    /// Largest allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub max: Option<f64>,
    /// The words allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub choices: Option<&'static [&'static str]>,
    /// Longest text allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub max_chars: Option<u32>,
    /// The value when nobody says otherwise.
    #[ts(type = "boolean | number | string")]
    #[schema(schema_with = schema::plain)]
    pub default: Value,
    /// The value now; null for a secret that is set.
    #[ts(type = "boolean | number | string | null")]
    #[schema(schema_with = schema::plain_or_null)]
    pub value: Value,
    /// Where it comes from.
    #[ts(type = "\"flag\" | \"environment\" | \"file\" | \"ui\" | \"default\"")]
    #[schema(schema_with = setting_sources)]
    pub from: &'static str,
    /// Takes effect only after a restart.
    pub restart: bool,
    /// It is never shown.
    pub secret: bool,
    /// Whoever asks may change it.
    pub may: bool,
    /// Cannot be changed here.
    pub locked: bool,
    /// What decides instead: a flag, a variable or a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub locked_by: Option<String>,
}

fn setting_types() -> utoipa::openapi::Object {
    schema::one_of(&["bool", "int", "float", "choice", "text"])
}

fn setting_sources() -> utoipa::openapi::Object {
    schema::one_of(&["flag", "environment", "file", "ui", "default"])
}

/// Every setting, in the order of its declaration.
pub fn settings_view(hub: &SettingsHub) -> Vec<SettingView> {
    let view = |v: crate::config::Valued| {
        let (r#type, range, choices, max_chars) = match v.setting.kind {
            Kind::Bool => ("bool", None, None, None),
            Kind::Int { min, max } => ("int", Some((min, max)), None, None),
            Kind::Float { min, max } => ("float", Some((min, max)), None, None),
            Kind::Choice(words) => ("choice", None, Some(words), None),
            Kind::Text { max_chars } => ("text", None, None, Some(max_chars as u32)),
        };
        SettingView {
            key: v.setting.key,
            doc: v.setting.doc,
            r#type,
            min: range.map(|r| r.0),
            max: range.map(|r| r.1),
            choices,
            max_chars,
            default: v.setting.default.clone(),
            value: v.value,
            from: v.layer.name(),
            restart: v.setting.restart,
            secret: v.setting.secret,
            may: true,
            locked: v.locked_by.is_some(),
            locked_by: v.locked_by,
        }
    };
    hub.all().into_iter().map(view).collect()
}
