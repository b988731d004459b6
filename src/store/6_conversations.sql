-- Version 6: conversations with a model, and what they are begun with. Times are RFC 3339 UTC text, as in version 1.

-- What people talk about with a model.
CREATE TABLE conversation (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
    account    INTEGER REFERENCES account (id) ON DELETE CASCADE,  -- whose; null: of the box itself, and so everybody's
    title      TEXT NOT NULL CHECK (length(title) <= 200),         -- empty until there is one
    pinned     INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
    how        TEXT NOT NULL CHECK (json_valid(how)),  -- model, system prompt, parameters, what the model is told
    shown      INTEGER,                                -- the last message of the branch that is shown
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL                           -- when something was said last
) STRICT;
CREATE INDEX conversation_of ON conversation (account, pinned DESC, changed_at DESC, id DESC);

-- What was said. Regenerating an answer and editing a question begin another branch: nothing is replaced.
CREATE TABLE message (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    parent       INTEGER REFERENCES message (id) ON DELETE CASCADE,  -- what it follows; null: the first
    role         TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
    text         TEXT NOT NULL,
    thinking     TEXT NOT NULL DEFAULT '',
    model        TEXT,                                  -- which one said it
    state        TEXT NOT NULL CHECK (state IN ('whole', 'coming', 'stopped', 'failed')),
    details      TEXT NOT NULL CHECK (json_valid(details)),  -- what the model was told besides, counts, what failed
    at           TEXT NOT NULL
) STRICT;
CREATE INDEX message_of ON message (conversation, parent);
CREATE INDEX message_parent ON message (parent);
-- Those that a crash left half said.
CREATE INDEX message_coming ON message (state) WHERE state = 'coming';

-- Pictures that a person sent along.
CREATE TABLE message_picture (
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    mime    TEXT NOT NULL CHECK (mime IN ('image/png', 'image/jpeg')),
    bytes   BLOB NOT NULL,
    PRIMARY KEY (message, place)
) STRICT, WITHOUT ROWID;

-- Every word that was said, for the search; the text itself stays in `message`. Beginnings of words are
-- looked for with every letter that is typed: the short ones, which very many words have, are kept too.
CREATE VIRTUAL TABLE message_text USING fts5 (
    text, content = 'message', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3 4 5 6'
);
-- Of an answer that is still coming nothing is indexed: each word would cost the whole anew.
CREATE TRIGGER message_said AFTER INSERT ON message WHEN new.state <> 'coming' BEGIN
    INSERT INTO message_text (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER message_ended AFTER UPDATE OF state ON message
WHEN old.state = 'coming' AND new.state <> 'coming' BEGIN
    INSERT INTO message_text (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER message_gone AFTER DELETE ON message WHEN old.state <> 'coming' BEGIN
    INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', old.id, old.text);
END;

-- System prompts and questions that somebody keeps.
CREATE TABLE preset (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER REFERENCES account (id) ON DELETE CASCADE,  -- as in conversation
    kind    TEXT NOT NULL CHECK (kind IN ('preset', 'prompt')),
    name    TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    text    TEXT NOT NULL,
    how     TEXT CHECK (how IS NULL OR json_valid(how))
) STRICT;
CREATE INDEX preset_of ON preset (account, name);
