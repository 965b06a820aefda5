"""What an agent wants to announce, read and checked: nothing else is ever announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.notices.openings.guard import NotPlain, plain
from bot.notices.openings.moments import NoMoment, read_moment
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.places.tables import load_departments
from dialogs.waiting import Line, all_lines

PER_SLOT = 5
"""People told for each slot in a wave, unless the agent says otherwise."""
MOST_PER_SLOT = 100
MOST_SLOTS = 10_000
LONGEST = timedelta(days=60)
"""Further ahead nothing is announced: préfectures publish a few weeks."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """New appointments of one calendar. `until` is aware, in the préfecture's time zone: their end."""

    prefecture: str
    line: Line
    slots: int
    until: datetime
    note: str = ""
    per_slot: int = PER_SLOT

    @property
    def wave_size(self) -> int:
        """How many people are told at once."""
        return self.slots * self.per_slot


@dataclass(slots=True)
class Unfit(ValueError):
    """What cannot be announced: which of its parts, and what would be right, in French and in English."""

    field: str
    fr: str
    en: str

    def __str__(self) -> str:
        return self.fr


def read_announcement(
    knowledge: Knowledge,
    prefecture: str,
    calendar: str,
    slots: int,
    until: str,
    now: datetime,
    *,
    note: str = "",
    per_slot: int = PER_SLOT,
) -> Announcement:
    """The announcement. `now` is aware. Raises Unfit."""
    code = prefecture.strip().upper()
    if code not in load_departments():
        raise Unfit(
            "prefecture",
            f"« {_short(prefecture)} » n’est pas un département. Donnez son numéro, par exemple 38, 2A ou 973.",
            "This is no department. Give its number, for example 38, 2A or 973.",
        )
    line = _line(all_lines(knowledge, code), code, calendar)
    for field, given, most, fr in (
        ("slots", slots, MOST_SLOTS, "places"),
        ("per_slot", per_slot, MOST_PER_SLOT, "personnes par place"),
    ):
        if not 1 <= given <= most:
            raise Unfit(field, f"Le nombre de {fr} va de 1 à {most}.", f"From 1 to {most}.")
    end = _end(until, ZoneInfo(knowledge.office(code).timezone), now)
    try:
        words = plain(note)
    except NotPlain as problem:
        raise Unfit("note", problem.fr, problem.en) from None
    return Announcement(code, line, slots, end, words, per_slot)


def _line(lines: Sequence[Line], code: str, calendar: str) -> Line:
    wanted = calendar.strip().casefold()
    found = next((line for line in lines if line.key.casefold() == wanted), None)
    if found is not None:
        return found
    if not lines:
        raise Unfit(
            "calendar",
            f"La préfecture {code} n’a pas de calendrier de rendez-vous dans les documents : rien à annoncer.",
            f"The préfecture {code} has no appointment calendar in the documents: there is nothing to announce.",
        )
    keys = ", ".join(line.key for line in lines)
    raise Unfit(
        "calendar",
        f"Le calendrier « {_short(calendar)} » n’existe pas à la préfecture {code}. Il y a : {keys}.",
        f"There is no such calendar at the préfecture {code}. There are: {keys}.",
    )


def _end(until: str, zone: ZoneInfo, now: datetime) -> datetime:
    try:
        end = read_moment(until, zone, now)
    except NoMoment:
        raise Unfit(
            "until",
            f"« {_short(until)} » n’est pas un moment. Écrivez par exemple 2026-11-24 12:00 (heure locale de la "
            "préfecture) ou 24/11 12:00.",
            "This is no moment. Write for example 2026-11-24 12:00 (local time of the préfecture), or with an offset.",
        ) from None
    if end <= now:
        raise Unfit(
            "until",
            f"La fin est passée : il est {now.astimezone(zone):%d/%m/%Y %H:%M} à la préfecture.",
            f"The end is past: it is {now.astimezone(zone):%Y-%m-%d %H:%M} at the préfecture.",
        )
    if end - now > LONGEST:
        raise Unfit(
            "until",
            f"La fin est dans plus de {LONGEST.days} jours. Annoncez plus près des rendez-vous.",
            f"The end is more than {LONGEST.days} days ahead. Announce closer to the appointments.",
        )
    return end


def _short(text: str) -> str:
    """What was given, as far as a line has room for it."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text).strip()
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
