"""Openings, as they were announced: moved on by their waves, and ended. Times are unix milliseconds."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from bot.store.script import Script, query

State = Literal["waiting", "running", "done", "gone", "cancelled", "ended"]
"""`waiting`: it can still be taken back; `done`: all were told; `gone`: no slots are left; `ended`: its time came."""


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An opening. `actor` is an `Actor.signature`; at `next_wave_at` somebody has to look at it, None: never again."""

    id: str
    prefecture: str
    calendar: str
    slots: int
    note: str
    until: int
    actor: str
    seed: str
    wave_size: int
    wave_every: int
    state: State
    waves: int
    next_wave_at: int | None
    created_at: int
    finished_at: int | None

    @property
    def goes_on(self) -> bool:
        """Whether people are still to be told."""
        return self.state in ("waiting", "running")


def add(opening: OpeningRow) -> Script[bool]:
    """Adds it, `waiting`; False where there is one of that id."""
    added: int = yield from query(
        "add_opening",
        id=opening.id,
        prefecture=opening.prefecture,
        calendar=opening.calendar,
        slots=opening.slots,
        note=opening.note,
        until_ms=opening.until,
        actor=opening.actor,
        seed=opening.seed,
        wave_size=opening.wave_size,
        wave_every=opening.wave_every,
        first_wave_ms=opening.next_wave_at,
        now_ms=opening.created_at,
    )
    return added == 1


def get(id: str) -> Script[OpeningRow | None]:
    row = yield from query("opening", id=id)
    return None if row is None else OpeningRow(**row)


def hold(id: str) -> Script[OpeningRow | None]:
    """The opening; on PostgreSQL nobody else decides on it until the transaction ends."""
    row = yield from query("hold_opening", id=id)
    return None if row is None else OpeningRow(**row)


def move(opening: OpeningRow) -> Script[None]:
    """Its state, waves and times are these from now on."""
    yield from query(
        "move_opening",
        id=opening.id,
        state=opening.state,
        waves=opening.waves,
        next_ms=opening.next_wave_at,
        finished_ms=opening.finished_at,
    )


def due(now_ms: int) -> Script[list[str]]:
    """The openings that somebody has to look at now."""
    rows = yield from query("due_openings", now_ms=now_ms)
    return [row["id"] for row in rows]


def page(
    prefectures: Collection[str] | None = None, before: str | None = None, most: int = 50
) -> Script[list[OpeningRow]]:
    """At most `most` openings, the latest first: of these préfectures (None: of all), after the opening `before`."""
    codes = None if prefectures is None else f",{','.join(prefectures)},"
    rows = yield from query("openings", codes=codes, before=before, most=most)
    return [OpeningRow(**row) for row in rows]


def last_alike(prefecture: str, calendar: str, since_ms: int) -> Script[int | None]:
    """When the same was last announced, if it was since."""
    at: int | None = yield from query("last_alike", prefecture=prefecture, calendar=calendar, since_ms=since_ms)
    return at


def purge(before_ms: int, most: int) -> Script[int]:
    """Forgets openings finished before, their draws and their messages, at most `most` of each; the most that went."""
    messages: int = yield from query("purge_opening_messages", before_ms=before_ms, most=most)
    draws: int = yield from query("purge_draws", before_ms=before_ms, most=most)
    gone: int = yield from query("purge_openings", before_ms=before_ms, most=most)
    return max(messages, draws, gone)
