"""When every calendar is full: the way on, rung by rung, for this préfecture and this calendar (F29-F33, F97-F101)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dialogs.answers import Opening, Phrase
from dialogs.facts import UNSAID
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.knowledge.schema import Calendar, Source
from dialogs.knowledge.shelves import Rule
from dialogs.telling import Telling

ONLINE = frozenset({"anef", "natali", "ants"})
"""The channels without appointments: when new ones are released does not matter there."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs in order. `calendars`: the main one of the situation; `remaining`: its supplementary not yet full."""

    full: tuple[str, ...]
    calendars: tuple[str, ...]
    remaining: tuple[str, ...]
    rungs: tuple[Phrase, ...]
    openings: tuple[Opening, ...]
    sources: tuple[Source, ...]

    @property
    def next_release(self) -> datetime | date | None:
        """The nearest opening; a day where no hour is published."""
        return _nearest(self.openings)


def climb(knowledge: Knowledge, rule: Rule | None, known: Facts, now: datetime) -> Ladder:
    """The ladder for what is known; the préfecture must be. Without a rule, the calendar found full tells enough.

    A number that belongs to another situation is not followed: the situation's own calendar counts.
    """
    telling = Telling(knowledge, rule, known, now)
    full = _full(known)
    numbered = telling.shelf.calendars if telling.shelf else {}
    name = rule.answer.calendar if rule else _calendar_of(full, numbered)
    calendar = telling.calendar(name)
    remaining = tuple(number for number in calendar.supplementary if number not in full) if calendar else ()
    release = (rule.answer.release if rule else None) or (calendar.release if calendar else None)
    booked = telling.cells.get("channel") not in ONLINE
    if release is None and booked and telling.shelf and len(telling.shelf.releases) == 1:
        release = next(iter(telling.shelf.releases))
    openings = tuple(telling.openings(release))
    telling.values |= {
        "full": full,
        "calendar": calendar.main if calendar else None,
        "supplementary": remaining,
        "only_calendar": calendar is not None and not calendar.supplementary,
        "all_full": bool(calendar and calendar.supplementary and not remaining),
        "calendar_unknown": calendar is None and bool(numbered),
        "next_release": _nearest(openings),
    }
    telling.cells.setdefault("channel", "booking")
    names = telling.shelf.ladder if telling.shelf else knowledge.national.ladder
    rungs = tuple(telling.said(telling.entries("rungs", names)))
    return Ladder(full, (calendar.main,) if calendar else (), remaining, rungs, openings, telling.sources())


def _full(known: Facts) -> tuple[str, ...]:
    said = str(known.get("full_calendars", UNSAID))
    return () if said == UNSAID else tuple(said.split(","))


def _calendar_of(full: tuple[str, ...], numbered: Mapping[str, Calendar]) -> str | None:
    """The calendar that a number found full belongs to: « 3.1 » and « 3 » are both of calendar 3."""
    for name, calendar in numbered.items():
        if any(number in (name, calendar.main, *calendar.supplementary) for number in full):
            return name
    return None


def _nearest(openings: tuple[Opening, ...]) -> datetime | date | None:
    days = (
        (opening.next.date() if isinstance(opening.next, datetime) else opening.next, opening) for opening in openings
    )
    return min(days, key=lambda pair: pair[0])[1].next if openings else None
