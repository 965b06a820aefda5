"""Where a set of facts leads: to the one rule that answers, or to the one fact to ask next."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from dialogs.answers import Answer
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.knowledge.shelves import Rule
from dialogs.replies import compose
from dialogs.telling import Telling
from dialogs.understanding.reading import Value


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known with what follows from it, and either `rule` or `asks`. `left` names the rules still possible."""

    known: Facts
    rule: Rule | None
    asks: str | None
    left: tuple[str, ...]


def look(knowledge: Knowledge, facts: Facts, now: datetime) -> Outlook:
    """Where these facts lead at this moment (aware); the day is that of the préfecture's time zone."""
    given = tuple(facts.items())
    return _look(knowledge, given, today(knowledge, _known(knowledge, given), now))


_Given = tuple[tuple[str, Value], ...]
"""Facts as a key: a turn looks at what the one before has left, and many people are in the same situation."""


@lru_cache(maxsize=4096)
def _known(knowledge: Knowledge, given: _Given) -> Facts:
    return MappingProxyType(knowledge.infer(dict(given)))


@lru_cache(maxsize=4096)
def _look(knowledge: Knowledge, given: _Given, day: date) -> Outlook:
    known = _known(knowledge, given)
    cells = knowledge.cells(known, day)
    asks = knowledge.table.next_fact(cells)
    left = knowledge.table.left(cells)
    return Outlook(known, knowledge.rules[left[0]] if asks is None else None, asks, left)


def answer(knowledge: Knowledge, outlook: Outlook, now: datetime) -> Answer:
    """The answer of an outlook whose rule is reached."""
    if outlook.rule is None:
        raise ValueError("the answer is not reached yet")
    return compose(Telling(knowledge, outlook.rule, outlook.known, now), outlook.rule)


def today(knowledge: Knowledge, known: Facts, now: datetime) -> date:
    """The day it is where the préfecture is (Guyane is three hours behind UTC, all year)."""
    code = known.get("prefecture")
    zone = knowledge.office(str(code)).timezone if code else "Europe/Paris"
    return now.astimezone(ZoneInfo(zone)).date()
