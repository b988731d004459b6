//! Scenes as files: what `docs/reference/scene.schema.json` describes. A file is taken whole or not at
//! all; nothing in it is ever fetched, run or trusted.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::pictures::{PICTURE_PIXELS, aspect, checked};
use super::{Canvas, check};
// utoipa takes `Object` for one of its own words.
use crate::base::object::Object as OnStage;
use crate::base::object::{Form, Object, SceneId};
use crate::base::{Error, Kind, Refusal, Result};
use crate::canvas::MAX_OBJECTS;
use crate::command::Outcome;
use crate::store::pictures::{self, NewPicture};

/// What a scene's file calls itself.
const FORMAT: &str = "dixi-scene";
/// The version written, and the newest that is read.
const VERSION: u64 = 1;
/// The largest file, bytes.
pub const FILE_BYTES: usize = 32 << 20;

/// Read before all else, so that a file of a newer Dixi is told from a broken one.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<serde_json::Value>,
}

/// A scene as a file, to keep or to take elsewhere.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SceneFile<O = Vec<Object>> {
    /// `dixi-scene`.
    #[schema(schema_with = formats)]
    format: String,
    /// 1.
    #[schema(minimum = 1, maximum = 1)]
    version: u64,
    /// 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Its objects, in the order in which they were made; numbered anew when the file is taken.
    #[schema(value_type = Vec<OnStage>)]
    objects: O,
    /// The pictures on cards, by the SHA-256 of their bytes.
    #[serde(default)]
    pictures: BTreeMap<String, PictureEntry>,
}

fn formats() -> utoipa::openapi::Object {
    crate::base::schema::one_of(&[FORMAT])
}

fn picture_types() -> utoipa::openapi::Object {
    crate::base::schema::one_of(&["image/png", "image/jpeg"])
}

/// A picture in a scene's file.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PictureEntry {
    /// What it is.
    #[schema(schema_with = picture_types)]
    mime: String,
    /// Its bytes.
    #[schema(content_encoding = "base64")]
    base64: String,
}

/// Objects, and not more than a scene holds: a file must not make us keep what we then refuse.
struct Objects(Vec<Object>);

impl<'de> Deserialize<'de> for Objects {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Few;
        impl<'de> Visitor<'de> for Few {
            type Value = Objects;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "at most {MAX_OBJECTS} objects")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Objects, A::Error> {
                let mut objects = Vec::new();
                while let Some(object) = all.next_element()? {
                    if objects.len() == MAX_OBJECTS {
                        return Err(serde::de::Error::custom(format!(
                            "a scene holds at most {MAX_OBJECTS} objects"
                        )));
                    }
                    objects.push(object);
                }
                Ok(Objects(objects))
            }
        }
        from.deserialize_seq(Few)
    }
}

impl Canvas {
    /// A scene as a file, and its name.
    ///
    /// # Errors
    /// `NotFound`, or if it cannot be read; `Exhausted` where its pictures make the file larger than
    /// any Dixi would take back.
    pub fn export(&self, id: SceneId) -> Result<(String, Vec<u8>)> {
        let scene = self.read_scene(id)?;
        let mut pictures = BTreeMap::new();
        for hash in scene.objects.iter().filter_map(|o| picture_of(o)) {
            if pictures.contains_key(hash) {
                continue;
            }
            let Some(file) = pictures::file(&self.store, hash)? else { continue };
            let base64 = STANDARD.encode(&file.bytes);
            pictures.insert(hash.to_owned(), PictureEntry { mime: file.mime, base64 });
        }
        let file = SceneFile {
            format: FORMAT.into(),
            version: VERSION,
            name: scene.name.clone(),
            objects: &scene.objects,
            pictures,
        };
        let json = serde_json::to_vec(&file)
            .map_err(|e| Error::internal("the scene cannot be written as JSON").source(e))?;
        if json.len() > FILE_BYTES {
            return Err(Error::new(Kind::Exhausted, "this scene is too large for one file")
                .why(format!(
                    "with its pictures it has {} MiB; a scene's file has at most {}",
                    json.len() >> 20,
                    FILE_BYTES >> 20
                ))
                .next("duplicate it, and delete some of the pictures")
                .refusal(Refusal::FileTooLarge { most_mib: FILE_BYTES >> 20 }));
        }
        Ok((scene.name.clone(), json))
    }

