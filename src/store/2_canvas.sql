-- Version 2: the canvas. Times are RFC 3339 UTC text, as in version 1.

-- Scenes. A deleted one stays until it is emptied from the list of deleted ones.
CREATE TABLE scene (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    place      REAL NOT NULL,                      -- order in the list; between two is always room
    revision   INTEGER NOT NULL DEFAULT 0,         -- grows by one with every step, undo and redo too
    next_id    INTEGER NOT NULL DEFAULT 1,         -- the number of the next object
    done       INTEGER NOT NULL DEFAULT 0,         -- step.number up to which steps are done; later ones are undone
    saved      TEXT CHECK (saved IS NULL OR json_valid(saved)),  -- the objects that `revert` brings back
    saved_at_revision INTEGER,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

-- What stands in a scene now.
CREATE TABLE object (
    scene  INTEGER NOT NULL REFERENCES scene (id) ON DELETE CASCADE,
    id     INTEGER NOT NULL,
    object TEXT NOT NULL CHECK (json_valid(object)),   -- as on the wire
    PRIMARY KEY (scene, id)
) STRICT, WITHOUT ROWID;

-- What was done, and what it takes to take it back and do it again.
CREATE TABLE step (
    scene   INTEGER NOT NULL REFERENCES scene (id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,        -- 1, 2, 3 …; a new step replaces those that were undone
    who     TEXT NOT NULL,
    command TEXT NOT NULL,
    at      TEXT NOT NULL,
    changes TEXT NOT NULL CHECK (json_valid(changes)),  -- [{"before": object or null, "after": object or null}]
    PRIMARY KEY (scene, number)
) STRICT, WITHOUT ROWID;

-- Pictures on cards and photographs, each once, by the SHA-256 of its bytes.
CREATE TABLE picture (
    hash     TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    mime     TEXT NOT NULL CHECK (mime IN ('image/png', 'image/jpeg')),
    width    INTEGER NOT NULL,       -- pixels
    height   INTEGER NOT NULL,       -- pixels
    bytes    BLOB NOT NULL,
    added_at TEXT NOT NULL
) STRICT;

-- The small picture of each scene in the list.
CREATE TABLE thumbnail (
    scene    INTEGER NOT NULL PRIMARY KEY REFERENCES scene (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,       -- the one it shows
    mime     TEXT NOT NULL CHECK (mime IN ('image/png', 'image/jpeg')),
    bytes    BLOB NOT NULL           -- not among the pictures: it is replaced all the time
) STRICT;

-- Pictures that people took of a scene.
CREATE TABLE photograph (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    scene    INTEGER NOT NULL REFERENCES scene (id) ON DELETE CASCADE,
    picture  TEXT NOT NULL REFERENCES picture (hash),
    who      TEXT NOT NULL,
    taken_at TEXT NOT NULL
) STRICT;

-- The one row of what the canvas was like: the scene that is shown, mode and tray.
CREATE TABLE canvas (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    scene INTEGER REFERENCES scene (id) ON DELETE SET NULL,
    tools TEXT NOT NULL CHECK (json_valid(tools))  -- {"mode", "tray"}
) STRICT;

-- Gestures and what they do. No row at all: the default bindings.
CREATE TABLE binding (
    id      TEXT NOT NULL PRIMARY KEY,
    place   INTEGER NOT NULL,        -- order in the list
    binding TEXT NOT NULL CHECK (json_valid(binding))  -- as on the wire
) STRICT;

-- From the camera's picture to the canvas.
CREATE TABLE calibration (
    camera      TEXT NOT NULL,       -- its stable source
    output      TEXT NOT NULL,       -- as its page calls itself
    calibration TEXT NOT NULL CHECK (json_valid(calibration)),  -- as on the wire
    reference   BLOB,                -- what the camera saw then, small and grey, to notice that it moved
    made_at     TEXT NOT NULL,
    PRIMARY KEY (camera, output)
) STRICT, WITHOUT ROWID;

-- Where each output's corners are drawn.
CREATE TABLE keystone (
    output  TEXT NOT NULL PRIMARY KEY,
    corners TEXT NOT NULL CHECK (json_valid(corners))
) STRICT, WITHOUT ROWID;
