-- Dixi's state. One file a version of the schema, one transaction each; this is version 1.
-- Times are RFC 3339 UTC text: they outlive the process whose monotonic clock they came from.

-- What the settings page and the API have changed. Flags, environment and the file are not kept
-- here: they decide anew at every start.
CREATE TABLE setting (
    key        TEXT NOT NULL PRIMARY KEY,   -- `group.name`, as declared in src/config/groups.rs
    value      TEXT NOT NULL CHECK (json_valid(value)),
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
