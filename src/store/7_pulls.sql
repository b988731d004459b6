-- Version 7: models that the box has Ollama fetch. Times are RFC 3339 UTC text, as in version 1.

CREATE TABLE model_pull (
    id          INTEGER PRIMARY KEY,
    model       TEXT NOT NULL,     -- as it was asked for
    server      TEXT NOT NULL,     -- the address of the Ollama server; empty: none has been chosen yet
    begun_at    TEXT NOT NULL,
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),
    total_bytes INTEGER CHECK (total_bytes >= 0),  -- null: not known yet
    state       TEXT NOT NULL CHECK (state IN ('open', 'done', 'failed', 'cancelled')),
    failure     TEXT CHECK (failure IS NULL OR json_valid(failure))  -- why it failed, as pages are told it
) STRICT;
