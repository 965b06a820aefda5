"""What can be asked at any moment, whatever the question on the screen: scams, rights, papers, a human being."""

from dataclasses import dataclass
from datetime import datetime

from dialogs.agdref import NotAgdref, digits_to_type
from dialogs.answers import Deadline, Phrase
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.knowledge.schema import Source
from dialogs.knowledge.shelves import Rule
from dialogs.ladder import climb
from dialogs.telling import Telling
from dialogs.windows import deadline

ABOUT_THE_NUMBER = frozenset({"number", "not_a_number"})


@dataclass(frozen=True, slots=True)
class Topic:
    """The paragraphs on one intent: the préfecture's own first, then those that hold everywhere."""

    intent: str
    paragraphs: tuple[Phrase, ...]
    deadline: Deadline | None
    sources: tuple[Source, ...]


def talk(knowledge: Knowledge, intent: str, rule: Rule | None, known: Facts, now: datetime) -> Topic:
    """The topic as it holds for what is known.

    A foreigner's number given in `known` is turned into the digits to type and goes no further (F46 to F49).
    """
    telling = Telling(knowledge, rule, known, now)
    if telling.office is not None:
        telling.values["next_release"] = climb(knowledge, rule, known, now).next_release
    if "agdref" in known:
        telling.values |= _number(str(known["agdref"]))
    parts = [part for shelf in knowledge.shelves(telling.code) for part in shelf.topics.get(intent, ())]
    parts.sort(key=lambda part: ABOUT_THE_NUMBER.isdisjoint(part.needs))  # the number just given is answered first
    paragraphs = tuple(telling.said(parts))
    name = knowledge.national.topic_timings.get(intent)
    dated = deadline(telling, name) if name else None
    return Topic(intent, paragraphs, dated, telling.sources())


def _number(printed: str) -> dict[str, object]:
    try:
        return {"number": digits_to_type(printed)}
    except NotAgdref:
        return {"not_a_number": True}
