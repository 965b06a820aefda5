"""What is to be said later: rows of the outbox without a text, which is made when they are due.

Of state `planned` they are nobody's to send; once said they are messages like all others. Unix milliseconds.
"""

from dataclasses import dataclass

from bot.store.people import PersonRow
from bot.store.script import Script, query

NOTICE_LANE = 1


@dataclass(frozen=True, slots=True)
class PlanRow:
    """`plan` is the JSON of what it is about; until `expires_at` it is worth saying."""

    id: str
    person_id: str
    channel: str
    plan: str
    due_at: int
    expires_at: int
    prefecture: str | None


def add(row: PlanRow, now_ms: int) -> Script[None]:
    yield from query(
        "add_plan",
        id=row.id,
        person_id=row.person_id,
        channel=row.channel,
        lane=NOTICE_LANE,
        plan=row.plan,
        now_ms=now_ms,
        due_ms=row.due_at,
        expires_ms=row.expires_at,
        prefecture=row.prefecture,
    )


def of(home_id: str) -> Script[list[PlanRow]]:
    """All of a conversation, the next first."""
    rows = yield from query("plans_of", home_id=home_id)
    return [PlanRow(**row) for row in rows]


def change(row: PlanRow) -> Script[None]:
    """It is due, and ends, as this row says."""
    yield from query(
        "plan_again",
        id=row.id,
        plan=row.plan,
        due_ms=row.due_at,
        expires_ms=row.expires_at,
        prefecture=row.prefecture,
    )


def drop(id: str) -> Script[None]:
    """It will not be said. Nothing of it stays: nothing was said."""
    yield from query("drop_plan", id=id)


def people_due(channel: str, now_ms: int, most: int) -> Script[list[str]]:
    """The people of a channel to whom the `most` longest due rows are to be said now, each once."""
    rows = yield from query("people_due", channel=channel, now_ms=now_ms, most=most)
    return list(dict.fromkeys(row["person_id"] for row in rows))


def queue(
    id: str, sealed_message: str, now_ms: int, expires_ms: int, segments: int | None, prefecture: str | None
) -> Script[bool]:
    """It becomes a message to be sent now; False where it is no longer planned."""
    queued: int = yield from query(
        "queue_plan",
        id=id,
        sealed_message=sealed_message,
        now_ms=now_ms,
        expires_ms=expires_ms,
        segments=segments,
        prefecture=prefecture,
    )
    return queued == 1


def end(id: str, state: str, reason: str, now_ms: int) -> Script[None]:
    """Its moment has come and it is not said: `expired` or `cancelled`, and why."""
    yield from query("end_plan", id=id, state=state, reason=reason, now_ms=now_ms)


def erase(home_id: str) -> Script[None]:
    """Forgets all of a conversation."""
    yield from query("erase_plans", home_id=home_id)


def hold(person_id: str) -> Script[tuple[tuple[PersonRow, ...], str]]:
    """The rows from a window to its conversation, locked in the order of `people.visit`, and the digest of its address.

    Nobody counts as seen by it. No rows where they were erased.
    """
    rows: list[PersonRow] = []
    digest, next_id = "", person_id
    while True:
        row = yield from query("hold_person", person_id=next_id)
        if row is None:
            return (), ""
        values = dict(row)
        digest = digest or values["digest"]
        del values["digest"]
        rows.append(PersonRow(**values))
        home = rows[-1].home_id
        if home is None:
            return tuple(rows), digest
        next_id = home


def planned_otherwise(edition: int, after: str, most: int) -> Script[list[str]]:
    """The conversations, from the one after `after`, whose plans another edition of the knowledge made."""
    rows = yield from query("planned_otherwise", edition=edition, after=after, most=most)
    return [row["id"] for row in rows]
