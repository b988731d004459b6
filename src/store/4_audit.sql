-- Version 4: the audit log: who did what, as a chain in which every row holds the one before by its
-- SHA-256. Rows are added and never changed; the oldest go only by moving the anchor first, which the
-- chain itself tells of. What the hash is made of is in src/store/audit/chain.rs.

CREATE TABLE audit (
    number   INTEGER PRIMARY KEY CHECK (number > 0),  -- 1, 2, 3 … without a gap
    at       TEXT NOT NULL,  -- RFC 3339 UTC with exactly three decimals, so that text sorts as time
    kind     TEXT NOT NULL,  -- login, setting, command …: the closed list of src/operate/audit/entry.rs
    who      TEXT NOT NULL,  -- what people call them; empty: nobody that is known
    via      TEXT NOT NULL,  -- browser, api, hand, console, box
    address  TEXT NOT NULL,  -- where it came from over the network; else empty
    subject  TEXT NOT NULL,  -- what it was about: a setting's key, a command, a name
    details  TEXT NOT NULL CHECK (json_valid(details)),  -- an object; never a secret
    previous BLOB NOT NULL CHECK (length(previous) = 32),  -- the hash of the row before
    hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_of_kind ON audit (kind, number);

-- The one row about the chain itself. What was cut away at the old end: its last row's number and hash
-- (0 and zeros: nothing). Where the new end is: a row that is missing there is missed.
CREATE TABLE audit_chain (
    id            INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    anchor_number INTEGER NOT NULL,
    anchor_hash   BLOB NOT NULL CHECK (length(anchor_hash) = 32),
    head_number   INTEGER NOT NULL,
    head_hash     BLOB NOT NULL CHECK (length(head_hash) = 32)
) STRICT;
INSERT INTO audit_chain VALUES (1, 0, zeroblob(32), 0, zeroblob(32));

CREATE TRIGGER audit_follows BEFORE INSERT ON audit
    WHEN NEW.number IS NOT (SELECT head_number + 1 FROM audit_chain)
      OR NEW.previous IS NOT (SELECT head_hash FROM audit_chain)
    BEGIN SELECT RAISE(ABORT, 'an audit row follows the one before'); END;
CREATE TRIGGER audit_followed AFTER INSERT ON audit
    BEGIN UPDATE audit_chain SET head_number = NEW.number, head_hash = NEW.hash; END;
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'an audit row is never changed'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
    WHEN OLD.number > (SELECT anchor_number FROM audit_chain)
    BEGIN SELECT RAISE(ABORT, 'audit rows go only by moving the anchor'); END;
-- The head only grows, onto a row that is there; so does the anchor.
CREATE TRIGGER audit_chain_grows BEFORE UPDATE ON audit_chain
    WHEN NEW.id IS NOT 1
      OR NEW.head_number < OLD.head_number
      OR NEW.anchor_number < OLD.anchor_number
      OR (NEW.head_number = OLD.head_number AND NEW.head_hash IS NOT OLD.head_hash)
      OR (NEW.anchor_number = OLD.anchor_number AND NEW.anchor_hash IS NOT OLD.anchor_hash)
      OR (NEW.head_number > OLD.head_number
          AND NEW.head_hash IS NOT (SELECT hash FROM audit WHERE number = NEW.head_number))
      OR (NEW.anchor_number > OLD.anchor_number
          AND NEW.anchor_hash IS NOT (SELECT hash FROM audit WHERE number = NEW.anchor_number))
    BEGIN SELECT RAISE(ABORT, 'the audit chain only grows'); END;
CREATE TRIGGER audit_chain_kept BEFORE DELETE ON audit_chain
    BEGIN SELECT RAISE(ABORT, 'the audit chain stays'); END;
CREATE TRIGGER audit_chain_one BEFORE INSERT ON audit_chain
    BEGIN SELECT RAISE(ABORT, 'there is one audit chain'); END;
