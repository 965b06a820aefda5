"""What can be asked at any moment, whatever the question on the screen: scams, rights, papers, a human being."""

from dataclasses import dataclass
from datetime import datetime

from dialogs.agdref import NotAgdref, digits_to_type
from dialogs.answers import Composer, Deadline, Phrase
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.knowledge.schema import Rule, Source
from dialogs.ladder import climb


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
    composer = Composer(knowledge, rule, known, now)
    if composer.office is not None:
        composer.values["next_release"] = climb(knowledge, rule, known, now).next_release
    if "agdref" in known:
        composer.values |= _number(str(known["agdref"]))
    parts = [part for shelf in knowledge.shelves(composer.code) for part in shelf.topics.get(intent, ())]
    paragraphs = tuple(composer.said(parts))
    name = knowledge.national.topic_timings.get(intent)
    timing = composer.timing(name) if name else None
    deadline = composer.deadline(name, timing) if name and timing else None
    return Topic(intent, paragraphs, deadline, composer.sources())


def _number(printed: str) -> dict[str, object]:
    try:
        return {"number": digits_to_type(printed)}
    except NotAgdref:
        return {"not_a_number": True}
