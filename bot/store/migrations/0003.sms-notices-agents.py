"""SMS, the notices agents send, the agents themselves and what they did.

Python, because the two engines disagree on two things: SQLite cannot add a column « if it is not there », and each has
its own way to refuse that a row changes. Every step may run again after a process was killed in its middle.
"""

from typing import Any

from yoyo import step

from bot.store.growing import grow, is_embedded

__depends__ = {"0002.buckets-and-purges"}

COLUMNS = (
    # What the last message offered, for a window without buttons; whose conversation this window shows, if not its
    # own; the keyed hash of the number a Telegram person shared; the end of the link that stops their notices.
    ("people", "sealed_screen", "TEXT"),
    ("people", "home_id", "TEXT"),
    ("people", "mobile_digest", "TEXT"),
    ("people", "stop_token", "TEXT"),
    # How much of the pace a message takes; whose quiet hours it keeps; which batch it belongs to; when it was first
    # claimed to be sent; when to ask the provider what became of it, and how often that was done.
    ("outbox", "segments", "BIGINT"),
    ("outbox", "prefecture", "TEXT"),
    ("outbox", "batch_id", "TEXT"),
    ("outbox", "tried_at", "BIGINT"),
    ("outbox", "check_at", "BIGINT"),
    ("outbox", "checks", "BIGINT"),
    # Grows with every new holder, so that one that was believed dead cannot go on.
    ("leases", "epoch", "BIGINT"),
)

TABLES = (
    # Numbers that want nothing any more: only their keyed hash, kept for good, whatever else is erased.
    """CREATE TABLE IF NOT EXISTS opt_outs (
        channel TEXT NOT NULL,
        digest TEXT NOT NULL,
        since BIGINT NOT NULL,
        PRIMARY KEY (channel, digest)
    )""",
    # A code that moves a conversation to another window, and who tried how often.
    """CREATE TABLE IF NOT EXISTS codes (
        digest TEXT NOT NULL PRIMARY KEY,
        person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        expires_at BIGINT NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS code_tries (
        person_id TEXT NOT NULL PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
        tries BIGINT NOT NULL,
        since BIGINT NOT NULL
    )""",
    # What an agent sent at once. `digest` is the keyed hash of what was given, to go on where a run was interrupted.
    """CREATE TABLE IF NOT EXISTS batches (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        prefecture TEXT NOT NULL,
        actor TEXT NOT NULL,
        digest TEXT NOT NULL,
        state TEXT NOT NULL,
        rows_read BIGINT NOT NULL,
        rows_taken BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        finished_at BIGINT
    )""",
    # One row of a batch: who was told, by which message, by which other one where the first failed.
    """CREATE TABLE IF NOT EXISTS pickups (
        batch_id TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
        row_number BIGINT NOT NULL,
        prefecture TEXT NOT NULL,
        person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        message_id TEXT NOT NULL,
        fallback_id TEXT,
        language TEXT NOT NULL,
        audience TEXT NOT NULL,
        sealed_row TEXT NOT NULL,
        told_at BIGINT NOT NULL,
        PRIMARY KEY (batch_id, row_number)
    )""",
    """CREATE TABLE IF NOT EXISTS agents (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL,
        prefectures TEXT NOT NULL,
        key_digest TEXT NOT NULL UNIQUE,
        created_at BIGINT NOT NULL,
        revoked_at BIGINT
    )""",
    # Who did what, to how many, when. Nobody's personal data.
    """CREATE TABLE IF NOT EXISTS trail (
        id TEXT NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        prefecture TEXT,
        subject TEXT,
        people BIGINT,
        detail TEXT
    )""",
    # The answer to a request of the API, so that the same request again gets the same answer and does nothing.
    """CREATE TABLE IF NOT EXISTS answered_requests (
        agent_id TEXT NOT NULL,
        key TEXT NOT NULL,
        digest TEXT NOT NULL,
        sealed_answer TEXT,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (agent_id, key)
    )""",
    # A sender that must not go on until somebody has looked: why, and since when.
    """CREATE TABLE IF NOT EXISTS halts (
        sender TEXT NOT NULL PRIMARY KEY,
        reason TEXT NOT NULL,
        since BIGINT NOT NULL,
        until BIGINT NOT NULL
    )""",
)

INDEXES = (
    "CREATE INDEX IF NOT EXISTS people_home ON people (home_id) WHERE home_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS people_mobile ON people (mobile_digest) WHERE mobile_digest IS NOT NULL",
    "CREATE UNIQUE INDEX IF NOT EXISTS people_stop ON people (stop_token) WHERE stop_token IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS outbox_checks ON outbox (channel, check_at) WHERE check_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS outbox_batch ON outbox (batch_id) WHERE batch_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS outbox_provider ON outbox (provider_id) WHERE provider_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS pickups_told ON pickups (person_id, prefecture, told_at)",
    "CREATE INDEX IF NOT EXISTS pickups_message ON pickups (message_id)",
    "CREATE INDEX IF NOT EXISTS batches_digest ON batches (digest)",
    "CREATE INDEX IF NOT EXISTS codes_person ON codes (person_id)",
    "CREATE INDEX IF NOT EXISTS trail_at ON trail (at)",
)

_SQLITE_TRAIL = (
    """CREATE TRIGGER IF NOT EXISTS trail_no_update BEFORE UPDATE ON trail
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS trail_no_delete BEFORE DELETE ON trail
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
)
_POSTGRES_TRAIL = (
    """CREATE OR REPLACE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$""",
    "DROP TRIGGER IF EXISTS trail_append_only ON trail",
    """CREATE TRIGGER trail_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trail
    FOR EACH STATEMENT EXECUTE FUNCTION trail_is_append_only()""",
)


def apply(connection: Any) -> None:
    trail = _SQLITE_TRAIL if is_embedded(connection) else _POSTGRES_TRAIL
    grow(connection, COLUMNS, (*TABLES, *INDEXES, *trail))


steps = [step(apply)]
