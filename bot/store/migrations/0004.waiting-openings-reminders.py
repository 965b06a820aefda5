"""Who waits for which calendar, the openings announced to them, what is to be said later.

Python for the reason that 0003 gives.
"""

from typing import Any

from yoyo import step

from bot.store.growing import grow

__depends__ = {"0003.sms-notices-agents"}

COLUMNS = (
    # 1 where the person has alerts or reminders: read with the person, so that no other turn has to look.
    ("people", "waits", "BIGINT"),
    # What a message of state `planned` is about; its words are made when it is due.
    ("outbox", "plan", "TEXT"),
    # The chat in which an agent commands.
    ("agents", "person_id", "TEXT"),
)

TABLES = (
    # One a person and préfecture. `unanswered` counts the notices since the person last wrote; `asked_at` is when we
    # asked whether they still search.
    """CREATE TABLE IF NOT EXISTS subscriptions (
        id TEXT NOT NULL PRIMARY KEY,
        person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        prefecture TEXT NOT NULL,
        state TEXT NOT NULL,
        releases BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        last_notice_at BIGINT,
        unanswered BIGINT NOT NULL,
        asked_at BIGINT,
        ended_at BIGINT,
        ended_by TEXT,
        UNIQUE (person_id, prefecture)
    )""",
    """CREATE TABLE IF NOT EXISTS subscription_calendars (
        subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
        prefecture TEXT NOT NULL,
        calendar TEXT NOT NULL,
        PRIMARY KEY (subscription_id, calendar)
    )""",
    # What an agent announced. The order of those who wait is drawn from `seed`; `until` is its end.
    """CREATE TABLE IF NOT EXISTS openings (
        id TEXT NOT NULL PRIMARY KEY,
        prefecture TEXT NOT NULL,
        calendar TEXT NOT NULL,
        slots BIGINT NOT NULL,
        note TEXT NOT NULL,
        until BIGINT NOT NULL,
        actor TEXT NOT NULL,
        seed TEXT NOT NULL,
        wave_size BIGINT NOT NULL,
        wave_every BIGINT NOT NULL,
        state TEXT NOT NULL,
        waves BIGINT NOT NULL,
        next_wave_at BIGINT,
        created_at BIGINT NOT NULL,
        finished_at BIGINT,
        watcher_id TEXT,
        progress_id TEXT
    )""",
    """CREATE TABLE IF NOT EXISTS draws (
        opening_id TEXT NOT NULL REFERENCES openings (id) ON DELETE CASCADE,
        sort_key TEXT NOT NULL,
        subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
        wave BIGINT,
        message_id TEXT,
        served_at BIGINT,
        PRIMARY KEY (opening_id, sort_key, subscription_id)
    )""",
    """CREATE TABLE IF NOT EXISTS agent_codes (
        digest TEXT NOT NULL PRIMARY KEY,
        agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
        expires_at BIGINT NOT NULL
    )""",
)

INDEXES = (
    "CREATE INDEX IF NOT EXISTS subscriptions_asked ON subscriptions (asked_at) WHERE asked_at IS NOT NULL",
    """CREATE INDEX IF NOT EXISTS subscription_calendars_who
        ON subscription_calendars (prefecture, calendar, subscription_id)""",
    "CREATE INDEX IF NOT EXISTS openings_running ON openings (next_wave_at) WHERE next_wave_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS draws_message ON draws (message_id) WHERE message_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS draws_subscription ON draws (subscription_id)",
    "CREATE INDEX IF NOT EXISTS outbox_planned ON outbox (due_at) WHERE state = 'planned'",
    "CREATE INDEX IF NOT EXISTS outbox_plans ON outbox (person_id) WHERE state = 'planned'",
    "CREATE UNIQUE INDEX IF NOT EXISTS agents_person ON agents (person_id) WHERE person_id IS NOT NULL",
)


def apply(connection: Any) -> None:
    grow(connection, COLUMNS, (*TABLES, *INDEXES))


steps = [step(apply)]
