"""A fact that is an hour of the day."""

from dataclasses import dataclass
from datetime import date

from dialogs.facts.kind import UNSAID, Undivided, Unreadable, is_unsaid
from dialogs.understanding.hours import read_hour
from dialogs.understanding.reading import Value


@dataclass(frozen=True)
class Clock(Undivided):
    """An hour of the day and its minutes, kept as text so that it is of no time zone but the préfecture's.

    >>> Clock().parse("9 h 30", date(2026, 11, 21)), Clock().parse("14:00", date(2026, 11, 21))
    ('09:30', '14:00')
    """

    def parse(self, text: str, today: date) -> Value:
        if is_unsaid(text):
            return UNSAID
        hour = read_hour(text)
        if hour is None:
            raise Unreadable(text, "une heure, par exemple 9 h 30")
        return hour
