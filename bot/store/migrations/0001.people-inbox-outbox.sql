-- Who we talk to, what came in, what goes out. Read by SQLite and PostgreSQL alike: text and 64-bit numbers only,
-- moments in milliseconds since 1970 (UTC). `IF NOT EXISTS`: a process killed between a migration and the note that
-- it was done starts over.
-- depends:

CREATE TABLE IF NOT EXISTS people (
    id TEXT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    digest TEXT NOT NULL,
    sealed_address TEXT NOT NULL,
    sealed_conversation TEXT,
    language TEXT,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    blocked_at BIGINT,
    UNIQUE (channel, digest)
);

CREATE TABLE IF NOT EXISTS inbox (
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (channel, external_id)
);

CREATE TABLE IF NOT EXISTS outbox (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    lane BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    sealed_message TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT,
    owner TEXT,
    dispatched_at BIGINT,
    finished_at BIGINT,
    provider_id TEXT,
    flag TEXT,
    reason TEXT
);

-- What is next on a channel, lane by lane.
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (channel, lane, due_at, id) WHERE state = 'queued';

CREATE INDEX IF NOT EXISTS outbox_perishable ON outbox (channel, expires_at) WHERE state = 'queued' AND expires_at IS NOT NULL;

-- What a person still waits for, in order.
CREATE INDEX IF NOT EXISTS outbox_unfinished ON outbox (person_id, lane, id) WHERE state IN ('queued', 'dispatching');

-- The promise itself: one message at a time is on its way to a person.
CREATE UNIQUE INDEX IF NOT EXISTS outbox_one_dispatch ON outbox (person_id) WHERE state = 'dispatching';

CREATE INDEX IF NOT EXISTS outbox_person ON outbox (person_id);

CREATE TABLE IF NOT EXISTS offsets (
    channel TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Who holds what, and since when they last said so: the turn to claim on a channel, a dispatcher that is alive.
CREATE TABLE IF NOT EXISTS leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    renewed_at BIGINT NOT NULL
);
