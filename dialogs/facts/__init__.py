"""The kinds of fact: how each is read from what a person types, and said back.

A kind is small and typed, like a URL convertor: `parse` gives the value or raises `Unreadable`, `say` gives text
that `parse` reads again. `cells` are the finite distinctions the decision tables may make on it.
"""

from dialogs.facts.agdref import Agdref
from dialogs.facts.calendar_numbers import CalendarNumbers
from dialogs.facts.choice import Choice
from dialogs.facts.clock import Clock
from dialogs.facts.day import FIRST_DAY, LAST_DAY, Day, DayBand
from dialogs.facts.department import Department
from dialogs.facts.kind import UNSAID, Kind, Unreadable
from dialogs.facts.ticked import Ticked
from dialogs.facts.town import Town
from dialogs.facts.years import Years, YearsBand

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "UNSAID",
    "Agdref",
    "CalendarNumbers",
    "Choice",
    "Clock",
    "Day",
    "DayBand",
    "Department",
    "Kind",
    "Ticked",
    "Town",
    "Unreadable",
    "Years",
    "YearsBand",
]
