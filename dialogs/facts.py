"""The kinds of fact: how each is read from what a person types, and said back.

A kind is small and typed, like a URL convertor: `parse` gives the value or raises `Unreadable`, `say` gives text
that `parse` reads again. `cells` are the finite distinctions the decision tables may make on it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from dateutil.relativedelta import relativedelta

from dialogs.knowledge.places.tables import load_departments
from dialogs.understanding.dates import read_date
from dialogs.understanding.hours import read_hour
from dialogs.understanding.places import load_places
from dialogs.understanding.reading import Value

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""A day outside of a life is a slip of the hand; months can be counted from every day inside."""

UNSAID = "unsaid"
"""The value of « je préfère ne pas répondre » and « je ne sais pas »: known to be unknown, never asked again."""


class Unreadable(ValueError):
    """A value that the fact cannot take. `text` is what was given, `expected` what would be right (a msgid)."""

    def __init__(self, text: str, expected: str) -> None:
        super().__init__(f"{text!r}: {expected}")
        self.text = text
        self.expected = expected


class Kind(Protocol):
    """What a kind of fact must know: its cells, and the way from text to value and back."""

    @property
    def cells(self) -> Sequence[str]: ...

    def parse(self, text: str, today: date) -> Value: ...

    def say(self, value: Value) -> str: ...

    def cell(self, value: Value, today: date) -> str | None: ...


@dataclass(frozen=True)
class Choice:
    """One word of a closed vocabulary.

    >>> Choice(("cst", "csp")).parse("CST", date(2026, 11, 21))
    'cst'
    """

    values: tuple[str, ...]

    @property
    def cells(self) -> Sequence[str]:
        return self.values

    def parse(self, text: str, today: date) -> Value:
        word = text.strip().lower().replace("-", "_").replace(" ", "_")
        if word not in self.values:
            raise Unreadable(text, ", ".join(self.values))
        return word

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return str(value) if value in self.values else None


@dataclass(frozen=True)
class Department:
    """A department code; those whose préfecture has a file of its own are cells, all others share one.

    >>> Department(known=("74",)).parse("haute savoie", date(2026, 11, 21))
    '74'
    """

    known: tuple[str, ...]
    elsewhere: str = "elsewhere"

    @property
    def cells(self) -> Sequence[str]:
        return (*self.known, self.elsewhere)

    def parse(self, text: str, today: date) -> Value:
        if text.strip().upper() in load_departments():
            return text.strip().upper()
        code = load_places().department(text)
        if code is None:
            raise Unreadable(text, "un département, une préfecture, une ville ou un code postal (74, Annecy, 38000…)")
        return code

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return str(value) if value in self.known else self.elsewhere


@dataclass(frozen=True)
class Town:
    """The official name of a commune; which department it must be in is the knowledge's business."""

    @property
    def cells(self) -> Sequence[str]:
        return ()

    def parse(self, text: str, today: date) -> Value:
        name = " ".join(text.split())
        if not name or len(name) > 60:
            raise Unreadable(text, "le nom d’une commune")
        return name

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return None


@dataclass(frozen=True)
class YearsBand:
    """Ages up to, and not including, `below` (None: no upper end). « Avant l’âge de 13 ans » is strict (F59)."""

    name: str
    below: int | None


@dataclass(frozen=True)
class Years:
    """Whole years, told apart by the bands of the knowledge.

    >>> Years((YearsBand("child", 13), YearsBand("older", None))).cell(13, date(2026, 11, 21))
    'older'
    """

    bands: tuple[YearsBand, ...] = ()

    @property
    def cells(self) -> Sequence[str]:
        return (*(band.name for band in self.bands), UNSAID) if self.bands else ()

    def parse(self, text: str, today: date) -> Value:
        if text.strip().lower() == UNSAID:
            return UNSAID
        found = re.fullmatch(r"\D*(\d{1,3})\D*", text)
        if found is None or int(found[1]) > 120:
            raise Unreadable(text, "un âge en années entières, par exemple 12")
        return int(found[1])

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        if not self.bands:
            return None
        if not isinstance(value, int):
            return UNSAID
        return next(band.name for band in self.bands if band.below is None or value < band.below)


@dataclass(frozen=True)
class DayBand:
    """Days that ended strictly more than `ended_more_than` before today (None: all the others).

    Exactly six months ago is not « plus de 6 mois » (F39); months clamp to the last day of a shorter month.
    """

    name: str
    ended_more_than: relativedelta | None


