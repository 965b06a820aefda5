"""A fact that is a day, and the bands that tell days apart from today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from dialogs.facts.kind import UNSAID, Unreadable, banded, is_unsaid
from dialogs.understanding.dates import read_date
from dialogs.understanding.reading import Value

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""A day outside of a life is a slip of the hand; months can be counted from every day inside."""


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
        return banded(band.name for band in self.bands)

    def parse(self, text: str, today: date) -> Value:
        if is_unsaid(text):
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
