//! Pictures: on cards, of scenes in the list (thumbnails), and those that people took (photographs).

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::Store;
use crate::base::Result;
use crate::base::object::SceneId;

const READ: &str = "cannot read the picture";
const WRITE: &str = "cannot keep the picture";

/// A picture's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// `image/png` or `image/jpeg`.
    pub mime: String,
    /// The file as it came.
    pub bytes: Vec<u8>,
}

/// A picture to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPicture {
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub hash: String,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Its file.
    pub file: PictureFile,
}

/// Keeps pictures; those that are there already stay as they are, and count as brought anew.
///
/// # Errors
/// If they cannot be written; none is kept then.
pub fn add(store: &Store, pictures: Vec<NewPicture>) -> Result<()> {
    store.write(WRITE, move |t| {
        let mut put = t.prepare_cached(
            "INSERT INTO picture (hash, mime, width, height, bytes, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (hash) DO UPDATE SET added_at = ?6",
        )?;
        let at = Timestamp::now().to_string();
        for p in &pictures {
            put.execute((&p.hash, &p.file.mime, p.width, p.height, &p.file.bytes, &at))?;
        }
        Ok(())
    })
}

/// A picture's width and height in pixels; none if it is not there.
///
/// # Errors
/// If the database cannot be read.
pub fn size(store: &Store, hash: &str) -> Result<Option<(u32, u32)>> {
    store.read(READ, |db| {
        db.prepare_cached("SELECT width, height FROM picture WHERE hash = ?1")?
            .query_row([hash], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()
    })
}

/// A picture's file; none if it is not there.
///
/// # Errors
/// If the database cannot be read.
pub fn file(store: &Store, hash: &str) -> Result<Option<PictureFile>> {
    store.read(READ, |db| {
        db.prepare_cached("SELECT mime, bytes FROM picture WHERE hash = ?1")?
            .query_row([hash], |r| Ok(PictureFile { mime: r.get(0)?, bytes: r.get(1)? }))
            .optional()
    })
}

/// A scene's thumbnail; none while nobody made one.
///
/// # Errors
/// If the database cannot be read.
pub fn thumbnail(store: &Store, scene: SceneId) -> Result<Option<PictureFile>> {
    store.read(READ, |db| {
        db.prepare_cached("SELECT mime, bytes FROM thumbnail WHERE scene = ?1")?
            .query_row([scene], |r| Ok(PictureFile { mime: r.get(0)?, bytes: r.get(1)? }))
            .optional()
    })
}

/// Keeps a scene's thumbnail, unless the one that is there is newer. Tells whether it was kept.
///
/// # Errors
/// If it cannot be written.
pub fn set_thumbnail(
    store: &Store,
    scene: SceneId,
    revision: u64,
    file: PictureFile,
) -> Result<bool> {
    store.write(WRITE, move |t| {
        t.execute(
            "INSERT INTO thumbnail (scene, revision, mime, bytes) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (scene) DO UPDATE SET revision = ?2, mime = ?3, bytes = ?4
             WHERE revision <= ?2",
            (scene, revision as i64, &file.mime, &file.bytes),
        )
        .map(|rows| rows == 1)
    })
}

/// A picture that somebody took of a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotographRow {
    /// Its number.
    pub id: u64,
    /// Its picture.
    pub picture: String,
    /// Who wanted it.
    pub who: String,
    /// When it was taken.
    pub taken_at: Timestamp,
}

/// A scene's photographs, newest first.
///
/// # Errors
/// If the database cannot be read.
pub fn photographs(store: &Store, scene: SceneId) -> Result<Vec<PhotographRow>> {
    store.read(READ, |db| {
        let mut all = db.prepare_cached(
            "SELECT id, picture, who, taken_at FROM photograph WHERE scene = ?1 ORDER BY id DESC",
        )?;
        let row = |r: &rusqlite::Row<'_>| {
            Ok(PhotographRow {
                id: r.get::<_, i64>(0)? as u64,
                picture: r.get(1)?,
                who: r.get(2)?,
                taken_at: r.get::<_, String>(3)?.parse().unwrap_or_default(),
            })
        };
        all.query_map([scene], row)?.collect()
    })
}

/// Keeps a photograph and its picture, and tells its number.
///
/// # Errors
/// If it cannot be written.
pub fn add_photograph(
    store: &Store,
    scene: SceneId,
    who: String,
    picture: NewPicture,
) -> Result<u64> {
    store.write(WRITE, move |t| {
        let at = Timestamp::now().to_string();
        t.execute(
            "INSERT INTO picture (hash, mime, width, height, bytes, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (hash) DO NOTHING",
            (
                &picture.hash,
                &picture.file.mime,
                picture.width,
                picture.height,
                &picture.file.bytes,
                &at,
            ),
        )?;
        t.execute(
            "INSERT INTO photograph (scene, picture, who, taken_at) VALUES (?1, ?2, ?3, ?4)",
            (scene, &picture.hash, who, &at),
        )?;
        Ok(t.last_insert_rowid() as u64)
    })
}
