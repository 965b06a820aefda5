"""A fact that is a set of calendars, as a préfecture's site numbers them."""

import re
from dataclasses import dataclass
from datetime import date

from dialogs.facts.kind import UNSAID, Undivided, Unreadable, is_unsaid
from dialogs.understanding.reading import Value


@dataclass(frozen=True)
class CalendarNumbers(Undivided):
    """Calendars as the site numbers them, comma-joined; `unsaid`: some, not known which.

    >>> CalendarNumbers().parse("3.1 et 3.2", date(2026, 11, 21))
    '3.1,3.2'
    """

    def parse(self, text: str, today: date) -> Value:
        if is_unsaid(text):
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
