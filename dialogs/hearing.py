"""Free text in an exchange: the facts it tells, the intent it has, and what to say where it has neither."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from dialogs.amending import dropped
from dialogs.effects import Did, Offered, Talked, Unreadable
from dialogs.exchange import LANGUAGES, Exchange
from dialogs.facts import UNSAID
from dialogs.facts import Unreadable as NotRead
from dialogs.outlook import answer
from dialogs.understanding.reading import Reading, Value


def hear(exchange: Exchange, text: str) -> None:
    """Free text: its facts first, then its intent."""
    reading = _read(exchange, text)
    if reading.intent != "language":  # it speaks of the language that the conversation still has
        _follow_language(exchange, reading)
    printed = reading.facts.get("agdref")
    facts = _readable(exchange, {fact: value for fact, value in reading.facts.items() if exchange.keeps(fact)})
    follows: dict[str, Value] = {"full_calendars": UNSAID} if _finds_full(exchange, reading, facts) else {}
    if _has_appointment(reading, facts):
        follows["booked"] = "yes"
    if facts or follows:
        exchange.tell({**facts, **follows}, "understood", echo=facts)
    if printed is not None:
        exchange.talk("agdref", printed=str(printed))
    elif reading.intent == "checklist":
        exchange.list_papers(text)
    elif reading.intent is not None:
        exchange.ask(reading.intent, spoken=reading.language)
        if facts and isinstance(exchange.effects[-1], Talked):
            exchange.go_on()
    elif "booked" in follows:
        exchange.book()
    elif facts:
        exchange.go_on()
    elif reading.social is not None:
        exchange.be_polite(reading.social)
    elif reading.term is not None and reading.term in exchange.knowledge.glossary.terms:
        exchange.define(exchange.knowledge.glossary.terms[reading.term])
    elif reading.guesses:
        exchange.effects.append(Offered(reading.guesses[:3]))
    elif reading.language not in LANGUAGES or any(isinstance(effect, Unreadable) for effect in exchange.effects):
        exchange.go_on()  # what is wrong has been said
    else:
        exchange.miss()


def _read(exchange: Exchange, text: str) -> Reading:
    """What a text says. Under an answer that wants a day to count from, a bare day is that one."""
    outlook, day, language = exchange.outlook(), exchange.day(), exchange.conversation.language
    reading = exchange.reader.read(text, day, asked=exchange.asks(), language=language)
    if outlook.rule is None or reading.facts or reading.intent or reading.social or reading.term:
        return reading
    wanted = next((each for each in answer(exchange.knowledge, outlook, exchange.now).deadlines[:1]), None)
    if wanted is None or wanted.state != "unknown":
        return reading
    dated = exchange.reader.read(text, day, asked=wanted.fact, language=language)
    return dated if isinstance(dated.facts.get(wanted.fact), date) else reading


def _follow_language(exchange: Exchange, reading: Reading) -> None:
    """Whoever writes in English is answered in English, unless they chose their language."""
    if exchange.conversation.language_chosen or reading.language == exchange.conversation.language:
        return
    if reading.language in LANGUAGES:
        exchange.conversation = replace(exchange.conversation, language=reading.language)
    else:
        exchange.effects.append(Did("no_such_language"))


def _readable(exchange: Exchange, facts: Mapping[str, Value]) -> dict[str, Value]:
    """The facts that their kinds accept; the others are said to be wrong, and what would be right."""
    day = exchange.day()
    readable = {}
    for fact, value in facts.items():
        kind = exchange.knowledge.kinds[fact]
        try:
            readable[fact] = kind.parse(kind.say(value), day)
        except NotRead as error:
            exchange.effects.append(Unreadable(fact, error.text, error.expected))
    return readable


def _finds_full(exchange: Exchange, reading: Reading, facts: Mapping[str, Value]) -> bool:
    """« Complet », without a number. Told in one turn with the facts of its message, one « back » undoes both."""
    before = exchange.conversation.facts
    known = before.keys() - dropped(exchange.knowledge, before, facts) | reading.facts.keys()
    return reading.intent == "calendar_full" and not {"agdref", "full_calendars"} & known


def _has_appointment(reading: Reading, facts: dict[str, Value]) -> bool:
    """« J’ai mon rendez-vous », or an hour told with its day; the hour is then one of the facts."""
    if reading.hour is not None and "appointment_on" in facts:
        facts["appointment_at"] = reading.hour
        return reading.intent in (None, "got_appointment")
    return reading.intent == "got_appointment"
