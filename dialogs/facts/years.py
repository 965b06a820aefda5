"""A fact that is an age, and the bands that tell ages apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dialogs.facts.kind import UNSAID, Unreadable, banded, is_unsaid
from dialogs.understanding.reading import Value


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
        return banded(band.name for band in self.bands)

    def parse(self, text: str, today: date) -> Value:
        if is_unsaid(text):
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
