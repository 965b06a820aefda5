-- The pace that processes keep together, and what the daily purge looks for.
-- depends: 0001.people-inbox-outbox

CREATE TABLE IF NOT EXISTS buckets (
    name TEXT NOT NULL PRIMARY KEY,
    full_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS inbox_received ON inbox (received_at);

CREATE INDEX IF NOT EXISTS people_seen ON people (seen_at);

CREATE INDEX IF NOT EXISTS outbox_finished ON outbox (finished_at) WHERE finished_at IS NOT NULL;
