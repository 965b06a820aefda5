"""The dialog machine: one event in, the new state and what is to be said out. Pure, and without a program counter.

Which question comes next, and whether the answer is reached, is computed from what is known and from nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dialogs.conversation import Conversation
from dialogs.effects import Effect, Question
from dialogs.events import Ask, Attach, Choose, Event, Reopen, Say, Stray, Tell, Tick
from dialogs.exchange import LANGUAGES, Exchange, Reader
from dialogs.hearing import hear
from dialogs.knowledge.library import Knowledge
from dialogs.understanding.reading import Value

__all__ = ["LANGUAGES", "Reader", "Step", "Trace", "open_question", "step"]


@dataclass(frozen=True, slots=True)
class Trace:
    """Why the machine did what it did: what followed from what was known, the rules left, the fact asked next."""

    inferred: Mapping[str, Value]
    rules_left: tuple[str, ...]
    asks: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """The result of an event."""

    conversation: Conversation
    effects: tuple[Effect, ...]
    trace: Trace


def step(knowledge: Knowledge, reader: Reader, conversation: Conversation, event: Event | None, now: datetime) -> Step:
    """What an event does. `now` is aware. Without an event: where we are, as at the start or after a restart."""
    exchange = Exchange(knowledge, reader, conversation, now)
    match event:
        case None:
            exchange.go_on()
        case Choose(fact, value, guessed):
            exchange.choose(fact, value, guessed)
        case Ask(intent):
            exchange.ask(intent)
        case Reopen(fact):
            exchange.reopen(fact)
        case Say(text):
            hear(exchange, text)
        case Tell(facts):
            exchange.arrive(facts)
        case Attach(kind):
            exchange.decline(kind)
        case Stray(why):
            exchange.ask_again(why)
        case Tick(item, done):
            exchange.tick(item, done)
    outlook = exchange.outlook()
    inferred = {fact: value for fact, value in outlook.known.items() if fact not in exchange.conversation.facts}
    return Step(exchange.conversation, tuple(exchange.effects), Trace(inferred, outlook.left, exchange.asks()))


def open_question(knowledge: Knowledge, reader: Reader, conversation: Conversation, now: datetime) -> Question | None:
    """The question that this conversation waits for, without anything happening to it. `now` is aware."""
    exchange = Exchange(knowledge, reader, conversation, now)
    exchange.question(exchange.outlook())
    return next((effect for effect in exchange.effects if isinstance(effect, Question)), None)
