"""Who sent or read what, to or of how many people, and when. Rows are only added; the database refuses the rest.

Nothing in it is of the people the notices are for: no number, no name, no reference.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bot.store.script import Script, query


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. `at` is unix milliseconds; `subject` is what was acted on (a batch, an agent), `people` how many."""

    id: str
    at: int
    actor: str
    action: str
    prefecture: str | None
    subject: str | None
    people: int | None
    detail: str | None


def note(
    id: str,
    at_ms: int,
    actor: str,
    action: str,
    *,
    prefecture: str | None = None,
    subject: str | None = None,
    people: int | None = None,
    detail: str | None = None,
) -> Script[None]:
    """Adds an entry, in the transaction of what it tells. `actor` is an `Actor.signature`; ids sort by time."""
    yield from query(
        "add_to_trail",
        id=id,
        at_ms=at_ms,
        actor=actor,
        action=action,
        prefecture=prefecture,
        subject=subject,
        people=people,
        detail=detail,
    )


def entries(
    prefectures: Collection[str] | None = None, since_ms: int = 0, before_id: str | None = None, most: int = 50
) -> Script[list[Entry]]:
    """At most `most` entries, the latest first: of these préfectures (None: of all, and of none), since that moment.

    The next page is what comes before the last entry's id.
    """
    codes = None if prefectures is None else f",{','.join(prefectures)},"
    rows = yield from query("trail_entries", codes=codes, since_ms=since_ms, before_id=before_id, most=most)
    return [Entry(**row) for row in rows]
