"""The draw of an opening: who waits for it, in which order they stand, and who of them may be told now.

Sets of rows, never people one by one. Times are unix milliseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.store.openings import OpeningRow
from bot.store.script import Script, query, query_many

_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True)
class Cap:
    """Who may be told: at most `unanswered` notices without an answer, and the last one at `rested_ms` or before."""

    unanswered: int
    rested_ms: int


@dataclass(frozen=True, slots=True)
class Group:
    """How many people of a channel and language there are, and whether they would be told."""

    channel: str
    language: str | None
    standing: Literal["ready", "paused", "unreachable", "silent", "told_lately"]
    people: int


def who_hears(prefecture: str, calendar: str, cap: Cap) -> Script[list[Group]]:
    """Those who wait, counted."""
    rows = yield from query(
        "who_hears",
        prefecture=prefecture,
        calendar=calendar,
        rested_ms=cap.rested_ms,
        most_unanswered=cap.unanswered,
    )
    return [Group(**row) for row in rows]


def who_waits(prefecture: str, calendar: str, after: str, most: int) -> Script[list[str]]:
    """The subscriptions to draw among, by their ids, at most `most` from the one after `after`: one a person."""
    rows = yield from query("who_waits", prefecture=prefecture, calendar=calendar, after=after, most=most)
    return [row["id"] for row in rows]


def add_draws(opening_id: str, places: Sequence[tuple[str, str]]) -> Script[None]:
    """Their places: sort keys and subscriptions. Those that are there already stay."""
    rows: list[Mapping[str, Any]] = [
        {"opening_id": opening_id, "sort_key": key, "subscription_id": subscription} for key, subscription in places
    ]
    yield from query_many("add_draw", rows)


def told_in_wave(opening_id: str, wave: int) -> Script[int]:
    told: int = yield from query("told_in_wave", opening_id=opening_id, wave=wave)
    return told


def choose(
    opening: OpeningRow, wave: int, prefix: str, after: str, cap: Cap, now_ms: int, most: int
) -> Script[tuple[int, str | None]]:
    """Looks at the next places of the draw, behind `after`: whoever of them may be told now is chosen, at most `most`.

    How many, and the last place looked at; None where there was none. The ids of their messages begin with `prefix`,
    which is nobody else's; nor is `now_ms`: it tells them from those who stopped in this very moment.
    """
    last: str | None = yield from query("look_on", opening_id=opening.id, after=after, most=_LOOKED_AT)
    if last is None:
        return 0, None
    chosen = yield from query(
        "choose_next",
        opening_id=opening.id,
        prefecture=opening.prefecture,
        calendar=opening.calendar,
        wave=wave,
        prefix=prefix,
        after=after,
        last=last,
        rested_ms=cap.rested_ms,
        most_unanswered=cap.unanswered,
        most=most,
    )
    if not chosen:
        return 0, last
    counted: int = yield from query(
        "count_notice", prefix=prefix, now_ms=now_ms, rested_ms=cap.rested_ms, most_unanswered=cap.unanswered
    )
    if counted < len(chosen):
        yield from query("choose_not", prefix=prefix, now_ms=now_ms)
    return counted, last if len(chosen) < most else max(row["sort_key"] for row in chosen)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody to be told, and the id that their message has to have."""

    id: str
    person_id: str
    channel: str
    language: str | None


def chosen(prefix: str) -> Script[list[Chosen]]:
    """Those who were chosen under this prefix, in the order drawn."""
    rows = yield from query("chosen", prefix=prefix)
    return [Chosen(**row) for row in rows]


def soonest_rested(opening_id: str, cap: Cap) -> Script[int | None]:
    """When the first was told of those who would be told again now, had they not been told lately."""
    at: int | None = yield from query(
        "soonest_rested", opening_id=opening_id, rested_ms=cap.rested_ms, most_unanswered=cap.unanswered
    )
    return at


def not_told(opening_id: str) -> Script[int]:
    """How many people of the draw have not been told."""
    people: int = yield from query("not_told", opening_id=opening_id)
    return people
