"""All the ways through the questions: every conversation that answers each question in one of its distinct ways.

Where a proof over the tables looks at every combination of facts, a path looks as a person does: question after
question, with what follows from the answers already taken into account.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dialogs import facts as kinds
from dialogs.knowledge.library import Knowledge
from dialogs.outlook import Outlook, look, today
from dialogs.understanding.reading import Value

ELSEWHERE = "69"
"""A department without a file, standing for all of them."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to an answer: the facts as they were asked, in order, and where they lead."""

    asked: Mapping[str, Value]
    outlook: Outlook


def ways(knowledge: Knowledge, now: datetime, given: Mapping[str, Value] | None = None) -> Iterator[Way]:
    """Every way to an answer from what is given; a way whose outlook has neither rule nor question is a dead end."""
    asked = dict(given or {})
    outlook = look(knowledge, asked, now)
    if outlook.asks is None:
        yield Way(asked, outlook)
        return
    day = today(knowledge, outlook.known, now)
    for value in samples(knowledge.kinds[outlook.asks], day):
        yield from ways(knowledge, now, {**asked, outlook.asks: value})


def samples(kind: kinds.Kind, day: date) -> Iterator[Value]:
    """One value for each cell of a fact."""
    match kind:
        case kinds.Choice(values):
            yield from values
        case kinds.Department(known):
            yield from (*known, ELSEWHERE)
        case kinds.Years(years):
            lower = 0
            for band in years:
                yield lower if band.below is None else band.below - 1
                lower = band.below or lower
            yield kinds.UNSAID
        case kinds.Day(days):
            for period in (band.ended_more_than for band in days):
                yield day + timedelta(days=90) if period is None else day - period - timedelta(days=1)
            yield kinds.UNSAID