    /// Makes a new scene of a file.
    ///
    /// # Errors
    /// `Invalid` saying what is wrong, `Unsupported` for a file of a newer Dixi. Nothing is kept then.
    pub fn import(&self, json: &[u8]) -> Result<Outcome> {
        if json.len() > FILE_BYTES {
            return Err(Error::new(Kind::Exhausted, "this file is too large")
                .why(format!("a scene's file has at most {} MiB", FILE_BYTES >> 20))
                .refusal(Refusal::FileTooLarge { most_mib: FILE_BYTES >> 20 }));
        }
        let file = read(json)?;
        // What is wrong inside is told in words; for whoever brought the file it comes to one thing.
        let bad = |e: Error| e.refusal(Refusal::BadScene {});
        let name = check::name(&file.name).map_err(bad)?;
        let pictures = unpack(file.pictures).map_err(bad)?;
        let objects = objects(file.objects.0, &pictures).map_err(bad)?;
        let used: BTreeSet<&str> = objects.iter().filter_map(picture_of).collect();
        let mut pictures = pictures;
        pictures.retain(|p| used.contains(p.hash.as_str()));
        if !pictures.is_empty() {
            pictures::add(&self.store, pictures)?;
        }
        self.add_made(&name, objects)
    }
}

fn read(json: &[u8]) -> Result<SceneFile<Objects>> {
    let none = || Error::invalid("this is no scene of Dixi's").next(SCHEMA);
    let not_one = |e: serde_json::Error| none().source(e).refusal(Refusal::NotAScene {});
    let head: Head = serde_json::from_slice(json).map_err(not_one)?;
    if head.format.as_deref() != Some(FORMAT) {
        return Err(none()
            .why(format!("its field `format` is not `{FORMAT}`"))
            .refusal(Refusal::NotAScene {}));
    }
    match head.version.as_ref().and_then(serde_json::Value::as_u64) {
        Some(1..=VERSION) => {}
        Some(newer) if newer > VERSION => {
            return Err(Error::new(Kind::Unsupported, "this scene is of a newer Dixi")
                .why(format!("its version is {newer} and this Dixi reads up to {VERSION}"))
                .next("update Dixi, or export it from the older one")
                .refusal(Refusal::NewerScene { version: newer }));
        }
        _ => {
            return Err(Error::invalid("this scene has no version")
                .why("its field `version` is no whole number from 1")
                .next(SCHEMA)
                .refusal(Refusal::BadScene {}));
        }
    }
    serde_json::from_slice(json).map_err(|e| none().source(e).refusal(Refusal::BadScene {}))
}

const SCHEMA: &str = "docs/reference/scene.schema.json describes what a file holds";

fn unpack(entries: BTreeMap<String, PictureEntry>) -> Result<Vec<NewPicture>> {
    let unpacked = entries.into_iter().map(|(hash, entry)| {
        let hash = check::hash(&hash)?;
        let of = |e: Error| {
            let why = e.to_string();
            Error::invalid(format!("the picture {}… is not right", &hash[..8])).why(why)
        };
        let bytes = STANDARD
            .decode(entry.base64)
            .map_err(|e| of(Error::invalid("that is not base64").source(e)))?;
        let picture = checked(&entry.mime, bytes, PICTURE_PIXELS).map_err(of)?;
        if picture.hash != hash {
            return Err(of(Error::invalid("its bytes are not the ones it is named by")));
        }
        Ok(picture)
    });
    unpacked.collect()
}

/// The objects and their groups, numbered from 1: whatever numbers a file brings, there is always a next.
fn objects(objects: Vec<Object>, pictures: &[NewPicture]) -> Result<Vec<Object>> {
    let mut numbers = BTreeSet::new();
    let mut groups = BTreeMap::new();
    let checked = objects.into_iter().zip(1..).map(|(object, number)| {
        if !numbers.insert(object.id) {
            return Err(Error::invalid(format!("object {} is there twice", object.id)));
        }
        let old = object.id;
        let mut object = check::object(object).map_err(|e| {
            let why = e.to_string();
            Error::invalid(format!("object {old} is not right")).why(why)
        })?;
        object.id = number;
        object.group = object.group.map(|old| {
            let next = groups.len() as u32 + 1;
            *groups.entry(old).or_insert(next)
        });
        if let Form::Picture { picture, aspect: shown } = &mut object.form {
            let there = pictures.iter().find(|p| p.hash == *picture).ok_or_else(|| {
                Error::invalid(format!("the picture of object {old} is missing"))
                    .why("the file's `pictures` do not hold it")
            })?;
            *shown = aspect(there.width, there.height);
        }
        Ok(object)
    });
    checked.collect()
}

fn picture_of(object: &Object) -> Option<&str> {
    match &object.form {
        Form::Picture { picture, .. } => Some(picture),
        _ => None,
    }
}
