-- Version 5: who used which model: limits of tokens, and one row a request that went through to Ollama.
-- No question and no answer is kept.

-- Which models a program's token may use, as JSON: ["llama3*", …]; null: all of them.
ALTER TABLE token ADD COLUMN models TEXT CHECK (models IS NULL OR json_valid(models));
-- Null: no limit.
ALTER TABLE token ADD COLUMN requests_per_minute INTEGER CHECK (requests_per_minute > 0);
ALTER TABLE token ADD COLUMN tokens_per_minute INTEGER CHECK (tokens_per_minute > 0);

CREATE TABLE usage (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
    at            TEXT NOT NULL,     -- when it began; RFC 3339 UTC with three decimals, so that text sorts as time
    who           TEXT NOT NULL,     -- what people call them then
    token         INTEGER,           -- the token's number, if a program came with one; it may be gone by now
    model         TEXT NOT NULL,     -- in the one spelling that src/assistant/names.rs gives
    route         TEXT NOT NULL,     -- /api/chat, /v1/embeddings, …
    prompt_tokens INTEGER CHECK (prompt_tokens >= 0),  -- null: Ollama did not say
    answer_tokens INTEGER CHECK (answer_tokens >= 0),
    exact         INTEGER NOT NULL CHECK (exact IN (0, 1)),  -- 1: as Ollama says; 0: the answer's pieces, counted
    seconds       REAL NOT NULL CHECK (seconds >= 0),
    first_token_s REAL CHECK (first_token_s >= 0),     -- null: nothing came, or not as a stream
    status        INTEGER,           -- the HTTP status that Ollama answered with; null: none
    outcome       TEXT NOT NULL CHECK (outcome IN ('done', 'stopped', 'failed'))
) STRICT;
CREATE INDEX usage_at ON usage (at);
