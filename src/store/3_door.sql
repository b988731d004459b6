-- Version 3: the door. Times are RFC 3339 UTC text, as in version 1. No password and no token is kept:
-- of a password its argon2id hash, of a token (256 random bits) its SHA-256.

-- The people who may come in.
CREATE TABLE account (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),  -- as the person writes it
    key        TEXT NOT NULL UNIQUE,               -- the same in lower case: "Anna" and "anna" are one
    role       TEXT NOT NULL CHECK (role IN ('owner', 'user', 'viewer')),
    password   TEXT NOT NULL,                      -- argon2id as a PHC string
    created_at TEXT NOT NULL,
    login_at   TEXT                                -- the last time
) STRICT;

-- Browsers that somebody has logged in with.
CREATE TABLE session (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    account      INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    token        BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
    created_at   TEXT NOT NULL,
    used_at      TEXT NOT NULL,   -- to within a few minutes
    confirmed_at TEXT NOT NULL,   -- when the password was given last
    expires_at   TEXT NOT NULL,   -- however much it is used
    agent        TEXT NOT NULL,   -- what the browser calls itself, shortened
    address      TEXT NOT NULL    -- where the login came from
) STRICT;
CREATE INDEX session_of ON session (account);

-- What programs (api) and screens (kiosk) come in with.
CREATE TABLE token (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account    INTEGER REFERENCES account (id) ON DELETE CASCADE,  -- who made it; null: the operator
    kind       TEXT NOT NULL CHECK (kind IN ('api', 'kiosk')),
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    role       TEXT NOT NULL CHECK (role IN ('owner', 'user', 'viewer')),
    scopes     TEXT NOT NULL CHECK (json_valid(scopes)),           -- ["canvas", …]
    token      BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
    created_at TEXT NOT NULL,
    used_at    TEXT,
    expires_at TEXT               -- null: never
) STRICT;

-- The one row about the door itself.
CREATE TABLE door (
    id               INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch            INTEGER NOT NULL,  -- grows whenever somebody may do less than before
    setup            BLOB CHECK (setup IS NULL OR length(setup) = 32),  -- the first owner's one-time link
    setup_expires_at TEXT,
    address          TEXT               -- where the running box answers, for the links that the CLI prints
) STRICT;
INSERT INTO door (id, epoch) VALUES (1, 0);

-- Whoever is inside notices within seconds, also when another process (`dixi user`) made the change.
CREATE TRIGGER account_changed AFTER UPDATE OF role, password ON account
    BEGIN UPDATE door SET epoch = epoch + 1; END;
CREATE TRIGGER session_gone AFTER DELETE ON session
    BEGIN UPDATE door SET epoch = epoch + 1; END;
CREATE TRIGGER token_gone AFTER DELETE ON token
    BEGIN UPDATE door SET epoch = epoch + 1; END;
