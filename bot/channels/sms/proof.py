"""Every SMS that can be said, within its budget and in GSM-7; and no word in it that belongs to the carriers."""

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.catalogue import of_templates
from bot.channels.limits import RESERVED_WORDS, SMS_BUDGET
from bot.channels.sms.composing import LONG, Composed, compose
from bot.channels.sms.gsm7 import fits, written
from bot.channels.sms.reading import WORDS, folded, named
from bot.channels.sms.segments import measure
from bot.words import TEMPLATES, Words, catalogue, words_for
from dialogs.answers import Phrase
from dialogs.effects import (
    Answered,
    Climbed,
    Declined,
    Defined,
    Did,
    Effect,
    Listed,
    Lost,
    Noted,
    Question,
    Talked,
    Welcome,
)
from dialogs.facts import UNSAID
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.shelves import Asking
from dialogs.ladder import climb
from dialogs.machine import LANGUAGES
from dialogs.outlook import answer
from dialogs.paths import Way
from dialogs.proof import Finding, where
from dialogs.topics import Topic, talk

CHANNEL = "sms"
_OFFERED = re.compile(r"\b[A-Z]{3,}\b")
_OPENINGS: tuple[Sequence[Effect], ...] = (
    (),
    (Welcome(),),
    (Did("back"),),
    (Did("needs_situation"),),
    (Did("changed"),),
    (Did("no_such_number"),),
    (Declined("photo"),),
    (Lost(menu=False),),
    (Lost(menu=True),),
    (Noted({"prefecture": "74", "procedure": "civil_status_change", "permit": "algerian_10y"}),),
)
"""What may be said just before a question."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said in one turn, what it is called, and the file and line it comes from.

    Turns of the same `key` say the same; None is like no other.
    """

    name: str
    effects: Sequence[Effect]
    file: str
    line: int
    key: Hashable = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a turn costs in a language: the segments of its SMS, then those of each page on request."""

    language: str
    name: str
    segments: tuple[int, ...]
    asks: bool
    """Whether it is a question, with at most a word before it."""

    def __str__(self) -> str:
        return f"{self.language} {self.name}: {' + '.join(map(str, self.segments))}"


def examine_sms(knowledge: Knowledge, found: Sequence[Way], now: datetime, costs: list[Cost]) -> Iterator[Finding]:
    """All that is said by SMS, in every language; `costs` is filled in."""
    yield from own_words()
    turns = [*_questions(knowledge), *_topics(knowledge, found, now), *_answers(knowledge, found, now)]
    for language in LANGUAGES:
        words = words_for(knowledge, language, CHANNEL)
        yield from _collisions(knowledge, words)
        known: dict[Hashable, Cost] = {}
        for turn in turns:
            if turn.key in known:
                costs.append(replace(known[turn.key], name=turn.name))
                continue
            yield from _over(turn, words, costs)
            if turn.key is not None:
                known[turn.key] = costs[-1]


def _over(turn: Turn, words: Words, costs: list[Cost]) -> Iterator[Finding]:
    composed = compose(turn.effects, words, back=True)
    pages = composed.pages
    asks = not any(isinstance(effect, LONG) for effect in turn.effects)
    most = SMS_BUDGET.question if asks else SMS_BUDGET.other
    measures = [measure(page) for page in pages]
    costs.append(Cost(words.language, turn.name, tuple(each.segments for each in measures), asks))
    for page, cost in zip(pages, measures, strict=True):
        if cost.encoding != "GSM-7":
            yield Finding(turn.file, turn.line, f"SMS in {words.language}: {cost.encoding}: {page[:60]}")
        elif cost.segments > most:
            message = f"SMS in {words.language}: {cost.segments} segments, not {most}: {page[:60]}"
            yield Finding(turn.file, turn.line, message)
    missing = [each for each in _first(turn, composed) if each not in pages[0]]
    if missing:
        message = f"SMS in {words.language}: not on the first page of {turn.name}: {', '.join(missing)}"
        yield Finding(turn.file, turn.line, message)


def _first(turn: Turn, composed: Composed) -> Iterator[str]:
    """What the first SMS must hold: the beginning of the options; the calendar, the site and the address."""
    if any(isinstance(effect, Question) for effect in turn.effects):
        yield from (label for label, _ in composed.choices[:1])
    for effect in turn.effects:
        match effect:
            case Answered(reached, "whole"):
                yield from (written(each) for each in (*reached.calendars, reached.url, reached.email) if each)


def summary(costs: Sequence[Cost], language: str) -> str:
    """The costs of a language in a line: questions and all others, mean and worst, and the pages on request."""
    said = []
    for name, asks in (("questions", True), ("others", False)):
        first = [cost.segments[0] for cost in costs if cost.language == language and cost.asks is asks]
        said.append(f"{name} {sum(first) / max(len(first), 1):.2f} (worst {max(first, default=0)})")
    further = [len(cost.segments) - 1 for cost in costs if cost.language == language]
    return f"SMS segments in {language}: {', '.join(said)}; up to {max(further, default=0)} pages more on request"


# --- what is said -------------------------------------------------------------------------------------------------


def _questions(knowledge: Knowledge) -> Iterator[Turn]:
    for file, fact, asking in _askings(knowledge):
        for again in (False, True):
            for opening in _OPENINGS:
                said = "".join(f"{type(effect).__name__.lower()}, " for effect in opening)
                name = f"{said}{fact}{' again' if again else ''} ({file}:{asking.line})"
                yield Turn(name, (*opening, Question(fact, asking, again)), file, asking.line)


def _askings(knowledge: Knowledge) -> Iterator[tuple[str, str, Asking]]:
    for entry in knowledge.questions.facts:
        yield from (("questions.yaml", entry.name, asking) for asking in entry.ask)
    for code, shelf in knowledge.prefectures.items():
        for fact, asks in shelf.asks.items():
            yield from ((knowledge.file_of[code], fact, asking) for asking in asks)


def _topics(knowledge: Knowledge, found: Sequence[Way], now: datetime) -> Iterator[Turn]:
    """The words of the field; the topics, and what is kept, for one way to each rule."""
    for name, term in knowledge.glossary.terms.items():
        sources = tuple(knowledge.sources[each.split()[0]] for each in term.source)
        yield Turn(f"term {name}", (Defined(Phrase(term.text), sources),), "glossary.yaml", term.line)
    shelves = (knowledge.national, *knowledge.prefectures.values())
    intents = dict.fromkeys(intent for shelf in shelves for intent in shelf.topics)
    for way in {way.outlook.rule.id: way for way in found if way.outlook.rule}.values():
        rule, known = way.outlook.rule, way.outlook.known
        if rule is None:
            continue
        file, line = where(knowledge, rule)
        for intent in intents:
            topic = talk(knowledge, intent, rule, known, now)
            yield Turn(f"{rule.id} {intent}", (Talked(topic),), file, line, (known.get("prefecture"), _texts(topic)))
        yield Turn(f"{rule.id} kept", (Listed(known, "my_data"),), file, line)
        yield Turn(f"{rule.id} to change", (Listed(known, "change"),), file, line)


def _answers(knowledge: Knowledge, found: Sequence[Way], now: datetime) -> Iterator[Turn]:
    """Every way to an answer: the answer after all it was told at once, its papers, its sources, and the ladder."""
    for way in found:
        rule, known = way.outlook.rule, way.outlook.known
        if rule is None:
            continue
        file, line = where(knowledge, rule)
        name = " ".join([rule.id, *(f"{fact}={value}" for fact, value in way.asked.items())])
        reached = answer(knowledge, way.outlook, now)
        papers = Talked(talk(knowledge, "documents", rule, known, now))
        code, lists = known.get("prefecture"), tuple(each.id for each in reached.checklists)
        yield Turn(f"{name} answer", (Noted(way.asked), Answered(reached)), file, line)
        key: Hashable = (code, lists, _texts(papers.topic), reached.own_list and reached.own_list.text)
        yield Turn(f"{name} documents", (papers, Answered(reached, "documents")), file, line, key)
        yield Turn(f"{name} why", (Answered(reached, "why"),), file, line, (rule.id, reached.sources))
        if "prefecture" in known:
            ladder = climb(knowledge, rule, {**known, "full_calendars": UNSAID}, now)
            key = (rule.id, code, ladder.remaining, *(each.text for each in (*ladder.rungs, *reached.updates)))
            yield Turn(f"{name} full", (Climbed(ladder, reached),), file, line, key)


def _texts(topic: Topic) -> Hashable:
    return (topic.intent, topic.deadline and topic.deadline.text.text, tuple(each.text for each in topic.paragraphs))


# --- the words ----------------------------------------------------------------------------------------------------


def own_words(templates: Path = TEMPLATES) -> Iterator[Finding]:
    """What the templates of the SMS say themselves is GSM-7 as it is written, in every language."""
    for text in of_templates(templates, CHANNEL):
        for language in LANGUAGES:
            said = catalogue(language).get(text.text, text.text)
            if not fits(said):
                yield Finding(text.file, text.line, f"not GSM-7 in {language}: {said}")


def _collisions(knowledge: Knowledge, words: Words) -> Iterator[Finding]:
    """No option is chosen, and nothing is asked for, by a word that the carriers act upon or that is a word of ours."""
    for file, fact, asking in _askings(knowledge):
        labels = [written(words.fact(fact, value)) for value in asking.options]
        for word in RESERVED_WORDS | WORDS.keys():
            chosen = named(word, labels)
            if chosen is not None and (word in RESERVED_WORDS or folded(labels[chosen - 1]) == word):
                yield Finding(file, asking.line, f"« {word} » would choose {labels[chosen - 1]} in {words.language}")
    keys = ("more", "documents", "why", "calendar_full", "change", "restart")
    offers = [words.render("foot", keys=keys, question=""), words.render("choices"), words.effect(Lost(menu=True))]
    for word in _OFFERED.findall(" ".join(offers)):
        if folded(word) in RESERVED_WORDS:
            yield Finding(f"{CHANNEL}/foot.j2", 1, f"{word} belongs to the carriers in {words.language}")
