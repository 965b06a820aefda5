"""One situation asked at once, without a conversation: facts in, the next question or the answer out, as JSON data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.words import Words, words_for
from dialogs.agdref import NotAgdref, digits_to_type
from dialogs.agenda import Agenda, agenda
from dialogs.answers import Answer, Checklist, Deadline, Opening, Phrase
from dialogs.effects import Answered, Climbed, Talked
from dialogs.facts import FIRST_DAY, LAST_DAY, UNSAID, Choice, Unreadable
from dialogs.knowledge.library import Knowledge
from dialogs.ladder import Ladder, climb
from dialogs.outlook import answer, look
from dialogs.topics import talk
from dialogs.understanding.reading import Value

IN_CONVERSATION_ONLY = frozenset(
    {
        "back",
        "change",
        "restart",
        "my_alerts",
        "pause_alerts",
        "resume_alerts",
        "still_searching_yes",
        "still_searching_no",
        "stop_reminders",
        "papers_done",
    }
)
"""The intents about what somebody has: a situation asked at once has nobody."""
Json = dict[str, Any]


class BadSituation(ValueError):
    """What is wrong in what was asked, and what would be right, in one line."""


@dataclass(frozen=True)
class Situation:
    """Facts as typed, an intent if any, and the moment (aware) as of which to answer."""

    facts: Mapping[str, str]
    now: datetime
    intent: str | None = None
    language: str = "fr"
    known: Mapping[str, Value] = field(default_factory=dict)


def moment(as_of: str | None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> datetime:
    """The moment to answer for: noon in Paris on that day (the same day in every French department), or now."""
    if as_of is None:
        return clock()
    try:
        day = date.fromisoformat(as_of)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError
    except ValueError:
        raise BadSituation(f"as-of : « {as_of} » n’est pas une date. Écrivez-la comme 2026-11-21.") from None
    return datetime.combine(day, time(12), ZoneInfo("Europe/Paris"))


def respond(knowledge: Knowledge, situation: Situation) -> Json:
    """The JSON of the next question or of the answer. Raises `BadSituation`."""
    intent = situation.intent
    if intent is not None and (intent not in knowledge.questions.intents or intent in IN_CONVERSATION_ONLY):
        allowed = ", ".join(name for name in knowledge.questions.intents if name not in IN_CONVERSATION_ONLY)
        raise BadSituation(f"intent : « {intent} » n’est pas possible ici. Choisissez parmi {allowed}.")
    facts = read_facts(knowledge, situation.facts, situation.now.date())
    printed = facts.pop("agdref", None)
    if intent is None and printed is not None:
        intent = "agdref"
    if intent == "calendar_full":
        facts.setdefault("full_calendars", UNSAID)
    words = words_for(knowledge, situation.language)
    outlook = look(knowledge, facts, situation.now)
    if "full_calendars" in facts and intent in (None, "calendar_full"):
        if "prefecture" not in outlook.known:
            return _question(knowledge, words, "prefecture", outlook.known, situation.now)
        ladder = climb(knowledge, outlook.rule, outlook.known, situation.now)
        reached = answer(knowledge, outlook, situation.now) if outlook.rule else None
        return {**_answer(words, reached, Climbed(ladder, reached)), **_ladder(words, ladder)}
    if intent == "agenda" and (dated := agenda(knowledge, facts, situation.now)).entries:
        reached = answer(knowledge, outlook, situation.now) if outlook.rule else None
        return _answer(words, reached, dated)
    if intent is not None and intent not in ("documents", "why"):
        known = {**outlook.known, **({"agdref": printed} if printed else {})}
        topic = talk(knowledge, intent, outlook.rule, known, situation.now)
        reached = answer(knowledge, outlook, situation.now) if outlook.rule else None
        reply = _answer(words, reached, Talked(topic))
        reply["rule"] = reply["rule"] or f"topic-{intent}"
        reply["sources"] = reply["sources"] or [_source(words, source) for source in topic.sources]
        return {**reply, **({"agdref": _digits(str(printed))} if printed else {})}
    if outlook.asks is not None:
        return _question(knowledge, words, outlook.asks, outlook.known, situation.now)
    reached = answer(knowledge, outlook, situation.now)
    part = {"documents": "documents", "why": "why"}.get(intent or "", "whole")
    return _answer(words, reached, Answered(reached, part))  # type: ignore[arg-type]


def read_facts(knowledge: Knowledge, typed: Mapping[str, str], today: date) -> dict[str, Value]:
    """Typed facts as values. Raises `BadSituation` on a name or a value that is not of the vocabulary."""
    facts: dict[str, Value] = {}
    for name, text in typed.items():
        kind = knowledge.kinds.get(name)
        if kind is None:
            raise BadSituation(f"« {name} » n’est pas un fait connu. Choisissez parmi {', '.join(knowledge.kinds)}.")
        try:
            facts[name] = kind.parse(str(text), today)
        except Unreadable as error:
            choose = "Choisissez parmi" if isinstance(kind, Choice) else "Il faut"
            raise BadSituation(f"{name} : « {text} » ne convient pas. {choose} {error.expected}.") from None
    return facts


def _question(knowledge: Knowledge, words: Words, fact: str, known: Mapping[str, Value], now: datetime) -> Json:
    asking = knowledge.asking(fact, knowledge.cells(known, now.date()))
    return {
        "status": "question",
        "fact": fact,
        "options": [{"value": value, "label": words.fact(fact, value)} for value in asking.options],
        "text": words.text(asking.text),
    }


def _answer(words: Words, reached: Answer | None, said: Answered | Climbed | Talked | Agenda) -> Json:
    def each(phrases: Any) -> list[str]:
        return [words.phrase(phrase) for phrase in phrases]

    reply: Json = {
        "status": "answer",
        "rule": None,
        "channel": "official_site",
        "updates": [],
        "calendars": [],
        "supplementary": [],
        "url": None,
        "email": None,
        "place": None,
        "steps": [],
        "documents": [],
        "releases": [],
        "deadline": None,
        "warnings": [],
        "remarks": [],
        "sources": [],
        "text": words.effect(said),
    }
    if reached is None:
        return reply
    own = [reached.own_list] if reached.own_list else []
    return reply | {
        "rule": reached.rule,
        "channel": reached.channel,
        "updates": each(reached.updates),
        "calendars": list(reached.calendars),
        "supplementary": list(reached.supplementary),
        "url": reached.url,
        "email": reached.email,
        "place": words.phrase(reached.place) if reached.place else None,
        "steps": each(reached.steps),
        "documents": each(own) + [line for each_list in reached.checklists for line in each(_lines(each_list))],
        "releases": [_opening(words, opening) for opening in reached.openings],
        "deadline": _deadlines(words, reached.deadlines),
        "warnings": each(reached.warnings),
        "remarks": each(reached.remarks),
        "sources": [_source(words, source) for source in reached.sources],
    }


def _lines(checklist: Checklist) -> tuple[Phrase, ...]:
    return (*checklist.items, *checklist.notes)


def _ladder(words: Words, ladder: Ladder) -> Json:
    return {
        "calendars": list(ladder.calendars),
        "supplementary": list(ladder.remaining),
        "ladder": [words.phrase(rung) for rung in ladder.rungs],
        "releases": [_opening(words, opening) for opening in ladder.openings],
        "sources": [_source(words, source) for source in ladder.sources],
    }


def _opening(words: Words, opening: Opening) -> Json:
    return {"text": words.phrase(opening.text), "next": opening.next.isoformat()}


def _deadlines(words: Words, deadlines: tuple[Deadline, ...]) -> Json | None:
    """The rule's own window; the windows of newer ways of filing stand under `others`."""
    if not deadlines:
        return None
    own, *others = (_deadline(words, deadline) for deadline in deadlines)
    return {**own, "others": others}


def _deadline(words: Words, deadline: Deadline) -> Json:
    def iso(day: date | None) -> str | None:
        return day.isoformat() if day else None

    return {
        "timing": deadline.timing,
        "fact": deadline.fact,
        "state": deadline.state,
        "opens": iso(deadline.opens),
        "closes": iso(deadline.closes),
        "late_until": iso(deadline.late_until),
        "late_fee": words.text(deadline.late_fee) if deadline.late_fee else None,
        "try_from": iso(deadline.try_from),
        "text": words.phrase(deadline.text),
        "notes": [words.phrase(note) for note in deadline.notes],
    }


def _source(words: Words, source: Any) -> Json:
    return {"document": f"{source.title}, {words.text(source.publisher)}", "date": words.text(source.date)}


def _digits(printed: str) -> str | None:
    try:
        return digits_to_type(printed)
    except NotAgdref:
        return None
