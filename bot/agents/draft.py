"""An announcement as an agent fills it in: by taps, by words or in one line, and what is still to be told.

It is small and plain, so that it can wait between two messages; nothing in it is decided before it is sent.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.agents.actor import Actor
from bot.notices.openings.announcement import Announcement, Unfit, read_announcement
from bot.notices.openings.moments import NoMoment, read_moment
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.places.tables import load_departments
from dialogs.waiting import all_lines

Asked = Literal["prefecture", "calendar", "slots", "until", "note"]
ORDER: tuple[Asked, ...] = ("prefecture", "calendar", "slots", "until")

_MOMENT_WORDS = 5
_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was told so far; empty: not yet. `until` is ISO once it was read. `notes`: a note is being written.

    `id` is that of the opening it becomes, so that it becomes only one; `at` when it was last touched, unix ms.
    """

    id: str
    at: int
    prefecture: str = ""
    calendar: str = ""
    slots: str = ""
    until: str = ""
    note: str = ""
    notes: bool = False

    @property
    def asks(self) -> Asked | None:
        """What is to be told next; None: nothing."""
        missing = next((field for field in ORDER if not getattr(self, field)), None)
        return missing or ("note" if self.notes else None)

    def told(self, field: Asked, value: str) -> "Draft":
        """With one part told, or told anew. Another préfecture has other calendars."""
        draft = replace(self, **{field: value.strip()}, notes=False)  # type: ignore[arg-type]
        return replace(draft, calendar="") if field == "prefecture" and value != self.prefecture else draft

    def without(self, field: str) -> "Draft":
        """As before that part was told; a préfecture where nothing can be told of it is none to announce for."""
        if field == "note":
            return replace(self, notes=True, note="")
        return replace(self, **{field if getattr(self, field, "") else "prefecture": ""})  # type: ignore[arg-type]

    def to_json(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def draft_of(data: Mapping[str, Any]) -> Draft | None:
    """A draft as it was kept; None for what is none of ours."""
    try:
        return Draft(**data)
    except TypeError:
        return None


def begun(actor: Actor, id: str, line: str, now: datetime, at: int) -> Draft:
    """« 74 3.2 20 24/11 12:00 note », or as much of it as was written. `now` is aware.

    Who acts for one préfecture need not name it.
    """
    words = line.split()
    names_one = bool(words) and words[0].upper() in load_departments()
    if len(actor.prefectures) == 1 and not names_one:
        words.insert(0, next(iter(actor.prefectures)))
    prefecture, calendar, slots, *rest = [*words, "", "", ""][: max(len(words), 3)]
    until = _until(rest, now)
    note = " ".join(rest[until:])
    return Draft(id, at, prefecture.upper(), calendar, slots, " ".join(rest[:until]), note)


def checked(knowledge: Knowledge, actor: Actor, draft: Draft, now: datetime) -> tuple[Draft, Announcement | None]:
    """The draft with its parts as they will be read, and the announcement once all are told. Raises Unfit."""
    code = draft.prefecture
    if not code:
        return draft, None
    if code in load_departments() and not actor.may("openings.announce", code):
        raise Unfit("prefecture", f"Vous n’agissez pas pour la préfecture {code}.", "This préfecture is not yours.")
    lines = all_lines(knowledge, code)
    if draft.slots and not (draft.slots.isascii() and draft.slots.isdecimal() and len(draft.slots) < 9):
        raise Unfit("slots", "Écrivez le nombre de places en chiffres, par exemple 20.", "Write a number, such as 20.")
    soon = (now + _SOON).isoformat()
    announcement = read_announcement(
        knowledge,
        code,
        draft.calendar or (lines[0].key if lines else ""),
        int(draft.slots or 1),
        draft.until or soon,
        now,
        note=draft.note,
    )
    known = replace(
        draft,
        prefecture=announcement.prefecture,
        calendar=announcement.line.key if draft.calendar else "",
        until=announcement.until.isoformat() if draft.until else "",
        note=announcement.note,
    )
    return known, None if known.asks else announcement


def _until(words: list[str], now: datetime) -> int:
    """How many of these words say a moment: the most that do; one where none does, to be told what is wrong."""
    for count in range(min(len(words), _MOMENT_WORDS), 0, -1):
        with suppress(NoMoment):
            read_moment(" ".join(words[:count]), ZoneInfo("Europe/Paris"), now)
            return count
    return min(len(words), 1)
