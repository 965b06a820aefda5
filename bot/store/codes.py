"""Codes that move a conversation to another window: kept as a keyed hash, for ten minutes, for one use.

A code belongs to the window whose conversation it is, never to one that shows another's: `join` drops the codes of a
window that stops having a conversation of its own.
"""

from dataclasses import dataclass

from bot.store import leases
from bot.store.script import Script, query

LIFE = 10 * 60 * 1000
"""Milliseconds a code is good for."""
MOST_TRIES = 5
"""Wrong codes one window may send; after that it waits `LIFE` since the last one."""


@dataclass(frozen=True, slots=True)
class Tries:
    """How many wrong codes a window sent; `since` is the moment of the last one, in unix milliseconds."""

    tries: int
    since: int

    def runs(self, now_ms: int) -> bool:
        return now_ms - self.since < LIFE


def take_turns(now_ms: int) -> Script[None]:
    """Those who try a code follow each other, on PostgreSQL as well. To be called before any person is met.

    Two windows that join each other at the same time would each hold what the other waits for.
    """
    yield from leases.renew("codes", "turn", now_ms)


def put(digest: str, person_id: str, now_ms: int) -> Script[bool]:
    """Keeps a new code of a person; False when somebody else holds the same one, and another must be drawn."""
    changed: int = yield from query(
        "put_code", digest=digest, person_id=person_id, expires_ms=now_ms + LIFE, now_ms=now_ms
    )
    return changed == 1


def holder(digest: str, now_ms: int) -> Script[str | None]:
    """Whose conversation the code leads to, while it is good."""
    person_id: str | None = yield from query("holder_of_code", digest=digest, now_ms=now_ms)
    return person_id


def asked_recently(person_id: str, now_ms: int) -> Script[bool]:
    """Whether they hold a code that is still good, or have just tried a wrong one."""
    digest: str | None = yield from query("code_of", person_id=person_id, now_ms=now_ms)
    return digest is not None or (yield from tries(person_id, now_ms)) > 0


def drop(person_id: str) -> Script[None]:
    """The codes of a person are no longer good: one was used, a newer one was asked for, or they joined another."""
    yield from query("drop_codes_of", person_id=person_id)


def tries(person_id: str, now_ms: int) -> Script[int]:
    """How many wrong codes they sent that still count."""
    row = yield from query("code_tries_of", person_id=person_id)
    found = None if row is None else Tries(**row)
    return found.tries if found is not None and found.runs(now_ms) else 0


def note_tries(person_id: str, count: int, now_ms: int) -> Script[None]:
    """So many wrong codes so far, the last one now."""
    yield from query("save_code_tries", person_id=person_id, tries=count, since=now_ms)


def purge(now_ms: int) -> Script[None]:
    """Forgets the codes that are no longer good, and the tries that no longer count."""
    yield from query("purge_codes", now_ms=now_ms)
    yield from query("purge_code_tries", before_ms=now_ms - LIFE)