@dataclass(frozen=True)
class Day:
    """A day, said in ISO form, told apart from today by the bands of the knowledge.

    `past`: only a day that has come is possible (the day a request was filed).
    """

    bands: tuple[DayBand, ...] = ()
    past: bool = False

    @property
    def cells(self) -> Sequence[str]:
        return (*(band.name for band in self.bands), UNSAID) if self.bands else ()

    def parse(self, text: str, today: date) -> Value:
        if text.strip().lower() == UNSAID:
            return UNSAID
        found = _iso(text) or read_date(text, today, prefer="past" if self.past else "future")
        if found is None or not FIRST_DAY <= found <= LAST_DAY:
            raise Unreadable(text, "une date, par exemple 2027-04-13 ou 13/04/2027")
        if self.past and found > today:
            raise Unreadable(text, "une date passée, pas une date à venir")
        return found

    def say(self, value: Value) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)

    def cell(self, value: Value, today: date) -> str | None:
        if not self.bands:
            return None
        if not isinstance(value, date):
            return UNSAID
        for band in self.bands:
            if band.ended_more_than is None or value + band.ended_more_than < today:
                return band.name
        return None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@dataclass(frozen=True)
class CalendarNumbers:
    """Calendars as the site numbers them, comma-joined; `unsaid`: some, not known which.

    >>> CalendarNumbers().parse("3.1 et 3.2", date(2026, 11, 21))
    '3.1,3.2'
    """

    @property
    def cells(self) -> Sequence[str]:
        return ()

    def parse(self, text: str, today: date) -> Value:
        if text.strip().lower() == UNSAID:
            return UNSAID
        numbers = re.findall(r"\d(?:\.\d)?", text)
        if not numbers or re.sub(r"[\d.,;\s]|et|and", "", text):
            raise Unreadable(text, "les numéros des calendriers, par exemple 3.1 ou 1.1,1.2")
        return ",".join(dict.fromkeys(numbers))

    def joined(self, before: Value, value: Value) -> Value:
        """The calendars known to be full once `value` is told as well.

        >>> CalendarNumbers().joined("3.1", "3.2"), CalendarNumbers().joined("unsaid", "3.1")
        ('3.1,3.2', '3.1')
        """
        if UNSAID in (before, value):
            return before if value == UNSAID else value
        return ",".join(dict.fromkeys(f"{before},{value}".split(",")))

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return None


@dataclass(frozen=True)
class Agdref:
    """The foreigner's number as printed on the permit; `dialogs.agdref` says what to type.

    It stays text (leading zeros count), and any text is taken: what is wrong with it is part of the answer.
    """

    @property
    def cells(self) -> Sequence[str]:
        return ()

    def parse(self, text: str, today: date) -> Value:
        return text.strip()

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return None


@dataclass(frozen=True)
class Clock:
    """An hour of the day and its minutes, kept as text so that it is of no time zone but the préfecture's.

    >>> Clock().parse("9 h 30", date(2026, 11, 21)), Clock().parse("14:00", date(2026, 11, 21))
    ('09:30', '14:00')
    """

    @property
    def cells(self) -> Sequence[str]:
        return ()

    def parse(self, text: str, today: date) -> Value:
        if text.strip().lower() == UNSAID:
            return UNSAID
        hour = read_hour(text)
        if hour is None:
            raise Unreadable(text, "une heure, par exemple 9 h 30")
        return hour

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return None


@dataclass(frozen=True)
class Ticked:
    """Which of the documents are ready, by their ids (`common-held.2`), comma-joined in order.

    >>> Ticked().toggled("student.1,common-held.2", "student.1")
    'common-held.2'
    """

    @property
    def cells(self) -> Sequence[str]:
        return ()

    def parse(self, text: str, today: date) -> Value:
        ids = [each.strip() for each in text.split(",")]
        if not all(re.fullmatch(r"[a-z0-9][a-z0-9-]*\.[0-9]+", each, re.ASCII) for each in ids):
            raise Unreadable(text, "les pièces de la liste")
        return ",".join(sorted(set(ids)))

    def toggled(self, before: Value | None, item: str) -> Value | None:
        """With the item ticked, or no longer; None when nothing is."""
        ids = set(str(before).split(",")) if before else set()
        return ",".join(sorted(ids ^ {item})) or None

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return None


@dataclass(frozen=True)
class Fact:
    """A fact by its name, its kind and the value it takes when the person would rather not say."""

    name: str
    kind: Kind
    labels: Mapping[str, str] = field(default_factory=dict)
